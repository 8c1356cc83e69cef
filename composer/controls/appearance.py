"""What every id of a place looks like at a moment: the words, with what has happened to it since, and their colour."""

from collections.abc import Mapping

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
        **{name: solid for name, solid in layout.subjects.items() if name in state.bodies},
    }
    for name, solid in here.items():
        added = solid.looks.get(variant_of(solid, name, state), "")
        text = ", ".join(part for part in (solid.look, added) if part)
        said = look(text, solid.name, solid.shape == "person")
        table[solid.id] = AnchorLook(text, said.part("torso").albedo)
    return table
