"""`composer measure`: a film, or another tool's video of the same list, held against its list."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.house import app
from composer.cli.watching import watched
from composer.cli.words import AsJson, Cache, Generator, Set
from composer.errors import GateError

if TYPE_CHECKING:
    from composer.types import FilmMeasures, Measured

Row = tuple[str, ...]


@app.command()
def measure(  # noqa: PLR0913, PLR0917 - one parameter an option
    video: Annotated[Path, typer.Argument(help="A film, its folder, or any video of the list.", metavar="VIDEO")],
    shotlist: Annotated[Path, typer.Option("--shotlist", "-s", help="The shot list that it shows.", metavar="FILE")],
    generator: Generator = None,
    options: Set = None,
    every: Annotated[bool, typer.Option("--all", help="Show every figure, not only what fails and the worst.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 5 when a figure fails, or none can be taken, once all was told.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write report.html and report.json into this folder.", metavar="DIR")
    ] = None,
    cache_folder: Cache = None,
    as_json: AsJson = False,
) -> None:
    """Measure every join, shot and return of a film against its shot list.

    Where its clips meet, plan.json beside it tells; for a video without one, the plan that --generator would follow.
    """
    import composer
    from composer.schema.report import measures_json
    from composer.settings import parse_options

    known = composer.load(shotlist)
    with watched("text") as on_progress:
        found = composer.measure(
            video,
            known,
            generator=generator,
            options=parse_options(options or ()),
            report=report,
            on_progress=on_progress,
            cache=cache_folder,
        )
    typer.echo(measures_json(found).rstrip() if as_json else "\n".join(measures_lines(found, every=every)))
    if strict:
        raise_failing(found)


def raise_failing(found: "FilmMeasures") -> None:
    """Raises `GateError` when a figure fails, or the film shows nothing to hold to its list."""
    from composer.types import shows_nothing

    if worst := _worst(found):
        failed = sum(measured.verdict == "fail" for measured in found.every)
        raise GateError(f"{failed} of {len(found.every)} figures fail; the worst is {_told(worst)}")
    if shows_nothing(found.every):
        raise GateError("the film cannot be held to its list: no anchor is found again in any of its pictures")


def _worst(found: "FilmMeasures") -> "Measured | None":
    """Of the figures that fail."""
    failed = (measured for measured in found.every if measured.verdict == "fail")
    return max(failed, key=lambda measured: measured.excess, default=None)


def measures_lines(film: "FilmMeasures", *, every: bool) -> Iterator[str]:
    """The film's verdict, then figures: of each join the worst and all that fail, or every one."""
    width, height = film.measured_size
    yield f"{film.title}: {film.video}, {film.frames} frames, compared at {width}x{height}: {film.verdict}"
    yield summed(film)
    rows: list[Row] = [("where", "frames", "figure", "value", "limit", "floor", "verdict", "worst")]
    for join in film.joins:
        where = f"{join.before} | {join.after}"
        rows += [_row(where, measured) for measured in _chosen(join.measures, every=every)]
    for shot in film.shots:
        rows += [_row(shot.shot, measured) for measured in _chosen(shot.measures, every=every)]
    rows += [_row(f"{one.where.shot}, come back", one) for one in _chosen(film.returns, every=every)]
    if len(rows) > 1:
        yield ""
        widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
        for row in rows:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def summed(film: "FilmMeasures") -> str:
    """How much was measured, and what came of it."""
    counts = Counter(measured.verdict for measured in film.every)
    parts = (_some(len(film.joins), "join"), _some(len(film.shots), "shot"), _some(len(film.returns), "return"))
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("pass", "fail", "not measurable"))
    worst = _worst(film)
    return f"{', '.join(parts)}; {told}" + (f"; the worst is {_told(worst)}" if worst else "")


def _some(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _chosen(measures: Sequence["Measured"], *, every: bool) -> list["Measured"]:
    """The worst, and all that fail."""
    if every or not measures:
        return list(measures)
    worst = max(measures, key=lambda measured: measured.excess)
    return [measured for measured in measures if measured.verdict == "fail" or measured is worst]


def _row(where: str, measured: "Measured") -> Row:
    value = "-" if measured.value is None else f"{measured.value:.2f} {measured.unit}"
    floor = "-" if measured.floor is None or measured.floor.p90 is None else f"{measured.floor.p90:.2f}"
    frames = ", ".join(map(str, measured.where.frames))
    said = measured.says if measured.verdict == "not measurable" else measured.where.thing
    return where, frames, measured.measure, value, f"{measured.limit:g}", floor, measured.verdict, said


def _told(measured: "Measured") -> str:
    at, thing = measured.where, f" of {measured.where.thing}" if measured.where.thing else ""
    value = "-" if measured.value is None else f"{measured.value:.2f} {measured.unit}"
    return f"`{measured.measure}`{thing} in `{at.shot}` at frame {at.frames[-1]}: {value}, limit {measured.limit:g}"
