"""The words of work that is done side by side: tasks, what comes of them, and who does them."""

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Task:
    """Something to be done once the tasks it is `after` are. `units` measure how much it is.

    One that is `beside` (a shot's delivery) keeps no generator waiting: it is done while one works.
    """

    name: str
    stage: str
    units: float = 0.0
    after: tuple[str, ...] = ()
    beside: bool = False


@dataclass(frozen=True)
class Done:
    """What came of a task: the key of its entry in the store, and whether that was there already."""

    key: str
    kept: bool = False


@dataclass(frozen=True)
class Span:
    """A stretch of work on a task, on the monotonic clock (s) that all processes of a machine share."""

    task: str
    name: str
    start_s: float
    stop_s: float
    process: int
    thread: str


@runtime_checkable
class Listener(Protocol):
    """Who is told how work goes on; may be told from any thread."""

    def share(self, task: str, share: float) -> None:
        """The share of a task that is done, in [0, 1]."""
        ...

    def span(self, span: Span) -> None: ...


class Nobody:
    """A listener whom nobody asked."""

    def share(self, task: str, share: float) -> None: ...

    def span(self, span: Span) -> None: ...


@runtime_checkable
class Worker(Protocol):
    """Does tasks by name. It finds what others did in the store, under the keys that are `known` of it."""

    def perform(self, task: str, known: Mapping[str, str]) -> Done: ...

    def settle(self) -> None:
        """Wait until what was done is in the store, where other workers find it."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class Job(Protocol):
    """All that a worker needs to set itself up. A job can be pickled, and opened on another machine."""

    def open(self, listener: Listener, /) -> Worker: ...


@contextmanager
def spanning(listener: Listener, task: str, name: str) -> Iterator[None]:
    """Tell how long what is done inside took."""
    start_s = time.monotonic()
    try:
        yield
    finally:
        thread = threading.current_thread().name
        listener.span(Span(task, name, start_s, time.monotonic(), os.getpid(), thread))
