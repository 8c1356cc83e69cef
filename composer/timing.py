"""Frames, seconds and samples: exact fractions, rounded once, on cumulative counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from composer.errors import TimingError

SAMPLE_RATE = 48_000  # Hz, of all sound

FRAME_RATES: dict[str, Fraction] = {
    "24": Fraction(24),
    "23.976": Fraction(24000, 1001),
    "25": Fraction(25),
    "29.97": Fraction(30000, 1001),
    "30": Fraction(30),
    "48": Fraction(48),
    "50": Fraction(50),
    "59.94": Fraction(60000, 1001),
    "60": Fraction(60),
}
"""What a shot list may say, and the exact rate it means."""


def round_half_up(value: Fraction) -> int:
    """Nearest integer, ties upwards, with no detour through floats."""
    return floor(value + Fraction(1, 2))


def frame_at(seconds: Fraction, fps: Fraction) -> int:
    """Index of the film frame nearest to `seconds` from the start of the film."""
    return round_half_up(seconds * fps)


def to_samples(frames: int, fps: Fraction, sample_rate: int = SAMPLE_RATE) -> int:
    """First audio sample of video frame `frames`, counted from frame 0.

    `sample_rate` in Hz. Rounds half up once, so clips laid end to end do not drift.
    Raises `TimingError` when `frames` < 0.
    """
    if frames < 0:
        raise TimingError(f"frame {frames} is before the start; expected 0 or more")
    return round_half_up(Fraction(frames) / fps * sample_rate)


@dataclass(frozen=True, order=True)
class FrameRange:
    """Half-open range of frames `[start, stop)`. Raises `TimingError` when it runs backwards."""

    start: int
    stop: int

    def __post_init__(self) -> None:
        if self.stop < self.start:
            raise TimingError(f"frames {self.start} to {self.stop} run backwards; expected start <= stop")

    def __len__(self) -> int:
        return self.stop - self.start

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.stop))

    def __contains__(self, frame: int) -> bool:
        return self.start <= frame < self.stop

    def shifted(self, frames: int) -> "FrameRange":
        return FrameRange(self.start + frames, self.stop + frames)


@dataclass(frozen=True)
class Rates:
    """Frames a second of the film and of a generator's own grid; frame 0 of both stands at the shot's start."""

    film: Fraction
    native: Fraction

    @property
    def step(self) -> Fraction:
        """Native frames for each film frame."""
        return self.native / self.film

    def covering(self, film_frames: int) -> int:
        """Native frames from the shot's start that cover its first `film_frames`: the last has one at or after it."""
        return 0 if film_frames <= 0 else ceil((film_frames - 1) * self.step) + 1


def timecode(frame: int, fps: Fraction) -> str:
    """`HH:MM:SS:FF` of film frame `frame`, no frame dropped: 29.97 frames a second count as 30."""
    rate = round_half_up(fps)
    seconds, frames = divmod(frame, rate)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"


def span(seconds: float) -> str:
    """How long something takes: `1 h 02 min`, `2 min 05 s`, `7 s`."""
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"


def clock(seconds: float) -> str:
    """Time of the story to tenths: `12.5 s`, from 100 s on `2:10.5`, from an hour on `14:00:02.7`."""
    tenths = round(seconds * 10)
    if tenths < 1000:
        return f"{tenths // 10}.{tenths % 10} s"
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    last = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{last}" if hours else f"{minutes}:{last}"
