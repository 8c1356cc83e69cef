"""The far side of `remote`: a process that does the tasks it is sent until nobody is there to send any."""

import os
import pickle
import sys
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

from composer.headless import headless
from composer.run.work import Job, Span

_LOOKS_EVERY_S = 1.0


class _Sender:
    """Tells the other side how work goes on, from any thread."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        self._pipe, self._lock = pipe, threading.Lock()

    def share(self, task: str, share: float) -> None:
        self.send((task, float(share)))

    def span(self, span: Span) -> None:
        self.send(span)

    def send(self, message: Any) -> None:
        with self._lock:
            self._pipe.send(message)


def serve(pipe: "Connection[Any, Any]") -> None:
    """Open the job that comes first, then do one task after the other."""
    sender, worker = _Sender(pipe), None
    try:
        job: Job = pipe.recv()
        while True:
            task, known = pipe.recv()
            try:
                worker = worker or job.open(sender)
                done: Any = worker.perform(task, known)
                worker.settle()
            except Exception as error:  # noqa: BLE001 - raised on the other side
                done = _carried(error)
            sender.send(done)
    except (EOFError, OSError):
        return
    finally:
        if worker is not None:
            worker.close()


def _carried(error: Exception) -> Exception:
    """`error` as it goes through a pipe, with its own words."""
    try:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own, a moment old
    except Exception:  # noqa: BLE001 - an error of a plug-in may be anything
        again = None
    alike = type(again) is type(error) and str(again) == str(error)
    return error if alike else RuntimeError(f"{type(error).__name__}: {error}")


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY_S)
    os._exit(1)


def main() -> None:
    """Serve the pipe whose number is the first argument, for as long as the process whose number is the second lives."""
    pipe, parent = (int(word) for word in sys.argv[1:3])
    headless()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    serve(Connection(pipe))
