"""Every figure that this project publishes, measured in one run: `python benchmarks/run.py` writes benchmarks/report.md.

Each row names its limit where there is one. Times are CPU seconds, so that a loaded machine measures what an idle one
does; the two figures of real time say so. docs/figures.md tells how each is measured.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import check_list
import controls
import metrics
import physics
import previz
import stitch
from measured import Row, measured

ROOT = Path(__file__).parent.parent
REPORT = Path(__file__).parent / "report.md"


@dataclass(frozen=True)
class Cost:
    """What one command took: CPU seconds of it and its children, wall seconds, peak memory of the largest process."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def cost_of(*words: str) -> Cost:
    """Run `composer WORDS` to its end."""
    code = (
        "import resource, subprocess, sys; rc = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode;"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN); print(u.ru_utime + u.ru_stime, u.ru_maxrss / 1024, rc)"
    )
    started = time.monotonic()
    command = [sys.executable, "-c", code, sys.executable, "-m", "composer", *words]
    cpu, peak, status = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    if status != "0":
        raise SystemExit(f"composer {' '.join(words)} exited {status}")
    return Cost(float(cpu), time.monotonic() - started, float(peak))


def commands(folder: Path) -> list[Row]:
    """The program as people run it."""
    listed = folder / "thousand.yaml"
    listed.write_text(check_list.long_list())
    helped = min(cost_of("--help").cpu_s for _ in range(5))
    checked = cost_of("check", str(listed))
    return [
        Row("`composer --help`", helped, "CPU s", 0.5),
        Row("`composer check` of 1,000 shots, places, motion and cameras included", checked.cpu_s, "CPU s", 8),
        Row("its peak memory", checked.peak_mb, "MB", 500),
    ]


def growth(folder: Path) -> list[Row]:
    """Checking and planning lists of 10, 100 and 1,000 shots with physics."""
    rows = []
    for words in (["check"], ["plan", "--json", "-g", "previz"]):
        costs = []
        for shots in (10, 100, 1000):
            listed = folder / f"{shots}.yaml"
            listed.write_text(check_list.long_list(shots, physics=True))
            costs.append(cost_of(words[0], str(listed), *words[1:]))
            name = f"`composer {words[0]}` of {shots:,} shots with physics"
            rows += [Row(name, costs[-1].cpu_s, "CPU s"), Row(f"{name}: peak memory", costs[-1].peak_mb, "MB")]
        few, some, many = (cost.cpu_s for cost in costs)
        ratio = ((many - some) / 900) / ((some - few) / 90)
        rows.append(Row(f"`composer {words[0]}`: a shot from 100 to 1,000, to one from 10 to 100", ratio, "x"))
    return rows


def renders(folder: Path) -> list[Row]:
    """The harbour, as a draft and at full size, then again with nothing changed."""
    harbour, rows = str(ROOT / "shotlists" / "harbour.yaml"), []
    for name, words in (("draft, 384x216", ["--draft"]), ("768x432", [])):
        out = folder / name[:5].strip(",")
        made = cost_of("render", harbour, "-g", "previz", "-o", str(out), *words)
        plan = json.loads((out / "plan.json").read_text())
        length_s = plan["frames"] / 24
        drawn = sum(s["frames"][1] - s["frames"][0] for shot in plan["shots"] for s in shot["segments"])
        again = cost_of("render", harbour, "-g", "previz", "-o", str(out), *words)
        live = Row(
            f"harbour, {name}: film seconds a second of real time, {os.cpu_count()} cores", length_s / made.wall_s, "x"
        )
        rows += [
            Row(live.what, live.value, live.unit, 1.0 if words else None, at_least=True),
            Row(
                f"harbour, {name}: the whole command, a frame drawn (handles included)",
                1000 * made.cpu_s / drawn,
                "CPU ms",
            ),
            Row(f"harbour, {name}: peak memory", made.peak_mb, "MB"),
            Row(f"harbour, {name}: run again, nothing changed", again.cpu_s / made.cpu_s, "of the first run's CPU"),
        ]
    return rows


CONTROLS_MS = {"control maps, 512x288": 40.0, "spatial memory, 512x288": 25.0, "all controls of a frame": 120.0}
PREVIZ = {
    "previz_ms": ("previz, 768x432, in all", "CPU ms a frame", 250.0),
    "cast_ms": ("of it: casting", "CPU ms a frame", None),
    "mirror_ms": ("of it: reflections", "CPU ms a frame", None),
    "shadow_ms": ("of it: shadows", "CPU ms a frame", None),
    "shading_ms": ("of it: shading", "CPU ms a frame", None),
    "edges_ms": ("of it: edges sampled again", "CPU ms a frame", None),
    "grade_ms": ("of it: grade", "CPU ms a frame", None),
    "draft_ms": ("previz, 384x216, in all", "CPU ms a frame", None),
}
PHYSICS = {
    "physics_s": ("physics, 180 s of story, 10 things pushed every 10 to 20 s", "CPU s", 10.0),
    "sampling_s": ("their poses, 24 a second", "CPU s", None),
}
STITCH = {
    "copy_to_floor": ("joining by copying packets, to encoding the frames once", "x", None),
    "encode_anew_to_floor": ("joining by encoding anew, to encoding the frames once", "x", None),
    "lossless_write_ms_a_frame": ("lossless clip, 1280x720, written", "CPU ms a frame", None),
    "lossless_read_ms_a_frame": ("lossless clip, 1280x720, read", "CPU ms a frame", None),
}


def parts() -> list[Row]:
    """Parts on their own, one thread."""
    rows = []
    for what, value in controls.measure().items():
        if what.endswith(": median ms"):
            limit = next((most for name, most in CONTROLS_MS.items() if what.startswith(name)), None)
            rows.append(Row(what.removesuffix(": median ms"), value, "CPU ms a frame", limit))
    pairs = metrics.measure().items()
    rows += [Row(k.removesuffix(": median ms"), v, "CPU ms", 100) for k, v in pairs if k.endswith(": median ms")]
    drawn, joined, moved = previz.measure(), stitch.measure(), physics.measure()
    for names, found in ((PREVIZ, drawn), (STITCH, joined), (PHYSICS, moved)):
        rows += [Row(names[key][0], found[key], names[key][1], names[key][2]) for key in names]
    rows += [Row(key.replace("_", " "), value, "") for key, value in joined.items() if "peak" in key or "sound" in key]
    return rows


def main() -> None:
    """Measure all and write the report; exits 1 when a limit was missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cost_of(
            "render", str(ROOT / "shotlists" / "minimal.yaml"), "-g", "previz", "-o", str(folder / "warm"), "--draft"
        )
        rows = [*commands(folder), *growth(folder), *parts(), *renders(folder)]
    REPORT.write_text(_report(rows))
    sys.stdout.write(REPORT.read_text())
    sys.exit(any(not row.held for row in rows))


def _report(rows: list[Row]) -> str:
    head = [
        "# Figures",
        "",
        f"`python benchmarks/run.py` {measured()}.",
        "",
        "| figure | measured | limit | |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *(str(row) for row in rows)]) + "\n"


if __name__ == "__main__":
    main()
