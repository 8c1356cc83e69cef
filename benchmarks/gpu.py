"""Segments of real-size models on a GPU: `python benchmarks/gpu.py` writes benchmarks/gpu.md.

Each case is a clip of `ltx` or `ltx2` by a pipeline of the real sizes with random weights (real_models.py): the option that
it is about, the seconds of a second clip, the most memory that torch held, both beside the estimate, and the share of the
time that composer adds to the pipeline's own call. Rows are kept in gpu.jsonl; a run goes on where the last one stopped.
Without a GPU nothing is measured, and the report says so. `--tiny` runs the same on tiny models and any processor.
"""

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from measured import measured

from composer import generators
from composer.errors import GeneratorError
from composer.generate import generate
from composer.generators.diffusion import running
from composer.timing import FrameRange
from composer.types import CameraTrack, Keyframe, SegmentPlan, SegmentRequest, Size

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import tiny_models  # noqa: E402 - after the path that leads to it

HERE = Path(__file__).parent
STEPS = 8

EFFECTS: dict[str, tuple[dict[str, Any], ...]] = {
    "ltx": (
        {},
        {"offload": "text"},
        {"offload": "model"},
        {"offload": "group"},
        {"offload": "sequential"},
        {"tiling": True},
        {"guidance": 1},
        {"attention": "cudnn"},
        {"attention": "efficient"},
        {"attention": "flash"},
        {"attention": "sage"},
        {"cache": "first_block"},
        {"cache": "taylorseer"},
        {"cache": "pab"},
        {"compile": True},
        {"dtype": "float32"},
    ),
    "ltx2": ({}, {"handover": "latents"}, {"stg": 0, "modality": 1}, {"offload": "model"}, {"offload": "group"}),
}


@dataclass(frozen=True)
class Case:
    """A clip of a generator that is told one thing beside what all are told."""

    name: str
    told: dict[str, Any]
    size: Size
    frames: int

    @property
    def key(self) -> str:
        words = ", ".join(f"{name} {value}" for name, value in self.told.items()) or "as it comes"
        return f"{self.name}: {words}"


class Nothing:
    """Controls of generators that read none."""

    def __len__(self) -> int:
        return 0

    def frames(self, start: int = 0) -> Iterator[Any]:
        raise NotImplementedError(start)

    frame = stack = frames


def request_for(case: Case) -> SegmentRequest:
    """A continuing clip with three keyframes, of smooth noise."""
    (w, h), rng = case.size, np.random.default_rng(0)
    pictures = rng.integers(0, 255, (12, h // 32, w // 32, 3), np.uint8).repeat(32, 1).repeat(32, 2)
    frames = FrameRange(0, case.frames)
    plan = SegmentPlan(
        "bench/1", "bench", 1, "yard", "", "day", frames, Fraction(24), case.size, 9, "last_frames", seed=1
    )
    steps = np.broadcast_to(np.eye(4), (case.frames, 4, 4)).copy()
    cameras = CameraTrack(np.broadcast_to(np.eye(3), (case.frames, 3, 3)).copy(), steps, case.size)
    places = np.linspace(9, case.frames - 1, 3).astype(int).tolist()
    keys = tuple(Keyframe(frame, pictures[9 + i], 0.7) for i, frame in enumerate(places))
    return SegmentRequest(plan, "a red tower at night", "", 1, Nothing(), cameras, pictures[:9], keys)


@contextmanager
def timed_calls(pipe: Any) -> Iterator[list[float]]:
    """Seconds of each call of a pipeline."""
    kind, taken = type(pipe), []
    call = kind.__call__

    def timed(*args: Any, **told: Any) -> Any:
        started = time.perf_counter()
        made = call(*args, **told)
        taken.append(time.perf_counter() - started)
        return made

    kind.__call__ = timed
    try:
        yield taken
    finally:
        kind.__call__ = call


def measure(case: Case, options: dict[str, Any]) -> dict[str, Any]:
    """A row: what the case took, or why it did not run."""
    running._engines.clear()  # noqa: SLF001 - a case begins with nothing loaded
    gc.collect()
    on_gpu = torch.cuda.is_available()
    try:
        maker = generators.load(case.name, {**options, **case.told})
        told = maker.estimate(case.size, case.frames)
        if on_gpu:
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        request = request_for(case)
        generate(maker, request, lambda _: None)  # loads, compiles and reads the prompts
        with timed_calls(maker.engine.pipe) as inside:
            started = time.perf_counter()
            generate(maker, request, lambda _: None)
            seconds = time.perf_counter() - started
    except (GeneratorError, torch.OutOfMemoryError) as error:
        return {"case": case.key, "refused": str(error).splitlines()[0]}
    return {
        "case": case.key,
        "seconds": round(seconds, 3),
        "estimate_s": round(told.seconds or 0, 3),
        "peak_bytes": torch.cuda.max_memory_allocated() if on_gpu else None,
        "estimate_bytes": told.peak_bytes,
        "added": round(1 - sum(inside) / seconds, 4),
    }


def run(cases: list[Case], options: dict[str, dict[str, Any]], rows: Path, say: Callable[[str], None]) -> None:
    """Measure the cases that `rows` does not hold yet, each kept as soon as it is done."""
    where = measured() + (f", {torch.cuda.get_device_name()}" if torch.cuda.is_available() else "")
    done = {row["case"] for row in read(rows)}
    for case in cases:
        if case.key in done:
            continue
        row = {**measure(case, options[case.name]), "where": where, "steps": options[case.name]["steps"]}
        with rows.open("a") as file:
            file.write(json.dumps(row) + "\n")
        say(json.dumps(row))


def read(rows: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in rows.read_text().splitlines()] if rows.is_file() else []


def report(rows: list[dict[str, Any]], what: str) -> str:
    """The page: `what` was measured, row by row."""
    head = "# On a GPU\n\nWritten by `python benchmarks/gpu.py`"
    if not rows:
        return f"{head}.\n\nNot measured: no CUDA device was there yet.\n"
    told = " and ".join(dict.fromkeys(row["where"] for row in rows))
    table = "".join(_line(row) for row in rows)
    return (
        f"{head}, {told}. {what}, {rows[0]['steps']} steps; the second of two equal clips.\n\n"
        "| case | seconds | at least, estimated | peak | estimated | composer adds |\n|---|---|---|---|---|---|\n"
        f"{table}"
    )


def _line(row: dict[str, Any]) -> str:
    if "refused" in row:
        return f"| {row['case']} | {row['refused']} | | | | |\n"
    peak = f"{row['peak_bytes'] / 1e9:.2f} GB" if row["peak_bytes"] else "not measured"
    taken = f"{row['seconds']:.2f} | {row['estimate_s']:.2f}"
    return f"| {row['case']} | {taken} | {peak} | {row['estimate_bytes'] / 1e9:.2f} GB | {row['added']:.1%} |\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="tiny models, on a processor too")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of gpu.jsonl and gpu.md")
    parser.add_argument("--models", type=Path, help="where random models are kept; else made anew")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    told = parser.parse_args()
    rows = told.out / "gpu.jsonl"
    if told.tiny or torch.cuda.is_available():
        with tempfile.TemporaryDirectory() as scratch:
            size, frames = ((96, 64), 17) if told.tiny else ((768, 448), 97)
            options = _models(told.models or Path(scratch), tiny=told.tiny)
            cases = [Case(name, effect, size, frames) for name, effects in EFFECTS.items() for effect in effects]
            run([case for case in cases if told.only in case.key], options, rows, print)
    what = "Tiny models" if told.tiny else "Random weights of the real sizes"
    (told.out / "gpu.md").write_text(report(read(rows), what))


def _models(root: Path, *, tiny: bool) -> dict[str, dict[str, Any]]:
    """Options of each generator: its model, and what all cases are told."""
    if tiny:
        small = {"steps": 2, "frames": 17, "tokens": 16}
        folders = {"ltx": tiny_models.save_ltx(root / "ltx"), "ltx2": tiny_models.save_ltx2(root / "ltx2")}
        own: dict[str, dict[str, Any]] = {"ltx": {}, "ltx2": {"stg_block": 1}}
        return {name: {"model": str(folder), **small, **own[name]} for name, folder in folders.items()}
    import real_models  # noqa: PLC0415 - only where they are made

    words = tiny_models.tokenizer(padding_side="left")
    own = {"ltx": {}, "ltx2": {"stg_block": real_models.LTX2_LAYERS // 2}}
    return {
        name: {"model": str(real_models.save(name, root / name, words)), "steps": STEPS, "frames": 97, **own[name]}
        for name in EFFECTS
    }


if __name__ == "__main__":
    main()
