"""Twenty clips in a row, handed on in every way there is: `python benchmarks/chains.py --work DIR` writes benchmarks/chains.md.

Chains that stand in benchmarks/chains.json were measured already and are left out; `--report` only writes the report.
`--work` holds the tiny autoencoder (chains_vae.py fits it when it is not there) and a sheet of each chain's frames.
"""

import argparse
import json
import time
from collections.abc import Iterator
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
SEEDS = (1, 2)
ARMS = {
    "pixels": HandOver("none"),
    "pixels, prefix matched": HandOver("prefix"),
    "pixels, clip matched": HandOver("clip"),
    "pixels, noise 0.01": HandOver("none", 0.01),
    "pixels, noise 0.02": HandOver("none", 0.02),
    "pixels, noise 0.05": HandOver("none", 0.05),
}
LATENT_ARMS = ("latents", "latents, first encoded anew")
Job = dict[str, Any]


def jobs(model: str) -> Iterator[Job]:
    """What is to be measured, the seeds one after the other."""
    from chains_embedded import TOLD  # noqa: PLC0415 - slow to load, and a report needs none of it

    arms = [*ARMS, *LATENT_ARMS] if model == "autoencoder" else [*ARMS]
    told = ("",) if model == "autoencoder" else tuple(TOLD)
    for seed in SEEDS:
        for name in FILMS:
            for given in told:
                for arm in arms:
                    yield {"model": model, "film": name, "seed": seed, "told": given, "arm": arm}


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


def chains_of(model: str, work: Path) -> Any:
    """Measures a job."""
    if model == "embedded":
        import chains_embedded  # noqa: PLC0415 - each model's libraries, only with it

        return lambda job, sheet: chains_embedded.chain(job["film"], job["seed"], job["told"], ARMS[job["arm"]], sheet)
    import chains_vae  # noqa: PLC0415 - as above

    vae = chains_vae.fit_autoencoder(work)
    return lambda job, sheet: chains_vae.chain(vae, job["film"], job["seed"], ARMS.get(job["arm"], job["arm"]), sheet)


if __name__ == "__main__":
    main()
