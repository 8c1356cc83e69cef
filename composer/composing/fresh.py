"""Clips that were just made, held until they are delivered, so that they need not be decoded from the store."""

import threading
from collections.abc import Iterable

import numpy as np
from jaxtyping import UInt8

_MOST_BYTES = 192 << 20  # of pictures that wait: a few segments; what would be more is read from the store instead

Pictures = UInt8[np.ndarray, "f h w 3"]


class FreshClips:
    """The frames of clips by segment, as long as there is room. Safe to use from many threads."""

    def __init__(self) -> None:
        self._clips: dict[str, Pictures] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def keep(self, segment_id: str, frames: Pictures) -> None:
        """Hold a copy of `frames`, as a generator may use its array again, unless there is no room for one."""
        with self._lock:
            if self._bytes + frames.nbytes <= _MOST_BYTES:
                self._bytes += frames.nbytes
                self._clips[segment_id] = frames.copy()

    def take(self, segment_id: str) -> Pictures | None:
        """Its frames, which are held no longer; None when they are not here."""
        with self._lock:
            frames = self._clips.pop(segment_id, None)
            self._bytes -= frames.nbytes if frames is not None else 0
        return frames

    def drop(self, segment_ids: Iterable[str]) -> None:
        """Hold these no longer."""
        for segment_id in segment_ids:
            self.take(segment_id)
