"""What a render does now, or did last, as another terminal asks for it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from composer.errors import one_line
from composer.timing import span

if TYPE_CHECKING:
    from composer.run import Status, TaskStatus

_MOST_WAITING = 10
GOES_ON = "the same command goes on from there, without --retake, --lock, --pick and --undo, which are done"
_ORDER = ("done", "kept", "running", "waiting", "failed", "blocked")


def status_lines(folder: Path, status: "Status", holder: str | None, *, every: bool) -> Iterator[str]:
    """A line on the whole, one of counts, then what runs, failed or waits; with `every`, what is done too."""
    yield f"{status.title}: {_whole(folder, status, holder)}"
    runs = status.state == "running" and holder is not None
    counts: Counter[str] = Counter(task.state for task in status.tasks)
    if counts:
        words = {"running": "running" if runs else "under way"}
        yield ", ".join(f"{counts[state]} {words.get(state, state)}" for state in _ORDER if counts[state])
    waiting = 0
    ended = {task.name for task in status.tasks if task.state in ("done", "kept")}
    for task in status.tasks:
        waiting += task.state == "waiting"
        if (
            every
            or task.state in ("running", "failed", "blocked")
            or (task.state == "waiting" and waiting <= _MOST_WAITING)
        ):
            yield f"{task.stage:<8} {task.name:<24} {_said(task, ended, runs=runs)}".rstrip()
    if waiting > _MOST_WAITING and not every:
        yield f"and {waiting - _MOST_WAITING} more that wait"


def _whole(folder: Path, status: "Status", holder: str | None) -> str:
    share = f"{status.done / status.total:.0%}" if status.total else "0%"
    match status.state:
        case "done":
            return f"done in {span(status.updated - status.started)}"
        case "incomplete":
            return f"some of it failed, {share} done; {GOES_ON}"
        case "stopped":
            return f"stopped at {share} ({one_line(status.said)}); {GOES_ON}"
    if holder is None:
        return f"ended at {share} without a word, killed or out of power; {GOES_ON}"
    left = "" if status.remaining_s is None else f", {span(status.remaining_s)} left"
    return f"running, {share}{left}; {folder} is held by {holder}"


def _said(task: "TaskStatus", ended: set[str], *, runs: bool) -> str:
    match task.state:
        case "done":
            return f"done     {task.seconds:.1f} s"
        case "running":
            tries = f", try {task.attempts}" if task.attempts > 1 else ""
            return f"{'running  ' if runs else 'stopped  at '}{task.share:.0%}{tries}"
        case "failed":
            return f"failed   after {task.attempts} tries: {task.said}"
        case "blocked":
            return f"blocked  it needs {task.said}, which failed"
        case "waiting":
            needs = [name for name in task.after if name not in ended]
            again = f" to be tried again: {task.said}" if task.said else ""
            return f"waiting  {'for ' + ', '.join(needs) if needs else again.strip()}".rstrip()
    return task.state
