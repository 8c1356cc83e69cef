"""What lies over the pictures of a film that was written: the list's layers, and what was burnt in as it was rendered."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Bool

from composer import overlay
from composer.composing.layered import shot_layers
from composer.composing.notes import notes
from composer.composing.options import STRIP, SUBTITLES
from composer.composing.publishing import MANIFEST
from composer.composing.rehearsal import Rehearsal
from composer.composing.sounding import cues
from composer.types import FilmPlan, ShotPlan, Size

_RIM_PX = 2  # round what lies there: figures blur pictures by that much

Mask = Bool[np.ndarray, "h w"]


def burnt_into(film: Path) -> tuple[str, ...]:
    """What was burnt into a film, as the manifest beside it says; nothing that anybody knows of without one."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        said = json.loads((film.parent / MANIFEST).read_text())
        if film.name in said["digests"]:
            return tuple(name for name in (STRIP, SUBTITLES) if name in said["burnt_in"])
    return ()


@dataclass(frozen=True, eq=False)
class Over:
    """All that lies over the pictures of a shot: `canvas` holds layers and lines, the lowest `strip` rows are a strip."""

    canvas: overlay.Canvas | None
    strip: int
    size: Size

    @classmethod
    def of(cls, rehearsal: Rehearsal, plan: FilmPlan, shot: ShotPlan, burnt: Sequence[str]) -> "Over | None":
        """None where nothing does."""
        layers = shot_layers(rehearsal, rehearsal.slate(shot.shot), shot.clip_length)
        said = cues(rehearsal, plan) if SUBTITLES in burnt else ()
        lines = overlay.subtitles(said, shot.frames.start, shot.clip_length)
        told = notes(rehearsal, shot, plan.size) if STRIP in burnt else []
        strip = max((overlay.strip_height(note, plan.size) for note in told), default=0)
        shown = (*layers, lines) if lines.items else layers
        canvas = overlay.Canvas(shown, plan.size, strip) if shown else None
        return cls(canvas, strip, plan.size) if canvas or strip else None

    def covered(self, frame: int, size: Size) -> Mask:
        """Where it lies in a picture of `size`, and a little around; `frame` counts in the shot's clip."""
        width, height = self.size
        covered = self.canvas.covers(frame) if self.canvas else np.zeros((height, width), np.bool_)
        covered[height - self.strip :] = True
        share = cv2.resize(covered.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.dilate(share, np.ones((2 * _RIM_PX + 1, 2 * _RIM_PX + 1))) > 0)
