"""What every id of a place looks like at a moment: the words, with what has happened to it since, and their colour."""

from collections.abc import Mapping
from zlib import crc32

import numpy as np
from jaxtyping import Int32

from composer.looks import ground_look, look
from composer.scene import Scene
from composer.types import GROUND, AnchorLook, Solid, WorldState


def variant_of(solid: Solid, key: str, state: WorldState) -> str:
    """The look that a solid has taken on (`Solid.looks`), by its own name or that of its row; empty for its plain one."""
    variants = state.variants
    return variants.get(key) or variants.get(solid.name) or variants.get(solid.anchor) or ""


def looks_of(scene: Scene, state: WorldState) -> dict[int, AnchorLook]:
    """The look of the ground, every anchor, and every subject that is there, by id."""
    layout = scene.layout
    ground = ground_look(layout.ground, layout.look)
    table = {GROUND: AnchorLook(layout.ground, ground.albedo)}
    here: Mapping[str, Solid] = {
        **{solid.name: solid for solid in layout.solids},
        **{name: solid for name, solid in layout.cast.items() if name in state.bodies},
    }
    for name, solid in here.items():
        added = solid.looks.get(variant_of(solid, name, state), "")
        text = ", ".join(part for part in (solid.look, added) if part)
        said = look(text, solid.name, solid.shape == "person")
        table[solid.id] = AnchorLook(text, said.part("torso").albedo)
    return table


def worn(scene: Scene, state: WorldState) -> Int32[np.ndarray, " g"]:
    """A number for what each geom wears: 0 plain, one for each variant by its name."""
    wears = np.zeros(len(scene.geoms), np.int32)
    if not state.variants:
        return wears
    layout = scene.layout
    solids = [*((solid.name, solid) for solid in layout.solids), *layout.cast.items()]
    numbers = {solid.id: crc32(variant_of(solid, name, state).encode()) for name, solid in solids}
    ids = [geom.id for geom in scene.geoms]
    return np.array([numbers.get(id_, 0) for id_ in ids], np.uint32).view(np.int32)
