"""CPU time of control maps and spatial memory: milliseconds a frame on one thread, least and median over frames."""

import time
from collections.abc import Callable
from statistics import median
from typing import get_args

import numpy as np

from composer.controls import MOST_SOURCES, Memory, Moment, SegmentControls, SourceView, traces
from composer.geometry import intrinsics, look_at, pixel_centres, rotation_z, translation, unproject
from composer.layout import Layout
from composer.scene import Scene
from composer.shade import Shader
from composer.types import (
    FIRST_ANCHOR,
    FIRST_SUBJECT,
    BodyState,
    BodyTrack,
    Camera,
    CameraTrack,
    Channel,
    Shape,
    Size,
    Solid,
    WorldState,
    WorldTrack,
)

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
        now = Moment(camera, state, hits)
        return SourceView((spots * 40 % 256).astype(np.uint8), now, traces(scene, "day", now))

    memory = Memory(scene, [source(12 * k) for k in range(MOST_SOURCES)])
    seen = {frame: scene.cast(moment(frame)[0], SIZE, moment(frame)[1]) for frame in range(FRAMES)}

    def recall(frame: int) -> object:
        return memory.recall(Moment(*moment(frame), seen[frame]))

    def everything() -> Callable[[int], object]:
        """All controls of a frame, streamed in order on one thread."""
        moments = [moment(frame) for frame in range(FRAMES + 2)]
        walk = [state.bodies["mara"] for _, state in moments]
        poses, speeds = np.stack([b.T_world_body for b in walk]), np.stack([b.linear_m_s for b in walk])
        mara = BodyTrack(poses, speeds, np.zeros_like(speeds), np.array([b.gait_rad for b in walk]))
        cameras = CameraTrack(
            np.stack([c.K for c, _ in moments]), np.stack([c.T_world_camera for c, _ in moments]), SIZE
        )
        world = WorldTrack({"mara": mara}, np.array([state.time_s for _, state in moments]))
        every = frozenset(get_args(Channel))
        return SegmentControls(scene, cameras, world, every, Shader(scene), memory).frame

    def masked(frame: int) -> object:
        return traces(scene, "day", Moment(*moment(frame), seen[frame]))

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
        "shadows of subjects in a source, 512x288": cpu_ms(masked),
        "all controls of a frame, previz and memory too, 512x288": cpu_ms(everything()),
    }
    return {
        f"{name}: {which} ms": value
        for name, pair in figures.items()
        for which, value in zip(("least", "median"), pair, strict=True)
    }


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{value:8.1f}  {name}")
