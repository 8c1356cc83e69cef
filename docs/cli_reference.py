"""Writes docs/cli.md from the program's own help: `python docs/cli_reference.py > docs/cli.md`."""

import os
import subprocess
import sys

COMMANDS = (
    "",
    "new",
    "check",
    "plan",
    "previz",
    "render",
    "status",
    "measure",
    "cameras",
    "layers",
    "schema",
    "generators",
    "cache",
    "doctor",
)
NESTED = ("cache ls", "cache verify", "cache gc")

HEAD = """# The command line

Generated from the program's help by `python docs/cli_reference.py > docs/cli.md`.

| exit code | means |
|---|---|
| 0 | done |
| 2 | usage: an unknown option, a missing argument, or what a generator cannot do without |
| 3 | a fault in the shot list, or in what it names |
| 4 | a generator is missing, broken, or failed on a segment; what does not need that segment is done |
| 5 | a figure failed under `composer measure --strict`, once all was told |
| 6 | another render holds the output folder |
| 7 | storage: full, unwritable or damaged |
| 130 | interrupted by Ctrl-C; the last line is the command that goes on from there (a second Ctrl-C ends it at once) |
| 143 | the same, ended by SIGTERM |
"""


def reference() -> str:
    """The page, from the help of every command."""
    parts = [HEAD]
    for command in (*COMMANDS, *NESTED):
        words = command.split()
        environment = {**os.environ, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
        run = subprocess.run(
            [sys.executable, "-m", "composer", *words, "--help"],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        text = "\n".join(line.rstrip() for line in run.stdout.strip().splitlines())
        parts.append(f"## composer {command}".rstrip() + f"\n\n```\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(reference())
