"""What it costs to hold a film to its list: `python benchmarks/measuring.py` writes benchmarks/measuring.md.

The animatic of a list, rendered at full size, is measured by `composer.measure` in a process of its own that has one core;
then one of four times its length, for the memory. With `--film FOLDER --shotlist FILE` films that are there are measured
too. Seconds are the processor's, so that a loaded machine measures what an idle one does.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
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
    """Of measuring a film, in a process of its own."""
    words = [sys.executable, __file__, "--child", "--film", str(film), "--shotlist", str(shotlist)]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    lasts_s, joins = told["frames"] / told["fps"], told["joins"]
    return Cost(name, lasts_s, joins, lasts_s / (joins + 1), told["cpu_s"], told["peak_mb"])


def child(film: Path, shotlist: Path) -> None:
    """Measure a film on one core and tell what it took, imports and rehearsal included."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found = composer.measure(film, composer.load(shotlist))
    above, below = (int(part) for part in found.fps.split("/"))
    told = {
        "frames": found.frames,
        "fps": above / below,
        "joins": len(found.joins),
        "cpu_s": time.process_time(),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(told))


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
        f"`python benchmarks/measuring.py` {measured()}. One core, imports and rehearsal included; pictures are compared at 768x432.",
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
    words.add_argument("--child", action="store_true")
    told = words.parse_args()
    if told.child:
        child(told.film[0], told.shotlist[0])
        return
    here = films(told.out)
    here += [(film.name, film, shotlist) for film, shotlist in zip(told.film, told.shotlist, strict=True)]
    text, kept = report([cost(*one) for one in here])
    REPORT.write_text(text)
    sys.exit(not kept)


if __name__ == "__main__":
    main()
