"""The films that faults are planted in, with what is declared of them; and what is measured of them as they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
from faults_footage import SIZE, FootageFilm
from faults_planting import Known, Picture

import composer
from composer import media
from composer.composing.declaring import Declaration
from composer.composing.rehearsal import rehearse
from composer.measuring import Declared, Geometry, Judge
from composer.measuring.desk import Desk
from composer.measuring.joins import Floors, floors
from composer.measuring.pairs import Pairs
from composer.measuring.standing import Standing
from composer.measuring.summing import LightFloors, light_floors
from composer.measuring.watching import Watch, Watched
from composer.metrics import DeclaredFlow
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, Size

LEAST_SHARE = 0.003  # of the picture, of an anchor in which faults are planted, and of a body
_LEAST_STRUCTURE = 10.0  # codes: a patch of plain sky that moves changes nothing


@dataclass
class Kept:
    """What is declared, kept for as long as a film is measured: the same frames are asked for again and again."""

    declared: Declared
    _geometry: dict[tuple[int, Size], Geometry] = field(default_factory=dict)
    _flow: dict[tuple[int, Size], DeclaredFlow] = field(default_factory=dict)

    def __getattr__(self, name: str) -> object:
        return getattr(self.declared, name)

    def geometry(self, frame: int, size: Size) -> Geometry:
        if (frame, size) not in self._geometry:
            self._geometry[frame, size] = self.declared.geometry(frame, size)
        return self._geometry[frame, size]

    def flow(self, frame: int, size: Size) -> DeclaredFlow:
        if (frame, size) not in self._flow:
            self._flow[frame, size] = self.declared.flow(frame, size)
        return self._flow[frame, size]


@dataclass
class Film:
    """Its frames at 768x432, what is declared of them, and the floors of what was measured within its shots."""

    name: str
    declared: Declared
    pictures: list[Picture]
    fps: Fraction
    judge: Judge = field(default_factory=Judge)
    pairs: Pairs = field(init=False)
    seen: Watched = field(init=False)
    floors: Floors = field(init=False)
    light: LightFloors = field(init=False)
    standing: Standing = field(init=False)

    def __post_init__(self) -> None:
        frames = len(self.pictures)
        self.pairs = Pairs(self.declared, SIZE, float(frames / self.fps))
        self.standing = Standing(self.declared, SIZE, self.fps)
        watch, desk = (
            Watch(self.declared, frames, SIZE, self.fps),
            Desk([*self.pairs.calibrating(), *self.standing.jobs()]),
        )
        for frame, picture in enumerate(self.pictures):
            watch.see(frame, picture)
            desk.see(frame, picture)
        self.seen = watch.end()
        self.floors, self.light = floors(self.declared, self.seen), light_floors(self.declared, self.seen)

    def known(self, frame: int) -> Known:
        geometry = self.declared.geometry(frame, SIZE)
        return Known(self.pictures[frame], geometry.anchor_id, geometry.depth)

    def shot(self, frame: int) -> int:
        return next(n for n, shot in enumerate(self.declared.shots) if frame in shot.frames)

    def things(self, frame: int) -> Mapping[str, list[int]]:
        """Anchors and bodies in a frame in which a fault can be planted: no walls of a room."""
        known = self.known(frame)
        ids, pixels = np.unique(known.ids, return_counts=True)
        large = [int(i) for i, n in zip(ids, pixels, strict=True) if n >= LEAST_SHARE * known.ids.size]
        return {
            "anchors": [i for i in large if FIRST_ANCHOR <= i < FIRST_SUBJECT and self._stands(known, i)],
            "bodies": [i for i in large if i >= FIRST_SUBJECT],
        }

    def _stands(self, known: Known, thing: int) -> bool:
        name = self.declared.names(self.declared.shots[0].place).get(thing, "")
        if not name:  # a patch of footage
            return bool(known.picture[known.ids == thing].std(axis=0).mean() >= _LEAST_STRUCTURE)
        return not name.startswith("wall_") and name != "ceiling"

    @cached_property
    def speeds_px(self) -> list[float]:
        """Declared, of every frame, at the measured width."""
        return [speed for speed in self.seen.speed if np.isfinite(speed)]


def rendered(name: str, text: str, out: Path) -> Film:
    """A film of the embedded generator; kept in `out`, so that it is rendered once."""
    shotlist = composer.read(text, f"{name}.yaml")
    folder = out / name.replace(",", "").replace(" ", "_")
    made = composer.compose(shotlist, generator="embedded", out=folder, cache=out / "cache", workers=1)
    declared = Declaration(rehearse(shotlist), made.plan, heard=True)
    return Film(name, Kept(declared), list(media.read_frames(made.path)), made.plan.fps)


def filmed(path: Path) -> Film:
    """The windows over real film."""
    declared = FootageFilm(path)
    return Film("footage", Kept(declared), declared.pictures, declared.fps)
