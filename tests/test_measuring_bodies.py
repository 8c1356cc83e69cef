"""Bodies in the picture: where the story has them, across cuts too, and what the list expects of them as a shot ends."""

from fractions import Fraction

import cv2
import numpy as np
import pytest
from places import camera as plain_camera
from reels import planes, write_reel

import composer
from composer import media
from composer.composing.declaring import Declaration
from composer.composing.rehearsal import rehearse
from composer.measuring.declared import Geometry
from composer.measuring.standing import Standing
from composer.types import FIRST_SUBJECT

COURT = """\
title: Court
fps: 24
size: 256x144
seed: 5
places:
  court:
    light: day
    ground: pale concrete
    anchors:
      wall: {box: 14 x 1 x 4m, look: pale grey concrete wall}
      bin: {box: 0.6 x 0.6 x 1.4m, look: dark green metal, in_front_of: wall, gap: 1m}
subjects:
  mara: {person: 1.7m, look: woman in a red coat, place: court, in_front_of: wall, gap: 2.5m, offset: [-2.5, 0, 0], facing: east}
shots:
  - shot: walk
    place: court
    duration: 2s
    camera: {frame: WS bin, from: south, height: 1.6m, lens: 28mm}
    motion: {mara: walk to bin at 0.9m/s}
    expect: {mara: [near bin 2m, in_frame, facing bin], bin: not near wall 30cm}
  - shot: near
    duration: 1.5s
    camera: {frame: WS mara, from: south-west, height: 1.5m, lens: 35mm}
    motion: {mara: hold for 1s}
    expect: {mara: still}
"""


@pytest.fixture(scope="module")
def shotlist():
    return composer.read(COURT, "court.yaml")


@pytest.fixture(scope="module")
def film(shotlist, tmp_path_factory):
    out = tmp_path_factory.mktemp("court")
    return composer.compose(shotlist, generator="previz", out=out, cache=tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def clean(film, shotlist):
    return composer.measure(film.path, shotlist)


@pytest.fixture(scope="module")
def spoilt(film, shotlist, tmp_path_factory):
    """Measures of the film with the frames that are named changed: what is handed in is the picture and Mara's mask."""
    frames, declared = list(media.read_frames(film.path)), Declaration(rehearse(shotlist), film.plan, heard=False)

    def measured(wanted, change):
        path = tmp_path_factory.mktemp("spoilt") / "film.mp4"
        (path.parent / "plan.json").write_bytes((film.folder / "plan.json").read_bytes())
        changed = list(frames)
        for n in wanted:
            changed[n] = change(frames[n], declared.geometry(n, (256, 144)).anchor_id == FIRST_SUBJECT)
        write_reel(path, [planes(picture) for picture in changed])
        return composer.measure(path, shotlist)

    return measured


def gone(picture, mask):
    """Filled from around."""
    near = cv2.dilate(mask.astype(np.uint8), np.ones((7, 7), np.uint8))
    return cv2.inpaint(picture, near, 4, cv2.INPAINT_TELEA)


def aside(px):
    def moved(picture, mask):
        filled, across = gone(picture, mask), np.roll(mask, px, 1)
        filled[across] = np.roll(picture, px, 1)[across]
        return filled

    return moved


def told(measures, name):
    return [one for one in measures.every if one.measure == name]


def expected(measures):
    return {one.where.thing: one for one in told(measures, "expectation")}


def test_bodies_stand_where_the_story_has_them_on_both_sides_of_a_cut(clean):
    (join,) = told(clean, "body position")
    assert join.verdict == "pass"
    assert join.value <= 1
    assert join.where.frames == (47, 48)
    assert [thing.name for thing in join.things] == ["mara, before", "mara, after"]


@pytest.mark.parametrize(("side", "found"), [(12, False), (24, True)])
def test_bodies_of_which_too_little_is_seen_are_not_looked_for(side, found, film, shotlist, monkeypatch):
    """A share of the picture alone would have a draft tell of bodies that are smaller than how far they are looked for."""
    ids, depth = np.zeros((108, 192), np.int16), np.full((108, 192), 20.0)
    ids[40 : 40 + side, 60 : 60 + side], depth[40 : 40 + side, 60 : 60 + side] = FIRST_SUBJECT, 8.0
    declared = Declaration(rehearse(shotlist), film.plan, heard=False)
    seen = Geometry(depth, ids, plain_camera((0, -10, 2), (0, 0, 1), (192, 108)))
    monkeypatch.setattr(declared, "geometry", lambda *_: seen)
    standing = Standing(declared, (192, 108), Fraction(24))
    standing.look(0, cv2.cvtColor(np.where(ids, 220, 60).astype(np.uint8), cv2.COLOR_GRAY2RGB))
    assert ((FIRST_SUBJECT,) in standing.found[0]) == found


@pytest.mark.parametrize("px", [5, -8])
def test_a_body_that_jumps_at_a_cut_is_told_by_how_far(spoilt, px):
    measures = spoilt(range(48, 54), aside(px))
    (join,) = told(measures, "body position")
    assert join.verdict == "fail"
    assert join.value == pytest.approx(abs(px), abs=1)
    assert join.where.thing == "mara"
    assert {one.verdict for one in expected(measures).values()} == {"pass", "not measurable"}, (
        "both shots end as they should"
    )


def test_expectations_are_held_against_the_picture(clean):
    found = expected(clean)
    assert list(found) == [
        "mara: near bin 2m",
        "mara: in_frame",
        "mara: facing bin",
        "bin: not near wall 30cm",
        "mara: still",
    ]
    assert (
        found["mara: near bin 2m"].verdict == found["mara: in_frame"].verdict == found["mara: still"].verdict == "pass"
    )
    assert {thing.name for thing in found["mara: near bin 2m"].things} == {"mara", "bin"}
    assert found["mara: near bin 2m"].where.frames == (47,), "the last of its shot"
    assert len(found["mara: still"].where.frames) == 2
    assert found["mara: facing bin"].verdict == "not measurable"
    assert found["mara: facing bin"].says == "an outline does not tell which way a thing faces"


def test_what_stands_elsewhere_all_through_a_shot_fails_what_is_expected_of_it(spoilt):
    """A floor that took it for noise would call it not measurable."""
    near = expected(spoilt(range(48), aside(7)))["mara: near bin 2m"]
    assert near.verdict == "fail"
    assert near.value == pytest.approx(7, abs=1)


def test_what_is_gone_as_the_shot_ends_is_not_in_frame(spoilt):
    found = expected(spoilt(range(40, 48), gone))
    assert found["mara: in_frame"].verdict != "pass"
    assert found["mara: near bin 2m"].verdict != "pass"
    assert found["mara: still"].verdict == "pass", "the next shot is as it was"


def test_what_moves_on_is_not_still(spoilt):
    """A quarter of a second before the end it stood elsewhere."""
    assert expected(spoilt(range(77, 80), aside(7)))["mara: still"].verdict == "fail"


def test_the_page_tells_of_it(film, shotlist, tmp_path):
    composer.measure(film.path, shotlist, report=tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "mara: near bin 2m" in page
    assert "body position" in page
