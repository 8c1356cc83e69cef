"""What solids are made of and weigh, from their keys and looks."""

from math import pi

from composer.looks import STUFFS, ground_text, material_of
from composer.schema import Place
from composer.schema import Solid as SolidModel
from composer.schema import Subject as SubjectModel
from composer.types import Physical, Solid

PERSON_KG = 75.0


def physical_of(model: SolidModel, solid: Solid) -> Physical:
    """How an anchor or subject answers to blows: what its keys say, else what its material does."""
    person = solid.shape == "person"
    material = model.material or material_of(solid.look, "fabric" if person else "wood")
    stuff = STUFFS[material]
    mass = model.mass if isinstance(model, SubjectModel) else None
    return Physical(
        material,
        mass if mass is not None else PERSON_KG if person else volume_m3(solid) * stuff.density_kg_m3,
        stuff.bounce if model.bounce is None else model.bounce,
        stuff.friction if model.friction is None else model.friction,
    )


def ground_physical(place: Place, look: str) -> Physical:
    """How the ground of a place, which looks like `look`, answers to blows."""
    return made_of(ground_text(place.ground, look))


def made_of(look: str) -> Physical:
    """How what nobody declared, ground or walls, answers to blows: concrete unless its look names something else."""
    material = material_of(look, "concrete")
    return Physical(material, bounce=STUFFS[material].bounce, friction=STUFFS[material].friction)


def volume_m3(solid: Solid) -> float:
    """Of what the solid fills."""
    if solid.mesh is not None:
        return solid.mesh.volume_m3
    x, y, z = solid.size_m
    share = {"cylinder": pi / 4, "sphere": pi / 6, "ramp": 1 / 2}.get(solid.shape, 1.0)
    return x * y * z * share
