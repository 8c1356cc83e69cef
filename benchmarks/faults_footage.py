"""Real film with a geometry that is known: windows that move over shots whose camera stands still.

Each window's picture is declared as a wall that a camera passes; its anchors are patches of 72 px, as many as fit, the rest
of it is the ground. What moves in the film by itself is declared as sky, of which nothing is known. So bodies and what is
planned to be heard are not declared here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

from composer.geometry import translation
from composer.measuring import Expected, FilmedShot, Geometry, Meeting
from composer.media import probe_reel, read_reel
from composer.metrics import DeclaredFlow, View, declared_flow
from composer.timing import FrameRange
from composer.types import FIRST_ANCHOR, GROUND, SKY, Camera, Size

DIGEST = "3f75b7340272df508ebc95ca57c8e30089069310762547b7b45c189e8b4987d5"
ORIGIN = "Big Buck Bunny (Blender Foundation, CC BY 3.0), the first 30 s at 1280x720"
SIZE: Size = (768, 432)
SPEED_PX = (2.9, 0.6)  # of the window, a frame: neither is whole
PATCH_PX, CELL_PX = 72, 96
DEPTH_M = 10.0
MOVING = 14.0  # codes by which a spot changes in a shot, at most, of what keeps still
_NEAR_PX = 9

Picture = UInt8[np.ndarray, "h w 3"]


@dataclass(frozen=True)
class Pass:
    """A shot: frames [start, stop) of the film; the window begins at `corner` (px) and moves to the right or to the left."""

    name: str
    place: str
    start: int
    stop: int
    corner: tuple[float, float]
    way: int

    def window(self, at: int) -> tuple[float, float]:
        return self.corner[0] + self.way * SPEED_PX[0] * at, self.corner[1] + SPEED_PX[1] * at


PASSES = (
    Pass("branch, to the right", "branch", 386, 426, (20.0, 230.0), 1),
    Pass("branch, to the left", "branch", 426, 466, (330.0, 225.0), -1),
    Pass("title, to the right", "title", 508, 528, (120.0, 190.0), 1),
    Pass("title, to the left", "title", 528, 548, (330.0, 200.0), -1),
)


@dataclass
class FootageFilm:
    """`measuring.Declared` of the windows, and their pictures. Exits when the file is another."""

    path: Path
    shots: tuple[FilmedShot, ...] = field(init=False)
    meetings: tuple[Meeting, ...] = field(init=False)
    fps: Fraction = Fraction(24)

    def __post_init__(self) -> None:
        found = sha256(self.path.read_bytes()).hexdigest()
        if found != DIGEST:
            raise SystemExit(f"{self.path} has the digest {found}; expected {DIGEST}: {ORIGIN}")
        shots, start = [], 0
        for one in PASSES:
            frames = FrameRange(start, start + one.stop - one.start)
            shots.append(FilmedShot(one.name, one.place, "film", "day", frames, frames))
            start = frames.stop
        self.shots = tuple(shots)
        self.meetings = tuple(
            Meeting("cut", a.name, b.name, (n, n + 1), b.frames.start, FrameRange(b.frames.start, b.frames.start))
            for n, (a, b) in enumerate(pairwise(shots))
        )

    @cached_property
    def pictures(self) -> list[Picture]:
        """Every frame."""
        shown = []
        for one, source in zip(PASSES, self._sources, strict=True):
            for at, picture in enumerate(source):
                x, y = one.window(at)
                shown.append(
                    cv2.warpAffine(
                        picture,
                        np.float32([[1, 0, x], [0, 1, y]]),
                        SIZE,
                        flags=cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP,
                    )
                )
        return shown

    @cached_property
    def _sources(self) -> list[list[Picture]]:
        reel = probe_reel(self.path)
        return [
            list(read_reel(reel, Fraction(0), [Fraction(k, 24) for k in range(p.start, p.stop)], self.fps, reel.size))
            for p in PASSES
        ]

    @cached_property
    def _still(self) -> Mapping[str, Bool[np.ndarray, "h w"]]:
        """By place, where nothing moves by itself."""
        still: dict[str, Bool[np.ndarray, "h w"]] = {}
        for one, source in zip(PASSES, self._sources, strict=True):
            grey = np.stack([cv2.GaussianBlur(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), (0, 0), 3) for p in source])
            quiet = (np.ptp(grey, axis=0) < MOVING).astype(np.uint8)
            kept = cv2.erode(quiet, np.ones((2 * _NEAR_PX + 1, 2 * _NEAR_PX + 1), np.uint8)) > 0
            still[one.place] = still.get(one.place, np.ones_like(kept)) & kept
        return still

    def geometry(self, frame: int, size: Size) -> Geometry:
        shot, at = self._at(frame)
        one = PASSES[shot]
        x, y = one.window(at)
        scale = SIZE[0] / size[0]
        columns = x + (np.arange(size[0]) + 0.5) * scale - 0.5
        rows = y + (np.arange(size[1]) + 0.5) * scale - 0.5
        across, down = columns[None, :] // CELL_PX, rows[:, None] // CELL_PX
        patch = (columns[None, :] % CELL_PX < PATCH_PX) & (rows[:, None] % CELL_PX < PATCH_PX)
        ids = np.where(patch, FIRST_ANCHOR + across + 14 * down, GROUND).astype(np.int16)
        still = self._still[one.place]
        nearest = np.ix_(
            np.clip(np.rint(rows), 0, still.shape[0] - 1).astype(int),
            np.clip(np.rint(columns), 0, still.shape[1] - 1).astype(int),
        )
        ids[~still[nearest]] = SKY
        focal = float(size[0])
        K = np.array([[focal, 0, size[0] / 2], [0, focal, size[1] / 2], [0, 0, 1]])
        metres = DEPTH_M / SIZE[0]  # for each px of the measured size
        return Geometry(np.full(ids.shape, DEPTH_M), ids, Camera(K, translation(x * metres, y * metres, 0.0)))

    def flow(self, frame: int, size: Size) -> DeclaredFlow:
        blank = np.zeros((size[1], size[0], 3), np.uint8)
        now, after = (self.geometry(k, size) for k in (frame, frame + 1))
        return declared_flow(*(View(blank, one.depth, one.anchor_id, one.camera) for one in (now, after)))

    def names(self, place: str) -> Mapping[int, str]:
        del place
        return {SKY: "sky", GROUND: "ground"}

    def drawn(self, frame: int, size: Size) -> UInt8[np.ndarray, "h w 3"]:  # noqa: ARG002 - alike in all of them
        """One grey: of film, no change of colour is meant."""
        return np.full((size[1], size[0], 3), 128, np.uint8)

    def expected(self, shot: int) -> tuple[Expected, ...]:  # noqa: ARG002 - alike in all of them
        """Nothing."""
        return ()

    def blows(self, shot: int) -> Float[np.ndarray, " k"]:
        del shot
        return np.zeros(0)

    def planned(self, start: int, stop: int) -> None:
        del start, stop

    def _at(self, frame: int) -> tuple[int, int]:
        shot = next(n for n, one in enumerate(self.shots) if frame in one.frames)
        return shot, frame - self.shots[shot].frames.start
