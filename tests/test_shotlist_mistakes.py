"""The mistakes that people make, each a change of one line of harbour.yaml: the text they get, byte for byte.

`COMPOSER_WRITE_GOLDENS=1 pytest tests/test_shotlist_mistakes.py` writes the golden file anew.
"""

import os
import re
from contextlib import chdir
from pathlib import Path

import pytest

from composer import ShotListError, read
from composer.composing import rehearse
from composer.shotlist import render

SAMPLES = Path(__file__).parents[1] / "shotlists"
HARBOUR = (SAMPLES / "harbour.yaml").read_text(encoding="utf-8")
GOLDEN = Path(__file__).parent / "data" / "shotlist_mistakes.txt"

MISTAKES = {
    "1 a number without its unit": ("    duration: 5s", "    duration: 5"),
    "2 metres for millimetres": ("height: 5m, lens: 24mm", "height: 5m, lens: 24m"),
    "3 m for minutes": ("time: after office", "time: later 10m"),
    "4 a comma inside braces": ("red brick warehouse with a slate roof", "red brick warehouse, slate roof"),
    "5 a text that begins with @": ('prompt: "@mara crouches over the leaking @barrel"', "prompt: @mara crouches over the leaking @barrel"),
    "6 a colon inside a text": ("prompt: the chock", "prompt: slow reveal: the chock"),
    "7 a misspelt key": ("from: right-profile, lens: 50mm", "from: right-profile, lense: 50mm"),
    "8 a name that does not exist": ("frame: MS mara,", "frame: MS marra,"),
    "9 an anchor with no position": ("look: yellow steel crane tower, right_of: ramp, gap: 10m", "look: yellow steel crane tower"),
    "10 an anchor under the ground": ("look: yellow steel crane tower, right_of: ramp, gap: 10m", "look: yellow steel crane tower, at: [31.2, 0, -1]"),
    "11 a camera inside something": ("at: [29, -2, 0.9]", "at: [31, 0, 0.9]"),
    "12 a lens too long for the room": ("frame: MS keeper, from: left-3/4", "frame: MS keeper, from: left-3/4, lens: 85mm"),
    "13 three facts where two decide": ("lens: 50mm, move: follow", "lens: 50mm, distance: 4m, move: follow"),
    "14 the wrong camera word": ("move: dolly in 0.4m + pan with barrel", "move: dolly left 0.4m + pan with barrel"),
    "15 a list where + was meant": ("move: dolly in 0.4m + pan with barrel", "move: [dolly in 0.4m for 2s, pan with barrel for 2s]"),
    "17 faster than legs go": ("mara: walk to spot}", "mara: walk to spot by 2s}"),
    "18 a jump where time goes on": ("    camera: {frame: MS mara,", "    stage: {mara: {at: foot}}\n    camera: {frame: MS mara,"),
    "19 changing what was already seen": ("    style: game", "    style: game\n    motion: {barrel: push west at 1m/s}"),
    "20 an expect that does not hold": ("expect: {barrel: near crane 2m}", "expect: {barrel: touching crane}"),
    "21 a distance where an end point belongs": ("mara: walk to spot}", "mara: walk 3m east}"),
    "22 crossing the line": ("frame: WS foot, from: south-west", "frame: WS foot, from: north-west"),
    "23 something in the way": ("from: north-west, height: 2m, move: follow", "from: north-east, height: 2m, move: follow"),
    "24 an overlay asked for in words": ("prompt: the chock under the @barrel gives way", "prompt: HUD with the speed of the @barrel"),
    "25 a file out of reach": ("file: audio/harbour.ogg", "file: ../audio/harbour.ogg"),
    "16 a dissolve longer than its shots": ("edit: dissolve 1s", "edit: dissolve 5s"),
    "a fade longer than its shot": ("edit: fade 1s", "edit: fade 150f from white"),
    "an end longer than its shot": ("out: fade 1.5s", "out: fade 5s"),
    "a way in and an end that overlap": ("    out: fade 1.5s", "    edit: fade 3s\n    out: fade 1.5s"),
    "a dissolve into the first shot": ("edit: fade 1s", "edit: dissolve 1s"),
    "a dissolve from what has faded out": ("    expect: {barrel: near crane 2m}", "    expect: {barrel: near crane 2m}\n    out: fade 1s"),
    "an aligned dissolve between places": ("edit: dissolve 1s", "edit: dissolve 1s aligned"),
    "a dissolve without a time": ("edit: dissolve 1s", "edit: dissolve"),
    "a dissolve without a unit": ("edit: dissolve 1s", "edit: dissolve 1"),
    "a dissolve in metres": ("edit: dissolve 1s", "edit: dissolve 1m"),
    "a dissolve of a word too many": ("edit: dissolve 1s", "edit: dissolve 1s plian"),
    "a dissolve both ways": ("edit: dissolve 1s", "edit: dissolve 1s linear aligned"),
    "a wipe": ("edit: dissolve 1s", "edit: wipe 1s"),
    "a fade the wrong way": ("edit: fade 1s", "edit: fade 1s to white"),
    "a fade from a colour": ("edit: fade 1s", "edit: fade 1s from red"),
    "a fade shorter than a frame": ("edit: fade 1s", "edit: fade 0.01s"),
    "a dissolve at the end": ("out: fade 1.5s", "out: dissolve 1s"),
    "a cut at the end": ("out: fade 1.5s", "out: cut"),
    "a key that is still to come": ("mara: {person: 1.70m,", "mara: {reference: mara.png, person: 1.70m,"),
    "gates without their limits": ("seed: 7", "gates: strict"),
    "music without its unit": ("level: -15dB", "level: -15"),
    "a loudness in decibels": ("seed: 7", "loudness: -16dB"),
    "music of no mood that is known": ("music: {file: audio/harbour.ogg, in: 4s, level: -15dB}", "music: {mood: clam}"),
    "music that ends before it begins": ("in: 4s,", "in: 4s, out: 3s,"),
    "music after the end of its file": ("in: 4s,", "in: 36s,"),
    "music of a file and a mood": ("in: 4s,", "mood: sad,"),
    "music at a shot that is not there": ("in: 4s,", "at: dusk + 1s,"),
    "music in no key": ("in: 4s, level: -15dB}", "key: H minor}"),
    "a line of nobody": ("dialogue: {who: mara,", "dialogue: {who: marra,"),
    "a line after its shot": ("at: 1.5s}", "at: 4s}"),
    "ambience on a shot": ("    sound: {contacts: +3dB, l_cut: 1.5s}", "    ambience: rain"),
    "a bed that is not known": ("sound: {contacts: +3dB,", "sound: {ambience: rainn,"),
    "contacts as a number": ("contacts: +3dB", "contacts: 3"),
    "sound that outlasts the next shot": ("l_cut: 1.5s", "l_cut: 9s"),
    "a mesh that is not there": ("desk: {box: 1.8 x 0.8 x 0.75m,", "desk: {mesh: desk.glb,"),
    "a motion for a person": ("mara: walk to barrel", "mara: push east at 2m/s"),
    "a thing that walks": ("push east at 1.2m/s", "walk to spot"),
    "speed and arrival at once": ("mara: walk to barrel", "mara: walk to barrel at 2m/s by 3s"),
    "an anchor told to move": ("keeper: turn to monitor", "monitor: move to desk"),
    "a mark of another place": ("keeper: turn to monitor", "keeper: walk to spot"),
    "a contact that never is": ("dented at contact with crane", "dented at contact with warehouse"),
    "a look that does not exist": ("dented at contact with crane", "broken at contact with crane"),
    "a shot that is still to be told": ("time: same as roll + 1s", "time: same as after + 1s"),
    "a style that does not exist": ("    style: game", "    style: gmae"),
    "a place that does not exist": ("    place: office\n    edit", "    place: ofice\n    edit"),
    "two shots of one name": ("  - shot: slip", "  - shot: walk"),
    "no shape": ("water: {box: 90 x 30 x 0.1m, look", "water: {look"),
    "two shapes": ("water: {box: 90 x 30 x 0.1m, look", "water: {box: 90 x 30 x 0.1m, sphere: 3m, look"),
    "no camera": ("    camera: {frame: MS keeper, from: left-3/4, move: dolly to MCU}\n", ""),
    "a key without a value": ("    ground: wet concrete", "    ground:"),
    "a light that does not exist": ("    light: dawn", "    light: dawm"),
    "a hidden cut between places": ("    place: office\n    edit", "    place: office\n    join: last_frames\n    edit"),
    "a bracket left open": ("ambience: [room tone, radio hiss]", "ambience: [room tone, radio hiss"),
    "a tab": ("    ground: wet concrete", "    ground:\twet concrete"),
    "a taken name": ("  mara: {person", "  north: {person"),
    "shorter than a frame": ("    duration: 2.5s", "    duration: 0.01s"),
    "a number that is none": ("cylinder: 0.6 x 0.9m", "sphere: .nan"),
    "a reference to nobody": ("the chock under the @barrel gives way", "the chock under the @barel gives way"),
    "two texts without their quotes and a misspelt key": ("prompt: the chock under the @barrel gives way\n", "prompt: @barrel\n    style: game: over\n    lighht: dusk\n"),
    "words for a size": ("frame: WS dock crane", "frame: ws dock crane"),
    "moves with a comma between them": ("move: dolly in 0.4m + pan with barrel", "move: dolly in 0.4m, pan with barrel"),
    "names with a comma between them": ("frame: WS dock crane", "frame: WS dock, crane"),
    "a decimal comma": ("mara: {person: 1.70m", "mara: {person: 1,70m"),
    "a person in metres": ("mara: {person: 1.70m", "mara: {person: 170"),
    "a position in round brackets": ("spot: {left_of: crane, gap: 4m}", "spot: {at: (26, 0)}"),
    "a side in the framing": ("    camera: {frame: MS keeper, from: left-3/4, move: dolly to MCU}", "    camera: MS keeper from south-east"),
    "another word for a size": ("frame: WS dock crane", "frame: LS dock crane"),
    "a size in words": ("frame: MS mara", "frame: medium shot mara"),
    "another word for a light": ("    light: dawn", "    light: evening"),
    "a key of the camera on the shot": ("    camera: {frame: MS keeper,", "    lens: 35mm\n    camera: {frame: MS keeper,"),
    "a look on a shot": ("    camera: {frame: MS keeper,", "    look: golden light\n    camera: {frame: MS keeper,"),
    "a name with a capital": ("  mara: {person", "  Mara: {person"),
    "a colour as a comment": ("on_top_of: desk, align: right}", "on_top_of: desk, lamp: #ffd9a0}"),
    "coordinates to walk to": ("mara: walk to spot}", "mara: walk to [3, -5]}"),
    "a position to look from": ("from: north-west, move: arc right 25deg", "from: [2, -8, 1.6]"),
    "an article": ("mara: walk to spot}", "mara: walk to the spot}"),
    "a ratio for a size": ("size: 768x432", "size: 2.39:1"),
    "a shot without its dash": ("  - shot: slip", "    shot: slip"),
    "the first shot without its dash": ("shots:\n  - shot:", "shots:\n  shot:"),
    "moves with then between them": ("move: dolly in 0.4m + pan with barrel", "move: dolly in 0.4m then pan with barrel"),
    "a state that nobody has": ("BARREL {barrel.speed km/h}", "BARREL {barrel.sped km/h}"),
    "a layer that reads of nobody": ("bar: barrel.speed", "bar: barel.speed"),
    "a bar in a unit of another kind": ("full: 5m/s", "full: 5m"),
    "a bar without its end": ("bar: barrel.speed, full: 5m/s", "bar: barrel.speed"),
    "a layer that does not exist": ("layers: [hud]", "layers: [hut]"),
    "two things in one item of a layer": ("{bar: barrel.speed,", "{text: fast, bar: barrel.speed,"),
    "a place in the picture in other words": ("at: top-left", "at: upper left"),
    "a colour by its name": ("full: 5m/s, at", "full: 5m/s, colour: red, at"),
    "a motion without braces": ("    motion: {mara: walk to spot}", "    motion: mara: walk to spot"),
    "an edit by another name": ("edit: dissolve 1s\n    camera: {frame: MS keeper", "edit: crossfade 1s\n    camera: {frame: MS keeper"),
    "a move by another name": ("move: dolly in 0.4m + pan with barrel", "move: push in 0.4m"),
    "a name that is like no other": ("mara: walk to spot}", "mara: walk to nowhere}"),
}  # fmt: skip


def told(text: str) -> str:
    """Everything that checking `text` says; of a place that cannot be, not what follows from it."""
    try:
        with chdir(SAMPLES):  # where its music is
            faults = rehearse(read(text, "harbour.yaml")).faults
    except ShotListError as error:
        faults = error.faults
    in_places = [fault for fault in faults if fault.path[:1] == ("places",) and fault.severity == "error"]
    return "\n".join(render(fault) for fault in in_places or faults)


def golden() -> dict[str, str]:
    blocks = GOLDEN.read_text(encoding="utf-8").split("=== ")[1:] if GOLDEN.exists() else []
    return {title: text.strip("\n") for title, _, text in (block.partition("\n") for block in blocks)}


@pytest.fixture(scope="module", autouse=True)
def _write_anew():
    if os.environ.get("COMPOSER_WRITE_GOLDENS"):
        blocks = [f"=== {title}\n{told(HARBOUR.replace(*change))}\n" for title, change in MISTAKES.items()]
        GOLDEN.write_text("\n".join(blocks), encoding="utf-8")


@pytest.mark.parametrize("title", MISTAKES)
def test_a_mistake_is_told_as_the_golden_file_has_it(title):
    before, after = MISTAKES[title]
    assert HARBOUR.count(before) == 1, "the change must hit one line"
    assert told(HARBOUR.replace(before, after)) == golden()[title]


def pasted(text: str, line: int, mark: slice, good: str):
    """`text` with `good` in each place of `line` (from 0) where one could put it.

    That is the mark; the key that `good` begins with; instead of the marked value's key; or, with the line taken out, the
    same key on the next line.
    """
    lines = text.split("\n")
    was = lines[line]
    key = re.match(r"(?:- )?([a-z_]+:)", good)
    if key and line + 1 < len(lines) and key[1] in lines[line + 1]:
        yield "\n".join([*lines[:line], f"    {good}", *lines[line + 2 :]])
    starts = [m.start() for m in re.finditer(rf"(?<![a-z_]){re.escape(key[1])}", was)] if key else [mark.start]
    starts = starts or [m.start() for m in re.finditer(r"[a-z_]+: ", was[: mark.start])][-1:]
    starts += [m.end() for m in re.finditer(r"[a-z_]+: ", was[: mark.start])][-1:]
    for start in starts:
        ends = [mark.stop, len(was), *(m.start() for m in re.finditer(r", |\}|$", was))]
        for end in sorted({end for end in ends if end > start}):
            yield "\n".join([*lines[:line], was[:start] + good + was[end:], *lines[line + 1 :]])


NOT_PASTED = ("a thing that walks", "25 a file out of reach")
"""What is suggested has other faults here: the drum would go through the ramp, and the file is not there."""


@pytest.mark.parametrize(
    "title", [t for t in MISTAKES if t not in NOT_PASTED and "id you mean `" in golden().get(t, "")]
)
def test_what_a_fault_suggests_can_be_pasted(title):
    text = HARBOUR.replace(*MISTAKES[title])
    for block in re.split(r"\n(?=harbour\.yaml:)", told(text)):
        hint = re.search(r"[Dd]id you mean `([^`]+)`", block)
        if hint and title != "a taken name":  # there the names are those of the list without its renamed subject
            number, column, message = re.match(r"harbour\.yaml:(\d+):(\d+): (.*)", block).groups()
            width = len(re.search(r"\^+", block)[0])
            mark = slice(int(column) - 1, int(column) - 1 + width)
            fixed = [told(one) for one in pasted(text, int(number) - 1, mark, hint[1])]
            clean = [one for one in fixed if f"harbour.yaml:{number}:" not in one]
            assert clean, f"`{hint[1]}` for: {message}\n" + "\n---\n".join(fixed)


def test_the_golden_file_holds_nothing_else():
    assert list(golden()) == list(MISTAKES)


def test_the_harbour_itself_has_no_faults():
    assert told(HARBOUR) == ""
