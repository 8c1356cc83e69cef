"""The mistakes that people make, each a change of one line of harbour.yaml: the text they get, byte for byte.

`COMPOSER_WRITE_GOLDENS=1 pytest tests/test_shotlist_mistakes.py` writes the golden file anew.
"""

import os
import re
from pathlib import Path

import pytest

from composer import ShotListError, read
from composer.camera import plan_cameras
from composer.layout import lay_out
from composer.shotlist import locate, render, warnings
from composer.world import simulate

HARBOUR = (Path(__file__).parents[1] / "shotlists" / "harbour.yaml").read_text(encoding="utf-8")
GOLDEN = Path(__file__).parent / "data" / "shotlist_mistakes.txt"

MISTAKES = {
    "1 a number without its unit": ("    duration: 5s", "    duration: 5"),
    "2 metres for millimetres": ("height: 5m, lens: 24mm", "height: 5m, lens: 24m"),
    "3 m for minutes": ("    duration: 5s", "    duration: 10m"),
    "4 a comma inside braces": ("red brick warehouse with a slate roof", "red brick warehouse, slate roof"),
    "5 a text that begins with @": ('prompt: "@mara walks back, the @barrel still up on the @dock"', "prompt: @mara crouches over the leaking @barrel"),
    "6 a colon inside a text": ("prompt: the chock", "prompt: slow reveal: the chock"),
    "7 a misspelt key": ("from: right-profile, lens: 50mm", "from: right-profile, lense: 50mm"),
    "8 a name that does not exist": ("frame: MS mara,", "frame: MS marra,"),
    "9 an anchor with no position": ("look: yellow steel crane tower, right_of: dock, gap: 16m", "look: yellow steel crane tower"),
    "10 an anchor under the ground": ("look: yellow steel crane tower, right_of: dock, gap: 16m", "look: yellow steel crane tower, at: [31.2, 0, -1]"),
    "11 a camera inside something": ("at: [22, 2, 1.6]", "at: [31, 0, 0.9]"),
    "13 three facts where two decide": ("lens: 50mm, move: truck right 5.6m linear", "lens: 50mm, distance: 4m, move: truck right 5.6m linear"),
    "14 the wrong camera word": ("move: dolly in 0.4m + pan with barrel", "move: dolly left 0.4m + pan with barrel"),
    "15 a list where + was meant": ("move: dolly in 0.4m + pan with barrel", "move: [dolly in 0.4m for 2s, pan with barrel for 2s]"),
    "17 faster than legs go": ("mara: walk to spot}", "mara: walk to spot by 2s}"),
    "21 a distance where an end point belongs": ("mara: walk to spot}", "mara: walk 3m east}"),
    "24 an overlay asked for in words": ("prompt: the chock under the @barrel gives way", "prompt: HUD with the speed of the @barrel"),
    "25 a file out of reach": ("ambience: [wind, gulls, lapping water]", "ambience: ../audio/harbour.ogg"),
    "an edit that is still to come": ("    camera: {frame: MS keeper,", "    edit: dissolve 5s\n    camera: {frame: MS keeper,"),
    "a key that is still to come": ("seed: 7", "music: audio/harbour.ogg"),
    "a shape that is still to come": ("crates: {box: 1.2 x 1.2 x 1.2m,", "crates: {mesh: crate.glb,"),
    "a camera move that is still to come": ("move: dolly in 3m", "move: crane up 3m"),
    "a motion that is still to come": ("barge: move to berth", "barge: push east at 2m/s"),
    "a thing that walks": ("barge: move to berth", "barge: walk to berth"),
    "speed and arrival at once": ("barge: move to berth", "barge: move to berth at 2m/s by 3s"),
    "an anchor told to move": ("barge: move to berth", "crane: move to berth"),
    "a mark of another place": ("mara: walk to dock", "mara: walk to door"),
    "a style that does not exist": ("    style: game", "    style: gmae"),
    "a place that does not exist": ("    place: yard\n    camera", "    place: yrad\n    camera"),
    "two shots of one name": ("  - shot: drum", "  - shot: walk"),
    "no shape": ("water: {box: 90 x 30 x 0.1m, look", "water: {look"),
    "two shapes": ("water: {box: 90 x 30 x 0.1m, look", "water: {box: 90 x 30 x 0.1m, sphere: 3m, look"),
    "no camera": ("    camera: {frame: MS keeper, from: left-3/4, move: dolly to MCU}\n", ""),
    "a key without a value": ("    ground: wet concrete", "    ground:"),
    "a light that does not exist": ("    light: dawn\n    ground: wet cobbles", "    light: dawm\n    ground: wet cobbles"),
    "a hidden cut between places": ("    place: yard\n    camera", "    place: yard\n    join: last_frames\n    camera"),
    "a bracket left open": ("ambience: [machinery, radio hiss]", "ambience: [machinery, radio hiss"),
    "a tab": ("    ground: wet cobbles", "    ground:\twet cobbles"),
    "a taken name": ("  mara: {person", "  north: {person"),
    "shorter than a frame": ("    duration: 2.5s", "    duration: 0.01s"),
    "a number that is none": ("sphere: 0.35m", "sphere: .nan"),
    "a reference to nobody": ("the chock under the @barrel gives way", "the chock under the @barel gives way"),
    "two texts without their quotes and a misspelt key": ("prompt: the chock under the @barrel gives way\n", "prompt: @barrel\n    style: game: over\n    lighht: dusk\n"),
    "words for a size": ("frame: WS dock lantern", "frame: ws dock lantern"),
    "moves with a comma between them": ("move: dolly in 0.4m + pan with barrel", "move: dolly in 0.4m, pan with barrel"),
    "names with a comma between them": ("frame: WS dock lantern", "frame: WS dock, lantern"),
    "a decimal comma": ("mara: {person: 1.70m", "mara: {person: 1,70m"),
    "a person in metres": ("mara: {person: 1.70m", "mara: {person: 170"),
    "a position in round brackets": ("rusted red steel barge, at: [9, 15, 0.1]}", "rusted red steel barge, at: (9, 15)}"),
    "a side in the framing": ("    camera: {frame: MS keeper, from: left-3/4, move: dolly to MCU}", "    camera: MS keeper from south-east"),
    "another word for a size": ("frame: WS dock lantern", "frame: LS dock lantern"),
    "a size in words": ("frame: MS mara", "frame: medium shot mara"),
    "another word for a light": ("    light: dawn\n    ground: wet cobbles", "    light: evening\n    ground: wet cobbles"),
    "a key of the camera on the shot": ("    camera: {frame: MS keeper,", "    height: low\n    camera: {frame: MS keeper,"),
    "a look on a shot": ("    camera: {frame: MS keeper,", "    look: golden light\n    camera: {frame: MS keeper,"),
    "a name with a capital": ("  barge: {", "  Barge: {"),
    "a colour as a comment": ("at: [2.5, -2.7, 2.4], lamp: warm}", "at: [2.5, -2.7, 2.4], lamp: #ffd9a0}"),
    "coordinates to walk to": ("mara: walk to spot}", "mara: walk to [3, -5]}"),
    "a position to look from": ("frame: WS dock lantern, from: south-east, lens: 28mm", "frame: WS dock lantern, from: [2, -8, 1.6]"),
    "an article": ("mara: walk to spot}", "mara: walk to the spot}"),
    "a ratio for a size": ("size: 768x432", "size: 2.39:1"),
    "a shot without its dash": ("  - shot: drum", "    shot: drum"),
    "the first shot without its dash": ("shots:\n  - shot:", "shots:\n  shot:"),
    "moves with then between them": ("move: dolly in 0.4m + pan with barrel", "move: dolly in 0.4m then pan with barrel"),
    "a motion without braces": ("    motion: {mara: walk to spot}", "    motion: mara: walk to spot"),
}  # fmt: skip


def told(text: str) -> str:
    """Everything that checking `text` says, from reading to cameras."""
    try:
        shotlist = read(text, "harbour.yaml")
    except ShotListError as error:
        return "\n".join(render(fault) for fault in error.faults)
    layouts, problems = lay_out(shotlist)
    if not problems:
        story, problems = simulate(shotlist, layouts)
        problems += plan_cameras(shotlist, layouts, story)[1]
    theirs = [problem for problem in problems if problem.code in OF_LATER_STAGES]
    faults = {*locate(shotlist, theirs), *warnings(shotlist)}
    return "\n".join(render(fault) for fault in sorted(faults, key=lambda fault: (fault.line, fault.column)))


OF_LATER_STAGES = ("no-position", "under-ground", "camera-inside", "too-fast")
"""Faults of layout, world and camera that are told here; what follows from them is the business of their own tests."""


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
    for start in starts:
        ends = [mark.stop, len(was), *(m.start() for m in re.finditer(r", |\}|$", was))]
        for end in sorted({end for end in ends if end > start}):
            yield "\n".join([*lines[:line], was[:start] + good + was[end:], *lines[line + 1 :]])


@pytest.mark.parametrize("title", [title for title in MISTAKES if "id you mean `" in golden().get(title, "")])
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
