"""The continuity report beside its film: the frames that were compared, the geometry that was declared for them."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import SMALL
from measured_films import MeasuredFilm

import composer
from composer.composing.rehearsal import rehearse
from composer.composing.reporting import Showing, compared, write_report
from composer.media import probe_reel
from composer.schema.report import read_measures
from composer.types import Whereabouts


@pytest.fixture(scope="module")
def film(small_film):
    return MeasuredFilm(rehearse(composer.read(SMALL, "small.yaml")), small_film.plan, small_film.path)


@pytest.fixture(scope="module")
def showing(film):
    return Showing(film.measures, film.rehearsal, film.plan, probe_reel(film.path))


def test_page_and_document_lie_beside_the_film(film, tmp_path):
    written = write_report(film.measures, film.rehearsal, film.plan, probe_reel(film.path), tmp_path)
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
    view = replace(showing, plan=locked).join_view(join)
    assert view.both is None
    assert (view.after == showing.join_view(join).after).all()


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
