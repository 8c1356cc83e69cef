"""Framings, `WS tower shed`: at most one size, and names; and what other words for them mean."""

import re
from collections.abc import Callable
from typing import Any

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.names import NAME, TAKEN, parse_name, repaired
from composer.schema.words import SIDES, SIZES, Framing, ShotSize

_SIZE_WORDS: dict[ShotSize, str] = {
    "EWS": "ews els xls xws vls vws|extreme long|extreme wide|very long|very wide|establishing",
    "WS": "ws ls fs lws|long|wide|full",
    "MS": "ms mls mws mfs american cowboy|medium long|medium wide|medium full|medium|mid",
    "MCU": "mcu|medium close up|medium close",
    "CU": "cu|close up|close",
    "ECU": "ecu xcu bcu vcu|extreme close up|extreme close|big close up|very close up",
}
_MEANT: dict[str, ShotSize] = {
    phrase: size
    for size, line in _SIZE_WORDS.items()
    for group, part in enumerate(line.split("|"))
    for phrase in (part.split() if group == 0 else [part])
}
"""What film people say for each size, in lower case and with spaces for hyphens."""

_PHRASE = re.compile(
    rf"(?<![\w-])({'|'.join(re.sub(' ', r'[ -]?', p) for p in sorted(_MEANT, key=len, reverse=True))})([ -]?shot)?(?![\w-])",
    re.IGNORECASE,
)
_FILLERS = frozenset(["on", "of", "the", "a", "an", "and", "with", "shot", "at"])
_EXPECTED = f"expected a size and names, such as `MS mara` or `WS tower shed`; sizes are {', '.join(SIZES)}."


def parse_framing(value: Any) -> Any:
    """`WS tower shed`: at most one size, and names, in any order."""
    if value is None or isinstance(value, Framing):
        return value
    if not isinstance(value, str):
        raise Wrong("framing", "this is no framing", "expected a size and whom it is on, such as `MS mara`")
    sizes = [word for word in value.split() if word in SIZES]
    names = [word for word in value.split() if word not in SIZES]
    for word in names:
        if word in TAKEN or not re.fullmatch(NAME, word):
            raise _no_name(word, value)
    if len(sizes) > 1:
        raise Wrong(
            "framing",
            f"two sizes, `{sizes[0]}` and `{sizes[1]}`",
            f"expected at most one of: {', '.join(SIZES)}",
            focus=sizes[1],
        )
    if not names:
        raise Wrong(
            "framing",
            f"`{q.shown(value)}` does not say whom it is on",
            f"expected names after it, such as `{sizes[0] if sizes else 'MS'} mara`",
        )
    if len(names) > 16 or len(set(names)) != len(names):
        raise Wrong(
            "framing",
            "a name is framed twice" if len(names) <= 16 else f"{len(names)} names in one frame",
            "expected 1 to 16 different names",
        )
    size: ShotSize | None = sizes[0] if sizes else None
    return Framing(size, tuple(names))


def _no_name(word: str, value: str) -> Wrong:
    """The fault of a `word` of a framing that is neither a size nor a name."""
    if word.upper() in SIZES:
        return Wrong(
            "framing",
            f"sizes are written large: `{word.upper()}`",
            f"expected one of: {', '.join(SIZES)}. Did you mean `{word.upper()}`?",
            focus=word,
        )
    meant = framing_meant(value, lambda name: bool(re.fullmatch(NAME, name)) and name not in TAKEN)
    if not meant and repaired(word) and word.lower() not in _MEANT:
        try:
            parse_name(word)
        except Wrong as wrong:
            return Wrong(wrong.code, wrong.message, *wrong.expected, focus=word)
    hint = f" Did you mean `{meant}`?" if meant else ""
    return Wrong("framing", f"`{q.shown(word)}` is neither a size nor a name", f"{_EXPECTED}{hint}", focus=word)


def framing_meant(text: str, is_name: Callable[[str], bool]) -> str:
    """The framing, or the camera with its side, that people mean by `text`; "" when that is not certain.

    `medium shot ada` is `MS ada`; `MS on ada, tower` is `MS ada tower`; `MS ada from south-east` is
    `camera: {frame: MS ada, from: south-east}`.
    """
    if len(text) > 200:
        return ""
    framed, _, stands = text.partition(" from ")
    stands, *more = re.split(r",\s*(?=(?:lens|height|distance|move)\b)", stands)
    words = re.split(r"[\s,;&+]+", framed.strip())
    size = next((word for word in words if word in SIZES), "")
    if not size and (found := _PHRASE.search(framed)):
        size = _MEANT[re.sub(r"[ -]+", " ", found[1].lower())] if " " in found[1] or "-" in found[1] else ""
        size = size or _MEANT.get(found[1].lower(), "") or _unspaced(found[1])
        words = re.split(r"[\s,;&+]+", f"{framed[: found.start()]} {framed[found.end() :]}".strip())
    rest = [word for word in words if word and word != size]
    sides = [word for word in [*rest, *re.split(r"[\s,]+", stands)] if word in q.COMPASS or word in SIDES]
    spoken = [word for word in rest if word not in sides and word.lower() not in _FILLERS]
    names = [word if is_name(word) else word.lower() for word in spoken]
    if not names or not all(is_name(name) for name in names) or len(set(names)) != len(names) or len(sides) > 1:
        return ""
    if stands.strip() and stands.strip() != "".join(sides):
        return ""
    framing = " ".join([*([size] if size else []), *names])
    also = "".join(
        f", {key}: {value}" for key, _, value in (pair.strip().replace(":", "").partition(" ") for pair in more)
    )
    return f"camera: {{frame: {framing}, from: {sides[0]}{also}}}" if sides else framing


def _unspaced(word: str) -> str:
    return next((size for phrase, size in _MEANT.items() if phrase.replace(" ", "") == word.lower()), "")
