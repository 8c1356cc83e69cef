"""Filters of one pole are the ones of the library that they stand in for."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.signal import lfilter

from composer.audio.filters import one_pole


@pytest.mark.parametrize(("before", "zero", "pole"), [(0.4, 0.0, 0.6), (1.0, -0.6, 0.3)])
def test_it_is_the_librarys_filter_to_the_bit(before, zero, pole):
    """In either precision."""
    noise = np.random.default_rng(0).normal(size=5000)
    for sound in (noise, noise.astype(np.float32).astype(float)):
        np.testing.assert_array_equal(one_pole(before, zero, pole, sound), lfilter([before, zero], [1, -pole], sound))


def test_no_render_waits_for_libraries_that_it_may_not_need():
    """Loading these takes as long as drawing ten frames each."""
    slow = ("io", "interpolate", "ndimage", "optimize", "signal", "spatial")
    code = f"import sys, composer.composing.rendering; print([m for m in {slow} if f'scipy.{{m}}' in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
