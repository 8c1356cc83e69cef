"""`composer cache`: what the store of rendered clips holds, whether it is good, and how it is kept small."""

import json
import time
from dataclasses import asdict
from typing import Annotated

import typer

from composer.cli.words import AsJson, Cache
from composer.errors import StorageError, Wrong

cache = typer.Typer(help="List, verify and shrink the store of rendered clips.", no_args_is_help=True)


@cache.command("ls")
def list_entries(folder: Cache = None, as_json: AsJson = False) -> None:
    """List what is there, least recently used first: kind, size, last use, and what it was made for."""
    from composer.store import cache_folder, items, set_aside_size

    root = cache_folder(folder)
    found = items(root)
    if as_json:
        told = [asdict(item) for item in found]
        typer.echo(
            json.dumps({"folder": str(root), "set_aside_bytes": set_aside_size(root), "entries": told}, indent=1)
        )
        return
    for item in found:
        used = time.strftime("%F %T", time.localtime(item.used_s))
        typer.echo(f"{item.kind or 'entry':<10} {size_text(item.size_bytes):>9}  {used}  {item.key[:12]}  {item.what}")
    for kind in sorted({item.kind for item in found}):
        sizes = [item.size_bytes for item in found if item.kind == kind]
        typer.echo(f"{kind or 'entry'}: {len(sizes)}, {size_text(sum(sizes))}")
    if aside := set_aside_size(root):
        typer.echo(f"damaged and set aside: {size_text(aside)}; `composer cache gc` removes it")
    typer.echo(f"{root}: {len(found)} entries, {size_text(sum(item.size_bytes for item in found))}")


@cache.command("verify")
def verify_entries(folder: Cache = None, as_json: AsJson = False) -> None:
    """Read every byte of every entry. Damaged ones are set aside, to be rendered again; it then exits 7."""
    from composer.store import cache_folder, items, verify

    root = cache_folder(folder)
    damaged = verify(root)
    good = len(items(root))
    if as_json:
        typer.echo(
            json.dumps({"folder": str(root), "good": good, "damaged": [asdict(item) for item in damaged]}, indent=1)
        )
    else:
        for item in damaged:
            typer.echo(f"damaged: {item.kind or 'entry'} {item.key[:12]} {item.what}".rstrip())
        typer.echo(f"{root}: {good} good, {len(damaged)} damaged")
    if damaged:
        typer.echo("composer: what was damaged is set aside and will be rendered again when it is needed", err=True)
        raise typer.Exit(StorageError.exit_code)


@cache.command("gc")
def collect_entries(
    keep: Annotated[str, typer.Option("--keep", help="How much may stay, as 50GB, 800MB or 1.5GiB.", metavar="SIZE")],
    folder: Cache = None,
) -> None:
    """Remove the least recently used until no more than SIZE is left; never what a running render holds or a lock keeps."""
    from composer.store import cache_folder, collect, size_bytes

    try:
        keep_bytes = size_bytes(keep)
    except Wrong as wrong:
        raise typer.BadParameter("; ".join((wrong.message, *wrong.expected)), param_hint="--keep") from None
    root = cache_folder(folder)
    done = collect(root, keep_bytes)
    for item in done.removed:
        typer.echo(
            f"removed {item.kind or 'entry'} {size_text(item.size_bytes)}  {item.key[:12]}  {item.what}".rstrip()
        )
    typer.echo(f"{root}: {len(done.removed)} entries removed, {size_text(done.freed_bytes)} freed")
    typer.echo(f"{size_text(done.kept_bytes)} left")
    if done.kept_bytes > keep_bytes:
        typer.echo("what is left is held by running renders, or locked")


def size_text(size: int) -> str:
    """A size for people, in decimal units."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
