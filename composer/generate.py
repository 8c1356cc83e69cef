"""One segment through its generator: the request built, the clip that comes back held against its plan."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from composer.errors import ComposerError, GeneratorError, in_words
from composer.types import Clip, SegmentGenerator, SegmentRequest, Waveform

_RATES_HZ = range(8000, 192_001)
_KEPT = frozenset("?bBhHiIlLqQefd")  # the kinds of numbers that arrays to hand over are stored as


def generate(generator: SegmentGenerator, request: SegmentRequest, on_progress: Callable[[float], None]) -> Clip:
    """Have `generator` make the clip of `request`; shares that it tells are brought into [0, 1].

    Raises `GeneratorError` when it fails, or when what it made is not exactly what was planned: its length, size,
    type, the prefix it was asked to continue; or sound that is none, and what cannot be stored with it.
    """
    name, plan = generator.capabilities.name, request.plan
    try:
        clip = generator.generate(request, lambda share: on_progress(min(max(float(share), 0.0), 1.0)))
    except ComposerError:
        raise
    except (Exception, SystemExit) as error:
        raise GeneratorError(f"generator `{name}` failed on segment `{plan.id}`: {in_words(error)}") from error
    width, height = plan.size
    for found, expected in _misfits(clip, (plan.length, height, width, 3)):
        raise GeneratorError(f"generator `{name}` made {found} for segment `{plan.id}`; expected {expected}")
    return clip


def _misfits(clip: Any, shape: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    """What a generator made, and what was expected."""
    if not isinstance(clip, Clip):
        yield type(clip).__name__, f"a Clip of uint8 {shape}"
        return
    if not isinstance(clip.frames, np.ndarray) or clip.frames.dtype != np.uint8 or clip.frames.shape != shape:
        yield _shown(clip.frames), f"uint8 {shape}"
    if clip.audio is not None:
        yield from _no_sound(clip.audio)
    yield from _not_kept(clip.handover)
    try:
        json.dumps(dict(clip.provenance))
    except (TypeError, ValueError) as error:
        yield f"a provenance that is no JSON ({error})", "a dict of text, numbers, lists and dicts"


def _not_kept(handover: Any) -> Iterator[tuple[str, str]]:
    expected = "numpy arrays of numbers by name"
    if not isinstance(handover, Mapping):
        yield f"a handover of {_shown(handover)}", expected
        return
    for key, value in handover.items():
        if not (isinstance(key, str) and isinstance(value, np.ndarray) and value.dtype.char in _KEPT):
            yield f"a handover {key!r} of {_shown(value)}", expected


def _no_sound(sound: Any) -> Iterator[tuple[str, str]]:
    samples = getattr(sound, "samples", None)
    if not isinstance(sound, Waveform) or not isinstance(samples, np.ndarray):
        yield f"sound of {_shown(sound if samples is None else samples)}", "a Waveform of [1 n] or [2 n]"
    elif samples.ndim != 2 or samples.shape[0] not in (1, 2) or samples.dtype.kind != "f":
        yield f"sound of {_shown(samples)}", "floats [1 n] or [2 n]"
    elif not np.isfinite(samples).all():
        yield f"sound of {_shown(samples)} that is not all finite", "samples in [-1, 1]"
    elif not isinstance(sound.rate, int) or sound.rate not in _RATES_HZ:
        yield f"sound of {sound.rate} samples a second", f"{_RATES_HZ.start} to {_RATES_HZ.stop - 1}"


def _shown(value: object) -> str:
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
