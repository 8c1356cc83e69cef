"""The lists in `shotlists/`: each is good, and the long ones are what they say."""

from pathlib import Path

import pytest

import composer
from composer.composing.rehearsal import rehearse

SAMPLES = Path(__file__).parents[1] / "shotlists"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_sample_is_good(path):
    """No fault and no warning."""
    assert [(fault.code, fault.message) for fault in rehearse(composer.load(path)).faults] == []


def test_the_long_take_is_one_shot_of_many_segments():
    plan = composer.plan(composer.load(SAMPLES / "long_take.yaml"))
    assert [shot.shot for shot in plan.shots] == ["morning"]
    assert len(plan.segments) >= 8
    assert plan.frames == 60 * 24


def test_two_minutes_is_a_film_of_many_shots_and_places():
    shotlist = composer.load(SAMPLES / "two_minutes.yaml")
    assert len(shotlist.shots) >= 20
    assert len(shotlist.places) >= 3
    assert 120 <= sum(shot.duration.seconds(shotlist.fps) for shot in shotlist.shots) <= 180
