"""How far a film's colours are from those of its first clip: on the same surface spots, beyond what is declared."""

from dataclasses import replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from composer import metrics
from composer.composing import Rehearsal
from composer.composing import rehearse as rehearse_list
from composer.controls import Moment
from composer.looks import grade
from composer.metrics.lightness import lab
from composer.metrics.views import brought
from composer.scene import Scene
from composer.shade import Shader
from composer.shotlist import read
from composer.training import judging
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, Size

FPS = Fraction(12)
LEAST_PX = 40  # of an anchor that both frames show

Frame = tuple[int, np.ndarray]
"""A frame of the one shot by its number at `FPS`, and its picture."""


class Yardstick:
    """One film of one shot, at `size`; its animatic is drawn with what words leave open as `draw` has it."""

    def __init__(self, text: str, size: Size, draw: int = 0) -> None:
        self.rehearsal: Rehearsal = rehearse_list(read(text))
        self.rehearsal.raise_errors()
        self.size, self.draw = size, draw
        self.slate = self.rehearsal.slates[0]
        self.scene: Scene = self.rehearsal.scenes[self.slate.place]
        self._known: dict[int, tuple[Moment, np.ndarray]] = {}

    @cached_property
    def shader(self) -> Shader:
        return Shader(self.scene, self.slate.light, replace(grade(""), grain=0.0), draw=self.draw)

    def known(self, frame: int) -> tuple[Moment, np.ndarray]:
        """What is seen in a frame, and the animatic of it."""
        if frame not in self._known:
            cameras, world = self.rehearsal.at(self.slate.name, [frame / FPS], self.size)
            moment = Moment(cameras[0], world[0], self.scene.cast(cameras[0], self.size, world[0]))
            self._known[frame] = moment, self.shader(moment.hits, moment.camera, moment.state)
        return self._known[frame]

    def apart(self, here: Frame, there: Frame) -> dict[int, float]:
        """CIE dE76 between the mean colours of each anchor in two frames, over the spots that both show.

        The difference that the animatic has there is taken off first: fog, light, mirrors and where the camera stands.
        """
        moments, drawn = zip(*(self.known(frame) for frame, _ in (here, there)), strict=True)
        shift = _shift(moments, (here[1], there[1]))
        declared = _shift(moments, drawn)
        return {anchor: float(np.linalg.norm(shift[anchor] - declared[anchor])) for anchor in shift}

    def drift(self, here: Frame, firsts: list[Frame]) -> float:
        """The mean over anchors of how far `here` is `apart` from the frame of the first clip that shows most of it."""
        found = max((self.apart(here, first) for first in firsts), key=len)
        return judging.mean(list(found.values()))

    def sharp(self, frame: Frame) -> float:
        """Gradient energy, to the animatic's."""
        return judging.energy(frame[1][None]) / judging.energy(self.known(frame[0])[1][None])


def _shift(moments: tuple[Moment, ...], pictures: tuple[np.ndarray, ...]) -> dict[int, np.ndarray]:
    views = [
        metrics.View(picture, m.hits.depth, m.hits.anchor_id, m.camera)
        for m, picture in zip(moments, pictures, strict=True)
    ]
    both = brought(views[1], views[0])
    change = lab(both.here, both.seen) - lab(both.there, both.seen)
    found = {}
    for anchor in np.unique(both.anchor_id[both.inner]):
        of = both.inner & (both.anchor_id == anchor)
        if FIRST_ANCHOR <= anchor < FIRST_SUBJECT and of.sum() >= LEAST_PX:
            found[int(anchor)] = change[of].mean(axis=0)
    return found
