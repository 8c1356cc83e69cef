"""CPU time of the measures of continuity: milliseconds a pair of frames, least and median."""

import sys
from itertools import pairwise

import cv2
from controls import FRAMES, cpu_ms, moment, yard

from composer.metrics import View, anchor_colour, anchor_position, common, declared_flow, flicker, motion
from composer.shade import Shader

SIZE = (512, 288)
APART = 6  # frames between the two of a pair
DRAWN = 12


def measure() -> dict[str, float]:
    """Milliseconds of CPU by name, OpenCV on one thread."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _measure()
    finally:
        cv2.setNumThreads(threads)


def _measure() -> dict[str, float]:
    scene, views = yard(), []
    shader = Shader(scene)
    for frame in range(DRAWN):
        camera, state = moment(frame, SIZE)
        hits = scene.cast(camera, SIZE, state)
        views.append(View(shader(hits, camera, state), hits.depth, hits.anchor_id, camera))
    pairs = [common(a, b) for a, b in zip(views, views[APART:], strict=False)]

    def moves(frame: int) -> object:
        three = views[frame % (DRAWN - 2) :][:3]
        return motion([view.image for view in three], [declared_flow(now, after) for now, after in pairwise(three)])

    def warp(frame: int) -> object:
        return common(views[frame % len(pairs)], views[frame % len(pairs) + APART])

    figures = {
        "what two frames share": cpu_ms(warp),
        "colour of anchors": cpu_ms(lambda frame: anchor_colour(pairs[frame % len(pairs)])),
        "position of anchors": cpu_ms(lambda frame: anchor_position(pairs[frame % len(pairs)])),
        "motion, three frames": cpu_ms(moves, FRAMES // 2),
        "flicker, three frames": cpu_ms(lambda frame: flicker(views[frame % (DRAWN - 2) :][:3]), FRAMES // 2),
    }
    return {
        f"{name}, 512x288: {which} ms": value
        for name, pair in figures.items()
        for which, value in zip(("least", "median"), pair, strict=True)
    }


if __name__ == "__main__":
    for name, value in measure().items():
        sys.stdout.write(f"{value:8.1f}  {name}\n")
