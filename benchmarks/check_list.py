"""CPU seconds and peak memory of reading a shot list of 1,000 shots: `python benchmarks/check_list.py`.

The list has 20 places of 20 anchors, 20 subjects and 1,000 shots (about 390 kB). Each measurement runs in a process of
its own; the figure is the least of three. Limits: 5 CPU s and 500 MB for reading; `composer check` without physics has
8 CPU s in all.
"""

import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

PLACES, ANCHORS, SHOTS = 20, 20, 1000
LIMIT_CPU_S, LIMIT_MB = 5.0, 500.0

_MEASURE = """
import json, resource, sys, time
import composer
composer.load  # imports are counted apart
before = time.process_time()
shotlist = composer.load(sys.argv[1])
cpu_s = time.process_time() - before
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"cpu_s": cpu_s, "import_cpu_s": before, "peak_mb": peak_mb, "shots": len(shotlist.shots)}))
"""


def long_list(shots: int = SHOTS, *, physics: bool = False) -> str:
    """YAML of so many shots in the layout of a hand-written list; with `physics` a ball of each place is pushed about."""
    lines = ["title: A thousand shots", "fps: 24", "places:"]
    for place in range(PLACES):
        lines += [f"  place_{place}:", "    look: working quay after rain, low mist", "    light: dawn", "    anchors:"]
        lines += ["      house_0: {box: 4 x 4 x 6m, look: red brick house with a slate roof}"]
        for anchor in range(1, ANCHORS):
            look = "green timber shed with a tin roof"
            lines.append(
                f"      house_{anchor}: {{box: 6 x 4 x 3m, look: {look}, right_of: house_{anchor - 1}, gap: 3m}}"
            )
        lines += [
            "    marks:",
            "      spot: {in_front_of: house_3, gap: 4m}",
            "      door: {in_front_of: house_9, gap: 2m}",
        ]
    lines.append("subjects:")
    for place in range(PLACES):
        position = f"place: place_{place}, in_front_of: house_1, gap: 3m, facing: east"
        lines.append(f"  mara_{place}: {{person: 1.70m, look: docker in an orange oilskin, {position}}}")
        if physics:
            position = f"place: place_{place}, in_front_of: house_5, gap: 6m"
            lines.append(f"  ball_{place}: {{sphere: 0.3m, look: red rubber ball, {position}}}")
    lines += ["styles:", "  film: 35mm film, soft grain, muted teal", "  game: {look: flat shading}", "shots:"]
    for shot in range(shots):
        who = f"mara_{shot // 50 % PLACES}"
        lines += [
            f"  - shot: shot_{shot}",
            f"    duration: {2 + shot % 5}.5s",
            f"    place: place_{shot // 50 % PLACES}",
            f"    style: {'game' if shot % 7 == 0 else 'film'}",
            "    camera:",
            f"      frame: MS {who}",
            "      from: south-east",
            "      height: 1.4m",
            "      lens: 50mm",
            f"      move: [dolly in 0.4m + pan with {who} for 1s, arc left 10deg ease-out]",
            f"    motion: {{{who}: [hold for 0.5s, walk to {'spot' if shot % 2 else 'door'} at 1.2m/s, turn to house_3]{_push(shot) if physics else ''}}}",
            f'    prompt: "@{who} looks over her shoulder at the @house_3, rain on her oilskin"',
        ]
    return "\n".join(lines) + "\n"


def _push(shot: int) -> str:
    """Every fourth shot a ball is pushed, there and back."""
    way = "west" if shot % 8 else "east"
    return "" if shot % 4 else f", ball_{shot // 50 % PLACES}: push {way} at 1m/s"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "thousand.yaml"
        path.write_text(long_list(), encoding="utf-8")
        runs = [
            json.loads(
                subprocess.run([sys.executable, "-c", _MEASURE, str(path)], check=True, capture_output=True).stdout
            )
            for _ in range(3)
        ]
        size_kb = path.stat().st_size / 1000
    best = min(runs, key=lambda run: run["cpu_s"])
    print(f"{best['shots']} shots, {size_kb:.0f} kB, on {platform.machine()}, Python {platform.python_version()}")
    print(f"reading {best['cpu_s']:.2f} CPU s (limit {LIMIT_CPU_S:g}), imports {best['import_cpu_s']:.2f} CPU s")
    print(f"peak memory {best['peak_mb']:.0f} MB (limit {LIMIT_MB:g})")
    return 0 if best["cpu_s"] <= LIMIT_CPU_S and best["peak_mb"] <= LIMIT_MB else 1


if __name__ == "__main__":
    raise SystemExit(main())
