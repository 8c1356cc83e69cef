"""The command line: reads arguments, calls the product, prints. Exit codes are in docs/cli.md."""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from composer.again import again
from composer.cli.cache import Cache, cache, size_text
from composer.cli.watching import Log, watched
from composer.errors import ComposerError, Fault, IncompleteError, ShotListError, StorageError, UsageError

if TYPE_CHECKING:
    from composer.composing import Rehearsal
    from composer.composing.film import Film
    from composer.generators import Listing
    from composer.run import OnProgress
    from composer.schema import ShotList


class _House(TyperGroup):
    """Turns the product's errors into a sentence and its exit code: bad input never shows a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ComposerError as error:
            words = str(error) if isinstance(error, ShotListError) else f"composer: {error}"
            typer.echo(words, err=True)
            if isinstance(error, IncompleteError | StorageError) and sys.argv[1:2] in (["render"], ["previz"]):
                typer.echo(f"go on from there: {again(sys.argv[1:])}", err=True)
            raise typer.Exit(error.exit_code) from None
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            typer.echo(f"composer: cannot print: {(error.strerror or str(error)).lower()}", err=True)
            raise typer.Exit(StorageError.exit_code) from None


app = typer.Typer(
    name="composer",
    cls=_House,
    help="A YAML shot list becomes a long, continuous film with sound.",
    epilog="Exit codes: 0 done, 2 usage, 3 a fault in the shot list, 4 a generator failed, 5 a gate failed under "
    "--strict, 6 the output folder is in use, 7 storage, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(cache, name="cache")

File = Annotated[Path, typer.Argument(help="The shot list, a YAML file.", metavar="FILE")]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="Output folder; out/NAME of the list when not given.", metavar="DIR")
]
Generator = Annotated[
    str | None,
    typer.Option(
        "--generator",
        "-g",
        help="Who makes the clips; the first that `composer generators` lists when not given.",
        metavar="NAME",
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", help="Instead of the list's seed.")]
Draft = Annotated[bool, typer.Option("--draft", help="Render small and fast: at most 384x216.")]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        help="Do not tell the generator this, as `memory` or `prefix`; may be given again. What each may lack, "
        "`composer generators` lists.",
        metavar="NAME",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="An option of the generator, as `steps=30`, over those of composer.toml; may be given again.",
        metavar="KEY=VALUE",
    ),
]
Conform = Annotated[
    Literal["guided", "size", "rate", "plain"],
    typer.Option(
        "--conform",
        help="How a generator's own size and rate become the film's: guided by what is declared, the size or the rate "
        "alone, or plainly.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=256,
        help="Clips that render at once; as many as generator and machine have room for when not given.",
    ),
]
Retries = Annotated[
    int, typer.Option("--retries", min=0, max=100, help="How often a segment that failed is tried again.")
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="Render these shots, as `S03,S04`, and what they depend on.", metavar="SHOTS"),
]
From = Annotated[
    str | None,
    typer.Option("--from", help="Render from this shot on, and what that depends on.", metavar="SHOT"),
]
LogForm = Annotated[
    Log, typer.Option("--log", help="What is told while it runs: bars or lines, or a JSON object a line on stdout.")
]
Retake = Annotated[
    list[str] | None,
    typer.Option(
        "--retake",
        help="Another take of this shot; may be given again, or with several names: `front,back`.",
        metavar="SHOT",
    ),
]
Lock = Annotated[
    list[str] | None,
    typer.Option(
        "--lock",
        help="The clips that the last render into this folder has of this shot stay, whatever changes.",
        metavar="SHOT",
    ),
]
Undo = Annotated[
    list[str] | None,
    typer.Option("--undo", help="This shot is its first take again, and unlocked.", metavar="SHOT"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command()
def new(file: Annotated[Path, typer.Argument(help="The file to write.", metavar="FILE")]) -> None:
    """Write a small shot list to start from."""
    from importlib.resources import files

    from composer.store import write_whole

    if file.exists():
        raise StorageError(f"{file} is there already; nothing was written")
    text = files("composer").joinpath("starter.yaml").read_text()
    title = re.sub(r"[\W_]+", " ", file.stem).strip().capitalize() or "Untitled"
    for key, value in {"title": title, "file": quote(str(file)), "stem": quote(file.stem)}.items():
        text = text.replace("{" + key + "}", "".join(c if c.isprintable() else "?" for c in value))
    write_whole(file, text)
    typer.echo(f"wrote {file}; next: composer render {quote(str(file))} --draft")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Shot lists to read.", metavar="FILE...")],
    as_json: AsJson = False,
) -> None:
    """Read shot lists and report every fault: nothing renders. Exits 0, or 3 when there is an error."""
    from composer import check as check_list
    from composer import load

    faults: list[Fault] = []
    texts: list[str] = []
    for file in files:
        try:
            shotlist = load(file)
            found = check_list(shotlist)
        except ShotListError as error:
            found = error.faults
        faults += found
        texts.append(_render(found) if found else f"{file}: good")
    if as_json:
        typer.echo(json.dumps([_fault_json(fault) for fault in faults], indent=1))
    else:
        typer.echo("\n".join(texts))
    if any(fault.severity == "error" for fault in faults):
        raise typer.Exit(ShotListError.exit_code)


@app.command()
def plan(  # noqa: PLR0913, PLR0917 - one parameter an option
    file: File,
    generator: Generator = None,
    seed: Seed = None,
    draft: Draft = False,
    without: Without = None,
    options: Set = None,
    prompts: Annotated[
        bool, typer.Option("--prompts", help="Show the prompt of each segment, and what found no room in it.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show which segments `composer render` would make anew, and why.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="With --diff: the folder that it would render into.", metavar="DIR"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show segments, joins, losses, solved cameras and everyone at each cut: nothing renders."""
    import composer
    from composer.settings import parse_options

    if out is not None and not diff:
        raise typer.BadParameter("only `--diff` looks into a folder", param_hint="--out")
    if diff and prompts:
        raise typer.BadParameter("`--diff` shows no prompts", param_hint="--prompts")
    shotlist = composer.load(file)
    told = parse_options(options or ())
    if diff:
        from composer.composing import diff as differing
        from composer.printing import diff_lines

        folder = out or Path("out") / file.stem
        difference = differing(
            shotlist, out=folder, generator=generator, seed=seed, draft=draft, without=without or (), options=told
        )
        document = {"version": 1, **asdict(difference), "seconds": difference.seconds}
        typer.echo(json.dumps(document, indent=1) if as_json else "\n".join(diff_lines(difference)))
        return
    film_plan = composer.plan(
        shotlist, generator=generator, seed=seed, draft=draft, without=without or (), options=told
    )
    if as_json:
        from composer.planning import plan_json

        typer.echo(json.dumps(plan_json(film_plan), indent=1))
    else:
        from composer.composing import fit
        from composer.printing import plan_lines, prompt_lines

        typer.echo("\n".join(prompt_lines(film_plan) if prompts else plan_lines(film_plan)))
        for line in fit(shotlist, film_plan, generator=generator, options=told) if not prompts else ():
            typer.echo(f"fit: {line}")


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


@app.command()
def cameras(
    file: File,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder; out/NAME-cameras of the list when not given.", metavar="DIR"),
    ] = None,
    form: Annotated[
        Literal["nerfstudio", "re10k", "colmap", "gltf"], typer.Option("--format", "-f", help="For which tools.")
    ] = "nerfstudio",
    shots: Annotated[
        list[str] | None, typer.Option("--shot", help="Of this shot alone; may be given again.", metavar="NAME")
    ] = None,
) -> None:
    """Write the camera of every shot for other tools: a pose for each frame that is seen. Nothing renders."""
    import composer

    shotlist = composer.load(file)
    try:
        paths = composer.cameras(shotlist, out=out or Path("out") / f"{file.stem}-cameras", form=form, shots=shots)
    except KeyError as error:
        raise typer.BadParameter(str(error.args[0]), param_hint="--shot") from None
    for path in paths:
        typer.echo(str(path))


@app.command()
def schema() -> None:
    """Print the JSON Schema of shot lists, for editors that complete and check them."""
    from composer.shotlist import json_schema

    typer.echo(json.dumps(json_schema(), indent=1))


@app.command("generators")
def list_generators(as_json: AsJson = False) -> None:
    """List the installed generators with what each can take; broken ones with their error."""
    from composer import generators
    from composer.printing import abilities
    from composer.settings import read_settings

    listings = generators.available(read_settings(Path()).options)
    if as_json:
        typer.echo(json.dumps([_listing_json(listing) for listing in listings], indent=1))
        return
    for listing in listings:
        can = listing.capabilities
        if can is None:
            typer.echo(f"{listing.name}  broken: {listing.error}")
            continue
        typer.echo(f"{listing.name} {can.version}  {can.summary} ({can.licence})")
        for word, value in abilities(can):
            typer.echo(f"  {word:<10} {value}")


@app.command()
def doctor() -> None:
    """Show what this machine has: versions, processors, codecs, generators."""
    from composer.media import encoders
    from composer.store import cache_folder, items

    for name, found in _versions().items():
        typer.echo(f"{name:<24} {found}")
    typer.echo(f"{'processors':<24} {len(os.sched_getaffinity(0))}")
    root = cache_folder()
    typer.echo(f"{'cache':<24} {root}, {size_text(sum(item.size_bytes for item in items(root)))}")
    for codec, there in encoders().items():
        typer.echo(f"{'encoder ' + codec:<24} {'yes' if there else 'MISSING: reinstall av'}")
    from composer import generators
    from composer.generators.fitting import model_lines
    from composer.settings import read_settings

    told = read_settings(Path()).options
    for listing in generators.available(told):
        typer.echo(f"{'generator ' + listing.name:<24} {listing.error or 'ready'}")
        for line in model_lines(listing.name, told.get(listing.name, {})) if listing.capabilities else ():
            typer.echo(f"{'':<24} {line}")


# --- printing ---------------------------------------------------------------------------------------------------------


def _render_film(file: Path, folder: Path, log: Log, make: "Callable[[ShotList, OnProgress, Rehearsal], Film]") -> None:
    import composer
    from composer.composing import rehearse
    from composer.run import refuse_if_held

    shotlist = composer.load(file)
    refuse_if_held(folder)
    rehearsal = rehearse(shotlist)
    warnings = [fault for fault in rehearsal.faults if fault.severity == "warning"]
    if warnings:
        typer.echo(_render(warnings), err=True)
    started = time.monotonic()
    with watched(log) as on_progress:
        film = make(shotlist, on_progress, rehearsal)
    if log == "json":
        typer.echo(json.dumps(_film_json(film)))
    else:
        _print_film(film, time.monotonic() - started)


def _print_film(film: "Film", seconds: float) -> None:
    film_plan = film.plan
    width, height = film_plan.size
    length = float(film_plan.frames / film_plan.fps)
    kept, total = film.kept, len(film_plan.segments)
    made = f"{film.made} of {total} segments rendered" + (f", {kept} kept" if kept and not film.missing else "")
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


def _render(faults: Sequence[Fault]) -> str:
    from composer.shotlist import render

    return "\n".join(render(fault) for fault in faults)


def _fault_json(fault: Fault) -> dict[str, Any]:
    return {k: v for k, v in asdict(fault).items() if k not in ("path", "excerpt")}


def _listing_json(listing: "Listing") -> dict[str, Any]:
    from composer.printing import abilities

    can = listing.capabilities
    takes = dict(abilities(can)) if can else None
    return {"name": listing.name, "version": can.version if can else None, "error": listing.error, "takes": takes}


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"composer": version("shotlist-composer"), "python": platform.python_version()}
    for name in ("av", "mujoco", "numba", "numpy", "opencv-python-headless", "pydantic", "torch", "diffusers"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed" + (" (not needed yet)" if name in ("torch", "diffusers") else "")
    return found
