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
from pathlib import Path
from typing import Any

from composer.errors import GeneratorError, WorkerLostError
from composer.run.work import Done, Job, Listener, Span, Task

_SERVE = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); from composer.run.serving import main; main()"
"""Who started a worker decides when it ends: an interrupt is none of its business, from its first moment."""


class Remote:
    """The near side. The far one is a fresh interpreter, which runs nothing of the program that started it."""

    def __init__(self, job: Job) -> None:
        """Raises `GeneratorError` for a job that cannot be sent, `WorkerLostError` when there is no room for a process."""
        self._job = _packed(job)
        near, far = socket.socketpair()
        paths = {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
        command = [sys.executable, "-P", "-c", _SERVE, str(far.fileno()), str(os.getpid())]
        try:
            with far:
                self._process = subprocess.Popen(command, pass_fds=(far.fileno(),), env=os.environ | paths)  # noqa: S603
        except OSError as error:
            near.close()
            raise WorkerLostError(f"no process can be started: {(error.strerror or str(error)).lower()}") from error
        self._pipe: Connection[Any, Any] = Connection(near.detach())
        self.alive = True

    def perform(self, task: Task, known: Mapping[str, str], listener: Listener) -> Done:
        """Raises what the worker raised, and `WorkerLostError` when its process ended."""
        try:
            if self._job:
                self._pipe.send_bytes(self._job)
                self._job = b""
            self._pipe.send((task.name, dict(known)))
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


def _packed(job: Job) -> bytes:
    try:
        return pickle.dumps(job)
    except Exception as error:
        said = f"the generator cannot work in another process ({type(error).__name__}: {error}); expected --workers 1"
        raise GeneratorError(said) from error
