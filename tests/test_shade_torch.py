"""Shading is written once: the same functions over torch tensors give the same numbers."""

import numpy as np
import pytest

from composer.looks import PATTERNS, look, weather
from composer.shade import lighting, sky_of
from composer.shade.patch import Patch
from composer.shade.patterns import paint
from composer.shade.sky import SKIES, heavens
from composer.shade.surface import Wearing, finish, footprints, rippled
from composer.shade.tones import curved, encoded

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
N = 400
U, V = (RNG.uniform(-5, 5, N).astype(np.float32) for _ in "uv")
WIDTH, ONE = RNG.uniform(0.01, 0.3, N).astype(np.float32), np.ones(N, np.float32)
VIEW = RNG.normal(size=(3, N)).astype(np.float32)
VIEW /= np.linalg.norm(VIEW, axis=0)
RIGHT, UP, SOUTH = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, -1.0, 0.0)


def agree(function, *arrays):
    """`function` of numpy arrays and of tensors, together."""
    ours = function(*arrays)
    theirs = function(*(torch.from_numpy(np.ascontiguousarray(a)) for a in arrays))
    assert isinstance(theirs, torch.Tensor)
    np.testing.assert_allclose(ours, theirs.numpy(), atol=2e-3)


@pytest.mark.parametrize("kind", PATTERNS)
def test_patterns(kind):
    """Masks of every pattern."""
    agree(lambda u, v, w: paint(kind, u, v, w, w, 123_456).second, U, V, WIDTH)


@pytest.mark.parametrize("hour", SKIES)
def test_skies(hour):
    """Everything that stands in the sky, and the fog before it."""
    sky = sky_of(hour, None, None, weather(""))
    agree(lambda d: heavens(sky, d, 1.0, 0.002), VIEW)
    agree(lambda d, one: lighting.air(sky, d * 0 + 0.3, d, one * 9), VIEW, ONE)


@pytest.mark.parametrize(
    "text", ["red brick warehouse", "blue shipping container", "rusty corrugated shed", "wet cobbles"]
)
@pytest.mark.parametrize("kind", ["side", "ground", "top"])
def test_surfaces_and_their_light(text, kind):
    """Surfaces with windows, wear and puddles; sun, steps, mirrors and highlights on them."""
    sky = sky_of("dusk", None, None, weather(""))

    def surface(u, v, w):
        return finish(
            look(text, "x"),
            Patch(kind, u, abs(v), w, w, RIGHT, UP, SOUTH, (10.0, 6.0), front=True),
            Wearing(0.8, 0.0, 0.6),
        )

    agree(lambda u, v, w: surface(u, v, w).albedo, U, V, WIDTH)
    agree(lambda u, v, w, d, one: lighting.lit(sky, surface(u, v, w).albedo, d, one, one, 4), U, V, WIDTH, VIEW, ONE)
    agree(lambda d, one: lighting.mirrored(sky, d, one * 0.5, 0.5, d)[0], VIEW, ONE)


def test_lamps_waves_and_curve():
    """Lamps, their haloes, highlights, ripples, footprints and the film curve."""
    sky, lamp = sky_of("night", None, None, weather("")), lighting.Lamp((1.0, 2.0, 3.0), (1.0, 0.8, 0.5), 0.2, 0)
    step = np.array([0.001, 0, 0], np.float32), np.array([0, 0, 0.001], np.float32)
    agree(lambda d: lighting.from_lamp(lamp, d, SOUTH)[0], VIEW)
    agree(lambda d, one: lighting.haloes(sky, lamp, (0.0, 0.0, 1.0), d, one * 9), VIEW, ONE)
    agree(lambda d: lighting.highlight(sky, SOUTH, d, 0.5), VIEW)
    agree(lambda u, v, w: rippled(u, v, w, 2.0), U, V, WIDTH)
    agree(lambda d, w: footprints(d, w * 9, step, SOUTH, (RIGHT, UP))[0], VIEW, WIDTH)
    agree(lambda u: encoded(curved(abs(u))), U)
