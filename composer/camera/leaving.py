"""What is framed and goes out of the picture by its own motion, which the camera does not go by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from composer.camera.path import CameraPath
from composer.camera.sight import off_middle
from composer.camera.spells import Spell, moments_of, spells
from composer.camera.target import outline_points
from composer.schema import Slate, Step
from composer.schema.words import named_in
from composer.types import Matrix, Solid

_CUT = 0.4
"""Share of a subject's width that is past the picture's edge when it counts as out."""
_LARGEST = 0.5  # half pictures: the middle of what is wider may come no nearer to the edge than that of this
_HEIGHTS = np.linspace(-1.0, 1.0, 21)
_MEANT = (("out_of_frame", False), ("in_frame", True))


@dataclass(frozen=True)
class Gone:
    """`name` is out of the picture from `start_s` to `stop_s` of the shot; `to_end` when the shot ends first.

    `way` is where it is at the furthest: "left", "right", "top", "bottom" or "behind". `cut` is the share of it that is past
    that edge then, and `by` how far its middle is, in pictures. `wholly`: nothing of it is in the shot's last frame.
    """

    name: str
    start_s: float
    stop_s: float
    to_end: bool
    way: str
    cut: float
    by: float
    wholly: bool


def leaver(slate: Slate, path: CameraPath, steps: tuple[Step, ...], names: Sequence[str]) -> Gone | None:
    """The first of the framed names that leaves the picture of `path`, whose moves are `steps`.

    Not one that is meant to: that `expect` wants out of frame, that the camera leaves for another by name, or that would
    have left had it stayed where it was at first.
    """
    others = [named_in(part.move) for step in steps for part in step]
    for name in dict.fromkeys(names):
        meant = any((c.relation, c.negated) in _MEANT for c in slate.shot.expect.get(name, ()))
        left = any(other not in (None, name) for other in others)
        if name in path.scenery.layout.cast and not meant and not left:
            whereabouts = Whereabouts.of(path, name)
            if whereabouts and (found := _gone(whereabouts, float(slate.duration_s - 1 / slate.fps))):
                return found
    return None


def keeps(path: CameraPath, names: Sequence[str]) -> bool:
    """Whether a path keeps all subjects among the names in its picture."""
    times = moments_of(path.duration_s)
    cast = (Whereabouts.of(path, name) for name in names if name in path.scenery.layout.cast)
    return not any(of and any(_outs(of, times)) for of in cast)


def _outs(of: "Whereabouts", times: Float[np.ndarray, " f"]) -> Iterator[Spell]:
    return spells(times, of.out(times), lambda time_s: bool(of.out(np.array([time_s]))[0]))


def _gone(of: "Whereabouts", last_s: float) -> Gone | None:
    times = moments_of(of.path.duration_s)
    for spell in _outs(of, times):
        if not of.out(np.array([spell.start_s]), stayed=True)[0]:
            furthest = of.furthest(times[spell.moments])
            return Gone(of.solid.name, spell.start_s, spell.stop_s, spell.to_end, *furthest, of.wholly_out(last_s))
    return None


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """Where in the picture of a path a subject is: its `points` (m, on its own axes); `first` is its pose at the start."""

    path: CameraPath
    solid: Solid
    points: Float[np.ndarray, "p 3"]
    first: Matrix

    @classmethod
    def of(cls, path: CameraPath, name: str) -> "Whereabouts | None":
        """By its middle; a person by the upper half of what is framed of them. None for who is not there at first."""
        solid, start = path.scenery.layout.cast[name], np.zeros(1)
        poses = _poses(path, name, start)
        if poses is None:
            return None
        whole = cls(path, solid, np.zeros((1, 3)), poses[0])
        if solid.shape != "person":
            return whole
        whole = replace(whole, points=np.outer(_HEIGHTS, [0.0, 0.0, solid.size_m[2] / 2]))
        framed = np.flatnonzero((abs(whole.seen(poses, start)[0][0]) <= 1).all(axis=1))
        return replace(whole, points=whole.points[framed[len(framed) // 2 :]]) if len(framed) else None

    def out(self, times: Float[np.ndarray, " f"], *, stayed: bool = False) -> Bool[np.ndarray, " f"]:
        """Whether it is out of the picture at times of the shot, or would be where it was at first."""
        poses = np.repeat(self.first[None], len(times), axis=0) if stayed else _poses(self.path, self.solid.name, times)
        if poses is None:
            return np.zeros(len(times), bool)
        off, wide = self.seen(poses, times)
        edge = 1 - (1 - 2 * _CUT) * np.minimum(wide, _LARGEST)
        return np.asarray((abs(off).max(axis=2) >= edge[:, None]).all(axis=1))

    def furthest(self, times: Float[np.ndarray, " f"]) -> tuple[str, float, float]:
        """At the furthest of times at which it is there: past which edge, what share of it, its middle by how many pictures."""
        poses = _poses(self.path, self.solid.name, times)
        assert poses is not None
        off, wide = self.seen(poses, times)
        beyond = abs(off).max(axis=2) - 1
        moment = int(beyond.min(axis=1).argmax())
        point = int(beyond[moment].argmin())
        by = float(beyond[moment, point])
        if not np.isfinite(by):
            return "behind", 1.0, by
        axis = int(abs(off[moment, point]).argmax())
        way = (("left", "right"), ("top", "bottom"))[axis][int(off[moment, point, axis] > 0)]
        return way, float(np.clip((1 + by / wide[moment]) / 2, 0, 1)), by / 2

    def wholly_out(self, time_s: float) -> bool:
        """Whether all of it is past one edge, or behind the camera, at a time of the shot."""
        times = np.array([time_s])
        poses = _poses(self.path, self.solid.name, times)
        if poses is None:
            return True
        x, y = off_middle(self.path.poses(times), self.path.gate, outline_points(self.solid, poses[0])[None])[0].T
        behind = np.isinf(x)
        return any(bool((past | behind).all()) for past in (x > 1, x < -1, y > 1, y < -1))

    def seen(
        self, T_world_subject: Float[np.ndarray, "f 4 4"], times: Float[np.ndarray, " f"]
    ) -> tuple[Float[np.ndarray, "f p 2"], Float[np.ndarray, " f"]]:
        """How far its points are from the picture's middle, and half of its narrower side, in half pictures."""
        cameras = self.path.poses(times)
        placed = np.einsum("fij,pj->fpi", T_world_subject[:, :3, :3], self.points) + T_world_subject[:, None, :3, 3]
        half_m = min(self.solid.size_m[:2]) / 2
        away = np.linalg.norm(placed - cameras.positions[:, None], axis=2).min(axis=1)
        wide: Float[np.ndarray, " f"] = (
            half_m / np.maximum(away, half_m) * cameras.lens_mm / self.path.gate.width_m / 500
        )
        return off_middle(cameras, self.path.gate, placed), wide


def _poses(path: CameraPath, name: str, times: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 4 4"] | None:
    """A subject at times of the shot; None when it is not there throughout."""
    body = path.scenery.story.sample(path.scenery.layout.name, path.start_s + times).bodies.get(name)
    there = body is not None and (body.present is None or body.present.all())
    return body.T_world_body if body is not None and there else None
