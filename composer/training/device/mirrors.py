"""What stands on wet ground and water, seen in it: `shade.mirror`, over tensors."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from composer.shade.reflecting import BEND, BRIGHT, STEP, plain_light
from composer.training.device.blurring import blurred
from composer.training.device.casting import Met, Shapes, cast
from composer.training.device.staging import Stage
from composer.typed import Bool, Float, Int
from composer.types import Size


@dataclass(frozen=True, eq=False)
class Mirror:
    """Reflected light times cover, and cover, at half size; which slots of each frame mirror it."""

    image: Float[Tensor, "f 4 h w"]
    mirrors: Bool[Tensor, "f g"]

    def over(self, dome: Tensor, met: Met, x: Tensor, y: Tensor, normal: Tensor) -> Tensor:
        """`dome [3 f p]` with what stands before it where samples at (x, y) see a mirror, shifted by waves' normals."""
        f, _, h, w = self.image.shape
        column = ((x + normal[0] * BEND) / STEP - 0.5).clamp(0, w - 1.001)
        row = ((y + normal[1] * BEND) / STEP - 0.5).clamp(0, h - 1.001)
        left, top = column.long(), row.long()
        share_x, share_y = column - left, row - top
        frame = torch.arange(f, device=x.device)[:, None]
        planes = self.image.movedim(1, 0)

        def read(down: int, across: int) -> Tensor:
            return planes[:, frame, top + down, left + across]

        upper = read(0, 0) + (read(0, 1) - read(0, 0)) * share_x
        lower = read(1, 0) + (read(1, 1) - read(1, 0)) * share_x
        found = (upper + (lower - upper) * share_y) * self.mirrors.gather(1, met.geom.clamp(min=0))
        return dome * (1 - found[3]) + found[:3]


def mirror(  # noqa: PLR0913, PLR0917 - a frame's values, each of them read
    stage: Stage, of: Int[Tensor, " f"], shapes: Shapes, eye: Tensor, rays: Tensor, met: Met, size: Size
) -> Mirror | None:
    """What the pieces that mirror reflect of what `rays [3 f h*w]` see, `met` so, in frames of the recipes `of`."""
    if not stage.mirrors:
        return None
    w, h = size

    def coarse(values: Tensor) -> Tensor:
        return values.reshape(*values.shape[:-1], h, w)[..., ::STEP, ::STEP]

    own, depth, ways = coarse(met.geom), coarse(met.depth).flatten(1), coarse(rays).flatten(2)
    image = torch.zeros((4, *own.shape), device=eye.device)
    mirrors = torch.zeros_like(shapes.there)
    slots = torch.arange(len(shapes.kind), device=eye.device)
    up = torch.tensor([1.0, 1.0, -1.0], device=eye.device)
    sky, lamps, pieces = stage.skies(of[:, None]), stage.lamps(of[:, None]), stage.piece[of]
    for which_of, height_of in stage.mirrors:
        which = which_of[of][:, None]
        mirrors = mirrors | (slots == which)
        height = torch.stack([torch.zeros_like(height_of), torch.zeros_like(height_of), 2 * height_of])[:, of]
        under, bounced = eye * up[:, None] + height, ways * up[:, None, None]
        found = cast(replace(shapes, there=shapes.there & (slots != which)), under, bounced)
        seen = (own.flatten(1) == which) & (found.geom >= 0) & (found.depth > depth)
        far, slot = torch.where(seen, found.depth, 0.0), found.geom.clamp(min=0)
        piece = pieces.gather(1, slot)
        colours = tuple(table[:, piece] for table in stage.plain)
        points = bounced * far + under[:, :, None]
        light = plain_light(sky, lamps, (colours[0], colours[1]), slot, found.normal, points, bounced, far)
        cover = torch.cat([light, torch.ones_like(light[:1])])
        image = torch.where(seen.reshape(own.shape), cover.reshape(image.shape), image)
    image = image.movedim(0, 1)
    soft, streaks = blurred(image, 2.2, 0.8), blurred((image[:, :3] - BRIGHT).clamp(min=0), h / 24, h / 500)
    return Mirror(torch.cat([soft[:, :3] + streaks, soft[:, 3:]], 1), mirrors)
