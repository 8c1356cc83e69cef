"""YAML as a tree of texts with their places: every scalar stays as it was written, nothing is looked up or executed."""

from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from composer.errors import Wrong
from composer.shotlist.guard import MOST_DEPTH, MOST_NODES, MOST_SCALAR, Refused, unprintable
from composer.shotlist.syntax import MENDED, explain


@dataclass(slots=True)
class Scalar:
    """A text; `start` and `end` are character indexes into the file. `empty`: nothing was written at all."""

    text: str
    start: int
    end: int
    empty: bool = False


@dataclass(slots=True)
class Sequence:
    start: int
    end: int
    flow: bool
    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys in the order of the file, each with its own place."""

    start: int
    end: int
    flow: bool
    keys: dict[str, Scalar] = field(default_factory=dict)
    values: dict[str, "Node"] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True)
class Flaw:
    """What is wrong between characters `start` and `end`; `path` where it is known."""

    start: int
    end: int
    wrong: Wrong
    breaks: bool = False  # the tree ends here


_MOST_MENDED = 10


def grow(text: str) -> tuple[Node | None, list[Flaw]]:
    """The tree of `text` and all that the language of shot lists does not take from YAML.

    One walk over the parser's events; no anchors are followed, no tags resolved. A text that lacks its quotes is read as
    if it had them, so that the faults after it are found too; after any other fault of syntax the tree holds what came
    before it. Raises `Refused` when the text is too deep or too large to go on.
    """
    mended, missing_quotes = text, list[Flaw]()
    while True:
        grower = _Grower(text)
        broken = _walk(grower, mended)
        if broken is None:
            return grower.root, [*missing_quotes, *grower.flaws]
        if broken.wrong.code not in MENDED or len(missing_quotes) == _MOST_MENDED:
            return grower.root, [*missing_quotes, *grower.flaws, replace(broken, breaks=True)]
        missing_quotes.append(broken)
        mended = f"{mended[: broken.start]}_{mended[broken.start + 1 :]}"


def _walk(grower: "_Grower", text: str) -> Flaw | None:
    """Hand the events of `text` to `grower`; returns the fault of syntax that ended it, if any."""
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            grower.take(event)
    except MarkedYAMLError as error:
        return Flaw(*explain(grower.text, error))
    except (YAMLError, ValueError, LookupError, AttributeError, AssertionError, OverflowError, RecursionError) as error:
        # the parser itself fails on some malformed directives; that is the file's fault, not the reader's
        return Flaw(0, 0, Wrong("yaml", f"this is not YAML ({type(error).__name__})", "expected YAML 1.2"))
    return None


class _Grower:
    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Node | None = None
        self.flaws: list[Flaw] = []
        self.open: list[Node] = []
        self.keys: list[Scalar | None] = []  # the key each open mapping waits on
        self.waiting: list[bool] = []  # does each open container wait for a value of its key
        self.documents = 0
        self.nodes = 0
        self.dashless: set[int] = set()  # shots after which another begins without its dash

    def take(self, event: Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, ScalarEvent):
            self.count(start, end)
            self.plainly(event, start, end)
            if len(event.value) > MOST_SCALAR:
                raise Refused(self.text, start, end, Wrong("too-large", "a text of more than 64 KiB", "expected less"))
            value = _paired(event.value)
            if wrong := unprintable(value):
                self.flaws.append(Flaw(start, end, wrong))
                value = value.encode("utf-8", "replace").decode()  # half a character goes into no model
            self.place(Scalar(value, start, end, empty=start == end))
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self.count(start, end)
            self.plainly(event, start, end)
            if len(self.open) >= MOST_DEPTH:
                said = f"more than {MOST_DEPTH} lists and mappings inside one another"
                raise Refused(self.text, start, end, Wrong("too-deep", said, "a shot list needs six"))
            kind = Mapping if isinstance(event, MappingStartEvent) else Sequence
            node = kind(start, end, bool(event.flow_style))
            self.place(node)
            self.open.append(node)
            self.keys.append(None)
            self.waiting.append(False)
        elif isinstance(event, CollectionEndEvent):
            self.open.pop().end = end
            self.keys.pop()
            self.waiting.pop()
        elif isinstance(event, AliasEvent):
            self.count(start, end)
            self.flaw(
                start, end, "alias", f"an alias, `{self.text[start:end]}`", "write it out: a shot list has no aliases"
            )
            self.place(Scalar("", start, end))
        elif isinstance(event, DocumentStartEvent):
            self.document(event, start, end)

    def count(self, start: int, end: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            said = f"more than {MOST_NODES:,} keys, texts and lists"
            raise Refused(self.text, start, end, Wrong("too-large", said, "a list of a thousand shots has 52,000"))

    def document(self, event: Any, start: int, end: int) -> None:
        self.documents += 1
        if self.documents > 1:
            self.flaw(
                start, end, "documents", "a second document", "expected one film in one file, without another `---`"
            )
        version, tags = event.version, event.tags
        if tags or (
            version and (version.major, version.minor) != (1, 2)
            if hasattr(version, "major")
            else version not in (None, (1, 2))
        ):
            self.flaw(0, self.text.find("\n"), "directive", "a YAML directive", "expected YAML 1.2, without directives")

    def plainly(self, event: Any, start: int, end: int) -> None:
        if event.anchor is not None:
            said = f"an anchor, `&{event.anchor}`"
            self.flaw(start, self.mark_end(start, end), "anchor", said, "leave it out: a shot list has no aliases")
        if getattr(event, "tag", None) is not None:
            said = f"a tag, `{self.text[start : self.mark_end(start, end)]}`"
            self.flaw(
                start, self.mark_end(start, end), "tag", said, "leave it out: values are read by what their key expects"
            )

    def mark_end(self, start: int, end: int) -> int:
        """End of the word that begins at `start`: the anchor or tag itself."""
        stop = start
        while stop < len(self.text) and stop < start + 60 and self.text[stop] not in " \n\r,[]{}":
            stop += 1
        return max(stop, min(end, start + 1))

    def flaw(self, start: int, end: int, code: str, message: str, expected: str) -> None:
        self.flaws.append(Flaw(start, end, Wrong(code, message, expected)))

    def place(self, node: Node) -> None:
        """Put `node` where the open container waits for it."""
        if not self.open:
            if self.root is None:
                self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif isinstance(parent, Mapping):
            if not self.waiting[-1]:
                self.keys[-1] = self.key(parent, node)
            elif (key := self.keys[-1]) is not None:
                parent.keys[key.text] = key
                parent.values[key.text] = node
            self.waiting[-1] = not self.waiting[-1]

    def key(self, parent: Mapping, node: Node) -> Scalar | None:
        """The key, or None when its value is to be passed over."""
        if not isinstance(node, Scalar):
            self.flaw(node.start, node.end, "key", "a list or mapping as a key", "expected a text before the colon")
            return None
        if node.text == "<<":
            self.flaw(node.start, node.end, "merge", "a merge key, `<<`", "write it out: a shot list has no merge keys")
            return None
        if node.text == "shot" and "shot" in parent.keys:
            self.flaw(
                node.start,
                node.end,
                "no-dash",
                "a second `shot` in one",
                "a new shot begins with a dash: `- shot: NAME`",
            )
            self.dashless.add(id(parent))
            return None
        if node.text in parent.keys and id(parent) in self.dashless:
            return None
        if node.text in parent.keys:
            first = self.text.count("\n", 0, parent.keys[node.text].start) + 1
            said = f"`{node.text[:60]}` is given twice"
            self.flaw(node.start, node.end, "repeated-key", said, f"expected it once; the first is on line {first}")
            return None
        return node


def _paired(text: str) -> str:
    """`text` with each pair of surrogates, as JSON escapes write what lies beyond U+FFFF, as the one character it is."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
