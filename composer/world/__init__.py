"""Motion of subjects over the whole story."""

from composer.world.expectations import unmet
from composer.world.story import Story, simulate

__all__ = ["Story", "simulate", "unmet"]
