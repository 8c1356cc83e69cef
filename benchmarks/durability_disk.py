"""Every step of a render that changes a folder fails once, and every failpoint: an error that names the path, and no harm."""

import errno
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from durability_film import FIRST, SECOND, amiss, left_over, render, shown
from failing import Disk

from composer import failpoints
from composer.errors import StorageError
from composer.store import Store, collect, items


@dataclass(frozen=True)
class Fault:
    """A fault that was planted, what came of it (`named`, `unharmed` when the render could do without that step), and
    what was wrong then.
    """

    where: str
    outcome: str
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """A folder with a film and its store, copied anew for each fault; and the film that an edit of its list makes."""

    before: Path
    trial: Path
    first: dict[str, str]
    second: dict[str, str]

    @classmethod
    def of(cls, base: Path) -> "Ground":
        for name, text in (("before", FIRST), ("after", SECOND)):
            render(text, base / name)
        return cls(base / "before", base / "trial", shown(base / "before"), shown(base / "after"))

    def fresh(self) -> None:
        shutil.rmtree(self.trial, ignore_errors=True)
        shutil.copytree(self.before, self.trial)

    def tried(
        self, where: str, work: Callable[[], object], mend: Callable[[], object], *, damaged: bool = False
    ) -> Fault:
        """Do `work`, in which a fault is planted, then hold the folder against both films; then `mend`, and go on. The
        store may be `damaged` before.
        """
        wrong: list[str] = []
        try:
            work()
            outcome = "unharmed"
        except StorageError as error:
            outcome = "named"
            if str(self.trial) not in str(error):
                wrong.append(f"names no path: {error}")
        except Exception as error:  # noqa: BLE001 - which is what is looked for
            outcome = "not named"
            wrong.append(f"{type(error).__name__}: {error}")
        mend()
        wrong += amiss(self.trial, self.first, self.second, damaged=damaged)
        render(SECOND, self.trial)
        if shown(self.trial) != self.second:
            wrong.append("the next run makes another film")
        wrong += left_over(self.trial)
        return Fault(where, outcome, tuple(wrong))


def steps(ground: Ground, every: int = 1, errors: tuple[str, ...] = ("ENOSPC", "EIO")) -> Iterator[Fault]:
    """Each `every`-th step of a render over an earlier film fails, with each of `errors`."""
    with Disk(ground.trial) as disk:
        ground.fresh()
        disk.arm(-1, 0)
        render(SECOND, ground.trial)
        for step, name in itertools.product(range(0, disk.count, every), errors):
            disk.arm(-1, 0)
            ground.fresh()
            disk.arm(step, getattr(errno, name))
            fault = ground.tried(f"step {step}, {name}", lambda: render(SECOND, ground.trial), lambda: disk.arm(-1, 0))
            at, disk.at = disk.at, ""
            yield Fault(f"{fault.where}: {at}", fault.outcome, fault.wrong)


def points(ground: Ground, errors: tuple[str, ...] = failpoints.ERRORS) -> Iterator[Fault]:
    """Each failpoint by its name, and each time that a render comes to any, with each of `errors`."""
    ground.fresh()
    counted = failpoints.arm("any:1000000=EIO")
    assert counted
    render(SECOND, ground.trial)
    reached = counted.passed
    failpoints.arm(None)
    names = [*failpoints.NAMES, *(f"any:{n}" for n in range(1, reached + 1))]
    for name, error in itertools.product(names, errors):
        ground.fresh()
        with _armed(f"{name}={error}") as point:
            if damaged := name == "store.set-aside":
                damage_all(ground.trial / "cache")
            work = _collect(ground) if name == "store.trashed" else _render(ground)
            fault = ground.tried(f"{name}, {error}", work, lambda: failpoints.arm(None), damaged=damaged)
        missed = () if point.passed >= point.nth else ("was not reached",)
        yield Fault(fault.where, fault.outcome, (*fault.wrong, *missed))


def _render(ground: Ground) -> Callable[[], object]:
    return lambda: render(SECOND, ground.trial)


def _collect(ground: Ground) -> Callable[[], object]:
    return lambda: collect(ground.trial / "cache", 0)


@contextmanager
def _armed(said: str) -> Iterator[failpoints.Armed]:
    point = failpoints.arm(said)
    assert point
    try:
        yield point
    finally:
        failpoints.arm(None)


def damage_all(cache: Path) -> None:
    """Cut every entry's record short, so that who looks for one meets the damage."""
    for item in items(cache):
        record = Store(cache).folder(item.key) / "entry.json"
        record.write_text(record.read_text()[:-9])


def at_the_command_line(ground: Ground, said: str) -> tuple[int, str, list[str]]:
    """`composer render` in a process of its own with a failpoint armed: its exit code, what it told, and what is wrong
    then, or after the same command once more.
    """
    ground.fresh()
    file = ground.trial / "film.yaml"
    file.write_text(SECOND)
    words = [
        "render",
        str(file),
        "-g",
        "previz",
        "-o",
        str(ground.trial / "out"),
        "--cache",
        str(ground.trial / "cache"),
    ]
    command = [sys.executable, "-m", "composer", *words]
    told = {**os.environ, failpoints.VARIABLE: said}
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    wrong = amiss(ground.trial, ground.first, ground.second)
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    if again.returncode or shown(ground.trial) != ground.second:
        wrong.append(f"the next run exits {again.returncode}, or makes another film")
    return done.returncode, done.stderr, wrong
