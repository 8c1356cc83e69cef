"""Faults and warnings say what is wrong with a list and what would do; what they offer is written into it and is good."""

import re

import pytest

from composer import ShotListError, load, read
from composer.composing.rehearsal import rehearse

YARD = """\
title: Yard
size: 256x144
places:
  yard:
    anchors:
      tower: {box: 4 x 4 x 9m, look: tower}
      table: {box: 1 x 1 x 0.8m, look: oak table, at: [-6, -2]}
      stage: {box: 4 x 4 x 1m, look: timber stage, at: [-10, -5]}
      wall: {wall: 10 x 3m, look: brick wall, in_front_of: tower, gap: 5m}
    marks:
      inwall: {at: [0, -7.1]}
      near: {at: [0, -6.9]}
      spot: {at: [4, -4]}
subjects:
  ada: {person: 1.70m, look: brewer, at: [-3, -5], facing: east}
  bob: {person: 1.80m, look: man in a red coat, at: [3, -5], facing: west}
  cup: {cylinder: 0.1 x 0.12m, look: white cup, at: [-2.4, -5]}
  anvil: {box: 0.9 x 0.9 x 0.6m, look: iron anvil, mass: 20kg, at: [-5, -5]}
layers:
  big: {title: A title}
shots:
  - shot: one
    duration: 8s
    layers: big
    camera: {at: [0, -30, 3], frame: tower, lens: 18mm}
"""


def problems(motion="", text=YARD, more=""):
    """`(code, severity, what is marked, message, hints)` of each."""
    text += f"    motion: {{{motion}}}\n" * bool(motion) + more
    lines = text.split("\n")
    return [
        (
            fault.code,
            fault.severity,
            lines[fault.line - 1][fault.column - 1 :][: fault.width],
            fault.message,
            " ".join(fault.expected),
        )
        for fault in rehearse(read(text)).faults
    ]


def test_the_yard_has_no_faults():
    assert problems() == []


@pytest.mark.parametrize("mark", ["inwall", "near"])
def test_a_mark_where_nobody_can_stand_is_told_with_the_nearest_point_where_one_can(mark):
    ((code, severity, marked, message, hint),) = problems(f"ada: walk to {mark}")
    assert (code, severity, marked) == ("in-the-way", "error", mark)
    assert message.startswith(f"the mark `{mark}` " + ("lies inside `wall`" if mark == "inwall" else "is so near to"))
    good = re.search(rf"`({mark}: \{{at: \[0, (-?[\d.]+)\]\}})`", hint)
    assert -6.9 < float(good[2]) < -6.5
    mended = re.sub(rf"{mark}: \{{.*\}}", good[1], YARD, count=1)
    assert problems(f"ada: walk to {mark}", mended) == []


def test_a_mark_behind_a_wall_is_still_walked_round():
    ((code, _, _, message, _),) = problems(
        "ada: walk to behind", YARD.replace("near: {", "behind: {at: [0, -9]}\n      near: {")
    )
    assert code == "in-the-way"
    assert message.startswith("ada would walk into `wall`")


@pytest.mark.parametrize("walk", ["walk to tower, ", ""])
def test_what_is_too_high_to_be_put_or_taken_is_told_with_the_height(walk):
    ((code, _, marked, message, _),) = problems(f"ada: [take cup, {walk}put cup on_top_of tower]")
    assert (code, marked) == ("reach", "put cup on_top_of tower")
    assert message == "the top of `tower` is 9 m up, and ada reaches up to 2 m"
    high = YARD.replace("at: [-2.4, -5]", "on_top_of: tower")
    ((code, _, marked, message, _),) = problems("ada: take cup", high)
    assert (code, marked, message) == ("reach", "take cup", "`cup` is 9 m up, and ada reaches up to 2 m")


def test_nobody_is_told_to_do_what_the_list_says_already():
    ((code, _, _, message, hint),) = problems(
        "ada: [walk to anvil, take anvil, walk to stage, put anvil on_top_of stage]"
    )
    assert code == "reach"
    assert message.startswith("the place on `stage` is ")
    assert "walk to stage" not in hint
    assert problems("ada: [take cup, walk to table, put cup on_top_of table]") == []


def test_what_is_put_on_somebody_is_told():
    ((code, severity, marked, message, hint),) = problems("ada: [take cup, walk to bob, put cup on_top_of bob]")
    assert (code, severity, marked) == ("on-a-head", "warning", "put cup on_top_of bob")
    assert message.startswith("`cup` is put on bob's head")
    assert "`bob: take cup`" in hint


def test_who_walks_into_a_thing_is_told_at_the_walk():
    ((code, severity, marked, message, _),) = problems("ada: walk to spot")
    assert (code, severity, marked) == ("struck", "warning", "walk to spot")
    assert message.startswith("ada walks into `cup` ")


@pytest.mark.parametrize(("time", "good"), [("for: 9s", "8s"), ("from: 3s, to: 9s", "8s"), ("from: 3s, for: 9s", "5s")])
def test_a_layer_that_outlasts_every_shot_that_has_it_is_told(time, good):
    text = YARD.replace("{title: A title}", f"{{title: A title, {time}}}")
    ((code, severity, marked, _, hint),) = problems(text=text)
    assert (code, severity, marked) == ("layer-times", "warning", "9s")
    assert hint.endswith(f"Did you mean `{good}`?")
    assert problems(text=text.replace(": 9s", f": {good}")) == []
    longer = "  - shot: two\n    duration: {}\n    camera: {{at: [0, -30, 3], frame: tower, lens: 18mm}}\n{}"
    assert problems(text=text, more=longer.format("12s", "    layers: big\n")) == []
    assert problems(text=text, more=longer.format("12s", "    edit: dissolve 4s\n")) == []


SAID = "    dialogue: [{{who: ada, line: {}, at: {}}}, {{who: bob, line: {}, at: {}}}]\n"


def test_a_line_that_is_gone_before_it_is_read_is_told():
    long = "x" * 34  # two seconds at 17 characters a second
    assert problems(more=SAID.format(long, "0s", long, "2s")) == []
    ((code, severity, marked, message, hint),) = problems(more=SAID.format(long, "0s", "No.", "1.5s"))
    assert (code, severity, marked) == ("unread", "warning", long)
    assert message == "the 34 characters of this line take 2 s to read, and the next line begins 1.5 s after it begins"
    assert "there is time for 25" in hint
    ((code, _, _, message, _),) = problems(more=SAID.format("No.", "0s", long, "7s"))
    assert message.endswith("and the film ends 1 s after it begins")


def test_a_sound_file_that_is_not_there_is_told_with_the_near_one_of_its_folder(tmp_path):
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "theme.wav").touch()
    (tmp_path / "list.yaml").write_text(YARD + "music: {file: music/teme.mp3}\n", encoding="utf-8")
    with pytest.raises(ShotListError) as caught:
        load(tmp_path / "list.yaml")
    (fault,) = caught.value.faults
    assert (fault.code, fault.message) == ("no-file", "there is no file `music/teme.mp3`")
    assert fault.expected == (f"expected it at `{tmp_path / 'music' / 'teme.mp3'}`. Did you mean `music/theme.wav`?",)
