"""Where figures were measured."""

import os
import platform
import subprocess
import time
from pathlib import Path


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
