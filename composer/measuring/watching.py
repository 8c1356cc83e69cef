"""What is seen of a film as it streams by: light that trembles, things that move otherwise than declared, programs that see
cuts, and which anchors are in the picture.

All of it works on pictures of at most `WIDTH` px, so that every frame can be looked at; figures in pixels are of the film's
measured size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import nan

import cv2
import numpy as np

from composer.measuring.declared import Declared, FilmedShot, Geometry, Meeting
from composer.measuring.desk import Picture
from composer.metrics import CutDetectors, DeclaredFlow, Interval, View, body_shift, flicker_step, interval
from composer.metrics.motion import SLOWEST_PX
from composer.types import FIRST_SUBJECT, Camera, Size

WIDTH = 320  # px
LIGHT_PX = 160  # the least width at which light is watched: every other pixel of more
COUNTED_S = Fraction(1, 6)  # from one count of the anchors in the picture to the next
AROUND = 2  # intervals beside a join that belong to it
BODY_MOMENTS = 48  # at most, spread over the film away from joins: what is found of bodies there calibrates the joins'


@dataclass
class Watched:
    """One value for each frame of the film; NaN where there is none. Intervals stand at the frame they begin with.

    `motion`, `body_motion` (the worst body, and which; only beside joins and at some moments between) and `change` are px, `speed` px a frame, `flicker` and its noise
    `halves` L*; `cuts` are the frames at which each detector fires. `counted` are frames at which the `pixels` of each id were
    counted, in pictures of `size`.
    """

    frames: int
    scale: float  # px of the measured size for each that is watched
    flicker: list[float] = field(default_factory=list)
    halves: list[float] = field(default_factory=list)
    motion: list[float] = field(default_factory=list)
    body_motion: list[float] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    change: list[float] = field(default_factory=list)
    speed: list[float] = field(default_factory=list)
    cuts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    counted: list[int] = field(default_factory=list)
    pixels: list[dict[int, int]] = field(default_factory=list)
    size: Size = (0, 0)


class Watch:
    """Shown every frame once, in order, from `first` on, at the measured `size`; programs that look for cuts see them where
    they are asked. In a stretch that begins at a later frame bodies are looked for all through, else where joins need it.
    """

    def __init__(
        self, declared: Declared, frames: int, size: Size, fps: Fraction, *, first: int = 0, cuts: bool = True
    ) -> None:
        self.declared = declared
        width = min(WIDTH, size[0])
        self.size = width, max(2, round(size[1] * width / size[0]))
        self.seen = Watched(frames, size[0] / width, size=self.size)
        self._detectors = CutDetectors(fps, first) if cuts else None
        self._every = max(1, round(COUNTED_S * fps))
        self._before: tuple[Picture, Geometry] | None = None
        self._interval: Interval | None = None
        self._shot_of = _by_frame(declared, frames)
        self._hidden = {m.frame for m in declared.meetings if m.invisible}
        self._bodies = set(range(frames)) if first else _looked_at(declared.meetings, frames)
        for _ in range(first - 1):
            self._none()

    def see(self, frame: int, picture: Picture) -> None:
        """The next frame."""
        small = cv2.resize(picture, self.size, interpolation=cv2.INTER_AREA)
        if self._detectors:
            self._detectors.see(small)
        shot = self._shot_of[frame]
        geometry = self.declared.geometry(frame, self.size) if shot and shot.known and frame in shot.clear else None
        if frame:
            self._measure(frame - 1, small, geometry)
        if frame % self._every == 0 and geometry is not None:
            self.seen.counted.append(frame)
            self.seen.pixels.append(geometry.pixels())
        self._before = (small, geometry) if geometry is not None else None

    def end(self) -> Watched:
        """All that was seen."""
        self._none()
        self.seen.cuts = self._detectors.cuts if self._detectors else {}
        return self.seen

    def _measure(self, frame: int, picture: Picture, geometry: Geometry | None) -> None:
        """The interval from `frame` to the next, which shows `picture`."""
        goes_on = self._shot_of[frame] is self._shot_of[frame + 1] or frame + 1 in self._hidden
        if self._before is None or geometry is None or not goes_on:
            self._interval = None
            self._none()
            return
        before, known = self._before
        step = flicker_step(_every_other(before, known), _every_other(picture, geometry))
        declared = self.declared.flow(frame, self.size)
        found = interval(before, picture, declared)
        worst, body = _worst_body(before, picture, declared, known) if frame in self._bodies else (nan, -1)
        change = self._interval.change_px(found) if self._interval else nan
        scale, seen = self.seen.scale, self.seen
        for values, value in (
            (seen.flicker, step.change),
            (seen.halves, step.halves),
            (seen.motion, found.error_px() * scale),
            (seen.body_motion, worst * scale),
            (seen.change, change * scale),
            (seen.speed, found.speed_px * scale),
        ):
            values.append(value)
        seen.body.append(body)
        self._interval = found

    def _none(self) -> None:
        seen = self.seen
        for values in (seen.flicker, seen.halves, seen.motion, seen.body_motion, seen.change, seen.speed):
            values.append(nan)
        seen.body.append(-1)


def clear_of_joins(meetings: Sequence[Meeting], frames: int) -> list[int]:
    """Intervals that no join touches, nor those beside them."""
    joins = {frame for meeting in meetings for frame in touched(meeting)}
    return [n for n in range(1, frames - 1) if not joins & {n - 1, n, n + 1}]


def touched(meeting: Meeting) -> range:
    """Intervals that a join has a part in."""
    stop = max(meeting.frame, meeting.overlap.stop)
    return range(meeting.frame - AROUND, stop + AROUND)


def _looked_at(meetings: Sequence[Meeting], frames: int) -> set[int]:
    """The intervals in which bodies are looked for: three at a join that nobody should see, and three as far apart elsewhere."""
    clear = clear_of_joins(meetings, frames)
    middles = [meeting.frame - 1 for meeting in meetings if meeting.invisible]
    middles += clear[:: -(-len(clear) // BODY_MOMENTS)] if clear else []
    return {n for middle in middles for n in (middle - 1, middle, middle + 1)}


def _worst_body(now: Picture, after: Picture, declared: DeclaredFlow, known: Geometry) -> tuple[float, int]:
    """The body that moves least as it should, and by how much (px) it does not."""
    bodies = [one for one in known.pixels() if one >= FIRST_SUBJECT]
    errors = {body: body_shift(now, after, declared, known.anchor_id == body) for body in bodies}
    measured = {body: error for body, error in errors.items() if not np.isnan(error)}
    worst = max(measured, key=lambda one: measured[one], default=-1)
    return measured.get(worst, nan), worst


def relative(change: float, speed: float) -> float:
    """A change of motion as a share of the speed; NaN where that is too slow to tell."""
    return change / speed if speed >= SLOWEST_PX else nan


def _every_other(picture: Picture, known: Geometry) -> View:
    """A frame and what is declared of it at every pixel, or at every other one of more than are needed."""
    if picture.shape[1] < 2 * LIGHT_PX:
        return View(picture, known.depth, known.anchor_id, known.camera)
    K = known.camera.K.copy()
    K[:2, :2] /= 2
    K[:2, 2] = (K[:2, 2] - 0.5) / 2 + 0.5  # the middle of the first pixel stays where it is
    camera = Camera(K, known.camera.T_world_camera)
    return View(picture[::2, ::2], known.depth[::2, ::2], known.anchor_id[::2, ::2], camera)


def _by_frame(declared: Declared, frames: int) -> list[FilmedShot | None]:
    shots: list[FilmedShot | None] = [None] * frames
    for shot in declared.shots:
        for frame in shot.frames:
            if frame < frames:
                shots[frame] = shot
    return shots
