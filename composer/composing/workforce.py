"""How many clips render at once: as many as the generator allows, the machine has room for, and the film is worth."""

import os
from collections.abc import Sequence

from composer.errors import OptionError
from composer.run import Task
from composer.types import Capabilities

_WAITING = 4  # calls of a generator that waits for others
_WORTH = 480.0  # frames for each process: fewer are rendered before it has set itself up


def check_workers(can: Capabilities, asked: int | None) -> None:
    """Raises `OptionError` for more than one worker of a generator that makes one clip at a time."""
    if asked is not None and asked > 1 and can.at_once == "one":
        raise OptionError(f"generator `{can.name}` makes one clip at a time on this machine; expected --workers 1")


def workers(can: Capabilities, asked: int | None, tasks: Sequence[Task]) -> int:
    """How many clips of `tasks` render at once: `asked`, or what suits."""
    renders = sum(task.units > 0 for task in tasks)
    if asked is not None or can.at_once == "one":
        return max(1, min(asked or 1, renders))
    if can.at_once == "threads":
        return max(1, min(_WAITING, renders))
    worth = int(sum(task.units for task in tasks) / _WORTH)
    return max(1, min(processors() // can.cores, renders, worth))


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
