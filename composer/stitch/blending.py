"""The frames of overlaps: two pictures, or one and a colour, mixed in the codes that are encoded."""

from collections.abc import Iterator

import av
import cv2
import numpy as np
from jaxtyping import UInt8

from composer.media import Planes, decoded, read_frames, read_planes, to_planes
from composer.stitch.clips import Dissolve, Picture
from composer.stitch.parts import Overlap, Stretch
from composer.types import Shade

_LUMA = {"black": 16, "white": 235}  # limited range
_CODE = {"black": 0, "white": 255}
_NO_CHROMA = 128


def encodable(part: Stretch | Overlap) -> Iterator[Planes | av.VideoFrame]:
    """The pictures of a part of a film whose clips are delivery clips, as `write_delivery` takes them; mixed without a
    detour through RGB where that changes nothing. Raises `StorageError`.
    """
    if isinstance(part, Stretch):
        yield from decoded(part.path, part.frames)
    elif _needs_rgb(part):
        yield from map(to_planes, pictures_of(part))
    elif part.before:
        both = zip(_planes(part.before), _planes(part.shown), strict=True)
        yield from (mixed(*pair, part.share(n)) for n, pair in enumerate(both))
    else:
        for n, planes in enumerate(_planes(part.shown)):
            yield mixed(_flat_planes(planes, _colour(part)), planes, part.share(n))


def _planes(part: Stretch) -> Iterator[Planes]:
    return read_planes(part.path, part.frames)


def pictures_of(part: Stretch | Overlap) -> Iterator[Picture]:
    """The pictures of a part of a film as sRGB codes. Raises `StorageError`."""
    if isinstance(part, Stretch):
        yield from read_frames(part.path, part.frames)
    elif part.before:
        both = zip(read_frames(part.before.path, part.before.frames), pictures_of(part.shown), strict=True)
        yield from (_dissolved(part, n, *pair) for n, pair in enumerate(both))
    else:
        for n, picture in enumerate(pictures_of(part.shown)):
            yield mixed(np.full_like(picture, _CODE[_colour(part)]), picture, part.share(n))


def mixed(
    before: UInt8[np.ndarray, "*pixels"], after: UInt8[np.ndarray, "*pixels"], share: float
) -> UInt8[np.ndarray, "*pixels"]:
    """Codes `share` of the way from one picture to the other."""
    return np.asarray(cv2.addWeighted(before, 1 - share, after, share, 0))


def mixed_in_light(before: Picture, after: Picture, share: float) -> Picture:
    """`share` of the way from one picture to the other in linear light: brighter half way than codes are."""
    light = cv2.addWeighted(_LIGHT[before], 1 - share, _LIGHT[after], share, 0)
    return np.asarray(_CODES[np.round(light * (len(_CODES) - 1)).astype(np.uint16)])


def _dissolved(part: Overlap, frame: int, before: Picture, after: Picture) -> Picture:
    assert isinstance(part.how, Dissolve)
    if part.how.blend:
        return part.how.blend(frame, before, after)
    mix = mixed_in_light if part.how.linear else mixed
    return mix(before, after, part.share(frame))


def _needs_rgb(part: Overlap) -> bool:
    return isinstance(part.how, Dissolve) and (part.how.linear or part.how.blend is not None)


def _colour(part: Overlap) -> Shade:
    assert not isinstance(part.how, Dissolve)
    return part.how.colour


def _flat_planes(like: Planes, colour: Shade) -> Planes:
    flat = np.full_like(like, _NO_CHROMA)
    flat[: len(like) * 2 // 3] = _LUMA[colour]
    return flat


def _to_light(code: UInt8[np.ndarray, " n"]) -> np.ndarray:
    share = code / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _to_code(light: np.ndarray) -> UInt8[np.ndarray, " n"]:
    share = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(share * 255).astype(np.uint8)


_LIGHT = _to_light(np.arange(256, dtype=np.uint8))
_CODES = _to_code(np.arange(1 << 16) / ((1 << 16) - 1))
