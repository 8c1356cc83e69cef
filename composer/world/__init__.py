"""Motion of subjects over the whole story."""

from composer.world.story import Story, simulate

__all__ = ["Story", "simulate"]
