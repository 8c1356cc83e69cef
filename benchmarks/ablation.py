"""What state is worth on whole films: `make ablation`, or `python benchmarks/ablation.py`, writes benchmarks/ablation.md.

The lists are held out and frozen (ablation_lists.py). Every film is made by `composer.compose`; the arms differ in what the
generator is not told (`--without`). Films, clips and numbers are kept in `--out`: an interrupted run goes on where it was.
All numbers go to benchmarks/ablation.jsonl; `--report` writes report and picture from those that stand there.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import ablation_lists
import ablation_picture
import ablation_report
import cv2
from ablation_films import ARMS, CEILING, DRAWN_BY, PINNED, TRUTHS, Arm, filmed
from ablation_lists import Listed
from ablation_measuring import Pair, Yardstick, film_draw, measured, pairs_of
from measured import measured as whereabouts

import composer
from composer.composing.rehearsal import Rehearsal, rehearse
from composer.store import digest, version_of, write_whole

NUMBERS = Path(__file__).with_suffix(".jsonl")
REPORT = Path(__file__).with_suffix(".md")
PICTURE = Path(__file__).parent.parent / "docs" / "ablation.png"
SEEDS = 3
SHOWN = ("street", 1)
"""List and seed of the films in the picture."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """One film. The `truth` of its words is measured with the first of each kind."""

    listed: Listed
    seed: int
    arm: Arm


def jobs(seeds: int, lists: Sequence[Listed]) -> Iterator[Job]:
    """All films, the seeds one after the other, so that what was done when time ran out is whole. Pinned films and the
    previz, which hardly differ from seed to seed, are made with the first seed alone.
    """
    for seed in range(1, seeds + 1):
        for arms in (ARMS, (*PINNED, CEILING)) if seed == 1 else (ARMS,):
            yield from (Job(listed, seed, arm) for listed in lists for arm in arms)


@dataclass
class Bench:
    """One list: rehearsed once, its geometry drawn once."""

    listed: Listed
    out: Path
    _stick: Yardstick | None = field(default=None, init=False)

    @cached_property
    def rehearsal(self) -> Rehearsal:
        return rehearse(self.listed.shotlist)

    @cached_property
    def stick(self) -> Yardstick:
        return Yardstick(self.rehearsal, composer.plan(self.listed.shotlist))

    def rows(self, job: Job) -> list[Row]:
        """The film's figures; and those of the truth of its words, with the arm that has all state."""
        started = time.process_time()
        plan, frames = filmed(self.listed, self.rehearsal, job.arm, job.seed, self.out)
        draw = film_draw(plan, pinned=job.arm.pinned) if job.arm != CEILING else 0
        pairs = pairs_of(self.rehearsal, plan)
        found = [self._row(job, job.arm.name, measured(self.stick, pairs, frames, draw))]
        found[0]["cpu_s"] = round(time.process_time() - started, 1)
        if job.arm in {ARMS[-1], PINNED[-1]}:
            found.append(self._row(job, TRUTHS[job.arm.pinned], self._true(pairs, draw)))
        return found

    def _true(self, pairs: Sequence[Pair], draw: int) -> Row:
        return measured(self.stick, pairs, None, draw)

    def _row(self, job: Job, arm: str, found: Row) -> Row:
        return {"list": job.listed.name, "open": job.listed.open, "seed": job.seed, "arm": arm, **found}


def made_by(listed: Listed) -> str:
    """What numbers of a list are only good for: the list, and the code that drew and measured."""
    sources = [Path(__file__).with_name(f"ablation_{part}.py") for part in ("films", "measuring")]
    return digest(listed.text, version_of(*DRAWN_BY), [path.read_bytes() for path in sources])[:16]


def run(out: Path, todo: Sequence[Job], until: float) -> list[Row]:
    """Every film that is not measured yet; nothing is begun after `until` (Unix time)."""
    kept = out / "numbers.jsonl"
    rows = read(kept)
    good = {listed.name: made_by(listed) for listed in {job.listed.name: job.listed for job in todo}.values()}
    rows = [row for row in rows if good.get(row["list"], row["made_by"]) == row["made_by"]]
    have = {(row["list"], row["seed"], row["arm"]) for row in rows}
    waiting = [job for job in todo if (job.listed.name, job.seed, job.arm.name) not in have]
    benches = {job.listed.name: Bench(job.listed, out) for job in waiting}
    started = time.monotonic()
    write_whole(kept, "".join(json.dumps(row) + "\n" for row in rows))
    with kept.open("a") as file:
        for number, job in enumerate(waiting):
            if time.time() > until:
                break
            found = benches[job.listed.name].rows(job)
            rows += [row | {"made_by": good[job.listed.name]} for row in found]
            file.writelines(json.dumps(row) + "\n" for row in rows[-len(found) :])
            file.flush()
            each = (time.monotonic() - started) / (number + 1)
            left = each * (len(waiting) - number - 1)
            told = f"{number + 1} of {len(waiting)} films, {left / 60:.1f} min left"
            print(f"{told}: {job.listed.name}, seed {job.seed}, {job.arm.name}", file=sys.stderr, flush=True)
    wanted = {(job.listed.name, job.seed) for job in todo}
    return [row for row in rows if (row["list"], row["seed"]) in wanted]


def balanced(rows: Sequence[Row], lists: Sequence[Listed]) -> list[Row]:
    """Those of seeds with which every list has a film by every arm, so that no list has more of a say than another."""
    have = {(row["list"], row["seed"], row["arm"]) for row in rows}
    asked = [(listed.name, arm.name) for listed in lists for arm in ARMS]
    seeds = {row["seed"] for row in rows}
    good = {seed for seed in seeds if all((name, seed, arm) in have for name, arm in asked)}
    return [row for row in rows if row["seed"] in good]


def read(path: Path) -> list[Row]:
    """Lines that were written whole."""
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def main() -> None:
    """Make and measure all, and write report and picture; exits 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument(
        "--minutes", type=float, default=1e6, help="no film is begun later; the report says how many were"
    )
    parser.add_argument("--out", type=Path, default=Path("out/ablation"))
    parser.add_argument(
        "--report", action="store_true", help="from the numbers that stand in benchmarks/ablation.jsonl"
    )
    said = parser.parse_args()
    lists = ablation_lists.frozen()
    if not said.report:
        cv2.setNumThreads(1)
        said.out.mkdir(parents=True, exist_ok=True)
        made = run(said.out, list(jobs(said.seeds, lists)), time.time() + 60 * said.minutes)
        rows = balanced(made, lists)
        about = {
            "about": whereabouts(),
            "digest": ablation_lists.DIGEST,
            "weights": composer.plan(lists[0].shotlist).generator_version,
        }
        NUMBERS.write_text("".join(json.dumps(line) + "\n" for line in (about, *rows)))
        shown = next(listed for listed in lists if listed.name == SHOWN[0])
        if ablation_picture.SAID.keys() <= {row["arm"] for row in rows if (row["list"], row["seed"]) == SHOWN}:
            ablation_picture.write(PICTURE, shown, SHOWN[1], said.out, rows)
    about, *rows = read(NUMBERS)
    verdicts = ablation_report.verdicts(rows)
    REPORT.write_text(ablation_report.written(about, rows, verdicts))
    print(REPORT.read_text())
    sys.exit(any(row.held is False for row in verdicts))


if __name__ == "__main__":
    main()
