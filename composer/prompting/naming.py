"""English for the looks of a list: articles, plurals, and names that are told in full once and shortly from then on."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from composer.prompting.told import Named

_OWN = re.compile(
    r"(a|an|the|some|several|many|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+(?=\w)", re.IGNORECASE
)
_TAIL = re.compile(r",|\s(?:with|in|on|at|under|from|that|who|which|whose|wearing|holding|covered|full|after|before)\s")
_STUFFS = (
    "water concrete grass sand snow earth mud gravel asphalt ice timber wood plaster marble glass furniture rubble dirt soil "
    "scaffolding foliage fog smoke steam mist scrub brickwork stonework machinery junk straw hay parquet linoleum tarmac"
)
_MASS = frozenset(_STUFFS.split())
_SINGULAR = ("ss", "us", "is", "as", "os")
_VOWEL = re.compile(r"(?!(?:uni|use|usu|eu|one\b|once\b))[aeiou]|(?:hour|honest|heir)|(?:8|11|18)(?!\d)", re.IGNORECASE)
_NAME = re.compile(
    r"(?:\b(a|an|the|his|her|its|their|my|our|your|some|one)\s+((?:[\w-]+\s+)?))?(?<!\w)@([A-Za-z0-9_]+)", re.IGNORECASE
)
_REFERENCE = re.compile(r"(?<!\w)@([A-Za-z0-9_]+)")
_LINKS = "and or of on in at to by with from under over near behind before into onto through as for but while"
_BETWEEN = frozenset(_LINKS.split())
_FULL_STOP = re.compile(r"[.!?…][\"')\]]*$")


def core(look: str) -> str:
    """The thing itself, what is worn or added left out: `docker` of `docker in an orange oilskin`."""
    bare = _OWN.sub("", look, count=1) if _OWN.match(look) else look
    return _TAIL.split(bare, maxsplit=1)[0].strip() or bare


def with_article(look: str) -> str:
    """`look` as something new: `a blue drum`, `an orange oilskin`, `wet concrete`, `oak boards`."""
    head = _head(look)
    if _OWN.match(look) or head in _MASS or _is_plural(head):
        return look
    return f"{_a(look)} {look}"


def _a(words: str) -> str:
    return "an" if _VOWEL.match(words) else "a"


def _head(look: str) -> str:
    words = core(look).split(" of ", maxsplit=1)[0].split()
    return words[-1].lower() if words else ""


def _is_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(_SINGULAR)


def several(look: str) -> str:
    """`look` of more than one: `red brick houses with slate roofs` of `red brick house with slate roofs`."""
    head, thing = _head(look), core(look).split(" of ", maxsplit=1)[0]
    if not head or head in _MASS or _is_plural(head):
        return look
    if re.search(r"(s|x|z|ch|sh)$", head):
        more = "es"
    elif re.search(r"[^aeiou]y$", head):
        return look.replace(thing, f"{thing[:-1]}ies", 1)
    else:
        more = "s"
    return look.replace(thing, thing + more, 1)


def listed(items: Iterable[str]) -> str:
    """`a, b and c`."""
    *some, last = items
    return f"{', '.join(some)} and {last}" if some else last


def sentence(text: str) -> str:
    """With a capital and a full stop, no comma before another mark, single spaces."""
    told = re.sub(r"\s+", " ", text).strip()
    told = re.sub(r"\s*,(?=\s*[,.;:!?])", "", told).rstrip(" ,;:")
    if not told:
        return ""
    return told[:1].upper() + told[1:] + ("" if _FULL_STOP.search(told) else ".")


class Speaker:
    """Puts looks for `@names`: all of a look where a name is told for the first time, shortly wherever it is told again.

    With `shortly`, looks are never told in full. Names without a look are told as `others` has them.
    """

    def __init__(self, names: Mapping[str, Named], others: Mapping[str, str], *, shortly: bool = False) -> None:
        shorts = {name: core(named.look) for name, named in names.items()}
        self._names = {name: replace(named, look=_plain(named.look, shorts)) for name, named in names.items()}
        self._others, self._shortly = others, shortly
        self._said: set[str] = set()
        self._looks: set[str] = set()
        cores = list(shorts.values())
        self._shared = {word for word in cores if cores.count(word) > 1}

    def say(self, text: str) -> str:
        """`text` with every `@name` told."""
        return _NAME.sub(self._told, text)

    def _told(self, found: re.Match[str]) -> str:
        article, between, name = found[1] or "", found[2] or "", found[3]
        follows = found.string[found.end() :]
        before = f"{article} {between}" if article else ""
        bound = bool(article) and between.strip().lower() not in _BETWEEN
        if name not in self._names:
            word = self._others.get(name, name.replace("_", " "))
            return f"{before}{word}" if bound else f"{before}the {word}"
        new = name not in self._said
        self._said.add(name)
        owns = follows.startswith(("'s", "\u2019s"))
        words, another = self._words(name, new, shortly=self._shortly or owns), self._another(name, new)
        if new and "," in words and not re.match(r"\s*([.,;:!?)]|$)", follows):
            words += ","
        if bound:
            bare = _OWN.sub("", words, count=1) if _OWN.match(words) else words
            if article.lower() in ("a", "an"):
                after = between + bare
                article = _a(after) if article.islower() else _a(after).capitalize()
            return f"{article} {between}{bare}"
        if another:
            return f"{before}another {words}"
        if not new:
            return f"{before}the {words}"
        return before + (f"a row of {words}" if self._names[name].count > 1 else with_article(words))

    def _words(self, name: str, new: bool, *, shortly: bool) -> str:
        """The words for a name; when it is told again, without an article of their own."""
        named = self._names[name]
        short = core(named.look)
        clear = short not in self._shared or shortly
        words = short if clear and (shortly or not new) else named.look
        if not new:
            words = _OWN.sub("", words, count=1) if _OWN.match(words) else words
        return several(words) if named.count > 1 else words

    def _another(self, name: str, new: bool) -> bool:
        """Is it told for the first time, and looks like something else that was told?"""
        look = core(self._names[name].look) if self._shortly else self._names[name].look
        known = look in self._looks
        self._looks.add(look)
        head = _head(look)
        return new and known and not (_OWN.match(look) or head in _MASS or _is_plural(head))


def _plain(look: str, shorts: Mapping[str, str]) -> str:
    """A look without references: `statue of @ada` says shortly whom it shows."""
    return _REFERENCE.sub(lambda found: shorts.get(found[1], found[1].replace("_", " ")).split("@")[0].strip(), look)
