"""Motion of subjects over the whole story."""

from composer.world.expectations import unmet
from composer.world.footprint import apart
from composer.world.story import Story, simulate
from composer.world.surroundings import at_pose

__all__ = ["Story", "apart", "at_pose", "simulate", "unmet"]
