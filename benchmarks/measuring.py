"""What it costs to hold a film to its list: `python benchmarks/measuring.py` writes benchmarks/measuring.md.

The animatic of a list, rendered at full size, is measured by `composer measure` in a process that has one core; then one
of four times its length, for the memory. With `--film FOLDER --shotlist FILE` films that are there are measured too.
Seconds are the processor's. Each film is measured `--times` times, and the least counts: a busy machine adds to them.
"""

import argparse
import compileall
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from measured import measured

import composer

REPORT = Path(__file__).with_name("measuring.md")
LISTS = Path(__file__).parents[1] / "shotlists"
MOST, FLAT = 1.0, 1.1  # CPU seconds a second of film; memory of the long film to that of the short one


@dataclass(frozen=True)
class Cost:
    name: str
    lasts_s: float
    joins: int
    every_s: float  # from one join to the next
    cpu_s: float
    peak_mb: float

    @property
    def ratio(self) -> float:
        return self.cpu_s / self.lasts_s


def longer(text: str, times: int) -> str:
    """A list whose shots come `times` times, each time under other names, in the same places."""
    head, _, shots = text.partition("shots:\n")
    rounds = [re.sub(r"(- shot: \w+)", rf"\1_{n}", shots) for n in range(times)]
    return f"{head}shots:\n{''.join(rounds)}"


def cost(name: str, film: Path, shotlist: Path) -> Cost:
    """Of `composer measure`, in a process of its own: all that it takes, from its start on."""
    words = [sys.executable, "-m", "composer", "measure", str(film), "--shotlist", str(shotlist), "--json"]
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, words)
        out.seek(0)
        told = json.load(out)
    above, below = (int(part) for part in told["fps"].split("/"))
    lasts_s, joins = told["frames"] * below / above, len(told["joins"])
    return Cost(name, lasts_s, joins, lasts_s / (joins + 1), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def films(out: Path) -> list[tuple[str, Path, Path]]:
    """The two films, rendered where they are not there."""
    text = (LISTS / "minimal.yaml").read_text()
    made = []
    for name, whole in (("minimal, animatic", text), ("the same four times over", longer(text, 4))):
        folder = out / re.sub(r"\W+", "_", name)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "list.yaml").write_text(whole)
        composer.compose(
            composer.load(folder / "list.yaml"), out=folder / "film", generator="previz", cache=out / "cache"
        )
        made.append((name, folder / "film", folder / "list.yaml"))
    return made


def report(costs: list[Cost]) -> tuple[str, bool]:
    """The report, and whether all limits are kept."""
    worst, flat = max(one.ratio for one in costs), costs[1].peak_mb / costs[0].peak_mb
    rows = [
        f"| {one.name} | {one.lasts_s:.1f} | {one.joins} | {one.every_s:.1f} | {one.cpu_s:.1f} | {one.ratio:.2f} x | {one.peak_mb:.0f} |"
        for one in costs
    ]
    kept = worst <= MOST and flat <= FLAT
    lines = [
        "# What measuring costs",
        "",
        f"`python benchmarks/measuring.py` {measured()}. One core, all of the command included, the least of several runs; pictures are compared at 768x432.",
        "",
        "| film | s | joins | s from join to join | CPU s | of its length | peak MB |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
        f"Limits: {MOST:g} of a film's length (worst {worst:.2f}); a film four times as long takes at most {FLAT:g} times the memory ({flat:.2f}): {'kept' if kept else '**MISSED**'}.",
    ]
    return "\n".join(lines) + "\n", kept


def main() -> None:
    """Measure, write the report; exits 1 when a limit was missed."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--out", type=Path, default=Path("out/measuring"))
    words.add_argument("--film", type=Path, action="append", default=[])
    words.add_argument("--shotlist", type=Path, action="append", default=[])
    words.add_argument("--times", type=int, default=3)
    told = words.parse_args()
    compileall.compile_dir(Path(composer.__file__).parent, quiet=1)  # as pip does when it installs
    with ProcessPoolExecutor(
        1, get_context("spawn")
    ) as rendering:  # a process that grew hands its peak to those it starts
        here = rendering.submit(films, told.out).result()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # processes that this one starts have that core too
    here += [(film.name, film, shotlist) for film, shotlist in zip(told.film, told.shotlist, strict=True)]
    text, kept = report([min((cost(*one) for _ in range(told.times)), key=lambda one: one.cpu_s) for one in here])
    REPORT.write_text(text)
    sys.exit(not kept)


if __name__ == "__main__":
    main()
