"""Planted drifts, and how much of each is mended: `python benchmarks/reconcile.py` writes benchmarks/reconcile.md.

Clips are previz, so the truth is known. Colours: as one gain and one offset of each channel would mend them, every cell with
the same say (what stood here before), and as `composer.reconcile` does. Figures are CIE dE76 to the truth, of all pixels of
anchors and the ground in the last frame of the third clip, found from the first clip alone.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from chains_lists import FILMS, film
from measured import measured

from composer import reconcile
from composer.composing.expecting import Reference
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.controls import SourceView
from composer.generators.previz import Previz
from composer.metrics import Common
from composer.planning import PlanOptions
from composer.reconcile import Spots
from composer.reconcile.drift import apart_px
from composer.reconcile.judging import position_of
from composer.shotlist import read
from composer.store import Store
from composer.timing import FrameRange
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, FrameGrid

REPORT = Path(__file__).with_suffix(".md")
SIZE = (128, 72)
GRAIN = 5.0  # codes, other in every frame, in spots of 2 px: what a model invents anew
RECOLOURED = np.array([6.0, 14.0, -10.0])  # Lab, of the largest anchor
SHIFTS = ((0.0, 0.0), (0.3, 0.0), (0.0, 0.5), (-0.5, 0.5), (1.5, -0.7), (-3.0, 2.0))

Picture = np.ndarray
DRIFTS: dict[str, Callable[[Picture], Picture]] = {
    "none": lambda f: f,
    "gain 0.5 %": lambda f: f * 1.005,
    "gain 2 %": lambda f: f * 1.02,
    "gain 5 %": lambda f: f * 1.05,
    "gain 10 %": lambda f: f * 1.1,
    "gain -10 %": lambda f: f * 0.9,
    "gain 2 %, offset 3": lambda f: f * 1.02 + 3,
    "red 5 %, blue -5 %": lambda f: f * np.array([1.05, 1, 0.95]),
    "red +6, blue -6": lambda f: f + np.array([6.0, 0, -6]),
    "contrast 8 %": lambda f: (f - 110) * 1.08 + 110,
    "gamma 1.08": lambda f: 255 * (np.clip(f, 0, 255) / 255) ** 1.08,
    "hue 5 deg": lambda f: turned(f, 5),
    "hue 12 deg": lambda f: turned(f, 12),
    "chroma -12 %": lambda f: turned(f, 0, 0.88),
}


class Clips:
    """The first and the third clip of a film as previz shows them."""

    def __init__(self, name: str) -> None:
        self.rehearsal = rehearse(read(film(name, 1, 4)))
        self.rehearsal.raise_errors()
        maker = Previz()
        grid, pixels = FrameGrid(step=1, longest=17), SIZE[0] * SIZE[1]
        maker.capabilities = replace(maker.capabilities, grid=grid, fps=Fraction(12), prefix=3, pixels=pixels)
        plan = self.rehearsal.plan(maker.capabilities, PlanOptions())
        self.first, _, self.third = plan.segments[:3]
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(Studio(self.rehearsal, plan, maker, Store(Path(folder)))) as s,
        ):
            for segment in plan.segments[:3]:
                s.render(segment)
            self.shown = {
                one.id: list(s.clips.frames(one.id, FrameRange(0, one.length))) for one in (self.first, self.third)
            }
            self.expecting = s.requests.expecting
        self.references: dict[float, Reference] = {}
        last = self.third.length - 1
        self.view: SourceView = self.expecting.view(self.third, last, self.shown[self.third.id][last])

    def both(self, picture: Picture, grain: float) -> Common:
        """A last frame of the third clip, and what the first clip has it look like."""
        if grain not in self.references:
            frames = self.shown[self.first.id]
            views = [
                self.expecting.view(self.first, k, codes(grained(frames[k], k, grain)))
                for k in (0, len(frames) // 2, len(frames) - 1)
            ]
            self.references[grain] = self.expecting.reference(self.first, views)
        return self.expecting.both(self.third, replace(self.view, image=picture), self.references[grain])


def main() -> None:
    cv2.setNumThreads(1)
    clips = [Clips(name) for name in FILMS]
    REPORT.write_text(
        "\n".join([_HEAD.format(measured=measured()), *colours(clips), "", _POSITION, *positions(clips)]) + "\n"
    )


def colours(clips: list[Clips]) -> Iterator[str]:
    """A row a drift: as it was, as one gain for each channel mends it, as it is mended now."""
    ways = [(grain, recoloured) for grain in (0.0, GRAIN) for recoloured in (False, True)]
    totals = []
    for name, drift in DRIFTS.items():
        cells = [np.mean([mended(one, drift, *way) for one in clips], axis=0) for way in ways]
        totals.append(cells)
        yield row(name, cells)
    yield row("**mean**", np.mean(totals, axis=0))


def row(name: str, cells: Iterator[np.ndarray] | np.ndarray | list[np.ndarray]) -> str:
    return f"| {name} | " + " | ".join(" / ".join(f"{value:.2f}" for value in cell) for cell in cells) + " |"


def mended(clip: Clips, drift: Callable[[Picture], Picture], grain: float, recoloured: bool) -> list[float]:
    """How far (dE) from the truth what was not recoloured is: as shown, by gains of channels, by `reconcile`."""
    true, ids = clip.view.image, clip.view.moment.hits.anchor_id
    shown = codes(drift(grained(true, 99, grain)))
    counted = (ids > 0) & (ids < FIRST_SUBJECT)
    if recoloured:
        largest = int(np.argmax(np.bincount(ids[(ids >= FIRST_ANCHOR) & (ids < FIRST_SUBJECT)])))
        colours = lab(shown)
        colours[ids == largest] += RECOLOURED
        shown = of_lab(colours)
        counted &= ids != largest
    found = reconcile.spots(clip.both(shown, grain))
    by = reconcile.mend(found)
    gain, offset = gains(found)
    made = (shown, codes(shown * gain + offset), reconcile.mended(shown, ids, by, by, 1.0))
    return [float(np.linalg.norm(lab(picture) - lab(true), axis=-1)[counted].mean()) for picture in made]


def gains(found: Spots) -> tuple[np.ndarray, np.ndarray]:
    """A gain and an offset of each channel by all cells alike (Tukey's biweight, ratios of spreads)."""
    here, there = (of_lab(colours[None])[0].astype(float) for colours in (found.here, found.there))
    gain, offset = np.ones(3), np.median(there - here, axis=0)
    for _ in range(8):
        apart = np.linalg.norm(here * gain + offset - there, axis=-1)
        trust = np.square(np.maximum(0, 1 - np.square(apart / (4.685 * max(1.4826 * float(np.median(apart)), 0.5)))))
        share = (trust / trust.sum())[:, None]
        off_here, off_there = here - (share * here).sum(0), there - (share * there).sum(0)
        spreads = [np.sqrt((share * np.square(off)).sum(0)) for off in (off_here, off_there)]
        agree = (share * off_here * off_there).sum(0) > 0.9 * spreads[0] * spreads[1]
        gain = np.where(agree & (spreads[0] > 8), spreads[1] / np.maximum(spreads[0], 1e-9), 1.0)
        offset = (share * (there - gain * here)).sum(0)
    return gain, offset


def positions(clips: list[Clips]) -> Iterator[str]:
    """A row a shift: what is found, and motion and the worst anchor before and after."""
    for by in SHIFTS:
        cells = []
        for grain in (0.0, 3.0):
            rows = [placed(one, by, grain) for one in clips]
            cells.append(np.mean(rows, axis=0))
        told = [f"{c[0]:.2f} | {c[1]:.2f} to {c[2]:.2f} | {c[3]:.2f} to {c[4]:.2f}" for c in cells]
        yield f"| {by[0]:g}, {by[1]:g} | {' | '.join(told)} |"


def placed(clip: Clips, by: tuple[float, float], grain: float) -> list[float]:
    """How far off the shift is found (px); motion, and the worst anchor, before and after."""
    true, ids = clip.view.image, clip.view.moment.hits.anchor_id
    way = np.float32([[1, 0, by[0]], [0, 1, by[1]]])
    moved = cv2.warpAffine(true, way, SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    shown = codes(grained(moved, 99, grain) * 1.03 + 2)
    both = clip.both(shown, grain)
    found = reconcile.shift(both)
    assert found is not None
    after = replace(both, here=reconcile.moved_back(shown, found, ids))
    anchors = [position_of([one]).get("worst anchor", 0.0) for one in (both, after)]
    return [float(np.linalg.norm(found - by)), apart_px(both), apart_px(after), *anchors]


def grained(picture: Picture, seed: int, codes_: float) -> Picture:
    noise = np.random.default_rng(seed).standard_normal(picture.shape).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 2.0)
    return picture + noise * (codes_ / noise.std())


def turned(picture: Picture, degrees: float, chroma: float = 1.0) -> Picture:
    colours = lab(codes(picture))
    z = (colours[..., 1] + 1j * colours[..., 2]) * chroma * np.exp(1j * np.deg2rad(degrees))
    return of_lab(np.stack([colours[..., 0], z.real, z.imag], -1))


def codes(picture: Picture) -> Picture:
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def lab(picture: Picture) -> Picture:
    return cv2.cvtColor(np.float32(1 / 255) * picture, cv2.COLOR_RGB2LAB).astype(np.float64)


def of_lab(colours: Picture) -> Picture:
    return codes(255 * cv2.cvtColor(colours.astype(np.float32), cv2.COLOR_LAB2RGB))


_HEAD = f"""\
# What reconciling mends

`python benchmarks/reconcile.py` {{measured}}. Two films of benchmarks/chains_lists.py at {SIZE[0]}x{SIZE[1]}, as previz shows
them, with drifts planted in a later clip: means of both.

## Colour

CIE dE76 to the truth over anchors and ground: as shown / by a gain and an offset of each channel, every cell with the same
say, as it was before / now. Grain: {GRAIN:g} codes, other in every frame. Recoloured: the largest anchor by Lab
{RECOLOURED[0]:+g}, {RECOLOURED[1]:+g}, {RECOLOURED[2]:+g} on top; it is not counted.

| drift | no grain | one anchor recoloured | grain | grain, recoloured |
|---|---|---|---|---|"""

_POSITION = """\
## Position

How far from the planted shift (px) the one that is found lies; the motion that is left, and `anchor position` of the worst
anchor, before to after. With a gain of 3 % and 2 codes beside.

| shift (px) | found, off by | motion | worst anchor | grain 3: off by | motion | worst anchor |
|---|---|---|---|---|---|---|"""


if __name__ == "__main__":
    main()
