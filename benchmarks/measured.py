"""Where figures were measured, and how they are told."""

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure: what, how much, its unit, and the limit it must not pass (None: reported only)."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def held(self) -> bool:
        return self.limit is None or (self.value >= self.limit if self.at_least else self.value <= self.limit)

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"{'at least' if self.at_least else 'at most'} {self.limit:g}"
        verdict = "" if self.limit is None else "held" if self.held else "MISSED"
        return f"| {self.what} | {self.value:.3g} {self.unit} | {limit} | {verdict} |"


def measured() -> str:
    """`at commit abc1234, 2026-01-31, on PROCESSOR, 2 cores, 24 GiB, Python 3.11.7`."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    return f"at commit {commit.stdout.strip()}, {time.strftime('%Y-%m-%d')}, on {machine}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
