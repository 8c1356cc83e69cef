"""Delivery clips and sound joined into a film: packets are copied, and only what overlaps is encoded."""

from composer.stitch.clips import Blend, DeliveryClip, Dissolve, Fade
from composer.stitch.joining import stitch
from composer.stitch.playing import to_moviepy

__all__ = ["Blend", "DeliveryClip", "Dissolve", "Fade", "stitch", "to_moviepy"]
