"""The report of the planted faults, in tables."""

from collections.abc import Callable, Sequence
from typing import Any

from faults_figures import (
    ANCHORS,
    FILMED,
    GROUPS,
    HEARD,
    LIGHT,
    PICTURE,
    SOUND,
    TARGET,
    Meant,
    Rows,
    Told,
    alone,
    figures,
    own,
)

HEAD = """\
# Do the measures discriminate?

`python benchmarks/faults.py --footage FILE` {measured}; {cpu} s of CPU without rendering. Every figure of every join is in faults.json.

Faults are planted in the pixels and the sound of films that were made, and measured by the code that `composer measure`
runs, beside the same joins as they are. **AUC**: the chance that a fault has a larger figure than a clean join (0.5 is
blind); the figure is the value as a share of its limit, of several measures the largest; what cannot be measured counts as
the least. Joins in which there is nothing to measure when they are clean are left out. In brackets its 95 % interval (both sides drawn anew 1000 times), and how many faults and clean joins there were.
**Hidden joins**: where two clips meet within a shot, and places within shots that are treated as such; **cuts**: two frames of
two shots of one place, chosen by seed. All is measured at 768x432, as films are delivered; the lists have the digest {digest}, those held out {held_out}.
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
    digest, held_out = (one[:16] for one in about["digests"])
    head = HEAD.format(measured=about["measured"], cpu=about["cpu_s"], digest=digest, held_out=held_out)
    parts = [head, films(about), PLANTED]
    parts += ["## Targets\n", targets(found), "## Faults by the measures that are meant for them\n", table(found)]
    parts += ["## Verdicts\n", VERDICTS, judged(found)]
    parts += ["## Every measure\n", EVERY, every(rows)]
    return "\n".join([*parts, READ])


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
All but the last are made by the embedded generator (256x144 at 12 frames a second, brought to the film's size and rate by the
product); those **held out** were written and frozen once the measures stood, and nothing was tuned on them. Footage is real film, the first 30 s of "Big Buck Bunny": windows of 768x432 move over shots whose camera stands
still, so its geometry is that of a wall that a camera passes, and its anchors are patches of 72 px; what moves in it by
itself is left out. It declares no bodies, and nothing is planned to be heard in it. The sound is
that of four films of twelve throws each, and of four held out, mixed and encoded as films are; where a blow is too faint to be timed the product says
so, and the shot is left out.
"""

READ = """\
## How to read this

- Three measures were mended by what was seen in the films that are not held out. `body motion` was a median of optical
  flow, whose floor passed its limit (90th percentile 5.6 px in the hall); it now looks for the body. `light drift` is new: a
  steady gain was nobody's. Surfaces that a frame shows edge-on, and stains too faint to say that a thing moved, failed clean
  cuts of the street (10 dE, 29 px) and of footage; they have no say now.
- A figure of merit is no verdict: limits are not set by these films, and some faults of 4 px, light that trembles by 0.5 %,
  and bodies that lag by a pixel or two are told from clean joins and still pass.
- `anchor position` alone is short of 0.95 at cuts, where a thing that moved far matches nowhere; `anchor colour` tells it.
- Cut detectors see none of this: their silence means nothing.
- Few joins are truly of two clips; most hidden ones are places within shots, and footage, a wall to its camera, has no parallax
  at all. Four films made, two places of footage: few.
"""

VERDICTS = """\
What gates act on: the share of faults that fail, of clean joins that fail, and of faults that were not measurable; of several
measures, any that fails. Left out: joins, shots and places in which there is nothing to measure even when they are clean.
"""

EVERY = """\
AUC of each measure by itself, all films of the embedded generator together; hidden joins first, cuts in brackets. `anchor`:
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
    """Of pictures, of light in shots, and of sound."""
    shots = [f"{films}, shots" for films in FILMED]
    return "\n".join(
        [*_table(found, PICTURE, GROUPS), *_table(found, LIGHT, shots), *_table(found, SOUND, list(HEARD))]
    )


def _table(found: Sequence[Told], faults: Sequence[Meant], groups: Sequence[str]) -> list[str]:
    lines = [f"| fault | by | {' | '.join(groups)} |", f"|---|---|{'---|' * len(groups)}"]
    for meant in faults:
        cells = [next((str(one) for one in found if (one.meant, one.group) == (meant, group)), "") for group in groups]
        lines.append(f"| {meant.fault} | {', '.join(meant.by)} | {' | '.join(cells)} |")
    return [*lines, ""]


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
        cells = [_both(lambda near, m=meant: own(seen, m, near))]
        for name in names:
            one = Meant(meant.fault, (name,))
            cells.append(_both(lambda near, m=one: alone(seen, m, near)))
        lines.append(f"| {meant.fault} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _both(told: Callable[[bool], str]) -> str:
    near, cut = told(True), told(False)
    return f"{near} ({cut})" if near and cut else near or (f"({cut})" if cut else "")
