"""How a film can be encoded: what each preset is for, and whether this machine has it."""

import os
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any

import av
import numpy as np

from composer.errors import UsageError

H264 = "h264"
"""The preset whose clips are joined by copying packets; a film of any other is encoded once, from lossless clips."""

_YUV420, _NV12 = "yuv420p", "nv12"
Options = MappingProxyType[str, str]


@dataclass(frozen=True)
class Preset:
    """An encoder with its settings; `draft` ones go over them. `suffix` names the container: `.mov` carries PCM sound."""

    encoder: str
    summary: str
    options: Options
    draft: Options = field(default_factory=lambda: MappingProxyType({}))
    pixels: str = _YUV420
    suffix: str = ".mp4"
    threads: int = 4  # bytes may depend on their number, never on the machine's

    def settings(self, *, draft: bool) -> dict[str, str]:
        return {**self.options, **(self.draft if draft else {})}


def _hardware(encoder: str, pixels: str, **options: str) -> Preset:
    return Preset(encoder, "by the graphics card", MappingProxyType(options), pixels=pixels)


_X265 = "log-level=error:frame-threads=2:pools=2:info=0"
PRESETS: dict[str, Preset] = {
    H264: Preset(
        "libx264", "plays everywhere", MappingProxyType({"crf": "18", "preset": "medium"}),
        MappingProxyType({"preset": "superfast"}),
    ),
    "hevc": Preset(
        "libx265", "half the size, slower", MappingProxyType({"crf": "20", "preset": "medium", "x265-params": _X265}),
        MappingProxyType({"preset": "superfast"}),
    ),
    "av1": Preset(
        "libsvtav1", "smallest", MappingProxyType({"crf": "26", "preset": "6", "svtav1-params": "lp=2"}),
        MappingProxyType({"preset": "10"}),
    ),
    "prores": Preset(
        "prores_ks", "ProRes 422 HQ, for editors", MappingProxyType({"profile": "3", "vendor": "apl0"}),
        pixels="yuv422p10le", suffix=".mov",
    ),
    "lossless": Preset(
        "libx264rgb", "the very codes that were made, for archives", MappingProxyType({"preset": "ultrafast", "qp": "0", "g": "12"}),
        pixels="rgb24", suffix=".mov", threads=1,
    ),
}  # fmt: skip
"""What needs no special machine."""

HARDWARE: dict[str, Preset] = {
    f"{codec}_{maker}": _hardware(f"{codec}_{maker}", pixels, **options)
    for maker, pixels, options in (
        ("nvenc", _YUV420, {"preset": "p5", "rc": "constqp", "qp": "20"}),
        ("qsv", _NV12, {"global_quality": "20"}),
        ("amf", _NV12, {"rc": "cqp", "qp_i": "20", "qp_p": "20"}),
        ("videotoolbox", _YUV420, {"q:v": "65"}),
    )
    for codec in ("h264", "hevc", "av1")
}
"""What a graphics card may bring: only used where asked for by name, since its bytes are other ones."""


def preset(name: str) -> Preset:
    """A preset by its name. Raises `UsageError` for one that does not exist, or that this machine does not have."""
    found = PRESETS.get(name) or HARDWARE.get(name)
    there = [*PRESETS, *hardware_encoders()] if name not in PRESETS else []
    if found is None or (name in HARDWARE and name not in there):
        said = f"there is no preset `{name}`" if found is None else f"this machine has no encoder `{name}`"
        raise UsageError(f"{said}; expected one of: {', '.join(there)}")
    return found


def hardware_encoders() -> tuple[str, ...]:
    """The presets of `HARDWARE` that work here: each is tried on a picture."""
    return tuple(name for name in HARDWARE if _works(name))


@cache
def _works(name: str) -> bool:
    if name not in av.codecs_available:
        return False
    level = av.logging.get_level()
    av.logging.set_level(av.logging.PANIC)  # that it is not there is no news
    try:
        context: Any = av.CodecContext.create(name, "w")
        context.width, context.height, context.pix_fmt = 256, 256, HARDWARE[name].pixels
        context.time_base, context.framerate = Fraction(1, 24), Fraction(24)
        frame = av.VideoFrame.from_ndarray(np.zeros((256, 256, 3), np.uint8), "rgb24").reformat(format=context.pix_fmt)
        frame.pts = 0
        return bool([*context.encode(frame), *context.encode()])
    except (av.error.FFmpegError, ValueError):
        return False
    finally:
        av.logging.set_level(level)


def hush() -> None:
    """Keep SVT-AV1, which reads its level of logging from the environment alone, from telling its settings."""
    os.environ.setdefault("SVT_LOG", "1")
