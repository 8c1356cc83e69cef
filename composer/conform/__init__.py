"""A generator's native size and rate to the film's: plainly, or guided by what is declared."""

from composer.conform.guided import CONFORMINGS, PLAIN, Conforming, Declared, Guidance, Guide, guided_frames
from composer.conform.morphing import camera_between, morphed
from composer.conform.plain import conform_frames, resize

__all__ = [
    "CONFORMINGS",
    "PLAIN",
    "Conforming",
    "Declared",
    "Guidance",
    "Guide",
    "camera_between",
    "conform_frames",
    "guided_frames",
    "morphed",
    "resize",
]
