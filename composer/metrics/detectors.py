"""M6: do programs that look for cuts see one? PySceneDetect's four detectors, each of which catches what others miss.

Silence is necessary, never sufficient: an anchor that jumps aside moves none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
from jaxtyping import UInt8

WIDTH = 256  # px, of the pictures that they are shown, as PySceneDetect itself does
DETECTORS = ("content", "adaptive", "histogram", "hash")


@dataclass(eq=False)
class CutDetectors:
    """Shown a film frame by frame from its frame `first` on; what they hold is a few frames. `fps` are the film's.

    All have PySceneDetect's own thresholds, and may fire at every frame, however short a shot would be.
    """

    fps: Fraction
    first: int = 0
    _detectors: dict[str, Any] = field(init=False)
    _cuts: dict[str, list[int]] = field(init=False)
    _seen: int = field(init=False)

    def __post_init__(self) -> None:
        from scenedetect import detectors  # noqa: PLC0415 - takes a second, and only for this

        self._detectors = {
            "content": detectors.ContentDetector(min_scene_len=0),
            "adaptive": detectors.AdaptiveDetector(min_scene_len=1),
            "histogram": detectors.HistogramDetector(min_scene_len=1),
            "hash": detectors.HashDetector(min_scene_len=1),
        }
        self._cuts = {name: [] for name in DETECTORS}
        self._seen = self.first

    def see(self, image: UInt8[np.ndarray, "h w 3"]) -> None:
        """The next frame."""
        from scenedetect.common import FrameTimecode  # noqa: PLC0415 - as above

        h, w = image.shape[:2]
        if w > WIDTH:
            image = cv2.resize(image, (WIDTH, max(2, round(h * WIDTH / w))), interpolation=cv2.INTER_AREA)
        shown = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        now = FrameTimecode(self._seen, float(self.fps))
        for name, detector in self._detectors.items():
            self._cuts[name] += [cut.frame_num for cut in detector.process_frame(now, shown)]
        self._seen += 1

    @property
    def cuts(self) -> Mapping[str, tuple[int, ...]]:
        """By detector, the frames at which it sees a new shot begin, in order. The adaptive one lags by two frames."""
        return {name: tuple(found) for name, found in self._cuts.items()}


def firing(cuts: Mapping[str, tuple[int, ...]], frame: int) -> tuple[str, ...]:
    """Which detectors see a shot begin with `frame`."""
    return tuple(name for name, found in cuts.items() if frame in found)
