"""Retakes and locks: what is written to choices.yaml, what then renders, and every fault that the file can have."""

import json

import pytest
from takes import SEGMENTS, TEXT
from test_cli import run

import composer
from composer import generators
from composer.composing.choosing import Choices, Choosing, choose, read_choices
from composer.composing.recording import read_record
from composer.errors import ChoiceError, ShotListError, StorageError
from composer.planning import derive_seed, plan_json
from composer.printing import plan_lines
from composer.schema import slates
from composer.shotlist import written
from composer.store import Store

HEAD = (
    "# Which takes a film is made of. `composer render LIST --retake SHOT`, `--lock SHOT`, `--pick SEGMENT=TAKE` and"
    " `--undo SHOT` write this file.\n"
)


def planned(**told):
    return composer.plan(composer.load("takes.yaml"), **{"generator": "recall", **told})


def faults():
    """What is told of a list's choices, in the words that people read."""
    with pytest.raises(ShotListError) as refused:
        composer.plan(composer.load("takes.yaml"), generator="previz")
    return str(refused.value)


def test_a_retake_renders_its_shot_and_what_depends_on_it(room):
    room.begin()
    seeds = {segment.id: segment.seed for segment in planned().segments}
    assert room.render(retake=["s03"]) == ["s03/0", "s04/0"]
    assert room.choices.read_text() == f"{HEAD}takes:\n  s03: {{take: 1}}\n"
    plan = planned()
    slate = slates(composer.load("takes.yaml"))[2]
    changed = {segment.id: segment.seed for segment in plan.segments if segment.seed != seeds[segment.id]}
    assert changed == {"s03/0": derive_seed(plan.seed, slate, 0, take=1)}
    assert "choice: s03 is take 1" in list(plan_lines(plan))
    assert [shot["segments"][0]["take"] for shot in plan_json(plan)["shots"]] == [0, 0, 1, 0, 0]
    assert room.render() == [], "the choice stays"
    assert room.render(retake="s03,s05") == ["s03/0", "s04/0", "s05/0"]
    assert room.choices.read_text() == f"{HEAD}takes:\n  s03: {{take: 2}}\n  s05: {{take: 1}}\n"
    assert room.render(undo=["s03", "s05"]) == [], "the first takes are in the store"
    assert not room.choices.exists()


def test_a_lock_keeps_its_clip_whatever_changes_and_others_go_on_from_it(room):
    room.begin()
    clip = read_record(room.out).segments["s03/0"]
    assert room.render(lock=["s03"]) == []
    assert room.choices.read_text() == (
        f"{HEAD}takes:\n  s03: {{lock: {{frames: [0-17], size: 128x96, fps: 12, clips: [{clip.key}],"
        f" shows: [{clip.shows}]}}}}\n"
    )
    room.edit("look: red brick", "look: blue brick")
    room.edit("lens: 35mm", "lens: 50mm")
    assert room.diff().segments[2].why[0].said == "locked"
    assert list(room.diff().renders) == room.render() == ["s01/0", "s04/0"]
    assert read_record(room.out).segments["s03/0"].content == clip.content
    plan = planned()
    assert "choice: s03 is the first take, locked" in list(plan_lines(plan))
    document = plan_json(plan)
    assert document["shots"][2]["segments"][0]["locked"] == clip.key
    assert "locked" not in document["shots"][0]["segments"][0]
    draft = planned(draft=True)
    assert room.render(undo=["s03"]) == ["s03/0", "s04/0"]
    assert not room.choices.exists()
    assert draft.losses == plan.losses, "a draft of the same size is locked too"


def test_a_locked_clip_that_shows_other_geometry_is_not_remembered(room):
    """Its look may change: what it showed stays where it was. Its camera may not."""
    room.begin()
    room.render(lock=["s01"])
    room.edit("look: red brick", "look: blue brick")
    assert [source.segment for source in planned().shots[2].segments[0].memory] == ["s01/0"]
    room.edit("s01\n    duration: 0.3s\n    camera: {frame: WS", "s01\n    duration: 0.3s\n    camera: {frame: MS")
    plan = planned()
    assert [segment.id for segment in plan.segments if segment.unlike] == ["s01/0"]
    assert plan.shots[2].segments[0].memory == ()
    said = "loss in s01/0: it is locked and shows what is no longer declared: it is not remembered"
    assert said in list(plan_lines(plan))
    assert room.render() == ["s03/0", "s04/0"]
    room.render(lock=["s01"])
    assert planned().segments[0].unlike, "locked once more it shows what it did"


def test_a_lock_of_another_size_does_not_apply_and_is_told(room):
    room.choices.write_text(
        f"takes: {{s02: {{lock: {{frames: [0-17], size: 384x224, fps: 12, clips: [{'0' * 40}]}}}}}}"
    )
    loss = "the lock of `s02` is of 384x224 and does not apply at 128x96"
    assert loss in planned().losses
    assert f"loss: {loss}" in list(plan_lines(planned()))
    assert not any(segment.locked for segment in planned().segments)


def test_a_lock_of_other_frames_is_a_fault_in_the_file(room):
    room.begin()
    room.render(lock=["s01"])
    room.edit("shot: s01\n    duration: 0.3s", "shot: s01\n    duration: 2s")
    with pytest.raises(ShotListError) as refused:
        planned()
    assert str(refused.value).splitlines()[0] == (
        "choices.yaml:3:24: error: the lock of `s01` is of 17 frames; the shot has 33 now [lock]"
    )
    assert str(refused.value).splitlines()[-1] == "  `--undo s01` unlocks it"
    room.edit("shot: s02\n    duration: 0.3s", "shot: s02\n    duration: 2s")
    with pytest.raises(ChoiceError, match=r"^`s02` has other frames now than .*; render it first, then lock it$"):
        room.render(undo="s01", lock="s02")
    assert room.render(undo="s01")[0] == "s01/0"


def test_a_lock_whose_clip_is_gone_is_a_fault_before_anything_renders(room):
    room.begin()
    room.render(lock=["s02"])
    (key,) = read_choices(composer.load("takes.yaml")).chosen["s02"].lock.clips
    for clip in room.folder.rglob(f"{key}/clip.mkv"):
        clip.write_bytes(b"")
    room.edit("look: red brick", "look: blue brick")
    with pytest.raises(ShotListError) as refused:
        room.render()
    assert room.made == []
    column = room.choices.read_text().splitlines()[2].index(key) + 1
    assert str(refused.value).splitlines()[0] == (
        f"choices.yaml:3:{column}: error: the store no longer has the clip that `s02/0` is locked to [lost-clip]"
    )
    assert str(refused.value).splitlines()[-1] == "  `--undo s02` renders it again"


REFUSED = {
    "unknown": ({"retake": ["s3"]}, "no shot is called `s3`; there are: s01, s02, s03, s04, s05. Did you mean `s03`?"),
    "unknown undone": ({"undo": ["x"]}, "no shot is called `x`; there are: s01, s02, s03, s04, s05."),
    "never rendered": (
        {"lock": ["s03"]},
        "`s03` has no clips to be locked in that folder; render it first, then lock it",
    ),
    "twice": (
        {"lock": ["s03"], "undo": ["s03"]},
        "`s03` is to be two of retaken, locked, picked and undone; expected one of them",
    ),
    "previz": (
        {"retake": ["s03"], "generator": "previz"},
        "a retake of `s03` is the same film again: previz draws what is declared, and invents nothing",
    ),
    "no seed": (
        {"retake": ["s03"], "without": ["seed"]},
        "a retake of `s03` is the same film again: recall is told not to read its seed",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_chosen_is_refused_before_anything_is_written(room, name):
    told, words = REFUSED[name]
    with pytest.raises(ChoiceError) as refused:
        room.render(**told)
    assert (str(refused.value), refused.value.exit_code) == (words, 2)
    assert not room.choices.exists()
    assert room.made == []


def test_footage_and_locked_shots_are_not_retaken(room):
    shotlist = composer.load("takes.yaml")
    can = generators.load("recall").capabilities
    room.choices.write_text(f"takes: {{s03: {{lock: {{frames: [0-17], size: 128x96, fps: 12, clips: [{'0' * 40}]}}}}}}")
    with pytest.raises(ChoiceError, match=r"^`s03` is locked, so a retake would not be seen; `--undo s03` unlocks it$"):
        choose(Choosing(retake=("s03",)), read_choices(shotlist), can, None)
    filmed = shotlist.model_copy(update={"shots": [shotlist.shots[0].model_copy(update={"footage": "x.mp4"})]})
    choices = Choices(filmed, room.choices, "takes")
    with pytest.raises(ChoiceError, match=r"^a retake of `s01` is the same film again: it is footage$"):
        choose(Choosing(retake=("s01",)), choices, can, None)
    with pytest.raises(ChoiceError, match=r"^`s01` cannot be locked: it is footage, and stays as its file is$"):
        choose(Choosing(lock=("s01",)), choices, can, None)


def test_a_list_read_from_text_has_no_choices(room):
    room.choices.write_text("takes: {s03: {take: 1}}")
    told = composer.read(TEXT, "takes.yaml")
    assert composer.plan(told, generator="recall").shots[2].segments[0].take == 0
    with pytest.raises(ChoiceError, match=r"^takes are chosen in choices\.yaml beside a list"):
        composer.compose(told, out="out", generator="recall", retake=["s03"])


def test_other_lists_of_the_folder_keep_their_choices(room):
    room.choices.write_text('"my list": {front: {take: 4}}\n')
    room.render(retake=["s05"])
    assert room.choices.read_text() == f'{HEAD}"my list":\n  front: {{take: 4}}\ntakes:\n  s05: {{take: 1}}\n'
    room.render(undo=["s05"])
    assert room.choices.read_text() == f'{HEAD}"my list":\n  front: {{take: 4}}\n'


def test_what_is_written_is_read_again(room):
    lock = "lock: {frames: [-9-24, 15-40], size: 768x432, fps: 24000/1001, clips: ["
    lock += "a" * 40 + ", " + "b" * 40 + "], shows: [" + "c" * 40 + ", " + "d" * 40 + "]}"
    text = f"{HEAD}takes:\n  s01: {{take: 3}}\n  s02: {{take: 1, {lock}}}\n12A:\n  front: {{{lock}}}\n"
    room.choices.write_text(text)
    assert written(read_choices(composer.load("takes.yaml")).written.lists) == text
    room.choices.write_text("")
    assert read_choices(composer.load("takes.yaml")).chosen == {}


FAULTS = {
    "takes: {s3: {take: 1}}": """\
choices.yaml:1:9: error: `takes` has no shot `s3` [unknown-shot]
takes: {s3: {take: 1}}
        ^^
  expected one of: s01, s02, s03, s04, s05. Did you mean `s03`?
  `--undo s3` removes it""",
    "takes: {s03: {take: -1}}": """\
choices.yaml:1:21: error: there is no take -1 [range]
takes: {s03: {take: -1}}
                    ^^
  expected 0 to 999999. Did you mean `0`?""",
    "takes: {s03: {tak: 1}}": """\
choices.yaml:1:15: error: unknown key `tak` in the choice of `s03` [unknown-key]
takes: {s03: {tak: 1}}
              ^^^
  expected one of: take, picks, lock. Did you mean `take`?""",
    "takes: {s03: 1}": """\
choices.yaml:1:14: error: the choice of `s03` is a text, not a mapping [kind]
takes: {s03: 1}
             ^
  expected `{take: 1}`""",
    "takes: {s03: {lock: {frames: [], siz: 1}}}": """\
choices.yaml:1:15: error: the lock of `s03` has no `size` [missing-key]
takes: {s03: {lock: {frames: [], siz: 1}}}
              ^^^^
  expected `size: …`
choices.yaml:1:15: error: the lock of `s03` has no `fps` [missing-key]
takes: {s03: {lock: {frames: [], siz: 1}}}
              ^^^^
  expected `fps: …`
choices.yaml:1:15: error: the lock of `s03` has no `clips` [missing-key]
takes: {s03: {lock: {frames: [], siz: 1}}}
              ^^^^
  expected `clips: …`
choices.yaml:1:22: error: `frames` in the lock of `s03` is empty [empty]
takes: {s03: {lock: {frames: [], siz: 1}}}
                     ^^^^^^
  expected one or more
choices.yaml:1:34: error: unknown key `siz` in the lock of `s03` [unknown-key]
takes: {s03: {lock: {frames: [], siz: 1}}}
                                 ^^^
  expected one of: frames, size, fps, clips, shows. Did you mean `size`?""",
    "takes: {s03: {lock: {frames: [9-2], size: 1, fps: x, clips: [x]}}}": """\
choices.yaml:1:31: error: `9-2` are no frames of a clip [frames]
takes: {s03: {lock: {frames: [9-2], size: 1, fps: x, clips: [x]}}}
                              ^^^
  expected first and end, as `0-33`
choices.yaml:1:43: error: `1` is no size of a picture [size]
takes: {s03: {lock: {frames: [9-2], size: 1, fps: x, clips: [x]}}}
                                          ^
  expected width x height, as `768x432`
choices.yaml:1:51: error: `x` is no frame rate [fps]
takes: {s03: {lock: {frames: [9-2], size: 1, fps: x, clips: [x]}}}
                                                  ^
  expected a whole number or a fraction, as `24000/1001`
choices.yaml:1:62: error: `x` is no clip [clip]
takes: {s03: {lock: {frames: [9-2], size: 1, fps: x, clips: [x]}}}
                                                             ^
  expected what `composer render LIST --lock SHOT` writes""",
    f"takes: {{s03: {{lock: {{frames: [0-9, 9-12], size: 64x64, fps: 24, clips: [{'0' * 40}]}}}}}}": """\
choices.yaml:1:30: error: the lock of `s03` has 1 clips and the frames of 2 [lock]
takes: {s03: {lock: {frames: [0-9, 9-12], size: 64x64, fps: 24, clips: …
                             ^^^^^^^^^^^
  expected `frames` for each clip""",
    "- takes": """\
choices.yaml:1:1: error: this is no mapping of lists [kind]
- takes
^
  expected `LIST: {SHOT: {take: 1}}`""",
    "takes: {s03: {take: 1}": """\
choices.yaml:1:8: error: `{` is never closed [brackets]
takes: {s03: {take: 1}
       ^
  expected `}`""",
    "takes: &x {s03: {take: 1}}": """\
choices.yaml:1:8: error: an anchor, `&x` [anchor]
takes: &x {s03: {take: 1}}
       ^^
  leave it out: a shot list has no aliases""",
}


@pytest.mark.parametrize("text", FAULTS)
def test_every_fault_of_the_file_is_told_at_its_place(room, text):
    room.choices.write_text(text)
    assert faults() == FAULTS[text]
    told = [fault.message for fault in composer.check(composer.load("takes.yaml"))]
    assert told
    assert all(any(message in line for line in FAULTS[text].splitlines()) for message in told)


def test_a_list_that_is_not_there_is_a_warning(room):
    room.choices.write_text("take: {front: {take: 1}}")
    (fault,) = composer.check(composer.load("takes.yaml"))
    assert (fault.severity, fault.message, fault.expected) == (
        "warning",
        "no list `take` is in this folder",
        ("Did you mean `takes`?",),
    )
    planned()


def test_choices_that_cannot_be_read_or_written_are_told(room):
    room.choices.mkdir()
    with pytest.raises(ShotListError, match=r"^choices\.yaml: error: cannot be read: is a directory"):
        planned()
    with pytest.raises(StorageError):
        Choices(
            composer.load("takes.yaml"), room.folder / "takes.yaml" / "x", "takes", touched=frozenset({"s01"})
        ).settle(composer.plan(composer.read(TEXT), generator="previz"), Store(room.folder / "store"))


def test_the_command_line_retakes_locks_and_undoes(room):
    done = run("render", "takes.yaml", "-g", "previz", "-o", "out", "--retake", "s3", cwd=room.folder)
    assert (done.returncode, done.stderr) == (
        2,
        "composer: no shot is called `s3`; there are: s01, s02, s03, s04, s05. Did you mean `s03`?\n",
    )
    room.render(generator="previz")
    done = run(
        "render", "takes.yaml", "-g", "previz", "-o", "out", "--lock", "s01,s02", "--lock", "s05", cwd=room.folder
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(run("plan", "takes.yaml", "-g", "previz", "--json", cwd=room.folder).stdout)
    locked = [segment["id"] for shot in said["shots"] for segment in shot["segments"] if "locked" in segment]
    assert locked == [SEGMENTS[0], SEGMENTS[1], SEGMENTS[4]]
    done = run("render", "takes.yaml", "-g", "previz", "-o", "out", "--undo", "s01,s02,s05", cwd=room.folder)
    assert "0 of 5 segments rendered, 5 kept" in done.stdout
    assert not room.choices.exists()
