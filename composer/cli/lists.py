"""Commands about shot lists: nothing renders."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer

from composer.cli.house import app
from composer.cli.words import AsJson, Cache, Draft, File, Generator, Seed, Set, Takes, Without
from composer.errors import Fault, ShotListError, StorageError


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
        texts.append(render_faults(found) if found else f"{file}: good")
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
    takes: Takes = None,
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
    cache_folder: Cache = None,
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
            shotlist,
            out=folder,
            generator=generator,
            seed=seed,
            draft=draft,
            without=without or (),
            options=told,
            cache=cache_folder,
            takes=takes,
        )
        document = {"version": 1, **asdict(difference), "seconds": difference.seconds}
        typer.echo(json.dumps(document, indent=1) if as_json else "\n".join(diff_lines(difference)))
        return
    film_plan = composer.plan(
        shotlist, generator=generator, seed=seed, draft=draft, without=without or (), options=told, takes=takes
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


def render_faults(faults: Sequence[Fault]) -> str:
    from composer.shotlist import render

    return "\n".join(render(fault) for fault in faults)


def _fault_json(fault: Fault) -> dict[str, Any]:
    return {k: v for k, v in asdict(fault).items() if k not in ("path", "excerpt")}
