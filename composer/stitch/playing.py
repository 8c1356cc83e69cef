"""A film as a clip of MoviePy's, for those who compose further with it."""

from math import floor, inf, nextafter
from pathlib import Path
from typing import Any

from composer.media import FrameCursor, SoundCursor
from composer.timing import SAMPLE_RATE


def to_moviepy(path: Path) -> Any:
    """The film or clip at `path` as a MoviePy `VideoClip` with its sound, decoded as it is asked for.

    Frame n shows from n / fps on, so that every cut of MoviePy's meets the frames that the file holds. Raises
    `StorageError` when the file is missing or damaged.
    """
    from moviepy import AudioClip, VideoClip  # noqa: PLC0415 - heavy, and only for those who compose further with it

    pictures, sound = FrameCursor(path), SoundCursor(path)
    footage = pictures.footage
    duration_s = float(footage.frames / footage.fps)
    while int(duration_s * float(footage.fps)) < footage.frames:  # MoviePy counts frames so
        duration_s = nextafter(duration_s, inf)
    clip = VideoClip(lambda t: pictures.at(floor(t * footage.fps + 1e-3)), duration=duration_s)
    track = AudioClip(sound.at, duration=duration_s, fps=SAMPLE_RATE)
    return clip.with_fps(float(footage.fps)).with_audio(track)
