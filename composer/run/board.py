"""Who is told what a render does: the state of every task, how much is left, and the time that each thing took."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from composer.errors import ComposerError, IncompleteError
from composer.run.status import RunState, Status, TaskStatus, write_status
from composer.run.work import Span, Task
from composer.types import Happening, Progress, Running

OnProgress = Callable[[Progress], None]

_WRITTEN_EVERY_S = 1.0
_MEASURED_S = 0.5  # of work, before a rate is read from it


class Board:
    """The tasks of a render, seen by `on_progress` and, when a folder is given, by whoever reads its status there.

    What is left is estimated from the rate at which units of work were done so far; what was kept took no time.
    """

    def __init__(self, title: str = "", on_progress: OnProgress | None = None, folder: Path | None = None) -> None:
        self.title, self.on_progress, self.folder = title, on_progress, folder
        self.spans: list[Span] = []
        self.started_s, self._began = time.monotonic(), time.time()
        self._tasks: dict[str, TaskStatus] = {}
        self._units: dict[str, float] = {}
        self._done = self._kept = self._total = 0.0  # units
        self._running: dict[str, float] = {}  # when each began
        self._worked_since_s: float | None = None
        self._written_s = 0.0
        self._fault: Exception | None = None
        self._later: threading.Timer | None = None
        self._ended = False
        self._lock = threading.RLock()

    def expect(self, tasks: Sequence[Task]) -> None:
        """These are to be done; what was known of them is forgotten."""
        with self._lock:
            self._tasks = {task.name: TaskStatus(task.name, task.stage, after=task.after) for task in tasks}
            self._units = {task.name: task.units for task in tasks}
            self._done, self._kept, self._total = 0.0, 0.0, sum(self._units.values())
            self._running.clear()
            self._worked_since_s = None
        self._write(now=True)

    def keep(self, task: str) -> None:
        self._change(task, "kept", replace(self._tasks[task], state="kept", share=1.0))

    def start(self, task: str, attempt: int = 1) -> None:
        with self._lock:
            self._running[task] = time.monotonic()
            if self._worked_since_s is None:
                self._worked_since_s = time.monotonic()
        self._change(task, "started", replace(self._tasks[task], state="running", attempts=attempt, share=0.0, said=""))

    def share(self, task: str, share: float) -> None:
        with self._lock:
            known = self._tasks.get(task)
            if known is not None and known.state == "running" and share > known.share:
                self._change(task, "progress", replace(known, share=min(1.0, share)))

    def span(self, span: Span) -> None:
        with self._lock:
            self.spans.append(span)

    def finish(self, task: str, *, kept: bool = False) -> None:
        state: Happening = "kept" if kept else "finished"
        done = replace(self._tasks[task], state="kept" if kept else "done", share=1.0, seconds=self._took(task))
        self._change(task, state, done)

    def retry(self, task: str, why: str) -> None:
        self._took(task)
        self._change(task, "retried", replace(self._tasks[task], state="waiting", share=0.0, said=why), why)

    def fail(self, task: str, why: str) -> None:
        self._took(task)
        self._change(task, "failed", replace(self._tasks[task], state="failed", share=0.0, said=why), why)

    def block(self, task: str, by: str) -> None:
        self._change(task, "blocked", replace(self._tasks[task], state="blocked", said=by), by)

    def seconds(self) -> dict[str, float]:
        """How long each task took that was done, not kept."""
        with self._lock:
            return {name: task.seconds for name, task in self._tasks.items() if task.state == "done"}

    def end(self, state: RunState, said: str = "") -> None:
        """The render is over; never raises: there may be no room left to say so."""
        self._write(now=True, state=state, said=said)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Say how the render inside ended."""
        try:
            yield
            self.end("done")
        except IncompleteError as error:
            self.end("incomplete", str(error))
            raise
        except BaseException as error:
            self.end("stopped", str(error) if isinstance(error, ComposerError) else _word(error))
            raise

    def _took(self, task: str) -> float:
        with self._lock:
            return round(time.monotonic() - self._running.pop(task, time.monotonic()), 3)

    def _change(self, task: str, happening: Happening, known: TaskStatus, said: str = "") -> None:
        with self._lock:
            gained = self._units[task] * (known.share - self._tasks[task].share)
            self._done += gained
            self._kept += gained if happening == "kept" else 0.0
            self._tasks[task] = known
            self._write(now=happening in ("failed", "retried"))
            if self.on_progress is not None:
                running = tuple(self._row(name) for name in self._running)
                done, total, left = self._sums()
                self._tell(Progress(known.stage, task, done, total, left, happening, said, running))
        if self._fault is not None and happening != "progress":  # on the thread of who began the render
            fault, self._fault = self._fault, None
            raise fault

    def _tell(self, step: Progress) -> None:
        """Tell whoever listens; what goes wrong there is no generator's failure, and is raised to who began the render."""
        if self.on_progress is None:
            return
        try:
            self.on_progress(step)
        except Exception as error:  # noqa: BLE001 - raised as soon as no generator would be blamed
            self.on_progress, self._fault = None, error

    def _row(self, name: str) -> Running:
        task = self._tasks[name]
        return Running(task.stage, name, task.share, task.attempts)

    def _sums(self) -> tuple[float, float, float | None]:
        """Units done, units in all, and the seconds that are left."""
        worked = self._done - self._kept
        spent_s = 0.0 if self._worked_since_s is None else time.monotonic() - self._worked_since_s
        if worked <= 0 or spent_s < _MEASURED_S:
            return self._done, self._total, None
        return self._done, self._total, (self._total - self._done) * spent_s / worked

    def _write(self, *, now: bool = False, state: RunState = "running", said: str = "") -> None:
        """Write the status down: at once, or as soon as that was long enough ago."""
        with self._lock:
            if self.folder is None or (self._later is not None and not now):
                return
            wait_s = 0.0 if now else self._written_s + _WRITTEN_EVERY_S - time.monotonic()
            if wait_s > 0:
                self._later = threading.Timer(wait_s, self._write, kwargs={"now": True})
                self._later.daemon = True
                self._later.start()
                return
            if self._later is not None:
                self._later.cancel()
                self._later = None
            if self._ended:
                return
            self._ended = state != "running"
            self._written_s = time.monotonic()
            tasks = tuple(self._tasks.values())
            status = Status(self.title, state, os.getpid(), self._began, time.time(), *self._sums(), tasks, said)
            with suppress(OSError):
                write_status(self.folder, status)


def _word(error: BaseException) -> str:
    return "interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__
