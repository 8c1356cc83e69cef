"""Laws of rigid motions and pinhole cameras."""

from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer import geometry as g
from composer.types import Camera

metres = st.floats(-100, 100)
points = st.tuples(metres, metres, metres).map(np.array)
angles = st.floats(-2 * pi, 2 * pi)


@given(points, points, angles)
def test_a_motion_and_its_inverse_cancel(position, p, angle):
    T = g.rotation_z(angle) @ g.translation(*position)
    assert np.allclose(g.transform(g.invert(T), g.transform(T, p)), p, atol=1e-9)
    assert np.allclose(g.invert(np.stack([T, np.eye(4)]))[0] @ T, np.eye(4), atol=1e-9)


@given(angles, angles)
def test_turns_about_z_add_up(a, b):
    assert np.allclose(g.rotation_z(a) @ g.rotation_z(b), g.rotation_z(a + b))


def test_a_quarter_turn_takes_east_to_north():
    assert np.allclose(g.rotation_z(pi / 2)[:3, :3] @ [1, 0, 0], [0, 1, 0])


@given(points, points, angles)
def test_look_at_puts_the_target_in_the_middle_of_an_upright_picture(eye, target, roll):
    if np.linalg.norm(target - eye) < 1e-3:
        return
    T = g.look_at(eye, target, roll)
    R = T[:3, :3]
    assert np.allclose(R.T @ R, np.eye(3), atol=1e-9)
    assert np.linalg.det(R) == pytest.approx(1)
    pixel, depth = g.project(Camera(g.intrinsics(500, (640, 360)), T), target)
    assert np.allclose(pixel, [320, 180], atol=1e-4)
    assert depth == pytest.approx(np.linalg.norm(target - eye))


def test_a_level_camera_looking_north_has_east_on_its_right_and_the_ground_below():
    R = g.look_at(np.zeros(3), np.array([0.0, 1, 0]))[:3, :3]
    assert np.allclose(R, np.column_stack([[1, 0, 0], [0, 0, -1], [0, 1, 0]]))


def test_roll_turns_the_camera_clockwise_seen_from_behind():
    R = g.look_at(np.zeros(3), np.array([0.0, 1, 0]), roll_rad=pi / 2)[:3, :3]
    assert np.allclose(R[:, 0], [0, 0, -1])


def test_straight_down_the_top_of_the_picture_is_north():
    T = g.look_at(np.array([3.0, 4, 10]), np.array([3.0, 4, 0]))
    pixel, _ = g.project(Camera(g.intrinsics(100, (200, 100)), T), np.array([3.0, 5, 0]))
    assert np.allclose(pixel, [100, 40])


def test_looking_at_oneself_is_refused():
    with pytest.raises(ValueError, match="cannot look at the point it stands on"):
        g.look_at(np.ones(3), np.ones(3))


@given(points, st.floats(0, 640), st.floats(0, 360), st.floats(0.1, 1e4))
def test_project_undoes_unproject(eye, u, v, depth):
    camera = Camera(g.intrinsics(450, (640, 360)), g.look_at(eye, eye + np.array([1.0, 2, -0.3])))
    pixel, again = g.project(camera, g.unproject(camera, np.array([u, v]), np.array(depth)))
    assert np.allclose(pixel, [u, v], atol=1e-6)
    assert again == pytest.approx(depth)


def test_pixel_centres_are_at_half_integers():
    centres = g.pixel_centres((3, 2))
    assert centres.shape == (2, 3, 2)
    assert centres[0, 0].tolist() == [0.5, 0.5]
    assert centres[1, 2].tolist() == [2.5, 1.5]
