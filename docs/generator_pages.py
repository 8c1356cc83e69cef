"""Writes docs/generators.md anew, its marked parts from the code: `python docs/generator_pages.py > docs/generators.md`.

Between `<!-- table -->` and `<!-- /table -->` stands what the generators that ship can take, between `<!-- example -->` and
`<!-- /example -->` the plug-in that the tests install.
"""

import re
import sys
import tomllib
from pathlib import Path

from composer import generators
from composer.generators import Listing
from composer.printing import clips_made
from composer.types import Capabilities

ROOT = Path(__file__).parent.parent
PAGE, PLUGIN = ROOT / "docs" / "generators.md", ROOT / "tests" / "plugin" / "recall.py"
HEAD = "| generator | makes | clips | continues | reads | may lack | licence |\n|---|---|---|---|---|---|---|"


def table() -> str:
    """A row for each generator that ships, from its capabilities."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = project["entry-points"][generators.GROUP]
    return "\n".join([HEAD, *(_row(listing) for listing in generators.available() if listing.name in ours)])


def _row(listing: Listing) -> str:
    can = listing.capabilities
    if can is None:
        return f"| `{listing.name}` | {listing.error} | | | | | |"
    cells = (
        can.summary,
        clips_made(can),
        _continues(can),
        _reads(can),
        ", ".join(generators.can_lack(can)) or "-",
        can.licence,
    )
    return f"| `{listing.name}` | {' | '.join(cells)} |"


def _continues(can: Capabilities) -> str:
    prefix = f"{can.prefix} final frame{'s' if can.prefix > 1 else ''}" if can.prefix else "nothing"
    return prefix + (f", {can.keyframes} keyframes" if can.keyframes else "")


def _reads(can: Capabilities) -> str:
    prompt = [f"prompt ({can.prompt_tokens} tokens)" if can.prompt_tokens else "prompt"] if can.prompt else []
    rest = [word for word in ("style", "seed") if getattr(can, word)]
    return ", ".join([*sorted(can.channels), *prompt, *rest, *(["makes sound"] if can.audio else [])]) or "nothing"


def page() -> str:
    """docs/generators.md as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    example = f"```python\n{PLUGIN.read_text(encoding='utf-8').rstrip()}\n```"
    for mark, part in (("table", table()), ("example", example)):
        marked = re.compile(rf"(<!-- {mark} -->\n).*?(\n<!-- /{mark} -->)", re.DOTALL)
        if not marked.search(text):
            raise SystemExit(f"docs/generators.md has no <!-- {mark} --> ... <!-- /{mark} -->")
        text = marked.sub(lambda found, part=part: found[1] + part + found[2], text)
    return text


if __name__ == "__main__":
    sys.stdout.write(page())
