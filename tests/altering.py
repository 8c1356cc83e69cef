"""The animatic by a model that alters all that it goes on from, and a list of three segments that it shows."""

from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np

from composer.generators.previz import Previz
from composer.types import Clip, FrameGrid

GAIN, OFFSET = 1.02, 3.0
RED = (24.0, -10.0, -10.0)
NONE = (1.0, 0.0)
LIST = """\
fps: 24
size: 128x72
seed: 3
places:
  yard:
    light: day
    fog: 60m
    anchors:
      tower: {box: 4 x 4 x 7m, look: red brick tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
    marks: {near: {at: [2.6, -12.6]}}
subjects:
  ada: {person: 1.8m, look: woman in a red coat, at: [WHERE]}
shots:
  - shot: along
    duration: 3s
    camera: {at: [3, -16, 1.4], frame: shed, lens: 28mm, move: truck left 2m}
    motion: {ada: [hold for 1.2s, run to near at 9m/s]}
"""
COMES_IN, STAYS_AWAY = "-13, -8", "-90, 40"


class Altering:
    """The animatic by a model that alters all that it goes on from."""

    def __init__(self, gain=GAIN, offset=OFFSET, by=(0.0, 0.0), recolours=""):
        self.gain, self.offset, self.by, self.recolours, self.given = gain, offset, by, recolours, []
        self.capabilities = replace(
            Previz.capabilities,
            name="altering",
            grid=FrameGrid(step=1, longest=17),
            fps=Fraction(12),
            invents=True,
            prefix=3,
        )

    def generate(self, request, /, on_progress):
        made = Previz().generate(request, on_progress).frames
        if request.prefix is None:
            return Clip(made)
        self.given.append(request.prefix)
        made = made.astype(np.float64) * self.gain + self.offset
        if self.recolours:
            shown = [control.anchor_id for control in request.controls.frames()]
            made[np.stack(shown) == self.recolours] += RED
        way = np.float32([[1, 0, self.by[0]], [0, 1, self.by[1]]])
        w, h = request.plan.size
        moved = [cv2.warpAffine(f, way, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE) for f in made]
        return Clip(np.clip(np.rint(np.stack(moved)), 0, 255).astype(np.uint8))
