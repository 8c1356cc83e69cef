"""Twenty clips in a row, handed on in every way there is: `python benchmarks/chains.py --work DIR` writes benchmarks/chains.md.

Chains that stand in benchmarks/chains.json were measured already and are left out; `--report` only writes the report.
`--work` holds the tiny autoencoder (chains_vae.py fits it when it is not there) and a sheet of each chain's frames.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import torch
from chains_lists import FILMS
from chains_report import report
from measured import measured

from composer.handover import HandOver

FOUND = Path(__file__).with_suffix(".json")
REPORT = Path(__file__).with_suffix(".md")
SEEDS = {"embedded": (1, 2), "autoencoder": (1,)}  # nothing is drawn by chance in the latter
ARMS = {
    "pixels": ("pixels", HandOver("none")),
    "pixels, held to their place": ("pixels", HandOver("clip", steady=True)),
    "pixels, noise 0.01": ("pixels", HandOver("none", 0.01)),
    "pixels, noise 0.02": ("pixels", HandOver("none", 0.02)),
    "pixels, noise 0.05": ("pixels", HandOver("none", 0.05)),
    "latents": ("latents", HandOver("none")),
    "latents, first encoded anew": ("latents, first encoded anew", HandOver("none")),
}
"""By what a clip is handed on, and what is done to it; `matched by gains` in chains.json is what stood here before. What continues without errors of its own cannot take noise away."""

Job = dict[str, Any]


def jobs(model: str) -> Iterator[Job]:
    """What is to be measured, the seeds one after the other."""
    embedded = model == "embedded"
    arms = [arm for arm, (by, how) in ARMS.items() if (by == "pixels" if embedded else not how.noise)]
    for seed in SEEDS[model]:
        for name in FILMS:
            for told in ("memory", "no memory") if embedded else ("",):
                for arm in arms:
                    yield {"model": model, "film": name, "seed": seed, "told": told, "arm": arm}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("out/chains"))
    parser.add_argument("--model", choices=("embedded", "autoencoder", "both"), default="both")
    parser.add_argument("--report", action="store_true")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    for model in ("autoencoder", "embedded"):
        if asked.model in (model, "both") and not asked.report:
            measure(model, asked.work)
    if asked.report or asked.model == "both":
        REPORT.write_text(report(json.loads(FOUND.read_text())))


def measure(model: str, work: Path) -> None:
    """Measure what was not yet, and keep it one chain at a time."""
    chain = chains_of(model, work)
    for job in jobs(model):
        found = json.loads(FOUND.read_text()) if FOUND.exists() else []
        if any(all(row[key] == job[key] for key in job) for row in found):
            continue
        started = time.process_time()
        sheet = work / "sheets" / f"{'_'.join(str(value) for value in job.values())}.png".replace(" ", "_")
        clips = chain(job, sheet)
        row = {**job, "clips": clips, "cpu_s": round(time.process_time() - started, 1), "measured": measured()}
        now = (
            json.loads(FOUND.read_text()) if FOUND.exists() else []
        )  # another model's chains may be measured meanwhile
        FOUND.write_text("[\n" + ",\n".join(json.dumps(r, sort_keys=True) for r in [*now, row]) + "\n]\n")
        print(job, f"{clips[-1]['drift']:.2f} dE after {len(clips)}", flush=True)


def chains_of(model: str, work: Path) -> Callable[[Job, Path], list[dict[str, Any]]]:
    """Measures a job."""
    if model == "embedded":
        import chains_embedded  # noqa: PLC0415 - each model's libraries, only with it

        return lambda job, sheet: chains_embedded.chain(
            job["film"], job["seed"], job["told"], ARMS[job["arm"]][1], sheet
        )
    import chains_vae  # noqa: PLC0415 - as above

    vae = chains_vae.fit_autoencoder(work)
    for name in FILMS:
        print(f"round trip, {name}: {chains_vae.round_trip(vae, name, 1):.1f} dB", flush=True)
    return lambda job, sheet: chains_vae.chain(vae, job["film"], job["seed"], *ARMS[job["arm"]], sheet)


if __name__ == "__main__":
    main()
