"""CPU seconds that physics takes: 180 s of story with ten things among thirty anchors, each pushed every 10 to 20 s."""

import time

import numpy as np

from composer.geometry import translation
from composer.layout import Layout
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, Matrix, Shape, Solid
from composer.world.ballistics import rolling
from composer.world.physics import Physics

STORY_S, THINGS, ANCHORS = 180.0, 10, 30
KINDS: tuple[tuple[Shape, tuple[float, float, float]], ...] = (
    ("sphere", (0.5, 0.5, 0.5)),
    ("cylinder", (0.6, 0.6, 0.9)),
    ("box", (0.6, 0.6, 0.6)),
)


def measure() -> dict[str, float]:
    """CPU seconds by name."""
    rng = np.random.default_rng(0)
    physics, things = _yard(rng)
    pushes = sorted((t, name) for name in things for t in np.cumsum(rng.uniform(10, 20, 18)) - 10 if t < STORY_S)
    Physics.run(_yard(rng)[0], 1.0)
    start = time.process_time()
    for when, name in pushes:
        physics.run(float(when))
        pose = physics.state(name).T_world_body
        velocity = np.array([*rng.uniform(-2, 2, 2) - pose[:2, 3] / 10, 0.0])
        physics.launch(name, velocity, rolling(things[name], pose, velocity))
    physics.run(STORY_S)
    stepped = time.process_time()
    for name in things:
        physics.record(name).sample(np.arange(0, STORY_S, 1 / 24))
    return {"physics_s": stepped - start, "sampling_s": time.process_time() - stepped}


def _yard(rng: np.random.Generator) -> tuple[Physics, dict[str, Solid]]:
    solids = []
    for i in range(ANCHORS):
        x, y = rng.uniform(-30, 30, 2)
        spot = translation(x, y + np.copysign(15, y), 1.0)
        solids.append(Solid(f"box_{i}", f"box_{i}", FIRST_ANCHOR + i, "box", (2.0, 2.0, 2.0), spot, "brick"))
    things = {}
    for i in range(THINGS):
        shape, size = KINDS[i % len(KINDS)]
        things[f"thing_{i}"] = Solid(
            f"thing_{i}", f"thing_{i}", FIRST_SUBJECT + i, shape, size, _spot(i, size), "steel"
        )
    physics = Physics(Layout("yard", "yard", "concrete", "day", None, None, tuple(solids), {}, {}), things)
    for name, solid in things.items():
        physics.put(name, solid.T_world_solid)
    return physics, things


def _spot(index: int, size: tuple[float, float, float]) -> Matrix:
    pose = translation(2.5 * index - 12, 0, size[0] / 2)
    if size[0] != size[2]:  # a drum lies
        pose[:3, :3] = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]).T
    return pose


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{value:8.2f}  {name}")
