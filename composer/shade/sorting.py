"""Samples in the order of the faces that they see, so that each face is painted in one go."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from composer.kernels import Array, kernel
from composer.scene import Geom
from composer.shade.patches import Facet
from composer.shade.views import Samples

_ROUND, _FACES = 6, 7  # faces of a geom: two along each axis, and what is not flat
_SLOPED, _SLOPE = 4, 5  # a box whose faces to the front and up are one, the latter
_FLAT = {"box": 3, "cylinder": 1, "wedge": _SLOPED}  # axes with flat faces


class Face(NamedTuple):
    """Samples `[start, stop)` of one face of geom `g` (-1 the sky); `facet` None where it is round."""

    g: int
    facet: Facet | None
    start: int
    stop: int

    def within(self, start: int, stop: int) -> "Face":
        """Where the face is in a list of the samples `[start, stop)` alone; empty when none of them sees it."""
        return self._replace(start=max(0, self.start - start), stop=min(stop, self.stop) - start)


def by_face(
    geoms: tuple[Geom, ...], axes: Float[np.ndarray, "g 3 3"], s: Samples
) -> tuple[Int[np.ndarray, " n"], list[Face]]:
    """The order that lays the samples of each face side by side, by geom, the sky first; and those faces."""
    flat = np.array([_FLAT.get(geom.shape, 0) for geom in geoms], np.int64)
    order, counts = np.empty(len(s), np.int64), np.zeros(_FACES * (len(geoms) + 1) + 1, np.int64)
    _sort(s.geom, s.normal, axes, flat, order, counts)
    faces = []
    for key in np.flatnonzero(np.diff(counts)):
        g, face = divmod(int(key), _FACES)
        facet = None if face == _ROUND else (face // 2, 1 if face % 2 else -1)
        faces.append(Face(g - 1, facet, int(counts[key]), int(counts[key + 1])))
    return order, faces


@kernel
def _sort(geom: Array, normal: Array, axes: Array, flat: Array, order: Array, starts: Array) -> None:
    """Fills `order [n]` and where each face `starts [k + 1]` in it: a counting sort, stable."""
    keys = np.empty(geom.shape[0], np.int64)
    for n in range(geom.shape[0]):
        keys[n] = 0
        if geom[n] >= 0:
            keys[n] = (geom[n] + 1) * _FACES + _face(geom[n], n, normal, axes, flat[geom[n]])
        starts[keys[n] + 1] += 1
    for key in range(starts.shape[0] - 1):
        starts[key + 1] += starts[key]
    place = starts.copy()
    for n in range(geom.shape[0]):
        order[place[keys[n]]] = n
        place[keys[n]] += 1


@kernel
def _face(g: int, n: int, normal: Array, axes: Array, flat: int) -> int:
    if flat == 0:
        return _ROUND
    best, face = 0.999 if flat == 1 else 0.0, _ROUND
    for axis in range(max(0, 3 - flat), 3):
        along = axes[g, 0, axis] * normal[0, n] + axes[g, 1, axis] * normal[1, n] + axes[g, 2, axis] * normal[2, n]
        if abs(along) > best:
            best, face = abs(along), 2 * axis + (1 if along > 0 else 0)
    if flat == _SLOPED and face == 2:  # the front is all slope, however steep
        return _SLOPE
    return face
