"""Damages the store of a real render a thousand times: `python benchmarks/durability_store.py > benchmarks/durability_store.md`."""

import platform
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import composer
from composer.errors import DamagedError
from composer.store import Store, file_digest, items

FLIPS, SEED, REBUILT = 1000, 6, 5
LIST = """\
title: Small
fps: 24
size: 64x64
places:
  yard: {look: brewery yard, light: morning, anchors: {tower: {box: 4 x 4 x 9m, look: red brick water tower}}}
shots:
  - {shot: front, duration: 4f, camera: WS tower}
  - {shot: back, duration: 4f, camera: {frame: WS tower, from: north-east}}
"""


def render(out: Path, cache: Path) -> composer.Film:
    return composer.compose(composer.read(LIST, "small.yaml"), generator="previz", out=out, cache=cache)


def damage(path: Path, chance: random.Random) -> bytes:
    """Flip one bit of a file, or cut it short; returns what it held."""
    whole = path.read_bytes()
    at = chance.randrange(len(whole))
    flipped = whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
    path.write_bytes(flipped if chance.random() < 0.5 else whole[:at])
    return whole


def is_found(cache: Path, key: str) -> bool:
    """Does a render that reads all of an entry come to know that it is damaged?"""
    with Store(cache) as store:
        entry = store.get(key)
        try:
            return entry is None or not [entry.path(name) for name in entry.digests]
        except DamagedError:
            return True


def main() -> None:
    chance = random.Random(SEED)  # noqa: S311 - seeded, to be had again
    found = rebuilt = 0
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        film = file_digest(render(Path(folder) / "first", cache).path)
        keys = sorted(item.key for item in items(cache))
        for _ in range(FLIPS):
            key = chance.choice(keys)
            place = Store(cache).folder(key)
            victim = chance.choice(sorted(place.iterdir()))
            whole = damage(victim, chance)
            if is_found(cache, key):
                found += 1
                (aside,) = (cache / "damaged").glob(f"{key}.*")
                aside.rename(place)
            victim.write_bytes(whole)
        for number in range(REBUILT):
            for key in keys:
                damage(chance.choice(sorted(Store(cache).folder(key).iterdir())), chance)
            rebuilt += file_digest(render(Path(folder) / f"again{number}", cache).path) == film
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    sys.stdout.write(
        f"# Damage to a store\n\n`python benchmarks/durability_store.py > benchmarks/durability_store.md` "
        f"at {commit.stdout.strip()}, {platform.machine()}, Python {platform.python_version()}.\n\n"
        f"Seed {SEED}; a previz film of two shots, {len(keys)} entries.\n\n"
        f"- {found} of {FLIPS} bit flips and truncations found, each in a store opened anew.\n"
        f"- {rebuilt} of {REBUILT} films rendered with every entry damaged are byte-identical to the first.\n"
    )


if __name__ == "__main__":
    main()
