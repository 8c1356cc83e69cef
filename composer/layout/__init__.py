"""Places laid out in metres: relations of the shot list solved into fixed poses, once for the whole film."""

from composer.layout.solving import lay_out, restage
from composer.layout.words import Extent, Layout, Spot, extent_of, footprint

__all__ = ["Extent", "Layout", "Spot", "extent_of", "footprint", "lay_out", "restage"]
