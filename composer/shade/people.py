"""People as mannequins wear their looks: which part of a figure wears what, and a face that says where they look."""

from composer.looks import Look
from composer.shade.arrays import Array, blend, planes, smooth

_WEARS = {
    "head": "head",
    "neck": "skin",
    "hand": "hands",
    "forearm": "arms",
    "upper_arm": "arms",
    "shoulders": "torso",
    "collar": "torso",
    "torso": "torso",
    "pelvis": "pelvis",
    "thigh": "legs",
    "shin": "shins",
    "foot": "feet",
    "instep": "feet",
}


def worn(look: Look, part: str) -> Look:
    """The look of a figure's part, such as `left_shin`."""
    return look.part(_WEARS.get(part.removeprefix("left_").removeprefix("right_"), "torso"))


def face(hair: Array, x: Array, y: Array, z: Array, albedo: Array, *, bearded: bool) -> Array:
    """Hair (linear RGB), beard and eyes on a head; `x, y, z` of its ellipsoid in [-1, 1], the face towards -y."""
    crown = smooth(-0.06, 0.06, z - 0.5 + 0.5 * smooth(-0.62, 0.1, y) + 0.5 * smooth(0.1, 0.55, y) + 0.2 * x * x)
    cover = crown
    if bearded:
        beard = smooth(0.05, -0.05, z + 0.38 - 0.35 * smooth(0.4, 0.85, abs(x))) * smooth(0.05, -0.15, y)
        cover = cover + 0.9 * beard * (1 - cover)
    front = smooth(-0.35, -0.6, y)
    eye_x = abs(x) - 0.36
    eyes = smooth(1.0, 0.55, (eye_x * eye_x) / 0.018 + (z - 0.04) ** 2 / 0.006) * front * 0.8
    brow = smooth(1.0, 0.5, (eye_x * eye_x) / 0.045 + (z - 0.22) ** 2 / 0.0035) * front * 0.55
    mouth = smooth(1.0, 0.5, x * x / 0.05 + (z + 0.46) ** 2 / 0.002) * front * 0.35
    dark = (1 - eyes) * (1 - brow) * (1 - mouth)
    return planes(*(blend(albedo[i] * dark, hair[i], cover) for i in range(3)))
