"""Subtitles as files beside a film."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from composer.timing import round_half_up


@dataclass(frozen=True)
class Subtitle:
    """What stands under the picture from `start_s` to `stop_s` of the film."""

    start_s: Fraction
    stop_s: Fraction
    text: str


def srt(subtitles: Sequence[Subtitle]) -> str:
    """SubRip: numbered, with a comma before the milliseconds."""
    return "\n".join(
        f"{n}\n{_clock(s.start_s, ',')} --> {_clock(s.stop_s, ',')}\n{_lines(s.text)}\n"
        for n, s in enumerate(subtitles, 1)
    )


def vtt(subtitles: Sequence[Subtitle]) -> str:
    """WebVTT, its marks escaped."""
    told = [f"\n{_clock(s.start_s, '.')} --> {_clock(s.stop_s, '.')}\n{_escaped(_lines(s.text))}\n" for s in subtitles]
    return "WEBVTT\n" + "".join(told)


def _lines(text: str) -> str:
    """Without empty lines, which would end the cue."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: Fraction, point: str) -> str:
    whole, milliseconds = divmod(round_half_up(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{milliseconds:03d}"
