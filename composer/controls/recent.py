"""What threads made lately, so that none makes it twice."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The last `most` things that were made, by number; a thread that wants what another is making waits for it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._made: OrderedDict[int, Future[T]] = OrderedDict()

    def get(self, number: int, make: Callable[[], T]) -> T:
        """Thing `number`, made now unless it is there. What `make` raises is raised to all who wait for it."""
        with self._lock:
            found = self._made.get(number)
            mine: Future[T] | None = None
            if found is None:
                found = mine = Future()
                self._made[number] = mine
                while len(self._made) > self._most:
                    self._made.popitem(last=False)
        if mine is not None:
            try:
                mine.set_result(make())
            except BaseException as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
                mine.set_exception(error)
                with self._lock:
                    self._made.pop(number, None)
        return found.result()
