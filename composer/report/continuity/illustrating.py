"""What is shown of a join: its two frames, the one before it seen from the camera after it, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float32, UInt8

from composer.metrics import LIMITS, Common, View
from composer.metrics.lightness import lab
from composer.metrics.views import brought
from composer.types import Size

Picture = UInt8[np.ndarray, "h w 3"]

FULL_DE = 2 * LIMITS["anchor colour"].value
"""The difference (CIE dE76) that the brightest colour of a difference picture stands for."""

_RIM = (255, 255, 255)
_UNSEEN_LIGHT, _UNSEEN_SHARE = 26, 0.28  # where nothing can be compared: the picture's own light, dim


@dataclass(frozen=True, eq=False)
class JoinView:
    """A frame before a join and one after it, at one size, and what both show where geometry is declared.

    `before` and `after` are pictures, `frames` which of the film's they are; `both` is `before` seen from the camera of `after`, None for footage and for joins
    that show two places. `outline` is an id of the place whose rim is drawn where frames are compared: the worst anchor.
    """

    frames: tuple[int, int]
    before: Picture
    after: Picture
    both: Common | None = None
    outline: int | None = None


@dataclass(frozen=True, eq=False)
class Illustration:
    """Pictures of one join, all of one size; `seen` is the share of the picture in which the two can be compared.

    `outlined`: a rim is drawn round the worst anchor.
    """

    frames: tuple[int, int]
    before: Picture
    after: Picture
    warped: Picture | None = None
    difference: Picture | None = None
    seen: float = 0.0
    outlined: bool = False

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Those that there are: frame before, frame after, warp, difference."""
        return tuple(p for p in (self.before, self.after, self.warped, self.difference) if p is not None)


def join_view(frames: tuple[int, int], before: View, after: View, outline: int | None = None) -> JoinView:
    """A join of which both frames declare their geometry. Raises `ValueError` for frames of different sizes."""
    return JoinView(frames, before.image, after.image, brought(before, after), outline)


def illustrate(join: JoinView, width: int) -> Illustration:
    """The pictures of a join, `width` pixels wide or as wide as the frames are, if that is less."""
    before, after = (_shrunk(picture, width) for picture in (join.before, join.after))
    if join.both is None or not join.both.seen.any():
        return Illustration(join.frames, before, after)
    seen = join.both.seen
    warped = np.where(seen[..., None], join.both.there, _dimmed(join.both.here))
    coloured = _heat(_apart(join.both))
    difference = np.where(seen[..., None], coloured, _dimmed(join.both.here))
    small = _shrunk(warped, width), _shrunk(difference, width)
    mask = join.both.anchor_id == (-1 if join.outline is None else join.outline)
    for picture in small if mask.any() else ():
        _rim(picture, mask)
    return Illustration(join.frames, before, after, *small, float(seen.mean()), bool(mask.any()))


def heat(stops: Sequence[float]) -> list[tuple[int, int, int]]:
    """Colours of differences that are these shares of `FULL_DE`, sRGB codes: what the legend shows."""
    scale = np.array(stops, np.float32)[None] * np.float32(FULL_DE)
    return [(int(r), int(g), int(b)) for r, g, b in _heat(scale)[0]]


def fitting(joins: int) -> int:
    """How wide the pictures of a film's joins are, in pixels: narrower, the more there are."""
    return 480 if joins <= 40 else 360 if joins <= 100 else 256


def size_of(illustration: Illustration) -> Size:
    """Width and height of its pictures."""
    height, width = illustration.after.shape[:2]
    return width, height


def _apart(both: Common) -> Float32[np.ndarray, "h w"]:
    """CIE dE76, blurred as `anchor_colour` does: the mean over an anchor's inner pixels is its figure."""
    apart: Float32[np.ndarray, "h w"] = np.linalg.norm(lab(both.here, both.seen) - lab(both.there, both.seen), axis=-1)
    return apart


def _heat(apart: Float32[np.ndarray, "h w"]) -> Picture:
    codes = np.clip(apart * (255 / FULL_DE), 0, 255).astype(np.uint8)
    coloured: Picture = cv2.applyColorMap(codes, cv2.COLORMAP_INFERNO)[..., ::-1]
    return coloured


def _dimmed(picture: Picture) -> Picture:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None] * _UNSEEN_SHARE + _UNSEEN_LIGHT
    dim: Picture = np.repeat(grey, 3, axis=-1).astype(np.uint8)
    return dim


def _shrunk(picture: Picture, width: int) -> UInt8[np.ndarray, "H W 3"]:
    h, w = picture.shape[:2]
    if w <= width:
        return np.array(picture)
    small: UInt8[np.ndarray, "H W 3"] = cv2.resize(
        picture, (width, max(1, round(h * width / w))), interpolation=cv2.INTER_AREA
    )
    return small


def _rim(picture: Picture, mask: Bool[np.ndarray, "h w"]) -> None:
    """Draw round what is in the mask, in place: white within black, so that it shows on anything."""
    size = picture.shape[1], picture.shape[0]
    small = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    outlines, _ = cv2.findContours(small, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, outlines, -1, (0, 0, 0), 3)
    cv2.drawContours(picture, outlines, -1, _RIM, 1)
