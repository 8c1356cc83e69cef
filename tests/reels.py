"""Tiny video files with known pictures and sound, as other tools would hand them over."""

import struct
from fractions import Fraction

import av
import numpy as np
from av.codec.context import Flags

from composer import media

SIZE = (64, 36)


def shade(number):
    """The luma by which picture `number` is known."""
    return 20 + 2 * number


def number(picture):
    """Which picture this is, by its middle; it must be grey."""
    red, green, blue = picture[picture.shape[0] // 2, picture.shape[1] // 2].astype(int)
    assert max(red, green, blue) - min(red, green, blue) <= 2
    return round((16 + red * 219 / 255 - 20) / 2)


def flat(luma, blue=128, red=128, size=SIZE):
    """Planes of one colour."""
    width, height = size
    chroma = (height // 2, width // 2)
    return [np.full((height, width), luma), np.full(chroma, blue), np.full(chroma, red)]


def write_reel(
    path,
    pictures,
    fps=24,
    *,
    at_ms=None,
    tags=(1, 1, 1, 1),
    pixel=1,
    turned=False,
    fields=False,
    sound=None,
    sound_at_s=0,
    codec="libx264",
):
    """Write `pictures` (planes of 8-bit 4:2:0), at `fps` or at times in ms; `tags` are matrix, primaries, transfer, range.

    `sound` is stereo at 48 kHz, heard from `sound_at_s` on. `turned` asks players to turn it right by 90 degrees.
    """
    base = Fraction(1, 1000) if at_ms else 1 / Fraction(fps)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(fps), options={"qp": "0", "g": "12", "bf": "2"})
        stream.height, stream.width = pictures[0][0].shape
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base, context.sample_aspect_ratio = base, Fraction(pixel)
        context.colorspace, context.color_primaries, context.color_trc, context.color_range = tags
        if fields:
            context.flags |= Flags.interlaced_dct
            context.options |= {"x264-params": "tff=1"}
        track = None
        if sound is not None:
            track = container.add_stream("aac" if path.suffix == ".mp4" else "flac", rate=48000, layout="stereo")
        for n, planes in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(_stacked(planes), "yuv420p")
            frame.pts, frame.time_base = (at_ms[n] if at_ms else n), base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if track is not None:
            _write_sound(container, track, sound, sound_at_s)
    if turned:
        _turn(path)
    return path


def planes(picture):
    """A picture of sRGB codes as `write_reel` takes it."""
    height, width = picture.shape[:2]
    codes = media.to_planes(picture)
    luma, chroma = codes[:height], codes[height:].reshape(2, height // 2, width // 2)
    return [luma, *chroma]


def _stacked(planes):
    height, width = planes[0].shape
    chroma = [plane.reshape(-1, width) for plane in planes[1:]]
    return np.concatenate([planes[0], *chroma]).astype(np.uint8).reshape(height * 3 // 2, width)


def _write_sound(container, track, sound, at_s):
    form = "fltp" if track.codec_context.name == "aac" else "s16"
    for start in range(0, sound.shape[1], 1024):
        block = np.ascontiguousarray(sound[:, start : start + 1024], np.float32)
        if form == "s16":
            block = np.round(block.T.reshape(1, -1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(block, format=form, layout="stereo")
        frame.sample_rate, frame.time_base = 48000, Fraction(1, 48000)
        frame.pts = start + round(at_s * 48000)
        container.mux(track.encode(frame))
    container.mux(track.encode())


def _turn(path):
    """Write a quarter turn to the right into the header of the first track."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40  # version 0: 40 bytes stand before the matrix
    data[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
