"""Commands that render, and what they tell."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from composer.cli.house import app
from composer.cli.lists import render_faults
from composer.cli.measuring import raise_failing, summed
from composer.cli.watching import Log, watched
from composer.cli.words import (
    AsJson,
    Cache,
    Conform,
    Draft,
    File,
    From,
    Generator,
    Lock,
    LogForm,
    Only,
    Out,
    Pick,
    Preset,
    Report,
    Retake,
    Retries,
    Seed,
    Set,
    Stems,
    Strict,
    Subtitles,
    Takes,
    Undo,
    Without,
    Workers,
)
from composer.errors import ComposerError, GateError, UsageError

if TYPE_CHECKING:
    from composer.composing import Rehearsal
    from composer.composing.film import Film
    from composer.conform import Conforming
    from composer.rerun import Asked, Standing
    from composer.run import OnProgress
    from composer.schema import ShotList
    from composer.types import FilmMeasures, FilmPlan


@dataclass(frozen=True)
class Held:
    """What becomes of a film that was written: it is held to its list in a `report`, with stills of takes from the `cache`,
    or must keep its gates.
    """

    report: bool = False
    strict: bool = False
    cache: Path | None = None


@app.command()
def previz(file: File, out: Out = None, seed: Seed = None, cache_folder: Cache = None, log: LogForm = "text") -> None:
    """Render the animatic, small and fast, with shot, lens, frame and time burnt in."""
    import composer

    folder = out or Path("out") / f"{file.stem}-previz"
    _render_film(
        file,
        folder,
        log,
        lambda shotlist, told, known: composer.previz(
            shotlist, out=folder, seed=seed, on_progress=told, rehearsal=known, cache=cache_folder
        ),
    )


@app.command()
def render(  # noqa: PLR0913, PLR0917 - one parameter an option
    file: File,
    out: Out = None,
    generator: Generator = None,
    seed: Seed = None,
    draft: Draft = False,
    without: Without = None,
    options: Set = None,
    conform: Conform = "guided",
    workers: Workers = None,
    retries: Retries = 2,
    only: Only = None,
    start: From = None,
    log: LogForm = "text",
    retake: Retake = None,
    lock: Lock = None,
    undo: Undo = None,
    pick: Pick = None,
    preset: Preset = "h264",
    cache_folder: Cache = None,
    stems: Stems = False,
    subtitles: Subtitles = False,
    report: Report = False,
    takes: Takes = None,
    strict: Strict = False,
) -> None:
    """Render the film. What is there already and has not changed is kept.

    What is retaken, locked or picked is kept in choices.yaml beside the list.
    """
    import composer
    from composer import rerun
    from composer.settings import parse_options
    from composer.store import cache_folder as store_at

    folder = out or Path("out") / file.stem
    told = parse_options(options or ())
    how = {
        "generator": generator,
        "seed": seed,
        "draft": draft,
        "without": without or [],
        "options": told,
        "conform": conform,
        "preset": preset,
        "stems": stems,
        "subtitles": subtitles,
        "workers": workers,
        "takes": takes,
        "strict": strict,
    }
    whole = not (only or start or retake or lock or undo or pick)
    asked = rerun.ask(file, folder, store_at(cache_folder), how) if whole else None
    _render_film(
        file,
        folder,
        log,
        lambda shotlist, on_progress, known: composer.compose(
            shotlist,
            out=folder,
            generator=generator,
            seed=seed,
            draft=draft,
            without=without or (),
            options=told,
            on_progress=on_progress,
            rehearsal=known,
            conforming=_conforming(conform),
            workers=workers,
            retries=retries,
            only=only or (),
            start=start,
            retake=retake or (),
            lock=lock or (),
            undo=undo or (),
            pick=_picks(pick),
            preset=preset,
            cache=cache_folder,
            stems=stems,
            subtitles=subtitles,
            takes=takes,
            strict=strict,
            asked=asked,
        ),
        None if report else asked,
        Held(report, strict, cache_folder),
    )


@app.command()
def status(
    folder: Annotated[Path, typer.Argument(help="An output folder.", metavar="DIR")],
    every: Annotated[bool, typer.Option("--all", help="Show what is done, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a render does now or did last: what is done, runs, waits or failed, and why."""
    from composer.cli.status import status_lines
    from composer.run import holder, read_status

    held, found = holder(folder), read_status(folder)
    if found is None:
        raise UsageError(f"{folder}: {'a render begins here' if held else 'nothing was rendered here'}")
    if as_json:
        typer.echo(json.dumps({**asdict(found), "held": held}, indent=1))
    else:
        typer.echo("\n".join(status_lines(folder, found, held, every=every)))


def _conforming(name: str) -> "Conforming":
    from composer.conform import CONFORMINGS

    return CONFORMINGS[name]


def _picks(words: Sequence[str] | None) -> dict[str, int]:
    if not words:
        return {}
    from composer.composing.selecting import parse_picks

    return parse_picks(words)


def _render_film(
    file: Path,
    folder: Path,
    log: Log,
    make: "Callable[[ShotList, OnProgress, Rehearsal], Film]",
    asked: "Asked | None" = None,
    held: Held = Held(),
) -> None:
    import composer
    from composer.run import refuse_if_held

    refuse_if_held(folder)
    if asked and _stands(asked, log, strict=held.strict):
        return
    from composer.composing import rehearse

    shotlist = composer.load(file)
    rehearsal = rehearse(shotlist)
    warnings = [fault for fault in rehearsal.faults if fault.severity == "warning"]
    if warnings:
        typer.echo(render_faults(warnings), err=True)
    started = time.monotonic()
    try:
        with watched(log) as on_progress:
            film = make(shotlist, on_progress, rehearsal)
            measures = _measured(film, rehearsal, held.cache, on_progress) if held.report and not film.missing else None
        if film.warnings:
            typer.echo(render_faults(film.warnings), err=True)
    except ComposerError as error:
        if log == "json":
            typer.echo(json.dumps({"happening": "stopped", "said": str(error), "exit_code": error.exit_code}))
        raise
    if log == "json":
        typer.echo(json.dumps(_ended(None if film.missing else film.path, film.made, film.kept, film.missing)))
    else:
        _print_film(film, time.monotonic() - started)
        if measures:
            typer.echo(f"continuity {film.folder / 'report.html'}: {summed(measures)}")
    if held.strict:
        film.raise_failed()
        if measures:
            raise_failing(measures)


def _measured(film: "Film", rehearsal: "Rehearsal", cache: Path | None, on_progress: "OnProgress") -> "FilmMeasures":
    from composer.composing.measuring import report

    return report(film, rehearsal, on_progress=on_progress, cache=cache)


def _stands(asked: "Asked", log: Log, *, strict: bool) -> bool:
    """Say what the render would, when nothing would come of it but what is there. Raises `GateError` as the render would."""
    from composer.rerun import standing

    with standing(asked) as film:
        if film is None:
            return False
        if film.warnings:
            typer.echo(film.warnings, err=True)
        started = time.monotonic()
        with watched(log) as on_progress:
            film.tell(asked.out, on_progress)
    path = asked.out / film.film
    if log == "json":
        typer.echo(json.dumps(_ended(path, 0, film.segments)))
    else:
        _print_whole(path, film, _took(0, film.segments, film.segments, time.monotonic() - started))
    if strict and film.failed:
        raise GateError(film.failed)
    return True


def _print_film(film: "Film", seconds: float) -> None:
    film_plan = film.plan
    took = _took(film.made, film.kept, len(film_plan.segments), seconds)
    if film.missing:
        there = [shot.shot for shot in film_plan.shots if shot.shot not in film.missing]
        typer.echo(f"{film.folder / 'clips'}: {_some(there)}; {took}")
        typer.echo(f"the film waits for {_some(film.missing)}; render without --only and --from to put it together")
        return
    _print_whole(film.path, film_plan, took)


def _took(made: int, kept: int, total: int, seconds: float) -> str:
    return f"{made} of {total} segments rendered" + (f", {kept} kept" if kept else "") + f" in {seconds:.0f} s"


def _print_whole(path: Path, film: "FilmPlan | Standing", took: str) -> None:
    (width, height), folder = film.size, path.parent
    length, rate = float(film.frames / film.fps), f"{float(film.fps):.5g}"
    typer.echo(f"{path}: {length:.2f} s, {film.frames} frames at {rate} fps, {width}x{height}; {took}")
    typer.echo(f"shots {folder / 'contact_sheet.png'}, places {folder / 'map.png'}, plan {folder / 'plan.json'}")


def _some(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _ended(film: Path | None, made: int, kept: int, missing: Sequence[str] = ()) -> dict[str, Any]:
    path = str(film) if film else None
    return {"happening": "ended", "film": path, "made": made, "kept": kept, "missing": missing}
