"""How the embedded generator is judged: planted cases whose figures are known."""

import sys
from importlib import import_module
from math import inf, isnan
from pathlib import Path

import numpy as np
import pytest

from composer.training.judging import (
    anchor_means,
    apart,
    chance_of,
    chroma,
    counted,
    coverage,
    drifts,
    energy,
    interval,
    mean,
    psnr,
    quarter,
    quarter_where,
    recovery,
    ssim,
)

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
H, W = 24, 32


@pytest.fixture
def clip():
    return np.random.default_rng(0).integers(0, 256, (2, H, W, 3), dtype=np.uint8)


def bricks(count=2):
    """Two anchors, 2 on the left and 3 on the right, of stripes that no blur keeps."""
    frames = np.full((count, H, W, 3), 90, np.uint8)
    frames[:, ::2] += 60
    frames[:, :, W // 2 :, 0] += 40
    ids = np.full((count, H, W), 2, np.int16)
    ids[:, :, W // 2 :] = 3
    return frames, ids


def test_equal_pictures_are_as_good_as_it_gets(clip):
    assert (psnr(clip, clip), apart(clip, clip)) == (60.0, 0.0)
    assert ssim(clip, clip) == pytest.approx(1.0)


def test_an_error_of_ten_codes_is_28_db():
    a = np.full((1, H, W, 3), 100, np.uint8)
    assert psnr(a, a + np.uint8(10)) == pytest.approx(20 * np.log10(255 / 10), abs=1e-4)


def test_covered_pixels_and_holes_are_judged_apart(clip):
    covered = np.zeros(clip.shape[:3], bool)
    covered[:, :, : W // 2] = True
    made = clip.copy()
    made[~covered] = 255 - made[~covered]
    assert psnr(made, clip, covered) == 60.0
    assert psnr(made, clip, ~covered) < 12
    assert ssim(made, clip, covered) > ssim(made, clip, ~covered)
    assert isnan(psnr(made, clip, np.zeros_like(covered)))


def test_a_quarter_forgives_where_a_pattern_lies_but_not_its_colour():
    frames, _ = bricks()
    shifted = np.roll(frames, 1, axis=1)
    assert psnr(frames, shifted) < 15
    assert psnr(quarter(frames), quarter(shifted)) == 60.0
    assert psnr(quarter(frames), quarter(frames + np.uint8(10))) < 30


def test_a_quarter_pixel_is_a_hole_only_when_all_of_it_is():
    holes = np.ones((1, 8, 9), bool)
    holes[0, 3, 3] = False
    assert quarter_where(holes).tolist() == [[[False, True], [True, True]]]


def test_blur_and_grey_are_seen():
    frames, _ = bricks()
    flat = np.broadcast_to(frames.mean(axis=1, keepdims=True), frames.shape).astype(np.uint8)
    assert energy(flat) < 0.1 * energy(frames)
    grey = np.broadcast_to(frames.mean(axis=-1, keepdims=True), frames.shape).astype(np.uint8)
    assert chroma(grey) == pytest.approx(0, abs=0.2)
    assert chroma(frames) > 3


def test_an_anchor_drifts_by_what_was_planted_from_the_first_clip_that_shows_it():
    frames, ids = bricks()
    later = frames.copy()
    later[ids == 3] += np.array([30, 0, 0], np.uint8)
    means = [anchor_means(clip, ids) for clip in (frames, later, frames)]
    found = drifts(means)
    planted = np.linalg.norm(anchor_means(later, ids)[3] - means[0][3])
    assert set(found) == {(1, 2), (1, 3), (2, 2), (2, 3)}
    assert found[1, 3] == pytest.approx(planted)
    assert planted > 8
    assert found[1, 2] == found[2, 2] == found[2, 3] == 0


def test_neither_ground_sky_bodies_nor_specks_are_anchors():
    frames, ids = bricks()
    ids[ids == 3] = 1
    assert set(anchor_means(frames, ids)) == {2}
    ids[ids == 1] = 1030
    ids[:, :10, :3] = 5
    assert set(anchor_means(frames, ids)) == {2}


def test_coverage_is_the_share_of_an_anchors_pixels():
    _, ids = bricks()
    mask = np.zeros(ids.shape, bool)
    mask[:, :, : W // 4] = True
    assert coverage(ids, mask) == {2: 0.5, 3: 0.0}


def test_recovery_is_one_at_the_floor_and_nothing_without_effect():
    assert recovery(none=10, full=2, floor=2) == 1
    assert recovery(none=10, full=10, floor=2) == 0
    assert recovery(none=10, full=6, floor=2) == 0.5
    assert isnan(recovery(none=2, full=2, floor=2))


def test_a_grey_arm_wins_nothing():
    """All grey: no drift at all, so full recovery; but its sharpness voids it."""
    frames, ids = bricks()
    grey = np.full_like(frames, 120)
    drift = mean(list(drifts([anchor_means(grey, ids)] * 3).values()))
    won = recovery(none=10, full=drift, floor=1)
    assert won > 1
    assert isnan(counted(won, energy(grey) / energy(frames)))
    assert counted(won, 0.6) == won


def test_an_interval_holds_the_mean_and_is_the_same_twice():
    values = {"it": np.random.default_rng(3).normal(5, 1, 40)}
    low, high = interval(values, lambda means: means["it"])
    assert low < values["it"].mean() < high
    assert high - low == pytest.approx(2 * 1.96 / 40**0.5, rel=0.35)
    assert interval(values, lambda means: means["it"]) == (low, high)
    lonely = {"it": np.append(values["it"], np.nan)}
    assert all(np.isfinite(interval(lonely, lambda means: means["it"])))


def test_arms_are_drawn_together():
    """Two arms that differ by 1 in every place differ by 1 for certain, however much places differ."""
    places = np.random.default_rng(4).normal(0, 100, 20)
    low, high = interval({"a": places, "b": places + 1}, lambda means: means["b"] - means["a"])
    assert low == pytest.approx(1)
    assert high == pytest.approx(1)


def test_chance():
    assert chance_of(np.full(12, 3.0)) < 0.001
    assert chance_of(np.array([1.0, -1.0] * 6)) > 0.4
    assert chance_of(np.full(12, -3.0)) > 0.99
    gains = np.random.default_rng(5).normal(0.5, 1, 12)
    assert chance_of(gains) == chance_of(gains)


def test_a_figure_of_nothing_is_nothing():
    assert isnan(mean([]))
    assert isnan(mean([inf, float("nan")]))
    assert isnan(chance_of(np.array([np.nan])))


@pytest.fixture
def embedded_lists(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield import_module("embedded_lists")
    sys.modules.pop("embedded_lists")


def test_the_lists_are_frozen(embedded_lists, monkeypatch, tmp_path):
    lists = embedded_lists.frozen()
    assert len(lists) == embedded_lists.PLACES
    assert all(int(line["seed"]) < 10_000 for line in lists), "held out from training"
    changed = tmp_path / "embedded.jsonl"
    changed.write_text(embedded_lists.LISTS.read_text().replace("1.5s", "1.6s", 1))
    monkeypatch.setattr(embedded_lists, "LISTS", changed)
    with pytest.raises(SystemExit, match="has the digest"):
        embedded_lists.frozen()
