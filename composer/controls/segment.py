"""The controls of one segment, drawn ahead on threads and handed on in order."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import InitVar, dataclass, field, fields
from functools import cached_property
from typing import Any, get_args

import numpy as np
from jaxtyping import Bool, UInt8

from composer.controls.appearance import looks_of
from composer.controls.flow import flow, surface
from composer.controls.memory import Memory
from composer.controls.moment import Moment
from composer.controls.onward import onward
from composer.controls.people import pose, skeleton
from composer.controls.recent import Recent
from composer.scene import Hits, Scene
from composer.types import Camera, CameraTrack, Channel, ControlFrame, ControlMaps, Pose, WorldState, WorldTrack

Picture = UInt8[np.ndarray, "h w 3"]
Shade = Callable[[Hits, Camera, WorldState], Picture]
"""Looks and light of what a camera sees, as sRGB codes."""

Parts = Callable[[Hits, Camera, WorldState], tuple[Picture, Picture]]
"""Light and looks apart: grey surfaces in their light, and the reflectance of each, as sRGB codes."""

ALL_CHANNELS: frozenset[Channel] = frozenset(get_args(Channel))
CASTS = 16
"""Frames whose casts are kept: more than any number of workers draws at a time."""


class Casts(Recent[Moment]):
    """What the cameras of a segment see, by frame: what was cast ahead need not be cast again."""

    def __init__(self) -> None:
        super().__init__(CASTS)


@dataclass(frozen=True, eq=False)
class SegmentControls:
    """Implements `types.Controls`: native frames of a segment, prefix included, each drawn when it is asked for.

    Only `channels` are drawn; `previz` needs `shade`, `light` and `albedo` need `parts`; `memory` without a `memory` is
    black and nowhere valid, and so is `carried` without what the prefix shows. `after` is the moment one native frame past
    the last, to which that one's flow leads; without it the last motion goes on. The frames do not depend on `workers`.
    `casts` are what was cast ahead of these very cameras.
    Raises `ValueError` when cameras and world differ in length, or a shader is missing.
    """

    scene: Scene
    cameras: CameraTrack
    world: WorldTrack
    channels: frozenset[Channel]
    shade: Shade | None = None
    memory: Memory | None = None
    workers: int = 2
    after: tuple[Camera, WorldState] | None = None
    parts: Parts | None = None
    carried: Memory | None = None
    casts: InitVar["Casts | None"] = None
    _casts: "Casts" = field(init=False, repr=False)

    def __post_init__(self, casts: "Casts | None") -> None:
        object.__setattr__(self, "_casts", casts or Casts())
        if len(self.cameras) != len(self.world):
            raise ValueError(f"{len(self.cameras)} cameras for {len(self.world)} world states; expected as many")
        if "previz" in self.channels and self.shade is None:
            raise ValueError("the channel previz needs a shader")
        if {"light", "albedo"} & self.channels and self.parts is None:
            raise ValueError("the channels light and albedo need a shader")

    def __len__(self) -> int:
        return len(self.cameras)

    def frame(self, index: int) -> ControlFrame:
        """Controls of native frame `index`, the caller's to write to. Raises `IndexError` outside `[0, len)`."""
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of a segment of {len(self)}")
        now, wanted = self._at(index), self.channels
        hits = now.hits
        drawn: dict[str, Any] = {}
        if "surface" in wanted:
            drawn["surface"] = surface(self.scene, now)
        if "flow" in wanted:
            drawn["flow"], drawn["flow_mask"] = flow(self.scene, now, self._at(index + 1))
        if {"pose", "skeleton"} & wanted:
            people = pose(self.scene, now)
            drawn["pose"] = people if "pose" in wanted else None
            drawn["skeleton"] = skeleton(people, hits) if "skeleton" in wanted else None
        if "looks" in wanted:
            drawn["looks"] = looks_of(self.scene, now.state)
        if {"light", "albedo"} & wanted and self.parts:
            light, albedo = self.parts(hits, now.camera, now.state)
            drawn["light"] = light if "light" in wanted else None
            drawn["albedo"] = albedo if "albedo" in wanted else None
        if "memory" in wanted:
            drawn["memory"], drawn["memory_mask"] = _recalled(self.memory, now)
            solid = np.count_nonzero(hits.geom >= 0)
            drawn["memory_coverage"] = np.count_nonzero(drawn["memory_mask"]) / solid if solid else 0.0
        if "carried" in wanted:
            drawn["carried"], drawn["carried_mask"] = _recalled(self.carried, now)
        return ControlFrame(
            depth=hits.depth.copy() if "depth" in wanted else None,
            normal=hits.normal.copy() if "normal" in wanted else None,
            anchor_id=hits.anchor_id.copy() if "anchor_id" in wanted else None,
            previz=self.shade(hits, now.camera, now.state) if "previz" in wanted and self.shade else None,
            **drawn,
        )

    def _at(self, index: int) -> Moment:
        """Frame `index`, or the one after the last, as it was cast."""

        def cast() -> Moment:
            camera, state = (self.cameras[index], self.world[index]) if index < len(self) else self._beyond
            return Moment(camera, state, self.scene.cast(camera, self.cameras.size, state))

        return self._casts.get(index, cast)

    @cached_property
    def _beyond(self) -> tuple[Camera, WorldState]:
        return self.after or onward(self.cameras, self.world)

    def frames(self, start: int = 0) -> Iterator[ControlFrame]:
        """Frames from `start` on in order; never more than two a worker stand in memory."""
        with ThreadPoolExecutor(self.workers, thread_name_prefix="controls") as pool:
            ahead: deque[Future[ControlFrame]] = deque()
            try:
                for index in range(start, len(self)):
                    ahead.append(pool.submit(self.frame, index))
                    if len(ahead) >= 2 * self.workers:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for future in ahead:
                    future.cancel()

    def stack(self) -> ControlMaps:
        """All frames at once."""
        frames = list(self.frames())
        names = [f.name for f in fields(ControlMaps)]
        return ControlMaps(**{name: _stacked([getattr(frame, name) for frame in frames]) for name in names})


def _recalled(memory: Memory | None, now: Moment) -> tuple[UInt8[np.ndarray, "h w 3"], Bool[np.ndarray, "h w"]]:
    """What a memory shows of what is seen `now`; of none, black and nowhere valid."""
    if memory is not None:
        return memory.recall(now)
    shape = now.hits.depth.shape
    return np.zeros((*shape, 3), np.uint8), np.zeros(shape, np.bool_)


def _stacked(values: Sequence[Any]) -> Any:
    """One channel of all frames."""
    if not values or values[0] is None:
        return None
    if isinstance(values[0], Pose):
        joints = {name: np.stack([getattr(v, name) for v in values]) for name in ("pixels", "depth", "seen", "world")}
        return Pose(values[0].names, values[0].anchor_id, **joints)
    return tuple(values) if isinstance(values[0], dict) else np.stack(values)
