"""Tasks in the order of their dependencies, as many at once as there is room for; what fails stops only what needs it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush

from composer.errors import GeneratorError, one_line
from composer.run.board import Board
from composer.run.engines import Engine
from composer.run.work import Done, Task


@dataclass(frozen=True)
class Outcome:
    """What came of the tasks: those done, those that failed with why, and those that wait for a failed one, with which."""

    done: Mapping[str, Done]
    failed: Mapping[str, str]
    blocked: Mapping[str, str]


def carry_out(tasks: Sequence[Task], done: dict[str, Done], engine: Engine, board: Board, retries: int) -> Outcome:
    """Have `tasks` done, earlier ones first where several could be; to `done`, what was done before, is added
    whatever is done, even if it does not come to an end.

    A generator's failure is tried again `retries` times; then whatever needs that task is left, and all else is done.
    Every other error is raised as soon as it is seen. Which worker does what changes nothing of what is made.
    """
    return _Schedule(tasks, done, engine, board, retries).run()


class _Schedule:
    def __init__(
        self, tasks: Sequence[Task], done: dict[str, Done], engine: Engine, board: Board, retries: int
    ) -> None:
        self.tasks, self.engine, self.board, self.retries = tasks, engine, board, retries
        self.order = {task.name: rank for rank, task in enumerate(tasks)}
        self.done = done
        self.needs = {task.name: {name for name in task.after if name not in done} for task in tasks}
        self.needed_by: dict[str, list[Task]] = {}
        for task in tasks:
            for name in self.needs[task.name]:
                self.needed_by.setdefault(name, []).append(task)
        self.ready: list[int] = []
        self.ready_beside: list[int] = []
        self.running: dict[Future[Done], Task] = {}
        self.tries: Counter[str] = Counter()
        self.failed: dict[str, str] = {}
        self.blocked: dict[str, str] = {}

    def run(self) -> Outcome:
        for task in self.tasks:
            if not self.needs[task.name]:
                self._queue(task)
        try:
            while self.ready or self.ready_beside or self.running:
                if not self._begin_one():
                    wait(self.running, return_when=FIRST_COMPLETED)
                for ended in [future for future in self.running if future.done()]:
                    self._end(self.running.pop(ended), ended)
        except Exception:
            self._let_end()
            raise
        return Outcome(self.done, self.failed, self.blocked)

    def _let_end(self) -> None:
        """Wait for what runs, and know what it made: it was paid for."""
        for future, task in self.running.items():
            with suppress(Exception):
                self.done[task.name] = future.result()

    def _queue(self, task: Task) -> None:
        heappush(self.ready_beside if task.beside else self.ready, self.order[task.name])

    def _begin_one(self) -> bool:
        """Begin the first task that there is room for, if any."""
        busy = sum(not task.beside for task in self.running.values())
        if self.ready_beside and len(self.running) - busy < self.engine.beside:
            task = self.tasks[heappop(self.ready_beside)]
        elif self.ready and busy < self.engine.slots:
            task = self.tasks[heappop(self.ready)]
        else:
            return False
        self.tries[task.name] += 1
        self.board.start(task.name, self.tries[task.name])
        known = {name: self.done[name].key for name in task.after}
        self.running[self.engine.submit(task, known)] = task
        return True

    def _end(self, task: Task, ended: Future[Done]) -> None:
        try:
            self.done[task.name] = ended.result()
        except GeneratorError as error:
            if error.exit_code != GeneratorError.exit_code:
                raise
            self._fail(task, one_line(error))
            return
        self.board.finish(task.name, kept=self.done[task.name].kept)
        for waiting in self.needed_by.get(task.name, ()):
            self.needs[waiting.name].discard(task.name)
            if not self.needs[waiting.name]:
                self._queue(waiting)

    def _fail(self, task: Task, why: str) -> None:
        if self.tries[task.name] <= self.retries:
            self.board.retry(task.name, why)
            self._queue(task)
            return
        self.failed[task.name] = why
        self.board.fail(task.name, why)
        stopped = [task.name]
        for name in stopped:
            for waiting in self.needed_by.get(name, ()):
                if waiting.name not in self.blocked:
                    self.blocked[waiting.name] = task.name
                    self.board.block(waiting.name, task.name)
                    stopped.append(waiting.name)
