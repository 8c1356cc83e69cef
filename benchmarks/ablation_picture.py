"""The picture of the ablation: one place in successive shots, a row an arm, nothing cropped away."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from ablation_figures import ACROSS, taken
from ablation_films import ARMS, TRUTHS, filmed
from ablation_lists import Listed
from ablation_measuring import Yardstick, film_draw
from jaxtyping import UInt8
from PIL import Image

from composer.composing.rehearsal import rehearse
from composer.types import ShotPlan
from composer.typography import BOLD, MEDIUM, Face
from composer.typography import write as letter

SAID = {
    "none": "no state",
    "final frames": "final frames only",
    "memory": "memory only",
    "both": "both",
    TRUTHS[False]: "the truth: previz",
}
"""The rows, from above."""

_CELL = 192, 108
_GAP, _LEFT, _TOP = 5, 214, 36
_PAPER, _INK, _FAINT = (255, 255, 255), (24, 24, 27), (96, 96, 104)
_HEAD, _NAME, _FIGURE = Face(19, MEDIUM), Face(22, BOLD), Face(20)
_COLOURS = 256
Picture = UInt8[np.ndarray, "h w 3"]


def write(path: Path, listed: Listed, seed: int, out: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """The middle of every shot of the films of a list and seed, as made by `ablation.py` into `out`."""
    rehearsal = rehearse(listed.shotlist)
    drifts = {row["arm"]: taken(*ACROSS)(row) for row in rows if (row["list"], row["seed"]) == (listed.name, seed)}
    films = {arm.name: filmed(listed, rehearsal, arm, seed, out) for arm in ARMS}
    plan, _ = films[ARMS[-1].name]
    stick, draw = Yardstick(rehearsal, plan), film_draw(plan, pinned=False)
    middles = [_middle(shot) for shot in plan.shots]
    shown = {name: [np.asarray(frames[k]) for k in middles] for name, (_, frames) in films.items()}
    shown[TRUTHS[False]] = [stick.truth(k, draw) for k in middles]
    sheet = drawn([_heading(shot) for shot in plan.shots], [(SAID[arm], drifts[arm], shown[arm]) for arm in SAID])
    image = Image.fromarray(sheet).quantize(_COLOURS, dither=Image.Dither.FLOYDSTEINBERG)
    image.save(path, optimize=True)


def drawn(headings: Sequence[str], rows: Sequence[tuple[str, float, Sequence[Picture]]]) -> Picture:
    """A sheet: a heading a column; a name, a figure (dE) and pictures a row."""
    (width, height), columns = _CELL, len(headings)
    sheet = np.full((_TOP + len(rows) * (height + _GAP), _LEFT + columns * (width + _GAP), 3), _PAPER, np.uint8)
    for column, heading in enumerate(headings):
        letter(sheet, heading, (_LEFT + column * (width + _GAP) + 2, _TOP - 12), _HEAD, _FAINT)
    for row, (name, drift, pictures) in enumerate(rows):
        top = _TOP + row * (height + _GAP)
        letter(sheet, name, (4, top + height // 2 - 4), _NAME, _INK)
        letter(sheet, f"drift {drift:.1f} dE", (4, top + height // 2 + 24), _FIGURE, _FAINT)
        for column, picture in enumerate(pictures):
            left = _LEFT + column * (width + _GAP)
            sheet[top : top + height, left : left + width] = cv2.resize(picture, _CELL, interpolation=cv2.INTER_CUBIC)
    return sheet


def _middle(shot: ShotPlan) -> int:
    return (shot.frames.start + shot.frames.stop) // 2


def _heading(shot: ShotPlan) -> str:
    way_in = "goes on" if shot.join == "last_frames" else "cut"
    return f"{shot.index + 1} {shot.shot}" + (f": {way_in}" if shot.index else "")
