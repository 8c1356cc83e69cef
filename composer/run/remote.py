"""A worker in a process of its own: a pipe, one task at a time."""

import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from composer.errors import WorkerLostError
from composer.run.work import Done, Job, Listener, Span, Task

_MODULE = "composer.run.serving"


class Remote:
    """The near side. The far one is a fresh interpreter, which runs nothing of the program that started it."""

    def __init__(self, job: Job) -> None:
        near, far = socket.socketpair()
        paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        command = [sys.executable, "-m", _MODULE, str(far.fileno())]
        with far:
            self._process = subprocess.Popen(command, pass_fds=(far.fileno(),), env=os.environ | paths)  # noqa: S603
        self._pipe: Connection[Any, Any] = Connection(near.detach())
        self.alive = True
        self._send(job)

    def perform(self, task: Task, known: Mapping[str, str], listener: Listener) -> Done:
        """Raises what the worker raised, and `WorkerLostError` when its process ended."""
        try:
            self._send((task.name, dict(known)))
            while isinstance(told := self._pipe.recv(), Span | tuple):
                if isinstance(told, Span):
                    listener.span(told)
                else:
                    listener.share(*told)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            self.end(now=True)
            said = f"the process that worked on `{task.name}` ended ({self._how()}) before it was done"
            raise WorkerLostError(said) from error
        if isinstance(told, Done):
            return told
        raise told

    def _send(self, message: Any) -> None:
        self._pipe.send(message)

    def _how(self) -> str:
        code = self._process.returncode
        return signal.Signals(-code).name if code is not None and code < 0 else f"exit {code}"

    def end(self, *, now: bool = False) -> None:
        """Let the process go: once it has nothing to do, or `now`."""
        self.alive = False
        if now:
            self._process.kill()
        with suppress(OSError):
            self._pipe.close()
        self._process.wait()
