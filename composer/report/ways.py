"""The ways of subjects through a place, as the film tells them: in story time, without what it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from composer.report.view import View
from composer.types import Matrix, Solid

TICKS_S = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400)
TICK_PX, SAME_PX, STILL_PX = 44, 12, 3  # between ticks; cuts so near are told as one; who goes less far, stands


@dataclass(frozen=True, eq=False)
class Leg:
    """A stretch of a way without a gap: f moments of the story (s), in order."""

    times_s: Float[np.ndarray, " f"]
    T_world_body: Float[np.ndarray, "f 4 4"]

    @property
    def position_m(self) -> Float[np.ndarray, "f 3"]:
        return self.T_world_body[:, :3, 3]


@dataclass(frozen=True, eq=False)
class Way:
    """A subject in one place. `cuts` are numbers of shots and when in the story each ends; `look` its last variant."""

    solid: Solid
    legs: tuple[Leg, ...]
    cuts: tuple[tuple[int, float], ...] = ()
    look: str = ""

    @property
    def position_m(self) -> Float[np.ndarray, "f 3"]:
        """Everywhere it is."""
        return np.concatenate([leg.position_m for leg in self.legs])

    @property
    def ends(self) -> tuple[Solid, Solid]:
        """The subject as it stands at first, and at last."""
        first, last = self.legs[0].T_world_body[0], self.legs[-1].T_world_body[-1]
        return replace(self.solid, T_world_solid=first), replace(self.solid, T_world_solid=last)

    def at(self, time_s: float) -> Matrix | None:
        """Its pose at the moment that is nearest to a time of the story; None where no leg holds that."""
        for leg in self.legs:
            if leg.times_s[0] - 1e-6 <= time_s <= leg.times_s[-1] + 1e-6:
                pose: Matrix = leg.T_world_body[int(np.abs(leg.times_s - time_s).argmin())]
                return pose
        return None


Ways = Mapping[str, Way]
"""By subject."""


@dataclass(frozen=True, eq=False)
class Stop:
    """Where one or more cuts leave a subject, and which way it faces, both on the plan (pixels, y down)."""

    numbers: tuple[int, ...]
    at_px: Float[np.ndarray, "2"]
    ahead_px: Float[np.ndarray, "2"]
    position_m: tuple[float, float]

    @property
    def text(self) -> str:
        """`2`, `2-5`, `2, 5-7`."""
        runs: list[list[int]] = []
        for number in self.numbers:
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return ", ".join(f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def travels(way: Way, view: View) -> bool:
    """Does it go anywhere that one sees on the plan?"""
    return bool(np.ptp(view.pixels(way.position_m), axis=0).max() > STILL_PX)


def stops(way: Way, view: View) -> list[Stop]:
    """Where the cuts leave a subject that travels, in the order of the shots; cuts at one spot are told together."""
    found: list[Stop] = []
    for number, time_s in sorted(way.cuts) if travels(way, view) else ():
        pose = way.at(time_s)
        if pose is None:
            continue
        at = view.pixels(pose[None, :3, 3])[0]
        near = next((k for k, stop in enumerate(found) if np.hypot(*(stop.at_px - at)) < SAME_PX), None)
        if near is None:
            facing = -pose[:2, 1] * np.array([1, -1])
            ahead = facing / max(float(np.hypot(*facing)), 1e-9)
            found.append(Stop((number,), at, ahead, (float(pose[0, 3]), float(pose[1, 3]))))
        else:
            found[near] = replace(found[near], numbers=(*found[near].numbers, number))
    return found


def ticks(way: Way, view: View) -> list[tuple[float, Float[np.ndarray, "2"], Float[np.ndarray, "2"]]]:
    """Round times of the story (s) while it is under way, each with its point on the plan and the direction there."""
    found = []
    for leg in way.legs:
        points = view.pixels(leg.position_m)
        lengths = np.hypot(*np.diff(points, axis=0).T)
        moving_s = float(np.diff(leg.times_s)[lengths > 1e-6].sum())
        if moving_s <= 0 or lengths.sum() < TICK_PX:
            continue
        least_s = TICK_PX * moving_s / float(lengths.sum())
        step = next((s for s in TICKS_S if s >= least_s), TICKS_S[-1])
        for k in range(int(np.ceil(leg.times_s[0] / step)), int(leg.times_s[-1] // step) + 1):
            index = int(np.clip(np.searchsorted(leg.times_s, k * step, side="right") - 1, 0, len(lengths) - 1))
            if lengths[index] > 1e-6:
                share = (k * step - leg.times_s[index]) / (leg.times_s[index + 1] - leg.times_s[index])
                towards = (points[index + 1] - points[index]) / lengths[index]
                found.append((k * step, points[index] + share * lengths[index] * towards, towards))
    return found
