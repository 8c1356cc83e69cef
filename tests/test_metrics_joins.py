"""Dissolves, detectors of cuts and what comes back: planted answers are found."""

from fractions import Fraction
from math import isnan

import cv2
import numpy as np
import pytest

from composer.metrics import DETECTORS, CutDetectors, Return, firing, ghosting, returns


def picture(seed, blur=1.5):
    """Blobs a few pixels wide, as a textured wall."""
    noise = np.random.default_rng(seed).normal(size=(144, 256, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), blur)
    return np.clip(128 + 45 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def blend(a, b, share=0.5):
    return np.round((1 - share) * a.astype(float) + share * b).astype(np.uint8)


A, B = picture(1), picture(2)


def test_a_dissolve_of_a_picture_with_itself_ghosts_nothing():
    assert ghosting(A, blend(A, A), A) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_pictures_that_have_nothing_to_do_with_one_another_lose_what_is_predicted(share):
    assert ghosting(A, blend(A, B, share), B, share) == pytest.approx(2 * share * (1 - share), abs=0.03)


def test_ghosting_rises_with_misalignment():
    soft = picture(1, blur=3)
    aside = [np.roll(soft, px, axis=1) for px in (1, 2, 4, 8)]
    found = [ghosting(soft, blend(soft, moved), moved) for moved in aside]
    assert found == sorted(found)
    assert 0.02 < found[0] < 0.1
    assert found[2] > 0.3


def test_of_pictures_without_edges_nothing_is_said():
    plain = np.full_like(A, 90)
    assert isnan(ghosting(plain, plain, plain))


def seen(*images):
    detectors = CutDetectors(Fraction(24))
    for image in images:
        detectors.see(image)
    return detectors.cuts


def test_all_detectors_fire_at_a_cut_and_nowhere_else():
    cuts = seen(*[A] * 12, *[255 - B // 3] * 12)
    assert cuts == dict.fromkeys(DETECTORS, (12,))
    assert firing(cuts, 12) == DETECTORS
    assert firing(cuts, 11) == ()


def test_no_detector_sees_a_small_thing_jump_aside():
    """Why their silence is never enough."""
    moved = A.copy()
    moved[60:90, 132:162] = A[60:90, 100:130]
    assert seen(*[A] * 8, *[moved] * 8) == dict.fromkeys(DETECTORS, ())


def counted(*runs):
    return np.concatenate([np.full(length, count) for count, length in runs])[:, None]


def test_what_left_and_came_back_is_looked_at_where_it_is_seen_best():
    pixels = counted((900, 5), (400, 5), (0, 20), (200, 5), (800, 5), (900, 5))
    assert returns(pixels, least=100, gone=12, reach=8) == (Return(0, 4, 10, 30, 35),)


@pytest.mark.parametrize(
    "runs",
    [
        ((900, 10), (0, 11), (900, 10)),  # gone too shortly
        ((900, 10), (1, 20), (900, 10)),  # a pixel of it is left
        ((900, 10), (0, 20), (50, 10)),  # too little of it comes back
        ((0, 20), (900, 10)),  # it was never there before
        ((900, 10), (0, 20)),  # it never comes back
    ],
)
def test_what_did_not_truly_leave_and_return_is_left_out(runs):
    assert returns(counted(*runs), least=100, gone=12, reach=8) == ()


def test_anchors_return_in_the_order_in_which_they_come_back():
    late = counted((900, 10), (0, 30), (900, 10))
    early = counted((900, 10), (0, 20), (900, 20))
    found = returns(np.concatenate([late, early], axis=1), least=100, gone=12, reach=8)
    assert [(one.anchor, one.again) for one in found] == [(1, 30), (0, 40)]
