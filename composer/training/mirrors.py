"""What stands on wet ground and water, seen in it: `shade.mirror`, over tensors."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from composer.shade.reflecting import BEND, BRIGHT, STEP, plain_colours, plain_light
from composer.training.blurring import blurred
from composer.training.casting import Met, Shapes, cast
from composer.training.recipes import Setting
from composer.typed import Bool, Float


@dataclass(frozen=True, eq=False)
class Mirror:
    """Reflected light times cover, and cover, at half size; which pieces mirror it."""

    image: Float[Tensor, "f 4 h w"]
    mirrors: Bool[Tensor, " g"]

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
        found = (upper + (lower - upper) * share_y) * self.mirrors[met.geom.clamp(min=0)]
        return dome * (1 - found[3]) + found[:3]


def mirror(
    setting: Setting, shapes: Shapes, eye: Tensor, rays: Tensor, met: Met, size: tuple[int, int]
) -> Mirror | None:
    """What the pieces that mirror reflect of what `rays [3 f h*w]` see, `met` so; None where there are none."""
    if not setting.mirrors:
        return None
    w, h = size
    device, g = eye.device, len(shapes.kind)

    def coarse(values: Tensor) -> Tensor:
        return values.reshape(*values.shape[:-1], h, w)[..., ::STEP, ::STEP]

    own, depth, ways = coarse(met.geom), coarse(met.depth).flatten(1), coarse(rays).flatten(2)
    looks = [setting.looks[k] for k in setting.wears[0]]
    mean, glow = (torch.from_numpy(table.T.copy()).to(device) for table in plain_colours(setting.sky, looks))
    image = torch.zeros((4, *own.shape), device=device)
    up = torch.tensor([1.0, 1.0, -1.0], device=device)
    for which, height in setting.mirrors:
        others = torch.arange(g, device=device) != which
        under = eye * up[:, None] + torch.tensor([0.0, 0.0, 2 * height], device=device)[:, None]
        bounced = ways * up[:, None, None]
        found = cast(replace(shapes, there=shapes.there & others), under, bounced)
        seen = (own.flatten(1) == which) & (found.geom >= 0) & (found.depth > depth)
        geom, far = found.geom.clamp(min=0), torch.where(seen, found.depth, 0.0)
        points = bounced * far + under[:, :, None]
        colours = mean[:, geom], glow[:, geom]
        light = plain_light(setting.sky, setting.lamps, colours, geom, found.normal, points, bounced, far)
        cover = torch.cat([light, torch.ones_like(light[:1])]) * seen
        image = torch.where(seen.reshape(own.shape), cover.reshape(image.shape), image)
    image = image.movedim(0, 1)
    soft, streaks = blurred(image, 2.2, 0.8), blurred((image[:, :3] - BRIGHT).clamp(min=0), h / 24, h / 500)
    mirrors = torch.zeros(g, dtype=torch.bool, device=device)
    mirrors[[which for which, _ in setting.mirrors]] = True
    return Mirror(torch.cat([soft[:, :3] + streaks, soft[:, 3:]], 1), mirrors)
