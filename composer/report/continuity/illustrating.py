"""What is shown of a join: its two frames, the one before it seen from the camera after it, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float32, UInt8

from composer.geometry import pixel_centres, project, unproject
from composer.metrics import LIMITS, Common, View
from composer.metrics.lightness import lab
from composer.metrics.views import brought
from composer.types import FIRST_SUBJECT, GROUND, Size

Picture = UInt8[np.ndarray, "h w 3"]
Mask = Bool[np.ndarray, "h w"]

FULL_DE = 2 * LIMITS["anchor colour"].value
"""The difference (CIE dE76) that the brightest colour of a difference picture stands for."""

_RIM = (255, 255, 255)
_UNSEEN_LIGHT, _UNSEEN_SHARE = 26, 0.28  # where nothing can be compared: the picture's own light, dim
_COVERED, _HATCH, _HATCH_PX = 58, 118, 6  # where a layer lies: grey, with lighter lines so far apart


@dataclass(frozen=True, eq=False)
class JoinView:
    """A frame before a join and one after it, at one size, and what both show where geometry is declared.

    `before` and `after` are pictures, `frames` which of the film's they are; `both` is `before` seen from the camera of `after`, None for footage and for joins
    that show two places. `outline` is an id of the place whose rim is drawn where frames are compared: the worst anchor.
    `covered` is where the film's layers lie over either frame, seen from `after`; None where they lie over neither.
    """

    frames: tuple[int, int]
    before: Picture
    after: Picture
    both: Common | None = None
    outline: int | None = None
    covered: Mask | None = None


@dataclass(frozen=True, eq=False)
class Illustration:
    """Pictures of one join, all of one size; `seen` is the share of the picture in which the two can be compared, `covered`
    the share in which they cannot, since the film's layers lie there.

    `outlined`: a rim is drawn round the worst anchor.
    """

    frames: tuple[int, int]
    before: Picture
    after: Picture
    warped: Picture | None = None
    difference: Picture | None = None
    seen: float = 0.0
    covered: float = 0.0
    outlined: bool = False

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Those that there are: frame before, frame after, warp, difference."""
        return tuple(p for p in (self.before, self.after, self.warped, self.difference) if p is not None)


def join_view(
    frames: tuple[int, int],
    before: View,
    after: View,
    outline: int | None = None,
    covered: tuple[Mask | None, Mask | None] = (None, None),
) -> JoinView:
    """A join of which both frames declare their geometry, but for where each is `covered` by layers. Raises `ValueError` for
    frames of different sizes.
    """
    both = brought(before, after)
    known = any(mask is not None for mask in covered)
    left_out = _left_out(before, after, covered) & ~both.seen if known else None
    return JoinView(frames, before.image, after.image, both, outline, left_out)


def _left_out(before: View, after: View, covered: tuple[Mask | None, Mask | None]) -> Mask:
    """Where a layer lies over `after`, or over what of `before` would be seen there, and a pixel around: it has nothing to be
    compared with either.
    """
    there, here = covered
    found: Mask = np.zeros(after.depth.shape, np.bool_) if here is None else here.copy()
    if there is None:
        return _and_around(found)
    height, width = found.shape
    still = (after.anchor_id >= GROUND) & (after.anchor_id < FIRST_SUBJECT)
    points = unproject(after.camera, pixel_centres((width, height))[still], after.depth[still])
    pixels, depth = project(before.camera, points)
    column, row = np.floor(np.where(depth[:, None] > 0, pixels, -1)).T
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    hidden = np.zeros(len(points), np.bool_)
    hidden[inside] = there[row[inside].astype(int), column[inside].astype(int)]
    found[still] |= hidden
    return _and_around(found)


def _and_around(mask: Mask) -> Mask:
    wider: Mask = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return wider


def illustrate(join: JoinView, width: int) -> Illustration:
    """The pictures of a join, `width` pixels wide or as wide as the frames are, if that is less."""
    before, after = (shrunk(picture, width) for picture in (join.before, join.after))
    if join.both is None or not join.both.seen.any():
        return Illustration(join.frames, before, after)
    seen = join.both.seen
    warped = np.where(seen[..., None], join.both.there, _dimmed(join.both.here))
    coloured = _heat(_apart(join.both))
    difference = np.where(seen[..., None], coloured, _dimmed(join.both.here))
    small = shrunk(warped, width), shrunk(difference, width)
    if join.covered is not None:
        for picture in small:
            _hatch(picture, join.covered)
    mask = join.both.anchor_id == (-1 if join.outline is None else join.outline)
    for picture in small if mask.any() else ():
        _rim(picture, mask)
    covered = 0.0 if join.covered is None else float(join.covered.mean())
    return Illustration(join.frames, before, after, *small, float(seen.mean()), covered, bool(mask.any()))


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


def shrunk(picture: Picture, width: int) -> UInt8[np.ndarray, "H W 3"]:
    """A picture `width` pixels wide, or as wide as it is, if that is less."""
    h, w = picture.shape[:2]
    if w <= width:
        return np.array(picture)
    small: UInt8[np.ndarray, "H W 3"] = cv2.resize(
        picture, (width, max(1, round(h * width / w))), interpolation=cv2.INTER_AREA
    )
    return small


def _hatch(picture: Picture, mask: Mask) -> None:
    """Draw lines over what is in the mask, in place, and nothing of what is there."""
    small = _as_large(mask, picture) > 0
    row, column = np.nonzero(small)
    picture[small] = np.where((row + column) % _HATCH_PX < _HATCH_PX // 3, _HATCH, _COVERED)[:, None]


def _as_large(mask: Mask, picture: Picture) -> UInt8[np.ndarray, "H W"]:
    size = picture.shape[1], picture.shape[0]
    small: UInt8[np.ndarray, "H W"] = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    return small


def _rim(picture: Picture, mask: Mask) -> None:
    """Draw round what is in the mask, in place: white within black, so that it shows on anything."""
    small = _as_large(mask, picture)
    outlines, _ = cv2.findContours(small, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, outlines, -1, (0, 0, 0), 3)
    cv2.drawContours(picture, outlines, -1, _RIM, 1)
