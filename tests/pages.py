"""Pages as tests read them."""

from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "source"}


class Reading(HTMLParser):
    """A page as parsed: its elements in order, each with its attributes and the text inside it."""

    def __init__(self, page):
        super().__init__()
        self.open, self.elements, self.text = [], [], {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        assert len(said) == len(attributes), f"an attribute twice in {tag}"
        self.elements.append((tag, said))
        if tag not in VOID:
            self.open.append((tag, len(self.elements) - 1))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> ends nothing"
        assert self.open[-1][0] == tag, f"</{tag}> inside {self.open[-1][0]}"
        self.open.pop()

    def handle_data(self, data):
        for _, index in self.open:
            self.text[index] = self.text.get(index, "") + data

    def all(self, tag):
        return [(said, self.text.get(i, "")) for i, (name, said) in enumerate(self.elements) if name == tag]
