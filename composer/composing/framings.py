"""What a shot's slate says of its framing and of its time, for those who print it."""

from collections.abc import Iterator

from composer.schema import Slate
from composer.schema.quantities import plain
from composer.schema.words import SIZES


def told_apart(slate: Slate) -> bool:
    """Does the shot show another moment of the story than the film has reached? By half a frame at least."""
    return abs(slate.start_s - slate.frames.start / slate.fps) * slate.fps >= 0.5


def stretch(slate: Slate) -> str:
    """What a shot of footage shows of its file: `film/sea.mp4 12-16 s`; "" of other shots."""
    footage = slate.shot.footage
    if footage is None:
        return ""
    start_s = footage.in_.seconds(slate.fps)
    return f"{footage.file} {plain(start_s)}-{plain(start_s + slate.shot.lasts_s(slate.fps))} s"


def framing(slate: Slate) -> str:
    """The sizes that a shot's camera is told, from first to last: `MS`, `MS to MCU`; "" for none."""
    return " to ".join(dict.fromkeys(_sizes(slate)))


def _sizes(slate: Slate) -> Iterator[str]:
    camera = slate.shot.camera
    if camera is None:
        return
    if camera.frame and camera.frame.size:
        yield camera.frame.size
    for part in (part for step in camera.move for part in step):
        if (to := getattr(part.move, "to", None)) in SIZES:
            yield to
