"""Commands that render, and what they tell."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from composer.cli.house import app
from composer.cli.lists import render_faults
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
    Retake,
    Retries,
    Seed,
    Set,
    Stems,
    Undo,
    Without,
    Workers,
)
from composer.errors import ComposerError, UsageError

if TYPE_CHECKING:
    from composer.composing import Rehearsal
    from composer.composing.film import Film
    from composer.run import OnProgress
    from composer.schema import ShotList


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
    cache_folder: Cache = None,
    stems: Stems = False,
) -> None:
    """Render the film. What is there already and has not changed is kept.

    What is retaken or locked is kept in choices.yaml beside the list.
    """
    import composer
    from composer.conform import CONFORMINGS
    from composer.settings import parse_options

    folder = out or Path("out") / file.stem
    told = parse_options(options or ())
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
            conforming=CONFORMINGS[conform],
            workers=workers,
            retries=retries,
            only=only or (),
            start=start,
            retake=retake or (),
            lock=lock or (),
            undo=undo or (),
            cache=cache_folder,
            stems=stems,
        ),
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


def _render_film(file: Path, folder: Path, log: Log, make: "Callable[[ShotList, OnProgress, Rehearsal], Film]") -> None:
    import composer
    from composer.composing import rehearse
    from composer.run import refuse_if_held

    refuse_if_held(folder)
    shotlist = composer.load(file)
    rehearsal = rehearse(shotlist)
    warnings = [fault for fault in rehearsal.faults if fault.severity == "warning"]
    if warnings:
        typer.echo(render_faults(warnings), err=True)
    started = time.monotonic()
    try:
        with watched(log) as on_progress:
            film = make(shotlist, on_progress, rehearsal)
    except ComposerError as error:
        if log == "json":
            typer.echo(json.dumps({"happening": "stopped", "said": str(error), "exit_code": error.exit_code}))
        raise
    if log == "json":
        typer.echo(json.dumps(_film_json(film)))
    else:
        _print_film(film, time.monotonic() - started)


def _print_film(film: "Film", seconds: float) -> None:
    film_plan = film.plan
    width, height = film_plan.size
    length = float(film_plan.frames / film_plan.fps)
    kept, total = film.kept, len(film_plan.segments)
    made = f"{film.made} of {total} segments rendered" + (f", {kept} kept" if kept else "")
    rate = f"{float(film_plan.fps):.5g}"
    took = f"{made} in {seconds:.0f} s"
    if film.missing:
        there = [shot.shot for shot in film_plan.shots if shot.shot not in film.missing]
        typer.echo(f"{film.folder / 'clips'}: {_some(there)}; {took}")
        typer.echo(f"the film waits for {_some(film.missing)}; render without --only and --from to put it together")
        return
    typer.echo(f"{film.path}: {length:.2f} s, {film_plan.frames} frames at {rate} fps, {width}x{height}; {took}")
    typer.echo(
        f"shots {film.folder / 'contact_sheet.png'}, places {film.folder / 'map.png'}, plan {film.folder / 'plan.json'}"
    )


def _some(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _film_json(film: "Film") -> dict[str, Any]:
    path = None if film.missing else str(film.path)
    return {"happening": "ended", "film": path, "made": film.made, "kept": film.kept, "missing": film.missing}
