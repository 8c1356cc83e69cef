"""Plans: exact frames, the generator's grid, prefixes, seeds that other shots cannot touch, declared losses."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.planning import (
    HANDLE_FRAMES,
    PlanOptions,
    draft_size,
    film_frames,
    in_memory,
    memory_candidates,
    native_size,
    plan_film,
    segment_lengths,
    with_memory,
)
from composer.schema import ShotList
from composer.timing import FRAME_RATES, Rates
from composer.types import Capabilities, FrameGrid, SourceFrame

EXACT = Capabilities("exact", "1", "Apache-2.0", grid=FrameGrid(1, 60), prefix=1, seed=True, style=True, invents=False)
MODEL = Capabilities(
    "model",
    "1",
    "Apache-2.0",
    grid=FrameGrid(8, 33),
    size_multiple=32,
    fps=Fraction(16),
    prefix=9,
    channels=frozenset({"depth", "memory"}),
    seed=True,
    prompt=True,
)


def shot_list(*durations, fps="24", **film):
    shots = [
        {"shot": f"s{i:02}", "duration": duration, "camera": "WS tower"} | extra
        for i, (duration, extra) in enumerate(d if isinstance(d, tuple) else (d, {}) for d in durations)
    ]
    return ShotList.model_validate(
        {"fps": fps, "places": {"yard": {"anchors": {"tower": {"box": "4 x 4 x 9m"}}}}, "shots": shots} | film
    )


@given(frames=st.integers(1, 3000), step=st.sampled_from([1, 4, 8]), k=st.integers(2, 20), j=st.integers(0, 1))
def test_segments_lie_on_the_grid_and_cover_the_shot(frames, step, k, j):
    can = replace(MODEL, grid=FrameGrid(step, step * k + 1), prefix=step * j + 1)
    lengths = segment_lengths(frames, can)
    assert all(can.grid.holds(length) for length in lengths)
    covered = sum(lengths) - can.prefix * (len(lengths) - 1)
    assert frames <= covered
    assert covered - frames < step * len(lengths)  # no more than the grid asks for
    assert len(lengths) == 1 or min(lengths) > can.prefix


@pytest.mark.parametrize("rate", FRAME_RATES)
def test_the_film_is_as_long_as_its_durations_together(rate):
    fps = FRAME_RATES[rate]
    plan = plan_film(shot_list("3.3s", "0.7s", "1.111s", "37f", fps=rate), EXACT)
    seconds = Fraction("5.111") + 37 / fps
    assert abs(plan.frames - seconds * fps) <= Fraction(1, 2)
    edges = [shot.frames for shot in plan.shots]
    assert edges[0].start == 0
    assert all(a.stop == b.start for a, b in pairwise(edges))


def test_a_thousand_short_shots_do_not_drift():
    plan = plan_film(shot_list(*["0.35s"] * 1000, fps="29.97"), EXACT)
    assert plan.frames == round(350 * 30000 / 1001)


def test_within_a_shot_each_segment_continues_on_the_one_before():
    (shot,) = plan_film(shot_list("6s"), MODEL).shots
    assert len(shot.segments) > 1
    for before, segment in pairwise(shot.segments):
        assert segment.prefix == MODEL.prefix
        assert segment.prefix_from == before.id
        assert segment.after == (before.id,)
        assert segment.frames.start == before.frames.stop - segment.prefix
    assert shot.segments[0].prefix == 0
    native = Rates(film=Fraction(24), native=Fraction(16)).covering(6 * 24 + HANDLE_FRAMES)
    assert shot.segments[-1].frames.stop >= native


def test_a_state_cut_has_no_prefix_and_last_frames_has():
    one, two, three = plan_film(shot_list("1s", "1s", ("1s", {"join": "last_frames"})), EXACT).shots
    assert (two.segments[0].prefix, two.segments[0].prefix_from) == (0, "")
    opening = three.segments[0]
    assert (opening.prefix, opening.prefix_from, opening.frames.start) == (1, "s01/0", -1)
    assert one.segments[0].after == ()


def test_seeds_survive_what_happens_to_other_shots():
    before = {s.id: s.seed for s in plan_film(shot_list("1s", "9s", seed=7), EXACT).segments}
    longer = {s.id: s.seed for s in plan_film(shot_list("5s", "9s", "2s", seed=7), EXACT).segments}
    assert before.items() <= longer.items() | {("s00/0", before["s00/0"])}
    assert len(set(before.values())) == len(before)
    other = {s.id: s.seed for s in plan_film(shot_list("1s", "9s"), EXACT, PlanOptions(seed=8)).segments}
    assert not set(other.values()) & set(before.values())


def test_a_pinned_seed_survives_renaming():
    first = plan_film(shot_list(("1s", {"seed": 5})), EXACT).segments[0].seed
    renamed = plan_film(shot_list(("1s", {"seed": 5, "shot": "other"})), EXACT).segments[0].seed
    assert first == renamed


def test_memory_is_kept_per_place_light_and_style():
    places = {
        "yard": {"anchors": {"tower": {"box": "4 x 4 x 9m"}}},
        "hall": {"anchors": {"tower": {"box": "4 x 4 x 9m"}}},
    }
    plan = plan_film(
        shot_list(
            "1s",
            ("1s", {"place": "hall"}),
            ("1s", {"place": "yard"}),
            ("1s", {"light": "night"}),
            "1s",
            ("1s", {"join": "independent"}),
            "1s",
            places=places,
        ),
        EXACT,
    )
    assert memory_candidates(plan) == {
        "s00/0": (),
        "s01/0": (),
        "s02/0": ("s00/0",),
        "s03/0": (),
        "s04/0": ("s03/0",),
        "s05/0": (),
        "s06/0": ("s03/0", "s04/0"),
    }


def test_memory_sources_become_dependencies():
    plan = plan_film(shot_list("1s", "1s"), MODEL)
    sourced = with_memory(plan, {"s01/0": [SourceFrame("s00/0", 3), SourceFrame("s00/0", 9)]})
    assert sourced.shots[1].segments[0].after == ("s00/0",)
    assert len(sourced.shots[1].segments[0].memory) == 2


def test_what_a_generator_cannot_take_is_declared():
    blind = replace(MODEL, prefix=0, prompt=False, seed=False, channels=frozenset(), style=False)
    plan = plan_film(shot_list(("4s", {"prompt": "rain"}), styles={"film": "noir"}), blind)
    assert plan.segments[0].losses == (
        "the prompt is not read",
        "it reads no spatial memory: what it invented for this place before is not carried here",
    )
    assert "it cannot continue on final frames: movement and detail may jump here" in plan.segments[1].losses
    assert plan.losses == (
        "styles are not drawn",
        "its 16 frames a second are blended to the film's at 24",
        "it renders 768x448, scaled and cropped to 768x432",
        "it takes no seed: another render gives another film",
        "it reads no geometry: places are held by words alone",
    )
    assert plan_film(shot_list("4s"), EXACT).losses == ()


def test_rates_within_five_percent_map_one_to_one():
    plan = plan_film(shot_list("1s", fps="25"), replace(MODEL, fps=Fraction(24)))
    assert plan.segments[0].fps == 25
    assert plan.losses[0] == "its 24 frames a second are shown one to one at 25"


@given(width=st.integers(32, 2000), height=st.integers(32, 2000), multiple=st.sampled_from([2, 8, 16, 32]))
def test_native_size_covers_the_picture(width, height, multiple):
    native = native_size((2 * width, 2 * height), replace(MODEL, size_multiple=multiple))
    assert native[0] % multiple == native[1] % multiple == 0
    assert Fraction(native[1], native[0]) >= Fraction(height, width)


@pytest.mark.parametrize(
    ("size", "draft"),
    [((768, 432), (384, 216)), ((1920, 800), (384, 160)), ((1080, 1920), (122, 216)), ((320, 180), (320, 180))],
)
def test_a_draft_fits_384_by_216(size, draft):
    assert draft_size(size) == draft


@pytest.mark.parametrize("can", [EXACT, MODEL, replace(MODEL, fps=Fraction(50))])
@pytest.mark.parametrize("fps", ["24", "29.97", "60"])
def test_segments_cover_every_film_frame_once(can, fps):
    plan = plan_film(shot_list("7s", "0.5s", "4s", fps=fps), can)
    for shot in plan.shots:
        ranges = [r for r in (film_frames(shot, s, plan.fps) for s in shot.segments) if r]
        assert (ranges[0].start, ranges[-1].stop) == (shot.frames.start, shot.frames.stop)
        assert all(a.stop == b.start for a, b in pairwise(ranges))


def test_clips_of_large_pictures_are_shorter_and_fit_in_memory():
    large = replace(EXACT, grid=FrameGrid(1, 121))
    assert in_memory(large, (1920, 1080)) == large
    longest = in_memory(large, (4096, 4096)).grid.longest
    assert 30 <= longest <= 42
    assert max(segment_lengths(300, in_memory(large, (4096, 4096)))) <= longest
    huge = in_memory(replace(MODEL, grid=FrameGrid(8, 33), prefix=9), (8192, 2048))
    assert huge.grid.longest == 33
    assert segment_lengths(100, in_memory(replace(MODEL, grid=FrameGrid(8, 161), prefix=9), (8192, 8192)))
