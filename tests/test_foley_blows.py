"""Blows: pitches by their formulas, decays by the literature's losses, brightness by hardness, onsets to the sample."""

from math import pi, sqrt

import numpy as np
import pytest

from composer.audio.foley import Body, Ears, Strike, Trail, View, foley
from composer.audio.foley.blows import Blow, pulse
from composer.audio.foley.bodies import modes_of
from composer.audio.foley.matter import MATTER
from composer.audio.foley.shapes import drum, solid_box
from composer.geometry import look_at
from composer.timing import SAMPLE_RATE
from composer.types import MATERIALS

HAMMER = Body("steel", "sphere", (0.03, 0.03, 0.03), 0.1)
FLOOR = Body("concrete", "box", (3.0, 3.0, 0.2))
LITERATURE = {
    "steel": (1e-4, 6e-4),
    "glass": (6e-4, 2e-3),
    "concrete": (4e-3, 8e-3),
    "stone": (5e-3, 1e-2),
    "wood": (8e-3, 1.6e-2),
}
"""Loss factors: see `composer.audio.foley.matter`."""


def bar(material, size_m=(1.0, 0.04, 0.02), held=0.0):
    """A solid bar, hung free."""
    volume = size_m[0] * size_m[1] * size_m[2]
    return Body(material, "box", size_m, MATTER[material].density_kg_m3 * volume, held)


def centroid_hz(sound):
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    return float((np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE) * spectrum).sum() / spectrum.sum())


def falls_60_db_s(sound):
    """Schroeder's backward integral, its slope from -5 to -25 dB."""
    left = np.cumsum(sound[::-1] ** 2)[::-1]
    first, last = (int(np.argmax(left <= left[0] * 10 ** (level / 10))) for level in (-5, -25))
    return 3 * (last - first) / SAMPLE_RATE


def envelope(sound, hz):
    """The size of one pitch of a sound over time."""
    t = np.arange(len(sound)) / SAMPLE_RATE
    shifted = sound * np.exp(-2j * pi * hz * t)
    window = np.hanning(4801) / np.hanning(4801).sum()
    return np.abs(np.convolve(shifted, window, "same"))


def loss_factor(sound, hz):
    """Measured in the sound itself: how fast the mode at `hz` dies, after Wildes and Richards."""
    size = envelope(sound, hz)
    n = np.arange(9600, min(len(sound) - 4800, 48000))
    n = n[size[n] > size[9600] * 1e-2]
    slope = np.polyfit(n / SAMPLE_RATE, np.log(size[n]), 1)[0]
    return -slope / (pi * hz)


def watching(*eyes, stop_s=10.0, cuts=(0.0,), target=(0, 0, 0)):
    """Cameras that stand still at `eyes`, one a cut."""
    views = [
        View(np.array([cut]), look_at(np.array(eye, float), np.array(target, float))[None])
        for eye, cut in zip(eyes, cuts, strict=True)
    ]
    return Ears(tuple(views), stop_s)


def strike(time_s, bodies=(HAMMER, FLOOR), impulse=1.0, at=(0.0, 0.0, 0.0), name="blow"):
    return Strike(name, time_s, bodies, impulse, Trail.still(np.array(at, float)))


def test_a_free_bar_rings_at_euler_and_bernoullis_pitches():
    long, thick, speed = 1.0, 0.01, 5100.0
    hz = np.sort(solid_box((long, 0.011, thick), speed).hz)
    bending = pi * speed * thick / (8 * sqrt(12) * long**2) * np.array([3.0112, 5.0, 7.0]) ** 2
    for pitch in bending:
        assert np.abs(hz / pitch - 1).min() < 0.06  # of a plate as narrow as this, which Poisson's ratio stiffens


def test_a_drums_skin_is_softest_at_a_few_waves_round():
    """Donnell: few waves stretch the skin, many bend it; the lowest pitch lies between."""
    shell = drum(0.6, 0.9, 0.005, 5100.0)
    once = [hz for hz, (m, _) in zip(shell.hz, shell.waves, strict=True) if m == 1][:8]
    assert 0 < int(np.argmin(once)) < 7


@pytest.mark.parametrize("twice", [0.5, 2.0, 3.0])
def test_pitch_falls_as_size_grows(twice):
    small = np.sort(solid_box((0.4, 0.2, 0.02), 5100.0).hz)
    large = np.sort(solid_box((0.4 * twice, 0.2 * twice, 0.02 * twice), 5100.0).hz)
    assert large * twice == pytest.approx(small)


@pytest.mark.parametrize("material", LITERATURE)
def test_decay_is_in_the_range_of_the_literature(material):
    body = bar(material)
    lowest = float(modes_of(body).hz.min())
    low, high = LITERATURE[material]
    sound = Blow((HAMMER, body), 1.0).sound()
    assert low <= loss_factor(sound, lowest) <= high


def test_wood_stone_and_steel_differ_in_brightness_and_decay():
    """Of three plates of one size on the ground: steel is brightest and longest, wood dullest and shortest."""
    sounds = {m: Blow((HAMMER, bar(m, (0.4, 0.2, 0.02), None)), 1.0).sound() for m in ("wood", "stone", "steel")}
    bright = {m: centroid_hz(s) for m, s in sounds.items()}
    lasts = {m: falls_60_db_s(s) for m, s in sounds.items()}
    assert bright["steel"] > 1.2 * bright["stone"] > 1.2 * 1.2 * bright["wood"]
    assert lasts["steel"] > 1.2 * lasts["stone"] > 1.2 * 1.05 * lasts["wood"]


def test_what_is_hit_harder_is_brighter_and_louder():
    body = bar("wood", (0.4, 0.2, 0.02), None)
    soft, hard = (Blow((HAMMER, body), impulse) for impulse in (0.05, 5.0))
    assert hard.contact_s == pytest.approx(soft.contact_s * 100**-0.2)  # Hertz
    assert centroid_hz(hard.sound()) > 1.2 * centroid_hz(soft.sound())
    assert np.abs(hard.sound()).max() > 5 * np.abs(soft.sound()).max()


def test_a_soft_thing_dulls_the_hard_one_it_strikes():
    plate = bar("steel", (0.4, 0.2, 0.02), None)
    ball = Body("rubber", "sphere", (0.07, 0.07, 0.07), 0.15)
    assert centroid_hz(Blow((ball, plate), 0.3).sound()) < 0.5 * centroid_hz(Blow((HAMMER, plate), 0.3).sound())


def test_where_a_blow_falls_decides_which_modes_ring():
    """The lowest mode of a bar moves most at its ends and its middle, and stands still between them."""
    body = bar("steel", (0.5, 0.05, 0.02))
    lowest = float(modes_of(body).hz.min())
    at = {x: Blow((HAMMER, body), 1.0, (None, (x, 0.0, 0.0))).sound() for x in (0.0, 0.5, 1.0)}
    sizes = {x: envelope(sound, lowest)[9600] for x, sound in at.items()}
    assert sizes[0.5] < 0.3 * sizes[0.0]
    assert sizes[0.5] < 0.3 * sizes[1.0]


def test_the_force_of_a_blow_adds_up_to_its_impulse():
    for contact_s in (1e-5, 1e-3, 0.02):
        assert pulse(contact_s).sum() == pytest.approx(1.0)
        assert (pulse(contact_s) > 0).all()


@pytest.mark.parametrize("material", MATERIALS)
@pytest.mark.parametrize("shape", ["box", "cylinder", "sphere", "person", "ramp", "mesh"])
def test_every_body_has_a_sound_that_is_finite_and_ends(material, shape):
    for size, mass in (((0.01, 0.01, 0.02), 1e-3), ((20.0, 10.0, 8.0), None), ((0.6, 0.6, 0.9), 90.0)):
        sound = Blow((HAMMER, Body(material, shape, size, mass)), 1.0).sound()
        assert np.isfinite(sound).all()
        assert sound[0] != 0
        assert abs(sound[-1]) < 1e-3
        assert len(sound) <= 3.1 * SAMPLE_RATE


@pytest.mark.parametrize("time_s", [0.0, 0.25, 1.0000104, 2.34567])
def test_a_blow_begins_at_its_very_sample(time_s):
    track = foley([strike(time_s)], watching((0, -4, 1.6)), 7)
    heard = track.read(0, 4 * SAMPLE_RATE)
    assert int(np.flatnonzero(heard.any(axis=0))[0]) == round(time_s * SAMPLE_RATE)
