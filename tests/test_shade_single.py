"""Compiled ways through numpy's planes give what the formulae give that torch runs too."""

import numpy as np
import pytest

from composer.looks import Grade, weather
from composer.shade import arrays, lighting, sky_of, surface
from composer.shade.grading import finished
from composer.shade.sky import SKIES, _dome, dome

RNG = np.random.default_rng(2)
N = 3000
PLANES = RNG.normal(size=(3, N)).astype(np.float32)
UNIT = PLANES / np.linalg.norm(PLANES, axis=0)
X, WIDTH = RNG.uniform(-9, 9, N).astype(np.float32), RNG.uniform(0, 1.2, N).astype(np.float32)


def agree(ours, formula, atol=2e-6):
    assert ours.dtype == formula.dtype == np.float32
    np.testing.assert_allclose(ours, formula, atol=atol)


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.8), (9.0, 0.5), (-1.0, 3)])
def test_smooth_steps(low, high):
    """Rising and falling ones."""
    agree(arrays.smooth(low, high, X), arrays._smooth(low, high, X))


@pytest.mark.parametrize("duty", [0.04, 0.5, 0.97])
def test_pulses(duty):
    """Fine ones and ones that a pixel spans; away from jumps, where rounding decides."""
    agree(arrays.pulse(X, WIDTH.clip(0.01), duty), arrays._pulse(X, WIDTH.clip(0.01), duty), atol=1e-4)


def test_dot_products():
    """Of planes, of planes and numbers in either order, of what does not lie side by side, of double precision."""
    other, three = RNG.normal(size=(3, N)).astype(np.float32), (0.3, -0.5, 0.8)
    agree(arrays.dot(PLANES, other), arrays._dot(PLANES, other))
    agree(arrays.dot(three, PLANES), arrays._dot(three, PLANES))
    agree(arrays.dot(PLANES, np.array(three, np.float32)), arrays._dot(PLANES, three))
    agree(arrays.dot(PLANES[:, 5:900], other[:, 5:900]), arrays._dot(PLANES, other)[5:900])
    assert arrays.dot(PLANES.astype(float), three).dtype == np.float64
    assert arrays.dot(three, (1.0, 2.0, 3.0)) == pytest.approx(1.7)


@pytest.mark.parametrize("hour", SKIES)
def test_domes(hour):
    """Above and below the horizon, towards the sun and away."""
    sky = sky_of(hour, None, None, weather(""))
    agree(dome(sky, UNIT), _dome(sky, UNIT), atol=1e-5)


@pytest.mark.parametrize("round_", [False, True])
def test_footprints(round_):
    """Of flat faces, whose axes are three numbers, and of round ones; seen from the front, from behind and aslant."""
    step = np.array([0.002, 1e-4, 3e-4], np.float32), np.array([-2e-4, 4e-4, 0.0025], np.float32)
    up, right, south = UNIT[[1, 2, 0]], UNIT[[2, 0, 1]], UNIT * np.float32(-1)
    faces = (south, (right, up)) if round_ else ((0.6, -0.8, 0.0), ((0.8, 0.6, 0.0), (0.0, 0.0, 1.0)))
    ours, formula = (f(PLANES, WIDTH * 9, step, *faces) for f in (surface.footprints, surface._footprints))
    for one, other in zip(ours, formula, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-6)


def test_mirrors_and_highlights():
    """Dull and shiny surfaces, metal and not, seen from either side."""
    sky, view = sky_of("dawn", None, None, weather("")), UNIT[[1, 2, 0]]
    gloss, metal = RNG.uniform(0, 1, (2, N)).astype(np.float32)
    agree(lighting.highlight(sky, UNIT, view, gloss), lighting._highlight(sky, UNIT, view, gloss), atol=2e-5)
    ours, formula = (f(sky, UNIT, gloss, metal, view) for f in (lighting.mirrored, lighting._mirrored))
    for one, other in zip(ours, formula, strict=True):
        agree(one, other, atol=1e-5)


def test_grain_covers_pictures_wider_than_its_tile():
    """It goes on round its seam, at every place that it may begin."""
    light = np.full((3, 1100, 2100), 0.2, np.float32)
    made = finished(light, Grade(grain=0.1), 1, 7).astype(int)
    assert made.shape == (1100, 2100, 3)
    np.testing.assert_array_equal(made[:, :1000], made[:, 1024:2024])
    assert 4 < made.std() < 60
    assert finished(light, Grade(), 1, 7).std() == 0
