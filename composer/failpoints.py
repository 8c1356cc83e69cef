"""Named points in the paths that write: a test has one of them kill the process, or fail as a disk would.

`COMPOSER_FAILPOINT=store.entry-synced:3=kill` ends the process, as a power cut would, the third time that it gets there;
`=ENOSPC`, `=EIO` and `=EDQUOT` raise that error instead. `any:40` is the fortieth point of all. Unset, as it always is
for users, a point costs one comparison.
"""

import errno
import os
import signal
import threading
from dataclasses import dataclass, field

from composer.errors import UsageError

VARIABLE = "COMPOSER_FAILPOINT"
NAMES = (
    "session.opened",
    "store.entry-written",
    "store.entry-synced",
    "store.entry-renamed",
    "store.entry-done",
    "store.set-aside",
    "store.trashed",
    "whole.written",
    "whole.synced",
    "whole.renamed",
    "media.written",
    "media.synced",
    "media.renamed",
    "publish.film",
    "publish.clips",
    "publish.state",
    "publish.pictures",
    "publish.manifest",
)
"""Every point there is, in no order that a render promises."""

ERRORS = ("ENOSPC", "EIO", "EDQUOT")
KILL, ANY = "kill", "any"


@dataclass
class Armed:
    """One point that fails the `nth` time that it is reached, counted from 1 in each process."""

    name: str
    nth: int
    how: str
    passed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reach(self, name: str) -> None:
        if self.name not in (name, ANY):
            return
        with self._lock:
            self.passed += 1
            if self.passed != self.nth:
                return
        if self.how == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        code = getattr(errno, self.how)
        raise OSError(code, os.strerror(code))


def armed(said: str) -> Armed:
    """What a value of the variable arms. Raises `UsageError` for a point or a way to fail that there is not."""
    point, _, how = said.partition("=")
    name, _, nth = point.partition(":")
    if name not in (*NAMES, ANY) or how not in (KILL, *ERRORS) or (nth and not (nth.isdecimal() and int(nth))):
        raise UsageError(
            f"{VARIABLE}={said}: expected NAME[:NTH]=HOW; NAME one of {', '.join((*NAMES, ANY))}; "
            f"HOW one of {', '.join((KILL, *ERRORS))}"
        )
    return Armed(name, int(nth or 1), how)


_ARMED = armed(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


def arm(said: str | None) -> Armed | None:
    """Arm as the variable would, in this process; None disarms."""
    globals()["_ARMED"] = armed(said) if said else None
    return _ARMED


def reach(name: str) -> None:
    """Be at the point `name`: nothing happens unless it is armed. Raises `OSError` when it is to fail."""
    if _ARMED is not None:
        _ARMED.reach(name)
