"""Do the measures discriminate? `python benchmarks/faults.py --footage FILE` writes benchmarks/faults.md and faults.json.

Faults are planted in the pixels and the sound of films that were made, and measured by the product's own code, beside the
same joins as they are. The films are rendered once, into `--out`; a rerun measures only. `--report` writes the report of
the numbers that stand in faults.json.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import faults_held_out
import faults_lists
import torch
from faults_figures import verdicts
from faults_films import Film, filmed, rendered
from faults_hearing import sound_rows
from faults_measuring import Row, joins, light_rows, rows
from faults_report import report
from measured import measured

NUMBERS = Path(__file__).with_suffix(".json")
REPORT = Path(__file__).with_suffix(".md")
SEED = 8
JOINS = 20  # hidden ones, and cuts, of each film


def main() -> None:
    """Measure all and write the report; exits 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/faults"), help="rendered films, kept for a rerun")
    parser.add_argument(
        "--footage", type=Path, help="the real film (faults_footage.py says which); left out without it"
    )
    parser.add_argument("--only", help="one film by name, or `sound`: nothing is written, its figures are shown")
    parser.add_argument("--joins", type=int, default=JOINS, help="of each kind in each film")
    parser.add_argument("--report", action="store_true", help="write the report of the numbers that there are")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    for lists in (faults_lists, faults_held_out):
        if lists.digest() != lists.DIGEST:
            raise SystemExit(f"{lists.__name__} has the digest {lists.digest()}; expected {lists.DIGEST}")
    numbers = json.loads(NUMBERS.read_text()) if asked.report else run(asked)
    if asked.only:
        print(report(numbers))
        return
    NUMBERS.write_text(written(numbers))
    REPORT.write_text(report(numbers))
    print(REPORT.read_text())
    sys.exit(not all(target.held for target in verdicts(numbers["rows"])))


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Every figure of every join, as it is and with each fault."""
    started = time.process_time()
    digests = [faults_lists.DIGEST, faults_held_out.DIGEST]
    about: dict[str, Any] = {"measured": measured(), "digests": digests, "joins": asked.joins, "films": {}}
    found: list[Row] = []
    for film in _films(asked):
        about["films"][film.name] = _about(film)
        found += light_rows(film)
        for number, join in enumerate(joins(film, asked.joins, asked.joins, SEED)):
            found += rows(film, join, number, SEED)
        print(f"{film.name}: {len(found)} rows, {time.process_time() - started:.0f} s of CPU", file=sys.stderr)
    if asked.only in (None, "sound"):
        for name, text in (faults_lists.sounds() | faults_held_out.sounds()).items():
            found += sound_rows(name, text)
            print(f"{name}: {len(found)} rows, {time.process_time() - started:.0f} s of CPU", file=sys.stderr)
    return {"about": about | {"cpu_s": round(time.process_time() - started)}, "rows": found}


def _films(asked: argparse.Namespace) -> Iterator[Film]:
    for name, text in (faults_lists.FILMS | faults_held_out.FILMS).items():
        if asked.only in (None, name):
            yield rendered(name, text, asked.out)
    if asked.footage and asked.only in (None, "footage"):
        yield filmed(asked.footage)


def _about(film: Film) -> dict[str, Any]:
    speeds = sorted(film.speeds_px)
    pairs = {
        f"{measure}, {apart}": getattr(film.pairs, f"{measure}_floor")(apart).p90
        for measure in ("colour", "position")
        for apart in ("near", "far")
    }
    floors = {"motion": film.floors.motion, "body motion": film.floors.body_motion}
    floors |= {"flicker": film.light.flicker, "light drift": film.light.drift}
    told = {name: round(one.p90, 4) for name, one in floors.items() if one.pairs}
    return {
        "frames": len(film.pictures),
        "slowest_px": round(speeds[0], 2),
        "median_px": round(speeds[len(speeds) // 2], 2),
        "floors": {name: round(value, 4) for name, value in pairs.items()} | told,
    }


def written(numbers: dict[str, Any]) -> str:
    """One row a line."""
    lines = ",\n".join(json.dumps(row) for row in numbers["rows"])
    return f'{{"about": {json.dumps(numbers["about"])}, "rows": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    main()
