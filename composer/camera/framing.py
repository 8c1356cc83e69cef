"""Framing: size, lens and distance settle one another; the camera stands where the picture shows what it should.

- Sizes are heights seen, of a person's height h, or of anything else's e: the larger of its height and its width over
  the picture's aspect. `distance = lens x height seen / gate height`, to a person's axis, to anything else's near face.
- The aim is the middle; from MS inward the crown of one person framed alone stands 8 % below the top edge.
- A camera above or below its aim keeps that distance along the line of sight, down to 60 degrees; a thing that would be
  too far off then is looked at more steeply, down to 80, a person is not. It never stands nearer than that leaves. `overhead` looks straight down from that distance above.
- What a size promises to show whole is shown whole: where perspective would push a corner out of the picture, the camera
  stands further off, or the lens, where that is what is solved, is shorter.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from composer.camera.optics import Gate, View
from composer.camera.target import Seen, Target
from composer.schema.words import ShotSize
from composer.types import Vector

DEFAULT_LENS_MM = 35.0
HEAD_ROOM = 0.08
OF_A_PERSON: dict[ShotSize, float] = {"EWS": 8.0, "WS": 1.5, "MS": 0.6, "MCU": 0.42, "CU": 0.25, "ECU": 0.10}
OF_A_THING: dict[ShotSize, float] = {"EWS": 2.0, "WS": 1.5, "MS": 1.3, "MCU": 1.15, "CU": 1.0, "ECU": 0.4}
LEAST_SEEN_M: dict[ShotSize, float] = {"EWS": 14.0, "WS": 2.6}

_STEEPEST = np.tan(np.deg2rad(60.0))
_STEEPEST_ON_A_THING = np.tan(np.deg2rad(80.0))
_LEAST_M = 0.05
_PULL_BACK = np.geomspace(1.0, 16.0, 81)


@dataclass(frozen=True, eq=False)
class Ask:
    """A framing to solve: what, how big, from which level direction (target to camera), how high.

    `lens_mm` and `distance_m` are None where they are to be solved; `height_m` is None for `overhead`.
    """

    target: Target
    size: ShotSize | None
    side: Vector
    height_m: float | None
    gate: Gate
    lens_mm: float | None = None
    distance_m: float | None = None

    @property
    def close(self) -> bool:
        """One person from MS inward, where head room rules."""
        return self.target.person_m is not None and self.size not in (None, "EWS", "WS")

    @property
    def whole(self) -> bool:
        """Whether all of the target must be in the picture."""
        return self.size is not None and (
            self.size in ("EWS", "WS") or (self.target.person_m is None and self.size != "ECU")
        )


def height_seen(ask: Ask, seen: Seen) -> float:
    """Height in metres that the picture covers at the distance of what is framed."""
    assert ask.size is not None
    if ask.target.person_m is not None:
        return OF_A_PERSON[ask.size] * ask.target.person_m
    height = seen.depth if ask.height_m is None else seen.height
    size = OF_A_THING[ask.size] * max(height, seen.width / ask.gate.aspect)
    return max(size, LEAST_SEEN_M.get(ask.size, 0.0), _LEAST_M)


def distance_of(ask: Ask, seen: Seen) -> float:
    """Distance (m) to what is framed: given, or from size and lens."""
    if ask.distance_m is not None:
        return ask.distance_m
    return (ask.lens_mm or DEFAULT_LENS_MM) / 1000 * height_seen(ask, seen) / ask.gate.height_m


def lens_of(ask: Ask, seen: Seen) -> float:
    """Lens (mm): given, or from size and distance; 35 mm when the size alone is given."""
    if ask.lens_mm is not None or ask.size is None or ask.distance_m is None:
        return ask.lens_mm or DEFAULT_LENS_MM
    return ask.distance_m * ask.gate.height_m / height_seen(ask, seen) * 1000


def solve(ask: Ask) -> View:
    """The view that the framing asks for; size, lens and distance are at most two. Raises nothing: see `faults`."""
    seen = ask.target.seen_from(ask.side)
    distance, lens = distance_of(ask, seen), lens_of(ask, seen)
    if ask.height_m is None:
        return _overhead(ask, seen, distance, lens)
    level, to_near, nearest = _stand_off(ask, seen, distance)
    if ask.distance_m is not None and ask.size is not None and ask.lens_mm is None and nearest > distance:
        lens = lens_of(replace(ask, distance_m=nearest), seen)
    view = _standing(ask, seen, level + to_near, lens)
    if not ask.whole or shows(view, ask.gate, ask.target.points):
        return view
    if ask.distance_m is not None:
        return replace(view, lens_mm=min(lens, longest_lens(view, ask.gate, ask.target.points)))
    return _pulled_back(ask, seen, level, to_near, lens)


def too_wide(ask: Ask) -> float:
    """How many times more than the size says the picture covers, where a camera so high cannot come near; else 1."""
    if ask.size is None or ask.height_m is None or ask.distance_m is not None:
        return 1.0
    seen = ask.target.seen_from(ask.side)
    distance = distance_of(ask, seen)
    return max(_stand_off(ask, seen, distance)[2] / distance, 1.0)


def _stand_off(ask: Ask, seen: Seen, distance: float) -> tuple[float, float, float]:
    """Level metres to the near side and from there to the middle, and how far that leaves what is framed.

    Down to 60 degrees the distance counts to the near side; what is nearer than that leaves is looked at as steeply as
    its nearest point, along the line of sight, needs: down to 80 degrees. Of people only 60 show a face.
    """
    assert ask.height_m is not None
    person = ask.target.person_m is not None
    to_near = 0.0 if person else seen.depth / 2
    rise = ask.height_m - _aim_height(ask, seen)
    steep = max(abs(rise) / _STEEPEST, _LEAST_M)
    level = float(np.sqrt(max(distance**2 - rise**2, 0.0)))
    if level >= steep:
        return level, to_near, distance
    if person:
        return steep, 0.0, float(np.hypot(steep, rise))
    levels = np.linspace(steep + to_near, min(max(abs(rise) / _STEEPEST_ON_A_THING, _LEAST_M), steep + to_near), 400)
    away = np.hypot(levels, rise)
    sight = (ask.side * levels[:, None] + np.array([0.0, 0.0, rise])) / away[:, None]
    near = away - (sight @ (ask.target.points - seen.middle).T).max(axis=1)
    good = near <= distance
    best = int(np.argmax(good)) if good.any() else int(np.argmin(near))
    if best == 0:
        return steep, to_near, min(float(near[0]), distance) if good[0] else float(near[0])
    return float(levels[best]), 0.0, float(near[best])


def solve_from(ask: Ask, position: Vector) -> View:
    """The view from a given point: it aims, and where a size is given and no lens, the lens is solved."""
    seen = ask.target.seen_from(ask.side)
    standing = replace(ask, height_m=float(position[2]), distance_m=reach(ask, position))
    lens = lens_of(standing, seen)
    view = _aimed(standing, seen, position, lens)
    if ask.whole and ask.lens_mm is None:
        view = replace(view, lens_mm=min(lens, longest_lens(view, ask.gate, ask.target.points)))
    return view


def reach(ask: Ask, position: Vector) -> float:
    """Distance (m) from a point to what is framed: to a person's axis, to anything else's near face; 0 when within."""
    seen = ask.target.seen_from(ask.side)
    way = seen.middle - position
    level = abs(float(way @ ask.side)) - (0.0 if ask.target.person_m is not None else seen.depth / 2)
    rise = float(position[2]) - _aim_height(ask, seen)
    if np.hypot(way[0], way[1]) < _LEAST_M:
        return max(abs(float(way[2])) - seen.height / 2, 0.0)
    return float(np.hypot(level, rise)) if level > 0 else 0.0


def shows(view: View, gate: Gate, points: Float[np.ndarray, "n 3"]) -> bool:
    """Whether all points (m) fall inside the picture."""
    right, down, forward = _camera_axes(view, points)
    across, up = gate.slopes(view.lens_mm)
    return bool(((forward > 0) & (abs(right) <= across * forward) & (abs(down) <= up * forward)).all())


def longest_lens(view: View, gate: Gate, points: Float[np.ndarray, "n 3"]) -> float:
    """The longest lens (mm) whose picture still holds all points that are before the camera; inf when nothing limits it."""
    right, down, forward = _camera_axes(view, points)
    ahead = forward > 1e-9
    with np.errstate(divide="ignore"):
        limits = np.minimum(
            gate.width_m * 500 * forward[ahead] / abs(right[ahead]),
            gate.height_m * 500 * forward[ahead] / abs(down[ahead]),
        )
    return float(limits.min(initial=np.inf))


def _aim_height(ask: Ask, seen: Seen) -> float:
    if not ask.close:
        return sum(seen.heights) / 2
    return seen.heights[1] - (0.5 - HEAD_ROOM) * height_seen(ask, seen)


def _standing(ask: Ask, seen: Seen, level_m: float, lens_mm: float) -> View:
    assert ask.height_m is not None
    position = seen.middle + ask.side * level_m
    position[2] = ask.height_m
    return _aimed(ask, seen, position, lens_mm)


def _aimed(ask: Ask, seen: Seen, position: Vector, lens_mm: float) -> View:
    way = seen.middle - position
    level = float(np.hypot(way[0], way[1]))
    if level < 1e-6:
        return View(position, _yaw(-ask.side), np.copysign(np.pi / 2, way[2]), lens_mm)
    pitch = np.arctan2(way[2], level)
    covered = float(np.hypot(level, way[2])) * ask.gate.height_m * 1000 / lens_mm
    cut = ask.size is None and ask.target.person_m is not None and covered * (0.5 - HEAD_ROOM) < seen.height / 2
    if ask.close or cut:  # aimed at the middle, a head would lie beyond the top edge
        crown = np.arctan2(seen.heights[1] - position[2], level)
        pitch = crown - np.arctan((0.5 - HEAD_ROOM) * ask.gate.height_m * 1000 / lens_mm)
    return View(position, _yaw(way), float(pitch), lens_mm)


def _overhead(ask: Ask, seen: Seen, distance: float, lens_mm: float) -> View:
    position = np.array([seen.middle[0], seen.middle[1], seen.heights[1] + distance])
    view = View(position, _yaw(-ask.side), -np.pi / 2, lens_mm)
    if ask.whole and not shows(view, ask.gate, ask.target.points):
        longest = longest_lens(view, ask.gate, ask.target.points)
        if ask.distance_m is not None:
            return replace(view, lens_mm=longest)
        # every point is at least `distance` below, so raising the camera by this much holds them all
        raised = position + np.array([0.0, 0.0, distance * (lens_mm / longest - 1)])
        return replace(view, position=raised)
    return view


def _pulled_back(ask: Ask, seen: Seen, level: float, to_near: float, lens_mm: float) -> View:
    """The nearest stand at which all points fall inside the picture."""
    low, high = 1.0, float(_PULL_BACK[-1])
    for scales in (_PULL_BACK, None, None):
        tried = np.linspace(low, high, 24) if scales is None else scales
        good = _fits(ask, seen, level * tried + to_near, lens_mm)
        if not good.any():
            break
        first = int(np.argmax(good))
        low, high = float(tried[max(first - 1, 0)]), float(tried[first])
    return _standing(ask, seen, level * high + to_near, lens_mm)


def _fits(ask: Ask, seen: Seen, levels: Float[np.ndarray, " s"], lens_mm: float) -> Bool[np.ndarray, " s"]:
    """Whether all points fall inside the picture from each level distance to the middle; aims at the middle."""
    assert ask.height_m is not None
    pitch = np.arctan2(seen.middle[2] - ask.height_m, levels)[:, None]
    offset = ask.target.points - seen.middle
    ahead = levels[:, None] - offset @ ask.side
    above = (ask.target.points[:, 2] - ask.height_m)[None]
    right = offset @ np.array([-ask.side[1], ask.side[0], 0.0])
    forward = ahead * np.cos(pitch) + above * np.sin(pitch)
    up = above * np.cos(pitch) - ahead * np.sin(pitch)
    across, along = ask.gate.slopes(lens_mm)
    inside: Bool[np.ndarray, " s"] = (
        (forward > 0) & (abs(right)[None] <= across * forward) & (abs(up) <= along * forward)
    ).all(axis=1)
    return inside


def _camera_axes(
    view: View, points: Float[np.ndarray, "n 3"]
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    offset = points - view.position
    ahead, right, above = offset @ view.heading, offset @ view.right, offset[:, 2]
    cos, sin = np.cos(view.pitch_rad), np.sin(view.pitch_rad)
    return right, ahead * sin - above * cos, ahead * cos + above * sin


def _yaw(way: Vector) -> float:
    return float(np.arctan2(way[1], way[0]))
