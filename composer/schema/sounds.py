"""What is heard beside the beds of places: music, lines, effects, how loud, and across which cut."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from composer.errors import Wrong
from composer.schema import fields as f
from composer.schema import quantities as q
from composer.schema.model import Model
from composer.schema.names import SHOT_NAME, Name, parse_shot_name
from composer.schema.patterns import AMBIENCE_SCHEMA
from composer.schema.phrases import AUDIO_FILES, is_recording, parse_ambience
from composer.schema.quantities import Time
from composer.schema.sizes import parse_integer

MUTE_DB = float("-inf")
_DB = re.compile(rf"\+?({q.NUMBER})\s*dB")


def parse_level(value: Any) -> float:
    """`-18dB`, `+3dB`: -60 to +24. Raises `Wrong`."""
    if isinstance(value, float):
        return value
    return _decibels(value, "a level", "dB", -60, 24, "such as `-18dB`")


def parse_level_or_mute(value: Any) -> float:
    """As `parse_level`; `mute` is minus infinity. Raises `Wrong`."""
    return MUTE_DB if value == "mute" else parse_level(value)


def parse_loudness(value: Any) -> float:
    """`-16LUFS`: -40 to -8. Raises `Wrong`."""
    if isinstance(value, float):
        return value
    return _decibels(value, "a loudness", "LUFS", -40, -8, "such as `-16LUFS`")


def _decibels(value: Any, what: str, unit: str, least: int, most: int, example: str) -> float:
    text = str(value).strip()
    found = re.fullmatch(rf"\+?({q.NUMBER})\s*([A-Za-z]*)", text) if len(text) <= 32 else None
    expected = (
        f"expected `{least}{unit}` to `{most:+d}{unit}`" if most > 0 else f"expected `{least}{unit}` to `{most}{unit}`"
    )
    if not found:
        raise Wrong("quantity", f"`{q.shown(text)}` is not {what}", f"{expected}, {example}")
    amount = float(found[1])
    near = min(max(amount, least), most)
    if found[2] != unit:
        code, said = ("no-unit", f"`{text}` has no unit") if not found[2] else ("wrong-unit", f"`{text}` is not {what}")
        raise Wrong(code, said, f"{expected}. Did you mean `{q.plain(near)}{unit}`?")
    if near != amount:
        raise Wrong(
            "range", f"{what} of {q.plain(amount)} {unit}", f"{expected}. Did you mean `{q.plain(near)}{unit}`?"
        )
    return amount


def parse_sound_file(value: Any) -> Any:
    """The name of a sound file. Raises `Wrong`."""
    if value is not None and (not isinstance(value, str) or not is_recording(value)):
        raise Wrong(
            "sound-file",
            f"`{q.shown(str(value))}` is no sound file",
            f"expected a file such as `audio/harbour.ogg`; {', '.join(AUDIO_FILES)} are read",
        )
    return value


_ZERO = Time(Fraction(0))


@dataclass(frozen=True)
class CueTime:
    """So long after the start of `shot`; of the film where that is empty."""

    shot: str = ""
    plus: Time = _ZERO


def parse_cue_time(value: Any) -> CueTime:
    """`dawn`, `dawn + 2s`, or a time from the film's start. Raises `Wrong`."""
    if isinstance(value, CueTime):
        return value
    text = " ".join(str(value)[:200].split())
    if re.match(r"[\d.]", text):
        return CueTime("", q.parse_moment(text))
    shot, plus, time = text.partition(" + ")
    name = q.pointing(shot, parse_shot_name)
    return CueTime(name, q.pointing(time, q.parse_moment) if plus else _ZERO)


def file_shorthand(value: Any) -> Any:
    """One cue needs no list, and its file no braces."""
    items = value if isinstance(value, tuple | list) else (value,)
    return tuple({"file": item} if isinstance(item, str) else item for item in items)


def _parse_key(value: Any) -> Any:
    text = " ".join(str(value).split())
    if not re.fullmatch(r"[A-G](#|b)? (major|minor)", text):
        raise Wrong(
            "key", f"`{q.shown(text)}` is no key", "expected a note and a mode, such as `D minor` or `Bb major`"
        )
    return text


_pattern: Callable[[str, str], WithJsonSchema] = lambda pattern, example: WithJsonSchema(  # noqa: E731
    {"type": "string", "pattern": pattern, "examples": [example]}
)
_N = r"[-+]?(\d+(\.\d+)?|\.\d+)"
Level = Annotated[float, BeforeValidator(parse_level), _pattern(rf"^{_N}\s*dB$", "-18dB")]
LevelOrMute = Annotated[float, BeforeValidator(parse_level_or_mute), _pattern(rf"^({_N}\s*dB|mute)$", "+3dB")]
Loudness = Annotated[float, BeforeValidator(parse_loudness), _pattern(rf"^{_N}\s*LUFS$", "-16LUFS")]
SoundFile = Annotated[
    str,
    BeforeValidator(parse_sound_file),
    _pattern(rf"\.({'|'.join(name[1:] for name in AUDIO_FILES)})$", "audio/harbour.ogg"),
]


def _parse_bed(value: Any) -> Any:
    return None if value is None else parse_ambience(value)


Tempo = Annotated[
    int, BeforeValidator(parse_integer(30, 240)), WithJsonSchema({"type": "integer", "minimum": 30, "maximum": 240})
]
Mood = Literal["calm", "tense", "sad", "bright"]


class Cue(Model):
    """Music: a file, or a simple score that is made."""

    file: SoundFile | None = Field(None, description="A sound file in the folder of the list; or give a `mood`.")
    in_: f.Moment = Field(_ZERO, alias="in", description="First moment of the file used.")
    out: f.Duration | None = Field(None, description="Where it stops, in the file's time; its end when not given.")
    at: Annotated[
        CueTime,
        BeforeValidator(parse_cue_time),
        _pattern(rf"^({SHOT_NAME}( \+ .+)?|(\d+(\.\d+)?|\.\d+)\s*(s|f|min|h))$", "dawn + 2s"),
    ] = Field(
        CueTime(), description="When it begins: a shot, `shot + TIME`, or a time of the film; its start when not given."
    )
    level: Level = Field(-18.0, description="How much louder than the file is, or than a score at full level.")
    fade: f.Moment = Field(Time(Fraction(1, 2)), description="Over which it comes and goes.")
    mood: Mood | None = Field(None, description="Of a score that is made, instead of a `file`.")
    tempo: Tempo = Field(84, description="Of a score: beats a minute, four to a bar.")
    key: Annotated[str, BeforeValidator(_parse_key), _pattern("^[A-G](#|b)? (major|minor)$", "D minor")] = Field(
        "A minor", description="Of a score: its note and mode."
    )
    bars: Literal["even", "cuts"] = Field(
        "even", description="Of a score: `cuts` stretches its bars a little, so that one begins at every cut."
    )


class Line(Model):
    """What somebody says: heard from its file, and a subtitle."""

    who: Name = Field(description="The subject that says it; off screen when out of frame.")
    line: Annotated[str, Field(min_length=1, max_length=4000)] = Field(
        description="What is said. A subtitle that has gone before it can be read, at 17 characters a second, is a warning."
    )
    at: f.Moment = Field(_ZERO, description="When it begins, from the shot's start.")
    file: SoundFile | None = Field(None, description="The recording; without one the line is a subtitle alone.")
    level: Level = Field(0.0, description="How much louder than its file.")


class Effect(Model):
    """A sound at a moment of a shot; it may run on beyond the cut."""

    file: SoundFile = Field(description="A sound file in the folder of the list.")
    at: f.Moment = Field(_ZERO, description="When it begins, from the shot's start.")
    level: Level = Field(0.0, description="How much louder than its file.")


class ShotSound(Model):
    """How a shot sounds."""

    ambience: Annotated[tuple[str, ...] | None, BeforeValidator(_parse_bed), AMBIENCE_SCHEMA] = Field(
        None, description="Its bed of sound, instead of its place's."
    )
    contacts: LevelOrMute = Field(0.0, description="How much louder what touches sounds in it; or `mute`.")
    own: LevelOrMute = Field(
        0.0,
        description="How much louder the sound is that came with its clips or footage, instead of the bed; or `mute`, "
        "and the bed is heard. With `contacts: mute` it is heard alone.",
    )
    effects: Annotated[tuple[Effect, ...], BeforeValidator(file_shorthand)] = Field(
        (), description="Sound files at moments of the shot: one, or a list."
    )
    j_cut: f.Moment = Field(_ZERO, description="Its sound leads its picture by so long.")
    l_cut: f.Moment = Field(_ZERO, description="Its sound runs on under the next shot for so long.")
