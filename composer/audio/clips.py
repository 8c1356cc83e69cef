"""The sound that comes with clips, as the sound of a shot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.audio.fading import crossfade_gains
from composer.audio.mixing import Placed
from composer.audio.noise import Stereo
from composer.timing import SAMPLE_RATE

_FADE = SAMPLE_RATE // 50
_EDGE = SAMPLE_RATE // 100  # samples over which sound that begins with a shot rises


@dataclass(frozen=True, eq=False)
class ClipSound:
    """The sound of one clip of a shot. It begins at sample `at` of the shot, which may be before it; its first `overlap`
    samples repeat the end of the clip before.
    """

    at: int
    samples: Stereo
    overlap: int = 0


def joined(clips: Sequence[ClipSound], length: int) -> Stereo:
    """The first `length` samples of a shot from those of its clips, silent where none has any.

    Where one repeats the end of the one before, that one is heard up to the last 20 ms that it has of it; they fade into
    each other by the correlation that is measured. What begins after silence rises over 10 ms.
    """
    heard = np.zeros((2, length), np.float32)
    end = 0  # up to here something is heard
    for clip in clips:
        start, stop = _start(clip, end), min(length, clip.at + clip.samples.shape[1])
        if stop <= start:
            continue
        heard[:, start:stop] = clip.samples[:, start - clip.at : stop - clip.at]
        fade = min(_FADE, clip.overlap // 2, start - clip.at, start)
        if 0 < start <= end and fade:
            leaving = heard[:, start - fade : start].copy()
            coming = clip.samples[:, start - fade - clip.at : start - clip.at]
            out, into = crossfade_gains(leaving, coming)
            heard[:, start - fade : start] = out * leaving + into * coming
        elif start > end:
            rising = (np.arange(min(_EDGE, stop - start)) + 0.5) / _EDGE
            heard[:, start : start + len(rising)] *= rising.astype(np.float32)
        end = stop
    return heard


def _start(clip: ClipSound, end: int) -> int:
    """The sample from which a clip is heard alone, after others that end at `end`."""
    return max(0, min(clip.at + clip.overlap, max(end, clip.at)))


@dataclass(frozen=True, eq=False)
class Own:
    """A shot's own sound as a bed: it begins at sample `at` of the film, rising over 10 ms, and is silent around itself."""

    at: int
    samples: Stereo

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`."""
        rising = np.clip((np.arange(start, stop) - self.at + 0.5) / _EDGE, 0.0, 1.0)
        return np.asarray(Placed(self.at, self.samples).read(start, stop) * rising.astype(np.float32))
