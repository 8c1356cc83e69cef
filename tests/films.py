"""Shot lists by chance: every word of the language, odd values and odd company, most of them good enough to plan."""

import json
from random import Random

COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
SIDES = ("front", "back", "left-profile", "right-profile", "left-3/4", "right-3/4")
SIZES = ("EWS", "WS", "MS", "MCU", "CU", "ECU")
LIGHTS = ("dawn", "morning", "day", "afternoon", "dusk", "night", "overcast", "indoor")
RATES = (24, 23.976, 25, 29.97, 30, 48, 50, 59.94, 60)
LOOKS = (
    "red brick tower",
    "glowing neon sign",
    "wet worn striped plaid steel",
    "",
    "glass",
    "x",
    "hair, oilskin, black",
)
MATERIALS = (
    "wood",
    "steel",
    "stone",
    "brick",
    "concrete",
    "glass",
    "rubber",
    "plastic",
    "fabric",
    "earth",
    "water",
)
RELATIONS = ("left_of", "right_of", "in_front_of", "behind")
ALIGNMENTS = ("centre", "front", "back", "left", "right")
EASES = ("", " ease-in", " ease-out", " linear", " ease")
WORDS = ("wind", "gulls", "room tone", "rain", "machinery")


class Film:
    """One shot list out of `rng`; `wild` is the share of values from the edges of what may be said."""

    def __init__(self, rng: Random, wild: float = 0.15) -> None:
        self.rng, self.wild = rng, wild
        self.places = {name: self.place() for name in ("yard", "office")[: rng.choice((1, 1, 2))]}
        self.subjects = {f"subject_{i}": self.subject() for i in range(rng.choice((0, 1, 2, 3)))}
        self.relate_subjects()

    def text(self) -> str:
        """YAML (all JSON is)."""
        rng = self.rng
        film = {
            "fps": rng.choice(RATES),
            "size": rng.choice(("128x72", "128x72", "64x64", "64x200", "256x64")),
            "places": self.places,
            "subjects": self.subjects,
        }
        if rng.random() < 0.2:
            film["sensor"] = rng.choice(("36mm", "24.9mm", "1mm", "0.5m"))
        if rng.random() < 0.3:
            film["styles"] = {"film": "muted teal", "game": {"look": "console game, flat shading"}}
        film["shots"] = [self.shot(i, "styles" in film) for i in range(rng.choice((1, 1, 2, 2, 3, 5)))]
        return json.dumps(film)

    # --- quantities -----------------------------------------------------------------------------------------------------

    def number(self, low, high, *edges):
        rng = self.rng
        if edges and rng.random() < self.wild:
            return rng.choice(edges)
        return round(rng.uniform(low, high), rng.choice((0, 1, 2, 3))) or low or high

    def length(self, low=0.2, high=6.0):
        return f"{self.number(low, high, 0.001, 0.01, 60, 900, 10_000):.10g}m"

    def angle(self):
        return f"{self.number(1, 200, 0.001, 90, 180, 360, 3600):.10g}deg"

    def duration(self):
        return self.rng.choice(("1f", "2f", "3f", "0.2s", "0.5s", "1s", "3s", "1min"))

    def direction(self):
        return self.rng.choice((*COMPASS, f"{self.number(-400, 400):.10g}deg"))

    def point(self, dimensions=2):
        across = [self.number(-25, 25, 0, 0, 900, -100_000, 100_000) for _ in range(2)]
        return across if dimensions == 2 else [*across, self.number(0.1, 9, 0, 0.01, 50, 900)]

    # --- places -----------------------------------------------------------------------------------------------------------

    def solid(self, kinds):
        rng, kind = self.rng, self.rng.choice(kinds)
        size = [f"{self.number(0.2, 5, 0.001, 0.01, 60, 900):.10g}" for _ in range(3)]
        lengths = {
            "box": size,
            "cylinder": size[:2],
            "sphere": size[:1],
            "wall": size[: rng.choice((2, 3))],
            "ramp": size,
        }
        if kind == "person":
            solid = {"person": f"{self.number(1.2, 2, 0.3, 3):.10g}m"}
        else:
            solid = {kind: " x ".join(lengths[kind]) + "m"}
        if kind == "cylinder" and rng.random() < 0.5:
            solid["axis"] = rng.choice(("up", self.direction()))
        look = rng.choice(LOOKS)
        if rng.random() < 0.2:
            solid["material"] = rng.choice(MATERIALS)
        if rng.random() < 0.1:
            solid["looks"] = {"dented": "one side crushed", "burnt": rng.choice(("charred", "x"))}
        if rng.random() < 0.1:
            solid |= {"bounce": self.number(0, 1, 0, 1), "friction": self.number(0, 2, 0, 2)}
        return solid | ({"look": look} if look else {})

    def position(self, names, first=False):
        rng = self.rng
        position = {}
        way = rng.random()
        if not names or way < 0.45:
            if not first or rng.random() < 0.5:
                position["at"] = self.point(rng.choice((2, 2, 2, 3)))
        elif way < 0.85:
            position[rng.choice(RELATIONS)] = rng.choice(names)
            if rng.random() < 0.3:
                position.setdefault(rng.choice(RELATIONS), rng.choice(names))
            position["gap"] = self.length(0, 9)
        elif way < 0.93:
            position["on_top_of"] = rng.choice(names)
        else:
            position["between"] = [rng.choice(names), rng.choice(names)]
        if names and "at" not in position and rng.random() < 0.2:
            position["align"] = rng.choice(ALIGNMENTS)
        if rng.random() < 0.15:
            position["offset"] = self.point(rng.choice((2, 3)))
        if rng.random() < 0.4:
            position["facing"] = rng.choice((self.direction(), *names[:2]))
        return position

    def place(self):
        rng, anchors, marks = self.rng, {}, {}
        for i in range(rng.choice((1, 2, 3, 5))):
            anchor = self.solid(("box", "cylinder", "sphere", "wall", "ramp")) | self.position(
                list(anchors), first=i == 0
            )
            if rng.random() < 0.15:
                anchor["repeat"] = f"{rng.choice((2, 3, 12))} every {self.length(1, 9)} {self.direction()}"
            if rng.random() < 0.15:
                anchor["lamp"] = rng.choice(("warm", "cold", "#ff0000", "#000001"))
            anchors[f"anchor_{i}"] = anchor
        for i in range(rng.choice((0, 1, 2))):
            marks[f"mark_{i}"] = self.position([*anchors, *marks])
        place = {"light": rng.choice(LIGHTS), "anchors": anchors, "marks": marks}
        if rng.random() < 0.15:
            place["room"] = rng.choice(("60 x 60 x 20m", "900 x 900 x 90m", "5 x 4 x 2.6m"))
        if rng.random() < 0.2:
            place["fog"] = self.length(1, 80)
        if rng.random() < 0.2:
            place["sun"] = f"{self.direction()} {self.number(0, 90, 0, 90):.10g}deg"
        if rng.random() < 0.3:
            place["ambience"] = rng.sample(WORDS, rng.choice((1, 2)))
        if rng.random() < 0.3:
            place["ground"] = rng.choice(("wet cobbles", "lawn", "snow", "parquet", "x"))
        return place

    def things(self, place, *, with_subjects=True):
        """All names that a place knows: anchors, items of rows, marks, subjects."""
        rows = [f"{name}_2" for name, anchor in self.places[place]["anchors"].items() if "repeat" in anchor]
        built = ["wall_north", "wall_east", "wall_south", "wall_west", "ceiling"] * ("room" in self.places[place])
        here = [*self.places[place]["anchors"], *rows, *self.places[place]["marks"], *built]
        return here + ([name for name in self.subjects if self.home(name) == place] if with_subjects else [])

    def home(self, subject):
        return self.subjects[subject].get("place", "yard")

    def subject(self):
        subject = self.solid(("person", "person", "box", "cylinder", "sphere"))
        if self.rng.random() < 0.2:
            subject["mass"] = f"{self.number(0.1, 900, 0.001, 10_000_000):.10g}kg"
        return subject | ({"place": self.rng.choice(list(self.places))} if self.rng.random() < 0.5 else {})

    def relate_subjects(self):
        for name in self.subjects:
            known = self.things(self.home(name), with_subjects=False)
            self.subjects[name] |= self.position(known)

    # --- shots ------------------------------------------------------------------------------------------------------------

    def shot(self, index, styled):
        rng = self.rng
        place = rng.choice(list(self.places))
        shot = {"shot": f"shot_{index}", "duration": self.duration(), "place": place, "camera": self.camera(place)}
        if index and rng.random() < 0.3:
            shot["join"] = rng.choice(("last_frames", "independent", "state"))
            shot |= {"place": (place := self.last_place)} if shot["join"] == "last_frames" else {}
            shot["camera"] = self.camera(place, goes_on=shot["join"] == "last_frames")
        self.last_place = place
        if rng.random() < 0.2:
            shot["light"] = rng.choice(LIGHTS)
        if rng.random() < 0.1:
            shot["crosses_line"] = rng.choice((True, False, "true"))
        if styled and rng.random() < 0.4:
            shot["style"] = rng.choice(("film", "game"))
        movers = [name for name in self.subjects if rng.random() < 0.6]
        if movers:
            shot["motion"] = {name: self.motion(name) for name in movers}
        return shot

    def camera(self, place, goes_on=False):
        rng, names = self.rng, self.things(place)
        if goes_on:
            return {"move": self.moves(names, framed=False)}
        if rng.random() < 0.15:
            return self.keyed(names)
        framed = rng.sample(names, min(len(names), rng.choice((1, 1, 2, 3))))
        size = rng.choice((*SIZES, ""))
        camera = {"frame": " ".join([size, *framed]).strip()}
        if rng.random() < 0.25 or not size:
            marks = list(self.places[place]["marks"])
            camera["at"] = rng.choice((self.point(2), self.point(3), *marks))
            if rng.random() < 0.4 and not isinstance(camera["at"], str) and len(camera["at"]) == 2:
                camera["height"] = self.height()
        else:
            if rng.random() < 0.6:
                camera["from"] = rng.choice((self.direction(), rng.choice(SIDES)))
            if rng.random() < 0.4:
                camera["height"] = self.height()
            if rng.random() < 0.2:
                camera["distance"] = self.length(1, 40)
        if rng.random() < 0.3 and not ({"at", "distance"} & camera.keys() and size):
            camera["lens"] = f"{self.number(14, 120, 8, 800):.10g}mm"
        if rng.random() < 0.6:
            camera["move"] = self.moves(names, framed=True)
        return camera

    def keyed(self, names):
        """Poses at times, mostly rising."""
        rng, keys = self.rng, []
        for k in range(rng.choice((1, 2, 3, 5))):
            key = {"t": f"{k}f" if rng.random() > self.wild else self.duration()}
            if rng.random() < 0.8 or not k:
                key["at"] = rng.choice((keys[-1].get("at", [0, 0, 2]) if keys else [3, -9, 2], self.point(3)))
            if rng.random() < 0.7 or not k:
                key["aim"] = rng.choice((rng.choice(names), self.point(3)))
            if rng.random() < 0.3:
                key["lens"] = f"{self.number(14, 120, 8, 800):.10g}mm"
            if rng.random() < 0.3:
                key["roll"] = f"{rng.choice(('', '-'))}{self.angle()}"
            keys.append(key)
        return {"keys": keys} | ({"move": "handheld"} if rng.random() < 0.2 else {})

    def height(self):
        return self.rng.choice(("eye", "ground", "low", "high", "overhead", self.length(0.2, 9)))

    def moves(self, names, *, framed):
        steps = [self.step(names, framed) for _ in range(self.rng.choice((1, 1, 2, 3)))]
        return steps if len(steps) > 1 else steps[0]

    def step(self, names, framed):
        rng = self.rng
        moves = {
            "static": "static",
            "dolly": rng.choice(
                [f"dolly {rng.choice(('in', 'out'))} {self.length()}"] + framed * [f"dolly to {rng.choice(SIZES)}"]
            ),
            "truck": f"truck {rng.choice(('left', 'right'))} {self.length()}",
            "pan": rng.choice(
                (
                    f"pan {rng.choice(('left', 'right'))} {self.angle()}",
                    f"pan to {rng.choice(names)}",
                    f"pan with {rng.choice(names)}",
                )
            ),
            "pedestal": f"pedestal {rng.choice(('up', 'down'))} {self.length()}",
            "tilt": f"tilt {rng.choice(('up', 'down'))} {self.angle()}",
            "roll": f"roll {rng.choice(('left', 'right'))} {self.angle()}",
            "zoom": rng.choice(
                [f"zoom to {self.number(14, 120, 8, 800):.10g}mm"] + framed * [f"zoom to {rng.choice(SIZES)}"]
            ),
            "follow": rng.choice([f"follow {rng.choice([*self.subjects, *names])}"] + framed * ["follow"]),
            "handheld": f"handheld{rng.choice(('', ' soft', ' rough'))}",
        } | (
            {
                "arc": f"arc {rng.choice(('left', 'right'))} {self.angle()}",
                "crane": f"crane {rng.choice(('up', 'down'))} {self.length()}",
            }
            if framed
            else {}
        )
        kinds = rng.sample(list(moves), rng.choice((1, 1, 1, 2, 3)))
        claim = f" for {self.duration()}" if rng.random() < 0.1 else ""
        return " + ".join(f"{moves[kind]}{claim}{rng.choice(EASES)}" for kind in kinds)

    def motion(self, name):
        actions = [self.action(name) for _ in range(self.rng.choice((1, 1, 2, 3)))]
        return actions if len(actions) > 1 else actions[0]

    def action(self, name):
        rng = self.rng
        goals = [goal for goal in self.things(self.home(name)) if goal != name]
        gait = rng.choice(("walk", "run")) if "person" in self.subjects[name] else "move"
        if rng.random() < 0.15:
            return rng.choice(("hold", f"hold for {self.duration()}"))
        if rng.random() < 0.25:
            return f"turn to {rng.choice((self.direction(), *goals))}"
        via = f" via {' '.join(rng.choices(goals, k=rng.choice((1, 2))))}" if rng.random() < 0.2 else ""
        speed = self.number(0.3, 2.4, 0.001, 9, 1000)
        when = rng.choice(("", "", f" at {speed:.10g}m/s", f" by {self.duration()}", " by end"))
        return f"{gait}{via} to {rng.choice(goals)}{when}"
