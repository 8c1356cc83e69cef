"""Camera moves: short sentences, checked word by word."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import WithJsonSchema

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.names import NAME, parse_name
from composer.schema.synonyms import MOVES_MEANT, in_other_words
from composer.schema.words import (
    SIZES,
    Arc,
    Crane,
    Dolly,
    Ease,
    Follow,
    Handheld,
    Move,
    Pan,
    PanWith,
    Part,
    Pedestal,
    Roll,
    Static,
    Step,
    Tilt,
    Truck,
    Zoom,
)
from composer.spelling import did_you_mean

EASES: tuple[Ease, ...] = ("ease", "ease-in", "ease-out", "linear")


def parse_moves(value: Any) -> tuple[Step, ...]:
    """One move, or a list of them, one after the other; `+` joins parts that run at the same time."""
    if value is None:
        return ()
    if isinstance(value, tuple) and all(isinstance(step, tuple) for step in value):
        return tuple(value)
    items = value if isinstance(value, list | tuple) else [value]
    if not items:
        raise Wrong("camera-word", "an empty list of moves", "expected moves, such as `dolly in 2m`")
    return tuple(_step(item) for item in items)


def _step(text: Any) -> Step:
    if not isinstance(text, str):
        raise Wrong(
            "camera-word", "this is no camera move", "expected a sentence, such as `dolly in 2m` or `arc left 20deg`"
        )
    if pieces := _one_by_one(text):
        raise Wrong(
            "camera-word",
            "moves one after the other are a list",
            f"Did you mean `[{', '.join(pieces)}]`?",
        )
    parts = tuple(_part(part.strip()) for part in text.split("+"))
    kinds = [type(part.move) if not isinstance(part.move, PanWith) else Pan for part in parts]
    for index, kind in enumerate(kinds):
        if kind in kinds[:index]:
            word = parts[index].text.split()[0]
            raise Wrong(
                "camera-word",
                f"two moves of one kind (`{word}`) at the same time",
                f"one after the other is a list: `[{', '.join(part.text for part in parts)}]`",
                focus=parts[index].text,
            )
    return parts


def _one_by_one(text: str) -> list[str]:
    """The moves of `dolly in 1m, then pan left 9deg`; none unless each of several is a move."""
    pieces = re.split(r"\s*[,;]\s*(?:and |then )*|\s+(?:and then|then|and)\s+", text[:400])
    try:
        return pieces if len(pieces) > 1 and all(_step(piece) for piece in pieces) else []
    except Wrong:
        return []


def _part(text: str) -> Part:
    words = text.split()
    ease: Ease = "ease"
    if words and words[-1] in EASES:
        ease = words.pop()  # type: ignore[assignment]
    time = None
    if "for" in words:
        at = words.index("for")
        time = _at(text, words[at + 1 :], q.parse_time, "`for` needs a time", "such as `for 2s`")
        words = words[:at]
    if not words:
        raise Wrong(
            "camera-word",
            "a camera move without words" if not text else f"`{q.shown(text)}` does not say how the camera moves",
            _ALL,
            focus=text,
        )
    return Part(_move(words, " ".join(words)), time, ease, " ".join(text.split()))


@dataclass(frozen=True)
class _Ways:
    """A move with two ways and an amount: `plus AMOUNT` is positive, `minus AMOUNT` negative."""

    kind: str
    plus: str
    minus: str
    parse: Callable[[Any], float]
    example: str
    others: str = ""

    @property
    def expected(self) -> str:
        return (
            f"expected `{self.kind} {self.plus} {self.example}`, `{self.kind} {self.minus} {self.example}`{self.others}"
        )

    def read(self, rest: list[str], text: str) -> float:
        match rest:
            case [way, amount] if way in (self.plus, self.minus):
                return float(q.pointing(amount, self.parse)) * (1 if way == self.plus else -1)
            case [way] if way in (self.plus, self.minus):
                raise Wrong("camera-word", f"`{text}` does not say how far", self.expected, focus=text)
            case [way, amount, *more] if way in (self.plus, self.minus):
                extra = " ".join(more)
                raise Wrong(
                    "camera-word",
                    f"`{q.shown(extra)}` is too much after `{self.kind} {way} {q.shown(amount)}`",
                    self.expected,
                    focus=extra,
                )
            case [way, *_]:
                article = "an" if self.kind == "arc" else "a"
                said = f"{article} {self.kind} goes `{self.plus}` or `{self.minus}`"
                good = (_TURNS if self.parse is q.parse_turn else _TRAVELS).get(way)
                hint = f"; `{way}` is `{good}`" if good else ""
                raise Wrong("camera-word", said, self.expected + hint, focus=f"{self.kind} {way}")
        raise Wrong("camera-word", f"`{self.kind}` does not say where to", self.expected, focus=text)


_TRAVELS = {way: f"{kind} {way} 2m" for kind, ways in (("dolly", "in out"), ("truck", "left right"), ("crane", "up down")) for way in ways.split()}  # fmt: skip
_TURNS = {way: f"{kind} {way} 10deg" for kind, ways in (("pan", "left right"), ("tilt", "up down")) for way in ways.split()}  # fmt: skip
"""The move that goes each way, for those who put the way after another."""

_DOLLY = _Ways("dolly", "in", "out", q.parse_extent, "2m", " or `dolly to MCU`")
_TRUCK = _Ways("truck", "right", "left", q.parse_extent, "2m")
_PAN = _Ways("pan", "right", "left", q.parse_turn, "30deg", ", `pan to NAME` or `pan with NAME`")
_ARC = _Ways("arc", "right", "left", q.parse_turn, "20deg")
_PEDESTAL = _Ways("pedestal", "up", "down", q.parse_extent, "1m")
_CRANE = _Ways("crane", "up", "down", q.parse_extent, "3m")
_TILT = _Ways("tilt", "up", "down", q.parse_turn, "10deg")
_ROLL = _Ways("roll", "right", "left", q.parse_turn, "5deg")


def _static(rest: list[str], text: str) -> Move:
    if rest:
        word = text.split(maxsplit=1)[0]
        raise Wrong(
            "camera-word", f"`{word}` stands alone", f"expected `{word}` or `{word} for 2s`", focus=" ".join(rest)
        )
    return Static()


def _dolly(rest: list[str], text: str) -> Move:
    match rest:
        case ["to", *sizes]:
            return Dolly(to=_at(text, sizes, _size, "`dolly to` needs a size", "such as `dolly to MCU`"))
        case ["left" | "right" as side, *amount]:
            length = amount[0] if amount and re.fullmatch(rf"{q.NUMBER}(m|cm|ft|in)", amount[0]) else "1m"
            raise Wrong(
                "camera-word",
                "a dolly goes `in` or `out`",
                f"sideways is `truck {side} {length}`; round the subject is `arc {side} 20deg`; "
                f"turning on the spot is `pan {side} 20deg`",
                focus=f"dolly {side}",
            )
    return Dolly(_DOLLY.read(rest, text))


def _pan(rest: list[str], text: str) -> Move:
    match rest:
        case ["with", *names]:
            return PanWith(_at(text, names, parse_name, "`pan with` needs a name", "such as `pan with barrel`"))
        case ["to", *names]:
            return Pan(to=_at(text, names, parse_name, "`pan to` needs a name", "such as `pan to crane`"))
    return Pan(_PAN.read(rest, text))


def _zoom(rest: list[str], text: str) -> Move:
    match rest:
        case ["to", *goals]:
            goal = _at(text, goals, lambda word: word if word in SIZES else _lens(word), *_ZOOM_TO)
            return Zoom(to=goal) if goal in SIZES else Zoom(goal)
        case ["in" | "out" as way, *_]:
            said, expected = "a zoom goes `to` a lens or a size", f"{_ZOOMS}; `{way}` is `dolly {way} 2m`"
            raise Wrong("camera-word", said, expected, focus=f"zoom {way}")
    raise Wrong("camera-word", "`zoom` does not say where to", _ZOOMS, focus=text)


_ZOOM_TO = ("`zoom to` needs a lens or a size", "such as `zoom to 85mm` or `zoom to CU`")
_ZOOMS = "expected `zoom to 85mm`, or `zoom to CU`"


def _lens(word: str) -> float:
    return q.parse_lens(word) if re.match(q.NUMBER, word) else _size(word)


def _follow(rest: list[str], text: str) -> Move:
    return Follow(_at(text, rest, parse_name, "", "such as `follow mara`") if rest else None)


def _handheld(rest: list[str], text: str) -> Move:
    if not rest:
        return Handheld()
    level = _at(text, rest, _sway, "", _SWAYS[0])
    return Handheld(level)


def _sway(word: str) -> float:
    if word in SWAYS:
        return SWAYS[word]
    raise Wrong(
        "camera-word", f"`{q.shown(word)}` is no way to hold a camera", f"{_SWAYS[1]}.{did_you_mean(word, SWAYS)}"
    )


SWAYS = {"soft": 0.5, "rough": 2.0}
_SWAYS = ("such as `handheld soft`", "expected `handheld`, `handheld soft` or `handheld rough`")


_MOVES: dict[str, Callable[[list[str], str], Move]] = {
    "static": _static,
    "hold": _static,
    "dolly": _dolly,
    "truck": lambda rest, text: Truck(_TRUCK.read(rest, text)),
    "pan": _pan,
    "arc": lambda rest, text: Arc(_ARC.read(rest, text)),
    "pedestal": lambda rest, text: Pedestal(_PEDESTAL.read(rest, text)),
    "crane": lambda rest, text: Crane(_CRANE.read(rest, text)),
    "tilt": lambda rest, text: Tilt(_TILT.read(rest, text)),
    "roll": lambda rest, text: Roll(_ROLL.read(rest, text)),
    "zoom": _zoom,
    "follow": _follow,
    "handheld": _handheld,
}
_ALL = f"expected one of: {', '.join(_MOVES)}"


def _move(words: list[str], text: str) -> Move:
    word, *rest = words
    if word in _MOVES:
        return _MOVES[word](rest, text)
    hint = q.offered(in_other_words(text, MOVES_MEANT), _part) or did_you_mean(word, _MOVES)
    raise Wrong("camera-word", f"`{q.shown(word)}` is no camera move", f"{_ALL}.{hint}", focus=word)


def _size(word: Any) -> Any:
    if word in SIZES:
        return word
    hint = did_you_mean(str(word), SIZES)
    raise Wrong("camera-word", f"`{q.shown(str(word))}` is no size", f"expected one of: {', '.join(SIZES)}.{hint}")


def _at(text: str, words: list[str], parse: Callable[[Any], Any], missing: str, example: str) -> Any:
    """The one word that must stand here, parsed."""
    if len(words) == 1:
        return q.pointing(words[0], parse)
    if not words:
        raise Wrong("camera-word", missing, example, focus=text)
    raise Wrong(
        "camera-word",
        f"`{q.shown(' '.join(words[1:]))}` is too much after `{q.shown(words[0])}`",
        "expected one word here, " + example,
        focus=" ".join(words),
    )


_N = r"(\d+(\.\d+)?|\.\d+)"
_LENGTH, _ANGLE, _TIME = rf"{_N}(m|cm|mm|km|ft|in)", rf"{_N}deg", rf"{_N}(s|f|min|h)"
_WORDS = (
    rf"static|hold|dolly (in|out) {_LENGTH}|dolly to ({'|'.join(SIZES)})|truck (left|right) {_LENGTH}"
    rf"|(pan|arc|roll) (left|right) {_ANGLE}|pan (to|with) {NAME}|(pedestal|crane) (up|down) {_LENGTH}|tilt (up|down) {_ANGLE}"
    rf"|zoom to ({_N}mm|{'|'.join(SIZES)})|follow( {NAME})?|handheld( soft| rough)?"
)
_PART = rf"({_WORDS})( for {_TIME})?( ease-in| ease-out| ease| linear)?"
_MOVE = {
    "type": "string",
    "pattern": rf"^{_PART}( *\+ *{_PART})*$",
    "examples": ["dolly in 2m", "arc left 20deg", "dolly in 0.4m + pan with barrel"],
}
MOVES_SCHEMA = WithJsonSchema({"anyOf": [_MOVE, {"type": "array", "items": _MOVE, "minItems": 1}]})
