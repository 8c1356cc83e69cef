"""Damage, disks that fail, races, collections: `python benchmarks/durability.py` writes benchmarks/durability.md.

With names of parts (`damage steps points commands races collecting`) it measures only those; the others' figures stay.
What is measured is kept in durability.json. It exits 1 on any miss.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import durability_damage
import durability_disk
import racing
from measured import measured

REPORT, KEPT = (Path(__file__).with_suffix(suffix) for suffix in (".md", ".json"))
SEED, FLIPS, RACES, LATEST_S = 6, 1000, 50, 1.0
COMMANDS = ("session.opened=EDQUOT", "store.entry-synced=ENOSPC", "media.renamed=EIO", "publish.manifest=ENOSPC")


def damage(base: Path) -> dict[str, Any]:
    """Bit flips and truncations of the entries of a real render."""
    return durability_damage.damaged(base, random.Random(SEED), FLIPS)  # noqa: S311 - seeded, to be had again


def steps(base: Path) -> dict[str, Any]:
    """ENOSPC and EIO at each step of a render that changes a folder."""
    return _counted(durability_disk.steps(durability_disk.Ground.of(base)))


def points(base: Path) -> dict[str, Any]:
    """ENOSPC, EIO and EDQUOT at each failpoint, and each time that a render comes to one."""
    return _counted(durability_disk.points(durability_disk.Ground.of(base)))


def commands(base: Path) -> dict[str, Any]:
    """The same by the command line, in a process of its own."""
    ground = durability_disk.Ground.of(base)
    ends = {said: durability_disk.at_the_command_line(ground, said) for said in COMMANDS}
    missed = [f"{said}: exits {code}, {wrong}" for said, (code, _, wrong) in ends.items() if code != 7 or wrong]
    return {"tried": len(ends), "missed": missed}


def _counted(faults: Iterable[durability_disk.Fault]) -> dict[str, Any]:
    outcomes: Counter[str] = Counter()
    missed = []
    for fault in faults:
        outcomes[fault.outcome] += 1
        if fault.wrong:
            missed.append(f"{fault.where}: {fault.wrong}")
            print(missed[-1], flush=True)
    return {"tried": outcomes.total(), **outcomes, "missed": missed}


def races(base: Path) -> dict[str, Any]:
    """Two or three renders into one folder, started together."""
    chance = random.Random(SEED)  # noqa: S311 - seeded, to be had again
    found = [racing.Race.run(base / str(number), chance) for number in range(RACES)]
    missed = [one.wrong for one in found if one.wrong]
    missed += [f"left after {one.latest_s:.2f} s" for one in found if one.latest_s > LATEST_S]
    lost_s = sorted(left.after_asking_s for one in found for left in one.left if left.code == 6)
    return {
        "tried": RACES,
        "lost": len(lost_s),
        "median_s": lost_s[len(lost_s) // 2],
        "latest_s": lost_s[-1],
        "missed": missed,
    }


def collecting(base: Path) -> dict[str, Any]:
    """Renders, alone and by two processes, while another process collects all that nobody holds, every few milliseconds."""
    return durability_damage.collected(base, times=20)


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    part.__name__: part for part in (damage, steps, points, commands, races, collecting)
}


def page(kept: dict[str, Any]) -> str:
    """The report."""
    rows = []
    for name, part in PARTS.items():
        if name in kept:
            said = {key: value for key, value in kept[name].items() if key not in ("missed", "measured")}
            figures = ", ".join(f"{key.replace('_', ' ')} {_figure(value)}" for key, value in said.items())
            rows.append(f"| {part.__doc__} | {figures} | {len(kept[name]['missed'])} | {kept[name]['measured']} |")
    return f"""# Nothing is lost

`python benchmarks/durability.py`, seed {SEED}. Previz films of 64x64, two shots, few frames. A miss is: damage that is not
found, or not made again to the same bytes; an error that is not a `StorageError`, or names no path; a file of neither
the earlier film nor the new one; an entry that does not verify; a next run that makes another film or leaves anything
half written; a race that not exactly one renders, or whose losers exit other than 6 or later than {LATEST_S:g} s after
they asked for the folder. `unharmed` are renders that could do without the step that failed.

| what | measured | misses (target 0) | where |
|---|---|---|---|
{chr(10).join(rows)}
"""


def _figure(value: float) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def main() -> None:
    """Measure, report; exits 1 on any miss."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all when none is named")
    for name in arguments.parse_args().parts or PARTS:
        with tempfile.TemporaryDirectory() as base:
            began_s = time.monotonic()
            found = PARTS[name](Path(base))
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        kept[name] = {**found, "seconds": round(time.monotonic() - began_s), "measured": measured()}
        KEPT.write_text(json.dumps(kept, indent=1) + "\n")
        REPORT.write_text(page(kept))
        print(name, found, flush=True)
    if missed := [name for name, one in kept.items() if one["missed"]]:
        sys.exit(f"MISSED: {missed}")


if __name__ == "__main__":
    main()
