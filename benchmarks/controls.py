"""CPU time of control maps and spatial memory: milliseconds a frame on one thread, least and median over frames."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from composer.controls import MOST_SOURCES, Memory, SourceView
from composer.geometry import intrinsics, look_at, pixel_centres, rotation_z, translation, unproject
from composer.layout import Layout
from composer.scene import Scene
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, BodyState, Camera, Shape, Size, Solid, WorldState

SIZE, FOCAL_PX = (512, 288), 500.0
ANCHORS, FRAMES = 30, 48
SHAPES: tuple[Shape, ...] = ("box", "box", "cylinder", "box", "sphere")


def yard(anchors: int = ANCHORS) -> Scene:
    """A place with `anchors` solids strewn over 50 m x 45 m, and one person who walks."""
    rng = np.random.default_rng(0)
    solids = []
    for i in range(anchors):
        shape = SHAPES[i % len(SHAPES)]
        a, b, c = (float(v) for v in rng.uniform(1, 5, 3))
        size = {"box": (a, b, c), "cylinder": (a, a, c), "sphere": (a, a, a)}[shape]
        T = translation(rng.uniform(-25, 25), rng.uniform(5, 50), size[2] / 2) @ rotation_z(rng.uniform(0, 6))
        solids.append(Solid(f"{shape}_{i}", f"{shape}_{i}", FIRST_ANCHOR + i, shape, size, T, "brick"))
    mara = Solid("mara", "mara", FIRST_SUBJECT, "person", (0.5, 0.5, 1.7), translation(0, 0, 0.85), "docker")
    return Scene(Layout("yard", "yard", "concrete", "day", None, None, tuple(solids), {}, {"mara": mara}))


def moment(frame: int, size: Size = SIZE) -> tuple[Camera, WorldState]:
    """A trucking camera and a walking person at `frame` of 24 a second."""
    t = frame / 24
    eye = np.array([-6 + 2 * t, -8.0, 1.7])
    focal_px = FOCAL_PX * size[0] / SIZE[0]
    walker = BodyState(translation(-2 + 1.4 * t, 1.0, 0.85), np.array([1.4, 0, 0]), np.zeros(3), 6.0 * t)
    camera = Camera(intrinsics(focal_px, size), look_at(eye, eye + np.array([0.5, 20.0, -0.5])))
    return camera, WorldState(frame, {"mara": walker}, t)


def cpu_ms(work: Callable[[int], object], frames: int = FRAMES) -> tuple[float, float]:
    """Least and median milliseconds of this process's CPU that `work` takes for a frame; compiles first."""
    work(0)
    times = []
    for frame in range(frames):
        start = time.process_time()
        work(frame)
        times.append(1e3 * (time.process_time() - start))
    return min(times), median(times)


def measure() -> dict[str, float]:
    """Milliseconds of CPU a frame by name."""
    scene = yard()

    def maps(frame: int, size: Size = SIZE) -> object:
        camera, state = moment(frame, size)
        return scene.cast(camera, size, state)

    def source(frame: int) -> SourceView:
        camera, state = moment(frame)
        hits = scene.cast(camera, SIZE, state)
        spots = unproject(camera, pixel_centres(SIZE), np.where(np.isfinite(hits.depth), hits.depth, 1e3).astype(float))
        return SourceView((spots * 40 % 256).astype(np.uint8), hits.depth, hits.anchor_id, camera)

    memory = Memory([source(12 * k) for k in range(MOST_SOURCES)])
    seen = {frame: scene.cast(moment(frame)[0], SIZE, moment(frame)[1]) for frame in range(FRAMES)}

    def recall(frame: int) -> object:
        hits = seen[frame]
        return memory.recall(moment(frame)[0], hits.depth, hits.normal, hits.anchor_id)

    def spots(frame: int) -> np.ndarray:
        there = seen[frame].geom >= 0
        return unproject(moment(frame)[0], pixel_centres(SIZE)[there], seen[frame].depth[there].astype(float))

    lit = {frame: spots(frame) for frame in range(FRAMES)}

    def shadows(frame: int) -> object:
        return scene.occluded(lit[frame], np.array([0.5, -0.3, 0.6]), moment(frame)[1])

    figures = {
        f"control maps, 512x288, {ANCHORS} anchors": cpu_ms(maps),
        f"control maps, 768x432, {ANCHORS} anchors": cpu_ms(lambda frame: maps(frame, (768, 432))),
        f"control maps, 384x216, {ANCHORS} anchors": cpu_ms(lambda frame: maps(frame, (384, 216))),
        "sun shadows, 512x288": cpu_ms(shadows),
        f"spatial memory, 512x288, {MOST_SOURCES} sources": cpu_ms(recall),
    }
    return {
        f"{name}: {which} ms": value
        for name, pair in figures.items()
        for which, value in zip(("least", "median"), pair, strict=True)
    }


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{value:8.1f}  {name}")
