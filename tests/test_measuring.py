"""A film measured against its list: clean it passes, and what is planted in it is found where it was planted."""

import json
import os
import subprocess
import sys
from fractions import Fraction
from math import isfinite

import cv2
import numpy as np
import pytest
from reels import planes, write_reel

import composer
from composer import media
from composer.cli.measuring import raise_failing
from composer.errors import GateError, StorageError, UsageError
from composer.measuring.desk import Desk, Job
from composer.planning import plan_json, read_plan
from composer.schema.report import measures_json, read_measures
from composer.timing import SAMPLE_RATE

YARD = """\
title: Yard
fps: 24
size: 192x108
seed: 3
places:
  yard:
    light: day
    ambience: [wind]
    anchors:
      tower: {box: 4 x 4 x 7m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 2m}
  lane:
    light: day
    anchors:
      wall: {box: 8 x 1 x 4m, look: grey stone wall}
shots:
  - shot: front
    place: yard
    duration: 1s
    camera: {frame: WS tower shed, from: south-west, height: 2m, move: truck right 1m linear}
  - shot: onward
    duration: 1s
    join: last_frames
    camera: {move: truck right 1m linear}
  - shot: away
    place: lane
    duration: 1.5s
    camera: {frame: WS wall, from: south, height: 2m}
  - shot: back
    place: yard
    duration: 1s
    camera: {frame: WS tower shed, from: south, height: 3m, move: arc left 4deg linear}
"""
FRONT, ONWARD, AWAY, BACK = range(4)
CUTS = (24, 48, 84)  # the first frames of the shots but one


@pytest.fixture(scope="module")
def shotlist():
    return composer.read(YARD, "yard.yaml")


@pytest.fixture(scope="module")
def film(shotlist, tmp_path_factory):
    out = tmp_path_factory.mktemp("yard")
    return composer.compose(shotlist, generator="previz", out=out, cache=tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def clean(film, shotlist):
    return composer.measure(film.path, shotlist)


@pytest.fixture(scope="module")
def frames(film):
    return list(media.read_frames(film.path))


@pytest.fixture(scope="module")
def sound(film):
    return media.Recording(film.path).read(0, 108 * SAMPLE_RATE // 24)


@pytest.fixture(scope="module")
def measured(frames, shotlist, tmp_path_factory):
    """Measures of the film with its pictures and its sound changed."""

    def measure(change, heard):
        path = tmp_path_factory.mktemp("changed") / "other.mp4"
        write_reel(path, [planes(change(k, frame)) for k, frame in enumerate(frames)], sound=heard)
        return composer.measure(path, shotlist, generator="previz")

    return measure


def figure(measures, name):
    return next(one for one in measures if one.measure == name)


# --- a clean film -----------------------------------------------------------------------------------------------------


def test_a_clean_film_passes_and_says_where_it_looked(clean):
    assert clean.verdict == "pass"
    assert [one for one in clean.every if one.verdict == "fail"] == []
    assert [(join.kind, join.frame, join.invisible) for join in clean.joins] == [
        ("cut", 24, True),
        ("cut", 48, False),
        ("cut", 84, False),
    ]
    hidden = {one.measure: one for one in clean.joins[0].measures}
    assert {"anchor colour", "anchor position", "motion", "cut detectors", "click", "loudness step"} <= set(hidden)
    for one in hidden.values():
        assert one.where.frames == (23, 24)
        assert one.floor is not None
    assert hidden["anchor colour"].where.thing in {"tower", "shed"}
    assert hidden["motion"].value < 0.3


def test_shots_of_other_places_are_not_compared(clean):
    assert {one.measure for one in clean.joins[1].measures} == {"click", "fade dip", "loudness step"}


def test_what_left_and_came_back_is_held_against_itself(clean):
    (found,) = clean.returns
    assert found.where.shot == "back"
    assert found.where.frames[0] < CUTS[1] <= CUTS[2] <= found.where.frames[1]
    assert {thing.name for thing in found.things} == {"tower", "shed"}
    assert found.verdict == "pass"


def test_the_document_of_a_film_is_read_again(clean):
    assert read_measures(measures_json(clean)) == clean
    assert "NaN" not in measures_json(clean)


def test_measuring_twice_gives_the_same_document(clean, film, shotlist):
    assert composer.measure(film.folder, shotlist) == clean


def test_over_time_there_is_a_value_for_each_interval(clean):
    series = {one.measure: one for one in clean.shots[FRONT].series}
    assert series["motion"].frames == tuple(range(23))
    assert series["flicker"].frames == tuple(range(1, 23))
    assert all(isfinite(value) for value in series["motion"].values)


def test_places_tell_of_each_anchor_at_which_join_it_is_worst(clean):
    yard = next(place for place in clean.places if place.place == "yard")
    tower = next(anchor for anchor in yard.anchors if anchor.anchor == "tower")
    assert (tower.joins, tower.colour_join, tower.verdict) == (1, 0, "pass")


# --- what is planted --------------------------------------------------------------------------------------------------


def within(k, shot):
    bounds = (0, *CUTS, 108)
    return bounds[shot] <= k < bounds[shot + 1]


def sample(frame):
    return frame * SAMPLE_RATE // 24


@pytest.fixture(scope="module")
def recoloured(measured, sound):
    """The shed turns red at the first cut, all is darker after the last; a click at the second."""

    def change(k, picture):
        if within(k, BACK):
            return (picture * 0.6).astype(np.uint8)
        lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
        lab[..., 1][lab[..., 1] < 124] += 25
        return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) if within(k, ONWARD) else picture

    clicked = sound.copy()
    clicked[:, sample(CUTS[1])] += 0.5
    return measured(change, clicked)


@pytest.fixture(scope="module")
def shifted(measured, frames, sound):
    """A frame stands still in the first shot, the second is 6 px aside and louder."""

    def change(k, picture):
        return frames[9] if k == 10 else np.roll(picture, 6, axis=1) if within(k, ONWARD) else picture

    louder = sound.copy()
    louder[:, sample(CUTS[0]) : sample(CUTS[1])] *= 3
    return measured(change, louder)


@pytest.fixture(scope="module")
def trembling(measured):
    """Light trembles in the first shot and fades steadily in the last; the second is a negative. There is no sound."""

    def change(k, picture):
        gain = 1 + 0.01 * (-1) ** k if within(k, FRONT) else 1 - 0.005 * (k - CUTS[2]) if within(k, BACK) else 1
        return 255 - picture if within(k, ONWARD) else np.clip(picture * gain, 0, 255).round().astype(np.uint8)

    return measured(change, None)


def test_an_anchor_that_changes_its_colour_across_a_join_fails_by_name(recoloured, clean):
    found = figure(recoloured.joins[0].measures, "anchor colour")
    assert found.verdict == "fail"
    assert found.where.thing == "shed"
    assert found.value > 3 * figure(clean.joins[0].measures, "anchor colour").value
    yard = next(place for place in recoloured.places if place.place == "yard")
    assert {anchor.anchor: anchor.verdict for anchor in yard.anchors if anchor.anchor != "ground"} == {
        "shed": "fail",
        "tower": "pass",
    }


def test_what_comes_back_otherwise_than_it_left_fails(recoloured):
    (returned,) = recoloured.returns
    assert returned.verdict == "fail"
    assert returned.where.frames[1] >= CUTS[2]
    assert recoloured.verdict == "fail"


def test_a_click_at_a_cut_is_heard_there_alone(recoloured):
    verdicts = [figure(join.measures, "click").verdict for join in recoloured.joins]
    assert verdicts == ["pass", "fail", "pass"]


def test_a_picture_that_jumps_aside_at_a_join_fails_in_position_and_motion(shifted):
    join = shifted.joins[0]
    assert figure(join.measures, "anchor position").value == pytest.approx(6, abs=0.7)
    assert figure(join.measures, "anchor position").verdict == "fail"
    motion = figure(join.measures, "motion")
    assert motion.verdict == "fail"
    assert max(motion.things, key=lambda one: one.value).name == "across"


def test_a_frame_that_stands_still_within_a_shot_is_found_there(shifted):
    shot = shifted.shots[FRONT]
    found = figure(shot.measures, "motion")
    clear = [value for n, value in enumerate(shot.series[1].values) if n not in {9, 10}]
    assert found.where.frames in {(9, 10), (10, 11)}
    assert found.value > 3 * max(clear)


def test_sound_that_is_louder_than_planned_after_a_cut_fails(shifted):
    found = figure(shifted.joins[0].measures, "loudness step")
    assert found.value == pytest.approx(9.5, abs=1)
    assert found.verdict == "fail"


def test_light_that_trembles_fails_and_a_steady_fade_does_not(trembling):
    assert figure(trembling.shots[FRONT].measures, "flicker").verdict == "fail"
    assert figure(trembling.shots[BACK].measures, "flicker").verdict == "pass"


def test_a_new_picture_at_a_hidden_join_is_seen_by_the_detectors(trembling):
    found = figure(trembling.joins[0].measures, "cut detectors")
    assert found.verdict == "fail"
    assert found.value >= 2
    assert found.where.thing.split(", ")[0] in {"content", "adaptive", "histogram", "hash"}


def test_a_film_without_sound_is_measured_by_its_pictures_and_says_so(trembling):
    (told,) = trembling.joins[1].measures
    assert (told.measure, told.verdict, told.says) == ("loudness step", "not measurable", "the video has no sound")
    assert figure(trembling.joins[0].measures, "motion").value is not None


def test_what_is_wrong_all_through_a_shot_fails_there_though_it_lifts_the_floor_of_joins(measured, clean):
    """The first shot shows its first picture until it ends; its camera should move."""
    first = []
    frozen = measured(lambda k, picture: (first.append(picture) or first[0]) if within(k, FRONT) else picture, None)
    found = figure(frozen.shots[FRONT].measures, "anchor position")
    assert (found.verdict, found.floor, frozen.verdict) == ("fail", None, "fail")
    assert found.value > 10 * figure(clean.shots[FRONT].measures, "anchor position").value
    assert found.where.shot == "front"
    assert 0 <= found.where.frames[0] < found.where.frames[1] < CUTS[0]
    assert figure(frozen.shots[BACK].measures, "anchor position").verdict == "pass"


@pytest.mark.parametrize("level", [None, 128])
def test_what_shows_nothing_of_its_list_does_not_pass(measured, level):
    """Noise, and a grey card."""
    rng = np.random.default_rng(4)

    def change(_, picture):
        return rng.integers(0, 256, picture.shape, np.uint8) if level is None else np.full_like(picture, level)

    told = measured(change, None)
    assert told.verdict == ("fail" if level is None else "not measurable")
    assert figure(told.shots[FRONT].measures, "anchor position").value is None
    said = "no anchor is found again in any of its pictures" if level else "figures fail; the worst is `anchor colour`"
    with pytest.raises(GateError, match=said):
        raise_failing(told)


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_video_that_is_too_short_is_refused(frames, shotlist, tmp_path):
    write_reel(tmp_path / "short.mp4", [planes(frame) for frame in frames[:90]])
    with pytest.raises(UsageError, match=r"short.mp4 has 90 frames; expected 108, as the list's film has"):
        composer.measure(tmp_path / "short.mp4", shotlist, generator="previz")


def test_a_video_of_another_rate_is_refused(frames, shotlist, tmp_path):
    write_reel(tmp_path / "fast.mp4", [planes(frame) for frame in frames], fps=25)
    with pytest.raises(UsageError, match=r"shows 25 frames a second; expected 24, as the list says"):
        composer.measure(tmp_path / "fast.mp4", shotlist, generator="previz")


def test_a_video_of_another_shape_is_refused(frames, shotlist, tmp_path):
    write_reel(tmp_path / "square.mp4", [planes(cv2.resize(frame, (144, 108))) for frame in frames])
    said = r"square.mp4 is 144x108; expected a picture as wide for its height as the list's 192x108, as 144x81: crop or"
    with pytest.raises(UsageError, match=said):
        composer.measure(tmp_path / "square.mp4", shotlist, generator="previz")


def test_what_is_no_video_is_refused(shotlist, tmp_path):
    (tmp_path / "text.mp4").write_text("hello")
    with pytest.raises(UsageError, match="cannot be read as video"):
        composer.measure(tmp_path / "text.mp4", shotlist, generator="previz")
    with pytest.raises(UsageError, match=r"holds no film; expected film.mp4 or film.mov"):
        composer.measure(tmp_path, shotlist)


def test_a_film_of_another_list_is_refused(film):
    other = composer.read(YARD.replace("duration: 1.5s", "duration: 2s"), "yard.yaml")
    said = r"the plan has `away` in `lane`, frames 48 to 84 where the list has `away` in `lane`, frames 48 to 96"
    with pytest.raises(UsageError, match=said):
        composer.measure(film.path, other)


def test_a_plan_that_is_damaged_is_told(film, shotlist, tmp_path):
    (tmp_path / "film.mp4").write_bytes(film.path.read_bytes())
    (tmp_path / "plan.json").write_text('{"version": 1, "title": 3}')
    with pytest.raises(StorageError, match=r"plan.json cannot be read: `title`: input should be a valid string"):
        composer.measure(tmp_path, shotlist)


@pytest.mark.parametrize("generator", ["previz", "embedded"])
def test_a_plan_is_read_as_it_was_written(shotlist, generator):
    plan = composer.plan(shotlist, generator=generator)
    assert read_plan(json.dumps(plan_json(plan))) == plan


def test_a_measure_that_there_is_not_is_refused(film, shotlist):
    with pytest.raises(UsageError, match=r"no measure is called `anchor color`; .* Did you mean `anchor colour`\?"):
        composer.measure(film.path, shotlist, limits={"anchor color": 3})


def test_other_limits_give_other_verdicts(film, shotlist, clean):
    worst = figure(clean.joins[0].measures, "anchor colour")
    stricter = composer.measure(film.path, shotlist, limits={"anchor colour": worst.floor.p90 * 0.9})
    found = figure(stricter.joins[0].measures, "anchor colour")
    assert (found.value, found.verdict) == (worst.value, "not measurable")
    assert found.says == f"the floor within shots ({worst.floor.p90:.2f} dE) passes the limit ({found.limit:g})"


# --- streaming --------------------------------------------------------------------------------------------------------


def test_pictures_are_kept_for_as_long_as_something_waits_for_them():
    done, most = [], 0
    jobs = [
        Job((n, n + gap), lambda pair: done.append([int(one[0, 0, 0]) for one in pair]))
        for n, gap in ((3, 1), (4, 6), (20, 2))
    ]
    desk = Desk(jobs)
    for frame in range(30):
        desk.see(frame, np.full((1, 1, 3), frame, np.uint8))
        most = max(most, len(desk._kept))
    assert done == [[3, 4], [4, 10], [20, 22]]
    assert most == 1
    assert not desk._kept


def test_frames_are_those_of_their_times(clean):
    assert clean.fps == "24/1"
    assert Fraction(clean.fps) == 24
    assert clean.frames == 108
    assert clean.measured_size == (192, 108)


# --- the command ------------------------------------------------------------------------------------------------------


def command(*words, cwd):
    done = subprocess.run(
        [sys.executable, "-m", "composer", "measure", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def test_the_command_tells_the_same_figures_and_exits_by_them_under_strict(film, frames, clean, tmp_path):
    (tmp_path / "yard.yaml").write_text(YARD)
    told = command(film.folder, "--shotlist", "yard.yaml", "--json", "--strict", cwd=tmp_path)
    assert told.returncode == 0
    assert read_measures(told.stdout) == clean
    jumping = [np.roll(frame, 8, axis=1) if within(k, ONWARD) else frame for k, frame in enumerate(frames)]
    write_reel(tmp_path / "other.mp4", [planes(frame) for frame in jumping])
    failed = command("other.mp4", "-s", "yard.yaml", "-g", "previz", "--strict", cwd=tmp_path)
    assert failed.returncode == 5
    assert failed.stdout.startswith("Yard: other.mp4, 108 frames, compared at 192x108: fail\n3 joins, 4 shots")
    assert "figures fail; the worst is `" in failed.stderr
    rows = [line for line in failed.stdout.splitlines() if line.startswith("front/0 | onward/0")]
    assert any("anchor position" in row and "fail" in row for row in rows)


def test_detectors_have_no_say_where_the_picture_fades(tmp_path):
    """A shot in two segments, which meet while it fades to black."""
    text = YARD.partition("  - shot: onward")[0].replace("duration: 1s", "duration: 5s\n    out: fade 4s")
    shotlist = composer.read(text, "fading.yaml")
    film = composer.compose(shotlist, generator="previz", out=tmp_path / "out", cache=tmp_path / "clips")
    (join,) = composer.measure(film.path, shotlist).joins
    told = figure(join.measures, "cut detectors")
    assert (told.verdict, told.says) == ("not measurable", "the picture fades or dissolves here")


def test_gates_of_the_list_are_its_limits_and_those_told_go_over_them(film):
    gated = composer.read(YARD.replace("places:", "gates: {colour: 0.1dE, position: 9px}\nplaces:", 1), "yard.yaml")
    told = composer.measure(film.path, gated, limits={"anchor position": 8.0}).joins[0].measures
    assert (figure(told, "anchor colour").limit, figure(told, "anchor position").limit) == (0.1, 8.0)
    assert figure(told, "motion").limit == 1.0
