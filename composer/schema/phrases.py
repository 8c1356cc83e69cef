"""Short phrases of a shot list as values: spots, facings, rows, suns, ambiences, framings, sides."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.names import NAME, parse_name
from composer.schema.sizes import parse_integer, parse_point, parse_sizes
from composer.schema.synonyms import LAMPS_MEANT
from composer.schema.words import SIDES
from composer.spelling import did_you_mean

Height = Literal["eye", "ground", "low", "high", "overhead"]
HEIGHTS: tuple[str, ...] = get_args(Height)
Sun = tuple[float, float]
"""Bearing and height in degrees."""

AMBIENCE = (
    "wind", "gulls", "lapping water", "rain", "sea", "city", "room tone", "crowd", "forest", "machinery", "birds",
    "radio hiss", "crickets", "fire", "hum", "river", "traffic",
)  # fmt: skip
"""Beds of sound that are made, not recorded."""

AUDIO_FILES = (".aac", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav")


def is_recording(word: str) -> bool:
    """Whether a word of ambience names an audio file."""
    return word.lower().endswith(AUDIO_FILES)


@dataclass(frozen=True)
class Repeat:
    """A row: `count` in all, the first in place, each `step_m` metres on towards the bearing `direction_deg`."""

    count: int
    step_m: float
    direction_deg: float


def optional(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`parse`, letting None through, for fields that may be absent."""

    def parse_or_none(value: Any) -> Any:
        return None if value is None else parse(value)

    return parse_or_none


def parse_spot(value: Any) -> Any:
    """Coordinates in metres, or the name of a mark."""
    if value is None:
        return None
    if isinstance(value, str) and re.match(rf"[(\[{{]?\s*{q.NUMBER}", value):
        return parse_point(value)
    return parse_name(value) if isinstance(value, str) else parse_point(value)


def parse_spot_in_space(value: Any) -> Any:
    """Coordinates with a height, in metres, or a name."""
    spot = parse_spot(value)
    if isinstance(spot, tuple) and len(spot) == 2:
        good = ", ".join(q.plain(v, 3) for v in (*spot, 1.6))
        raise Wrong(
            "point", "a point in space has a height too", f"expected [x, y, z] in metres. Did you mean `[{good}]`?"
        )
    return spot


def parse_truth(value: Any) -> Any:
    """`true` or `false`."""
    if isinstance(value, bool) or value in ("true", "false"):
        return value in (True, "true")
    raise Wrong("word", f"`{q.shown(value)}` is neither true nor false", "expected `true` or `false`")


def parse_pair(value: Any) -> Any:
    """`[dock, crane]`: two names."""
    if value is None:
        return None
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise Wrong("pair", "this is not a pair of names", "expected two names in brackets, such as `[dock, crane]`")
    return tuple(parse_name(name) for name in value)


def parse_facing(value: Any) -> Any:
    """A direction in degrees, or a name to look at."""
    if isinstance(value, str) and re.fullmatch(NAME, value) and value not in q.COMPASS:
        return parse_name(value)
    return None if value is None else q.parse_direction(value)


BOX = optional(parse_sizes(3, 3, "width x depth x height"))
CYLINDER = optional(parse_sizes(2, 2, "diameter x height"))
RAMP = optional(parse_sizes(3, 3, "run x width x rise"))
ROOM = optional(parse_sizes(3, 3, "width x depth x height"))
WALL = optional(parse_sizes(2, 3, "length x height [x thickness]"))


MESH_FILES = (".glb", ".obj")
VIDEO_FILES = (".mp4", ".mov", ".m4v", ".mkv", ".webm")


def parse_mesh(value: Any) -> Any:
    """A .glb or .obj file."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.lower().endswith(MESH_FILES):
        stem = re.sub(r"\.\w{1,5}$", "", str(value)) or "house"
        said = f"`{q.shown(value)}` is no mesh"
        raise Wrong("mesh", said, f"expected a `.glb` or `.obj` file, such as `{q.shown(stem)}.glb`")
    return value


def parse_axis(value: Any) -> Any:
    """`up`, or a direction in degrees."""
    return value if value == "up" else q.parse_direction(value)


def parse_colour(value: Any) -> Any:
    """`warm`, `cold` or `#rrggbb` as linear RGB, largest 1."""
    if value is None:
        return None
    if isinstance(value, tuple | list) and len(value) == 3:
        linear = tuple(float(q.finite(channel)) for channel in value)
    elif isinstance(value, str) and value in _LAMPS:
        linear = _LAMPS[value]
    elif isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        linear = tuple(_to_linear(int(value[i : i + 2], 16) / 255) for i in (1, 3, 5))
    else:
        hint = (
            f' Did you mean `"#{value}"`?'
            if re.fullmatch(r"[0-9a-fA-F]{6}", str(value))
            else f" Did you mean `{LAMPS_MEANT[str(value).lower()]}`?"
            if str(value).lower() in LAMPS_MEANT
            else did_you_mean(str(value), _LAMPS)
        )
        raise Wrong(
            "colour",
            f"`{q.shown(str(value))}` is no light of a lamp",
            f'expected `warm`, `cold` or a colour such as `"#ffd9a0"`.{hint}',
        )
    brightest = max(linear)
    if not min(linear) >= 0 or not 0 < brightest <= 1e6:
        raise Wrong("colour", "a black lamp does not shine", 'expected `warm`, `cold` or a colour such as `"#ffd9a0"`')
    return tuple(channel / brightest for channel in linear)


_LAMPS = {"warm": (1.0, 0.60, 0.28), "cold": (0.70, 0.84, 1.0)}


def _to_linear(code: float) -> float:
    return code / 12.92 if code <= 0.04045 else ((code + 0.055) / 1.055) ** 2.4


def parse_repeat(value: Any) -> Any:
    """`5 every 7m west`."""
    if value is None or isinstance(value, Repeat):
        return value
    expected = "expected a count, a step and a direction, such as `5 every 7m west`"
    match = re.fullmatch(r"(\S+) +every +(\S+) +(\S+)", str(value).strip()[:80])
    if not match:
        raise Wrong("repeat", f"`{q.shown(str(value))}` is no row", expected)
    count = _within(match[1], parse_integer(2, 500))
    step = _within(match[2], q.parse_extent)
    return Repeat(count, step, _within(match[3], q.parse_direction))


def parse_sun(value: Any) -> Any:
    """`west 12deg`: bearing and height in degrees."""
    if value is None:
        return None
    expected = "expected a direction and a height, such as `west 12deg`"
    words = list(value) if isinstance(value, tuple | list) else str(value)[:80].split()
    if len(words) != 2:
        raise Wrong("sun", f"`{q.shown(str(value))}` does not say where the sun stands", expected)
    bearing, height = _within(words[0], q.parse_direction), _within(words[1], q.parse_angle)
    if not 0 <= height <= 90:
        raise Wrong(
            "range",
            f"a sun {q.plain(height)} degrees high",
            "expected `0deg` (on the horizon) to `90deg`",
            focus=str(words[1]),
        )
    return bearing, height


def parse_ambience(value: Any) -> Any:
    """A word of `AMBIENCE`, a list of them, or an audio file."""
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, tuple | list) or not all(isinstance(word, str) for word in value):
        raise Wrong(
            "ambience",
            "this is no ambience",
            f"expected words such as `[wind, gulls]`, out of: {', '.join(AMBIENCE)}; or an audio file",
        )
    for word in value:
        if word not in AMBIENCE and not is_recording(word):
            raise Wrong(
                "ambience",
                f"no ambience is called `{q.shown(word)}`",
                f"expected one of: {', '.join(AMBIENCE)}; or an audio file.{did_you_mean(word, AMBIENCE)}",
                focus=word,
            )
    return tuple(value)


def parse_side(value: Any) -> Any:
    """A side of the subject's face, or a direction in degrees."""
    if value is None or (isinstance(value, str) and value in SIDES):
        return value
    if isinstance(value, list | tuple) or re.match(rf"[(\[]\s*{q.NUMBER}", str(value)):
        written = value if isinstance(value, list | tuple) else re.findall(q.NUMBER, value)
        meant = f" Did you mean `at: {q.shown(written)}`?" if 2 <= len(written) <= 3 else ""
        raise Wrong("side", "`from` takes a direction or a side", f"coordinates are the key `at`.{meant}")
    try:
        return q.parse_direction(value)
    except Wrong as wrong:
        if wrong.code != "direction":
            raise
        raise Wrong(
            "side",
            f"`{q.shown(str(value))}` is neither a direction nor a side",
            f"expected one of: {', '.join([*q.COMPASS, *SIDES])}; or a bearing such as `200deg`.{did_you_mean(str(value), [*q.COMPASS, *SIDES])}",
        ) from None


def parse_height(value: Any) -> Any:
    """A word of `HEIGHTS`, or a length in metres."""
    if value is None or value in HEIGHTS:
        return value
    if isinstance(value, str) and re.fullmatch(r"[a-z-]+", value):
        raise Wrong(
            "height",
            f"`{value}` is no height",
            f"expected one of: {', '.join(HEIGHTS)}; or a length such as `1.2m`.{did_you_mean(value, HEIGHTS)}",
        )
    return _CAMERA_HEIGHT(value)


_CAMERA_HEIGHT = q.length_between(0.01, 10_000, likely_m=(0.3, 15.0))


def camera_shorthand(value: Any) -> Any:
    """`WS tower` is `{frame: WS tower}`."""
    return {"frame": value} if isinstance(value, str) else value


def one_or_more(value: Any) -> Any:
    """One item needs no list."""
    return value if isinstance(value, tuple | list) else (value,)


def parse_picture(value: Any) -> Any:
    """The name of a PNG or JPEG file. Raises `Wrong`."""
    if not isinstance(value, str) or not value.lower().endswith((".png", ".jpg", ".jpeg")):
        raise Wrong(
            "picture", f"`{q.shown(value)}` is no picture", "expected a file such as `plates/yard.png` or `.jpg`"
        )
    return value


def parse_video(value: Any) -> Any:
    """The name of a video file. Raises `Wrong`."""
    if not isinstance(value, str) or not value.lower().endswith(VIDEO_FILES):
        raise Wrong(
            "video",
            f"`{q.shown(value)}` is no video",
            f"expected a file such as `film/sea.mp4`; {', '.join(VIDEO_FILES)} are read",
        )
    return value


def look_shorthand(value: Any) -> Any:
    """A text is a mapping with that `look`."""
    return {"look": value} if isinstance(value, str) else value


def _within(word: Any, parse: Callable[[Any], Any]) -> Any:
    """`parse(word)`; a fault of it points at the word alone."""
    try:
        return parse(word)
    except Wrong as wrong:
        wrong.focus = wrong.focus or str(word)
        raise
