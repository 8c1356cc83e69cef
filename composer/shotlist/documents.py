"""docs/shotlist.md, generated from the models: `python -m composer.shotlist > docs/shotlist.md`."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from pydantic.fields import FieldInfo

from composer.schema import Position, Solid
from composer.schema.later import LATER_KEYS
from composer.schema.names import TAKEN
from composer.schema.phrases import AMBIENCE
from composer.schema.quantities import plain
from composer.shotlist.editor_schema import json_schema
from composer.shotlist.guard import MOST_BYTES, MOST_DEPTH, MOST_NODES
from composer.shotlist.parts import parts
from composer.shotlist.recipes import recipes

EXAMPLE = """\
title: Two sides
places:
  yard:
    look: cobbled brewery yard, overcast
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
shots:
  - shot: front
    duration: 3s
    camera: WS tower shed
  - shot: back
    duration: 3s
    camera: {frame: WS tower shed, from: north-east, move: arc left 20deg}
"""

UNITS = (
    ("time", "`5s` `12f` `10min` `2h`", "`f` is frames of the film; `m` is always metres"),
    ("length", "`3m` `40cm` `6ft` `9in`", "a lens is in `mm`"),
    ("size", "`20 x 10 x 8m`", "width x depth x height; one unit at the end serves all"),
    ("angle, direction", "`90deg`; `north-west`", "bearings run clockwise from north: `90deg` is east"),
    ("speed", "`1.4m/s` `30km/h`", ""),
    ("position", "`[24, -7]` `[24, -7, 1.2]`", "metres, x east, y north, z up"),
)

MOVES = (
    ("`static`, `hold`", "stays (`hold for 1s` between other moves)"),
    ("`dolly in 2m`, `dolly out 2m`, `dolly to MCU`", "along the heading, level; or until the framing is reached"),
    ("`truck left 2m`, `pedestal up 1m`", "sideways; straight up, without re-aiming"),
    ("`crane up 3m`", "rises and keeps its aim"),
    ("`pan left 30deg`, `tilt up 10deg`, `roll right 5deg`", "turns on the spot"),
    ("`pan to crane`, `pan with barrel`", "turns until it is framed; keeps it framed"),
    ("`arc left 20deg`, `arc right 60deg`", "circles what is framed"),
    ("`zoom to 85mm`, `zoom to CU`", "changes the lens only"),
    (
        "`follow`, `follow mara`",
        "travels with what is framed, or with her, and keeps its compass side and its height above it",
    ),
    (
        "`handheld`, `handheld soft`, `handheld rough`",
        "sways by 1.5 cm and 0.3deg rms between 0.5 and 3 Hz; half; double. Another take of the film's `seed` sways otherwise",
    ),
    ("`dolly in 2m for 1s ease-out`", "takes its own time; begins at once and eases out"),
    ("`dolly in 0.4m + pan with barrel`", "at the same time"),
)

MOTIONS = (
    ("`hold`, `hold for 1s`", "all", "stays as it is"),
    (
        "`walk to spot`, `run via aside to crane`",
        "people",
        "1.4 m/s, 4 m/s on the whole, and a third more for a moment as they set out and stop; stops 0.6 m short of a solid, meets marks exactly",
    ),
    ("`move to spot`", "things", "along a straight way, 2 m/s, untouched by physics; then they sleep"),
    (
        "`walk to spot at 1.2m/s`, `walk to spot by 3s`, `walk to spot by end`",
        "all",
        "sets the speed, or solves it; never both",
    ),
    ("`turn to crane`, `turn to north-east`", "all", "180 degrees a second"),
    ("`take lantern`, `put lantern on_top_of desk`", "people", "within reach, 1.2 m to the side and 1.18 times their height up; it goes where they go, and stays where it is put"),
    ("`release`", "things", "wakes it: what can roll, slide or fall does"),
    ("`push east at 2m/s`, `push to crane at 2m/s`", "things", "has that speed at once; round things roll"),
    ("`throw to spot in 1.2s`, `throw to spot at 9m/s`", "things", "the launch that lands there; the flat arc of the two"),
)  # fmt: skip

EXPECTS = (
    ("`near crane`, `near crane 2m`", "their edges are within 2 m, or that"),
    ("`touching crane`, `on_top_of dock`, `left_of crane`, `behind crane`", "it is placed so"),
    ("`facing crane`", "within 20 degrees"),
    ("`in office`", "it is in that place"),
    ("`still`, `moving`", "slower or faster than 0.05 m/s"),
    ("`in_frame`, `out_of_frame`", "some of it is in the last frame, or nothing"),
    ("`looks dented`", "as `becomes` has left it"),
    ("`not touching crane`", "the rest does not hold"),
)

READS = (
    ("`NAME.speed`", "m/s, km/h, mph", "of a subject, wherever it is in the story at that moment"),
    ("`NAME.height`", "m, cm, mm, ft, in, km", "of its underside above the ground, z = 0"),
    ("`NAME.distance.OTHER`", "likewise", "to a subject, an anchor or a mark, from edge to edge, as `near` has it"),
    ("`NAME.impact`", "N s", "the largest impulse of all blows up to that moment"),
    ("`NAME.hits`", "", "how many blows up to that moment"),
    ("`NAME.look`", "", "the variant that `becomes` has left it, or `plain`"),
    ("`film.time`, `shot.time`, `story.time`", "s, min, h, f", "since it began; without a unit as `1:05`"),
    ("`film.left`, `shot.left`", "likewise", "until it ends: a countdown"),
    ("`shot`", "", "the shot's name"),
)

_SIZES = (
    ("EWS", "8 h", "2 e, at least 14 m"),
    ("WS", "1.5 h", "1.5 e, at least 2.6 m"),
    ("MS", "0.6 h", "1.3 e"),
    ("MCU", "0.42 h", "1.15 e"),
    ("CU", "0.25 h", "1.0 e"),
    ("ECU", "0.10 h", "0.4 e"),
)


def reference() -> str:
    """The reference of the language in Markdown."""
    blocks = [*_introduction(), *_phrases(), *recipes(), *_keys(json_schema()), *_limits()]
    return "\n\n".join(blocks) + "\n"


def _introduction() -> Iterator[str]:
    yield "<!-- Generated from the models: python -m composer.shotlist > docs/shotlist.md -->"
    yield "# The shot list, version 1"
    yield (
        "A shot list is one YAML file. It says what the places are (locked, in metres), who and what moves in them, and what "
        "each shot shows. `composer check` reads it and tells every fault with its line; `composer schema` prints the JSON "
        "Schema with which editors complete and check it."
    )
    yield f"```yaml\n{EXAMPLE}```"
    yield (
        "- **Places do not move.** Geometry is given once, in the place; no shot can shift it.\n"
        "- **The plan is drawn from above**: x runs east, y north, z up, in metres. The audience sits in the south, so *left* "
        "is west, *right* east, *in front* south and *behind* north, however a thing is turned.\n"
        "- **Motions end somewhere**: at a mark or a thing, never after an amount. Only the camera moves by amounts.\n"
        "- **Nothing is guessed.** Quantities carry units, unknown keys are refused, and what a shot does not say is a default "
        "of this page.\n"
        "- **Names** are lower case letters, digits and `_`, two or more; shots may also be called `12A`. Anchors and marks "
        "belong to their place, subjects to the film. The [words of the language](#taken-names) are taken.\n"
        "- **One item needs no list, and the main key no braces**: `camera: WS tower` is `camera: {frame: WS tower}`.\n"
        "- A text that holds `: ` or ` #`, begins with `@ { [ & * ! | > ' \" %` or a backtick, or holds a comma inside `{ }`, "
        "needs quotes."
    )


def _phrases() -> Iterator[str]:
    yield "## Units"
    yield _table(("unit", "written", ""), UNITS)
    yield "## Framings"
    yield (
        "`MS mara`: a size and whom it is on, solved on the shot's first frame. Size, lens and distance: any two settle the "
        "third; the lens is 35mm if only the size is given. Without a size it only aims."
    )
    yield _table(("size", "height seen, of a person `h` tall", "height seen, of anything else `e` big"), _SIZES)
    yield (
        "`e` is the larger of its height and its width over the picture's aspect, seen from the camera's side. Two names are "
        "framed as one thing; framing a mark frames a 1.75 m stand-in."
    )
    yield "## Camera moves"
    yield _table(("words", ""), MOVES)
    yield (
        "A list runs one after the other, sharing the time that no `for` claims. Each move eases in and out unless it ends in "
        "`ease-in`, `ease-out` or `linear`. Left and right are the camera's own."
    )
    yield (
        "A `follow` begins in its framing. One person alone, framed from MS inward and followed without another move, is given "
        "lead room: within 1.5 s the camera eases a twelfth of the picture ahead of them, when they cross it at a walk. What "
        "is struck or launched is met within 0.2 s on either side, so that the camera does not jerk. In a room the camera "
        "stays 10 cm inside the walls. What hides a framed thing for 0.4 s or more is a warning: its middle, and seven in ten "
        "of that and of points on its outline, so a car over which another's roof is seen does not hide that. So is a "
        "framed subject that for as long is out of the picture, or two fifths of it past its edge, by its own motion: "
        "`pan with mara` or `follow` keeps her in it, and `expect: {mara: out_of_frame}` means it. So is a camera that "
        "crosses, between two shots that adjoin in one place and in continuous time, the line of a mover that both show, or "
        "of two people that both frame; `crosses_line: true` on the shot means it."
    )
    yield (
        "Where words are too coarse, `keys` gives poses at rising times: `keys: [{t: 0s, at: [20, -12, 2], aim: crane}, "
        "{t: 4s, at: [26, -9, 1.6], aim: barrel, lens: 50mm}]`. Position, aim, roll and lens run smoothly through them; the "
        "camera is at rest at both ends and where two neighbours are equal."
    )
    yield "## Motions"
    yield _table(("words", "who", ""), MOTIONS)
    yield (
        "If the shot ends first, they go on into the next one, seen or not, until they arrive or are told something new. A walk "
        "goes up to 2.5 m/s, a run up to 9 m/s. People are moved by the list alone: what strikes one bounces off, with a warning."
    )
    yield (
        "Things sleep where they were put, on a slope too, until something is done to them or touches them. Then gravity, "
        "`bounce`, `friction` and `mass` decide, over cuts and off screen. What was shown stays so: a shot that goes back in "
        "story time can show a moment again, and cannot change it."
    )
    yield "## Expectations"
    yield "Held at the shot's end, on the simulated world, before anything renders. One that fails is an error and tells what is so."
    yield _table(("words", "holds when"), EXPECTS)
    yield from _layers()
    yield f"## Ambience\n\nBeds of sound that are made: {', '.join(AMBIENCE)}. Anything else is an audio file in the list's folder."


def _layers() -> Iterator[str]:
    yield "## What layers read"
    yield (
        'Layers lie over the finished picture: `layers: {hud: [{text: "BARREL {barrel.speed km/h}", at: top-left}]}` declares '
        "one, `layers: hud` on a style or a shot shows it. A text holds states in braces, with a unit and a step to round to "
        "where one likes: `{barrel.speed km/h 0.1}`; `{{` is a brace. A shot that shows a moment again reads what was so then. "
        "Figures are all as wide, so that a counter does not tremble. What there is nothing to tell of, such as the distance "
        "between two that are in different places, is a dash."
    )
    yield _table(("state", "units", ""), READS)


def _keys(schema: dict[str, Any]) -> Iterator[str]:
    yield "## Every key"
    for part in parts():
        properties = schema["properties"] if part.kind == "film" else schema["$defs"][part.model.__name__]["properties"]
        yield f"### {part.kind.capitalize()}"
        yield (part.model.__doc__ or "").strip()
        own = part.model.model_fields.items()
        if issubclass(part.model, Solid):
            yield "It stands by the keys of a [mark](#mark), and has these:"
            own = {name: field for name, field in own if name not in Position.model_fields}.items()
        rows = [_row(name, field, properties[field.alias or name]) for name, field in own]
        yield _table(("key", "type", "default", "meaning"), rows)


def _row(name: str, field: FieldInfo, schema: dict[str, Any]) -> tuple[str, str, str, str]:
    default = "required" if field.is_required() else _default(field.get_default(call_default_factory=True), schema)
    return f"`{field.alias or name}`", _type(schema), default, field.description or ""


def _default(value: Any, schema: dict[str, Any]) -> str:
    if isinstance(value, float):
        if found := re.search("(dB|LUFS)$", str(schema.get("examples", [""])[0])):
            return f"{plain(value)}{found[0]}"
        return f"{plain(value * 1000)}mm" if 0 < value < 0.1 else f"{plain(value)}m"
    if isinstance(value, tuple) and len(value) == 3:
        return f"#{bytes(value).hex()}"
    if isinstance(value, tuple) and value:
        return "x".join(str(side) for side in value)
    return str(value) if isinstance(value, int | str | Fraction) else ""


def _type(schema: dict[str, Any]) -> str:
    """A JSON Schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        kind = next(part.kind for part in parts() if part.model.__name__ == name)
        return f"[{kind}](#{kind.replace(' ', '-')})"
    if "anyOf" in schema and any(choice.get("items") == schema["anyOf"][0] for choice in schema["anyOf"]):
        others = [_type(choice) for choice in schema["anyOf"][1:] if choice.get("type") == "object"]
        return ", or ".join([_type(schema["anyOf"][0]), "a list", *others])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(choice) for choice in schema["anyOf"]))
    if schema.get("type") == "array":
        return _list_type(schema)
    return _mapping_type(schema) if schema.get("type") == "object" else _word_type(schema)


def _mapping_type(schema: dict[str, Any]) -> str:
    if "properties" in schema:
        return f"`{{{', '.join(schema['properties'])}}}`"
    return f"name: {_type(next(iter(schema['patternProperties'].values())))}"


def _word_type(schema: dict[str, Any]) -> str:
    if len(schema.get("enum", ())) > 12:
        return "one of the words above"
    if "enum" in schema:
        return ", ".join(str(word) for word in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if "examples" in schema:
        return " ".join(f'`"{word}"`' if str(word).startswith("#") else f"`{word}`" for word in schema["examples"])
    if str(schema.get("pattern", "")).startswith("^[a-z]"):
        return "name"
    return _PLAIN_TYPES.get(str(schema.get("type")), "text")


_PLAIN_TYPES = {"integer": "integer", "number": "number", "boolean": "true, false"}


def _list_type(schema: dict[str, Any]) -> str:
    items = schema.get("items", {})
    if items.get("type") == "number":
        return "[x, y] or [x, y, z]"
    if "%" in items.get("pattern", ""):
        return "[x%, y%]"
    return "[name, name]" if schema.get("maxItems") == 2 else f"list of {_type(items)}"


def _limits() -> Iterator[str]:
    yield "## Limits"
    yield (
        f"The file is YAML 1.2 and UTF-8, at most {MOST_BYTES // 1024**2} MiB, {MOST_NODES:,} keys and values, "
        f"{MOST_DEPTH} levels deep. Values are read by what their key expects, never by how they look. Aliases, anchors, "
        "merge keys, tags, directives, tabs, repeated keys and second documents are refused. Files that the list names lie in "
        "its folder or below."
    )
    yield "## Taken names"
    yield f"No thing, mark, style or shot may be called one of these: {', '.join(f'`{word}`' for word in sorted(TAKEN))}."
    yield "## Not in this version yet"
    yield "These words are in the language, and are refused as such until they do something:"
    keys = [
        (f"keys of {_article(kind)}", ", ".join(f"`{key}`" for key in sorted(later)))
        for kind, later in LATER_KEYS.items()
    ]
    yield _table(("", ""), keys)


def _article(kind: str) -> str:
    return "the film" if kind == "film" else f"an {kind}" if kind[0] == "a" else f"a {kind}"


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
