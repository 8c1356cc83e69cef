"""The report on the embedded generator: numbers of places to tables, each figure beside its target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite, nan
from pathlib import Path
from typing import Any

import measured
import numpy as np
from embedded_tables import (
    Places,
    chain_table,
    clip_table,
    drifted,
    first_table,
    number,
    ranged,
    span_of,
    time_table,
)

from composer.training.judging import LEAST_SHARP, chance_of, counted, interval, mean, recovery


@dataclass(frozen=True)
class Row(measured.Row):
    """A figure beside its limit, if it has one; `span` is its 95 % interval. What is not measurable, or void, is NaN."""

    span: tuple[float, float] = (nan, nan)
    void: bool = False

    @property
    def held(self) -> bool | None:
        return None if self.limit is None or not isfinite(self.value) else super().held

    def __str__(self) -> str:
        verdict = {True: "met", False: "**MISSED**", None: "void" if self.void else "not measurable"}[self.held]
        bound = f"{'at least' if self.at_least else 'at most'} {self.limit:g} | {verdict}" if self.limit else "none |"
        return f"| {self.what} | {number(self.value)} {self.unit} | {ranged(self.span)} | {bound} |"


def verdicts(numbers: Mapping[str, Any]) -> list[Row]:
    """Every figure that has a target."""
    places = numbers["places"]
    rows = [*_firsts(places)]
    sharp = rows[0].value
    for kind, named in (("open", "looks that leave colour and pattern open"), ("named", "looks that name everything")):
        rows += _recoveries([p for p in places if p["kind"] == kind], named, sharp, kind == "open")
    rows += [*_clips(places), *_words(places)]
    return rows + _times(numbers["times"]) if numbers["times"] else rows


def _recoveries(places: Places, looks: str, sharp: float, asked: bool) -> list[Row]:
    """`sharp` is the first clips': what was won with blurred ones is void, and so is what blurs later ones."""
    rows = []
    sharp = min(sharp, mean([p["chains"]["both"]["energy"] for p in places]))
    for least_covered, where, target in ((False, "all anchors", 0.8), (True, "anchors less than half covered", 0.5)):
        drift = {name: drifted(places, name, least_covered) for name in ("none", "both", "truth")}
        value = _recovered({name: mean(values) for name, values in drift.items()})
        kept = counted(value, sharp)
        void = isfinite(value) and not isfinite(kept)
        what = f"Recovery of colour, {where}, {looks}"
        rows.append(Row(what, kept, "", target if asked else None, True, interval(drift, _recovered), void))
    gains = drifted(places, "none", False) - drifted(places, "final frames", False)
    rows.append(Row(f"Final frames alone better than none, {looks}: p", chance_of(gains), "", 0.01 if asked else None))
    return rows


def _recovered(drift: Mapping[str, float]) -> float:
    return recovery(drift["none"], drift["both"], drift["truth"])


def _firsts(places: Places) -> list[Row]:
    firsts = [p["first"] for p in places]
    flickers = {name: np.array([f[name] for f in firsts]) for name in ("flicker", "true_flicker")}

    def plain(what: str, values: Sequence[float], unit: str, target: float, at_least: bool) -> Row:
        return Row(what, mean(values), unit, target, at_least, span_of(values))

    return [
        plain("First clip: gradient energy to the truth's", [f["energy"] for f in firsts], "x", LEAST_SHARP, True),
        plain(
            "First clip: mean colour of an anchor to the truth's",
            [mean(list(f["anchors"].values())) for f in firsts],
            "dE",
            12,
            False,
        ),
        Row(
            "First clip: flicker to the truth's",
            mean(flickers["flicker"]) / mean(flickers["true_flicker"]),
            "x",
            1.5,
            False,
            interval(flickers, lambda m: m["flicker"] / m["true_flicker"]),
        ),
    ]


def _clips(places: Places) -> list[Row]:
    def gain(of: str, figure: str, over: str) -> list[float]:
        gains = []
        for place in places:
            clips = [c["rows"] for c in place["clips"]]
            if clips:
                gains.append(mean([c[of][figure] for c in clips]) - mean([c[over][figure] for c in clips]))
        return gains

    telea, figure = "memory, Telea, no network", "quarter_holes"
    holes = [("own draw", "all state"), ("words pinned, as in a film", "all state, words pinned")]
    rows = []
    for how, arm in holes:
        gained = gain(arm, figure, telea)
        what = f"Holes, named looks, a quarter of the size, over Telea ({how})"
        rows.append(Row(what, mean(gained), "dB", 4.5, True, span_of(gained)))
        gained = gain(arm, figure, "memory, sketch, no network")
        what = f"The same over memory and the words' sketch, no network ({how})"
        rows.append(Row(what, mean(gained), "dB", span=span_of(gained)))
    for how, arm in holes:
        lost = [-value for value in gain(arm, "covered", "copy of memory") if isfinite(value)]
        what = f"Covered pixels: worse than a copy of memory ({how})"
        rows.append(Row(what, mean(lost), "dB", 0.3, False, span_of(lost)))
    return rows


def _words(places: Places) -> list[Row]:
    """How many named colours are recognised, in first clips and in their truth."""
    totals = np.array([p["colours"] for p in places if p["kind"] == "named"]).sum(axis=0)
    (right, asked), (true, _) = totals
    if not asked:
        return []
    what = f"First clip: {asked} plain anchors nearest to their named colour, of 20 (the truth's: {true / asked:.2f})"
    return [Row(what, right / asked, "of them")]


def _times(times: Mapping[str, float]) -> list[Row]:
    ratio = times["clip"] / times["passes"]
    return [
        Row("A 16-frame clip, 256x144, controls included", times["clip"] + times["controls"], "s", 4, False),
        Row("A first clip of 16 frames, controls included", times["first"] + times["controls"], "s", 4, False),
        Row("Sampling to its own forward passes", ratio, "x", 1.3, False),
        Row("Peak memory of a process that makes clips", times["peak"] / 1024, "GB", 3, False),
    ]


def written(numbers: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """The report."""
    places = numbers["places"]
    lines = ["# The embedded generator, measured", "", numbers["about"], ""]
    lines += ["| figure | measured | 95 % | target | |", "|---|---|---|---|---|", *map(str, rows), ""]
    lines += ["Intervals are of the mean over places, drawn again with replacement.", ""]
    for kind, looks in (("open", "leave colour and pattern open"), ("named", "name everything")):
        lines += chain_table([p for p in places if p["kind"] == kind], looks)
    lines += clip_table([c for p in places for c in p["clips"]], [p for p in places if p["clips"]])
    lines += first_table(places)
    if numbers["times"]:
        lines += time_table(numbers["times"])
    return "\n".join(lines) + "\n"


def about(weights: Path, digest: str, size: str) -> str:
    """What was measured, where and when."""
    made_of = sha256((weights / "unet" / "diffusion_pytorch_model.safetensors").read_bytes()).hexdigest()[:8]
    return (
        f"`python benchmarks/embedded.py` {measured.measured()}, weights {made_of}."
        f" Held-out places at {size}, 8 frames a clip, of lists with the digest {digest[:16]}."
    )
