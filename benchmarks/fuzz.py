"""Shot lists that go wrong, by number: `python benchmarks/fuzz.py --count 100000` writes benchmarks/fuzz.md.

Every list of `tests/fuzzed.py` is read; one that passes is rehearsed as well (places, motion, physics, cameras). A miss is
anything but faults with their places: another exception, reading over 1 CPU s, more than 512 MB. It is printed with the
command that replays it (`--first NUMBER --count 1`), and the exit code is 1. Rehearsals of over a second are counted and
told: a minute of physics may be asked for in a word. Larger lists: benchmarks/fuzz_growth.py.
"""

import argparse
import os
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from math import inf
from pathlib import Path

from measured import measured

import composer
from composer import ShotListError
from composer.composing import rehearse

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from fuzzed import MOST_BYTES, fuzzed  # noqa: E402 - after the path that leads to it

REPORT = Path(__file__).parent / "fuzz.md"
LIMIT_CPU_S, LIMIT_MB = 1.0, 512.0
GIVE_UP_CPU_S = 20.0
BATCH = 250


class TooLong(BaseException):
    """A list took so much CPU time that it was left."""


@dataclass
class Tally:
    """What a range of numbers came to: lists by outcome, CPU times (s) of the worst, misses and peak memory (MB)."""

    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    read_s: list[tuple[float, int]] = field(default_factory=list)
    rehearsed_s: list[tuple[float, int]] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    peak_mb: float = 0.0
    slow_rehearsals: int = 0

    def add(self, other: "Tally") -> None:
        self.count += other.count
        self.outcomes += other.outcomes
        self.read_s = sorted(self.read_s + other.read_s, reverse=True)[:5]
        self.rehearsed_s = sorted(self.rehearsed_s + other.rehearsed_s, reverse=True)[:5]
        self.misses += other.misses
        self.peak_mb = max(self.peak_mb, other.peak_mb)
        self.slow_rehearsals += other.slow_rehearsals

    def told(self) -> str:
        slowest = f"reading {self.read_s[:2]}, rehearsing {self.rehearsed_s[:3]}"
        return f"{self.count} {dict(self.outcomes)} {slowest}, {self.slow_rehearsals} slow, {self.peak_mb:.0f} MB"


def tried(first: int, count: int) -> Tally:
    """The lists of `count` numbers from `first` on, in this process."""
    signal.signal(signal.SIGPROF, _leave)
    warnings.simplefilter("error", RuntimeWarning)
    tally = Tally()
    for number in range(first, first + count):
        Path("/proc/self/clear_refs").write_text("5")  # sets VmHWM back to VmRSS
        before_mb = _memory_mb("VmRSS")
        signal.setitimer(signal.ITIMER_PROF, GIVE_UP_CPU_S)
        try:
            outcome = _try(number, tally)
        except TooLong:
            outcome = "left"
            tally.misses.append(f"{number}: left after {GIVE_UP_CPU_S:g} CPU s")
        except Exception:  # noqa: BLE001 - what is looked for
            outcome = "raised"
            tally.misses.append(f"{number}: {traceback.format_exc(limit=-3)}")
        signal.setitimer(signal.ITIMER_PROF, 0)
        tally.peak_mb = max(tally.peak_mb, _IMPORTED_MB + _memory_mb("VmHWM") - before_mb)
        tally.count += 1
        tally.outcomes[outcome] += 1
        if tally.misses and tally.misses[-1].startswith(f"{number}:"):
            print(f"MISS {tally.misses[-1]}", file=sys.stderr, flush=True)
    return tally


def _memory_mb(what: str) -> float:
    """`VmRSS`, what this process holds, or `VmHWM`, the most that it held since that was set back."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"no {what} in /proc/self/status")


_IMPORTED_MB = _memory_mb("VmRSS")
"""What the program holds before it reads anything."""


def _leave(*_: object) -> None:
    raise TooLong


def _try(number: int, tally: Tally) -> str:
    text = fuzzed(number)
    begun = time.process_time()
    try:
        shotlist = composer.read(text, "chance.yaml")
    except ShotListError as error:
        shotlist, faults = None, error.faults
    took = time.process_time() - begun
    tally.read_s = sorted([*tally.read_s, (took, number)], reverse=True)[:5]
    if took > LIMIT_CPU_S:
        tally.misses.append(f"{number}: reading took {took:.2f} CPU s")
    if shotlist is None:
        if not faults or not all(fault.line and fault.column and fault.message for fault in faults):
            tally.misses.append(f"{number}: a fault without its place")
        return "faults when read"
    begun = time.process_time()
    found = rehearse(shotlist).faults
    took = time.process_time() - begun
    tally.rehearsed_s = sorted([*tally.rehearsed_s, (took, number)], reverse=True)[:5]
    tally.slow_rehearsals += took > LIMIT_CPU_S
    if not all(fault.line and fault.column and fault.message for fault in found):
        tally.misses.append(f"{number}: a fault of the rehearsal without its place")
    return "faults when rehearsed" if any(fault.severity == "error" for fault in found) else "good"


def report(tally: Tally, command: str) -> str:
    lines = [
        *("# Fuzzed shot lists", "", f"`{command}`, {measured()}.", ""),
        f"{tally.count:,} lists of up to {MOST_BYTES // 1024} KiB, numbered from the first; each is read, and rehearsed when it passes.",
        *("", "| outcome | lists |", "|---|---|"),
        *(f"| {outcome} | {count:,} |" for outcome, count in sorted(tally.outcomes.items())),
        *("", "| figure | measured | limit |", "|---|---|---|"),
        f"| misses | {len(tally.misses)} | 0 |",
        f"| slowest reading | {tally.read_s[0][0]:.2f} CPU s | {LIMIT_CPU_S:g} |",
        f"| slowest rehearsal | {tally.rehearsed_s[0][0]:.2f} CPU s | told |" if tally.rehearsed_s else "",
        f"| rehearsals over 1 CPU s | {tally.slow_rehearsals} | told |",
        f"| peak memory of a list, the program's own {_IMPORTED_MB:.0f} MB included | {tally.peak_mb:.0f} MB | {LIMIT_MB:g} |",
    ]
    if tally.misses:
        lines += ["", "Misses:", "", *(f"- {miss.splitlines()[0]}" for miss in tally.misses[:20])]
    return "\n".join(line for line in lines) + "\n"


def batches(first: int, count: int) -> Iterator[tuple[int, int]]:
    for begin in range(first, first + count, BATCH):
        yield begin, min(BATCH, first + count - begin)


def parts(args: argparse.Namespace) -> Iterator[Tally]:
    """What batches came to, each as soon as it is done."""
    until = time.monotonic() + args.seconds
    todo, tried_at_once = batches(args.first, args.count), set[Future[Tally]]()
    with ProcessPoolExecutor(args.workers, max_tasks_per_child=20) as pool:
        while True:
            if time.monotonic() < until and not (args.until and time.strftime("%H:%M") >= args.until):
                more = islice(todo, args.workers + 1 - len(tried_at_once))
                tried_at_once |= {pool.submit(tried, *numbers) for numbers in more}
            if not tried_at_once:
                return
            done, tried_at_once = wait(tried_at_once, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--until", default="", help="HH:MM at which no further batch begins; what was done is reported")
    parser.add_argument("--seconds", type=float, default=inf, help="after which no further batch begins, likewise")
    parser.add_argument("--report", type=Path, default=REPORT, help="file that is written as the lists are tried")
    parser.add_argument("--no-report", action="store_true")
    args = parser.parse_args()
    command, tally = "python " + " ".join(["benchmarks/fuzz.py", *sys.argv[1:]]), Tally()
    if args.count == 1:
        tally.add(tried(args.first, 1))
    else:
        for part in parts(args):
            tally.add(part)
            print(tally.told(), flush=True)
            if not args.no_report:
                args.report.write_text(report(tally, command), encoding="utf-8")
    text = report(tally, command)
    print(text)
    if not args.no_report:
        args.report.write_text(text, encoding="utf-8")
    good = not tally.misses and tally.peak_mb <= LIMIT_MB
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
