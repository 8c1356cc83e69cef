"""What the product itself burns into a film is no fault of its pictures."""

import json

import numpy as np
import pytest

import composer
from composer import media
from composer.composing.burnt import burnt_into
from composer.composing.declaring import Declaration
from composer.composing.rehearsal import rehearse
from composer.types import SKY

SAID = """\
title: Said
fps: 24
size: 256x144
seed: 3
places:
  yard:
    light: day
    anchors:
      tower: {box: 4 x 4 x 7m, look: red brick water tower}
subjects:
  mara: {person: 1.7m, look: woman in a red coat, place: yard, in_front_of: tower, gap: 3m}
shots:
  - shot: front
    place: yard
    duration: 2s
    camera: {frame: WS tower, from: south, height: 2m, move: truck right 1m linear}
    dialogue: {who: mara, line: "Who left that up there?", at: 0.5s}
"""
SIZE = (256, 144)


@pytest.fixture(scope="module")
def shotlist():
    return composer.read(SAID, "said.yaml")


@pytest.fixture(scope="module")
def films(shotlist, tmp_path_factory):
    cache = tmp_path_factory.mktemp("clips")

    def out(name):
        return tmp_path_factory.mktemp(name)

    return {
        "plain": composer.compose(shotlist, out=out("plain"), generator="previz", cache=cache),
        "lines": composer.compose(shotlist, out=out("lines"), generator="previz", cache=cache, subtitles=True),
        "strip": composer.previz(shotlist, out=out("strip"), cache=cache),
    }


def test_the_manifest_says_what_was_burnt_in(films):
    assert {name: burnt_into(film.path) for name, film in films.items()} == {
        "plain": (),
        "lines": ("subtitles",),
        "strip": ("strip",),
    }
    assert json.loads((films["lines"].folder / "manifest.json").read_text())["burnt_in"] == ["subtitles"]
    assert burnt_into(films["lines"].folder / "other.mp4") == (), "it tells of another file"


def test_only_what_lies_over_the_picture_differs_from_the_film_without(films, shotlist):
    """Everything else is left to be measured: nothing is hidden that is not burnt in."""
    plain, lines = (list(media.read_frames(films[name].path)) for name in ("plain", "lines"))
    known = Declaration(rehearse(shotlist), films["lines"].plan, heard=False, burnt=("subtitles",))
    shown = []
    for frame in (0, 20, 30, 47):
        covered = known.geometry(frame, SIZE).covered
        apart = np.abs(plain[frame].astype(int) - lines[frame]).max(axis=-1) > 24
        shown.append(bool(apart.any()))
        assert not (apart & ~covered).any()
        assert covered.mean() < 0.25
        assert (known.geometry(frame, SIZE).anchor_id[covered] == SKY).all()
    assert shown[:3] == [False, True, True]


def test_a_film_with_its_strip_passes_like_the_one_without(films, shotlist):
    found = composer.measure(films["strip"].path, shotlist)
    assert [(one.measure, one.value) for one in found.every if one.verdict == "fail"] == []
    size = found.measured_size
    strip = Declaration(rehearse(shotlist), films["strip"].plan, heard=False, burnt=("strip",))
    covered = strip.geometry(3, size).covered
    assert covered[-4:].all()
    assert not covered[: size[1] // 2].any()
