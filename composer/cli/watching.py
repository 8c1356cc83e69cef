"""What is seen of a render while it runs: bars on a terminal, lines elsewhere, JSON for programs."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

import typer

from composer.timing import span

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from composer.types import Progress

Log = Literal["text", "json"]

_LINES_EVERY_S, _JSON_EVERY_S = 5.0, 1.0
_MOST_BARS = 12


@contextmanager
def watched(log: Log) -> Iterator[Callable[["Progress"], None]]:
    """Whom a render tells of its progress."""
    if log == "json":
        yield _Json()
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("{task.description:<28}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[left]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        yield _Bars(bars)


class _Bars:
    """One bar for the film, and one for each piece of work that is under way."""

    def __init__(self, bars: "Bars") -> None:
        self.bars = bars
        self.film = bars.add_task("film", total=None, left="")
        self.rows: dict[str, Any] = {}

    def __call__(self, step: "Progress") -> None:
        whole = "film" if step.running else f"{step.stage} {step.item}"
        self.bars.update(self.film, description=whole, completed=step.done, total=step.total, left=left(step))
        if said := _trouble(step):
            self.bars.console.print(said, markup=False, highlight=False)
        running = {f"{one.stage} {one.item}": one for one in step.running[:_MOST_BARS]}
        for name in self.rows.keys() - running.keys():
            self.bars.remove_task(self.rows.pop(name))
        for name, one in running.items():
            if name not in self.rows:
                self.rows[name] = self.bars.add_task(f"  {name}", total=1.0, left="")
            tries = f"try {one.attempt}" if one.attempt > 1 else ""
            self.bars.update(self.rows[name], completed=one.share, left=tries)


class _Lines:
    """Plain lines, five seconds apart at least; trouble is told at once."""

    def __init__(self) -> None:
        self.last_s = time.monotonic()

    def __call__(self, step: "Progress") -> None:
        if said := _trouble(step):
            typer.echo(said, err=True)
        elif time.monotonic() - self.last_s >= _LINES_EVERY_S:
            self.last_s = time.monotonic()
            under_way = ", ".join(f"{one.stage} {one.item}" for one in step.running) or f"{step.stage} {step.item}"
            typer.echo(f"{under_way}: {step.done / max(step.total, 1):.0%} {left(step)}".rstrip(), err=True)


class _Json:
    """A JSON object a line on stdout: all that happens, and how far it is, a second apart at least."""

    def __init__(self) -> None:
        self.began_s = self.last_s = time.monotonic()

    def __call__(self, step: "Progress") -> None:
        now_s = time.monotonic()
        if step.happening == "progress" and now_s - self.last_s < _JSON_EVERY_S:
            return
        self.last_s = now_s
        typer.echo(json.dumps({"at_s": round(now_s - self.began_s, 3), **asdict(step)}))


def _trouble(step: "Progress") -> str:
    match step.happening:
        case "retried":
            return f"{step.stage} {step.item}: {step.said}; trying again"
        case "failed":
            return f"{step.stage} {step.item}: given up: {step.said}"
        case "blocked":
            return f"{step.stage} {step.item}: left, since it needs {step.said}"
    return ""


def left(step: "Progress") -> str:
    """The time that is left, in words."""
    return "" if step.remaining_s is None else f"{span(step.remaining_s)} left"
