"""Heights of solids, for plans seen from straight above."""

from composer.layout import extent_of
from composer.types import Solid


def underside_m(solid: Solid) -> float:
    """Height of a solid's lowest point above the ground."""
    return float(extent_of(solid).low[2])


def top_m(solid: Solid) -> float:
    """Height of a solid's highest point above the ground."""
    return float(extent_of(solid).high[2])
