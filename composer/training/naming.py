"""Does a painted thing have the colour that its words name?"""

from collections.abc import Sequence
from dataclasses import fields

import cv2
import numpy as np
import torch
from jaxtyping import Float, UInt8

from composer.generators.embedded.state import Maps, Setting, known
from composer.looks import grade, look
from composer.looks.colours import RGB
from composer.training.chains import FRAMES, Frames, Stage
from composer.training.judging import LEAST_PX, lab
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT

_MIDDLE = FRAMES // 2


def recognised(stage: Stage, clip: Frames, colours: Sequence[str]) -> tuple[int, int]:
    """Of the plain anchors of the first clip whose look begins with one of `colours`: how many are nearest to that colour
    in the place's light, among all of `colours` on the same material; and how many there are.
    """
    ids = stage.clips[0].ids[_MIDDLE]
    light = stage.lit(0, 0)[0][_MIDDLE]
    painted = lab(clip[_MIDDLE : _MIDDLE + 1])[0]
    right = asked = 0
    for anchor, words in _plain(stage, colours).items():
        at = ids == anchor
        if at.sum() < LEAST_PX:
            continue
        asked += 1
        here = painted[at].mean(axis=0)
        seen = [_seen(light[at], look(" ".join([c, *words[1:]])).albedo, stage) for c in colours]
        nearest = int(np.argmin(np.linalg.norm(np.array(seen) - here, axis=1)))
        right += colours[nearest] == words[0]
    return right, asked


def _plain(stage: Stage, colours: Sequence[str]) -> dict[int, list[str]]:
    """The words of anchors of one named colour."""
    said = {g.id: g.look.split() for g in stage.scene.geoms if FIRST_ANCHOR <= g.id < FIRST_SUBJECT}
    return {anchor: words for anchor, words in said.items() if words[0] in colours and "and" not in words}


def _seen(light: UInt8[np.ndarray, "n 3"], albedo: RGB, stage: Stage) -> Float[np.ndarray, "3"]:
    """The mean Lab of matt surfaces of a reflectance in a light: what the sketch of a clip says."""
    linear = np.array(albedo)
    code = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    row = torch.from_numpy(light)[None, None, None]  # one clip of one frame, one row high
    plain = torch.from_numpy(np.rint(255 * code).astype(np.uint8)).expand_as(row)
    maps = Maps(**dict.fromkeys(f.name for f in fields(Maps)) | {"light": row, "albedo": plain})
    setting = Setting(stage.light, grade(stage.style))
    sketch = known(maps, (1, 1, 1, len(light)), [setting], torch.zeros((1, 1, 3))).sketch
    picture = (sketch[0, 0].permute(1, 2, 0).numpy() + 1) / 2
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2LAB).reshape(-1, 3).mean(axis=0))
