"""Shot lists by chance: whatever they say, a fault with its place or a plan that can be rendered; nothing else."""

import json
import warnings
from random import Random

import numpy as np
import pytest
from films import Film
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import composer
from composer import ShotListError, generators
from composer.composing import rehearse
from composer.planning import PlanOptions, plan_json

CAN = generators.load("previz").capabilities


def read(text):
    """The list, or None when it has faults: each of them located."""
    try:
        return composer.read(text, "chance.yaml")
    except ShotListError as error:
        found = error.faults
    assert all(fault.line and fault.message for fault in found)
    return None


def planned(text):
    """The rehearsal and the plan of a list that passes, else None."""
    shotlist = read(text)
    if shotlist is None:
        return None
    rehearsal = rehearse(shotlist)
    assert all(fault.line and fault.message for fault in rehearsal.faults)
    if any(fault.severity == "error" for fault in rehearsal.faults):
        return None
    return rehearsal, rehearsal.plan(CAN, PlanOptions())


def assert_rigid(poses):
    R = poses[:, :3, :3]
    assert np.isfinite(poses).all()
    np.testing.assert_allclose(R @ R.swapaxes(1, 2), np.broadcast_to(np.eye(3), R.shape), atol=1e-9)
    assert (np.linalg.det(R) > 0).all()


@seed(11)
@settings(max_examples=60, deadline=None, database=None)
@given(st.integers(0, 2**40), st.sampled_from([0.05, 0.3]))
def test_any_list_gives_located_faults_or_a_plan_with_sound_tracks(number, wild):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = planned(Film(Random(number), wild).text())  # noqa: S311 - a seeded fuzz
        if found is None:
            return
        rehearsal, plan = found
        assert plan.frames == sum(len(shot.frames) for shot in plan.shots)
        assert json.loads(json.dumps(plan_json(plan), allow_nan=False))
        for shot in plan.shots:
            camera, world = rehearsal.film_tracks(shot, plan.size)
            assert np.isfinite(camera.K).all()
            assert (camera.K[:, [0, 1], [0, 1]] > 0).all()
            assert_rigid(camera.T_world_camera)
            for body in world.bodies.values():
                assert_rigid(body.T_world_body)
                assert np.isfinite(body.linear_m_s).all()
                assert np.isfinite(body.angular_rad_s).all()
                assert np.isfinite(body.gait_rad).all()


def drawn(numbers, wild):
    """The first lists by chance that pass."""
    for number in numbers:
        text = Film(Random(number), wild).text()  # noqa: S311 - a seeded fuzz
        document = json.loads(text)
        document["size"] = "64x64"
        for shot in document["shots"]:
            shot["duration"] = "1f"
        if planned(json.dumps(document)) is not None:
            yield json.dumps(document)


@pytest.mark.parametrize("wild", [0.1, 0.3])
def test_what_passes_the_check_renders(tmp_path, wild):
    lists = drawn(range(1000), wild)
    for index in range(3):
        film = composer.compose(
            composer.read(next(lists), "chance.yaml"), generator="previz", out=tmp_path / str(index), draft=True
        )
        assert film.path.exists()
