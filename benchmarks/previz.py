"""CPU time of a previz frame, item by item: a quay at dawn, wet, with a lamp, two subjects and fourteen solids."""

import time
from collections.abc import Callable

import cv2
import numpy as np

from composer.geometry import intrinsics, look_at, rotation_z
from composer.layout import Layout
from composer.looks import grade
from composer.scene import Scene
from composer.shade import Shader
from composer.shade.moment import softened
from composer.shade.painting import edge_samples, radiance
from composer.shade.shader import samples_of
from composer.shade.views import edges, view_of
from composer.types import BodyState, Camera, Shape, Size, Solid, WorldState

PREVIZ, DRAFT = (768, 432), (384, 216)
LIMITS_MS = {"previz": 250.0, "draft": 70.0}

_ANCHORS: tuple[tuple[str, str, tuple[float, float, float], tuple[float, float, float], str], ...] = (
    ("warehouse", "box", (20, 10, 8), (0, 0, 0), "red brick warehouse with a slate roof"),
    ("dock", "box", (4, 4, 1.2), (12, 0, 0), "stained concrete loading dock"),
    ("plate", "box", (6, 3, 0.3), (17, 0, 0), "worn steel plate"),
    ("crane", "box", (2.4, 2.4, 14), (31.2, 0, 0), "yellow steel crane tower"),
    ("jib", "box", (16, 1.6, 1.4), (38, 0, 14), "yellow steel crane jib"),
    ("water", "box", (90, 30, 0.1), (0, 26, 0), "black harbour water"),
    ("post", "cylinder", (0.25, 0.25, 5.5), (10, -6, 0), "iron lamp post"),
    *(
        (
            f"containers_{k + 1}",
            "box",
            (6.0, 2.4, 2.6),
            (31.2 - 7 * k, -14.4, 0.0),
            "shipping containers, blue and rust",
        )
        for k in range(5)
    ),
)


def quay() -> Layout:
    """The quay of the harbour film."""
    solids = [_solid(i + 2, *anchor) for i, anchor in enumerate(_ANCHORS)]
    subjects = {
        "mara": _solid(1024, "mara", "person", (0.5, 0.5, 1.7), (14, -7, 0), "docker in an orange oilskin"),
        "barrel": _solid(1025, "barrel", "cylinder", (0.6, 0.6, 0.9), (13, 0, 1.2), "blue steel oil drum"),
    }
    return Layout(
        "quay", "working quay after rain, low mist", "wet concrete", "dawn", None, None, tuple(solids), {}, subjects
    )


def _solid(
    number: int, name: str, shape: Shape, size: tuple[float, float, float], at: tuple[float, float, float], look: str
) -> Solid:
    T = rotation_z(np.pi / 2 if shape == "person" else 0.0)
    T[:3, 3] = at[0], at[1], at[2] + size[2] / 2
    return Solid(
        name, name.partition("_")[0], number, shape, size, T, look, (1.0, 0.72, 0.4) if name == "post" else None
    )


def still(layout: Layout) -> WorldState:
    """Every subject where it begins, at rest."""
    zero = np.zeros(3)
    return WorldState(0, {name: BodyState(s.T_world_solid, zero, zero) for name, s in layout.subjects.items()})


def camera(size: Size) -> Camera:
    """A wide shot from the south-east."""
    return Camera(intrinsics(24 / 36 * size[0], size), look_at(np.array([30.0, -22, 2.2]), np.array([13.0, 0, 3.2])))


def measure(repeats: int = 8) -> dict[str, float]:
    """CPU milliseconds of one thread, the least of `repeats` frames: in all, and item by item at previz size."""
    cv2.setNumThreads(1)
    layout = quay()
    scene, state = Scene(layout), still(layout)
    shader = Shader(scene, grade=grade("35mm film, soft grain, muted teal"))
    figures = {}
    for name, size in (("previz", PREVIZ), ("draft", DRAFT)):
        view = camera(size)
        figures[f"{name}_ms"] = _least(lambda: shader(scene.cast(view, size, state), view, state), repeats)  # noqa: B023 - called at once
    return figures | _items(shader, state, repeats)


def _items(shader: Shader, state: WorldState, repeats: int) -> dict[str, float]:
    eye = camera(PREVIZ)
    hits = shader.scene.cast(eye, PREVIZ, state)
    view = view_of(eye, PREVIZ)
    moment = shader.at(view, state, hits)
    samples = samples_of(view, hits)
    edge = edges(hits.normal, hits.geom)
    at = np.flatnonzero(edge)
    finer = edge_samples(moment, samples.x[at], samples.y[at])
    fine, sun = samples.refined(at, finer), softened(moment.sunlit(samples), edge)
    sun = np.concatenate([sun, moment.sunlit(finer)[len(at) :]])
    light = shader.light(hits, eye, state)
    return {
        "cast_ms": _least(lambda: shader.scene.cast(eye, PREVIZ, state), repeats),
        "mirror_ms": _least(lambda: shader.at(view, state, hits), repeats),
        "shadow_ms": _least(lambda: softened(moment.sunlit(samples), edge), repeats),
        "shading_ms": _least(lambda: radiance(moment, fine, sun), repeats),
        "edges_ms": _least(lambda: moment.sunlit(edge_samples(moment, samples.x[at], samples.y[at])), repeats),
        "grade_ms": _least(lambda: shader.finish(light, state), repeats),
        "edge_share": len(at) / len(samples),
    }


def _least(work: Callable[[], object], repeats: int) -> float:
    work()
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1e3


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:12} {value:8.2f}")
