"""Pictures with alpha for editors: ProRes 4444, and PNG, a file a frame."""

import re
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.codec.context import Flags
from jaxtyping import UInt8

from composer.media.files import whole
from composer.media.pictures import transparent_png
from composer.store import storage_error, write_whole

Transparent = UInt8[np.ndarray, "h w 4"]
"""Codes of sRGB and straight alpha."""

_BT709, _LIMITED, _FULL = 1, 1, 2
_OPTIONS = {"profile": "4444", "vendor": "apl0", "alpha_bits": "16"}
_THREADS = 2


def write_prores(path: Path, frames: Iterable[Transparent], fps: Fraction) -> int:
    """Write frames with straight alpha as ProRes 4444 in a .mov, tagged BT.709, and return how many.

    Raises `StorageError`; `ValueError` when there are none.
    """
    count = 0
    with whole(path) as temporary, av.open(str(temporary), "w", format="mov", options={"fflags": "+bitexact"}) as out:
        stream = None
        for pixels in frames:
            stream = stream or _added(out, (pixels.shape[1], pixels.shape[0]), fps)
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgba").reformat(
                format="yuva444p10le",
                src_colorspace="ITU709",
                dst_colorspace="ITU709",
                src_color_range=_FULL,
                dst_color_range=_LIMITED,
            )
            picture.pts, picture.time_base = count, 1 / fps
            out.mux(stream.encode(picture))
            count += 1
        if stream is None:
            raise ValueError(f"no frames to write to {path}; a clip has at least one")
        out.mux(stream.encode())
    return count


def _added(container: Any, size: tuple[int, int], fps: Fraction) -> Any:
    stream = container.add_stream("prores_ks", rate=fps, options=_OPTIONS)
    stream.width, stream.height, stream.pix_fmt = *size, "yuva444p10le"
    context = stream.codec_context
    context.time_base, context.sample_aspect_ratio = 1 / fps, Fraction(1)
    context.thread_count = _THREADS
    context.flags |= Flags.bitexact
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED
    return stream


def write_png_sequence(folder: Path, name: str, frames: Iterable[Transparent]) -> int:
    """Write frames as `NAME.0000.png` and so on into a folder, and return how many; those of a longer sequence that was
    there before are removed. Raises `StorageError`.
    """
    count = 0
    for pixels in frames:
        write_whole(folder / f"{name}.{count:04d}.png", transparent_png(pixels))
        count += 1
    try:
        for path in folder.glob(f"{name}.*.png"):
            number = re.fullmatch(rf"{re.escape(name)}\.(\d{{4,}})\.png", path.name)
            if number and int(number[1]) >= count:
                path.unlink()
    except OSError as error:
        raise storage_error(error, folder) from error
    return count
