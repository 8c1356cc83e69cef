"""The native clips of a film: in the store, and readable from the moment they are made, before they are written."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8
from safetensors.numpy import load_file, save_file

from composer import media
from composer.composing.clip_sounds import keep_sound, made_sound
from composer.run import Listener, Nobody, spanning
from composer.store import Entry, Store, digest
from composer.timing import FrameRange
from composer.types import Clip, SegmentPlan

NATIVE, HANDOVER = "clip.mkv", "handover.safetensors"
"""Names in a store entry: what the generator made, lossless; and what the next clip is given beside pictures."""

_MOST_BYTES = 192 << 20  # of pictures that wait to be delivered: what would be more is read from the store instead
_MOST_UNWRITTEN = 2  # clips: a generator that is faster than the disk waits for it

Pictures = UInt8[np.ndarray, "f h w 3"]


class Clips:
    """Native clips by segment, and takes of one by names of their own until one of them is chosen; each is written on a
    thread while the next one is made. Safe to use from many threads.
    """

    def __init__(self, store: Store, film: str = "", listener: Listener | None = None) -> None:
        self.store, self.film, self.listener = store, film, listener or Nobody()
        self._entries: dict[str, Future[Entry]] = {}
        self._contents: dict[str, str] = {}
        self._held: dict[str, Pictures] = {}
        self._handed: dict[str, Mapping[str, Any]] = {}
        self._chosen: dict[str, str] = {}  # the names of takes, by segment
        self._unwanted: set[str] = set()
        self._unwritten: deque[Future[Entry]] = deque()
        self._lock = threading.Lock()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="natives")

    def close(self) -> None:
        """Wait until all that was made is on disk."""
        self._writer.shutdown()

    def settle(self) -> None:
        """Have all that was made on disk. Raises `StorageError` when some of it could not be written."""
        with self._lock:
            unwritten = list(self._unwritten)
        for entry in unwritten:
            entry.result()

    def find(self, segment_id: str, key: str) -> bool:
        """Take the clip of a segment from the store, when it is there."""
        entry = self.store.get(key)
        if entry is None:
            return False
        done: Future[Entry] = Future()
        done.set_result(entry)
        self._chosen.pop(segment_id, None)
        self._entries[segment_id], self._contents[segment_id] = done, entry.notes["content"]
        return True

    def keep(self, segment: SegmentPlan, key: str, clip: Clip, name: str = "") -> None:
        """Have a clip written, and hold a copy of it until it is both written and delivered, as far as there is room:
        a generator may use its arrays again. One that is a take among others has a `name` of its own.

        Raises `StorageError` when an earlier one could not be written.
        """
        heard = made_sound(clip.audio)
        self._make_room()
        held = clip.frames.copy()
        handed = {name: np.array(value) for name, value in clip.handover.items()}
        content = digest(held, heard, handed)
        keep_heard = keep_sound(heard)

        def write(folder: Path) -> Mapping[str, Any]:
            media.write_lossless(folder / NATIVE, held, segment.fps)
            if handed:
                save_file(handed, folder / HANDOVER)
            keep_heard(folder)
            notes = {"seed": segment.seed, "provenance": dict(clip.provenance)}
            return {"film": self.film, "segment": segment.id, "content": content, **notes}

        name = name or segment.id
        with self._lock:
            self._held[name], self._handed[name] = held, handed
            self._contents[name] = content
            entry = self._writer.submit(self._put, name, key, write)
            self._entries[name] = entry
            self._unwritten.append(entry)

    def choose(self, segment_id: str, name: str) -> None:
        """Have a take that is there be the clip of a segment."""
        with self._lock:
            self._chosen[segment_id] = name

    def _name(self, segment_id: str) -> str:
        return self._chosen.get(segment_id, segment_id)

    def _make_room(self) -> None:
        while True:
            with self._lock:
                first = self._unwritten[0] if self._unwritten else None
                if first is None or not (first.done() or len(self._unwritten) >= _MOST_UNWRITTEN):
                    return
                self._unwritten.popleft()
            first.result()

    def _put(self, name: str, key: str, write: Callable[[Path], Mapping[str, Any]]) -> Entry:
        with spanning(self.listener, name, "write"):
            entry = self.store.put(key, write, kind="native")
        with self._lock:
            crowded = sum(frames.nbytes for frames in self._held.values()) > _MOST_BYTES
            another = entry.notes["content"] != self._contents[name]  # who made it first is who is right
            self._contents[name] = entry.notes["content"]
            if crowded or another or name in self._unwanted:
                self._held.pop(name, None)
                self._handed.pop(name, None)
        return entry

    def made(self, segment_id: str) -> bool:
        """Is the clip there to be read?"""
        return self._name(segment_id) in self._entries

    def written(self, segment_id: str) -> bool:
        """Is the clip whole in the store?"""
        entry = self._entries.get(self._name(segment_id))
        return entry is not None and entry.done() and not entry.cancelled() and entry.exception() is None

    def key(self, segment_id: str) -> str:
        """Of a clip in the store, once it is written. Raises `StorageError` when it could not be."""
        return self.entry(segment_id).key

    def content(self, segment_id: str) -> str:
        """Digest of all that a clip is: its frames, its sound, what it hands over."""
        return self._contents[self._name(segment_id)]

    def entry(self, segment_id: str) -> Entry:
        """A clip in the store, once it is written. Raises `StorageError` when it could not be."""
        return self._entries[self._name(segment_id)].result()

    def frames(self, segment_id: str, wanted: FrameRange) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
        """Frames `wanted` of a clip, prefix counted. Raises `StorageError`."""
        with self._lock:
            held = self._held.get(self._name(segment_id))
        if held is not None:
            return iter(held[wanted.start : wanted.stop])
        return media.read_frames(self.entry(segment_id).path(NATIVE), wanted)

    def handover(self, segment_id: str) -> Mapping[str, Any]:
        """Arrays that a clip left for the one that continues it. Raises `StorageError`."""
        with self._lock:
            name = self._name(segment_id)
            if name in self._handed:
                return self._handed[name]
        entry = self.entry(segment_id)
        return dict(load_file(entry.path(HANDOVER))) if HANDOVER in entry.digests else {}

    def delivered(self, segment_ids: Iterable[str]) -> None:
        """These need to be held no longer than it takes to write them."""
        with self._lock:
            for name in map(self._name, segment_ids):
                self._unwanted.add(name)
                entry = self._entries.get(name)
                if entry is not None and entry.done():
                    self._held.pop(name, None)
                    self._handed.pop(name, None)
