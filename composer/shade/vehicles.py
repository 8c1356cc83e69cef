"""Boxes that go somewhere: the frames and doors of containers, the wheels and lights of what drives."""

from composer.shade.arrays import Array, at_most, blend, either, namespace, planes, pulse
from composer.shade.patch import Patch

CONTAINERS = frozenset({"container", "shipping container"})
_RAIL = frozenset({"tram", "train"})
VEHICLES = frozenset({"car", "van", "lorry", "truck", "bus"}) | _RAIL
_DARK, _BEAM = 0.02, (1.5, 1.25, 0.85)


def has_doors(size_m: tuple[float, float]) -> bool:
    """Whether a side of a shipping container is one of its ends."""
    return size_m[0] < 1.3 * size_m[1]


def is_end(size_m: tuple[float, float]) -> bool:
    """Whether a side of a vehicle is its front or its back."""
    return size_m[0] < 1.25 * size_m[1]


def corrugated_box(patch: Patch, albedo: Array, *, doors: bool) -> Array:
    """The frame of a shipping container, and on its ends the doors: a gap, locking bars."""
    xp = namespace(patch.u)
    width, height = patch.size_m
    inset = xp.minimum(width / 2 - xp.abs(patch.u), xp.minimum(patch.v, height - patch.v))
    frame = (0.5 + (0.11 - inset) / xp.maximum(patch.wu, patch.wv).clip(0.01)).clip(0, 1)
    shade = 1 - 0.3 * frame
    if doors:
        wing = width / 2
        bars = pulse(patch.u / wing - 0.27, patch.wu / wing, 0.045) + pulse(
            patch.u / wing - 0.70, patch.wu / wing, 0.045
        )
        gap = (0.5 + (0.02 - xp.abs(patch.u)) / patch.wu.clip(0.01)).clip(0, 1)
        shade = shade * (1 + 0.5 * bars * (1 - frame)) * (1 - 0.75 * gap)
    return albedo * shade


def running(
    noun: str, patch: Patch, albedo: Array, emit: Array | None, windows: Array, *, end: bool | None = None
) -> tuple[Array, Array | None]:
    """Albedo and glow of a vehicle's side: wheels on the long ones, or a skirt over bogies; lights on the short ones."""
    xp = namespace(patch.u)
    width, height = patch.size_m
    w = xp.maximum(patch.wu, patch.wv).clip(0.004)
    if is_end(patch.size_m) if end is None else end:
        radius, across = 0.06 * height, 0.34 * width
        gap = xp.sqrt((xp.abs(patch.u) - across) ** 2 + (patch.v - 0.24 * height) ** 2)
        light = (0.5 + (radius - gap) / w).clip(0, 1)
        beam = planes(*(light * (c * (0.15 + windows)) for c in _BEAM))
        pale = planes(*(blend(albedo[i], 0.7, light) for i in range(3)))
        return pale, beam if emit is None else emit + beam
    if noun in _RAIL:
        dark = (0.5 + (0.13 * height - patch.v) / w).clip(0, 1)
    else:
        radius = at_most(0.22 * height, 0.5)
        gap = xp.sqrt((xp.abs(patch.u) - 0.31 * width) ** 2 + (patch.v - 0.8 * radius) ** 2)
        wheel = (0.5 + (radius - gap) / w).clip(0, 1)
        dark = either(wheel - 0.7 * (0.5 + (0.45 * radius - gap) / w).clip(0, 1), 0.85 * (patch.v < 0.12 * height))
    keep = 1 - dark.clip(0, 1)
    shown = planes(*(albedo[i] * keep + _DARK * (1 - keep) for i in range(3)))
    return shown, None if emit is None else emit * keep
