"""The program itself, which its commands join."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from composer.again import again
from composer.errors import ComposerError, IncompleteError, ShotListError, StorageError


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
    "--strict, 6 the output folder is in use, 7 storage, 130 interrupted, 143 ended by SIGTERM.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
