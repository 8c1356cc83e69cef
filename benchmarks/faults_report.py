"""What the planted faults showed: figures of merit, and the report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

Row = dict[str, Any]
Rows = Sequence[Row]
Score = Callable[[Row], float]

TARGET = 0.95
_DRAWS = 1000  # of the bootstrap
_LEAST = 8  # of either kind; of fewer no AUC is told
ANCHORS = ("anchor colour", "anchor position")


def share(row: Row, *measures: str) -> float:
    """The largest of these values as a share of its limit; -inf where none has a figure."""
    shares = [_share(row["measures"][one]) for one in measures if one in row["measures"]]
    return max(shares, default=-inf)


def _share(told: list[Any]) -> float:
    value, _, limit = told
    return -inf if value is None else value / limit if limit else value


def score(*measures: str) -> Score:
    return lambda row: share(row, *measures)


@dataclass(frozen=True)
class Meant:
    """A fault, and the measures that are there for it."""

    fault: str
    by: tuple[str, ...]
    target: bool = False


PICTURE = (
    *(Meant(f"anchor moved {px} px", ANCHORS, px == 8) for px in (4, 8, 16, 32)),
    Meant("anchor vanished", ANCHORS, True),
    Meant("anchor recoloured", ANCHORS, True),
    Meant("camera off by 2 frames", (*ANCHORS, "motion")),
    Meant("camera off by 5 frames", (*ANCHORS, "motion"), True),
    Meant("frame dropped", ("motion",), True),
    Meant("frame doubled", ("motion",), True),
    Meant("order reversed", ("motion",)),
    Meant("body teleported", ("body motion",), True),
    Meant("body's velocity halved", ("body motion",)),
)
LIGHT = (
    Meant("gain drift 0.5 % a frame", ("light drift",)),
    Meant("gain drift 1 % a frame", ("light drift",), True),
    Meant("gain 0.5 % up and down in turns", ("flicker",)),
    Meant("gain 1 % up and down in turns", ("flicker",), True),
)
SOUND = (
    *(Meant(f"sound shifted {ms} ms", ("event offset",), ms == 40) for ms in (20, 40, 80)),
    Meant("a click", ("click",)),
    Meant("hard splice", ("click",)),
)
GROUPS = ("embedded, hidden joins", "embedded, cuts", "footage, hidden joins", "footage, cuts")


@dataclass(frozen=True)
class Told:
    """AUC of a fault against the clean, its 95 % interval, and how many of each there were; what verdicts were.

    `blank` is the share of joins left out, as there is nothing to measure in them when they are clean.
    """

    meant: Meant
    group: str
    auc: float
    low: float
    high: float
    faults: int
    cleans: int
    failed: float
    failed_clean: float
    unmeasured: float
    blank: float

    @property
    def held(self) -> bool:
        return not self.meant.target or self.auc >= TARGET

    def __str__(self) -> str:
        return f"{self.auc:.3f} ({self.low:.2f} to {self.high:.2f}; {self.faults}, {self.cleans})"


def auc(bad: Sequence[float], good: Sequence[float]) -> float:
    """Chance that a fault has a larger value than a clean join; equals count half, what has no figure is the least."""
    a, b = np.asarray(bad)[:, None], np.asarray(good)[None, :]
    return float(np.mean((a > b) + 0.5 * (a == b)))


def interval(bad: Sequence[float], good: Sequence[float]) -> tuple[float, float]:
    """95 %, by drawing both sides anew with replacement."""
    rng, a, b = np.random.default_rng(0), np.asarray(bad), np.asarray(good)
    wins = (a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])
    drawn = [
        wins[rng.integers(len(a), size=len(a))][:, rng.integers(len(b), size=len(b))].mean() for _ in range(_DRAWS)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def group_of(row: Row) -> str:
    whose = "footage" if row["film"] == "footage" else "embedded"
    return f"{whose}, {'hidden joins' if row['near'] else 'cuts'}"


def tell(rows: Rows, meant: Meant, group: str) -> Told | None:
    """None where too few were planted, or nothing of the kind can be measured there."""
    by = score(*meant.by)
    clean = {_where(row): row for row in rows if row["fault"] == "clean" and set(meant.by) & set(row["measures"])}
    bad = [row for row in rows if row["fault"] == meant.fault and _where(row) in clean]
    good = [row for row in clean.values() if by(row) > -inf]
    blank = sum(by(clean[_where(row)]) == -inf for row in bad)
    bad = [row for row in bad if by(clean[_where(row)]) > -inf]
    if len(bad) < _LEAST or len(good) < _LEAST:
        return None
    values = [by(row) for row in bad], [by(row) for row in good]
    verdicts = [_verdict(row, meant.by) for row in bad]
    low, high = interval(*values)
    return Told(
        meant,
        group,
        auc(*values),
        low,
        high,
        len(bad),
        len(good),
        verdicts.count("fail") / len(bad),
        sum(_verdict(row, meant.by) == "fail" for row in good) / len(good),
        verdicts.count("not measurable") / len(bad),
        blank / (blank + len(bad)),
    )


def _where(row: Row) -> tuple[Any, ...]:
    return row["film"], row.get("near"), row.get("join"), row.get("shot")


def _verdict(row: Row, by: Sequence[str]) -> str:
    """Of several measures: fails if any does, and passes if any does else."""
    told = {row["measures"][one][1] for one in by if one in row["measures"]}
    return next((one for one in ("fail", "pass") if one in told), "not measurable")


def figures(rows: Rows) -> list[Told]:
    """Of every fault, by the measures meant for it, in every group."""
    seen = [row for row in rows if not row.get("sound") and not row.get("light")]
    found = []
    for group in GROUPS:
        ours = [row for row in seen if group_of(row) == group]
        found += [tell(_comparable(ours, meant), meant, group) for meant in PICTURE]
    for whose in ("embedded", "footage"):
        ours = [row for row in rows if row.get("light") and (row["film"] == "footage") == (whose == "footage")]
        found += [tell(ours, meant, f"{whose}, shots") for meant in LIGHT]
    heard = [row for row in rows if row.get("sound")]
    found += [tell(heard, meant, "sound") for meant in SOUND]
    return [one for one in found if one is not None]


def _comparable(rows: Rows, meant: Meant) -> Rows:
    """Clean rows that were measured as the faulty ones were: while frames pass, or of two frames alone."""
    bad = [row for row in rows if row["fault"] == meant.fault]
    passing = bool(bad) and "motion" in bad[0]["measures"]
    return [row for row in rows if row["fault"] != "clean" or ("motion" in row["measures"]) == passing]


def verdicts(rows: Rows) -> list[Told]:
    """Those that have a target."""
    return [one for one in figures(rows) if one.meant.target]


HEAD = """\
# Do the measures discriminate?

`python benchmarks/faults.py --footage FILE` {measured}; {cpu} s of CPU without rendering. Every figure of every join is in faults.json.

Faults are planted in the pixels and the sound of films that were made, and measured by the code that `composer measure`
runs, beside the same joins as they are. **AUC**: the chance that a fault has a larger figure than a clean join (0.5 is
blind); the figure is the value as a share of its limit, of several measures the largest; what cannot be measured counts as
the least. Joins in which there is nothing to measure when they are clean are left out. In brackets its 95 % interval (both sides drawn anew 1000 times), and how many faults and clean joins there were.
**Hidden joins**: where two clips meet within a shot, and places within shots that are treated as such; **cuts**: two frames of
two shots of one place, chosen by seed. All is measured at 768x432, as films are delivered; the lists have the digest {digest}.
"""

PLANTED = """\
## What is planted

An anchor (no wall of a room; of footage, no plain patch) is cut out by its ids, what it leaves is drawn in from around it
(Telea), and it is laid over the picture in a direction drawn by seed, behind what is nearer; recoloured: a* + 12. Camera off:
the frames after the join are those of 2 or 5 frames later or earlier. Dropped and doubled: all after the join is one frame
early or late. Reversed: the two frames beside the join change places. Gain: a stretch of 12 frames, each 0.5 or 1 % brighter
than the last, or brighter and darker in turns. Teleported: the body is 48 px aside from the join on; halved: it goes on at half
its speed, as seen. Sound: all of it earlier or later; a click of two samples at 0.05 of full scale; a hard splice leaves out
0.37 s without a fade.
"""


def report(numbers: dict[str, Any]) -> str:
    """All tables."""
    about, rows = numbers["about"], numbers["rows"]
    found = figures(rows)
    digest, measured = about["digest"][:16], about["measured"]
    parts = [HEAD.format(measured=measured, cpu=about["cpu_s"], digest=digest), films(about), PLANTED]
    parts += ["## Targets\n", targets(found), "## Faults by the measures that are meant for them\n", table(found)]
    parts += ["## Verdicts\n", VERDICTS, judged(found)]
    parts += ["## Every measure\n", EVERY, every(rows)]
    return "\n".join(parts)


def films(about: dict[str, Any]) -> str:
    """What they are, how fast their cameras move, and their floors."""
    lines = [
        "| film | frames | camera, px a frame: slowest, median | 90th percentiles of the floors |",
        "|---|---|---|---|",
    ]
    for name, one in about["films"].items():
        floors = "; ".join(f"{what} {value:.3g}" for what, value in one["floors"].items())
        lines.append(f"| {name} | {one['frames']} | {one['slowest_px']}, {one['median_px']} | {floors} |")
    return "\n".join([*lines, "", ORIGINS])


ORIGINS = """\
The first two are made by the embedded generator (256x144 at 12 frames a second, brought to the film's size and rate by the
product). Footage is real film, the first 30 s of "Big Buck Bunny": windows of 768x432 move over shots whose camera stands
still, so its geometry is that of a wall that a camera passes, and its anchors are patches of 72 px; what moves in it by
itself is left out. It declares no bodies, and nothing is planned to be heard in it. Of the sound, each throw is one of
four films' ten, mixed and encoded as films are; shots without sound that can be timed are not measurable.
"""

VERDICTS = """\
What gates act on: the share of faults that fail, of clean joins that fail, and of faults that were not measurable; of several
measures, any that fails. Left out: joins, shots and places in which there is nothing to measure even when they are clean.
"""

EVERY = """\
AUC of each measure by itself, both films of the embedded generator together; hidden joins first, cuts in brackets. `anchor`:
the anchor in which the fault is, by itself, against the same kinds of anchor in clean joins.
"""


def targets(found: Sequence[Told]) -> str:
    lines = [f"| fault | where | AUC | at least {TARGET:g} |", "|---|---|---|---|"]
    lines += [
        f"| {one.meant.fault} | {one.group} | {one} | {'held' if one.held else '**MISSED**'} |"
        for meant in (*PICTURE, *LIGHT, *SOUND)
        for one in found
        if one.meant == meant and meant.target
    ]
    return "\n".join([*lines, ""])


def table(found: Sequence[Told]) -> str:
    lines = [f"| fault | by | {' | '.join(GROUPS)} |", f"|---|---|{'---|' * len(GROUPS)}"]
    for meant in PICTURE:
        cells = [next((str(one) for one in found if (one.meant, one.group) == (meant, group)), "") for group in GROUPS]
        lines.append(f"| {meant.fault} | {', '.join(meant.by)} | {' | '.join(cells)} |")
    lines += ["", "| fault | by | embedded, shots | footage, shots |", "|---|---|---|---|"]
    for meant in LIGHT:
        groups = ("embedded, shots", "footage, shots")
        cells = [next((str(one) for one in found if (one.meant, one.group) == (meant, group)), "") for group in groups]
        lines.append(f"| {meant.fault} | {', '.join(meant.by)} | {' | '.join(cells)} |")
    lines += ["", "| fault | by | sound |", "|---|---|---|"]
    lines += [f"| {one.meant.fault} | {', '.join(one.meant.by)} | {one} |" for one in found if one.group == "sound"]
    return "\n".join([*lines, ""])


def judged(found: Sequence[Told]) -> str:
    lines = [
        "| fault | where | faults that fail | clean that fail | faults not measurable | left out |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.meant.fault} | {one.group} | {one.failed:.0%} | {one.failed_clean:.0%} | {one.unmeasured:.0%} | {one.blank:.0%} |"
        for meant in (*PICTURE, *LIGHT, *SOUND)
        for one in found
        if one.meant == meant
    ]
    return "\n".join([*lines, ""])


def every(rows: Rows) -> str:
    names = (*ANCHORS, "motion", "acceleration", "body motion", "cut detectors")
    seen = [row for row in rows if not row.get("sound") and not row.get("light") and row["film"] != "footage"]
    lines = [f"| fault | anchor | {' | '.join(names)} |", f"|---|---|{'---|' * len(names)}"]
    for meant in PICTURE:
        cells = [_both(lambda near, m=meant: _own(seen, m, near))]
        for name in names:
            one = Meant(meant.fault, (name,))
            cells.append(_both(lambda near, m=one: _alone(seen, m, near)))
        lines.append(f"| {meant.fault} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _both(told: Callable[[bool], str]) -> str:
    near, cut = told(True), told(False)
    return f"{near} ({cut})" if near and cut else near or (f"({cut})" if cut else "")


def _alone(rows: Rows, meant: Meant, near: bool) -> str:
    ours = [row for row in rows if row["near"] == near]
    found = tell(_comparable(ours, meant), meant, "")
    return f"{found.auc:.2f}" if found else ""


def _own(rows: Rows, meant: Meant, near: bool) -> str:
    """Of the anchor itself: the larger of its two shares."""
    ours = [row for row in rows if row["near"] == near and "own" in row]
    bad = [
        _of(row["own"].get(str(row["thing"]), [None, None]))
        for row in ours
        if row["fault"] == meant.fault and "thing" in row
    ]
    good = [_of(values) for row in ours if row["fault"] == "clean" for values in row["own"].values()]
    return f"{auc(bad, good):.2f}" if len(bad) >= _LEAST else ""


def _of(values: Sequence[float | None]) -> float:
    colour, position = values
    return max(-inf if colour is None else colour / 6.0, -inf if position is None else position / 4.0)
