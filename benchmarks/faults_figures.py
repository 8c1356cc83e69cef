"""What the planted faults showed, in figures of merit: AUC of each fault by the measures that are there for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from faults_held_out import HELD_OUT

from composer.metrics import LIMITS

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
FILMED = ("embedded", HELD_OUT, "footage")
"""Films of the embedded generator that the measures were tuned on, those that they were not, and real film."""

GROUPS = tuple(f"{whose}, {where}" for whose in FILMED for where in ("hidden joins", "cuts"))

HEARD = {"sound": "embedded", f"sound, {HELD_OUT}": HELD_OUT}
"""Groups of films for the ear."""


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
    return f"{whose(row)}, {'hidden joins' if row['near'] else 'cuts'}"


def whose(row: Row) -> str:
    """One of `FILMED`."""
    name = row["film"]
    return "footage" if name == "footage" else HELD_OUT if name.endswith(HELD_OUT) else "embedded"


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
    for films in FILMED:
        ours = [row for row in rows if row.get("light") and whose(row) == films]
        found += [tell(ours, meant, f"{films}, shots") for meant in LIGHT]
    for group, films in HEARD.items():
        ours = [row for row in rows if row.get("sound") and whose(row) == films]
        found += [tell(ours, meant, group) for meant in SOUND]
    return [one for one in found if one is not None]


def _comparable(rows: Rows, meant: Meant) -> Rows:
    """Clean rows that were measured as the faulty ones were: while frames pass, or of two frames alone."""
    bad = [row for row in rows if row["fault"] == meant.fault]
    passing = bool(bad) and "motion" in bad[0]["measures"]
    return [row for row in rows if row["fault"] != "clean" or ("motion" in row["measures"]) == passing]


def verdicts(rows: Rows) -> list[Told]:
    """Those that have a target."""
    return [one for one in figures(rows) if one.meant.target]


def alone(rows: Rows, meant: Meant, near: bool) -> str:
    """AUC by one measure, at hidden joins or at cuts; nothing where there are too few."""
    ours = [row for row in rows if row["near"] == near]
    found = tell(_comparable(ours, meant), meant, "")
    return f"{found.auc:.2f}" if found else ""


def own(rows: Rows, meant: Meant, near: bool) -> str:
    """AUC of the anchor itself: the larger of its two shares."""
    ours = [row for row in rows if row["near"] == near and "own" in row]
    planted = [row for row in ours if row["fault"] == meant.fault and "thing" in row]
    bad = [_of(row["own"].get(str(row["thing"]), [None, None])) for row in planted]
    good = [_of(values) for row in ours if row["fault"] == "clean" for values in row["own"].values()]
    return f"{auc(bad, good):.2f}" if len(bad) >= _LEAST else ""


def _of(values: Sequence[float | None]) -> float:
    shares = zip(values, ANCHORS, strict=True)
    return max(-inf if value is None else value / LIMITS[measure].value for value, measure in shares)
