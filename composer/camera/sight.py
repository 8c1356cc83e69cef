"""Who sees whom: lines of sight from a camera that moves, through solids and bodies, and when something cuts them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from composer.camera.clearance import Solids
from composer.camera.optics import Gate, Poses, rotations
from composer.camera.path import CameraPath
from composer.camera.spells import moments_of, spells
from composer.camera.target import outline_points
from composer.types import Vector

HIDDEN = 0.7
"""Share of a thing's points, its middle among them, that must be cut off for it to count as hidden."""
_POINTS = 8
_AHEAD_M = 1e-9

Bodies = Mapping[str, Float[np.ndarray, "f 4 4"]]
"""Poses of the subjects of a place."""


@dataclass(frozen=True)
class Blocked:
    """`by` hides `name` from `start_s` to `stop_s` of the shot; `to_end` when the shot ends first."""

    name: str
    by: str
    start_s: float
    stop_s: float
    to_end: bool


def blocked(path: CameraPath, names: Sequence[str], solids: Solids) -> Blocked | None:
    """The first time at which something hides one of the framed names, while it is in the picture."""
    still = not path.moves and not path.scenery.layout.cast
    times = np.zeros(1) if still else moments_of(path.duration_s)
    sight = Sight(path, solids, frozenset(names))
    for name in names:
        if name not in path.scenery.layout.marks and (found := _first(name, times, sight)):
            return found
    return None


def _first(name: str, times: Float[np.ndarray, " f"], sight: "Sight") -> Blocked | None:
    blockers = sight.blockers(name, times)
    hidden = np.array([bool(by) for by in blockers])
    for spell in spells(times, hidden, lambda time_s: bool(sight.blockers(name, np.array([time_s]))[0])):
        those = blockers[spell.moments]
        stop_s = sight.path.duration_s if spell.to_end else spell.stop_s
        return Blocked(name, max(set(those), key=those.count), spell.start_s, stop_s, spell.to_end)
    return None


@dataclass(frozen=True, eq=False)
class Sight:
    """What a camera sees of named things past the solids and bodies that are not in `framed`."""

    path: CameraPath
    solids: Solids
    framed: frozenset[str]

    def blockers(self, name: str, times: Float[np.ndarray, " f"]) -> list[str]:
        """What hides a thing at times of the shot; "" where it is seen, or out of the picture."""
        bodies = self._bodies(times)
        if name in self.path.scenery.layout.cast and name not in bodies:
            return [""] * len(times)
        poses, points = self.path.poses(times), self._points(name, bodies, len(times))
        seen = in_picture(poses, self.path.gate, points[:, 0])
        names, cuts = self._cuts(poses.positions, points, bodies)
        if not cuts.shape[1]:
            return [""] * len(times)
        cut: Bool[np.ndarray, "f p"] = np.asarray(cuts.any(axis=1))
        hidden: Bool[np.ndarray, " f"] = np.asarray(seen & cut[:, 0] & (cut.mean(axis=1) >= HIDDEN))
        most = cuts.sum(axis=2).argmax(axis=1)
        return [names[solid] if hides else "" for solid, hides in zip(most, hidden.tolist(), strict=True)]

    def _points(self, name: str, bodies: Bodies, count: int) -> Float[np.ndarray, "f p 3"]:
        """The middle of a thing, and points on its outline."""
        layout = self.path.scenery.layout
        if name in layout.cast:
            solid = layout.cast[name]
            outline = _few(outline_points(solid, np.eye(4)))
            body = bodies[name]
            spread = np.einsum("fij,pj->fpi", body[:, :3, :3], np.concatenate([np.zeros((1, 3)), 0.9 * outline]))
            points: Float[np.ndarray, "f p 3"] = spread + body[:, None, :3, 3]
            return points
        target = self.path.scenery.target((name,), self.path.start_s).points
        middle = (target.min(axis=0) + target.max(axis=0)) / 2
        outline = middle + 0.9 * (_few(target) - middle)
        return np.repeat(np.concatenate([middle[None], outline])[None], count, axis=0)

    def _bodies(self, times: Float[np.ndarray, " f"]) -> Bodies:
        if not self.path.scenery.layout.cast:
            return {}
        track = self.path.scenery.story.sample(self.path.scenery.layout.name, self.path.start_s + times)
        here = {n: body for n, body in track.bodies.items() if body.present is None or body.present.all()}
        return {name: body.T_world_body for name, body in here.items()}

    def _cuts(
        self, eyes: Float[np.ndarray, "f 3"], points: Float[np.ndarray, "f p 3"], bodies: Bodies
    ) -> tuple[list[str], Bool[np.ndarray, "f n p"]]:
        """Which solids and bodies cut which lines of sight."""
        anchors = {s.name for name in self.framed for s in self.path.scenery.layout.anchor(name)}
        near = [i for i in self._near(eyes, points) if self.solids.names[i] not in anchors]
        names, poses, halves = [self.solids.names[i] for i in near], [], [self.solids.halves[i] for i in near]
        slants = [self.solids.slant[i] for i in near]
        for i in near:
            T = np.eye(4)
            T[:3, :3], T[:3, 3] = self.solids.R_world_solid[i], self.solids.middles[i]
            poses.append(np.repeat(T[None], len(eyes), axis=0))
        subjects = self.path.scenery.layout.cast
        others = {name: T for name, T in bodies.items() if name not in self.framed}
        for name, T in others.items():
            names.append(name)
            poses.append(T)
            halves.append(np.asarray(subjects[name].size_m) / 2)
            slants.append(np.zeros(3))
        shapes = zip(poses, halves, slants, strict=True)
        cuts = [_cut(T, (half, slant), eyes, points) for T, half, slant in shapes]
        return names, np.stack(cuts, axis=1) if cuts else np.zeros((len(eyes), 0, points.shape[1]), bool)

    def _near(self, eyes: Float[np.ndarray, "f 3"], points: Float[np.ndarray, "f p 3"]) -> list[int]:
        """Solids that some line of sight may meet: those whose box overlaps the box of all of them."""
        low = np.minimum(eyes.min(axis=0), points.min(axis=(0, 1)))
        high = np.maximum(eyes.max(axis=0), points.max(axis=(0, 1)))
        return [
            i for i, extent in enumerate(self.solids.extents) if (extent.low < high).all() and (extent.high > low).all()
        ]


def _few(outline: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "m 3"]:
    chosen = np.linspace(0, len(outline) - 1, min(_POINTS, len(outline))).astype(int)
    few: Float[np.ndarray, "m 3"] = outline[chosen]
    return few


def _cut(
    T_world_solid: Float[np.ndarray, "f 4 4"],
    shape: tuple[Vector, Vector],
    eyes: Float[np.ndarray, "f 3"],
    points: Float[np.ndarray, "f p 3"],
) -> Bool[np.ndarray, "f p"]:
    """Whether the line from eye f to each of its points runs through a solid at pose f. Round solids count as their boxes.

    `shape` is half its extents, and the normal of a ramp's slope (own axes, 0 for all else), which runs through its middle.
    """
    half, slant = shape
    R, middle = T_world_solid[:, :3, :3], T_world_solid[:, :3, 3]
    start = np.einsum("fkj,fk->fj", R, eyes - middle)[:, None]
    way = np.einsum("fkj,fpk->fpj", R, points - eyes[:, None])
    way = np.where(abs(way) < 1e-12, 1e-12, way)
    one, other = (-half - start) / way, (half - start) / way
    enters, leaves = np.minimum(one, other).max(axis=2), np.maximum(one, other).min(axis=2)
    if slant.any():
        above, rises = start @ slant, way @ slant
        crosses = -above / np.where(abs(rises) < 1e-12, 1e-12, rises)
        enters = np.where(rises < 0, np.maximum(enters, crosses), enters)
        leaves = np.where(rises > 0, np.minimum(leaves, crosses), leaves)
    cut: Bool[np.ndarray, "f p"] = (enters < leaves - 1e-9) & (leaves > 0) & (enters < 1 - 1e-6)
    return cut


def in_picture(poses: Poses, gate: Gate, points: Float[np.ndarray, "f 3"]) -> Bool[np.ndarray, " f"]:
    """Whether camera f has point f in its picture."""
    inside: Bool[np.ndarray, " f"] = np.asarray((abs(off_middle(poses, gate, points[:, None])[:, 0]) <= 1).all(axis=1))
    return inside


def off_middle(poses: Poses, gate: Gate, points: Float[np.ndarray, "f p 3"]) -> Float[np.ndarray, "f p 2"]:
    """How far to the right and down from the picture's middle camera f has its points, in half pictures; inf behind it."""
    R = rotations(poses.yaw_rad, poses.pitch_rad, poses.roll_rad)
    seen = np.einsum("fkj,fpk->fpj", R, points - poses.positions[:, None])
    half = np.stack([gate.width_m * 500 / poses.lens_mm, gate.height_m * 500 / poses.lens_mm], axis=1)[:, None]
    ahead = seen[:, :, 2:] > _AHEAD_M
    away = np.where(ahead, seen[:, :, 2:], 1.0)
    off: Float[np.ndarray, "f p 2"] = np.where(ahead, seen[:, :, :2] / (half * away), np.inf)
    return off
