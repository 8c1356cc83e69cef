"""Entries that are damaged, found and made again; and renders while a collector takes all that nobody holds."""

import multiprocessing
import random
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from durability_film import FIRST, entries_of, render, shown

import composer
from composer.errors import DamagedError
from composer.store import Store, collect, items, verify

FILMS = 5
PAUSE_S = 0.002
TASKS = 4  # of a film: a segment and a delivery for each shot


def damaged(base: Path, chance: random.Random, flips: int) -> dict[str, Any]:
    """Damage one file of one entry of a real render `flips` times; then every entry at once, `FILMS` times."""
    render(FIRST, base)
    cache, film = base / "cache", shown(base)
    whole = entries_of(cache)
    missed = []
    for number in range(flips):
        key = chance.choice(sorted(whole))
        victim = chance.choice(sorted(Store(cache).folder(key).iterdir()))
        how = damage(victim, chance)
        if not is_mended(cache, key, whole[key]):
            missed.append(f"{number}: {how} of {victim.name}")
    for number in range(FILMS):
        for key in whole:
            damage(chance.choice(sorted(Store(cache).folder(key).iterdir())), chance)
        (base / "out" / "film.mp4").unlink()  # else nothing reads the bytes of any clip
        render(FIRST, base)
        if shown(base) != film or verify(cache):
            missed.append(f"film {number} with every entry damaged")
    return {"tried": flips, "entries": len(whole), "films": FILMS, "missed": missed}


def damage(path: Path, chance: random.Random) -> str:
    """Flip one bit of a file, or cut it short; says which."""
    content = path.read_bytes()
    at = chance.randrange(len(content))
    if chance.random() < 0.5:
        path.write_bytes(content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :])
        return f"flip at {at}"
    path.write_bytes(content[:at])
    return f"cut at {at}"


def is_mended(cache: Path, key: str, files: dict[str, bytes]) -> bool:
    """Does who reads all of an entry find that it is damaged, and have it anew, with the same bytes?"""
    made = []

    def write(folder: Path) -> dict[str, Any]:
        made.append(key)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return {"content": key}

    with Store(cache) as store:
        for _ in range(2):
            try:
                entry = store.get_or_put(key, write)
                found = {name: entry.path(name).read_bytes() for name in entry.digests}
                break
            except DamagedError:
                continue
    return made == [key] and found == files and not [item for item in verify(cache) if item.key == key]


def _collect_on(cache: Path, begun: Event, stop: Event, done: Any) -> None:
    times = removed = 0
    begun.set()
    while not stop.is_set():
        removed += len(collect(cache, 0).removed)
        times += 1
        time.sleep(PAUSE_S)
    done.put((times, removed))


def _render(base: Path, workers: int, steps: list[composer.Progress]) -> None:
    shotlist = composer.read(FIRST, "film.yaml")
    out, cache = base / "out", base / "cache"
    composer.compose(shotlist, generator="previz", out=out, cache=cache, workers=workers, on_progress=steps.append)


def collected(base: Path, times: int, workers: int = 2) -> dict[str, Any]:
    """Render so many times, by turns alone and with `workers` processes, while another process collects every few milliseconds.

    Each render begins with an empty store, finds all that it made, and makes nothing twice.
    """
    spawning = multiprocessing.get_context("spawn")
    begun, stop, done = spawning.Event(), spawning.Event(), spawning.Queue()
    render(FIRST, base)
    film, missed = shown(base), []
    collector = spawning.Process(target=_collect_on, args=(base / "cache", begun, stop, done))
    collector.start()
    begun.wait(60)
    try:
        for number in range(times):
            while items(base / "cache"):  # nobody holds it
                time.sleep(0.001)
            (base / "out" / "film.mp4").unlink()
            at_once, steps = workers if number % 2 else 1, list[composer.Progress]()
            try:
                _render(base, at_once, steps)
                made = sorted(step.item for step in steps if step.happening == "finished")
                if shown(base) != film or made != sorted(set(made)) or len(made) != TASKS:
                    missed.append(f"{number}, {at_once} workers: another film, or made {made}")
            except Exception as error:  # noqa: BLE001 - which is what is looked for
                missed.append(f"{number}, {at_once} workers: {type(error).__name__}: {error}")
    finally:
        stop.set()
    rounds, removed = done.get(timeout=60)
    collector.join(60)
    left = [item.key for item in items(base / "cache") if item.kind == "unreadable"]
    return {"renders": times, "collections": rounds, "removed": removed, "missed": missed + left}
