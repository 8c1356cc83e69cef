"""What threads made lately, so that none makes it twice."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The last `most` things that were made, by key; a thread that wants what another is making waits for it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._made: OrderedDict[Hashable, Future[T]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Thing `key`, made now unless it is there. What `make` raises is raised to all who wait for it."""
        with self._lock:
            found = self._made.get(key)
            mine: Future[T] | None = None
            if found is None:
                found = mine = Future()
                self._made[key] = mine
                while len(self._made) > self._most:
                    self._made.popitem(last=False)
        if mine is not None:
            try:
                mine.set_result(make())
            except BaseException as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
                mine.set_exception(error)
                with self._lock:
                    self._made.pop(key, None)
        return found.result()
