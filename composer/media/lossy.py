"""Sound as it comes out of the encoder that films have."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import av
import numpy as np
from av.codec.context import Flags
from jaxtyping import Float

from composer.timing import SAMPLE_RATE

AAC_FRAME, AAC_BITS_PER_S = 1024, 192_000  # samples; of stereo


def through_aac(blocks: Iterable[Float[np.ndarray, "2 n"]]) -> Iterator[Float[np.ndarray, "2 _"]]:
    """Stereo at 48 kHz encoded as in a film's MP4 and decoded again, with the encoder's priming before and padding after it."""
    encoder = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = SAMPLE_RATE, "stereo", "fltp"
    encoder.bit_rate = AAC_BITS_PER_S
    encoder.flags |= Flags.bitexact
    encoder.open()
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata, decoder.sample_rate, decoder.layout = encoder.extradata, SAMPLE_RATE, "stereo"
    for frame in _frames(blocks):
        for packet in encoder.encode(frame):
            yield from (heard.to_ndarray() for heard in decoder.decode(packet))


def _frames(blocks: Iterable[Float[np.ndarray, "2 n"]]) -> Iterator[av.AudioFrame | None]:
    """In the encoder's frames, and the end."""
    pending, at = np.zeros((2, 0), np.float32), 0
    for block in blocks:
        pending = np.concatenate([pending, block.astype(np.float32)], axis=1)
        whole = pending.shape[1] // AAC_FRAME * AAC_FRAME
        for start in range(0, whole, AAC_FRAME):
            yield audio_frame(pending[:, start : start + AAC_FRAME], at + start)
        pending, at = pending[:, whole:], at + whole
    if pending.shape[1]:
        yield audio_frame(pending, at)
    yield None


def audio_frame(samples: Float[np.ndarray, "2 n"], at: int) -> av.AudioFrame:
    """Stereo at 48 kHz as encoders take it, from sample `at` on."""
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
    return frame
