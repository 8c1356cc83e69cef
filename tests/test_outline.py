"""Where outlines are seen: known moves are found to the pixel, and what cannot be told is not told."""

import cv2
import numpy as np
import pytest

from composer.metrics import outline

H, W = 90, 160
SKY, WALL, BODY, POST = 0, 2, 100, 3


@pytest.fixture
def scene():
    """A body before a wall: textured both, of other colours."""
    rng = np.random.default_rng(4)
    ids = np.full((H, W), WALL)
    mask = np.zeros((H, W), np.uint8)
    cv2.ellipse(mask, (70, 45), (14, 24), 20, 0, 360, 1, -1)
    ids[mask > 0] = BODY
    depth = np.where(ids == BODY, 4.0, 9.0)
    wall = cv2.GaussianBlur(rng.normal(120, 30, (H, W, 3)), (0, 0), 1.5)
    body = np.array([190, 60, 50]) + cv2.GaussianBlur(rng.normal(0, 25, (H, W, 3)), (0, 0), 1.5)
    return ids, depth, wall, body


def shown(scene, dx=0, dy=0):
    ids, _, wall, body = scene
    moved = np.roll(ids == BODY, (dy, dx), (0, 1))
    picture = np.where(moved[..., None], np.roll(body, (dy, dx), (0, 1)), wall)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (4, 0), (-8, 0), (0, 7), (-3, -5)])
def test_a_move_is_found_to_the_pixel(scene, dx, dy):
    found = outline(shown(scene, dx, dy), scene[1], scene[0], (BODY,))
    assert found.offset == pytest.approx((dx, dy), abs=1)
    assert found.px == pytest.approx(np.hypot(dx, dy), abs=1)


def test_what_is_gone_is_not_seen_in_its_place(scene):
    _, depth, wall, _ = scene
    found = outline(np.clip(wall, 0, 255).astype(np.uint8), depth, scene[0], (BODY,))
    assert found is None or found.px > 4


def test_nothing_is_told_of_a_flat_picture_or_of_a_thing_that_is_not_there(scene):
    flat = np.full((H, W, 3), 90, np.uint8)
    assert outline(flat, scene[1], scene[0], (BODY,)) is None
    assert outline(shown(scene), scene[1], scene[0], (BODY + 1,)) is None


def test_where_something_nearer_covers_a_thing_the_outline_is_not_its_own(scene):
    ids, depth, _, _ = scene
    picture = shown(scene)
    ids, depth = ids.copy(), depth.copy()
    ids[:, 60:68], depth[:, 60:68], picture[:, 60:68] = POST, 2.0, (20, 200, 30)
    alone = outline(picture, depth, ids, (BODY,))
    assert alone.offset == (0, 0)
    left_of_post = np.argwhere(ids == BODY)[:, 1] < 60
    assert left_of_post.any()
    whole = outline(shown(scene), scene[1], scene[0], (BODY,))
    assert alone.pixels < whole.pixels


def test_what_lies_over_the_picture_has_no_outline_of_the_thing(scene):
    """A caption across the lower half: its edge is none of the body's."""
    ids, depth, _, _ = scene
    covered = np.zeros((H, W), bool)
    covered[45:] = True
    picture = shown(scene, 6, 0)
    picture[45:] = (255, 255, 255)
    hidden_ids, hidden_depth = np.where(covered, SKY, ids), np.where(covered, np.inf, depth)
    found = outline(picture, hidden_depth, hidden_ids, (BODY,), covered)
    assert found.offset == pytest.approx((6, 0), abs=1)
    with_edge = outline(picture, hidden_depth, hidden_ids, (BODY,))
    assert with_edge.pixels > found.pixels


def test_along_a_straight_edge_the_nearest_place_counts():
    ids = np.full((H, W), WALL)
    ids[:, 60:90] = BODY
    depth = np.where(ids == BODY, 4.0, 9.0)
    picture = np.where((ids == BODY)[..., None], (200, 60, 60), (90, 90, 90)).astype(np.uint8)
    assert outline(picture, depth, ids, (BODY,)).offset == (0, 0)
