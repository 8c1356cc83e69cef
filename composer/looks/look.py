"""A look in numbers, and the dice that settle what words leave open."""

import hashlib
from dataclasses import dataclass

from composer.looks.colours import RGB
from composer.looks.words import Openings, Pattern


@dataclass(frozen=True)
class Look:
    """What a surface looks like. Colours are linear RGB reflectance.

    `pattern` paints `second` over `albedo` at `scale_m` (metres of one unit); `vary` is how much the tone varies; `wear` the
    share of the surface that has `wear_colour`; `gloss` 0 matt to 1 mirror; `metal` 1 tints what it mirrors; `wet` and
    `glow` 0 to 1. `phase` shifts the pattern, in units of it; `seed` picks everything else that words leave open. `top` is
    the look of its top faces where it differs; `parts` those of a person.
    """

    albedo: RGB
    second: RGB
    pattern: Pattern = "none"
    scale_m: float = 1.0
    vary: float = 0.2
    wear: float = 0.0
    wear_colour: RGB = (0.1, 0.1, 0.1)
    gloss: float = 0.05
    metal: float = 0.0
    wet: float = 0.0
    glow: float = 0.0
    phase: tuple[float, float] = (0.0, 0.0)
    seed: int = 0
    material: str = "paint"
    noun: str = ""
    openings: Openings | None = None
    top: "Look | None" = None
    parts: tuple[tuple[str, "Look"], ...] = ()

    def part(self, name: str) -> "Look":
        """The look of a part: `head`, `hair`, `skin`, `torso`, `arms`, `hands`, `pelvis`, `legs`, `shins`, `feet`; itself when it has none."""
        return dict(self.parts).get(name, self)


class Chance:
    """Numbers in [0, 1) that depend on a text, a name and what they are for.

    With a `draw`, another number for every draw: what words leave open is then drawn from all that they allow, where
    without one it keeps near the middle.
    """

    def __init__(self, *keys: str, draw: int = 0) -> None:
        self._key = "\0".join((*keys, f"draw {draw}") if draw else keys)
        self.draw = draw

    def __call__(self, purpose: str) -> float:
        return self.whole(purpose) / 2**32

    def whole(self, purpose: str) -> int:
        digest = hashlib.blake2b(f"{self._key}\0{purpose}".encode(errors="replace"), digest_size=4)
        return int.from_bytes(digest.digest(), "big")

    def of(self, purpose: str) -> "Chance":
        """Chances of their own for a part."""
        part = Chance(self._key, purpose)
        part.draw = self.draw
        return part

    def within(self, purpose: str, usual: float, widest: float) -> float:
        """A factor round 1: within `usual` of it, of a draw within `widest`."""
        return 1 + (2 * self(purpose) - 1) * (widest if self.draw else usual)
