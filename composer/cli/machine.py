"""Commands about what is installed, and what is written for other tools."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from composer.cli.cache import cache, size_text
from composer.cli.house import app
from composer.cli.words import AsJson, File

if TYPE_CHECKING:
    from composer.generators import Listing

app.add_typer(cache, name="cache")


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
def layers(
    file: File,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder; out/NAME-layers of the list when not given.", metavar="DIR"),
    ] = None,
    form: Annotated[
        Literal["png", "prores"],
        typer.Option("--format", "-f", help="A PNG a frame, or a .mov in ProRes 4444 a layer."),
    ] = "png",
    shots: Annotated[
        list[str] | None, typer.Option("--shot", help="Of this shot alone; may be given again.", metavar="NAME")
    ] = None,
) -> None:
    """Write every layer of every shot by itself, with alpha, for an editor. Nothing renders."""
    import composer

    shotlist = composer.load(file)
    for path in composer.layers(shotlist, out=out or Path("out") / f"{file.stem}-layers", form=form, shots=shots):
        typer.echo(str(path))


@app.command()
def schema(
    of_report: Annotated[
        bool, typer.Option("--report", help="That of report.json, for programs that read it.")
    ] = False,
) -> None:
    """Print the JSON Schema of shot lists, for editors that complete and check them."""
    if of_report:
        from composer.schema.report import measures_schema

        typer.echo(json.dumps(measures_schema(), indent=1))
        return
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
    from composer.composing.workforce import processors
    from composer.media import encoders, hardware_encoders
    from composer.store import cache_folder, items

    for name, found in _versions().items():
        typer.echo(f"{name:<24} {found}")
    typer.echo(f"{'processors':<24} {processors()}")
    root = cache_folder()
    typer.echo(f"{'cache':<24} {root}, {size_text(sum(item.size_bytes for item in items(root)))}")
    for codec, there in encoders().items():
        typer.echo(f"{'encoder ' + codec:<24} {'yes' if there else 'MISSING: reinstall av'}")
    typer.echo(f"{'hardware encoders':<24} {', '.join(hardware_encoders()) or 'none'}")
    from composer import generators
    from composer.generators.fitting import model_lines
    from composer.settings import read_settings

    told = read_settings(Path()).options
    for listing in generators.available(told):
        typer.echo(f"{'generator ' + listing.name:<24} {listing.error or 'ready'}")
        for line in model_lines(listing.name, told.get(listing.name, {})) if listing.capabilities else ():
            typer.echo(f"{'':<24} {line}")


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
