"""What a clip is to show, as pipelines of this kind take it: stretches of pictures at frames, each with a strength."""

from dataclasses import dataclass

import numpy as np

from composer.typed import UInt8
from composer.types import SegmentRequest


@dataclass(frozen=True, eq=False)
class Shown:
    """Pictures that the clip shows from frame `start` on; `strength` in [0, 1], 1 exact."""

    frames: UInt8[np.ndarray, "f h w 3"]
    start: int
    strength: float


def shown(request: SegmentRequest) -> list[Shown]:
    """The prefix, exactly, then the keyframes after it in the order of their frames.

    Those inside the prefix are left out: what is shown there is known already.
    """
    prefix = [Shown(request.prefix, 0, 1.0)] if request.prefix is not None else []
    later = [keyframe for keyframe in request.keyframes if keyframe.frame >= request.plan.prefix]
    later.sort(key=lambda keyframe: keyframe.frame)
    return prefix + [Shown(keyframe.image[None], keyframe.frame, keyframe.strength) for keyframe in later]
