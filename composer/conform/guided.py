"""Native frames to the film's size and rate by what is declared: places, cameras, bodies."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

import cv2
import numpy as np
from jaxtyping import UInt8

from composer.conform.between import Still, between
from composer.conform.plain import conform_frames, resize
from composer.conform.sight import look
from composer.conform.upscaling import surfaces, upscaled
from composer.scene import Hits, Scene
from composer.timing import FrameRange, Rates
from composer.types import Camera, CameraTrack, Size, WorldState, WorldTrack

Guide = Callable[[Hits, Camera, WorldState], UInt8[np.ndarray, "h w 3"]]
"""A picture of what is declared, at the film's size: where within a surface native pixels may differ, never what they are."""

Picture = UInt8[np.ndarray, "h w 3"]


@dataclass(frozen=True)
class Conforming:
    """How native frames are brought to the film's rate and size, each half on its own."""

    interpolate: Literal["guided", "linear"] = "guided"
    upscale: Literal["guided", "lanczos"] = "guided"


PLAIN = Conforming("linear", "lanczos")

CONFORMINGS: dict[str, Conforming] = {
    "guided": Conforming(),
    "size": Conforming(interpolate="linear"),
    "rate": Conforming(upscale="lanczos"),
    "plain": PLAIN,
}
"""What the command line calls them."""


@dataclass(frozen=True, eq=False)
class Declared:
    """What a shot shows: its place, and camera and world at every film frame and at every native frame.

    All cameras are those of pictures of the film's size.
    """

    scene: Scene
    film: tuple[CameraTrack, WorldTrack]
    native: tuple[CameraTrack, WorldTrack]

    @property
    def size(self) -> Size:
        return self.film[0].size


@dataclass(frozen=True, eq=False)
class Guidance:
    """What native frames are guided by, and how. Without a `picture`, ids and normals guide alone.

    `lit` has the picture drawn for frames between native ones too, so that shadows and highlights move as they do; it is
    most of what guiding costs.
    """

    declared: Declared
    how: Conforming = Conforming()
    picture: Guide | None = None
    lit: bool = True

    @property
    def lit_between(self) -> bool:
        """Whether frames between native ones have a picture of their own."""
        return self.lit and self.how.interpolate == "guided"


@dataclass(frozen=True, eq=False)
class _Shown:
    """A native frame at the film's size; `still` where frames between are made from it."""

    picture: Picture
    still: Still | None


def guided_frames(
    native: Iterable[Picture],
    frames: FrameRange,
    rates: Rates,
    guidance: Guidance,
    workers: int = 2,
) -> Iterator[Picture]:
    """Film frames `frames` of a shot, from its native frames, the first being number 0.

    Film frame i stands at i / film rate, native frame k at k / native rate. A native frame that stands at a film frame is
    used alone; one of the film's size passes unchanged. The frames do not depend on `workers`. Raises `ValueError` when a
    frame that is needed is not there.
    """
    if guidance.how == PLAIN:
        yield from conform_frames(native, frames, rates, guidance.declared.size)
        return
    source = enumerate(native)
    shown: dict[int, Future[_Shown]] = {}
    last = -1
    with ThreadPoolExecutor(workers, thread_name_prefix="conform") as pool:
        ahead: deque[Future[Picture]] = deque()
        try:
            for frame in frames:
                first, wanted = floor(frame * rates.step), ceil(frame * rates.step)
                while last < wanted and (following := next(source, None)) is not None:
                    last = following[0]
                    if last >= first:
                        shown[last] = pool.submit(_show, following[1], last, guidance)
                if last < wanted:
                    raise ValueError(
                        f"film frame {frame} needs native frames {first} to {wanted}; there are 0 to {last}"
                    )
                shown = {number: future for number, future in shown.items() if number >= first}
                pair, share = (shown[first], shown[wanted]), float(frame * rates.step - first)
                ahead.append(pool.submit(_film_frame, *pair, share, frame, guidance))
                if len(ahead) >= 2 * workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for frames_ahead in (ahead, shown.values()):
                for future in frames_ahead:
                    future.cancel()


def _show(native: Picture, index: int, guidance: Guidance) -> _Shown:
    """A native frame at the film's size."""
    declared, how = guidance.declared, guidance.how
    fitted = resize(native, declared.size)
    larger = declared.size[0] > native.shape[1]
    finer = how.upscale == "guided" and larger
    if not finer and how.interpolate == "linear":
        return _Shown(fitted, None)
    camera, state = declared.native[0][index], declared.native[1][index]
    sight = look(declared.scene, camera, state, declared.size)
    picture = guidance.picture if finer or guidance.lit_between else None
    guide = picture(sight.hits, camera, state) if picture else None
    if larger and not finer:
        return _Shown(fitted, Still(sight, fitted, guide))
    if not finer:
        return _Shown(fitted, Still(sight, surfaces(fitted, sight), guide))
    colours = upscaled(native, sight, guide)
    return _Shown(sight.resolved(colours), Still(sight, sight.middles(colours), guide))


def _film_frame(before: Future[_Shown], after: Future[_Shown], share: float, frame: int, guidance: Guidance) -> Picture:
    declared = guidance.declared
    a = before.result()
    if share == 0:
        return a.picture
    b = after.result()
    if guidance.how.interpolate == "linear" or a.still is None or b.still is None:
        return np.asarray(cv2.addWeighted(a.picture, 1 - share, b.picture, share, 0))
    camera, state = declared.film[0][frame], declared.film[1][frame]
    sight = look(declared.scene, camera, state, declared.size)
    light = guidance.picture(sight.hits, camera, state) if guidance.picture and guidance.lit_between else None
    return sight.resolved(between(sight, a.still, b.still, share, light))
