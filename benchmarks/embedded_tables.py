"""The tables of the report on the embedded generator."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite, nan
from typing import Any

import numpy as np

from composer.training.chains import ARMS
from composer.training.judging import chance_of, interval, mean, recovery

HALF = 0.5  # of an anchor that memory covers: below it, memory leaves most of it open
Places = Sequence[Mapping[str, Any]]


def chain_table(places: Places, looks: str) -> list[str]:
    covered = np.array([p["coverage"] for p in places])
    told = ", ".join(f"{100 * mean(covered[:, k]):.0f} %" for k in range(covered.shape[1]))
    observed = [d for p in places for d in p["chains"]["none"]["drifts"]]
    few = sum(share < HALF for *_, share in observed)
    lines = [
        f"## Chains of four clips: looks that {looks}",
        "",
        (
            f"{len(places)} places; the start is generated, the fourth clip comes back to the first view. Memory covers {told}"
            f" of the surfaces of clips two to four. {len(observed)} anchors measured in later clips, {few} of them less than"
            " half covered. Drift: dE of an anchor's mean colour to the first clip that shows it. Final frames are carried over"
            " cuts too. Revisit: dE of the last clip to what the first shows of the same spots; it is nearly circular where"
            " memory is copied. Error: dE to the truth of the first clip's draw, pixel by pixel. Sharp, chroma, contrast: to"
            " the truth's, so that neither blur nor grey can win."
        ),
        "",
        "| arm | drift | 95 % | less than half covered | 95 % | revisit | error | sharp | chroma | contrast |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, label in [*((arm.name, arm.name) for arm in ARMS), ("truth", "floor: the truth")]:
        own = [p["chains"][name] for p in places]
        every, few_covered = drifted(places, name, False), drifted(places, name, True)
        rest = " | ".join(
            number(mean([o[key] for o in own])) for key in ("revisit", "apart", "energy", "chroma", "contrast")
        )
        lines.append(
            f"| {label} | {number(mean(every))} | {ranged(span_of(every))} | {number(mean(few_covered))} |"
            f" {ranged(span_of(few_covered))} | {rest} |"
        )
    return [*lines, "", *_said_of(places), ""]


def _said_of(places: Places) -> list[str]:
    lines = []
    for less, where in ((False, "all anchors"), (True, "anchors less than half covered")):
        drift = {name: drifted(places, name, less) for name in ("none", "truth", *(arm.name for arm in ARMS))}
        told = []
        for arm in ("final frames", "memory", "both", "memory, sketch, no network", "none, words pinned"):
            figure = _recovery_of(arm)
            value = figure({name: mean(values) for name, values in drift.items()})
            told.append(f"{arm} {number(value)} ({ranged(interval(drift, figure))})")
        lines.append(f"Recovery, {where}: {'; '.join(told)}.")
    gains = {arm: drifted(places, "none", False) - drifted(places, arm, False) for arm in ("final frames", "memory")}
    told = [f"{arm} better than none, p = {chance_of(values):.2g}" for arm, values in gains.items()]
    return [*lines, "", "; ".join(told).capitalize() + " (paired, signs turned at random)."]


def _recovery_of(arm: str) -> Callable[[Mapping[str, float]], float]:
    return lambda drift: recovery(drift["none"], drift[arm], drift["truth"])


_FIGURES = {
    "psnr": "PSNR", "ssim": "SSIM", "covered": "covered", "covered_ssim": "SSIM", "holes": "holes", "holes_ssim": "SSIM",
    "quarter_holes": "holes, quarter size", "energy": "sharp", "holes_energy": "sharp in holes", "chroma": "chroma",
    "apart": "dE",
}  # fmt: skip


def clip_table(clips: Sequence[Mapping[str, Any]], places: Places) -> list[str]:
    names = dict.fromkeys(name for clip in clips for name in clip["rows"])
    coverage, holes = mean([c["coverage"] for c in clips]), mean([c["holes"] for c in clips])
    lines = [
        "## Held-out clips: named looks",
        "",
        (
            f"{len(clips)} clips of {len(places)} places; what came before each is the truth. Memory covers {100 * coverage:.0f} %"
            f" of the surfaces; holes ({100 * holes:.0f} % of the picture) are surfaces that neither memory nor final frames show:"
            " the sky is no hole, light alone draws it. Words are read with another draw than the truth's unless pinned. dB;"
            " `sharp` is gradient energy to the truth's, `chroma` likewise, dE to the truth. The parts are left out of one clip"
            " a place, so compare them with `all state, the same clips`."
        ),
        "",
        f"| told | clips | {' | '.join(_FIGURES.values())} |",
        f"|---|---{'|---' * len(_FIGURES)}|",
    ]
    few = [clip for clip in clips if "all but depth" in clip["rows"]]
    shown = [(name, name, [c for c in clips if name in c["rows"]]) for name in names]
    shown.insert(next(k for k, (name, *_) in enumerate(shown) if name.startswith("all but")), ("all state", "", few))
    for name, label, held in shown:
        values = [number(mean([c["rows"][name].get(key, nan) for c in held])) for key in _FIGURES]
        lines.append(f"| {label or 'all state, the same clips'} | {len(held)} | {' | '.join(values)} |")
    return [*lines, ""]


def first_table(places: Places) -> list[str]:
    lines = [
        "## First clips, from nothing, by light",
        "",
        "| looks, light | clips | PSNR | SSIM | dE | anchor's colour, dE | sharp | chroma | flicker | the truth's |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    groups: dict[str, list[Any]] = {}
    for place in places:
        for key in (f"{place['kind']}, all", place["light"]):
            groups.setdefault(key, []).append(place["first"])
    for key in sorted(groups, key=lambda name: (", all" not in name, name)):
        of = groups[key]
        anchors = mean([mean(list(f["anchors"].values())) for f in of])
        head = " | ".join(number(mean([f[name] for f in of])) for name in ("psnr", "ssim", "apart"))
        tail = " | ".join(
            number(mean([f[name] for f in of])) for name in ("energy", "chroma", "flicker", "true_flicker")
        )
        lines.append(f"| {key} | {len(of)} | {head} | {number(anchors)} | {tail} |")
    worst = sorted(places, key=lambda p: -p["first"]["apart"])[:3]
    told = "; ".join(
        f"list {p['seed']}, {p['kind']}, {p['light']} ({p['first']['apart']:.1f} dE, sharp {p['first']['energy']:.2f})"
        for p in worst
    )
    return [*lines, "", f"The three furthest from the truth: {told}.", ""]


def time_table(times: Mapping[str, float]) -> list[str]:
    return [
        "## Time",
        "",
        "Medians of three, two threads, a clip of 16 frames at 256x144.",
        "",
        "| what | s |",
        "|---|---|",
        f"| controls of the clip: casts, light, albedo, memory, final frames | {times['controls']:.2f} |",
        f"| sampling, {times['steps']} steps | {times['clip']:.2f} |",
        f"| of it: passes of the network | {times['passes']:.2f} |",
        f"| sampling a first clip, {times['first steps']} steps | {times['first']:.2f} |",
        "",
        f"Peak memory of the process: {times['peak']:.0f} MB.",
        "",
    ]


def drifted(places: Places, arm: str, least_covered: bool) -> np.ndarray:
    """The mean drift of each place's anchors; NaN where none is measured."""
    return np.array(
        [
            mean([value for _, _, value, share in p["chains"][arm]["drifts"] if share < HALF or not least_covered])
            for p in places
        ]
    )


def span_of(values: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """The 95 % interval of a mean."""
    return interval({"it": np.asarray(values, np.float64)}, lambda means: means["it"])


def number(value: float) -> str:
    return f"{value:.3g}" if isfinite(value) else "-"


def ranged(span: tuple[float, float]) -> str:
    return f"{span[0]:.3g} to {span[1]:.3g}" if isfinite(span[0]) else ""
