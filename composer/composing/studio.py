"""One film being rendered: clips come from the store when they are there, from the generator when not."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from composer import media, overlay
from composer.composing.fresh import FreshClips
from composer.composing.handing import Handing
from composer.composing.plates import view_of_plate
from composer.composing.rehearsal import Rehearsal
from composer.conform import PLAIN, Conforming, Declared, Guidance, conform_frames, guided_frames
from composer.controls import MOST_SOURCES, Memory, Moment, SegmentControls, SourceView, traces
from composer.generate import generate
from composer.handover import HandOver
from composer.looks import grade
from composer.run import Meter, OnProgress
from composer.scene import Scene
from composer.shade import Shader
from composer.store import Entry, Store, digest, version_of
from composer.timing import FrameRange, Rates, round_half_up
from composer.types import (
    GEOMETRY,
    CameraTrack,
    FilmPlan,
    SegmentGenerator,
    SegmentPlan,
    SegmentRequest,
    ShotPlan,
    SourceFrame,
    WorldTrack,
)

NATIVE, DELIVERY = "clip.mkv", "clip.mp4"
"""Names in store entries: what the generator made, lossless; and what is seen, ready to be joined."""

_DRAWN_BY = ("scene", "shade", "looks", "geometry", "kernels", "controls", "generate", "generators", "media")


class Studio:
    """Renders segments in the order of the plan, each from what it depends on."""

    def __init__(
        self,
        rehearsal: Rehearsal,
        film_plan: FilmPlan,
        maker: SegmentGenerator,
        store: Store,
        on_progress: OnProgress | None,
        *,
        hand_over: HandOver | None = None,
    ) -> None:
        self.rehearsal, self.plan, self.maker, self.store = rehearsal, film_plan, maker, store
        self.segments = {segment.id: segment for segment in film_plan.segments}
        self.natives: dict[str, Entry] = {}
        self.handing = Handing(rehearsal, film_plan, _asked_of(maker, hand_over), self.source, self.style)
        self.fresh = FreshClips()
        self.kept = 0
        self.meter = Meter("render", sum(_fresh(segment) for segment in film_plan.segments), on_progress)
        self.drawn_by = version_of(*_DRAWN_BY)
        self.delivered_by = version_of("conform", "media")

    def render(self, segment: SegmentPlan) -> Entry:
        """The native clip of `segment`, lossless. Raises `GeneratorError`, `StorageError`."""
        camera, world = self.rehearsal.tracks(segment)
        key = self.key(segment, camera, world)
        entry = self.store.get(key)
        if entry:
            self.kept += 1
            self.meter.keep(segment.id, _fresh(segment))
        else:
            entry = self.store.put(key, lambda folder: self.make(folder, segment, camera, world))
        self.natives[segment.id] = entry
        return entry

    def key(self, segment: SegmentPlan, camera: CameraTrack, world: WorldTrack) -> str:
        """Digest of exactly what the clip is made from: geometry, looks, poses, and the pixels it continues from."""
        can, place = self.maker.capabilities, self.rehearsal.layouts[segment.place]
        told = (segment.prompt, self.style(segment), segment.light, segment.seed if can.seed else 0, self.draw)
        grid = (segment.frames, segment.fps, segment.size, segment.prefix, segment.memory)
        seen = [self.natives[name].digest for name in segment.after]
        plates = [self.rehearsal.plates[source.segment] for source in segment.memory if source.is_plate]
        seen += [digest(plate.image, plate.camera) for plate in plates]
        handed, held_against = self.handing.reads(segment)
        seen += [self.natives[name].digest for name in held_against]
        return digest("native", self.drawn_by, can, told, grid, place, camera, world, seen, *handed)

    def make(self, folder: Path, segment: SegmentPlan, camera: CameraTrack, world: WorldTrack) -> dict[str, Any]:
        """Generate the clip into `folder`."""
        prefix = self.prefix(segment)
        handed = None if prefix is None else self.handing.noisy(prefix, segment.seed)
        request = SegmentRequest(
            plan=segment,
            prompt=segment.prompt,
            style=self.style(segment),
            seed=segment.seed,
            controls=self.controls(segment, camera, world, handed),
            cameras=camera,
            prefix=handed,
        )
        counted = 0.0

        def on_share(share: float) -> None:
            nonlocal counted
            fresh = min(1.0, share) * segment.length - segment.prefix - counted
            if fresh > 0:
                counted += fresh
                self.meter.advance(segment.id, fresh)

        clip = generate(self.maker, request, on_share)
        on_share(1.0)
        frames, correction = self.handing.accepted(segment, _with_prefix(clip.frames, prefix))
        media.write_lossless(folder / NATIVE, frames, segment.fps)
        if not segment.is_plate:  # which no shot delivers
            self.fresh.keep(segment.id, frames)
        told = {"correction": asdict(correction)} if correction else {}
        return {"segment": segment.id, "seed": segment.seed, "provenance": dict(clip.provenance), **told}

    def controls(
        self,
        segment: SegmentPlan,
        camera: CameraTrack,
        world: WorldTrack,
        handed: UInt8[np.ndarray, "p h w 3"] | None = None,
    ) -> SegmentControls:
        """What the generator is conditioned on; `handed` are the prefix's frames as it gets them, where they are others."""
        channels = self.maker.capabilities.channels
        scene = self.rehearsal.scenes[segment.place]
        memory = self.memory(scene, segment.memory)
        carried = self.continued(segment, handed) if "carried" in channels else None
        shader = self.shader(segment) if "previz" in channels else None
        parts = self.shader(segment, self.draw).parts if {"light", "albedo"} & channels else None
        after = self.rehearsal.beyond(segment) if "flow" in channels else None
        return SegmentControls(
            scene, camera, world, channels, shader, memory, after=after, carried=carried, parts=parts
        )

    @property
    def draw(self) -> int:
        """What the words of looks leave open is drawn once for the film, where a generator is given looks as pictures."""
        can = self.maker.capabilities
        return self.plan.seed if {"light", "albedo"} & can.channels and "seed" not in can.withheld else 0

    def memory(self, scene: Scene, frames: Sequence[SourceFrame]) -> Memory | None:
        sources = [self.source(s.segment, s.frame) for s in frames]
        return Memory(scene, sources) if sources else None

    def carried(self, segment: SegmentPlan) -> list[SourceFrame]:
        """The frames of its prefix as sources of a memory: the last of them, as many as one holds."""
        before, last = self.prefix_frames(segment)
        return [SourceFrame(before, frame) for frame in last][-MOST_SOURCES:]

    def continued(self, segment: SegmentPlan, handed: UInt8[np.ndarray, "p h w 3"] | None) -> Memory | None:
        """The memory that its prefix is, in the pictures that are `handed` on: else in those without noise."""
        frames, carried = self.prefix(segment) if handed is None else handed, self.carried(segment)
        if frames is None:
            return None
        views = [self.source(source.segment, source.frame) for source in carried]
        shown = zip(views, frames[-len(views) :], strict=True)
        return Memory(self.rehearsal.scenes[segment.place], [replace(view, image=image) for view, image in shown])

    def source(self, segment_id: str, frame: int) -> SourceView:
        """A frame that was made, or a plate, with the geometry it shows."""
        if plate := self.rehearsal.plates.get(segment_id):
            return view_of_plate(self.rehearsal.scenes[plate.place], plate, self.plan.native_size)
        segment = self.segments[segment_id]
        camera, world = self.rehearsal.tracks(segment)
        scene, state = self.rehearsal.scenes[segment.place], world[frame]
        moment = Moment(camera[frame], state, scene.cast(camera[frame], segment.size, state))
        (image,) = media.read_frames(self.natives[segment_id].path(NATIVE), FrameRange(frame, frame + 1))
        return SourceView(image, moment, traces(scene, segment.light, moment))

    def shader(self, segment: SegmentPlan, draw: int = 0) -> Shader:
        scene, graded = self.rehearsal.scenes[segment.place], grade(self.style(segment))
        return Shader(scene, segment.light, graded, segment.seed, draw=draw)

    def style(self, segment: SegmentPlan) -> str:
        """The look that clip and shading are to have: empty without one, and when it is withheld."""
        told = segment.style and "style" not in self.maker.capabilities.withheld
        return self.rehearsal.shotlist.styles[segment.style].look if told else ""

    def prefix(self, segment: SegmentPlan) -> UInt8[np.ndarray, "p h w 3"] | None:
        """The final frames that `segment` continues from, without the noise that is added to them."""
        before, last = self.prefix_frames(segment)
        if not before:
            return None
        frames = np.stack(list(media.read_frames(self.natives[before].path(NATIVE), last)))
        return self.handing.prefix(before, frames, last.stop - 1)

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

    def guidance(self, shot: ShotPlan, how: Conforming) -> Guidance | None:
        """What guides native frames to the film's; None where they fit already, or need not show what is declared."""
        native = shot.segments[0]
        fits = native.size == self.plan.size and native.fps == self.plan.fps
        if fits or how == PLAIN or not self.maker.capabilities.channels & GEOMETRY:
            return None
        tracks = (self.rehearsal.film_tracks(shot, self.plan.size), self.rehearsal.native_tracks(shot, self.plan.size))
        style = replace(grade(self.style(native)), grain=0.0)
        scene = self.rehearsal.scenes[shot.place]
        guide = Shader(scene, shot.light, style, draw=self.draw, smooth=False)
        return Guidance(Declared(scene, *tracks), how, guide, lit=False)

    def deliver(
        self,
        shot: ShotPlan,
        natives: list[Entry],
        told: Sequence[overlay.Note] = (),
        guidance: Guidance | None = None,
    ) -> Entry:
        """The clip of `shot` as it is seen: on the film's frames, with a cut point where its tail handle begins.

        What is `told` of its frames is burnt in, and no clip that is made later sees it: those read native ones.
        """
        rates = Rates(film=self.plan.fps, native=shot.segments[0].fps)
        form = media.DeliveryFormat(self.plan.fps, self.plan.size, self.plan.draft)
        wanted = FrameRange(0, shot.clip_length)

        def write(folder: Path) -> dict[str, Any]:
            native = self.native_frames(shot)
            if guidance:
                frames = guided_frames(native, wanted, rates, guidance)
            else:
                frames = conform_frames(native, wanted, rates, form.size)
            seen = overlay.burn_in(frames, told) if told else frames
            media.write_delivery(folder / DELIVERY, seen, form, starts={0, len(shot.frames)})
            return {"shot": shot.shot}

        grid = (len(shot.frames), shot.handle)
        burnt = (version_of("overlay", "typography"), *told) if told else ()
        led = self.led_by(shot, guidance) if guidance else ()
        key = digest("delivery", self.delivered_by, form, *grid, [n.digest for n in natives], *led, *burnt)
        try:
            return self.store.get_or_put(key, write)
        finally:
            self.fresh.drop(segment.id for segment in shot.segments)

    def led_by(self, shot: ShotPlan, guidance: Guidance) -> tuple[Any, ...]:
        """All that guided frames are made from, beside the native ones."""
        declared, style = guidance.declared, self.style(shot.segments[0])
        place = self.rehearsal.layouts[shot.place]
        told = (place, shot.light, style, self.draw)
        return (version_of(*_DRAWN_BY), guidance.how, declared.film, declared.native, *told)

    def native_frames(self, shot: ShotPlan) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
        """The native frames of `shot` from its first on, each prefix left out."""
        for segment in shot.segments:
            wanted = FrameRange(segment.prefix, segment.length)
            made = self.fresh.take(segment.id)
            if made is not None:
                yield from made[wanted.start : wanted.stop]
            else:
                yield from media.read_frames(self.natives[segment.id].path(NATIVE), wanted)


def _asked_of(maker: SegmentGenerator, how: HandOver | None) -> HandOver:
    """How clips are handed on: as they are where nothing is invented, since nothing drifts there."""
    return (how or HandOver()) if maker.capabilities.invents else HandOver("none")


def _with_prefix(
    frames: UInt8[np.ndarray, "f h w 3"], prefix: UInt8[np.ndarray, "p h w 3"] | None
) -> UInt8[np.ndarray, "f h w 3"]:
    """A clip that begins with what it continued, whatever its generator made of that: it is remembered like all else."""
    return frames if prefix is None else np.concatenate([prefix, frames[len(prefix) :]])


def _fresh(segment: SegmentPlan) -> int:
    return segment.length - segment.prefix
