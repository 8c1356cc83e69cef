"""Where bodies, and what the list expects something of, are seen to stand as shots begin and end."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import hypot, isfinite, nan

import numpy as np

from composer.measuring.declared import Declared, Expected, FilmedShot, Meeting
from composer.measuring.desk import Job, Picture
from composer.measuring.judging import Judge, finite, named
from composer.metrics import Floor, Outline, floor, outline
from composer.types import FIRST_SUBJECT, Measured, Size, ThingMeasure, Whereabouts

WITHIN = 4  # frames of a shot between its ends that calibrate what is found there
APART_S = Fraction(1, 4)  # of the two moments that tell of motion
LEAST_AWAY = 3  # of those: fewer are no floor
LEAST = 0.001  # of the picture: smaller bodies are not looked for
LEAST_PX = (
    300  # nor are those that the reach of an outline passes by most of their own size: what is beside them is as like
)

Ids = tuple[int, ...]


@dataclass(frozen=True)
class Seen:
    """A thing in a frame: where its outline is found, None where it cannot be told from what is behind it."""

    pixels: int
    at: Outline | None


@dataclass
class Standing:
    """All that was looked for, by frame: what the ids of a thing show there; nothing where nothing of it is in the picture."""

    declared: Declared
    size: Size
    fps: Fraction
    found: dict[int, dict[Ids, Seen]] = field(default_factory=dict)

    def jobs(self) -> Iterator[Job]:
        """What is looked for while the film streams by."""
        for index, shot in enumerate(self.declared.shots):
            if not (shot.known and shot.clear):
                continue
            expected = {ids for one in self._told(index) for ids in one.things.values()}
            for frame in sorted({*_spread(shot), *self._moments(index)}):
                yield self._job(frame, expected)
        for meeting in self.declared.meetings:
            shot = self.declared.shots[meeting.shots[0]]
            if meeting.shots[0] == meeting.shots[1] and shot.known:
                yield from (self._job(at, set()) for at in (meeting.frame - 1, meeting.frame) if at in shot.clear)

    def _job(self, frame: int, expected: set[Ids]) -> Job:
        return Job((frame,), lambda pictures: self.look(frame, pictures[0], expected))

    def look(self, frame: int, picture: Picture, expected: Collection[Ids] = ()) -> None:
        """Look for every body in a frame, and for what is `expected` there."""
        known, least = self.declared.geometry(frame, self.size), max(LEAST * self.size[0] * self.size[1], LEAST_PX)
        count = known.pixels()
        bodies = {(one,) for one, pixels in count.items() if one >= FIRST_SUBJECT and pixels >= least}
        seen = self.found.setdefault(frame, {})
        for things in sorted({*bodies, *expected} - seen.keys()):
            if pixels := sum(count.get(one, 0) for one in things):
                where = outline(picture, known.depth, known.anchor_id, things, known.covered)
                seen[things] = Seen(pixels, where)

    def at_join(self, index: int, meeting: Meeting, judge: Judge) -> Iterator[Measured]:
        """The body that stands farthest from where it should, of those seen on either side; nothing where none is."""
        told: list[tuple[int, str, ThingMeasure]] = []
        ends = [self._end(meeting, side) for side in (0, 1)]
        for side, (shot, frame) in zip(("before", "after"), ends, strict=True):
            for (body,), seen in self._bodies(frame).items():
                name = named(body, self.declared.names(shot.place))
                told.append((frame, name, _thing(f"{name}, {side}", seen)))
        if not told:
            return
        after = ends[1][0]
        worst = max(told, key=lambda one: -1.0 if one[2].value is None else one[2].value)
        value = nan if worst[2].value is None else worst[2].value
        says = "no outline of a body can be told from what is behind it" if worst[2].value is None else ""
        where = Whereabouts(after.place, after.name, index, (ends[0][1], ends[1][1]), worst[1])
        things = [thing for _, _, thing in told]
        yield judge.value("body position", value, self.floor, where, things, says=says)

    def _bodies(self, frame: int) -> dict[Ids, Seen]:
        seen = self.found.get(frame, {})
        return {ids: one for ids, one in seen.items() if len(ids) == 1 and ids[0] >= FIRST_SUBJECT}

    def _end(self, meeting: Meeting, side: int) -> tuple[FilmedShot, int]:
        """The shot on a side of a join, and its frame next to it; one that nothing was looked for in where there is none."""
        shot = self.declared.shots[meeting.shots[side]]
        if meeting.shots[0] == meeting.shots[1]:
            return shot, meeting.frame - 1 + side
        return shot, (shot.clear.stop - 1 if side == 0 else shot.clear.start) if shot.clear else meeting.frame

    def in_shot(self, index: int, judge: Judge) -> Iterator[Measured]:
        """What the list expects as the shot ends: is all that has a part in it seen where it then is?"""
        shot = self.declared.shots[index]
        for one in self.declared.expected(index):
            frames = self._moments(index) if one.moves else self._moments(index)[-1:]
            where = Whereabouts(shot.place, shot.name, None, tuple(frames) or (shot.frames.stop - 1,))
            told = f"{one.subject}: {one.text}"
            lost = one.unseen or ("" if frames else "its end is not to be seen") or self._lost(one, frames)
            things = [
                _thing(name, seen)
                for name, ids in one.things.items()
                for frame in frames
                if (seen := self.found.get(frame, {}).get(ids))
            ]
            known = [thing.value for thing in things if thing.value is not None]
            value = nan if lost or not known else max(known)
            at = Whereabouts(where.place, where.shot, None, where.frames, told)
            yield judge.value("expectation", value, self._floor_of(shot, one), at, things, says=lost)

    def _lost(self, one: Expected, frames: Sequence[int]) -> str:
        """Why an expectation cannot be held against the picture; empty where it can."""
        for name, ids in one.things.items():
            for frame in frames:
                seen = self.found.get(frame, {}).get(ids)
                if seen is None:
                    return f"`{name}` is not in the picture"
                if seen.at is None:
                    return f"the outline of `{name}` cannot be told from what is behind it"
        return "" if one.things else f"nothing of `{one.subject}` is to be seen"

    @property
    def floor(self) -> Floor:
        """Of all bodies: how far they are seen from where each mostly stands in its shot, between the ends."""
        return floor(away for shot in self.declared.shots for away in self._away(shot, None))

    def _floor_of(self, shot: FilmedShot, one: Expected) -> Floor:
        """Of what has a part in it, in this shot; where it is seen too little, of all bodies in the film."""
        mine = [away for ids in one.things.values() for away in self._away(shot, ids)]
        return floor(mine) if len(mine) >= LEAST_AWAY else self.floor

    def _away(self, shot: FilmedShot, wanted: Ids | None) -> Iterator[float]:
        """A body that stands elsewhere all through a shot is at fault, so it is its place in that shot that counts."""
        offsets: dict[Ids, list[tuple[float, float]]] = {}
        for frame in _spread(shot)[1:-1]:  # joins have no part in it
            for ids, seen in self.found.get(frame, {}).items():
                mine = ids == wanted if wanted else len(ids) == 1 and ids[0] >= FIRST_SUBJECT
                if mine and seen.at is not None:
                    offsets.setdefault(ids, []).append(seen.at.offset)
        for several in offsets.values():
            if len(several) > 1:
                x, y = np.median(np.array(several), axis=0)
                yield from (hypot(dx - x, dy - y) for dx, dy in several)

    def _told(self, index: int) -> list[Expected]:
        return [one for one in self.declared.expected(index) if not one.unseen]

    def _moments(self, index: int) -> list[int]:
        """The last frame of a shot that shows it alone, where something is expected then; before it, one a little earlier."""
        clear = self.declared.shots[index].clear
        if not clear or not self._told(index):
            return []
        last = clear.stop - 1
        return sorted({max(clear.start, last - round(APART_S * self.fps)), last})


def _spread(shot: FilmedShot) -> list[int]:
    """Both ends of what a shot shows alone, and some frames between."""
    if not shot.clear:
        return []
    return sorted({round(frame) for frame in np.linspace(shot.clear.start, shot.clear.stop - 1, WITHIN + 2)})


def _thing(name: str, seen: Seen) -> ThingMeasure:
    px = seen.at.px if seen.at else nan
    certainty = round(seen.at.clear, 3) if seen.at else None
    return ThingMeasure(name, finite(px), seen.pixels, certainty, counts=isfinite(px))
