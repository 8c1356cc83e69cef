"""Looks and light to pictures: the previz, and the functions that it is made of, over numpy or torch alike."""

from composer.shade.shader import Shader
from composer.shade.sky import Sky, sky_of

__all__ = ["Shader", "Sky", "sky_of"]
