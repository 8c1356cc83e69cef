"""Edits: what the viewer sees on the way into a shot, and at its end."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, get_args

from pydantic import WithJsonSchema

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.synonyms import EDITS_MEANT, in_other_words
from composer.spelling import did_you_mean
from composer.timing import round_half_up
from composer.types import Shade

EditKind = Literal["cut", "match cut", "dissolve", "fade"]
Blending = Literal["auto", "plain", "aligned"]
SHADES: tuple[Shade, ...] = get_args(Shade)

_EDITS = "expected `cut`, `match cut`, `dissolve TIME` or `fade TIME`, such as `dissolve 1s`"
_HOW = ("plain", "aligned", "linear")


@dataclass(frozen=True)
class Edit:
    """One edit: `time` is how long a dissolve or fade lasts, `colour` what a fade comes from or goes to.

    `blend` says whether the two pictures of a dissolve follow the geometry that both show; `linear` blends light.
    """

    kind: EditKind = "cut"
    time: q.Time | None = None
    colour: Shade = "black"
    blend: Blending = "auto"
    linear: bool = False
    text: str = field(default="cut", compare=False)  # as it is written

    def seconds(self, fps: Fraction) -> Fraction:
        """How long it lasts; 0 for a cut."""
        return self.time.seconds(fps) if self.time else Fraction(0)

    def frames(self, fps: Fraction) -> int:
        """How many film frames it takes; 0 for a cut."""
        return round_half_up(self.seconds(fps) * fps)

    @property
    def duration(self) -> str:
        """The word that says how long."""
        return self.text.split()[1] if self.time else ""


CUT = Edit()


def parse_edit(value: Any) -> Edit:
    """`cut`, `match cut`, `dissolve 1s [plain|aligned|linear]`, `fade 1s [from black|white]`. Raises `Wrong`."""
    if isinstance(value, Edit):
        return value
    if not isinstance(value, str):
        raise Wrong("edit", f"`{q.shown(str(value))}` is no edit", _EDITS)
    text = " ".join(value[:200].split())
    match text.split():
        case ["cut"]:
            return CUT
        case ["match", "cut"]:
            return Edit("match cut", text=text)
        case ["dissolve", time, *how]:
            return _dissolve(text, _time("dissolve", time), how)
        case ["fade", time, *rest] if f"fade {time}" not in EDITS_MEANT:
            return Edit("fade", _time("fade", time), _shade(rest, f"fade {time}", "from", "to"), text=text)
        case ["dissolve" | "fade" as word]:
            raise Wrong("edit", f"`{word}` does not say how long", f"expected a time, such as `{word} 1s`")
        case [word, *_]:
            said = [text, f"{text} 1s"]  # who says no time gets one
            good = [edit for words in said for edit in in_other_words(words, EDITS_MEANT)]
            meant = q.offered(good, parse_edit) or did_you_mean(word, ("cut", "dissolve", "fade"))
            raise Wrong("edit", f"`{q.shown(text)}` is no edit", f"{_EDITS}.{meant}" if meant else _EDITS)
    raise Wrong("edit", "an edit without words", _EDITS)


def parse_out(value: Any) -> Edit | None:
    """`fade 1.5s [to black|white]`; None passes. Raises `Wrong`."""
    if value is None or isinstance(value, Edit):
        return value
    expected = "expected `fade TIME`, such as `fade 1.5s`"
    text = " ".join(str(value)[:200].split())
    match text.split():
        case ["fade", time, *rest]:
            return Edit("fade", _time("fade", time), _shade(rest, f"fade {time}", "to", "from"), text=text)
        case ["fade"]:
            raise Wrong("edit", "`fade` does not say how long", f"{expected[:-1]}`")
        case ["dissolve", *_]:
            hint = "a dissolve is the way into the shot after this one: give it `edit: dissolve 1s`"
            raise Wrong("edit", "a shot does not dissolve at its end", hint)
    raise Wrong("edit", f"`{q.shown(text)}` is no end of a shot", expected)


def _dissolve(text: str, time: q.Time, how: list[str]) -> Edit:
    for n, word in enumerate(how):
        if word not in _HOW or word in how[:n]:
            said = f"`{q.shown(word)}` says nothing{' more' if word in how[:n] else ''} of a dissolve"
            raise Wrong(
                "edit", said, f"expected one of: {', '.join(_HOW)}.{did_you_mean(word, _HOW)}".rstrip("."), focus=word
            )
    if "aligned" in how and len(how) > 1:
        said = f"`aligned` and `{next(word for word in how if word != 'aligned')}` exclude each other"
        raise Wrong("edit", said, "a dissolve that follows what both shots show blends codes. Drop one of them")
    blend: Blending = "aligned" if "aligned" in how else "plain" if how else "auto"
    return Edit("dissolve", time, blend=blend, linear="linear" in how, text=text)


def _time(word: str, time: str) -> q.Time:
    try:
        return q.parse_time(time)
    except Wrong as wrong:
        if isinstance(wrong, q.NoTimeUnit):
            wrong.focus = time
            raise
        # the hint is to be pasted whole, and no edit lasts minutes
        told = (line.replace("min`?", "s`?") for line in wrong.expected)
        expected = tuple(line.replace("Did you mean `", f"Did you mean `{word} ") for line in told)
        raise Wrong(wrong.code, wrong.message, *expected, focus=wrong.focus or time) from None


def _shade(rest: list[str], before: str, way: str, other: str) -> Shade:
    match rest:
        case []:
            return "black"
        case [said, "black" | "white" as colour] if said == way:
            return colour
        case [said, "black" | "white" as colour] if said == other:
            told = "a shot comes up `from` a colour on its way in, and goes down `to` one in its `out`"
            raise Wrong("edit", told, f"Did you mean `{before} {way} {colour}`?", focus=f"{said} {colour}")
    said = " ".join(rest)
    hint = f"expected `{way} black`, `{way} white` or nothing"
    raise Wrong("edit", f"`{q.shown(said)}` is too much after `{before}`", hint, focus=said)


_TIME = r"(\d+(\.\d+)?|\.\d+)(s|f|min|h)"
EDIT_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": rf"^(cut|match cut|dissolve {_TIME}( (plain|aligned|linear|plain linear|linear plain))?|fade {_TIME}( from (black|white))?)$",
        "examples": ["cut", "dissolve 1s", "fade 1s from white"],
    }
)
OUT_SCHEMA = WithJsonSchema(
    {"type": "string", "pattern": rf"^fade {_TIME}( to (black|white))?$", "examples": ["fade 1.5s"]}
)
