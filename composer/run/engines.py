"""Where tasks are done: on the thread that asks, on threads, or in processes; a cluster would be one more.

Clips pass from task to task through the store, by their keys: a worker needs nothing from the memory of another.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any, Protocol, runtime_checkable

from composer.run.remote import Remote
from composer.run.work import Done, Job, Listener, Task


@runtime_checkable
class Engine(Protocol):
    """Does tasks: `slots` of them at once, and `beside` of those that are `Task.beside`."""

    slots: int
    beside: int

    def submit(self, task: Task, known: Mapping[str, str], /) -> Future[Done]:
        """Have `task` done, once the tasks it is after are: `known` are the keys of what they made."""
        ...

    def close(self, *, now: bool = False) -> None:
        """Wait for what runs; `now`: leave it, or end it. What was done is in the store when this returns."""
        ...


class Inline:
    """One task at a time, on the thread that asks for it, so that it can be interrupted; deliveries on one beside it."""

    slots = beside = 1

    def __init__(self, job: Job, listener: Listener) -> None:
        self._worker = job.open(listener)
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="delivery")

    def submit(self, task: Task, known: Mapping[str, str]) -> Future[Done]:
        if task.beside:
            return self._beside.submit(self._worker.perform, task.name, known)
        ended: Future[Done] = Future()
        try:
            ended.set_result(self._worker.perform(task.name, known))
        except Exception as error:  # noqa: BLE001 - told where the result is asked for, as every executor does
            ended.set_exception(error)
        return ended

    def close(self, *, now: bool = False) -> None:
        self._beside.shutdown(wait=not now, cancel_futures=True)
        self._worker.close()


class Threads:
    """Many tasks at once in this process: for generators that wait for others, and may be called from many threads."""

    beside = 1

    def __init__(self, job: Job, listener: Listener, slots: int) -> None:
        self.slots = slots
        self._worker = job.open(listener)
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="worker")
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="delivery")

    def submit(self, task: Task, known: Mapping[str, str]) -> Future[Done]:
        pool = self._beside if task.beside else self._pool
        return pool.submit(self._worker.perform, task.name, known)

    def close(self, *, now: bool = False) -> None:
        for pool in (self._pool, self._beside):
            pool.shutdown(wait=not now, cancel_futures=True)
        self._worker.close()


class Processes:
    """Many tasks at once, each in a process of its own: for generators that keep a core busy.

    A process that dies takes with it what it was doing and nothing else; another takes its place. The key of whatever is
    done is told to `hold`, since a worker's own hold on it ends with its process.
    """

    def __init__(self, job: Job, listener: Listener, slots: int, hold: Callable[[str], Any] = str) -> None:
        self.slots = self.beside = slots
        self._job, self._listener, self._hold = job, listener, hold
        self._closed = False
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="worker")
        self._idle: SimpleQueue[Remote] = SimpleQueue()
        self._all: list[Remote] = []

    def submit(self, task: Task, known: Mapping[str, str]) -> Future[Done]:
        return self._pool.submit(self._perform, task, known)

    def _perform(self, task: Task, known: Mapping[str, str]) -> Done:
        try:
            remote = self._idle.get_nowait()
        except Empty:
            remote = Remote(self._job)
            self._all.append(remote)
            if self._closed:
                remote.end(now=True)
        try:
            done = remote.perform(task, known, self._listener)
        finally:
            if remote.alive:
                self._idle.put(remote)
        self._hold(done.key)
        return done

    def close(self, *, now: bool = False) -> None:
        self._closed = True
        if now:
            for remote in self._all:
                remote.end(now=True)
        self._pool.shutdown(wait=not now, cancel_futures=True)
        for remote in self._all:
            remote.end()
