"""What a render does now, in a file that another terminal reads."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from composer.store import beside

State = Literal["waiting", "running", "done", "kept", "failed", "blocked"]
RunState = Literal["running", "done", "incomplete", "stopped"]

STATUS = ".render/status.json"


@dataclass(frozen=True)
class TaskStatus:
    """Of one task: `said` is why it failed, or which failed task it waits for; `seconds` how long its work took."""

    name: str
    stage: str
    state: State = "waiting"
    share: float = 0.0
    attempts: int = 0
    after: tuple[str, ...] = ()
    said: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Status:
    """Of a whole render: times in seconds of the epoch; `said` is why it stopped."""

    title: str
    state: RunState
    pid: int
    started: float
    updated: float
    done: float
    total: float
    remaining_s: float | None
    tasks: tuple[TaskStatus, ...]
    said: str = ""


def write_status(folder: Path, status: Status) -> None:
    """Put the status where readers see the old one or the new one. It may be lost with the machine. Raises `OSError`."""
    path = folder / STATUS
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = beside(path)
    try:
        temporary.write_text(json.dumps(asdict(status), indent=1))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_status(folder: Path) -> Status | None:
    """The status that the last render of `folder` left; None without one."""
    try:
        said = json.loads((folder / STATUS).read_text())
        tasks = tuple(
            TaskStatus(**_known(TaskStatus, task) | {"after": tuple(task["after"])}) for task in said["tasks"]
        )
        return Status(**_known(Status, said) | {"tasks": tasks})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _known(kind: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a later version may have added is left out."""
    return {field.name: said[field.name] for field in fields(kind)}
