"""Shots that are footage: what of a file they show, and in which size it covers the film's picture."""

from collections.abc import Callable

from composer.schema import Slate
from composer.types import FootagePlan, Size

Cover = Callable[[Size], Size]
"""The size in which the pictures of a file cover a picture of the film's size."""


def footage_plan(slate: Slate) -> FootagePlan | None:
    """The stretch that a shot shows; None of one that is generated."""
    footage = slate.shot.footage
    return FootagePlan(footage.file, footage.in_.seconds(slate.fps)) if footage else None
