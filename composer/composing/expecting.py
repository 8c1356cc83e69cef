"""What a frame of a clip should look like where earlier frames show the same spots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import UInt8

from composer.composing.rehearsal import Rehearsal
from composer.controls import Memory, Moment, SourceView, traces
from composer.looks import grade
from composer.metrics import Common
from composer.metrics.views import inner
from composer.shade import Shader
from composer.types import CameraTrack, SegmentPlan, WorldTrack

Picture = UInt8[np.ndarray, "h w 3"]


@dataclass(frozen=True, eq=False)
class Reference:
    """Frames that others are held against: what they showed, and what was declared to be seen there."""

    shown: Memory
    drawn: Memory


@dataclass(frozen=True, eq=False)
class Expecting:
    """Holds the frames of one film against earlier ones. `style` is the look of a segment, `tracks` its camera and world.

    By how much the animatic's colour of a spot differs between the two (fog, a light that has moved, where the camera
    stands), a frame's may differ too.
    """

    rehearsal: Rehearsal
    style: Callable[[SegmentPlan], str]
    tracks: Callable[[SegmentPlan], tuple[CameraTrack, WorldTrack]]

    def reference(self, segment: SegmentPlan, views: Sequence[SourceView]) -> Reference:
        """Of frames of the place of `segment`, in its style and light."""
        scene, shader = self.rehearsal.scenes[segment.place], self._shader(segment)
        moments = [view.moment for view in views]
        drawn = [replace(view, image=shader(m.hits, m.camera, m.state)) for view, m in zip(views, moments, strict=True)]
        return Reference(Memory(scene, views), Memory(scene, drawn))

    def moment(self, segment: SegmentPlan, frame: int) -> Moment:
        """What a frame of a clip sees."""
        scene = self.rehearsal.scenes[segment.place]
        camera, world = self.tracks(segment)
        return Moment(camera[frame], world[frame], scene.cast(camera[frame], segment.size, world[frame]))

    def view(self, segment: SegmentPlan, frame: int, image: Picture) -> SourceView:
        """A frame as others may be held against it: without what bodies have to do with."""
        moment = self.moment(segment, frame)
        return SourceView(image, moment, traces(self.rehearsal.scenes[segment.place], segment.light, moment))

    def both(self, segment: SegmentPlan, now: SourceView, against: Reference) -> Common:
        """A frame of `segment` as it is `here`, and as the reference would have it `there`, where that shows its spots."""
        moment, masked = now.moment, now.masked
        shown, seen = against.shown.recall(moment)
        drawn, _ = against.drawn.recall(moment)
        animatic = self._shader(segment)(moment.hits, moment.camera, moment.state)
        there = np.clip(shown.astype(np.int16) + animatic - drawn, 0, 255).astype(np.uint8)
        known = seen if masked is None else seen & ~masked
        ids = moment.hits.anchor_id
        return Common(now.image, there, ids, known, inner(known, ids))

    def _shader(self, segment: SegmentPlan) -> Shader:
        style = replace(grade(self.style(segment)), grain=0.0)
        return Shader(self.rehearsal.scenes[segment.place], segment.light, style)
