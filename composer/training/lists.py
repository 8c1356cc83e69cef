"""Shot lists by chance: a wide distribution of places, looks, bodies, cameras, cuts and returns, in the product's language.

What the model learns from is what its users write: every list goes through the same reader, solver, physics and cameras.
"""

import json
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import Any

import numpy as np

from composer.looks import known_words
from composer.looks.grades import GRADES

Words = tuple[str, ...]
_KNOWN = known_words()

_LIGHTS = ("dawn", "morning", "day", "day", "afternoon", "dusk", "night", "night", "overcast")
_AIRS = ("", "", "", "", "after rain", "misty", "hazy", "overcast", "clear", "foggy", "stormy", "in the snow", "golden")
_GROUNDS = (
    "concrete", "asphalt", "wet asphalt", "cobbles", "wet cobbles", "flagstones", "grass", "sand", "snow", "earth", "gravel",
    "mud", "concrete panels", "dark asphalt", "green checkered tiles", "tiles", "oak boards", "wet concrete", "pale flagstones",
)  # fmt: skip
_COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_SIDES = (*_COMPASS, "front", "left-3/4", "right-3/4", "left-profile", "right-profile", "back")
_LENSES = (20, 24, 28, 35, 35, 50, 50, 85)
_SIZES = ("EWS", "WS", "WS", "WS", "MS", "MCU", "CU")
_SECONDS = 1.5  # of a shot: what two windows of frames are cut from


@dataclass(frozen=True)
class _Spot:
    x: float
    y: float
    reach: float


def random_list(seed: int) -> str:
    """A shot list (JSON, which is YAML) of one place and three or four short shots; the same for the same `seed`.

    Not every list is sound: one that asks for what cannot be is refused by the reader, and another one is drawn.
    """
    dice = Dice(seed)
    indoors = dice.chance(0.18)
    place, spots, anchors = _room(dice) if indoors else _outdoors(dice)
    subjects, marks = _subjects(dice, spots, 1.8 if indoors else 8.0)
    place["marks"] = marks
    style = dice.style()
    document = {
        "fps": 24,
        "size": "768x432",
        "seed": seed % 100_000,
        "places": {"place": place},
        "styles": {"style": style},
        "subjects": subjects,
        "shots": _shots(dice, anchors, subjects, marks, indoors),
    }
    if not style:
        del document["styles"]
    return json.dumps({key: value for key, value in document.items() if value})


class Dice:
    """Choices that follow from a seed."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def chance(self, share: float) -> bool:
        return bool(self._rng.random() < share)

    def number(self, low: float, high: float) -> float:
        return round(float(self._rng.uniform(low, high)), 2)

    def whole(self, low: int, high: int) -> int:
        return int(self._rng.integers(low, high + 1))

    def one(self, of: Words | tuple[int, ...] | list[str]) -> Any:
        return of[int(self._rng.integers(len(of)))]

    def colour(self) -> str:
        tint = self.one(_KNOWN["colour"])
        return f"{self.one(_KNOWN['modifier'])} {tint}" if self.chance(0.3) else tint

    def look(self, noun: str | None = None) -> str:
        """Some of: finish, wear, colours, pattern, material, thing; each may be left out."""
        said = []
        if self.chance(0.12):
            said.append(self.one(_KNOWN["finish"]))
        if self.chance(0.22):
            said.append(self.one(_KNOWN["wear"]))
        if self.chance(0.7):
            said.append(self.colour())
        patterned = self.chance(0.3)
        if patterned:
            if self.chance(0.4):
                said.append(f"and {self.colour()}" if said else self.colour())
            said.append(self.one(_KNOWN["pattern"]))
        if self.chance(0.55):
            said.append(self.one(_KNOWN["material"]))
        if noun is None and self.chance(0.75):
            noun = self.one(_KNOWN["noun"])
        text = " ".join([*said, *([noun] if noun else [])]) or "thing"
        return f"{text} with a {self.colour()} roof" if self.chance(0.08) else text

    def person(self) -> str:
        clothes = [f"{self.colour()} {self.one(_KNOWN['garment'])}" for _ in range(self.whole(0, 2))]
        worn = f" in a {' and '.join(clothes)}" if clothes else ""
        return f"{self.one(_KNOWN['person'])}{worn}"

    def style(self) -> str:
        if self.chance(0.45):
            return ""
        return ", ".join(self.one(tuple(GRADES)) for _ in range(self.whole(1, 2)))


def _outdoors(dice: Dice) -> tuple[dict[str, Any], list[_Spot], list[str]]:
    spots: list[_Spot] = []
    anchors: dict[str, Any] = {}
    wanted, spread = dice.whole(3, 14), dice.number(9, 26)
    for number in range(wanted * 3):
        if len(anchors) == wanted:
            break
        shape, reach = _shape(dice, number)
        spot = _free(dice, spots, reach, spread)
        if spot is None:
            continue
        spots.append(spot)
        anchors[f"a{number}"] = {**shape, "at": [spot.x, spot.y], **_turned(dice)}
    place: dict[str, Any] = {
        "look": f"place {dice.one(_AIRS)}".strip(),
        "light": dice.one(_LIGHTS),
        "ground": dice.one(_GROUNDS),
        "anchors": anchors,
    }
    if dice.chance(0.2):
        place["sun"] = f"{dice.one(_COMPASS)} {dice.whole(8, 65)}deg"
    if dice.chance(0.12):
        place["fog"] = f"{dice.whole(25, 300)}m"
    return place, spots, list(anchors)


def _room(dice: Dice) -> tuple[dict[str, Any], list[_Spot], list[str]]:
    width, depth = dice.number(4.5, 9), dice.number(4, 8)
    spots: list[_Spot] = []
    anchors: dict[str, Any] = {}
    for number in range(dice.whole(3, 7)):
        across, deep, tall = dice.number(0.4, 1.6), dice.number(0.4, 1.0), dice.number(0.4, 1.9)
        spot = _free(dice, spots, hypot(across, deep) / 2, min(width, depth) / 2 - 0.5)
        if spot is not None:
            spots.append(spot)
            anchors[f"a{number}"] = {
                "box": f"{across} x {deep} x {tall}m", "look": dice.look(), "at": [spot.x, spot.y],
            }  # fmt: skip
    if dice.chance(0.6):
        anchors["lamp"] = {
            "sphere": "0.24m",
            "look": "glass lamp",
            "at": [0.3, 0.2, 2.1],
            "lamp": dice.one(("warm", "cold")),
        }
    place = {
        "look": f"{dice.colour()} {dice.one(_KNOWN['material'])} room",
        "room": f"{width} x {depth} x {dice.number(2.5, 3.4)}m",
        "ground": dice.one(("oak boards", "tiles", "carpet", "lino", "concrete", "flagstones", "parquet")),
        "anchors": anchors,
    }
    return place, spots, [name for name in anchors if name != "lamp"]


def _shape(dice: Dice, number: int) -> tuple[dict[str, Any], float]:
    """An anchor without a place to stand, and how far it reaches from its middle (m)."""
    kind = dice.one(
        ("house",) * 5 + ("thing",) * 2 + ("round", "ball", "wall", "ramp", "lamp" if number % 2 else "trunk")
    )
    w, d, h = dice.number(2, 11), dice.number(2, 9), dice.number(1.5, 11)
    if kind == "thing":
        w, d, h = dice.number(0.5, 2), dice.number(0.5, 2), dice.number(0.4, 2)
    shapes: dict[str, dict[str, Any]] = {
        "house": {"box": f"{w} x {d} x {h}m", "look": dice.look()},
        "thing": {"box": f"{w} x {d} x {h}m", "look": dice.look()},
        "round": {"cylinder": f"{d / 2:.2f} x {h}m", "look": dice.look()},
        "ball": {"sphere": f"{d / 2.5:.2f}m", "look": dice.look()},
        "wall": {"wall": f"{w} x {1 + h / 4:.2f}m", "look": dice.look("wall")},
        "ramp": {"ramp": f"{1 + w / 2:.2f} x {1 + d / 3:.2f} x {h / 6:.2f}m", "look": dice.look("ramp")},
        "lamp": {"cylinder": f"0.16 x {2 + h / 4:.2f}m", "look": "black iron street lamp", "lamp": "warm"},
        "trunk": {"cylinder": f"0.4 x {1 + h / 5:.2f}m", "look": "trunk"},
    }
    reach = {"round": d / 4, "ball": d / 5, "wall": w / 2, "lamp": 0.3, "trunk": 0.4}
    return shapes[kind], reach.get(kind, hypot(w, d) / 2)


def _turned(dice: Dice) -> dict[str, str]:
    return {"facing": dice.one(_COMPASS)} if dice.chance(0.4) else {}


def _free(dice: Dice, spots: list[_Spot], reach: float, spread: float) -> _Spot | None:
    """Somewhere within `spread` (m) where nothing stands yet; None when it is not found."""
    for _ in range(12):
        angle, away = dice.number(0, 2 * pi), spread * dice.number(0, 1) ** 0.5
        spot = _Spot(round(away * cos(angle), 2), round(away * sin(angle), 2), reach)
        if all(hypot(spot.x - s.x, spot.y - s.y) > reach + s.reach + 0.4 for s in spots):
            return spot
    return None


def _subjects(dice: Dice, spots: list[_Spot], spread: float) -> tuple[dict[str, Any], dict[str, Any]]:
    subjects: dict[str, Any] = {}
    marks: dict[str, Any] = {}
    taken = list(spots)
    for number in range(dice.whole(0, 3)):
        spot = _free(dice, taken, 0.5, spread)
        if spot is None:
            continue
        taken.append(spot)
        at = [spot.x, spot.y]
        kind = dice.whole(0, 5)
        if kind <= 2:
            subjects[f"person{number}"] = {
                "person": f"{dice.number(1.2, 1.95)}m",
                "look": dice.person(),
                "at": at,
                "facing": dice.one(_COMPASS),
            }
        elif kind == 3:
            subjects[f"ball{number}"] = {
                "sphere": f"{dice.number(0.2, 0.6)}m",
                "look": dice.look("ball"),
                "mass": "2kg",
                "at": at,
            }
        elif kind == 4:
            subjects[f"drum{number}"] = {
                "cylinder": "0.6 x 0.9m",
                "axis": dice.one(("north", "east", "up")),
                "look": dice.look("oil drum"),
                "mass": "20kg",
                "at": at,
            }
        else:
            w, d, h = dice.number(0.4, 3), dice.number(0.4, 1.6), dice.number(0.4, 1.6)
            subjects[f"thing{number}"] = {"box": f"{w} x {d} x {h}m", "look": dice.look(), "mass": "60kg", "at": at}
        goal = _free(dice, taken, 0.4, spread)
        if goal is not None:
            taken.append(goal)
            marks[f"m{number}"] = {"at": [goal.x, goal.y]}
    return subjects, marks


def _motion(dice: Dice, subjects: dict[str, Any], marks: dict[str, Any]) -> dict[str, str]:
    motion = {}
    for name in subjects:
        if not dice.chance(0.6):
            continue
        goal = dice.one(list(marks)) if marks else None
        ways = {
            "person": [f"turn to {dice.one(_COMPASS)}", *([f"walk to {goal}", f"walk to {goal}"] if goal else [])],
            "ball": [f"push {dice.one(_COMPASS)} at {dice.whole(1, 4)}m/s", *([f"throw to {goal} in 1.1s"] if goal else [])],
            "drum": [f"push {dice.one(_COMPASS)} at {dice.whole(1, 3)}m/s"],
            "thing": [f"push {dice.one(_COMPASS)} at {dice.whole(1, 3)}m/s", *([f"move to {goal} at 2m/s"] if goal else [])],
        }  # fmt: skip
        motion[name] = dice.one(ways[name.rstrip("0123456789")])
    return motion


def _shots(
    dice: Dice, anchors: list[str], subjects: dict[str, Any], marks: dict[str, Any], indoors: bool
) -> list[dict[str, Any]]:
    """Three or four shots; some come back to where an earlier one stood."""
    shots: list[dict[str, Any]] = []
    for number in range(dice.whole(3, 4)):
        shot = _shot(dice, f"s{number}", anchors, subjects, marks, indoors)
        if shots and dice.chance(0.4):
            before = shots[dice.whole(0, len(shots) - 1)]["camera"]
            shot["camera"] = {**before, "move": _move(dice, before["frame"].split()[-1], 0.2 if indoors else 0.6)}
        shots.append(shot)
    return shots


def _shot(
    dice: Dice, name: str, anchors: list[str], subjects: dict[str, Any], marks: dict[str, Any], indoors: bool
) -> dict[str, Any]:
    seen = list(subjects) if subjects and dice.chance(0.45) else anchors
    framed = " ".join({dice.one(seen) for _ in range(dice.whole(1, 2))})
    camera: dict[str, Any] = {
        "frame": f"{dice.one(_SIZES[3:] if indoors else _SIZES)} {framed}",
        "from": dice.one(_SIDES),
    }
    if not framed.startswith("person"):
        camera["from"] = dice.one(_COMPASS)
    if dice.chance(0.3):
        reach = 1.6 if indoors else 16.0
        camera = {
            "frame": framed,
            "at": [dice.number(-reach, reach), dice.number(-reach, reach), dice.number(0.5, 2.2)],
        }
    if dice.chance(0.4) and "at" not in camera:
        camera["height"] = dice.one(("low", "eye", f"{dice.number(0.5, 2.2 if indoors else 7)}m"))
    if dice.chance(0.75):
        camera["lens"] = f"{dice.one(_LENSES)}mm"
    camera["move"] = _move(dice, framed.split()[0], 0.2 if indoors else 1.0)
    shot: dict[str, Any] = {"shot": name, "duration": f"{_SECONDS}s", "camera": camera}
    motion = _motion(dice, subjects, marks)
    if motion:
        shot["motion"] = motion
    return shot


def _move(dice: Dice, framed: str, scale: float) -> str:
    far = dice.number(0.5 * scale, 3 * scale)
    turn = dice.whole(5, 35)
    moves = [
        "static", f"dolly in {far}m", f"dolly out {far}m", f"truck left {far}m", f"truck right {far}m", f"pedestal up {far}m",
        f"crane up {far}m", f"pan left {turn}deg", f"pan right {turn}deg", f"tilt up {turn // 2}deg", f"arc left {turn}deg",
        f"arc right {turn}deg", "handheld", "handheld soft", f"pan with {framed}", f"zoom to {dice.one(_LENSES)}mm", f"roll right {turn // 3 + 1}deg",
    ]  # fmt: skip
    if framed.startswith(("person", "ball", "drum", "thing")):
        moves += ["follow", "follow"]
    move = str(dice.one(moves))
    return f"{move} + handheld soft" if dice.chance(0.15) and "handheld" not in move and move != "static" else move
