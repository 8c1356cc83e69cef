"""Memory over a long film: `python benchmarks/memory.py` writes benchmarks/memory.md.

An animatic of an hour, small, by one worker. Whenever a shot is rendered, what the process holds is noted at that minute of the
film. `--minutes 6` tries it at a tenth of the length.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

from measured import measured

import composer

REPORT = Path(__file__).parent / "memory.md"
LIMIT = 0.10
SHOT_S = 7
HEAD = """title: An hour
size: 64x64
fps: 24
places:
  yard:
    look: cobbled brewery yard, overcast
    ambience: [wind]
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
shots:
"""
CAMERAS = (
    "WS tower shed",
    "{frame: WS tower shed, from: north-east, move: arc left 20deg}",
    "{frame: MS shed, move: dolly in 0.5m}",
)


def listed(minutes: float) -> str:
    """A film of so many minutes."""
    count = round(minutes * 60 / SHOT_S)
    rows = [f"  - {{shot: s{k:04d}, duration: {SHOT_S}s, camera: {CAMERAS[k % 3]}}}\n" for k in range(count)]
    return HEAD + "".join(rows)


def held_mb() -> float:
    """What this process holds now (VmRSS)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmRSS in /proc/self/status")


def main() -> None:
    """Render, note, report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=60)
    told = arguments.parse_args()
    samples: list[tuple[float, float]] = []
    shotlist = composer.read(listed(told.minutes), "hour.yaml")
    ends = {shot.shot: (k + 1) * SHOT_S / 60 for k, shot in enumerate(shotlist.shots)}

    def hear(step: composer.Progress) -> None:
        if (step.stage, step.happening) == ("render", "finished"):
            samples.append((ends[step.item.split("/")[0]], held_mb()))

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        composer.compose(
            shotlist,
            generator="previz",
            out=Path(folder) / "out",
            cache=Path(folder) / "cache",
            workers=1,
            on_progress=hear,
        )
    seconds = time.monotonic() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    early = told.minutes / 12
    first = min(samples, key=lambda sample: abs(sample[0] - early))[1]
    later = [mb for minute, mb in samples if minute >= early]
    growth = max(later) / first - 1
    marks = [told.minutes * share / 12 for share in (1, 2, 4, 6, 8, 10, 12)]
    rows = "\n".join(f"| {mark:.3g} | {min(samples, key=lambda s: abs(s[0] - mark))[1]:.0f} MB |" for mark in marks)
    REPORT.write_text(
        f"""# Memory over a long film

`python benchmarks/memory.py {" ".join(sys.argv[1:])}`, {measured()}

{len(shotlist.shots)} shots of {SHOT_S} s, {told.minutes:g} minutes at 64x64, an animatic, in {seconds:.0f} s. What the process holds
when a shot is rendered:

| minute of the film | held |
|---|---|
{rows}

From minute {early:.3g} on at most **{growth:+.1%}** over what it held there; target 10 %: {"held" if growth <= LIMIT else "MISSED"}. The most that it ever
held, the writing of the film, its pictures and its state included: {peak_mb:.0f} MB.
"""
    )
    print(REPORT.read_text())


if __name__ == "__main__":
    main()
