"""Match cuts: what is framed stays where it was in the picture, and as large; checked before anything renders."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from composer.camera import CameraPath
from composer.errors import Path, Problem
from composer.geometry import project
from composer.schema import ShotList, Slate, slates
from composer.types import Size

_FAR = 0.08  # of the picture's width, by which the middle of what is framed may move
_GROWN = 1.25  # times, by which it may be larger or smaller

_Seen = tuple[float, float, float]
"""Middle of what is framed, and how tall it is, all in shares of the picture's width."""


def check_matches(shotlist: ShotList, cameras: Mapping[str, CameraPath]) -> Iterator[Problem]:
    """A warning for every match cut that does not match, with how far it is off."""
    told = slates(shotlist)
    for before, slate in pairwise(told):
        if slate.shot.edit.kind == "match cut":
            path: Path = ("shots", slate.index, "edit")
            last_s = float(before.duration_s - 1 / before.fps)
            was, now = _seen(before, cameras, last_s, shotlist.size), _seen(slate, cameras, 0.0, shotlist.size)
            if was is None or now is None:
                blind = before if was is None else slate
                said = f"`{blind.name}` frames nothing, so that nothing can be matched"
                yield Problem(path, "match-cut", said, ("expected a `frame` on both sides",), severity="warning")
            elif off := _off(was, now):
                said = f"from `{before.name}` to `{slate.name}` what is framed {off}"
                least = f"within {_FAR:.0%} of its width, and at most {_GROWN:g} times as large or small"
                yield Problem(path, "match-cut", said, (f"a match cut keeps it in place: {least}",), severity="warning")


def _seen(slate: Slate, cameras: Mapping[str, CameraPath], time_s: float, size: Size) -> _Seen | None:
    """Where a shot shows what it frames; None where it frames nothing, or that is not before the camera."""
    camera, path = slate.shot.camera, cameras.get(slate.name)
    names = camera.frame.names if camera and camera.frame else ()
    if path is None or not names:
        return None
    points = path.scenery.target(names, float(slate.start_s) + time_s).points
    pixels, depth = project(path.track(np.array([time_s]), size)[0], points)
    if not (depth > 0).any():
        return None
    low, high = pixels[depth > 0].min(axis=0), pixels[depth > 0].max(axis=0)
    middle, extent = (low + high) / 2 / size[0], (high - low) / size[0]
    return float(middle[0]), float(middle[1]), float(extent[1])


def _off(was: _Seen, now: _Seen) -> str:
    """How far one is from the other, in words; "" where that is near enough."""
    across, down, grown = now[0] - was[0], now[1] - was[1], now[2] / max(was[2], 1e-6)
    told = []
    if max(abs(across), abs(down)) > _FAR:
        ways = ((across, "right", "left"), (down, "down", "up"))
        moved = (f"{abs(by):.0%} {plus if by > 0 else minus}" for by, plus, minus in ways if abs(by) > 0.005)
        told.append(f"moves {' and '.join(moved)} (of the picture's width)")
    if not 1 / _GROWN <= grown <= _GROWN:
        told.append(f"becomes {max(grown, 1 / grown):.2g} times as {'large' if grown > 1 else 'small'}")
    return " and ".join(told)
