"""The sound of a film against its plan and its story, as it is mixed and as it is not: nothing renders."""

from dataclasses import dataclass

import numpy as np
import pytest

import composer
from composer.composing.declaring import Declaration
from composer.composing.rehearsal import rehearse
from composer.measuring import Judge
from composer.measuring.hearing import Hearing
from composer.timing import SAMPLE_RATE
from composer.types import Whereabouts

LIST = """\
size: 128x72
places:
  deck:
    ground: steel
    ambience: [wind]
    anchors: {hatch: {box: 2 x 1 x 1m, look: steel hatch, at: [0, 0]}}
    marks: {far: {at: [4, -2]}}
subjects:
  ball: {sphere: 0.5m, mass: 0.6kg, look: steel ball, at: [-4, -2]}
shots:
  - {shot: throw, duration: 2s, camera: {frame: WS hatch, from: south}, motion: {ball: throw to far in 0.9s}}
  - {shot: after, duration: 2s, camera: {frame: WS hatch, from: west}}
"""
WHERE = Whereabouts("deck", "after", 0, (47, 48))
LENGTH = 4 * SAMPLE_RATE
CUT = 2 * SAMPLE_RATE


@dataclass(frozen=True, eq=False)
class Held:
    """Sound in memory."""

    samples: np.ndarray

    def read(self, start, stop):
        heard = np.zeros((2, stop - start))
        found = self.samples[:, start:stop]
        heard[:, : found.shape[1]] = found
        return heard


@pytest.fixture(scope="module")
def declared():
    shotlist = composer.read(LIST, "deck.yaml")
    return Declaration(rehearse(shotlist), composer.plan(shotlist, generator="previz"), heard=True)


@pytest.fixture(scope="module")
def mixed(declared):
    return np.asarray(declared.planned(0, LENGTH), np.float64)


def heard(declared, samples):
    hearing = Hearing(declared, declared.plan.fps, Judge())
    hearing.listen(Held(samples), LENGTH)
    join = {one.measure: one for one in hearing.at_join(0, WHERE, faded=False)}
    return join, next(hearing.in_shot(0), None)


def test_a_film_sounds_as_it_is_planned(declared, mixed):
    join, offset = heard(declared, 0.5 * mixed)
    assert {name: one.verdict for name, one in join.items()} == dict.fromkeys(
        ("click", "fade dip", "loudness step"), "pass"
    )
    assert join["loudness step"].value == pytest.approx(0, abs=0.01)
    assert offset.verdict == "pass"
    assert offset.value < 5


@pytest.mark.parametrize(("late_ms", "verdict"), [(20, "pass"), (40, "fail"), (-40, "fail"), (80, "fail")])
def test_sound_that_parts_from_the_blows_is_measured(declared, mixed, late_ms, verdict):
    _, still = heard(declared, mixed)
    _, moved = heard(declared, np.roll(mixed, round(late_ms * SAMPLE_RATE / 1000), axis=1))
    assert moved.verdict == verdict
    assert float(moved.things[0].value) - float(still.things[0].value) == pytest.approx(late_ms, abs=1)


def test_a_shot_in_which_nothing_strikes_has_no_offset(declared, mixed):
    hearing = Hearing(declared, declared.plan.fps, Judge())
    hearing.listen(Held(mixed), LENGTH)
    assert list(hearing.in_shot(1)) == []


def test_silence_tells_nothing_of_clicks_and_of_blows(declared, mixed):
    join, offset = heard(declared, np.zeros_like(mixed))
    assert join["click"].verdict == "not measurable"
    assert offset.verdict == "not measurable"
    assert offset.value is None


def test_a_hole_at_a_cut_is_a_dip(declared):
    holed = 0.05 * np.random.default_rng(1).normal(size=(2, LENGTH))
    holed[:, CUT - 480 : CUT + 480] *= 0.01
    join, _ = heard(declared, holed)
    assert join["fade dip"].value == pytest.approx(40, abs=1)
    assert join["fade dip"].verdict == "fail"


@pytest.mark.parametrize("fallen", [True, False])
def test_a_dip_that_is_planned_is_none(declared, fallen):
    """A gull that falls silent at a cut."""
    plain = 0.05 * np.random.default_rng(1).normal(size=(2, LENGTH))
    holed = plain.copy()
    holed[:, CUT - 480 : CUT + 480] *= 0.01

    class Falling(Declaration):
        def planned(self, start, stop):
            return holed[:, start:stop]

    join, _ = heard(Falling(declared.rehearsal, declared.plan, heard=True), holed if fallen else plain)
    assert join["fade dip"].verdict == "pass"
    assert (abs(join["fade dip"].value) < 1e-6) is fallen


def test_of_sound_that_the_plan_does_not_know_no_step_is_told(declared, mixed):
    unknown = Declaration(declared.rehearsal, declared.plan, heard=False)
    join, _ = heard(unknown, mixed)
    step = join["loudness step"]
    assert (step.verdict, step.value) == ("not measurable", None)
    assert step.says == "the plan does not know how loud this sound is"
