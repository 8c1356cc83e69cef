"""What the embedded generator is worth: `python benchmarks/embedded.py` writes benchmarks/embedded.md.

The lists are held out and frozen (embedded_lists.py). The truth is the previz without grain. What words leave open is drawn
anew for every clip, so that only state carries it from one to the next; what a film does, one draw for all, stands apart.
Contact sheets and all numbers go to `--out`; `--from FILE` writes the report of earlier numbers.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import embedded_lists
import embedded_report
import numpy as np
from PIL import Image

from composer.generators.embedded import WEIGHTS
from composer.training import judging
from composer.training.chains import (
    ARMS,
    CLIPS,
    Frames,
    Recalled,
    Stage,
    chained,
    drawn,
    flicker,
    inpainted,
    revisit,
    sketched_over,
)
from composer.training.naming import recognised
from composer.types import ControlFrame, SegmentRequest, Size

REPORT = Path(__file__).with_name("embedded.md")
PARTS = ("depth", "normal", "anchor_id", "surface", "light", "albedo", "style")
"""What is left out of a state, one at a time."""

TIMED: Size = (256, 144)
TIMED_FRAMES = 16


@dataclass(frozen=True)
class Job:
    """One place, with looks of one `kind`."""

    index: int
    kind: str
    seed: int
    text: str
    size: Size
    out: Path
    until: float  # Unix time after which it is not begun


class Painter:
    """The generator's own sampler, on one thread: as many places are measured at a time as there are cores."""

    def __init__(self, weights: Path, threads: int = 1) -> None:
        import torch  # noqa: PLC0415 - it takes seconds to load, and only those who paint need it

        from composer.generators.embedded.sampling import Sampler  # noqa: PLC0415 - as above

        torch.set_num_threads(threads)
        cv2.setNumThreads(threads)
        self.sampler = Sampler(weights, threads)

    def __call__(self, told: Sequence[ControlFrame], request: SegmentRequest, read_anew: bool = True) -> Frames:
        return self.sampler.paint(told, request, lambda _: None, read_anew=read_anew)


_painter: list[Painter] = []


def ready(weights: Path) -> None:
    """What a worker begins with."""
    _painter[:] = [Painter(weights)]


def measured(job: Job) -> dict[str, Any] | None:
    """All figures of one place; None when it is too late to begin."""
    if time.time() > job.until:
        return None
    paint, stage = _painter[0], Stage(job.text, job.size)
    truths = [stage.truth(k, drawn(job.seed, 0)) for k in range(len(CLIPS))]
    first = paint(stage.told(0, drawn(job.seed, 0)), stage.request(0, job.seed))
    chains = {"truth": truths} | {arm.name: chained(stage, arm, paint, job.seed, first) for arm in ARMS}
    masks = [stage.remembered(k, truths)[1] for k in range(len(CLIPS))]
    shows(chains, job.out / f"chain_{job.seed}_{job.kind}.png")
    found = {
        "seed": job.seed,
        "kind": job.kind,
        "light": stage.light,
        "style": stage.style,
        "coverage": [float(mask[clip.ids > 0].mean()) for mask, clip in zip(masks, stage.clips, strict=True)][1:],
        "first": of_first(stage, first, truths[0]),
        "colours": [recognised(stage, frames, embedded_lists.COLOURS) for frames in (first, truths[0])],
        "chains": {name: of_chain(stage, made, truths, masks) for name, made in chains.items()},
        "clips": [],
    }
    if job.kind == "named":
        found["clips"] = [of_clip(stage, k, job, chains, parts=k == 1 + job.index % 3) for k in range(1, len(CLIPS))]
    return found


def of_first(stage: Stage, made: Frames, truth: Frames) -> dict[str, Any]:
    """A clip made from nothing, against the same words' truth."""
    ids = stage.clips[0].ids
    there = judging.anchor_means(truth, ids)
    here = judging.anchor_means(made, ids)
    return {
        "energy": judging.energy(made) / judging.energy(truth),
        "anchors": {str(a): float(np.linalg.norm(here[a] - there[a])) for a in there},
        "flicker": flicker(stage, 0, made),
        "true_flicker": flicker(stage, 0, truth),
        "psnr": judging.psnr(made, truth),
        "ssim": judging.ssim(made, truth),
        "apart": judging.apart(made, truth),
        "chroma": judging.chroma(made) / judging.chroma(truth),
    }


def of_chain(
    stage: Stage, made: Sequence[Frames], truths: Sequence[Frames], masks: Sequence[np.ndarray]
) -> dict[str, Any]:
    """One arm's clips, the first left out: how far colours drift, and whether the pictures are still pictures."""
    means = [judging.anchor_means(clip, staged.ids) for clip, staged in zip(made, stage.clips, strict=True)]
    shares = [judging.coverage(staged.ids, mask) for staged, mask in zip(stage.clips, masks, strict=True)]
    later, true = np.concatenate(made[1:]), np.concatenate(truths[1:])
    return {
        "drifts": [[k, a, value, shares[k][a]] for (k, a), value in judging.drifts(means).items()],
        "revisit": revisit(stage, made),
        "energy": judging.energy(later) / judging.energy(true),
        "chroma": judging.chroma(later) / judging.chroma(true),
        "contrast": judging.contrast(later) / judging.contrast(true),
        "apart": judging.apart(later, true),
    }


def of_clip(stage: Stage, clip: int, job: Job, chains: dict[str, list[Frames]], *, parts: bool) -> dict[str, Any]:
    """One held-out clip, what came before it true: every way of painting it. `parts`: also without each part."""
    paint, truths = _painter[0], chains["truth"]
    truth = truths[clip]
    memory, carried = stage.remembered(clip, truths), stage.carried(clip, truths)
    own, film = drawn(job.seed, clip), drawn(job.seed, 0)
    request = stage.request(clip, job.seed + clip)

    def told(draw: int, *shown: Recalled | None) -> list[ControlFrame]:
        return stage.told(clip, draw, *shown)

    every = told(own, memory, carried)
    made = {
        "all state": paint(every, request),
        "memory": paint(told(own, memory), request),
        "final frames": paint(told(own, None, carried), request),
        "none": chains["none"][clip],
        "memory, Telea, no network": inpainted(told(own, memory)),
        "memory, sketch, no network": sketched_over(stage, told(own, memory), read_anew=True),
        "sketch of the words alone, no network": sketched_over(stage, told(own), read_anew=True),
        "all state, words pinned": paint(told(film, memory, carried), request, read_anew=False),
        "none, words pinned": chains["none, words pinned"][clip],
    }
    if parts:
        made |= {
            f"all but {part}": paint([replace(f, **{part: None}) for f in every], request)
            for part in PARTS
            if part != "style"
        }
        made["all but style"] = paint(every, replace(request, style=""))
    surfaces = stage.clips[clip].ids > 0
    covered, holes = memory[1], surfaces & ~memory[1] & ~carried[1]
    rows = {name: of_picture(frames, truth, covered, holes) for name, frames in made.items()}
    rows["copy of memory"] = {"covered": judging.psnr(memory[0], truth, covered)}
    return {"clip": clip, "coverage": float(covered[surfaces].mean()), "holes": float(holes.mean()), "rows": rows}


def of_picture(made: Frames, truth: Frames, covered: np.ndarray, holes: np.ndarray) -> dict[str, float]:
    """One clip against the truth: over all, where memory covers, and on surfaces that nothing showed before."""
    small, true, in_small = judging.quarter(made), judging.quarter(truth), judging.quarter_where(holes)
    return {
        "psnr": judging.psnr(made, truth),
        "ssim": judging.ssim(made, truth),
        "covered": judging.psnr(made, truth, covered),
        "covered_ssim": judging.ssim(made, truth, covered),
        "holes": judging.psnr(made, truth, holes),
        "holes_ssim": judging.ssim(made, truth, holes),
        "quarter_holes": judging.psnr(small, true, in_small),
        "energy": judging.energy(made) / judging.energy(truth),
        "holes_energy": judging.energy(made, holes) / max(judging.energy(truth, holes), 1e-6),
        "chroma": judging.chroma(made) / judging.chroma(truth),
        "apart": judging.apart(made, truth),
    }


def shows(chains: dict[str, list[Frames]], path: Path) -> None:
    """A sheet: a row for every arm, a first and a last frame of every clip."""
    rows = [np.concatenate([np.concatenate([clip[0], clip[-1]], 1) for clip in made], 1) for made in chains.values()]
    Image.fromarray(np.concatenate(rows)).save(path)


def main() -> None:
    """Measure all and write the report; exits 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=embedded_lists.PLACES)
    parser.add_argument(
        "--minutes", type=float, default=9.5, help="no place is begun later; the report says how many were"
    )
    parser.add_argument("--size", default="192x108")
    parser.add_argument("--workers", type=int, default=2, help="places at a time, on one thread each")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--out", type=Path, default=Path("out/embedded"))
    parser.add_argument("--untimed", action="store_true", help="leave the times out: on a machine that is busy")
    parser.add_argument("--from", type=Path, dest="earlier", help="numbers.json of an earlier run")
    said = parser.parse_args()
    if said.earlier:
        numbers = json.loads(said.earlier.read_text())
    else:
        said.out.mkdir(parents=True, exist_ok=True)
        numbers = run(said)
        (said.out / "numbers.json").write_text(json.dumps(numbers))
    rows = embedded_report.verdicts(numbers)
    REPORT.write_text(embedded_report.written(numbers, rows))
    print(REPORT.read_text())
    sys.exit(any(row.held is False for row in rows))


def run(said: argparse.Namespace) -> dict[str, Any]:
    """Every place on its own, then the times."""
    started = time.monotonic()
    width, height = (int(part) for part in said.size.split("x"))
    lists = embedded_lists.frozen()[: said.places]
    jobs = [
        Job(index, kind, int(line["seed"]), line[kind], (width, height), said.out, time.time() + 60 * said.minutes)
        for index, line in enumerate(lists)
        for kind in ("named", "open")
    ]
    found = []
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(said.workers, spawning, ready, (said.weights,)) as pool:
        for done in as_completed([pool.submit(measured, job) for job in jobs]):
            place = done.result()
            if place is None:
                continue
            found.append(place)
            told = f"{len(found)} of {len(jobs)} places, {time.monotonic() - started:.0f} s"
            print(f"{told}: list {place['seed']}, looks {place['kind']}", file=sys.stderr)
    found.sort(key=lambda place: (place["seed"], place["kind"]))
    times = None
    if not said.untimed:
        with ProcessPoolExecutor(1, spawning) as pool:
            times = pool.submit(timed, said.weights, lists[0]["named"]).result()
    about = embedded_report.about(said.weights, embedded_lists.DIGEST, said.size)
    return {"about": about, "places": found, "times": times}


def timed(weights: Path, text: str) -> dict[str, float]:
    """Seconds of one clip of `TIMED_FRAMES` at the size that ships, two threads; peak memory of the process (MB)."""
    from embedded_times import clip_times  # noqa: PLC0415 - another process's work

    return clip_times(weights, text, TIMED, TIMED_FRAMES)


if __name__ == "__main__":
    main()
