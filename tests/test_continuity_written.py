"""The continuity report beside its film: the frames that were compared, the geometry that was declared for them."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import SMALL
from measured_films import MeasuredFilm

import composer
from composer.composing.declaring import Declaration
from composer.composing.rehearsal import rehearse
from composer.composing.reporting import Showing, compared, write_report
from composer.media import probe_reel
from composer.report.continuity.illustrating import illustrate
from composer.schema.report import read_measures
from composer.types import Whereabouts

LAYERED = SMALL.replace("styles:", "layers:\n  name: [{text: YARD, at: bottom-left}]\nstyles:")


def declared(film, plan=None):
    return Declaration(film.rehearsal, plan or film.plan, heard=False)


@pytest.fixture(scope="module")
def film(small_film):
    return MeasuredFilm(rehearse(composer.read(SMALL, "small.yaml")), small_film.plan, small_film.path)


@pytest.fixture(scope="module")
def showing(film):
    return Showing(film.measures, declared(film), probe_reel(film.path))


def test_page_and_document_lie_beside_the_film(film, tmp_path):
    written = write_report(film.measures, declared(film), probe_reel(film.path), tmp_path)
    assert [path.name for path in written] == ["report.html", "report.json"]
    assert read_measures(written[1].read_text()) == film.measures
    page = written[0].read_text(encoding="utf-8")
    assert page.count("data:image/webp;base64,") == 8
    source = page.partition('<video src="./')[2].partition('"')[0]
    assert (tmp_path / source).resolve() == film.path.resolve()


def test_it_shows_the_very_frames_of_the_film(film, showing):
    for join in film.measures.joins:
        view = showing.join_view(join)
        assert view.frames == (join.frame - 1, join.frame)
        for frame, picture in zip(view.frames, (view.before, view.after), strict=True):
            near = range(max(frame - 2, 0), min(frame + 3, film.plan.frames))
            apart = [np.abs(picture.astype(int) - film.frames[n]).mean() for n in near]
            own = apart[near.index(frame)]
            assert own < min(apart) + 0.1, (
                "none of its neighbours is more like it; across the cut none is like it at all"
            )
            assert own < 3


def test_the_warp_follows_what_the_shots_declare(film, showing):
    join = film.measures.joins[1]
    view, meant = showing.join_view(join), film.join_view(join)
    assert view.both is not None
    assert (view.both.seen == meant.both.seen).all()
    assert view.both.seen.mean() > 0.3
    seen = [measured for measured in join.measures if measured.things]
    worst = max(seen, key=lambda measured: measured.value / measured.limit).where.thing
    assert view.outline == next(id_ for (_, id_), name in film.names.items() if name == worst)
    assert np.abs(view.both.here.astype(int) - view.both.there)[view.both.inner].mean() < 6


def test_what_nothing_is_known_of_has_frames_and_no_warp(film, showing):
    join = film.measures.joins[1]
    shot = film.plan.shots[2]
    unlike = replace(shot, segments=tuple(replace(segment, unlike=True) for segment in shot.segments))
    locked = replace(film.plan, shots=(*film.plan.shots[:2], unlike))
    view = replace(showing, declared=declared(film, locked)).join_view(join)
    assert view.both is None
    assert (view.after == showing.join_view(join).after).all()


@pytest.fixture(scope="module")
def layered(tmp_path_factory):
    """By the shot that begins at the film's last join or ends there, whichever has a layer: what is shown of that join."""
    shown = {}
    for shot in ("back", "onward"):
        text = LAYERED.replace(f"  - shot: {shot}\n", f"  - shot: {shot}\n    layers: name\n")
        shotlist = composer.read(text, "small.yaml")
        made = composer.compose(shotlist, generator="previz", out=tmp_path_factory.mktemp(shot))
        known = MeasuredFilm(rehearse(shotlist), made.plan, made.path)
        shown[shot] = Showing(known.measures, declared(known), probe_reel(made.path))
    return shown


@pytest.mark.parametrize(("shot", "frame"), [("back", 59), ("onward", 60)])
def test_what_a_layer_covers_is_left_out_and_never_shown_as_a_difference(showing, layered, shot, frame):
    """The join is one that nobody sees; a line of text lies over one of its two frames."""
    over = layered[shot]
    join = over.measures.joins[1]
    plain, view = showing.join_view(join), over.join_view(join)
    covered = over.declared.geometry(frame, over.measures.measured_size).covered
    apart = np.abs(plain.both.here.astype(int) - view.both.here).max(axis=-1) > 24
    apart |= (np.abs(plain.both.there.astype(int) - view.both.there).max(axis=-1) > 24) & view.both.seen
    assert (shot == "onward") == bool(apart.any()), "what is covered before the join is not seen from after it"
    assert covered.sum() > 100
    assert not (view.both.seen & apart).any()
    assert view.covered is not None
    assert not (view.covered & view.both.seen).any()
    lost = plain.both.seen & ~view.both.seen
    assert lost.sum() > 100
    assert (lost & view.covered).sum() > 0.95 * lost.sum(), (
        "what is left out for a layer is told from what is out of sight"
    )
    pictures, bare = illustrate(replace(view, outline=None), 480), illustrate(plain, 480)
    for picture in (pictures.warped, pictures.difference):
        red, green, blue = np.moveaxis(picture[view.covered].astype(int), -1, 0)
        assert (red == green).all()
        assert (green == blue).all()
        assert len(np.unique(red)) == 2, "hatched, whatever is there"
    assert pictures.covered == pytest.approx(view.covered.mean())
    assert bare.covered == 0


def test_the_map_has_every_shot_of_its_place(showing):
    assert [camera.shot for camera in showing.places["yard"].cameras] == ["front", "back", "onward"]
    assert len(showing.places["yard"].cameras[0].position_m) == 24


def test_frames_outside_an_overlap_are_compared(film):
    join = film.measures.joins[0]
    bare = replace(join, measures=())
    assert compared(join) == compared(bare) == (23, 24)
    assert compared(replace(bare, kind="dissolve", frames=(24, 30))) == (23, 30)
    where = Whereabouts("yard", "back", 0, (20, 31))
    assert compared(replace(join, measures=(replace(join.measures[0], where=where),))) == (20, 31)


def test_the_page_says_what_lies_under_layers(layered, tmp_path):
    over = layered["onward"]
    page = over.page(tmp_path)
    share = illustrate(over.join_view(over.measures.joins[1]), 480).covered
    assert f", {share:.0%} under layers" in page
    assert page.count(" under layers") == 1, "of the joins that a layer lies at"
    assert "hatched is where" in page
