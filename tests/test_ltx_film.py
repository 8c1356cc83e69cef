"""A film by a real pipeline of diffusers, tiny and random: a chain inside a shot, a cut with memory, and what reaches the model."""

import numpy as np
import pytest

import composer
from composer import media
from composer.composing.clips import NATIVE
from composer.store import Store, items

LIST = """
size: 96x64
seed: 5
gates: {retakes: 0}
places:
  yard:
    look: yard
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick tower}
      shed: {box: 6 x 4 x 3m, look: green shed, right_of: tower, gap: 3m}
shots:
  - {shot: front, duration: 16f, camera: WS tower shed}
  - {shot: again, duration: 4f, camera: {frame: WS tower shed, from: 170deg}}
"""
OPTIONS = {"steps": 2, "guidance": 1.0, "frames": 17, "keyframes": 2, "prefix_noise": 0.0}


@pytest.fixture(scope="module")
def told(tiny):
    return tiny["ltx"] | OPTIONS


@pytest.fixture(scope="module")
def film(tmp_path_factory, told):
    return rendered(tmp_path_factory.mktemp("film"), told)


def rendered(folder, told, text=LIST):
    return composer.compose(
        composer.read(text, "list.yaml"),
        generator="ltx",
        options=told,
        out=folder,
        cache=folder.with_name(f"{folder.name}-clips"),
    )


def native(film, name):
    """The frames of a segment as the model made them."""
    root = film.folder.with_name(f"{film.folder.name}-clips")
    store = Store(root)
    notes = [store.get(item.key) for item in items(root)]
    (entry,) = [entry for entry in notes if entry.notes.get("segment") == name]
    return np.stack(list(media.read_frames(entry.path(NATIVE))))


def apart(film, other, name):
    return np.abs(native(film, name).astype(int) - native(other, name)).mean()


def test_a_chain_and_a_cut_with_memory_are_planned_and_rendered(film):
    chain, again = film.plan.shots[0].segments, film.plan.shots[1].segments[0]
    assert [(s.prefix, s.prefix_from) for s in chain] == [(0, ""), (9, "front/0"), (9, "front/1")]
    assert not again.prefix
    assert again.memory
    assert {frame.strength for frame in chain[0].keyframes} == {0.3}
    assert min(frame.strength for frame in again.keyframes) > 0.7
    assert film.plan.losses == ("it reads no geometry: places are held by words and keyframes alone",)
    assert [shot.frames.stop for shot in film.plan.shots] == [16, 20]
    assert media.probe(film.path).frames == 20


def test_the_same_film_again_renders_nothing_and_elsewhere_the_same(film, told, tmp_path):
    again = rendered(film.folder, told)
    assert again.kept == len(film.plan.segments)
    elsewhere = rendered(tmp_path, told)
    assert elsewhere.path.read_bytes() == film.path.read_bytes()


def test_what_the_model_is_given_reaches_it(film, told, tmp_path):
    """Seed, keyframes and, through the frames of the clip before, the prefix."""
    other_seed = rendered(tmp_path / "seed", told, LIST.replace("seed: 5", "seed: 6"))
    assert apart(film, other_seed, "front/0") > 1
    fainter = rendered(tmp_path / "sketch", told | {"sketch": 0.1})
    assert apart(film, fainter, "front/0") > 0.1
    blue = rendered(tmp_path / "blue", told, LIST.replace("red brick", "blue"))
    assert apart(film, blue, "again/0") > 0.1


def test_without_prefix_and_keyframes_it_is_told_less(film, told, tmp_path):
    """And the plan says so."""
    text = composer.read(LIST, "list.yaml")
    alone = composer.compose(
        text,
        generator="ltx",
        options=told,
        without=["prefix,keyframes"],
        out=tmp_path / "out",
        cache=tmp_path / "out-clips",
    )
    assert alone.plan.losses == (
        "told not to read prefix",
        "told not to read keyframes",
        "it reads no geometry: places are held by words alone",
    )
    assert not any(s.prefix or s.memory or s.keyframes for s in alone.plan.segments)
    assert apart(film, alone, "front/0") > 0.1
