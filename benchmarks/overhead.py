"""What composer adds to a pipeline: `python benchmarks/overhead.py` writes benchmarks/overhead.md.

A film of several segments is rendered by `ltx` with a random model of the real classes, wide enough for 5 s a segment or
more. Every call of the pipeline is recorded with its arguments and then made again by hand, in the same process, in
turns. Overhead is the time from the first call to the last one's end that is not spent in the same calls by hand.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import torch
from diffusers import LTXConditionPipeline
from measured import measured

import composer
from composer.composing import chosen
from composer.generators.diffusion.loading import quiet

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import tiny_models  # noqa: E402 - after the path that leads to it

REPORT = Path(__file__).parent / "overhead.md"
LIMIT = 0.03
LIST = """
size: 384x216
seed: 5
places:
  yard:
    look: brewery yard
    light: morning
    ambience: [wind]
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
subjects:
  ada: {person: 1.70m, look: brewer in a yellow apron, in_front_of: tower, gap: 4m}
shots:
  - {shot: front, duration: 3s, camera: {frame: WS tower shed, move: dolly in 2m}}
  - {shot: back, duration: 3s, camera: {frame: WS tower shed, from: north-east, move: arc left 20deg}}
"""
OPTIONS = {"frames": 33, "prefix": 9, "keyframes": 3, "guidance": 1.0}


@dataclass
class Calls:
    """Calls of the pipeline: its arguments, when each began and ended (s)."""

    told: list[dict[str, Any]] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)

    @property
    def inside_s(self) -> float:
        return sum(stop - start for start, stop in self.spans)

    @property
    def from_first_to_last_s(self) -> float:
        return self.spans[-1][1] - self.spans[0][0]


@contextmanager
def recorded() -> Iterator[Calls]:
    """What the pipeline is called with meanwhile."""
    calls, call = Calls(), LTXConditionPipeline.__call__

    def timed(pipe: Any, **told: Any) -> Any:
        calls.told.append({**told, "generator": told["generator"].initial_seed()})
        started = time.perf_counter()
        try:
            return call(pipe, **told)
        finally:
            calls.spans.append((started, time.perf_counter()))

    LTXConditionPipeline.__call__ = timed
    try:
        yield calls
    finally:
        LTXConditionPipeline.__call__ = call


def by_hand(pipe: Any, calls: Calls) -> float:
    """Seconds of the same calls, one after the other."""
    started = time.perf_counter()
    with quiet():
        for told in calls.told:
            seeded = torch.Generator("cpu").manual_seed(told["generator"])
            pipe(**{**told, "generator": seeded, "callback_on_step_end": None})
    return time.perf_counter() - started


def main() -> None:
    """Measure and write the report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--steps", type=int, default=10)
    arguments.add_argument("--heads", type=int, default=64)
    arguments.add_argument("--layers", type=int, default=8)
    told = arguments.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        model = tiny_models.save_ltx(folder / "model", heads=told.heads, layers=told.layers)
        options = OPTIONS | {"model": str(model), "steps": told.steps}
        shotlist = composer.read(LIST, "list.yaml")
        generator = chosen(shotlist, "ltx", options)
        quick = options | {"steps": 1}
        composer.compose(shotlist, generator="ltx", options=quick, out=folder / "warm")  # kernels are compiled once
        pipe = chosen(shotlist, "ltx", options).engine.pipe
        for number in range(told.rounds):
            started = time.perf_counter()
            with recorded() as calls:
                composer.compose(shotlist, generator="ltx", options=options, out=folder / f"film{number}")
            whole_s = time.perf_counter() - started
            assert generator.engine.pipe is pipe, "one pipeline stays loaded"
            hand_s = by_hand(pipe, calls)
            rows.append((hand_s, calls.inside_s, calls.from_first_to_last_s, whole_s, len(calls.told)))
            print("by hand {:.2f} s, inside {:.2f} s, from first to last {:.2f} s, whole {:.2f} s".format(*rows[-1]))
    overheads = sorted(between / hand - 1 for hand, _, between, _, _ in rows)
    calls = rows[0][4]
    hand_s, inside_s, between_s, whole_s = (median(row[k] for row in rows) for k in range(4))
    verdict = "held" if median(overheads) <= LIMIT else "MISSED"
    REPORT.write_text(
        f"""# What composer adds to a pipeline

`python benchmarks/overhead.py {" ".join(sys.argv[1:])}`, {measured()}

{calls} segments of a film at 384x216 by LTXConditionPipeline with a random transformer of {told.layers} layers and
{told.heads} heads, {told.steps} steps: prefix, keyframes, prompts, controls, writing and encoding included. Medians of {told.rounds} rounds, each
of which makes the same calls by hand afterwards.

| what | seconds |
|---|---|
| the calls by hand, a segment | {hand_s / calls:.2f} |
| the calls by hand | {hand_s:.2f} |
| the same calls inside a render | {inside_s:.2f} |
| from the first call's start to the last one's end | {between_s:.2f} |
| the whole of `compose`: checks, plan, and the film's files | {whole_s:.2f} |

Overhead while it renders: **{median(overheads):+.1%}** ({", ".join(f"{o:+.1%}" for o in overheads)}); at most {LIMIT:.0%}: {verdict}.
"""
    )
    print(REPORT.read_text())


if __name__ == "__main__":
    main()
