"""The vocabulary as a page: `python -m composer.looks > docs/looks.md`."""

from collections.abc import Iterable

from composer.looks import words as w
from composer.looks.colours import COLOURS, MODIFIERS
from composer.looks.grades import GRADES, SAME_GRADE
from composer.looks.lexicon import known_words
from composer.looks.weather import CLOUD, FOG_M, WARM

_HEAD = """# Looks

<!-- generated: python -m composer.looks > docs/looks.md -->

What the words of a `look` mean to the previz: fixed numbers, written down once in `composer/looks/`. A text is read word by
word, and words that stand on no list here are left aside (a model that reads prompts still gets them).

- A colour binds to the material or thing after it: `red brick warehouse with a slate roof` is red brick with slate on its
  top faces. Stone, brick and earth keep half of their own colour; paint covers it. Painted metal no longer mirrors as metal.
- Two colours joined by `and` take turns in a row: with `repeat`, `shipping containers, blue and rust` are blue, rust, blue.
  Where a pattern is named (`black and white striped`) they make the pattern.
- `with`, `in` and commas begin a new thought: `docker in an orange oilskin` is a person whose coat is orange.
- What a text leaves open (the exact tone, where a pattern begins, which windows are lit) follows from the text and the
  name of the thing, so it never changes while they do not, and nothing else in the film can change it.
- `ground: concrete`, which is the default, gives way to what the place is said to be: a `cobbled brewery yard` is cobbled.
"""

_STYLES = """Words of a style's look, each against a neutral picture; `soft`, `fine` or `heavy` before one change its strength,
and a colour word leans the picture towards it.
"""


def reference() -> str:
    """The page, in Markdown."""
    known = known_words()
    parts = [
        _HEAD,
        "## Colours\n",
        _table(("word", "sRGB"), ((f"`{k}`", f"`{v}`") for k, v in COLOURS.items())),
        "## Before a colour\n",
        _table(("word", "makes it"), ((f"`{k}`", v) for k, v in MODIFIERS.items())),
        _also(known["modifier"], MODIFIERS),
        "## Materials\n",
        _table(
            ("word", "colour", "second", "pattern", "scale", "gloss"),
            (
                (f"`{k}`", f"`{m.colour}`", f"`{m.second}`", m.pattern, f"{m.scale_m:g} m", f"{m.gloss:g}")
                for k, m in w.MATERIALS.items()
            ),
        ),
        _also(known["material"], w.MATERIALS),
        "## Patterns\n",
        _table(("word", "pattern"), ((f"`{k}`", v) for k, v in w.PATTERN_WORDS.items())),
        "## Wear\n",
        _table(
            ("word", "share of the surface", "colour"),
            ((f"`{k}`", f"{share:.0%}", f"`{c}`") for k, (share, c) in w.WEAR.items()),
        ),
        _also(known["wear"], w.WEAR),
        "## Finish\n",
        _table(
            ("word", "gloss", "wet", "glow"), ((f"`{k}`", *(f"{v:+g}" for v in vs)) for k, vs in w.FINISHES.items())
        ),
        _also(known["finish"], w.FINISHES),
        "## Things\n",
        "What a thing is made of unless its look says so. Windows come in whole numbers over a face; the front has the door.\n",
        _table(
            ("word", "made of", "colour", "pattern", "windows", "top"),
            (
                (f"`{k}`", n.material, n.colour or "", n.pattern or "", "yes" if n.openings else "", n.roof or "")
                for k, n in w.NOUNS.items()
            ),
        ),
        "## People\n",
        "Skin, hair and what is not named are chosen by the digest.\n",
        _table(("garment", "on", "of", "colour"), ((f"`{k}`", *g) for k, g in w.GARMENTS.items())),
        "## The air of a place\n",
        _table(("word", "cloud"), ((f"`{k}`", f"{v:g}") for k, v in CLOUD.items())),
        _table(("word", "contrast halves in"), ((f"`{k}`", f"{v:g} m") for k, v in FOG_M.items())),
        "`low`, `thin` and `light` before it make fog thinner, `thick` and `dense` thicker; `fog:` on the place settles it.\n",
        _table(("word", "light is"), ((f"`{k}`", "warmer" if v > 0 else "colder") for k, v in WARM.items())),
        "## Styles\n",
        _STYLES,
        _table(
            ("word", "contrast", "saturation", "grain", "light in steps"),
            (
                (f"`{k}`", f"{g.contrast:g}", f"{g.saturation:g}", f"{g.grain:g}", str(g.bands or ""))
                for k, g in GRADES.items()
            ),
        ),
        _also([*GRADES, *SAME_GRADE], GRADES),
    ]
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _also(known: Iterable[str], shown: Iterable[str]) -> str:
    others = sorted({*known} - {*shown})
    return f"Also understood: {', '.join(others)}.\n"
