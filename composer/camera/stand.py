"""Where a shot's camera stands on its first frame, by the keys of the list."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from composer.camera import faults
from composer.camera.framing import DEFAULT_LENS_MM, Ask, reach, solve, solve_from, too_wide
from composer.camera.optics import View
from composer.camera.setup import Setup
from composer.camera.target import Target
from composer.errors import Problem
from composer.schema import Camera, Slate
from composer.schema.quantities import plain
from composer.schema.words import SIDES
from composer.types import Vector

HEIGHTS_M = {"ground": 0.15, "low": 0.5, "high": 4.0}
EYES_M = 1.6
EYES_OF_HEIGHT = 0.93

_TOO_WIDE = 1.1


@dataclass(frozen=True, eq=False)
class Stand:
    """Where a shot's camera stands at first, by the keys of the list."""

    slate: Slate
    camera: Camera
    setup: Setup

    @property
    def names(self) -> str:
        return " ".join(self.camera.frame.names) if self.camera.frame else ""

    @property
    def ask(self) -> Ask:
        target = self.setup.framed(0.0)
        size = self.camera.frame.size if self.camera.frame else None
        position = self.position(target)
        side = _side_of(self.camera, target) if position is None else _towards(target, position)
        height = None if self.camera.height == "overhead" else self.height_m(target)
        return Ask(target, size, side, height, self.setup.gate, self.camera.lens, self.camera.distance)

    def height_m(self, target: Target) -> float:
        height = self.camera.height
        if isinstance(height, float | int):
            return float(height)
        if height in HEIGHTS_M:
            return HEIGHTS_M[height]
        if target.person_m is None:
            return EYES_M
        return float(target.points[:, 2].min()) + EYES_OF_HEIGHT * target.person_m

    def position(self, target: Target) -> Vector | None:
        """Where `at` says it stands; None when that is to be solved."""
        at = self.camera.at
        if at is None:
            return None
        if isinstance(at, str):
            spot = self.setup.scenery.layout.marks[at].position
            stands: Vector = spot + np.array([0.0, 0.0, self.height_m(target) if spot[2] == 0 else EYES_M])
            return stands
        return np.array([*at, self.height_m(target)][:3], dtype=float)

    def problems(self) -> Iterator[Problem]:
        ask, camera = self.ask, self.camera
        position = self.position(ask.target)
        if ask.size is None:
            if position is None and camera.distance is None:
                yield faults.no_stand(self.slate, self.names)
            return
        away = camera.distance if position is None else reach(ask, position)
        if away is None:
            if too_wide(ask) > _TOO_WIDE:
                yield faults.too_high(self.slate, ask, self._reaching(ask))
            return
        key = "distance" if position is None else "at"
        if camera.lens is not None:
            yield faults.over_determined(self.slate, ask, away, key)
        elif away <= 0:
            yield faults.among(self.slate, self.names, key)
        else:
            lens = self.view().lens_mm
            if not faults.LENSES_MM[0] <= lens <= faults.LENSES_MM[1]:
                yield faults.lens_range(self.slate, ask, away, lens, key)

    def _reaching(self, ask: Ask) -> tuple[str, ...]:
        """The nearest height and the nearest lens at which the size is what it says, as they are written."""
        assert ask.height_m is not None
        middle = float(ask.target.points[:, 2].min() + ask.target.points[:, 2].max()) / 2
        heights = np.round(np.linspace(ask.height_m, middle, 200), 2)
        lenses = range(int(ask.lens_mm or DEFAULT_LENS_MM) + 1, int(faults.LENSES_MM[1]) + 1)
        height = next((h for h in heights if h > 0 and too_wide(replace(ask, height_m=float(h))) <= _TOO_WIDE), None)
        lens = next((mm for mm in lenses if too_wide(replace(ask, lens_mm=float(mm))) <= _TOO_WIDE), None)
        height_word = "" if height is None else f"height: {plain(float(height), 2)}m"
        lens_word = "" if lens is None else f"lens: {lens}mm"
        return tuple(word for word in (height_word, lens_word) if word)

    def view(self) -> View:
        ask = self.ask
        position = self.position(ask.target)
        return solve(ask) if position is None else solve_from(ask, position)


def _side_of(camera: Camera, target: Target) -> Vector:
    """Level unit vector from the target to where `from` puts the camera."""
    if isinstance(camera.from_, str):
        yaw = target.yaw_rad + np.deg2rad(SIDES[camera.from_])
    else:
        yaw = np.deg2rad(90.0 - (180.0 if camera.from_ is None else camera.from_))
    return np.array([np.cos(yaw), np.sin(yaw), 0.0])


def _towards(target: Target, position: Vector) -> Vector:
    middle = (target.points.min(axis=0) + target.points.max(axis=0)) / 2
    away = position - middle
    away[2] = 0.0
    distance = float(np.linalg.norm(away))
    return away / distance if distance > 1e-6 else np.array([0.0, -1.0, 0.0])
