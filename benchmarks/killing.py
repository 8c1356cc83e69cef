"""Renders that are killed, and go on: `python benchmarks/killing.py` writes benchmarks/killing.md.

At each of the seeded points a render ends by SIGKILL: a moment after it began, or the n-th step of its writing. At every
named failpoint it ends, too. The next run has to make the same film, byte for byte, rendering again at most what was in
flight, and to leave nothing half written. Each render is a fork of a process that has imported the program and done
nothing yet.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

for one in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[one] = "1"  # no threads before the fork

import composer  # noqa: E402 - after that
import composer.composing.rendering  # noqa: E402
import composer.generators.previz  # noqa: E402
from composer import failpoints  # noqa: E402
from composer.store import Store, collect, items  # noqa: E402

REPORT = Path(__file__).parent / "killing.md"
UNWRITTEN = 2  # clips that are made and not yet on disk, at most
LIST = """
title: Killed
size: 64x64
seed: 5
places:
  yard: {look: yard, anchors: {hut: {box: 4 x 3 x 3m, look: brick hut}}}
  hall: {look: hall, light: night, anchors: {door: {box: 1 x 0.2 x 2m, look: oak door}}}
shots:
  - {shot: one, duration: 6f, place: yard, camera: WS hut}
  - {shot: two, duration: 4f, place: hall, camera: MS door}
  - {shot: three, duration: 130f, place: yard, camera: {frame: MS hut, move: arc left 20deg}}
  - {shot: five, duration: 4f, place: yard, join: last_frames, camera: {move: hold}}
  - {shot: four, duration: 3f, place: hall, camera: {frame: CU door, move: dolly in 0.2m}}
"""
SEGMENTS = 6
UNSEEN = (".lock", "status.json", "record.json", "timeline.json")
"""Files that tell of the render, not of the film."""


@dataclass(frozen=True)
class Ended:
    """How a render ended: the wait status of its process, what it said, and the segments it finished."""

    status: int
    said: str
    finished: tuple[str, ...]

    @property
    def killed(self) -> bool:
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL


def forked(work: Callable[[], str], told: Path) -> Ended:
    """Do `work` in a process of its own, which writes down what it finished as it goes."""
    told.write_text("")
    pid = os.fork()
    if pid == 0:
        try:
            said, code = work(), 0
        except BaseException as error:  # noqa: BLE001 - told to who waits
            said, code = f"{type(error).__name__}: {error}", 1
        with told.open("a") as file:
            file.write(json.dumps({"said": said}) + "\n")
        os._exit(code)
    _, status = os.waitpid(pid, 0)
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    said = "".join(line.get("said", "") for line in lines)
    return Ended(status, said, tuple(line["finished"] for line in lines if "finished" in line))


def render(folder: Path, workers: int, told: Path) -> str:
    """Render the list into `folder`; what was made."""

    def hear(step: composer.Progress) -> None:
        if (step.stage, step.happening) == ("render", "finished"):
            with told.open("a") as file:
                file.write(json.dumps({"finished": step.item}) + "\n")

    shotlist = composer.read(LIST, "killed.yaml")
    film = composer.compose(
        shotlist, generator="previz", out=folder / "out", cache=folder / "cache", workers=workers, on_progress=hear
    )
    return json.dumps({"made": film.made})


def shown(folder: Path) -> dict[str, str]:
    """Digests of all that makes the film."""
    files = [path for path in (folder / "out").rglob("*") if path.is_file() and path.name not in UNSEEN]
    return {p.relative_to(folder).as_posix(): hashlib.blake2b(p.read_bytes()).hexdigest() for p in files}


def left_over(folder: Path) -> list[str]:
    """What is half written."""
    temporary = (folder / "out").rglob(".*.tmp")
    return [str(path) for path in (*temporary, *(folder / "cache" / "sessions").glob("*"))]


@dataclass(frozen=True)
class Trial:
    """Where a render was ended, and what came of it; `again` were finished and rendered again; faults are misses."""

    where: str
    killed: bool
    again: int
    faults: tuple[str, ...]


def trial(where: str, begin: Callable[[], None], workers: int, reference: dict[str, str], base: Path) -> Trial:
    """End a render as `begin` arms it, and go on."""
    folder = base / "trial"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    told = base / "told"

    def first() -> str:
        begin()
        return render(folder, workers, told)

    ended = forked(first, told)
    again = forked(lambda: render(folder, workers, told), told)
    faults = []
    if again.status:
        faults.append(f"the next run failed: {again.said}")
        return Trial(where, ended.killed, 0, tuple(faults))
    if shown(folder) != reference:
        faults.append("the film differs")
    if found := left_over(folder):
        faults.append(f"half written: {found}")
    twice = set(ended.finished) & set(again.finished)
    if len(twice) > UNWRITTEN:
        faults.append(f"rendered again: {sorted(twice)}")
    return Trial(where, ended.killed, len(twice), tuple(faults))


def after(seconds: float) -> Callable[[], None]:
    """Kill this process in so many seconds."""

    def begin() -> None:
        def kill() -> None:
            time.sleep(seconds)
            os.kill(os.getpid(), signal.SIGKILL)

        threading.Thread(target=kill, daemon=True).start()

    return begin


def at(said: str) -> Callable[[], None]:
    return lambda: failpoints.arm(f"{said}=kill")


def with_damage(folder: Path) -> None:
    """Flip a bit of every entry's first file, and forget the film, so that a render meets the damage."""
    for one in items(folder / "cache"):
        there = Store(folder / "cache").folder(one.key).iterdir()
        victim = next(path for path in sorted(there) if path.suffix in (".mkv", ".mp4"))
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(content)
    shutil.rmtree(folder / "out")


def rare(name: str, reference: dict[str, str], base: Path) -> Trial:
    """End at a point that only damage or a collection leads to."""
    folder, told = base / "trial", base / "told"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    forked(lambda: render(folder, 1, told), told)

    def first() -> str:
        failpoints.arm(f"{name}=kill")
        if name == "store.trashed":
            collect(folder / "cache", 0)
            return ""
        return render(folder, 1, told)

    if name == "store.set-aside":
        with_damage(folder)
    ended = forked(first, told)
    again = forked(lambda: render(folder, 1, told), told)
    faults = [] if not again.status and shown(folder) == reference else [f"the film differs: {again.said}"]
    return Trial(name, ended.killed, 0, tuple(faults + left_over(folder)))


def trials(points: int, seed: int, workers: int, base: Path) -> list[Trial]:
    """So many seeded points, half by time and half by step, then every failpoint by name."""
    chance = random.Random(seed)  # noqa: S311 - a seeded schedule
    told = base / "told"
    folder = base / "reference"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    forked(lambda: render(folder, workers, told), told)  # compiles what is not compiled yet
    shutil.rmtree(folder)
    folder.mkdir()

    def counted() -> str:
        counter = failpoints.arm("any:1000000=kill")
        render(folder, workers, told)
        return str(counter.passed)

    started = time.monotonic()
    whole = forked(counted, told)
    seconds, steps = time.monotonic() - started, int(whole.said)
    assert len(whole.finished) == SEGMENTS, whole
    reference = shown(folder)
    done: list[Trial] = []

    def note(one: Trial) -> None:
        done.append(one)
        print(f"{len(done)}: {one.where}: {'killed' if one.killed else 'ended before'}, {one.again} again", flush=True)
        for fault in one.faults:
            print(f"  MISSED: {fault}", flush=True)

    for number in range(points):
        if number % 2:
            moment = chance.uniform(0.05, 1.0) * seconds
            note(trial(f"after {moment:.3f} s", after(moment), workers, reference, base))
        else:
            step = chance.randrange(1, steps + 1)
            note(trial(f"step {step} of {steps}", at(f"any:{step}"), workers, reference, base))
    for name in failpoints.NAMES:
        if name in ("store.set-aside", "store.trashed"):
            note(rare(name, reference, base))
        else:
            note(trial(name, at(name), 1, reference, base))
    return done


def main() -> None:
    """Kill, go on, report; exits 1 on any miss."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--points", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--no-report", action="store_true")
    told = arguments.parse_args()
    with tempfile.TemporaryDirectory() as base:
        done = trials(told.points, told.seed, told.workers, Path(base))
    named = [one for one in done if one.where in failpoints.NAMES]
    missed = [one for one in done if one.faults]
    not_reached = [one.where for one in named if not one.killed]
    if not told.no_report:
        from measured import measured  # noqa: PLC0415 - only the report names the machine

        REPORT.write_text(
            f"""# Killed, and gone on

`python benchmarks/killing.py {" ".join(sys.argv[1:])}`, {measured()}

A film of {SEGMENTS} segments in two places, by the animatic's generator. Half of the seeded points are moments, half are steps of writing.

| what | measured | target |
|---|---|---|
| seeded points | {len(done) - len(named)}, of which {sum(one.killed for one in done if one not in named)} before the render was over | 200 |
| named failpoints | {len(named)} of {len(failpoints.NAMES)}, not reached: {", ".join(not_reached) or "none"} | every one |
| next run failed, film differs, or something half written | {len(missed)} | 0 |
| segments that were finished and rendered again, at most | {max(one.again for one in done)} | those in flight (made and not yet written: {UNWRITTEN}) |
"""
        )
    if missed or not_reached:
        sys.exit(f"MISSED: {[one.where for one in missed]}, not reached: {not_reached}")
    print(f"{len(done)} points: the same film every time")


if __name__ == "__main__":
    main()
