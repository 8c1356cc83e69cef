"""Renders that are started together into one folder: one renders, the others leave.

`python benchmarks/racing.py WORDS` is `composer WORDS`, which imports all that it needs, says so, waits for a line on
stdin that says how long to wait further, in seconds, and tells on stderr whenever it asks for a folder.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import composer
from composer.store import file_digest, verify

MOST_OFFSET_S = 0.3
ASKED = "asked at "
READY = "ready"
LIST = """\
title: Raced
fps: 24
size: 64x64
places:
  yard: {look: brewery yard, light: morning, anchors: {tower: {box: 4 x 4 x 9m, look: red brick water tower}}}
shots:
  - {shot: front, duration: 4f, camera: WS tower}
  - {shot: back, duration: 96f, camera: {frame: WS tower, from: north-east, move: arc left 20deg}}
"""


@dataclass(frozen=True)
class Left:
    """How one of the renders ended: its exit code, what it said, and seconds from asking for the folder, the last time
    that it did, and from its start.
    """

    code: int
    said: str
    after_asking_s: float
    after_start_s: float


@dataclass(frozen=True)
class Race:
    """How two or three renders that were started together ended, and what was wrong then, but for the time it took."""

    left: tuple[Left, ...]
    wrong: str

    @property
    def latest_s(self) -> float:
        """The longest that one that left took from asking for the folder."""
        return max((one.after_asking_s for one in self.left if one.code), default=0.0)

    @classmethod
    def run(cls, folder: Path, chance: random.Random) -> "Race":
        """Race into a folder that is not there yet, up to `MOST_OFFSET_S` apart, and render once more."""
        file, out, cache = folder / "raced.yaml", folder / "out", folder / "cache"
        folder.mkdir()
        file.write_text(LIST)
        left = tuple(
            race(file, out, cache, [chance.uniform(0, MOST_OFFSET_S) for _ in range(chance.choice((2, 2, 3)))])
        )
        codes = sorted(one.code for one in left)
        wrong = [f"exit codes {codes}"] if codes != [0, *[6] * (len(left) - 1)] else []
        wrong += [f"says {one.said}" for one in left if one.code == 6 and "is in use by process" not in one.said]
        film = file_digest(out / "film.mp4")
        again = composer.compose(composer.load(file), generator="previz", out=folder / "alone", cache=folder / "fresh")
        if file_digest(again.path) != film or verify(cache) or list(out.rglob(".*.tmp")):
            wrong.append("the film, or the store, is not as one render alone leaves it")
        return cls(left, "; ".join(wrong))


def race(file: Path, out: Path, cache: Path, offsets_s: Sequence[float]) -> list[Left]:
    """Start as many renders of `file` as there are offsets, all ready to go before the first of them goes."""
    words = ["render", str(file), "-g", "previz", "-o", str(out), "--cache", str(cache)]
    command = [sys.executable, __file__, *words]
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    racers = [subprocess.Popen(command, **pipes) for _ in offsets_s]
    for racer in racers:
        assert racer.stdout.readline().strip() == READY
    start_s = time.monotonic()
    for racer, offset_s in zip(racers, offsets_s, strict=True):
        racer.stdin.write(f"{offset_s}\n")
        racer.stdin.flush()
    ended_s: dict[int, float] = {}
    while len(ended_s) < len(racers):
        for index, racer in enumerate(racers):
            if index not in ended_s and racer.poll() is not None:
                ended_s[index] = time.monotonic()
        time.sleep(0.002)
    left = []
    for index, (racer, offset_s) in enumerate(zip(racers, offsets_s, strict=True)):
        _, said = racer.communicate()
        asked_s = [float(line.removeprefix(ASKED)) for line in said.splitlines() if line.startswith(ASKED)]
        rest = "\n".join(line for line in said.splitlines() if not line.startswith(ASKED))
        begun_s = start_s + offset_s
        left.append(
            Left(racer.returncode, rest, ended_s[index] - max(asked_s, default=begun_s), ended_s[index] - begun_s)
        )
    return left


def telling(ask: Callable[..., Any]) -> Callable[..., Any]:
    """`ask`, which now says when it is called."""

    def told(*words: Any) -> Any:
        sys.stderr.write(f"{ASKED}{time.monotonic()}\n")
        return ask(*words)

    return told


def main() -> None:
    import composer.composing.rendering  # noqa: PLC0415 - all that a render needs, before it is timed
    import composer.generators.previz  # noqa: F401, PLC0415
    from composer.__main__ import main as command_line  # noqa: PLC0415
    from composer.run import folders  # noqa: PLC0415

    for name in ("holder", "_taken"):
        setattr(folders, name, telling(getattr(folders, name)))
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    time.sleep(float(sys.stdin.readline()))
    command_line()


if __name__ == "__main__":
    main()
