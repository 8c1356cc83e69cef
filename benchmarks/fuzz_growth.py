"""Large shot lists: `python benchmarks/fuzz_growth.py` writes benchmarks/fuzz_growth.md.

Lists of 64 KiB to the guard (2 MiB), of every shape of `tests/fuzzed.py`, are read. No shape may take more than 3 times
the CPU time a byte at its largest that it takes at 64 KiB; what is refused early takes less.
"""

import sys
import time
from contextlib import suppress
from pathlib import Path

from measured import measured

import composer
from composer import ShotListError

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from fuzzed import SHAPES, shaped

REPORT = Path(__file__).parent / "fuzz_growth.md"
KIB = (64, 256, 1024, 2047)
LIMIT = 3.0
LEAST_S = 0.01


def read_s(text: str) -> float:
    """CPU seconds of reading."""
    begun = time.process_time()
    with suppress(ShotListError):  # what is measured is the reading, whatever it comes to
        composer.read(text, "large.yaml")
    return time.process_time() - begun


def growth(times_s: list[float]) -> float:
    """CPU time a byte at the largest, as a multiple of that at 64 KiB."""
    return (times_s[-1] / KIB[-1]) / (max(times_s[0], LEAST_S) / KIB[0])


def main() -> int:
    read_s(shaped("many shots", 4096))  # what is imported on the way is not measured
    lines = [f"# Large shot lists\n\n`python benchmarks/fuzz_growth.py`, {measured()}. CPU seconds of reading.\n"]
    lines += [f"| shape | {' | '.join(f'{kib} KiB' for kib in KIB)} | a byte, times that at 64 KiB (limit {LIMIT:g}) |"]
    lines += ["|---" * (len(KIB) + 2) + "|"]
    worst = 0.0
    for shape in SHAPES:
        times_s = [read_s(shaped(shape, kib * 1024)) for kib in KIB]
        worst = max(worst, growth(times_s))
        lines.append(f"| {shape} | {' | '.join(f'{took:.2f}' for took in times_s)} | {growth(times_s):.1f} |")
        print(lines[-1], flush=True)
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
