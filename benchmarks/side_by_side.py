"""Renders by several workers, and reruns: `python benchmarks/side_by_side.py` writes benchmarks/side_by_side.md.

Ratios are of renders in one run, in turns. A worker of one core is a process that may use that core alone, with all of
its threads; a generator that waits stands for one that is hosted, and sleeps.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from measured import Row, measured

import composer
from composer import generators
from composer.generators.previz import Previz

REPORT = Path(__file__).parent / "side_by_side.md"
_PLACES = """
places:
  yard:
    look: cobbled brewery yard, overcast
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
shots:
"""
_CAMERAS = ("WS tower shed", "{frame: WS tower shed, from: north-east, move: arc left 20deg}")


class Waiting(Previz):
    """The animatic, by something that answers after a while."""

    waits_s = 2.0
    capabilities = replace(Previz.capabilities, name="waiting", at_once="threads")

    def generate(self, request, /, on_progress):  # noqa: ANN001, ANN201 - as Previz has it
        started = time.monotonic()
        clip = super().generate(request, on_progress)
        time.sleep(max(0.0, self.waits_s - (time.monotonic() - started)))
        return clip


def listed(shots: int, frames: int, size: str) -> str:
    """A list of independent shots of one place."""
    rows = [f"  - {{shot: s{k:03d}, duration: {frames}f, camera: {_CAMERAS[k % 2]}}}\n" for k in range(shots)]
    return f"title: Side by side\nsize: {size}\n{_PLACES}{''.join(rows)}"


def waiting(folder: Path, rounds: int) -> list[Row]:
    """Two workers against one, of a generator that waits; and what a segment costs beside its call."""
    shotlist = composer.read(listed(12, 12, "128x72"), "waiting.yaml")
    load, generators.load = generators.load, lambda *_: Waiting()
    ratios, overheads = [], []
    try:
        for number in range(rounds + 1):
            took = {}
            for count in (1, 2):
                name = folder / f"waiting {number} {count}"
                calls: list[float] = []

                def hear(step, calls=calls):  # noqa: ANN001, ANN202
                    if step.stage == "render" and step.happening in ("started", "finished"):
                        calls.append(time.monotonic())

                composer.compose(shotlist, out=name, cache=name / "cache", workers=count, on_progress=hear)
                took[count] = max(calls) - min(calls)
            if number:  # the first compiles kernels
                ratios.append(took[1] / took[2])
                overheads.append((took[1] / 12 - Waiting.waits_s) * 1000)
    finally:
        generators.load = load
    print("waiting", ratios, overheads)
    return [
        Row("two workers against one, a generator that waits 2 s, 12 shots", statistics.median(ratios), "x", 1.9, True),
        Row("a segment beside its call, one worker", statistics.median(overheads), "ms", 50),
    ]


def busy(folder: Path, rounds: int) -> list[Row]:
    """Two processes of a core each against one, over a film of two minutes; their start is in it."""
    first, film = folder / "first.yaml", folder / "two_minutes.yaml"
    first.write_text(listed(2, 4, "256x144"))  # compiles kernels
    film.write_text(listed(24, 120, "256x144"))
    pinned(first, folder / "first", 1)
    ratios = []
    for number in range(rounds):
        took = {count: pinned(film, folder / f"busy {number} {count}", count) for count in (1, 2)}
        ratios.append(took[1] / took[2])
    print("busy", ratios, flush=True)
    what = "two workers against one, previz, a core each, two minutes in 24 shots"
    return [Row(what, statistics.median(ratios), "x", 1.6, True)]


def pinned(path: Path, out: Path, count: int) -> float:
    """Seconds that a render takes by `count` workers on as many cores."""
    cpus = ",".join(str(core) for core in sorted(os.sched_getaffinity(0))[:count])
    command = ["taskset", "-c", cpus, sys.executable, __file__, "--render", str(path), str(out), str(count)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def rendered(path: Path, out: Path, count: int) -> None:
    """Print the seconds from the first segment's start to the last shot's delivery."""
    times: list[float] = []
    shotlist = composer.load(path)
    composer.compose(
        shotlist,
        generator="previz",
        out=out,
        cache=out / "cache",
        workers=count,
        on_progress=lambda _: times.append(time.monotonic()),
    )
    print(max(times) - min(times))


def reruns(folder: Path, rounds: int) -> list[Row]:
    """A list of 200 shots once more with nothing changed, as a user runs it."""
    path = folder / "two_hundred.yaml"
    path.write_text(listed(200, 12, "128x72"))
    rows = []
    for generator in ("previz", "embedded"):
        command = [
            sys.executable,
            "-m",
            "composer",
            "render",
            str(path),
            "-g",
            generator,
            "-o",
            str(folder / generator),
        ]
        command += ["--cache", str(folder / "cache")]
        subprocess.run(command, check=True, capture_output=True)
        took = []
        for _ in range(rounds):
            started = time.monotonic()
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            took.append(time.monotonic() - started)
            assert "0 of" in said, said
        print(generator, took)
        rows.append(Row(f"200 shots by {generator}, nothing changed, the whole command", min(took), "s", 3.0))
    return rows


def main() -> None:
    """Measure and write the report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--render", nargs=3, help=argparse.SUPPRESS)
    told = arguments.parse_args()
    if told.render:
        rendered(Path(told.render[0]), Path(told.render[1]), int(told.render[2]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = [*waiting(folder, told.rounds), *busy(folder, told.rounds), *reruns(folder, told.rounds)]
    table = "\n".join(map(str, rows))
    REPORT.write_text(
        f"""# Side by side, and again

`python benchmarks/side_by_side.py {" ".join(sys.argv[1:])}`, {measured()}

Medians of {told.rounds} rounds in turns, after one that compiles kernels; of reruns, the least. Times run from the first
segment's start to the last shot's delivery.

| what | measured | target | |
|---|---|---|---|
{table}
"""
    )
    print(REPORT.read_text())


if __name__ == "__main__":
    main()
