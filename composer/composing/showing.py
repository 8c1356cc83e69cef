"""Where the pixels of a clip belong: what of the declared state must be as it was for a clip that stays to be remembered."""

from composer.layout import Layout
from composer.store import digest
from composer.types import Solid


def shape_of(layout: Layout) -> str:
    """Digest of the shapes of a place and of all who are ever in it; looks may change."""
    cast = sorted(layout.cast.items())
    return digest([_shape(solid) for solid in layout.solids], [(name, _shape(solid)) for name, solid in cast])


def shows(camera: str, world: str, shape: str) -> str:
    """Digest of the geometry that a clip shows, by those of its camera and its bodies, and of the shapes of its place."""
    return digest(camera, world, shape)


def _shape(solid: Solid) -> tuple[object, ...]:
    corners = solid.mesh.corners if solid.mesh else None
    return solid.name, solid.shape, solid.size_m, solid.T_world_solid, corners
