"""The generator that ships, twenty clips in a row, through the product's own studio."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from chains_lists import film
from chains_measuring import Yardstick

from composer import generators, media
from composer.composing.studio import NATIVE, Studio
from composer.generators.embedded import WEIGHTS, Embedded
from composer.generators.embedded.sampling import Sampler
from composer.handover import HandOver
from composer.planning import PlanOptions
from composer.store import Store
from composer.timing import FrameRange
from composer.types import Size

SIZE: Size = (128, 72)
SEGMENTS = 20
SECONDS = 26.2
TOLD = {"memory": (), "no memory": ("memory",)}
"""What the generator is told, and what is withheld from it."""


def chain(name: str, seed: int, told: str, how: HandOver, sheet: Path | None = None) -> list[dict[str, Any]]:
    """The figures of each clip. `sheet`: where the last frame of every other clip is drawn."""
    stick = Yardstick(film(name, seed, SECONDS), SIZE, draw=seed)
    maker = Embedded()
    maker._sampler = Sampler(WEIGHTS, threads=1)  # noqa: SLF001 - as many chains run at a time as there are cores
    maker.capabilities = replace(maker.capabilities, pixels=SIZE[0] * SIZE[1])
    kept = generators.withhold(maker, TOLD[told])
    plan = stick.rehearsal.plan(kept.capabilities, PlanOptions())
    assert (len(plan.segments), plan.native_size) == (SEGMENTS, SIZE)
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(stick.rehearsal, plan, kept, Store(Path(folder)), None, hand_over=how)
        clips, said = [], []
        for segment in plan.segments:
            entry = studio.render(segment)
            read = media.read_frames(entry.path(NATIVE), FrameRange(segment.prefix, segment.length))
            clips.append((segment.frames.start + segment.prefix, np.stack(list(read))))
            said.append(entry.notes.get("correction"))
    if sheet:
        draw(clips, sheet)
    return figures(stick, clips, said)


def figures(stick: Yardstick, clips: list[tuple[int, np.ndarray]], said: list[Any]) -> list[dict[str, Any]]:
    """Of every clip: drift of its last frame, sharpness, and the step at its join. A clip is its first number and its frames."""
    start, first = clips[0]
    firsts = [(start + k, first[k]) for k in (0, len(first) // 2, len(first) - 1)]
    found = []
    for index, (at, frames) in enumerate(clips):
        last = (at + len(frames) - 1, frames[-1])
        row = {"drift": stick.drift(last, firsts), "sharp": stick.sharp(last)}
        if index:
            before, pictures = clips[index - 1]
            row["step"] = stick.drift((at, frames[0]), [(before + len(pictures) - 1, pictures[-1])])
        found.append(row | ({"said": said[index]} if said[index] else {}))
    return found


def draw(clips: list[tuple[int, np.ndarray]], path: Path) -> None:
    """The last frames of the first clip and of every fourth after it."""
    from PIL import Image  # noqa: PLC0415 - only for this

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate([frames[-1] for _, frames in (clips[0], *clips[3::4])], axis=1)).save(path)
