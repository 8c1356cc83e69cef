"""`composer`, `python -m composer`: the command line, interruptible from its first moment."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line; it leaves with the documented exit code."""
    try:
        from composer.cli import app  # noqa: PLC0415 - an interrupt while it is imported is an interrupt too

        app(prog_name="composer")
    except KeyboardInterrupt:
        sys.stderr.write("\ncomposer: interrupted. What is done is kept; the same command goes on from there\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
