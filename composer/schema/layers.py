"""Layers: what is laid over the finished picture, item by item."""

import re
from fractions import Fraction
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from composer.errors import Wrong
from composer.schema import fields as f
from composer.schema import patterns
from composer.schema import quantities as q
from composer.schema.entrances import ENTRANCE_SCHEMA, Entrance, parse_entrance
from composer.schema.model import Model
from composer.schema.names import Name
from composer.schema.phrases import one_or_more, parse_picture
from composer.schema.quantities import Time
from composer.schema.readings import Full, Reading, Template, parse_full, parse_reading, parse_template
from composer.schema.synonyms import INKS_MEANT
from composer.spelling import did_you_mean

Spot = Literal[
    "top-left", "top", "top-right", "left", "centre", "right", "bottom-left", "bottom", "bottom-right"
]  # fmt: skip
SPOTS: tuple[str, ...] = get_args(Spot)
SAFE_PERCENT = 5
"""Of the picture's width and height, on each side: what stands nearer to its edge may be cut off by a screen."""

SIZE_WORDS = ("small", "medium", "large")
Main = Literal["text", "bar", "dial", "image", "title", "lower_third"]
MAIN: tuple[Main, ...] = get_args(Main)
"""Keys of an item that say what it is."""


_NOTHING = Time(Fraction(0))
_COMES = {
    "title": Entrance("fade", Time(Fraction(6, 10))),
    "lower_third": Entrance("slide", Time(Fraction(1, 2))),
}
"""How what says nothing else comes and goes."""


def parse_place(value: Any) -> Any:
    """One of `SPOTS`, or `[x%, y%]` of the picture, inside the safe margin. None passes. Raises `Wrong`."""
    if value is None or (isinstance(value, tuple) and all(isinstance(part, float) for part in value)):
        return value
    least, most = SAFE_PERCENT, 100 - SAFE_PERCENT
    if isinstance(value, list | tuple):
        numbers = [re.fullmatch(rf"({q.NUMBER})\s*%?", str(part).strip()) for part in value]
        if len(numbers) != 2 or not all(numbers):
            raise Wrong("place", f"`{q.shown(value)}` is no place in the picture", _PLACES)
        shares = [float(number[1]) for number in numbers if number]
        good = f"[{', '.join(q.plain(min(max(share, least), most)) + '%' for share in shares)}]"
        if not all(str(part).strip().endswith("%") for part in value):
            raise Wrong("no-unit", f"`{q.shown(value)}` has no unit", f"{_PLACES}. Did you mean `{good}`?")
        if not all(least <= share <= most for share in shares):
            said = f"`{q.shown(value)}` lies in the margin that a screen may cut off"
            raise Wrong("safe-area", said, f"expected `{least}%` to `{most}%`. Did you mean `{good}`?")
        return tuple(shares)
    text = str(value).strip()
    if text in SPOTS:
        return text
    words = re.sub(r"center|middle", "centre", text.lower().replace("upper", "top").replace("lower", "bottom"))
    parts = re.split(r"[\s_-]+", words)
    ways = ("-".join(parts), "-".join(reversed(parts)), next((part for part in parts if part != "centre"), "centre"))
    near = next((way for way in ways if way in SPOTS), "")
    hint = f" Did you mean `{near}`?" if near else did_you_mean(text, SPOTS)
    raise Wrong("place", f"`{q.shown(text)}` is no place in the picture", f"{_PLACES}.{hint}" if hint else _PLACES)


_PLACES = f"expected one of: {', '.join(SPOTS)}; or its middle, such as `[50%, 20%]` from the top left corner"


def parse_size(value: Any) -> Any:
    """`small`, `medium`, `large`, or a share of the picture's height: `6%`. None passes. Raises `Wrong`."""
    if value is None or isinstance(value, float) or value in SIZE_WORDS:
        return value
    text = str(value).strip()
    found = re.fullmatch(rf"({q.NUMBER})\s*(%?)", text)
    expected = f"expected one of: {', '.join(SIZE_WORDS)}; or a share of the picture's height, such as `6%`"
    if not found:
        hint = did_you_mean(text, SIZE_WORDS)
        raise Wrong("size", f"`{q.shown(text)}` is no size of a layer", f"{expected}.{hint}" if hint else expected)
    good = min(max(float(found[1]), 1.0), 90.0)
    hint = f"{expected}. Did you mean `{q.plain(good)}%`?"
    if not found[2]:
        raise Wrong("no-unit", f"`{text}` has no unit", hint)
    if good != float(found[1]):
        raise Wrong(
            "range", f"{text} of the picture's height", f"expected `1%` to `90%`. Did you mean `{q.plain(good)}%`?"
        )
    return good


def parse_ink(value: Any) -> Any:
    """`#rrggbb` as sRGB codes. Raises `Wrong`."""
    if isinstance(value, tuple):
        return value
    text = str(value).strip()
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        bare = re.fullmatch(r"[0-9a-fA-F]{6}", text)
        good = f"#{text}" if bare else INKS_MEANT.get(text.lower())
        expected = 'expected one such as `"#ffd9a0"`, in quotes'
        hint = f'{expected}. Did you mean `"{good}"`?' if good else expected
        raise Wrong("colour", f"`{q.shown(text)}` is no colour", hint)
    return tuple(int(text[k : k + 2], 16) for k in (1, 3, 5))


def lower_third_shorthand(value: Any) -> Any:
    """A text is a lower third with that name."""
    return {"name": value} if isinstance(value, str) else value


_N = r"(\d+(\.\d+)?|\.\d+)"


def _text(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": list(examples)})


_TEMPLATE = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 400})
_STATE = _text(r"^[a-z][a-z0-9_.]*( .+)?$", "barrel.speed", "film.time")
_PERCENT = {"type": "string", "pattern": rf"^{_N}\s*%$", "examples": ["50%"]}
_PLACE = WithJsonSchema(
    {"anyOf": [{"enum": list(SPOTS)}, {"type": "array", "items": _PERCENT, "minItems": 2, "maxItems": 2}]}
)
Text = Annotated[Template, BeforeValidator(parse_template), _TEMPLATE]


class LowerThird(Model):
    """Who is seen, and what they are."""

    name: Text = Field(description="The upper line.")
    line: Text | None = Field(None, description="The lower, smaller one.")


class LayerItem(Model):
    """One thing that is laid over the picture: exactly one of `text`, `bar`, `dial`, `image`, `title`, `lower_third`."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [word]} for word in MAIN]})

    text: Text | None = Field(
        None, description="A text; `{NAME.speed km/h 0.1}` in it shows [the state](#what-layers-read)."
    )
    bar: Annotated[Reading | None, BeforeValidator(parse_reading), _STATE] = Field(
        None, description="A state as a bar that fills."
    )
    dial: Annotated[Reading | None, BeforeValidator(parse_reading), _STATE] = Field(
        None, description="A state as a dial, with its number, in the unit of `full`."
    )
    image: Annotated[
        str | None,
        BeforeValidator(lambda value: None if value is None else parse_picture(value)),
        _text(r".+\.([pP][nN][gG]|[jJ][pP][eE]?[gG])$", "art/logo.png"),
    ] = Field(None, description="A .png, transparent where it says so, or .jpg file in the folder of the list.")
    title: Text | None = Field(None, description="A title card; what follows a line break stands smaller below.")
    lower_third: Annotated[
        LowerThird | None, BeforeValidator(lower_third_shorthand), patterns.OneOrText(".", "The name alone.")
    ] = Field(None, description="A name, or `{name, line}`.")
    full: Annotated[Full | None, BeforeValidator(parse_full), _text(rf"^{_N}\s*\D*$", "5m/s", "20m", "400N s", "3")] = (
        Field(
            None,
            description="Where a bar or dial is full. Needed, but with times of the film and of the shot, which are full at its end.",
        )
    )
    label: Text | None = Field(None, description="What a bar or dial is called; it may hold states, too.")
    at: Annotated[tuple[float, float] | Spot | None, BeforeValidator(parse_place), _PLACE] = Field(
        None,
        description="Where it stands, inside the 5 % safe margin; or its middle, as shares of width and height. `bottom` when not given; a title in the `centre`, a lower third `bottom-left`. What stands at one spot at a time is stacked.",
    )
    size: Annotated[
        float | Literal["small", "medium", "large"] | None,
        BeforeValidator(parse_size),
        WithJsonSchema({"anyOf": [{"enum": list(SIZE_WORDS)}, {**_PERCENT, "examples": ["6%"]}]}),
    ] = Field(
        None,
        description="`small`, `medium`, `large`, or the height of its letters (of a dial or image: its own) as a share of the picture's. `medium` when not given. A line that is too long is set smaller, and broken where that could not be read.",
    )
    colour: Annotated[tuple[int, int, int], BeforeValidator(parse_ink), _text("^#[0-9a-fA-F]{6}$", "#ffd9a0")] = Field(
        (255, 255, 255), description="White when not given."
    )
    from_: f.Moment = Field(_NOTHING, alias="from", description="When it comes, from the shot's start.")
    to: f.Duration | None = Field(None, description="When it has gone, from the shot's start; its end when not given.")
    for_: f.Duration | None = Field(
        None, alias="for", description="How long it is there, instead of `to`. It goes with the shot at the latest."
    )
    in_: Annotated[Entrance | None, BeforeValidator(parse_entrance), ENTRANCE_SCHEMA] = Field(
        None,
        alias="in",
        description="How it comes: `cut`, `fade 0.3s`, or `slide 0.3s` in from its side. `cut` when not given; titles `fade 0.6s`, lower thirds `slide 0.5s`.",
    )
    out: Annotated[Entrance | None, BeforeValidator(parse_entrance), ENTRANCE_SCHEMA] = Field(
        None, description="How it goes, likewise. What cuts at the shot's end stays through a dissolve."
    )

    @property
    def main(self) -> Main:
        """The key that says what it is; the first, where several do."""
        return next((word for word in MAIN if getattr(self, word) is not None), "text")

    @property
    def templates(self) -> dict[tuple[str, ...], Template]:
        """Its texts by the keys that lead to them."""
        third = self.lower_third
        texts: dict[tuple[str, ...], Template | None] = {
            ("text",): self.text,
            ("title",): self.title,
            ("label",): self.label,
            ("lower_third", "name"): third.name if third else None,
            ("lower_third", "line"): third.line if third else None,
        }
        return {keys: text for keys, text in texts.items() if text is not None}

    @property
    def gauge(self) -> Reading | None:
        """What its bar or dial shows."""
        return self.bar or self.dial

    @property
    def coming(self) -> Entrance:
        return self.in_ or _COMES.get(self.main, Entrance())

    @property
    def going(self) -> Entrance:
        return self.out or _COMES.get(self.main, Entrance())

    @property
    def stays(self) -> bool:
        """Is it there beyond the shot's end, while the shot runs on beneath the next?"""
        return self.to is None and self.for_ is None and self.going.kind == "cut"

    def span_s(self, shot_s: Fraction, fps: Fraction) -> tuple[Fraction, Fraction]:
        """When it comes and when it has gone, in seconds of a shot of `shot_s`."""
        start = self.from_.seconds(fps)
        if self.for_ is not None:
            return start, start + self.for_.seconds(fps)
        return start, shot_s if self.to is None else self.to.seconds(fps)

    def is_there(self, start_s: Fraction, stop_s: Fraction, shot_s: Fraction, fps: Fraction) -> bool:
        """Is it seen between two times (s) of a shot of `shot_s`, its tail handle's too?"""
        comes, goes = self.span_s(shot_s, fps)
        return comes < stop_s and (self.stays or goes > start_s)


Items = Annotated[tuple[LayerItem, ...], BeforeValidator(one_or_more), Field(min_length=1), patterns.OneOrList()]
Names = Annotated[tuple[Name, ...], BeforeValidator(one_or_more), patterns.OneOrList()]
