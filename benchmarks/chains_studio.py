"""A chain of clips by any generator, through the product's own studio, and the figures of each clip."""

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from chains_measuring import Yardstick
from PIL import Image

from composer.composing.handing import RECONCILED
from composer.composing.options import RenderOptions
from composer.composing.studio import Studio
from composer.handover import HandOver
from composer.planning import PlanOptions
from composer.store import Store
from composer.timing import FrameRange
from composer.types import SegmentGenerator

SEGMENTS = 20

Made = tuple[int, np.ndarray]
"""A clip without its prefix: the number of its first frame, and its frames."""


def chained(stick: Yardstick, maker: SegmentGenerator, how: HandOver, sheet: Path) -> list[dict[str, Any]]:
    """The figures of each of `SEGMENTS` clips. Into `sheet` the last frames of the first and of every fourth are drawn."""
    plan = stick.rehearsal.plan(maker.capabilities, PlanOptions())
    assert (len(plan.segments), plan.native_size) == (SEGMENTS, stick.size)
    with tempfile.TemporaryDirectory() as folder:
        clips: list[Made] = []
        said = []
        options = RenderOptions(hand_over=how)
        with closing(Studio(stick.rehearsal, plan, maker, Store(Path(folder)), options=options)) as studio:
            for segment in plan.segments:
                studio.render(segment)
                read = studio.clips.frames(segment.id, FrameRange(segment.prefix, segment.length))
                clips.append((segment.frames.start + segment.prefix, np.stack(list(read))))
                told = studio.clips.entry(segment.id).notes["provenance"].get(RECONCILED, {})
                said.append({what: told[what] for what in ("colour", "position") if what in told})
    sheet.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate([frames[-1] for _, frames in (clips[0], *clips[3::4])], axis=1)).save(sheet)
    return figures(stick, clips, said)


def figures(stick: Yardstick, clips: list[Made], said: list[Any]) -> list[dict[str, Any]]:
    """Of every clip: how far its last frame has drifted, how sharp that is, and the step at its join."""
    start, first = clips[0]
    firsts = [(start + k, first[k]) for k in (0, len(first) // 2, len(first) - 1)]
    found, names = [], {"colour": "said", "position": "stands"}
    for index, (at, frames) in enumerate(clips):
        last = (at + len(frames) - 1, frames[-1])
        row = {"drift": stick.drift(last, firsts), "sharp": stick.sharp(last)}
        if index:
            before, pictures = clips[index - 1]
            row["step"] = stick.drift((at, frames[0]), [(before + len(pictures) - 1, pictures[-1])])
        rounded = {name: round(value, 4) for name, value in row.items()}
        told = {what: "corrected" if change["done"] else change["said"] for what, change in said[index].items()}
        found.append(rounded | {names[what]: words for what, words in told.items()})
    return found
