"""Requests for one clip of a chain, made by hand, as small as the models of this kind allow."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from composer.generate import generate
from composer.timing import FrameRange
from composer.types import CameraTrack, Keyframe, SegmentPlan, SegmentRequest

W, H = 96, 64
PLAN = SegmentPlan(
    id="front/1",
    shot="front",
    index=1,
    place="yard",
    style="film",
    light="day",
    frames=FrameRange(8, 25),
    fps=Fraction(24),
    size=(W, H),
    prefix=9,
    join="last_frames",
    seed=5,
)


@dataclass
class Untouched:
    """Controls of a generator that reads none: asking for one is a fault."""

    def __len__(self):
        return PLAN.length

    def frames(self, start=0):
        raise AssertionError(f"frames from {start} on were drawn for nobody")

    frame = stack = frames


def cameras(shift_m=0.0):
    poses = np.broadcast_to(np.eye(4), (17, 4, 4)).copy()
    poses[:, 0, 3] += shift_m
    return CameraTrack(np.broadcast_to(np.eye(3), (17, 3, 3)).copy(), poses, (W, H))


def pictures(frames, seed):
    """Smooth random pictures, as uint8."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 220, (frames, H // 16, W // 16, 3))
    return np.repeat(np.repeat(coarse, 16, 1), 16, 2).astype(np.uint8)


def request_of(**changed):
    told = SegmentRequest(
        plan=PLAN,
        prompt="a red brick tower",
        style="",
        seed=5,
        controls=Untouched(),
        cameras=cameras(),
        prefix=pictures(9, 1),
        keyframes=(Keyframe(15, pictures(1, 2)[0], 0.7),),
    )
    return replace(told, **changed)


def quiet(_):
    return None


def clip_of(maker, request):
    return generate(maker, request, quiet)
