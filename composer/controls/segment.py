"""The controls of one segment, drawn ahead on threads and handed on in order."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import get_args

import numpy as np
from jaxtyping import UInt8

from composer.controls.memory import Memory
from composer.scene import Hits, Scene
from composer.types import Camera, CameraTrack, Channel, ControlFrame, ControlMaps, WorldState, WorldTrack

Shade = Callable[[Hits, Camera, WorldState], UInt8[np.ndarray, "h w 3"]]
"""Looks and light of what a camera sees, as sRGB codes."""

ALL_CHANNELS: frozenset[Channel] = frozenset(get_args(Channel))


@dataclass(frozen=True, eq=False)
class SegmentControls:
    """Implements `types.Controls`: native frames of a segment, prefix included, each drawn when it is asked for.

    Only `channels` are drawn; `previz` needs `shade`; `memory` without a `memory` is black and nowhere valid. The frames
    do not depend on `workers`. Raises `ValueError` when cameras and world differ in length, or a shader is missing.
    """

    scene: Scene
    cameras: CameraTrack
    world: WorldTrack
    channels: frozenset[Channel]
    shade: Shade | None = None
    memory: Memory | None = None
    workers: int = 2

    def __post_init__(self) -> None:
        if len(self.cameras) != len(self.world):
            raise ValueError(f"{len(self.cameras)} cameras for {len(self.world)} world states; expected as many")
        if "previz" in self.channels and self.shade is None:
            raise ValueError("the channel previz needs a shader")

    def __len__(self) -> int:
        return len(self.cameras)

    def frame(self, index: int) -> ControlFrame:
        """Controls of native frame `index`. Raises `IndexError` outside `[0, len)`."""
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of a segment of {len(self)}")
        camera, state = self.cameras[index], self.world[index]
        hits = self.scene.cast(camera, self.cameras.size, state)
        wanted = self.channels
        memory, valid = self._remembered(camera, hits) if "memory" in wanted else (None, None)
        return ControlFrame(
            depth=hits.depth if "depth" in wanted else None,
            normal=hits.normal if "normal" in wanted else None,
            anchor_id=hits.anchor_id if "anchor_id" in wanted else None,
            previz=self.shade(hits, camera, state) if "previz" in wanted and self.shade else None,
            memory=memory,
            memory_mask=valid,
        )

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

        def stacked(name: str) -> np.ndarray | None:
            if not frames or getattr(frames[0], name) is None:
                return None
            return np.stack([getattr(frame, name) for frame in frames])

        return ControlMaps(**{name: stacked(name) for name in (*sorted(ALL_CHANNELS), "memory_mask")})

    def _remembered(self, camera: Camera, hits: Hits) -> tuple[np.ndarray, np.ndarray]:
        if self.memory is None:
            return np.zeros((*hits.depth.shape, 3), np.uint8), np.zeros(hits.depth.shape, np.bool_)
        return self.memory.recall(camera, hits.depth, hits.normal, hits.anchor_id)
