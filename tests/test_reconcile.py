"""Reconciling: planted drifts are found and mended to their known sizes, what is none is left alone, what makes worse is refused."""

import cv2
import numpy as np
import pytest

from composer import reconcile
from composer.metrics import Common
from composer.metrics.views import inner
from composer.reconcile import Course, Spots, Tint
from composer.reconcile.judging import colour_of
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, SKY

ALL = np.ones(1)
NONE = Tint(said="nothing")
TOWER, SHED, TANK, KIOSK = range(FIRST_ANCHOR, FIRST_ANCHOR + 4)


def lab(codes):
    return cv2.cvtColor(np.float32(codes[None] / 255), cv2.COLOR_RGB2LAB)[0].astype(float)


def codes_of(rng, cells=200):
    """Colours as a place may show them."""
    return rng.uniform(30, 200, (cells, 3))


def of_anchors(here, there, ids=None):
    return Spots(here, there, np.arange(len(here)) % 4 + FIRST_ANCHOR if ids is None else ids)


def seen(here, there, ids=None):
    """Two pictures that show the same spots all over."""
    ids = np.full(here.shape[:2], TOWER) if ids is None else ids
    every = (ids > SKY) & (ids < FIRST_SUBJECT)
    return Common(here, there, ids, every, inner(every, ids))


def textured(seed=0, size=(144, 96)):
    noise = np.random.default_rng(seed).uniform(0, 1, (size[1], size[0], 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.0)
    return np.asarray(np.clip(128 + (smooth - smooth.mean()) / smooth.std() * 30, 20, 235), np.uint8)


def moved(picture, by):
    h, w = picture.shape[:2]
    way = np.float32([[1, 0, by[0]], [0, 1, by[1]]])
    return cv2.warpAffine(picture, way, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def turned(colours, degrees, chroma=1.0):
    z = (colours[:, 1] + 1j * colours[:, 2]) * chroma * np.exp(1j * np.deg2rad(degrees))
    return np.stack([colours[:, 0], z.real, z.imag], -1)


# --- colour -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strangers", [0.0, 0.3], ids=["alike", "a third are others"])
@pytest.mark.parametrize(("gain", "offset"), [(1.005, 2.0), (1.02, 3.0), (1.1, 0.0), (0.92, -2.0)])
def test_a_planted_gain_is_found(gain, offset, strangers):
    rng = np.random.default_rng(1)
    true = codes_of(rng)
    there, here = lab(true), lab(true * gain + offset)
    changed = rng.random(len(there)) < strangers
    here[changed] = lab(codes_of(rng))[changed]
    found = reconcile.tint(of_anchors(here, there))
    left = np.linalg.norm(found.of_lab(lab(true * gain + offset)) - there, axis=-1)
    assert not found.said
    assert np.percentile(left, 95) <= 0.5, "dE"


@pytest.mark.parametrize(("degrees", "chroma"), [(6, 1.0), (0, 0.9), (-10, 1.05)])
def test_a_turn_of_hue_is_found_where_no_gain_of_channels_makes_it(degrees, chroma):
    there = lab(np.random.default_rng(2).uniform(70, 160, (200, 3)))
    found = reconcile.tint(of_anchors(turned(there, degrees, chroma), there))
    assert found.space == "lab"
    assert np.linalg.norm(found.of_lab(turned(there, degrees, chroma)) - there, axis=-1).max() <= 0.05


def test_an_anchor_that_is_wrong_by_itself_has_no_say():
    """Though it takes most of the picture."""
    rng = np.random.default_rng(3)
    ids = np.repeat([TOWER, SHED, TANK, KIOSK], [120, 30, 30, 30])
    true = codes_of(rng, len(ids))
    there, here = lab(true), lab(true * 1.03)
    here[ids == TOWER] += [6, 14, -10]
    found = reconcile.tint(of_anchors(here, there, ids))
    assert found.alone == (TOWER,)
    others = ids != TOWER
    assert np.linalg.norm(found.of_lab(here[others]) - there[others], axis=-1).max() <= 0.5


def test_noise_in_a_clip_does_not_make_it_greyer():
    """What a regression would do, a little with every clip."""
    rng = np.random.default_rng(2)
    there = lab(codes_of(rng, 4000))
    noisy = [there + rng.normal(0, 7, there.shape) for _ in range(2)]
    found = reconcile.tint(of_anchors(noisy[0] + [2.0, 0, 0], noisy[1]))
    regressed = np.polyfit(noisy[0][:, 1], noisy[1][:, 1], 1)[0]
    assert regressed < 0.96
    np.testing.assert_allclose(np.linalg.svd(np.array(found.matrix), compute_uv=False), 1.0, atol=0.03)


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        (np.full((7, 3), 50.0), np.full((7, 3), 53.0), "7 cells show what is known; expected 24 or more"),
        (np.zeros((0, 3)), np.zeros((0, 3)), "0 cells show what is known; expected 24 or more"),
        (np.full((99, 3), 30.0), np.full((99, 3), 30.05), "the colours are those that are known"),
        (
            np.full((99, 3), 20.0),
            np.full((99, 3), 45.0),
            "the colours are others than those that are known, not drifted from them",
        ),
    ],
    ids=["few", "none", "alike", "others"],
)
def test_what_is_no_drift_is_refused_and_nothing_changes(here, there, said):
    found = reconcile.tint(of_anchors(here, there))
    assert found == Tint(said=said)
    frames = np.random.default_rng(3).integers(0, 256, (3, 8, 8, 3), np.uint8)
    assert reconcile.tinted(frames, found, found, np.ones(3)) is frames


def test_what_would_change_more_than_it_mends_is_refused():
    """Spots that differ by chance alone ask for a change too; what one half of them asks for, the other does not."""
    said = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        true = lab(codes_of(rng, 60))
        noisy = [true + rng.normal(0, 4, true.shape) for _ in range(2)]
        said.append(reconcile.tint(of_anchors(*noisy)).said)
    refused = [words for words in said if words.startswith("it would change ")]
    assert len(refused) >= 36
    assert refused[0] == "it would change 3.15 dE to mend 1.26"


def test_a_blank_picture_has_no_spots():
    """Neither what is cut off at black or white, nor sky, nor subjects, nor what one of the two does not show."""
    picture = np.random.default_rng(5).integers(30, 200, (64, 64, 3), np.uint8)
    ids, every = np.full((64, 64), FIRST_ANCHOR), np.ones((64, 64), bool)

    def count(here=picture, there=picture, ids=ids, where=every):
        return len(reconcile.spots(Common(here, there, ids, where, where)))

    assert count() == 64
    for blank in (np.zeros_like(picture), np.full_like(picture, 255)):
        assert count(here=blank) == count(there=blank) == 0
    assert count(ids=np.full_like(ids, SKY)) == count(ids=np.full_like(ids, FIRST_SUBJECT)) == 0
    assert count(where=~every) == 0
    halves = np.broadcast_to(np.where(np.arange(64) < 32, TOWER, SHED), (64, 64))
    assert count(ids=halves) == 64
    assert count(ids=np.roll(halves, 4, axis=1)) == 80, "a cell of two anchors is two spots"


def test_a_spot_is_the_mean_of_its_cell_and_knows_its_anchor():
    picture = np.random.default_rng(6).integers(30, 200, (8, 16, 3), np.uint8)
    ids, every = np.full((8, 16), KIOSK), np.ones((8, 16), bool)
    found = reconcile.spots(Common(picture, 230 - picture, ids, every, every))
    wanted = cv2.cvtColor(np.float32(picture / 255), cv2.COLOR_RGB2LAB)
    np.testing.assert_allclose(found.here, [wanted[:, :8].mean((0, 1)), wanted[:, 8:].mean((0, 1))], atol=1e-3)
    assert found.anchor_id.tolist() == [KIOSK, KIOSK]


def test_a_clip_is_changed_from_one_end_to_the_other():
    frames = np.full((5, 2, 2, 3), 100, np.uint8)
    start = Tint(offset=(-8.0, 0.0, 0.0))
    end = Tint(matrix=((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.1)), offset=(4.0, 0.0, 0.0))
    made = reconcile.tinted(frames, start, end, np.linspace(0, 1, 5))
    shown = [tuple(frame[0, 0].tolist()) for frame in made]
    assert shown == [(92, 100, 100), (95, 100, 102), (98, 100, 105), (101, 100, 108), (104, 100, 110)]
    assert (frames == 100).all(), "what was made stays as it was"
    np.testing.assert_allclose(reconcile.ramp(7, 3), [0, 0, 0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_array_equal(reconcile.ramp(4, 0), np.ones(4))


def test_what_one_anchor_is_off_by_beside_the_others_is_mended_within_it():
    true = np.asarray(textured(4) // 2 + 60, np.uint8)
    ids = np.repeat([TOWER, SHED, TANK], 48)[None].repeat(96, 0)
    shown = np.asarray(np.clip(true * 1.04, 0, 255), np.uint8)
    shown[:, :48] = np.clip(shown[:, :48] + np.array([16.0, -6.0, -6.0]), 0, 255)
    by = reconcile.mend(reconcile.spots(seen(shown, true, ids)))
    assert list(by.anchors) == [TOWER]
    made = reconcile.mended(shown, ids, by, by, 1.0)
    assert np.abs(made[:, :44].astype(int) - true[:, :44]).mean() <= 1.5
    assert np.abs(made[:, 49:].astype(int) - true[:, 49:]).mean() <= 1.0
    rim = np.abs(made[:, 47].astype(int) - true[:, 47]).mean()
    assert rim > 3, "it fades out towards its rim, not beyond it"
    none = reconcile.Mend(Tint(said="x"))
    np.testing.assert_array_equal(reconcile.mended(shown, ids, none, none, 1.0), shown)


# --- position -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [(0.0, 0.0), (0.3, 0.0), (-0.3, 0.5), (0.5, -0.5), (1.5, 0.7), (-3.0, 2.0)])
@pytest.mark.parametrize("light", [(1.0, 0.0), (0.8, 20.0)], ids=["same light", "other light"])
def test_a_planted_shift_is_found_to_a_twentieth_of_a_pixel(by, light):
    here = np.asarray(moved(textured(), by) * light[0] + light[1], np.uint8)
    np.testing.assert_allclose(reconcile.shift(seen(here, textured())), by, atol=0.05)


def test_where_a_flat_picture_stands_is_not_known():
    flat = np.full((96, 144, 3), 90, np.uint8)
    assert reconcile.shift(seen(flat, flat)) is None
    stripes = np.repeat(textured()[:1], 96, axis=0)
    assert reconcile.shift(seen(stripes, stripes)) is None, "stripes stand anywhere along themselves"


def test_shifts_lie_on_a_line_or_are_none():
    frames = [3, 5, 7, 9]

    def found(*shifts):
        return reconcile.course(frames, [None if one is None else np.array(one, float) for one in shifts])

    steady = found((0.5, 0.0), (0.5, 0.0), None, (0.5, 0.0))
    np.testing.assert_allclose(steady.at(np.array([0.0, 20.0])), [(0.5, 0.0)] * 2)
    growing = found((0.3, -0.3), (0.5, -0.5), (9.0, 9.0), (0.9, -0.9))
    np.testing.assert_allclose(growing.at(np.array([3.0, 9.0])), [(0.3, -0.3), (0.9, -0.9)], atol=0.2)
    assert found((0.1, 0.0), (0.1, 0.0), (0.1, 0.0), (0.1, 0.0)).said == "it stands where it is declared"
    assert found((6, 0), (6, 0), (6, 0), (6, 0)).said == "it stands 6.0 px off; more than 4 is no drift"
    assert found(None, (1, 0), None, None).said == "1 of 4 frames tell where they stand; expected 2 or more"
    assert found((2, 0), (-1, 1), (1, -2), (-2, 1)).said.startswith("its frames tremble by ")
    assert Course(said="x").idle


@pytest.mark.parametrize("by", [(0.3, 0.0), (0.5, -0.5), (1.5, 0.7)])
def test_a_shift_is_taken_back_and_nothing_comes_from_beyond_the_picture(by):
    true = textured()
    ids = np.full(true.shape[:2], TOWER)
    made = reconcile.moved_back(moved(true, by), np.array(by), ids)
    within = np.s_[6:-6, 6:-6]
    assert np.abs(made[within].astype(int) - true[within]).mean() < 1.0
    assert made.min() >= 10, "no black rim"
    assert np.linalg.norm(reconcile.shift(seen(made, true))) < 0.05


def test_bodies_stay_as_they_are():
    true = textured()
    ids = np.full(true.shape[:2], TOWER)
    ids[30:60, 50:80] = FIRST_SUBJECT
    shown = moved(true, (1.5, 0.0))
    made = reconcile.moved_back(shown, np.array([1.5, 0.0]), ids)
    body = ids == FIRST_SUBJECT
    np.testing.assert_array_equal(made[body], shown[body])
    far = cv2.distanceTransform((~body).astype(np.uint8), cv2.DIST_L2, 5) > 16
    far[:, -8:] = False
    assert np.abs(made[far].astype(int) - true[far]).mean() < 1.0


# --- refusals -----------------------------------------------------------------------------------------------------------


def test_colours_that_come_no_nearer_are_refused_in_words():
    true = textured()
    ids = np.repeat([TOWER, SHED], 72)[None].repeat(96, 0)
    off = np.asarray(np.clip(true * 1.05, 0, 255), np.uint8)
    further = np.asarray(np.clip(true * 1.10, 0, 255), np.uint8)
    good = reconcile.judge_colour([seen(off, true, ids)], [seen(true, true, ids)], (), 1.9, {})
    bad = reconcile.judge_colour([seen(off, true, ids)], [seen(further, true, ids)], (), 1.9, {})
    was, now = colour_of([seen(off, true, ids)]), colour_of([seen(further, true, ids)])
    assert good.done
    assert (good.after["worst anchor"], good.after["median anchor"]) == (0.0, 0.0)
    assert not bad.done
    assert bad.said == (
        f"colours left as it was: moved by 1.90 dE: worst anchor {was['worst anchor']:.2f} to {now['worst anchor']:.2f} dE"
        f" and median anchor {was['median anchor']:.2f} to {now['median anchor']:.2f} dE"
    )


def test_one_anchor_that_becomes_worse_refuses_the_change_unless_it_stands_alone():
    true = textured()
    ids = np.repeat([TOWER, SHED, TANK], 48)[None].repeat(96, 0)
    off, made = true.copy(), true.copy()
    off[:, :96] = np.clip(true[:, :96] * 1.05, 0, 255)
    made[:, 96:] = np.clip(true[:, 96:] * 0.95, 0, 255)
    frames = [seen(off, true, ids)], [seen(made, true, ids)]
    assert colour_of(frames[1])["median anchor"] < colour_of(frames[0])["median anchor"]
    assert not reconcile.judge_colour(*frames, (), 1.0, {}).done
    assert reconcile.judge_colour(*frames, (TANK,), 1.0, {}).done


def test_a_background_that_comes_no_nearer_is_refused_in_words():
    true = textured()
    off, further = (seen(moved(true, (by, 0.0)), true) for by in (0.5, 1.5))
    good = reconcile.judge_position([off], [seen(true, true)], 0.5, {})
    bad = reconcile.judge_position([off], [further], 1.0, {})
    assert good.done
    assert good.before["motion"] == pytest.approx(0.5, abs=0.15)
    assert good.said.startswith("background moved by up to 0.50 px: motion 0.")
    assert not bad.done
    assert bad.said.startswith("background left as it was: moved by up to 1.00 px: motion 0.")
    flat = seen(np.full_like(true, 90), np.full_like(true, 90))
    assert (
        reconcile.judge_position([flat], [flat], 1.0, {}).said
        == "no frame shows enough texture to tell whether it helps"
    )


# --- prefixes -----------------------------------------------------------------------------------------------------------


def test_an_altered_prefix_is_told_with_its_worst_anchor_and_its_shift():
    true = np.stack([textured(k) for k in range(3)])
    ids = np.repeat([TOWER, SHED], 72)[None].repeat(96, 0)
    assert reconcile.altered(true, true.copy(), seen(true[-1], true[-1], ids), {}) is None
    back = np.stack([moved(np.asarray(np.clip(frame * 1.05, 0, 255), np.uint8), (0.8, 0.0)) for frame in true])
    back[:, :, :72, 0] = np.clip(back[:, :, :72, 0].astype(float) + 10, 0, 255)
    found = reconcile.altered(true, back, seen(back[-1], true[-1], ids), {TOWER: "tower", SHED: "shed"})
    assert found.far
    assert len(found.codes) == 3
    assert found.anchor == "tower"
    assert found.shift_px == pytest.approx(0.8, abs=0.06)
    assert str(found) == (
        f"prefix came back altered by {max(found.codes):.1f} codes, {found.colour_de:.1f} dE (tower), "
        f"{found.shift_px:.2f} px; the join may step by as much"
    )
    coded = np.clip(true.astype(int) + np.random.default_rng(0).integers(-2, 3, true.shape), 0, 255).astype(np.uint8)
    assert not reconcile.altered(true, coded, seen(coded[-1], true[-1], ids), {}).far, "as a model's own coding may"
    unknown = reconcile.altered(true, back, None, {})
    assert str(unknown) == f"prefix came back altered by {max(unknown.codes):.1f} codes; the join may step by as much"
