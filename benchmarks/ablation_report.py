"""The report of the ablation: numbers of films to tables, each figure beside its target."""

from collections.abc import Mapping, Sequence
from math import isfinite, nan
from statistics import median
from typing import Any

from ablation_figures import ACROSS, HALF, Films, Table, Take, interval, of_looks, span, taken, worst
from ablation_films import ARMS, CEILING, PINNED, TRUTHS
from embedded_report import Row
from embedded_tables import number, ranged

from composer.training.judging import LEAST_SHARP, counted, mean, recovery

ANEW = [arm.name for arm in ARMS]
FULL = ANEW[-1]
TRUTH, TRUE_PINNED = TRUTHS[False], TRUTHS[True]
TARGET, MOST_OVER_FLOOR = 0.8, 1.5
Numbers = Sequence[Mapping[str, Any]]


def verdicts(rows: Numbers) -> list[Row]:
    """Every figure that has a target, and those that stand beside it."""
    films = Films(rows)
    anew = films.of(open_looks=True).whole([*ANEW, TRUTH])
    found = [
        recovered(anew, "Recovery of M1 across cuts, looks that leave colour open", taken(*ACROSS), TARGET),
        recovered(anew, "The same, anchors that memory shows less than half of", taken(*ACROSS, few=True)),
        recovered(anew, "The same, across joins that nobody is to see", taken("join")),
        over_floor(anew, "M1 across cuts with full state, to the floor within its shots", FULL, most=MOST_OVER_FLOOR),
        over_floor(anew, "The same of the truth's pictures, to theirs", TRUTH),
        over_floor(anew, "The same, to the ends of single clips, where no join lies between", FULL, floor="within"),
        over_truth(anew, "M1 across cuts with full state, to the truth's at the same frames", FULL),
        undone(anew, "Error to the truth as shots begin, unseen faces too: what full state takes away"),
        plain(
            anew,
            "M1 with full state, anchors that memory shows less than half of",
            FULL,
            taken(*ACROSS, few=True),
            "dE",
        ),
        plain(anew, "Gradient energy with full state, to the truth's", FULL, of_looks("sharp"), "x", LEAST_SHARP),
    ]
    named = films.of(open_looks=False).whole([*ANEW, TRUTH])
    if named.rows:
        found.append(recovered(named, "Recovery of M1 across cuts, looks that name everything", taken(*ACROSS)))
    pinned = films.of(open_looks=True).whole([*(arm.name for arm in PINNED), TRUE_PINNED])
    if pinned.rows:
        found.append(
            over_floor(pinned, "As films are made, words pinned: M1 across cuts to the floor", PINNED[-1].name)
        )
    return found


def recovered(films: Films, what: str, take: Take, target: float | None = None, arm: str = FULL) -> Row:
    """(none - arm) / (none - truth), void where it was won with blurred pictures."""
    tables = {name: films.table(name, take) for name in (ANEW[0], arm, TRUTH)}

    def figure(means: Mapping[str, float]) -> float:
        return recovery(means[ANEW[0]], means[arm], means[TRUTH])

    value = figure({name: mean(table.ravel()) for name, table in tables.items()})
    kept = counted(value, mean(films.table(arm, of_looks("sharp")).ravel()))
    return Row(what, kept, "", target, True, interval(tables, figure), isfinite(value) and not isfinite(kept))


def undone(films: Films, what: str, arm: str = FULL) -> Row:
    """The share of the error without state, pixel by pixel to the truth, that is gone with it: unseen surfaces count too."""
    tables = {name: films.table(name, lambda row: float(row["error"])) for name in (ANEW[0], arm)}

    def figure(means: Mapping[str, float]) -> float:
        return recovery(means[ANEW[0]], means[arm], 0.0)

    return Row(
        what, figure({name: mean(table.ravel()) for name, table in tables.items()}), "", span=interval(tables, figure)
    )


def over_floor(films: Films, what: str, arm: str, *, floor: str = "shot", most: float | None = None) -> Row:
    """M1 across cuts, of anchors that were seen before, over M1 within shots, or (`within`) within single clips."""
    return _ratio(what, films.table(arm, taken(*ACROSS, seen=True)), films.table(arm, taken(floor)), most)


def over_truth(films: Films, what: str, arm: str) -> Row:
    """M1 across cuts over that of what the words say."""
    return _ratio(what, films.table(arm, taken(*ACROSS)), films.table(TRUTH, taken(*ACROSS)))


def _ratio(what: str, across: Table, floor: Table, most: float | None = None) -> Row:
    tables = {"across": across, "floor": floor}

    def figure(means: Mapping[str, float]) -> float:
        return means["across"] / means["floor"] if means["floor"] > 0 else nan

    value = figure({name: mean(table.ravel()) for name, table in tables.items()})
    return Row(what, value, "x", most, False, interval(tables, figure))


def plain(films: Films, what: str, arm: str, take: Take, unit: str, least: float | None = None) -> Row:
    table = films.table(arm, take)
    return Row(what, mean(table.ravel()), unit, least, True, span(table))


def written(about: Mapping[str, Any], rows: Numbers, found: Sequence[Row]) -> str:
    """The report."""
    films = Films(rows)
    lines = [
        "# What state is worth, on whole films",
        "",
        (
            f"`make ablation` {about['about']}, embedded {about['weights']}. {len(films.lists)} shot lists, written for this and"
            f" used in no training, frozen before these films, of the digest {about['digest'][:16]}; seeds {', '.join(map(str, films.seeds))};"
            f" {_lasting(films)}."
        ),
        "",
        "![The same places, shot by shot, arm by arm](../docs/ablation.png)",
        "",
        "| figure | measured | 95 % | target | |",
        "|---|---|---|---|---|",
        *map(str, found),
        "",
        (
            "M1 is the product's `anchor colour` (docs/metrics.md): mean dE of an anchor over the pixels that both frames show, the"
            " mean over anchors. Across cuts: the last frame before and the first after, and the middle of each shot to the first"
            " frame of every later one that does not adjoin it. The floor, within shots: frames half a shot apart, by which"
            " `composer measure` calibrates what it finds across cuts; within clips: the first and the last frame of one. Recovery is"
            " (none - arm) / (none - truth); the truth is what the words of the first clip say, drawn at the same frames without"
            " film or codec. Intervals: lists drawn again with replacement, and in each its seeds; of a single list, its seeds alone."
        ),
        "",
        (
            "What this does not show: M1 compares spots that both frames show, and those are what memory knows. Faces that were never"
            " seen are drawn as the words of the moment have them; they count in the error to the truth alone, and, as far as an"
            " anchor's other parts were seen, in the few pairs of anchors that memory shows less than half of."
        ),
        "",
    ]
    for open_looks, looks in ((True, "leave colour and pattern open"), (False, "name everything")):
        some = films.of(open_looks=open_looks)
        if some.rows:
            lines += [f"## Looks that {looks}", "", *_told(some), *arms_table(some)]
    return "\n".join([*lines, *lists_table(films)]) + "\n"


def _lasting(films: Films) -> str:
    """How long it takes: films whose clips were found in the store would make the mean too small."""
    each = [row["cpu_s"] for row in films.rows if "cpu_s" in row]
    return f"{len(each)} films, {median(each):.1f} s of CPU time each" if each else "no films"


def _told(films: Films) -> list[str]:
    whole = films.whole([*ANEW, TRUTH])
    full = [row for row in whole.rows if row["arm"] == FULL]
    across = [share for row in full for kind, *_, share in row["observed"] if kind in ACROSS]
    covered = mean([share for row in full for share in row["coverage"]])
    few = sum(share < HALF for share in across)
    return [
        (
            f"{', '.join(whole.lists)}; seeds {', '.join(map(str, whole.seeds))}; films an arm: {len(full)}. Memory shows {100 * covered:.0f} % of the surfaces that later shots"
            f" begin with. {len(across)} pairs of one anchor across cuts in the films with all state, {few} of them of anchors that"
            " memory shows less than half of."
        ),
        "",
    ]


def arms_table(films: Films) -> list[str]:
    """Arm by arm, drawn anew and pinned, each beside the truth of its kind."""
    columns = (
        "across cuts, dE", "95 %", "worst anchor", "less than half shown", "joins", "within shots", "within clips", "recovery", "95 %", "sharp",
        "chroma", "contrast", "error, dE",
    )  # fmt: skip
    lines = [f"| arm | {' | '.join(columns)} |", f"|---{'|---' * len(columns)}|"]
    groups = (
        ("words drawn anew for each clip", [*ANEW, TRUTH]),
        ("words pinned, as films are made", [*(arm.name for arm in PINNED), TRUE_PINNED]),
        ("ceiling", [CEILING.name]),
    )
    for title, arms in groups:
        some = films.whole(arms)
        if some.rows:
            lines.append(f"| **{title}** {'|' * 14}")
            lines += [_arm_line(some, arm) for arm in arms]
    return [
        *lines,
        "",
        (
            "Sharp (gradient energy), chroma and contrast: to the truth's, so that neither blur nor grey can win. Error: dE to the"
            " truth, pixel by pixel, as shots begin. Final frames are carried within shots and into shots of `join: last_frames`; a"
            " plain cut carries none."
        ),
        "",
    ]


def _arm_line(films: Films, arm: str) -> str:
    def of(take: Take) -> str:
        return number(mean(films.table(arm, take).ravel()))

    across = films.table(arm, taken(*ACROSS))
    row = recovered(films, "", taken(*ACROSS), arm=arm) if arm in ANEW[1:] else None
    cells = [
        arm, number(mean(across.ravel())), ranged(span(across)), of(worst), of(taken(*ACROSS, few=True)), of(taken("join")),
        of(taken("shot")), of(taken("within")), number(row.value) if row else "", ranged(row.span) if row else "", of(of_looks("sharp")),
        of(of_looks("chroma")), of(of_looks("contrast")), of(lambda film: float(film["error"])),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def lists_table(films: Films) -> list[str]:
    """M1 across cuts, list by list."""
    whole = films.whole([*ANEW, TRUTH])
    arms = [*ANEW, TRUTH]
    lines = [
        "## List by list, M1 across cuts, words drawn anew, dE",
        "",
        f"| list | seeds | {' | '.join(arms)} | recovery |",
    ]
    lines.append(f"|---|---|{'---|' * len(arms)}---|")
    for name in whole.lists:
        own = Films([row for row in whole.rows if row["list"] == name])
        means = {arm: mean(own.table(arm, taken(*ACROSS)).ravel()) for arm in arms}
        share = recovery(means[ANEW[0]], means[FULL], means[TRUTH])
        lines.append(f"| {name} | {len(own.seeds)} | {' | '.join(map(number, means.values()))} | {number(share)} |")
    return [*lines, ""]
