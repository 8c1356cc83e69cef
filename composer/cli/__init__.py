"""The command line: reads arguments, calls the product, prints. Exit codes are in docs/cli.md."""

from composer.cli import lists, films, measuring, machine  # isort: skip - in the order of --help
from composer.cli.house import app

__all__ = ["app", "films", "lists", "machine", "measuring"]
