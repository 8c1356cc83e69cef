"""The generator that ships, in chains."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from chains_lists import film
from chains_measuring import Yardstick
from chains_studio import chained

from composer import generators
from composer.generators.embedded import WEIGHTS, Embedded
from composer.generators.embedded.sampling import Sampler
from composer.handover import HandOver
from composer.types import Size

SIZE: Size = (128, 72)
SECONDS = 26.2
TOLD = {"memory": (), "no memory": ("memory",)}
"""What the generator is told, and what is withheld from it."""


def chain(name: str, seed: int, told: str, how: HandOver, sheet: Path) -> list[dict[str, Any]]:
    """The figures of each clip of a film."""
    maker = Embedded()
    maker._sampler = Sampler(WEIGHTS, threads=1)  # noqa: SLF001 - the machine is shared
    maker.capabilities = replace(maker.capabilities, pixels=SIZE[0] * SIZE[1])
    stick = Yardstick(film(name, seed, SECONDS), SIZE, draw=seed)
    return chained(stick, generators.withhold(maker, TOLD[told]), how, sheet)
