"""A film as stretches of clips that stay as they are, and overlaps that are made of two of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.stitch.clips import DeliveryClip, Dissolve, Fade
from composer.timing import FrameRange


@dataclass(frozen=True)
class Stretch:
    """Frames of a file."""

    path: Path
    frames: FrameRange

    def __len__(self) -> int:
        return len(self.frames)


@dataclass(frozen=True)
class Overlap:
    """Frames that are made anew: `shown`, dissolved over those of the clip `before`, or faded."""

    shown: Stretch
    how: Dissolve | Fade
    before: Stretch | None = None
    rising: bool = True  # a fade comes up, or goes down

    def __len__(self) -> int:
        return len(self.shown)

    def share(self, frame: int) -> float:
        """How much of `shown` there is in one of its frames."""
        if isinstance(self.how, Dissolve):
            return self.how.share(frame)
        return (frame if self.rising else len(self) - 1 - frame) / len(self)


def parts(clips: Sequence[DeliveryClip]) -> Iterator[Stretch | Overlap]:
    """The film in order. Raises `ValueError` where overlaps do not fit their clip, or nothing is before a dissolve."""
    before: DeliveryClip | None = None
    for clip in clips:
        first, last = clip.lead, clip.frames_used - clip.tail
        if first > last:
            raise ValueError(f"{clip.path}: {clip.lead} frames in and {clip.tail} out of {clip.frames_used} overlap")
        opening = Stretch(clip.path, FrameRange(0, first))
        if clip.dissolve:
            if before is None:
                raise ValueError(f"{clip.path}: nothing is before the first clip to dissolve from")
            handle = FrameRange(before.frames_used, before.frames_used + clip.dissolve.frames)
            yield Overlap(opening, clip.dissolve, Stretch(before.path, handle))
        elif clip.fade_in and first:
            yield Overlap(opening, clip.fade_in)
        if first < last:
            yield Stretch(clip.path, FrameRange(first, last))
        if clip.fade_out and clip.tail:
            yield Overlap(Stretch(clip.path, FrameRange(last, clip.frames_used)), clip.fade_out, rising=False)
        before = clip
