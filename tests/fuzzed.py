"""Shot lists that go wrong, by number: films by chance, mutated as data, or damaged as text; grammar-aware."""

import json
from copy import deepcopy
from random import Random
from typing import Any

from films import Film

MOST_BYTES = 16 * 1024
EXTREMES = (
    *("", " ", "0", "-0", "-1m", "0m", "1e400m", "-1e-400deg", "nan", "inf", ".inf", "1_000m", "0x10", "1/0", "0f"),
    *(
        "10000h",
        "9999999999999999999999s",
        "99999999f",
        "0.0000001s",
        "1e9",
        "1m x 1m",
        "1 x 1 x 1 x 1m",
        "-3 x 2 x 1m",
    ),
    *(
        "45",
        "45%",
        "1km",
        "1 parsec",
        "12px",
        "5 ft",
        "90°",
        "north by north",
        "later 10000h",
        "x" * 300,
        "ﬁ²½",
        "e\u0301",
    ),
    *(
        "\u202eabc",
        "\U0001f3a5",
        "null",
        "~",
        "true",
        "no",
        "2026-01-01",
        "!!binary x",
        "a: b",
        "# no",
        "'",
        '"',
        "{",
        "]",
    ),
)
TYPES: tuple[Any, ...] = ([], {}, None, True, 0, -1, 1e308, 10**30, [[]], {"x": {}}, [None], "x", ["a", "b"])
KEYS = (
    *("title", "fps", "size", "seed", "sensor", "places", "subjects", "styles", "shots", "shot", "duration", "place"),
    *("camera", "motion", "join", "light", "look", "at", "facing", "left_of", "between", "on_top_of", "gap", "offset"),
    *("repeat", "lamp", "looks", "becomes", "expect", "footage", "edit", "later", "starts", "layers", "mesh", "room"),
    *(
        "frame",
        "from",
        "height",
        "distance",
        "lens",
        "move",
        "keys",
        "file",
        "prompt",
        "physics",
        "mass",
        "<<",
        "",
        "*",
    ),
)
PHRASES = (
    *(
        "dolly in 1m",
        "arc left 30deg ease-in",
        "pan with",
        "follow",
        "handheld rough",
        "zoom to CU",
        "walk to",
        "by end",
    ),
    *(
        "via",
        "turn to north",
        "push east at 3m/s",
        "throw to",
        "drop",
        "at 1.2m/s",
        "for 2s",
        "then",
        "+",
        ",",
        "ease-out",
    ),
    *(
        "MS",
        "ECU",
        "CU subject_0",
        "anchor_0",
        "mark_0",
        "subject_1",
        "12 every 2m east",
        "hold for 1s",
        "run to anchor_0",
    ),
    *(
        "after",
        "when",
        "falls",
        "becomes burnt",
        "carry",
        "look at",
        "sit on anchor_0",
        "until",
        "3s later",
        "1min later",
    ),
)
DAMAGE = (
    *(
        "\t",
        "\x00",
        "\x07",
        "\r",
        "\ufeff",
        "\ud7ff",
        "\u2028",
        "\xa0",
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "!x ",
    ),
    *(
        "<<: *a\n",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "%TAG ! tag:x\n",
        "? ",
        ": ",
        "- ",
        "| \n",
        ">-\n",
        "'",
        '"',
        "[",
        "}",
    ),
    *(
        "#",
        "@",
        "`",
        "%",
        "{{",
        "[[[[[[[[",
        "\\x",
        "\\u0000",
        "\\ud800",
        ",",
        ",,",
        "\n",
        "  ",
        "= ",
        "~",
        "0o7",
        "{? x}",
    ),
)


def fuzzed(number: int) -> str | bytes:
    """Shot list `number`: always the same one, of 16 KiB at most."""
    rng = Random(number)  # noqa: S311 - a seeded fuzz
    film = Film(rng, rng.choice((0.02, 0.15, 0.4)))
    if rng.random() < 0.3:
        _fill(film, rng)
    document = json.loads(film.text())
    way = rng.random()
    if way >= 0.3:
        for _ in range(rng.choice((1, 1, 2, 3, 8))):
            _mutate(document, rng)
    text = _block(document) if rng.random() < 0.5 else json.dumps(document, ensure_ascii=rng.random() < 0.5)
    if way < 0.7:
        return _cut(text)
    return _damaged(_cut(text), rng)


def _fill(film: Film, rng: Random) -> None:
    """Fill a place with more anchors, some of them in rows and chains."""
    place = film.places["yard"]
    names = list(place["anchors"])
    for i in range(len(names), rng.choice((8, 20, 40))):
        anchor = film.solid(("box", "cylinder", "sphere", "wall", "ramp")) | film.position(names)
        place["anchors"][f"anchor_{i}"] = anchor
        names.append(f"anchor_{i}")


def _cut(text: str) -> str:
    """At most 16 KiB of UTF-8."""
    data = text.encode("utf-8", "surrogatepass")
    return text if len(data) <= MOST_BYTES else data[:MOST_BYTES].decode("utf-8", "ignore")


# --- data -----------------------------------------------------------------------------------------------------------------


def _slots(data: Any) -> list[tuple[Any, Any]]:
    """Every container of `data` with each of its keys."""
    slots = []
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        slots.append((data, key))
        slots += _slots(data[key])
    return slots


def _mutate(document: Any, rng: Random) -> None:
    """One change somewhere: a key, a value, a phrase or the structure."""
    slots = _slots(document)
    if not slots:
        return
    parent, key = rng.choice(slots)
    if rng.random() < 0.5:
        parent[key] = _other(parent[key], rng)
    else:
        _restructure(parent, key, rng.choice(slots), rng)


def _other(value: Any, rng: Random) -> Any:
    """Another value: an extreme, one of another type, or a phrase cut, spliced or drawn out."""
    way = rng.randrange(4)
    if way == 0:
        return deepcopy(rng.choice(EXTREMES))
    if way == 1 or not isinstance(value, str):
        return deepcopy(rng.choice(TYPES))  # a list may change what it holds, not what others get
    return _spliced(value, rng) if way == 2 else " ".join([value, *rng.choices(PHRASES, k=rng.choice((1, 1, 3, 40)))])


def _restructure(parent: Any, key: Any, other: tuple[Any, Any], rng: Random) -> None:
    """A key misspelt or added, or a part taken out, repeated, or replaced by a copy of another part."""
    way = rng.randrange(4)
    if way == 0:
        del parent[key]
    elif way == 1:
        parent[key] = json.loads(json.dumps(other[0][other[1]]))
    elif isinstance(parent, list):
        parent += json.loads(json.dumps([parent[key]] * rng.choice((1, 1, 20))))
        del parent[300:]
    elif way == 2:
        parent[_misspelt(str(key), rng)] = parent.pop(key)
    else:
        parent[rng.choice(KEYS)] = deepcopy(rng.choice((*EXTREMES, *PHRASES)))


def _misspelt(key: str, rng: Random) -> str:
    at = rng.randrange(len(key) + 1)
    return rng.choice(
        (key[:at] + key[at + 1 :], key[:at] + "e" + key[at:], key.upper(), key.replace("_", "-"), rng.choice(KEYS))
    )


def _spliced(text: str, rng: Random) -> str:
    """Words cut, doubled, exchanged, or with another phrase among them."""
    words = text.split(" ")
    at, other = rng.randrange(len(words)), rng.randrange(len(words))
    match rng.randrange(5):
        case 0:
            del words[at]
        case 1:
            words.insert(at, words[other])
        case 2:
            words[at], words[other] = words[other], words[at]
        case 3:
            words.insert(at, rng.choice((*PHRASES, *EXTREMES)))
        case _:
            words[at] = _misspelt(words[at], rng)
    return " ".join(words)


# --- text -----------------------------------------------------------------------------------------------------------------


def _block(data: Any, indent: str = "") -> str:
    """YAML in block style, scalars plain: what they hold is not quoted, as people write it."""
    if isinstance(data, dict) and data:
        return "".join(f"\n{indent}{key}: {_block(value, indent + '  ')}" for key, value in data.items())
    if isinstance(data, list) and data and any(isinstance(item, dict) for item in data):
        return "".join(f"\n{indent}- {_block(item, indent + '  ').lstrip()}" for item in data)
    return data if isinstance(data, str) else json.dumps(data)


def _damaged(text: str, rng: Random) -> str | bytes:
    """`text` hurt as a text: signs put in and taken out, lines moved, bytes that are no UTF-8, depth, length."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        at, stop = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        stop = min(stop, at + rng.choice((1, 5, 80)))
        match rng.randrange(7):
            case 0 | 1:
                text = text[:at] + rng.choice(DAMAGE) + text[at:]
            case 2:
                text = text[:at] + text[stop:]
            case 3:
                text = text[:stop] + text[at:stop] * rng.choice((1, 3, 50)) + text[stop:]
            case 4:
                lines = text.split("\n")
                line = rng.randrange(len(lines))
                lines[line] = (
                    rng.choice((" ", "  ", "\t", "")) + lines[line].lstrip()
                    if rng.random() < 0.5
                    else f" {lines[line]}"
                )
                text = "\n".join(lines)
            case 5:
                depth = rng.choice((3, 33, 400, 8000))
                text = text[:at] + rng.choice(("[", "{a: ", "- ", "? ", "&a ")) * depth + text[at:]
            case _:
                text = text[:at] + rng.choice("x9 -#:,.\u00e9") * rng.choice((100, 4001, 15_000)) + text[at:]
    text = _cut(text)
    if rng.random() < 0.15:
        data = bytearray(text.encode("utf-8", "replace"))
        for _ in range(rng.choice((1, 3))):
            if data:
                data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data)
    return text


# --- large lists ------------------------------------------------------------------------------------------------------------

_PLACE = "places:\n  yard:\n    anchors:\n      tower: {box: 4 x 4 x 9m}\n"
_CAMERA = "camera: {frame: WS tower, from: south}"
_ONE_SHOT = f"{_PLACE}shots:\n  - {{shot: front, duration: 3s, {_CAMERA}}}\n"
_ADA = "subjects: {ada: {person: 1.7m, in_front_of: tower, gap: 3m}}\n"

SHAPES: dict[str, tuple[str, str, str]] = {
    "many shots": (f"{_PLACE}shots:\n", f"  - {{shot: shot_#, duration: 3s, {_CAMERA}}}\n", ""),
    "many warnings": (
        f"{_PLACE}shots:\n",
        f"  - {{shot: shot_#, duration: 3s, {_CAMERA}, light: day, edit: cut}}\n",
        "",
    ),
    "many anchors": (
        _PLACE,
        "      house_#: {box: 4 x 4 x 9m, right_of: tower, gap: 1m}\n",
        _ONE_SHOT.removeprefix(_PLACE),
    ),
    "many marks": (f"{_PLACE}    marks:\n", "      mark_#: {at: [#, 3]}\n", _ONE_SHOT.removeprefix(_PLACE)),
    "many subjects": (f"{_PLACE}subjects:\n", "  ball_#: {sphere: 0.3m, at: [#, 9]}\n", _ONE_SHOT.removeprefix(_PLACE)),
    "many places": (
        "places:\n",
        "  yard_#: {anchors: {tower: {box: 4 x 4 x 9m}}}\n",
        f"shots: [{{shot: front, duration: 3s, {_CAMERA}}}]\n",
    ),
    "one huge phrase": (_ONE_SHOT.replace("from: south}}\n", 'from: south, move: "static'), " + dolly in 1m", '"}}\n'),
    "one huge list of moves": (
        _ONE_SHOT.replace("from: south}}\n", "from: south, move: [static"),
        ", dolly in 1m for 1f",
        "]}}\n",
    ),
    "one huge list of actions": (
        _ONE_SHOT.replace("shots:", f"{_ADA}shots:")
        .replace("duration: 3s", "duration: 3s, motion: {ada: [hold")
        .split("]")[0]
        .replace(f", {_CAMERA}}}\n", ""),
        ", walk to tower for 1f",
        f"]}}, {_CAMERA}}}\n",
    ),
    "one huge frame": (_ONE_SHOT.replace("WS tower, from: south}}\n", "WS"), " tower", "}}\n"),
    "misspelt keys": (
        f"{_PLACE}shots:\n",
        f"  - {{shot: shot_#, duration: 3s, {_CAMERA.replace('from', 'form')}}}\n",
        "",
    ),
    "wrong values": (f"{_PLACE}shots:\n", f"  - {{shot: shot_#, duration: 3, {_CAMERA}}}\n", ""),
    "unknown names": (
        f"{_PLACE}shots:\n",
        f"  - {{shot: shot_#, duration: 3s, {_CAMERA.replace('tower', 'towre')}}}\n",
        "",
    ),
    "one name for all": (f"{_PLACE}shots:\n", f"  - {{shot: front, duration: 3s, {_CAMERA}}}\n", ""),
    "empty shots": (f"{_PLACE}shots:\n", "  - {}\n", ""),
    "repeated keys": (_ONE_SHOT, "title: #\n", ""),
    "tags": (f"{_PLACE}shots:\n", f"  - {{shot: shot_#, duration: !x 3s, {_CAMERA}}}\n", ""),
    "lost quotes": (f"{_PLACE}shots:\n", f"  - {{shot: shot_#, duration: @3s, {_CAMERA}}}\n", ""),
    "lost dashes": (
        _ONE_SHOT.replace("{shot: front, duration", "shot: front\n    duration").partition(", camera")[0] + "\n",
        "    shot: back_#\n    duration: 3s\n",
        "",
    ),
    "open brackets": (_ONE_SHOT, "[", ""),
    "lines without colons": (_ONE_SHOT, "word\n", ""),
    "comments": (_ONE_SHOT, "# no\n", ""),
    "spaces": (_ONE_SHOT, " ", ""),
    "all on one line": (
        "{places: {yard: {anchors: {tower: {box: 4 x 4 x 9m}}}}, shots: [",
        f"{{shot: shot_#, duration: 3s, {_CAMERA.replace('from', 'form')}}}, ",
        "]}",
    ),
}
"""Large lists by shape: how one begins, what is repeated (# counts), how it ends."""


def shaped(shape: str, size: int) -> str:
    """A list of that shape, as large as goes into `size` bytes."""
    head, item, tail = SHAPES[shape]
    left = size - len(head) - len(tail)
    parts, number = [], 0
    while (left := left - len(part := item.replace("#", str(number)))) >= 0:
        parts.append(part)
        number += 1
    return "".join([head, *parts, tail])
