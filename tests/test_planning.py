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
from composer.shotlist import read
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
        "it renders 768x448 at 16 frames a second, brought to 768x432 at 24 by scaling and blending",
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


SMALL = replace(MODEL, size_multiple=8, pixels=256 * 144, fps=Fraction(12))


@pytest.mark.parametrize(
    ("size", "multiple", "native"),
    [
        ((768, 432), 8, (256, 144)),
        ((768, 432), 16, (256, 144)),
        ((1920, 1080), 8, (256, 144)),
        ((384, 216), 16, (256, 144)),
        ((160, 90), 8, (160, 96)),
        ((640, 480), 8, (216, 168)),
        ((640, 480), 16, (208, 160)),
        ((432, 768), 16, (144, 256)),
        ((1032, 432), 8, (288, 128)),
        ((122, 216), 8, (120, 216)),
        ((6, 4), 8, (8, 8)),
    ],
)
def test_a_small_generator_renders_the_widest_picture_within_its_pixels(size, multiple, native):
    assert native_size(size, replace(SMALL, size_multiple=multiple)) == native


@given(
    width=st.integers(1, 1000),
    height=st.integers(1, 1000),
    multiple=st.sampled_from([2, 8, 16]),
    pixels=st.integers(256, 300_000),
)
def test_few_pixels_are_kept_to_and_none_is_left_that_would_widen_the_picture(width, height, multiple, pixels):
    film, can = (2 * width, 2 * height), replace(SMALL, size_multiple=multiple, pixels=pixels)

    def covering(wide):
        return wide, -(-wide * height // (width * multiple)) * multiple

    native = native_size(film, can)
    assert native == covering(native[0])
    assert native[0] % multiple == 0
    assert native[0] <= max(film[0], multiple)
    assert native[0] * native[1] <= pixels or native[0] == multiple
    wider = covering(native[0] + multiple)
    assert wider[0] > film[0] or wider[0] * wider[1] > pixels


@pytest.mark.parametrize(
    ("can", "fps", "said"),
    [
        (SMALL, "24", "it renders 256x144 at 12 frames a second, brought to 768x432 at 24"),
        (SMALL, "29.97", "it renders 256x144 at 12 frames a second, brought to 768x432 at 29.97"),
        (replace(SMALL, fps=None), "24", "it renders 256x144, brought to 768x432"),
        (replace(SMALL, pixels=None, size_multiple=2), "24", "it renders 12 frames a second, brought to 24"),
    ],
)
def test_how_small_or_slow_pictures_become_the_films_is_declared(can, fps, said):
    plan = plan_film(shot_list("1s", fps=fps), replace(can, style=True))
    assert plan.losses == (f"{said} along the declared geometry",)
    assert {s.size for s in plan.segments} == {plan.native_size}


def test_a_draft_is_no_larger_than_its_draft_size():
    assert plan_film(shot_list("1s"), SMALL, PlanOptions(draft=True)).native_size == (256, 144)
    large = replace(SMALL, pixels=1 << 20)
    assert plan_film(shot_list("1s"), large, PlanOptions(draft=True)).native_size == (384, 216)


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


def test_a_shot_too_short_to_be_continued_is_a_declared_loss():
    """`recall` continues on nine frames at twelve a second: of 17 at 24, nine native ones stand before the cut."""
    text = """
places: {yard: {look: yard, anchors: {hut: {box: 4 x 3 x 3m, look: hut}}}}
shots:
  - {shot: one, duration: %s, camera: WS hut}
  - {shot: two, duration: 1s, join: last_frames, camera: {move: hold}}
"""
    can = Capabilities("c", "1", "MIT", grid=FrameGrid(8, 33), fps=Fraction(12), prefix=9)
    for lasts, prefix in (("16f", 0), ("17f", 9), ("1s", 9)):
        plan = plan_film(read(text % lasts, "short.yaml"), can)
        second = plan.shots[1].segments[0]
        assert second.prefix == prefix, lasts
        said = "it continues on 9 final frames, and the shot before has fewer: movement and detail may jump here"
        assert (said in second.losses) is (prefix == 0)
        assert bool(second.prefix_from) is (prefix > 0)
