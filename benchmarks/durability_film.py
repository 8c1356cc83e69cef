"""The small films that durability is measured on, and what is held against what."""

import hashlib
from pathlib import Path

import composer
from composer.store import Store, items, verify

FIRST = """\
title: First
fps: 24
size: 64x64
places:
  yard: {look: brewery yard, light: morning, anchors: {tower: {box: 4 x 4 x 9m, look: red brick water tower}}}
shots:
  - {shot: front, duration: 2f, camera: WS tower}
  - {shot: back, duration: 2f, camera: {frame: WS tower, from: north-east}}
"""
SECOND = FIRST.replace("First", "Second").replace("from: north-east", "from: north-west")
"""An edit of it: one clip is kept, one is made."""

UNSEEN = (".lock", "status.json", "record.json", "rerun.json", "timeline.json", "reconciled.json")
"""Files that tell of the render, not of the film."""


def render(text: str, folder: Path) -> composer.Film:
    """Render into `out` below `folder`; the store is `cache` there."""
    shotlist = composer.read(text, "film.yaml")
    return composer.compose(shotlist, generator="previz", out=folder / "out", cache=folder / "cache")


def shown(folder: Path) -> dict[str, str]:
    """Digests of all that makes the film."""
    out = folder / "out"
    files = [path for path in out.rglob("*") if path.is_file() and path.name not in UNSEEN]
    return {path.relative_to(out).as_posix(): hashlib.blake2b(path.read_bytes()).hexdigest() for path in files}


def amiss(folder: Path, *films: dict[str, str], damaged: bool = False) -> list[str]:
    """What is wrong in a folder after a fault: files that are of none of `films`, and entries that are damaged, unless
    they were `damaged` before.
    """
    found = {name: digest for name, digest in shown(folder).items() if not name.endswith(".tmp")}
    faults = [name for name, digest in found.items() if digest not in {film.get(name) for film in films}]
    if found.get("film.mp4") not in {film["film.mp4"] for film in films}:
        faults.append("no film")
    found_damaged = verify(folder / "cache")
    return faults + [f"damaged: {item.key}" for item in found_damaged if not damaged]


def left_over(folder: Path) -> list[str]:
    """What is half written."""
    return [str(path) for path in (*(folder / "out").rglob(".*.tmp"), *(folder / "cache" / "sessions").glob("*"))]


def entries_of(cache: Path) -> dict[str, dict[str, bytes]]:
    """The bytes of every file of every entry but its record's, by key and name."""
    folders = {item.key: Store(cache).folder(item.key) for item in items(cache)}
    return {
        key: {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "entry.json"}
        for key, folder in folders.items()
    }
