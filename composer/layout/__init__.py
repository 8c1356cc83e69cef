"""Places laid out in metres: relations of the shot list solved into fixed poses, once for the whole film."""

from composer.layout.extents import Extent, Slope, corners_of, extent_of, footprint, reach, slope_of
from composer.layout.meshes import files_beside, node_names
from composer.layout.solving import lay_out, restage
from composer.layout.words import Layout, Spot

__all__ = [
    "Extent",
    "Layout",
    "Slope",
    "Spot",
    "corners_of",
    "extent_of",
    "files_beside",
    "footprint",
    "lay_out",
    "node_names",
    "reach",
    "restage",
    "slope_of",
]
