"""Rays against all shapes of a place at once, in torch: what `scene` meets one by one, met on any device in one go.

f frames, g shapes, p rays of each frame; single precision, metres, world axes. There are no matrix products, so that what
trains beside it may compute those as coarsely as it likes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import torch
from torch import Tensor

from composer.training.device.spans import SPANS, outward
from composer.typed import Bool, Float, Int

KINDS = tuple(SPANS)
"""What shapes there are, by number: `scene`'s primitives, but for meshes."""

_SAME = 1 + 2e-6  # factor within which two shapes are met at once: the first of them is seen
_GRAZE_M = 1e-4  # nearer entries belong to the surface that a shadow ray leaves
_NOWHERE = torch.inf


@dataclass(frozen=True, eq=False)
class Shapes:
    """g shapes in each of f frames, which may be of many places: `kind` as in `KINDS`, side by side, full extents as `scene.Geom.size_m`,
    pose, and whether each is there. Of two that are met at once the one of the lower `rank` is seen.
    """

    kind: tuple[int, ...]
    rank: Int[Tensor, "f g"]
    size_m: Float[Tensor, "f g 3"]
    centre: Float[Tensor, "f g 3"]
    axes: Float[Tensor, "f g 3 3"]  # R_world_geom
    there: Bool[Tensor, "f g"]

    @cached_property
    def of_kind(self) -> dict[int, slice]:
        """Where the shapes of each kind that there is lie."""
        return {kind: slice(self.kind.index(kind), self.kind.index(kind) + self.kind.count(kind)) for kind in self.kind}

    @cached_property
    def ranked(self) -> Int[Tensor, "f g"]:
        """The shapes by rank."""
        return torch.argsort(self.rank, 1)


@lru_cache(maxsize=64)
def _numbers(kind: tuple[int, ...], device: torch.device) -> Int[Tensor, " g"]:
    return torch.tensor(kind, device=device)


@dataclass(frozen=True, eq=False)
class Met:
    """What rays meet first: how far in lengths of their directions (inf: nothing), the unit normal on the side that they
    come from (0: nothing), which shape (-1: none), and where in its own frame (m).
    """

    depth: Float[Tensor, "f p"]
    normal: Float[Tensor, "3 f p"]
    geom: Int[Tensor, "f p"]
    local: Float[Tensor, "3 f p"]


def cast(shapes: Shapes, origin: Float[Tensor, "3 f"], rays: Float[Tensor, "3 f p"]) -> Met:
    """What each of a frame's rays meets first, all of them from the frame's `origin`."""
    away = [
        torch.where(out <= far, torch.where(out >= 0, out, far), _NOWHERE)
        for out, far in _spans(shapes, origin[:, :, None], rays)
    ]
    t = torch.cat([torch.where(a >= 0, a, _NOWHERE) for a in away], 1)
    depth = t.amin(1)
    first = torch.where(t <= depth[:, None] * _SAME, shapes.rank[:, :, None], len(shapes.kind) - 1).amin(1)
    geom = torch.where(depth < _NOWHERE, shapes.ranked.gather(1, first), -1)
    local, normal = _at(shapes, geom, origin, rays, depth)
    return Met(depth, normal, geom, local)


def hidden(
    shapes: Shapes,
    points: Float[Tensor, "3 f p"],
    ways: Float[Tensor, "3 #f #p"],
    reach: Float[Tensor, "f p"] | float = torch.inf,
    through: Int[Tensor, " f"] | int = -1,
) -> Bool[Tensor, "f p"]:
    """Whether a ray from each point enters any shape within `reach` lengths of its way; the shape `through` (one, or one of each
    frame) lets it pass.

    Only entries count, so points may lie on surfaces; those that face away from the light are not reported.
    """
    graze = _GRAZE_M / (ways * ways).sum(0).sqrt()[:, None]
    far = reach if isinstance(reach, float) else reach[:, None]
    met = torch.zeros(points.shape[1:], dtype=torch.bool, device=points.device)
    for at, (enters, leaves) in zip(shapes.of_kind.values(), _spans(shapes, points, ways), strict=True):
        entered = (enters <= leaves) & (enters > graze) & (enters < far)
        slots = torch.arange(at.start, at.stop, device=points.device)
        kept = slots != (through if isinstance(through, int) else through[:, None])
        met = met | (entered & kept[..., None]).any(1)
    return met


def _spans(shapes: Shapes, start: Tensor, ways: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Where each line enters and leaves each shape `[f k p]`, kind by kind; what is not there is missed."""
    for kind, at in shapes.of_kind.items():
        centre, axes = shapes.centre[:, at], shapes.axes[:, at]
        off = [start[i, :, None] - centre[:, :, i, None] for i in range(3)]
        way = [ways[i, :, None] for i in range(3)]
        turn = [[axes[:, :, i, j, None] for i in range(3)] for j in range(3)]
        o, d = ([r[0] * v[0] + r[1] * v[1] + r[2] * v[2] for r in turn] for v in (off, way))
        half = [shapes.size_m[:, at, i, None] / 2 for i in range(3)]
        enters, leaves = SPANS[KINDS[kind]](half, o, d)
        yield torch.where(shapes.there[:, at, None], enters, _NOWHERE), leaves


def _at(shapes: Shapes, geom: Tensor, origin: Tensor, rays: Tensor, depth: Tensor) -> tuple[Tensor, Tensor]:
    """Where on its shape each ray ends `[3 f p]`, in the shape's own frame, and the normal there in the world's."""
    f, g = shapes.centre.shape[:2]
    seen = geom.clamp(min=0)
    row = seen + torch.arange(f, device=geom.device)[:, None] * g
    axes, centre = shapes.axes.reshape(f * g, 9)[row], shapes.centre.reshape(f * g, 3)[row]
    far = torch.where(geom >= 0, depth, 0.0)
    off = [origin[i, :, None] - centre[..., i] for i in range(3)]
    local = []
    for j in range(3):
        turn = [axes[..., 3 * i + j] for i in range(3)]
        start = turn[0] * off[0] + turn[1] * off[1] + turn[2] * off[2]
        local.append(start + far * (turn[0] * rays[0] + turn[1] * rays[1] + turn[2] * rays[2]))
    half = shapes.size_m.reshape(f * g, 3)[row] / 2
    out = outward(_numbers(shapes.kind, geom.device)[seen], [half[..., i] for i in range(3)], local)
    normal = [
        axes[..., 3 * i] * out[0] + axes[..., 3 * i + 1] * out[1] + axes[..., 3 * i + 2] * out[2] for i in range(3)
    ]
    along = normal[0] * rays[0] + normal[1] * rays[1] + normal[2] * rays[2]
    side = torch.where(along > 0, -1.0, 1.0) * (geom >= 0)
    return torch.stack(local), torch.stack([n * side for n in normal])
