"""What a generator is given for a segment: prompt, style, controls, keyframes, and the final frames it continues."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import UInt8

from composer.composing.clip_sounds import tail
from composer.composing.clips import Clips
from composer.composing.expecting import Expecting
from composer.composing.footage import NoControls
from composer.composing.handing import Handing
from composer.composing.plates import view_of_plate
from composer.composing.rehearsal import Rehearsal
from composer.controls import (
    CASTS,
    MOST_SOURCES,
    Casts,
    Memory,
    Moment,
    Recent,
    SegmentControls,
    SourceView,
    grown,
)
from composer.handover import HandOver
from composer.looks import grade
from composer.shade import Shader
from composer.timing import FrameRange, round_half_up
from composer.types import (
    CameraTrack,
    Capabilities,
    FilmPlan,
    Keyframe,
    SegmentPlan,
    SegmentRequest,
    SourceFrame,
    Waveform,
    WorldTrack,
)

_AHEAD = CASTS - 4  # frames of the next segment that are cast while this one is made
_MOST_PAINTED = 16  # keyframes whose animatic is kept

Picture = UInt8[np.ndarray, "h w 3"]
Pictures = UInt8[np.ndarray, "p h w 3"]


class Requests:
    """Builds the requests of one film. `prepare` does ahead what does not depend on a clip that is still being made."""

    def __init__(
        self, rehearsal: Rehearsal, plan: FilmPlan, can: Capabilities, clips: Clips, hand_over: HandOver
    ) -> None:
        self.rehearsal, self.plan, self.can = rehearsal, plan, can
        self.clips, self.projector = clips, rehearsal.projector(plan.size)
        self.expecting = Expecting(rehearsal, self.style, self.tracks)
        self.handing = Handing(self.expecting, plan, hand_over.by(can), self.source, self.carried)
        self.segments = {segment.id: segment for segment in plan.segments}
        self._sources: Recent[SourceView] = Recent(2 * MOST_SOURCES)
        self._animatics: Recent[tuple[Moment, Picture]] = Recent(_MOST_PAINTED)
        self._casts: Recent[Casts] = Recent(2)
        self._tracks: Recent[tuple[CameraTrack, WorldTrack]] = Recent(2 * MOST_SOURCES)

    def tracks(self, segment: SegmentPlan) -> tuple[CameraTrack, WorldTrack]:
        """Camera and world of a segment, sampled once while it is in use: for its key, its pictures, and what it is to
        those that remember it.
        """
        return self._tracks.get(segment.id, lambda: self.rehearsal.tracks(segment))

    def request(self, segment: SegmentPlan, prefix: Pictures | None) -> SegmentRequest:
        """All that the generator is given for `segment`, which continues `prefix`."""
        camera, world = self.tracks(segment)
        handed = None if prefix is None else self.handing.noisy(prefix, segment.seed)
        return SegmentRequest(
            plan=segment,
            prompt=segment.prompt,
            style=self.style(segment),
            seed=segment.seed,
            controls=NoControls(segment.length) if segment.footage else self.controls(segment, camera, world, handed),
            cameras=camera,
            prefix=handed,
            keyframes=self.keyframes(segment),
            handover=self.handover(segment),
            sound=self.sound(segment),
            read_anew="draw" in self.can.withheld,
        )

    def prepare(self, segment: SegmentPlan) -> None:
        """Draw what `segment` will be given as far as what it needs is there."""
        for source in segment.memory:
            if source.is_plate or self.clips.made(source.segment):
                self.source(source.segment, source.frame)
        for planned in segment.keyframes:
            self._animatic(segment, planned.frame)
        if self.can.channels and not segment.footage:
            scene, (camera, world) = self.rehearsal.scenes[segment.place], self.tracks(segment)
            ready = SegmentControls(scene, camera, world, frozenset(), casts=self._casts_of(segment))
            for frame in range(segment.prefix, min(segment.length, segment.prefix + _AHEAD)):
                ready.frame(frame)

    def controls(
        self, segment: SegmentPlan, camera: CameraTrack, world: WorldTrack, handed: Pictures | None = None
    ) -> SegmentControls:
        """What it is conditioned on; `handed` are the frames of the prefix as it gets them, where they are others."""
        channels = self.can.channels
        scene = self.rehearsal.scenes[segment.place]
        return SegmentControls(
            scene,
            camera,
            world,
            channels,
            self.shader(segment) if "previz" in channels else None,
            self.memory(segment, segment.memory) if "memory" in channels else None,
            after=self.rehearsal.beyond(segment) if "flow" in channels else None,
            carried=self.continued(segment, handed) if "carried" in channels else None,
            parts=self.shader(segment, self.draw(segment)).parts if {"light", "albedo"} & channels else None,
            casts=self._casts_of(segment),
        )

    def _casts_of(self, segment: SegmentPlan) -> Casts:
        return self._casts.get(segment.id, Casts)

    def draw(self, segment: SegmentPlan) -> int:
        """What the words of looks leave open is drawn once for the film, where a generator is given looks as pictures; anew
        for each segment where that is withheld, so that only state carries it.
        """
        if "seed" in self.can.withheld or not {"light", "albedo"} & self.can.channels:
            return 0
        return segment.seed if "draw" in self.can.withheld else self.plan.seed

    def keyframes(self, segment: SegmentPlan) -> tuple[Keyframe, ...]:
        """The pictures that are planned for `segment`: what is remembered, the animatic where nothing is."""
        if not segment.keyframes:
            return ()
        memory = self.memory(segment, segment.memory)
        drawn = []
        for planned in segment.keyframes:
            moment, animatic = self._animatic(segment, planned.frame)
            picture = animatic.copy()
            if memory is not None:
                shown, valid = grown(*memory.recall(moment), moment.hits.anchor_id)
                picture[valid] = shown[valid]
            drawn.append(Keyframe(planned.frame, picture, planned.strength))
        return tuple(drawn)

    def _animatic(self, segment: SegmentPlan, frame: int) -> tuple[Moment, Picture]:
        """A frame of `segment` as declared: what is seen, and its picture in looks and light."""

        def drawn() -> tuple[Moment, Picture]:
            moment = self.expecting.moment(segment, frame)
            return moment, self.shader(segment)(moment.hits, moment.camera, moment.state)

        return self._animatics.get((segment.id, segment.seed, frame), drawn)

    def memory(self, segment: SegmentPlan, frames: Sequence[SourceFrame]) -> Memory | None:
        """A memory of `frames`; None of none."""
        sources = [self.source(s.segment, s.frame) for s in frames]
        return Memory(self.rehearsal.scenes[segment.place], sources) if sources else None

    def carried(self, segment: SegmentPlan) -> list[SourceFrame]:
        """The frames of its prefix as sources of a memory: the last of them, as many as one holds."""
        before, last = self.prefix_frames(segment)
        if before and (self.segments[before].footage or self.segments[before].unlike):
            return []  # nothing is known of where its pixels belong
        return [SourceFrame(before, frame) for frame in last][-MOST_SOURCES:]

    def continued(self, segment: SegmentPlan, handed: Pictures | None) -> Memory | None:
        """The memory that its prefix is, in the pictures that are `handed` on: else in those without noise."""
        views = [self.source(source.segment, source.frame) for source in self.carried(segment)]
        frames = self.prefix(segment) if handed is None and views else handed
        if frames is None or not views:
            return None
        shown = zip(views, frames[-len(views) :], strict=True)
        return Memory(self.rehearsal.scenes[segment.place], [replace(view, image=image) for view, image in shown])

    def source(self, segment_id: str, frame: int) -> SourceView:
        """A frame that was made, or a plate, with the geometry it shows."""
        return self._sources.get((segment_id, frame), lambda: self._source(segment_id, frame))

    def _source(self, segment_id: str, frame: int) -> SourceView:
        if plate := self.rehearsal.plates.get(segment_id):
            return view_of_plate(self.rehearsal.scenes[plate.place], plate, self.plan.native_size)
        segment = self.segments[segment_id]
        (image,) = self.clips.frames(segment_id, FrameRange(frame, frame + 1))
        return self.expecting.view(segment, frame, image)

    def shader(self, segment: SegmentPlan, draw: int = 0) -> Shader:
        scene, graded = self.rehearsal.scenes[segment.place], grade(self.style(segment))
        return Shader(scene, segment.light, graded, segment.seed, draw=draw)

    def style(self, segment: SegmentPlan) -> str:
        """The look that clip and shading are to have: empty without one, and when it is withheld."""
        told = segment.style and "style" not in self.can.withheld
        return self.rehearsal.shotlist.styles[segment.style].look if told else ""

    def prefix(self, segment: SegmentPlan) -> UInt8[np.ndarray, "p h w 3"] | None:
        """The final frames that `segment` continues from, without the noise that is added to them."""
        before, last = self.prefix_frames(segment)
        if before and self.segments[before].footage:
            lasts_s = self.rehearsal.slate(self.segments[before].shot).duration_s
            return self.projector.handed_on(self.segments[before], lasts_s, segment)
        return (
            self.handing.prefix(before, np.stack(list(self.clips.frames(before, last))), last.stop - 1)
            if before
            else None
        )

    def handover(self, segment: SegmentPlan) -> Mapping[str, Any]:
        """What the clip left that `segment` continues, where the prefix is that clip's very end."""
        before, last = self.prefix_frames(segment)
        return self.clips.handover(before) if before and last.stop == self.segments[before].length else {}

    def sound(self, segment: SegmentPlan) -> Waveform | None:
        """What is heard in the prefix, for generators that continue it."""
        before, last = self.prefix_frames(segment)
        if not before or segment.footage or not self.can.continues_sound:
            return None
        lasts_s = segment.prefix / segment.fps
        return tail(self.segments[before], self.clips.entry(before), last.stop, lasts_s)

    def prefix_frames(self, segment: SegmentPlan) -> tuple[str, FrameRange]:
        """The clip that `segment` continues, and which of its frames: in its shot the last ones, across a cut those
        before it. No name and no frames when it continues none.
        """
        if not segment.prefix_from:
            return "", FrameRange(0, 0)
        before = self.segments[segment.prefix_from]
        stop = before.frames.stop
        if before.shot != segment.shot:
            stop = round_half_up(self.rehearsal.slate(before.shot).duration_s * before.fps)
        return before.id, FrameRange(stop - segment.prefix, stop).shifted(-before.frames.start)
