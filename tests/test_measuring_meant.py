"""Colours that light and haze are meant to change are no fault; the same change by itself is."""

import pytest
from reels import planes, write_reel

import composer
from composer import media
from composer.composing.declaring import Declaration
from composer.composing.rehearsal import rehearse
from composer.metrics import LIMITS, View, anchor_colour, common
from composer.metrics.views import Common, brought

MIST = """\
title: Mist
fps: 24
size: 192x108
seed: 5
places:
  moor:
    light: dawn
    fog: 30m
    ground: wet grass
    anchors:
      barn: {box: 8 x 6 x 5m, look: dark red timber barn}
      stone: {box: 2 x 2 x 3m, look: black basalt, left_of: barn, gap: 3m}
shots:
  - shot: far
    place: moor
    duration: 1s
    camera: {at: [0, -40, 2], frame: barn stone, lens: 60mm}
  - shot: close
    duration: 1s
    camera: {at: [0, -14, 2], frame: barn stone, lens: 24mm}
"""


@pytest.fixture(scope="module")
def shotlist():
    return composer.read(MIST, "mist.yaml")


@pytest.fixture(scope="module")
def film(shotlist, tmp_path_factory):
    out = tmp_path_factory.mktemp("mist")
    return composer.compose(shotlist, generator="previz", out=out, cache=tmp_path_factory.mktemp("clips"))


FAR, CLOSE = 23, 24
SIZE = (192, 108)


@pytest.fixture(scope="module")
def declared(film, shotlist):
    return Declaration(rehearse(shotlist), film.plan, heard=False)


@pytest.fixture(scope="module")
def frames(film):
    return list(media.read_frames(film.path))


def at_the_cut(measures):
    (one,) = (one for one in measures.joins[0].measures if one.measure == "anchor colour")
    return one, {thing.name: thing.value for thing in one.things}


def view(declared, frames, n):
    known = declared.geometry(n, SIZE)
    return View(frames[n], known.depth, known.anchor_id, known.camera)


def test_haze_over_another_distance_is_meant(film, shotlist, declared, frames):
    """As they are, the two frames are farther apart than any limit."""
    plain = anchor_colour(common(view(declared, frames, FAR), view(declared, frames, CLOSE)))
    assert max(figure.value for figure in plain) > 2 * LIMITS["anchor colour"].value
    told, _ = at_the_cut(composer.measure(film.path, shotlist))
    assert told.verdict == "pass"


def test_what_changes_beyond_that_is_no_less_a_fault(film, shotlist, declared, frames, tmp_path):
    """The stone turns red at the cut."""
    (tmp_path / "plan.json").write_bytes((film.folder / "plan.json").read_bytes())
    stone = next(number for number, name in declared.names("moor").items() if name == "stone")
    changed = list(frames)
    for n in range(CLOSE, len(frames)):
        changed[n] = frames[n].copy()
        changed[n][declared.geometry(n, SIZE).anchor_id == stone] = (140, 50, 45)
    write_reel(tmp_path / "film.mp4", [planes(picture) for picture in changed])
    told, by_name = at_the_cut(composer.measure(tmp_path / "film.mp4", shotlist))
    assert told.verdict == "fail"
    assert told.where.thing == "stone"
    assert by_name["stone"] > 2 * by_name["barn"]


def test_what_keeps_its_colour_where_it_might_change_is_no_fault_either(declared, frames):
    """A film without that haze: both frames alike pass, whatever was drawn."""
    far, close = view(declared, frames, FAR), view(declared, frames, CLOSE)
    both = brought(far, close)
    alike = Common(both.there, both.there, both.anchor_id, both.seen, both.inner)
    assert max(figure.value for figure in anchor_colour(alike, lambda: both)) < 0.01


def test_the_figure_never_rises_by_what_is_drawn(declared, frames):
    both = common(view(declared, frames, FAR), view(declared, frames, CLOSE))
    drawn = brought(*(View(declared.drawn(n, SIZE), *as_declared(declared, n)) for n in (FAR, CLOSE)))
    plain, meant = anchor_colour(both), anchor_colour(both, lambda: drawn)
    assert [figure.anchor_id for figure in meant] == [figure.anchor_id for figure in plain]
    assert all(b.value <= a.value for a, b in zip(plain, meant, strict=True))


def as_declared(declared, n):
    known = declared.geometry(n, SIZE)
    return known.depth, known.anchor_id, known.camera
