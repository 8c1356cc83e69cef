"""What an animatic says in its frames, and that nothing else ever sees it."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import composer
from composer import media
from composer.composing.framings import framing, told_apart
from composer.composing.notes import notes
from composer.composing.rehearsal import rehearse
from composer.generators import load
from composer.overlay import AMBER, SHADE, Note, annotated, burn_in
from composer.planning import PlanOptions
from composer.timing import FRAME_RATES, clock, timecode

TOLD = Note(3, "drum", "CU", 50.0, "quay", "dawn", 228, "00:00:09:12")


def grey(width, height):
    return np.full((height, width, 3), 120, np.uint8)


def strip_of(picture):
    """Its first row: the strip lets through a share of the light, to the last row."""
    return int(np.flatnonzero(picture[:, 1, 0] != 120)[0])


@pytest.mark.parametrize("size", [(768, 432), (384, 216), (1920, 1080), (216, 384), (128, 72), (64, 36), (16, 16)])
@pytest.mark.parametrize("note", [TOLD, replace(TOLD, framing="MS to MCU", story_s=12.46, place="harbour_office")])
def test_the_strip_lies_over_the_lower_edge_alone(size, note):
    frame = grey(*size)
    told = annotated(frame, note)
    assert (frame == 120).all(), "the frame that came in was written into"
    top = strip_of(told)
    assert (told[:top] == 120).all()
    assert top >= size[1] // 2 - 8
    assert told[top:, 0].max() <= 120 * SHADE


def test_words_are_there_whole_and_story_time_is_in_amber():
    plain, told = (annotated(grey(768, 432), note) for note in (TOLD, replace(TOLD, story_s=12.46)))
    top = strip_of(plain)
    assert (plain[top:] > 200).any(axis=2).sum() > 500
    right = (slice(top, None), slice(300, None))
    assert not (plain[right] == AMBER).all(axis=2).any()
    assert (told[right] == AMBER).all(axis=2).sum() > 60


@given(st.integers(100, 998))
def test_a_counter_does_not_shift_its_neighbours(frame):
    pictures = [annotated(grey(384, 216), replace(TOLD, frame=frame + k)) for k in (0, 1)]
    changed = np.argwhere((pictures[0] != pictures[1]).any(axis=2))
    assert changed[:, 1].min() > 384 - 40


def test_notes_and_frames_are_as_many():
    with pytest.raises(ValueError, match="shorter"):
        list(burn_in([grey(64, 36)] * 2, [TOLD]))


@given(st.integers(0, 10**7), st.sampled_from(sorted(FRAME_RATES)))
def test_a_timecode_counts_every_frame(frame, rate):
    fps = FRAME_RATES[rate]
    hours, minutes, seconds, frames = map(int, timecode(frame, fps).split(":"))
    assert frames < round(fps) >= 1
    assert ((hours * 60 + minutes) * 60 + seconds) * round(fps) + frames == frame


def test_known_timecodes_and_clocks():
    assert timecode(228, Fraction(24)) == "00:00:09:12"
    assert timecode(1800, Fraction(30000, 1001)) == "00:01:00:00"
    assert [clock(s) for s in (0, 12.46, 99.94, 99.96, 130.5, 50402.7)] == [
        "0.0 s",
        "12.5 s",
        "99.9 s",
        "1:40.0",
        "2:10.5",
        "14:00:02.7",
    ]


# --- notes --------------------------------------------------------------------------------------------------------------

FLASHBACK = """\
title: Flashback
size: 128x72
places:
  yard:
    anchors:
      tower: {box: 4 x 4 x 9m}
    marks:
      far: {at: [8, -9]}
subjects:
  ada: {person: 1.70m, in_front_of: tower, gap: 4m}
shots:
  - shot: first
    duration: 1s
    camera: {frame: MS ada, lens: 50mm, move: dolly to MCU}
    motion: {ada: walk to far}
  - shot: again
    duration: 0.5s
    time: same as first + 0.25s
    camera: WS tower
  - shot: onward
    duration: 0.5s
    time: after first
    light: dusk
    camera: tower
"""


@pytest.fixture(scope="module")
def rehearsal():
    return rehearse(composer.read(FLASHBACK.replace("camera: tower", "camera: {frame: tower, at: [0, -20]}"), "x.yaml"))


def told(rehearsal, index):
    plan = rehearsal.plan(load("previz").capabilities, PlanOptions())
    return notes(rehearsal, plan.shots[index], plan.size)


def test_a_note_knows_its_frame(rehearsal):
    first, again, onward = (told(rehearsal, k) for k in range(3))
    assert len(first) == 24 + 12
    assert (first[0].number, first[0].shot, first[0].lens) == (1, "first", "MS to MCU 50mm")
    assert (again[0].frame, again[0].timecode, again[0].story_s) == (24, "00:00:01:00", 0.25)
    assert again[6].story_s == 0.5
    assert (onward[0].frame, onward[0].story_s, onward[0].light, onward[0].framing) == (36, 1.0, "dusk", "")


def test_story_time_is_told_where_it_is_not_the_films(rehearsal):
    assert [told_apart(slate) for slate in rehearsal.slates] == [False, True, True]
    assert [framing(slate) for slate in rehearsal.slates] == ["MS to MCU", "WS", ""]
    assert {n.story_s for n in told(rehearsal, 0)} == {None}


def test_the_lens_is_the_frames_own():
    assert replace(TOLD, framing="", lens_mm=24.3).lens == "24mm"
    assert replace(TOLD, lens_mm=8.25).lens == "CU 8.2mm"


# --- the film -----------------------------------------------------------------------------------------------------------


def test_only_what_leaves_the_animatic_is_written_into(tmp_path):
    shotlist = composer.read(FLASHBACK.replace("camera: tower", "camera: WS tower"), "x.yaml")
    clean = composer.compose(shotlist, generator="previz", out=tmp_path, draft=True)
    pictures = clean.clip("again").frames
    told = composer.previz(shotlist, out=tmp_path)
    assert told.kept == len(told.plan.segments), "the animatic is drawn from the very clips of the render"
    burnt = told.clip("again").frames
    assert (np.abs(burnt[:, :32].astype(int) - pictures[:, :32]) < 24).all()
    assert np.abs(burnt[:, 48:].astype(int) - pictures[:, 48:]).mean() > 10
    film = list(media.read_frames(told.path))
    assert (film[24] == burnt[0]).all()
    digests = json.loads((tmp_path / "manifest.json").read_text())["digests"]
    composer.compose(shotlist, generator="previz", out=tmp_path, draft=True)
    assert json.loads((tmp_path / "manifest.json").read_text())["digests"] != digests
    assert (
        composer.compose(shotlist, generator="previz", out=tmp_path, draft=True).clip("again").frames == pictures
    ).all()
