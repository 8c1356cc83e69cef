"""`choices.yaml`, beside the shot lists of a folder: which takes their films are made of. Read as shot lists are."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, RootModel

from composer.errors import Wrong
from composer.schema.gates import MOST_TAKES as MOST_RENDERED
from composer.schema.model import Model
from composer.schema.names import ShotName
from composer.schema.quantities import shown
from composer.schema.sizes import parse_integer
from composer.timing import FrameRange
from composer.types import Size

MOST_TAKES = 999_999
LAST_TAKE = 2 * (MOST_RENDERED - 1)
"""Of a segment: as many as can be asked for, and as many retakes as gates can have."""


def take_parser(last: int) -> Callable[[Any], int]:
    """Parser of the number of a take, from 0, the first one, to `last`."""

    def parse(value: Any) -> int:
        text = str(value).strip()
        if re.fullmatch(r"-?\d{1,20}", text) and not 0 <= int(text) <= last:
            nearest = min(max(int(text), 0), last)
            raise Wrong("range", f"there is no take {text}", f"expected 0 to {last}. Did you mean `{nearest}`?")
        return parse_integer(0, last)(value)

    return parse


parse_pick = take_parser(LAST_TAKE)


def parse_segment(value: Any) -> int:
    """The number of a segment in its shot, from 0. Raises `Wrong`."""
    text = str(value).strip()
    if not re.fullmatch(r"0|[1-9]\d{0,4}", text):
        raise Wrong("segment", f"`{shown(value)}` is no segment of a shot", "expected its number: 0 is the first one")
    return int(text)


def parse_span(value: Any) -> FrameRange:
    """`24-57`: the native frames of a clip, as the plan prints them. Raises `Wrong`."""
    found = re.fullmatch(r"(-?\d{1,9})-(\d{1,9})", str(value).strip())
    if not found or int(found[1]) >= int(found[2]):
        raise Wrong("frames", f"`{shown(value)}` are no frames of a clip", "expected first and end, as `0-33`")
    return FrameRange(int(found[1]), int(found[2]))


def parse_native_size(value: Any) -> Size:
    """`768x432` in pixels. Raises `Wrong`."""
    found = re.fullmatch(r"(\d{1,5})\s*x\s*(\d{1,5})", str(value).strip())
    if not found or "0" in found.groups():
        raise Wrong("size", f"`{shown(value)}` is no size of a picture", "expected width x height, as `768x432`")
    return int(found[1]), int(found[2])


def parse_rate(value: Any) -> Fraction:
    """`24` or `24000/1001` frames a second. Raises `Wrong`."""
    text = str(value).strip()
    if not re.fullmatch(r"[1-9]\d{0,8}(/[1-9]\d{0,8})?", text):
        raise Wrong(
            "fps", f"`{shown(value)}` is no frame rate", "expected a whole number or a fraction, as `24000/1001`"
        )
    return Fraction(text)


def parse_clip(value: Any) -> str:
    """The key of a clip in the store. Raises `Wrong`."""
    text = str(value).strip()
    if not re.fullmatch(r"[0-9a-f]{40}", text):
        raise Wrong("clip", f"`{shown(value)}` is no clip", "expected what `composer render LIST --lock SHOT` writes")
    return text


Span = Annotated[FrameRange, BeforeValidator(parse_span)]
Clip = Annotated[str, BeforeValidator(parse_clip)]


class Lock(Model):
    """Clips that stay, whatever changes: the native frames of each, counted from the shot's start, and its key.

    `shows` is a digest of the geometry in each: one that shows another than is declared is not remembered.
    """

    frames: tuple[Span, ...] = Field(min_length=1)
    size: Annotated[Size, BeforeValidator(parse_native_size)]
    fps: Annotated[Fraction, BeforeValidator(parse_rate)]
    clips: tuple[Clip, ...] = Field(min_length=1)
    shows: tuple[Clip, ...] = ()


class Choice(Model):
    """What was chosen for a shot: which take it is, which of the takes of each of its segments was picked, whatever their
    scores, and whether its clips stay.
    """

    take: Annotated[int, BeforeValidator(take_parser(MOST_TAKES))] = 0
    picks: dict[Annotated[int, BeforeValidator(parse_segment)], Annotated[int, BeforeValidator(parse_pick)]] = Field(
        default_factory=dict
    )
    lock: Lock | None = None


NOTHING = Choice()
"""The first take, which may change with all that it is made from."""


class ChoicesFile(RootModel[dict[str, dict[ShotName, Choice]]]):
    """All of `choices.yaml`: by the name of a list's file without its ending, by shot."""


Chosen = Mapping[str, Choice]
