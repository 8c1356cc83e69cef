"""What bodies do to the look of a place that is not theirs to keep: `controls.shadows`, over tensors."""

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from composer.shade import lighting
from composer.shade.contact import openness
from composer.training.device.casting import hidden
from composer.training.device.shots import Shot
from composer.typed import Bool
from composer.types import FIRST_SUBJECT

_DARKENED = 0.04  # share of the dome that a body may take from a spot before it shows


def traces(shot: Shot) -> Bool[Tensor, "f h w"]:
    """Where a place's own pixels show the shadow or the mirror image of a body; no pixel of a body."""
    w, h = shot.size
    bodies = shot.stage.ids[shot.recipe] >= FIRST_SUBJECT
    place = (shot.met.geom >= 0) & (shot.ids(shot.met) < FIRST_SUBJECT)
    found = place & (_shadows(shot, bodies) | _feet(shot) | _mirrored(shot, bodies))
    grown = max_pool2d(found.reshape(-1, h, w).float(), 5, 1, 2) > 0
    return grown & place.reshape(-1, h, w)


def _shadows(shot: Shot, bodies: Bool[Tensor, "f g"]) -> Bool[Tensor, "f p"]:
    """Spots in the light of the sun or of a lamp but for a body."""
    shapes, points, normal = shot.shapes, shot.points(shot.met, shot.rays), shot.met.normal
    those, others = (replace(shapes, there=shapes.there & which) for which in (bodies, ~bodies))
    of = shot.recipe[:, None]
    sky = shot.stage.skies(of)
    way = torch.stack(sky.towards_sun)
    found = ((normal * way).sum(0) > 0) & hidden(those, points, way) & ~hidden(others, points, way)
    found = found & shot.stage.sunny[of]
    for lamp in shot.stage.lamps(of):
        share, way = lighting.from_lamp(lamp, points, normal)
        reach = (1 - lamp.radius_m / (way * way).sum(0).sqrt().clamp(min=1e-9)).clamp(min=0)
        most = torch.stack(lamp.power).amax(0)
        near = (share > sky.faint / most) & (shot.met.geom != lamp.geom) & (lamp.geom >= 0)
        own = lamp.geom[:, 0]
        dark = hidden(those, points, way, reach, own) & ~hidden(others, points, way, reach, own)
        found = found | (near & dark)
    return found


def _feet(shot: Shot) -> Bool[Tensor, "f p"]:
    """Spots so near to a body that it takes some of the sky from them."""
    points, own = shot.points(shot.met, shot.rays), shot.ids(shot.met)
    with_, without = (
        openness(points, shot.met.normal, own, shot.stage.boxes(shot.at, which))
        for which in (lambda ids: ids >= FIRST_SUBJECT, lambda ids: ids < -1)
    )
    darker: Tensor = without - with_ > _DARKENED
    return darker


def _mirrored(shot: Shot, bodies: Bool[Tensor, "f g"]) -> Bool[Tensor, "f p"]:
    """Spots of wet ground and of water that mirror a body."""
    met, mirrors = shot.met, torch.zeros_like(shot.met.geom, dtype=torch.bool)
    for slots, _ in shot.stage.mirrors:
        mirrors = mirrors | ((met.geom == slots[shot.recipe][:, None]) & (met.geom >= 0))
    facing = (shot.rays * met.normal).sum(0)
    ways = shot.rays - 2 * facing * met.normal
    those = replace(shot.shapes, there=shot.shapes.there & bodies)
    return mirrors & hidden(those, shot.points(met, shot.rays), ways)
