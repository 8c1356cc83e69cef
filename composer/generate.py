"""One segment through its generator: the request built, the clip that comes back held against its plan."""

from collections.abc import Callable

import numpy as np

from composer.errors import ComposerError, GeneratorError
from composer.types import Clip, SegmentGenerator, SegmentRequest


def generate(generator: SegmentGenerator, request: SegmentRequest, on_progress: Callable[[float], None]) -> Clip:
    """Have `generator` make the clip of `request`.

    Raises `GeneratorError` when it fails, or when what it made is not exactly what was planned: its length, size,
    type, and the prefix it was asked to continue.
    """
    name, plan = generator.capabilities.name, request.plan
    try:
        clip = generator.generate(request, on_progress)
    except (ComposerError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise GeneratorError(
            f"generator `{name}` failed on segment `{plan.id}`: {type(error).__name__}: {error}"
        ) from error
    width, height = plan.size
    expected = (plan.length, height, width, 3)
    frames = clip.frames if isinstance(clip, Clip) else clip
    if not isinstance(frames, np.ndarray) or frames.dtype != np.uint8 or frames.shape != expected:
        found = f"{frames.dtype} {frames.shape}" if isinstance(frames, np.ndarray) else type(frames).__name__
        raise GeneratorError(f"generator `{name}` made {found} for segment `{plan.id}`; expected uint8 {expected}")
    return clip
