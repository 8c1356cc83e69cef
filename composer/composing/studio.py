"""One film being rendered: clips come from the store when they are there, from the generator when not."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from composer import media, overlay
from composer.composing.clip_sounds import write_shot_sound
from composer.composing.clips import Clips
from composer.composing.keys import Keys
from composer.composing.rehearsal import Rehearsal
from composer.composing.requests import Requests
from composer.conform import PLAIN, Conforming, Declared, Guidance, conform_frames, guided_frames
from composer.generate import generate
from composer.handover import HandOver
from composer.looks import grade
from composer.run import Meter, OnProgress
from composer.shade import Shader
from composer.store import Entry, Store, digest, version_of
from composer.timing import FrameRange, Rates
from composer.types import (
    GEOMETRY,
    Clip,
    FilmPlan,
    SegmentGenerator,
    SegmentPlan,
    ShotPlan,
)

DELIVERY = "clip.mp4"
"""Name in a store entry of what is seen, ready to be joined."""


class Studio:
    """Renders segments in the order of the plan, each from what it depends on.

    While a generator works on one, the clip before it is written and what the next one is given is drawn.
    """

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
        self.clips = Clips(store, film_plan.title)
        self.requests = Requests(rehearsal, film_plan, maker.capabilities, self.clips, hand_over or HandOver())
        self.projector, self.handing = self.requests.projector, self.requests.handing
        self.keys = Keys(rehearsal, maker.capabilities, self.requests)
        self.kept = 0
        self.made: set[str] = set()
        self.meter = Meter("render", sum(_fresh(segment) for segment in film_plan.segments), on_progress)
        self.delivered_by = version_of("conform", "media", "audio/clips", "audio/fading")
        self._following = {one.id: following for one, following in pairwise(film_plan.segments)}
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="ahead")

    def close(self) -> None:
        """Wait until all that was made is on disk."""
        self._ahead.shutdown(cancel_futures=True)
        self.clips.close()

    def render(self, segment: SegmentPlan) -> None:
        """Have the native clip of `segment`, lossless. Raises `GeneratorError`, `StorageError`."""
        key = self.keys.key(segment, self.clips.content)
        if self.clips.find(segment.id, key):
            self.kept += 1
            self.meter.keep(segment.id, _fresh(segment))
            return
        following = self._following.get(segment.id)
        ready = self._ahead.submit(self.requests.prepare, following) if following else None
        clip = self.make(segment)
        self.made.add(segment.id)
        if ready:
            ready.result()
        self.clips.keep(segment, key, clip)
        if segment.is_plate:  # which no shot delivers
            self.clips.delivered([segment.id])

    def make(self, segment: SegmentPlan) -> Clip:
        """Have the generator make the clip, which begins with the prefix that it continued, whatever the generator made of
        that: it is remembered like all else. Raises `GeneratorError`.
        """
        prefix = self.requests.prefix(segment)
        request = self.requests.request(segment, prefix)
        counted = 0.0

        def on_share(share: float) -> None:
            nonlocal counted
            fresh = min(1.0, share) * segment.length - segment.prefix - counted
            if fresh > 0:
                counted += fresh
                self.meter.advance(segment.id, fresh)

        clip = generate(self.projector.maker if segment.footage else self.maker, request, on_share)
        on_share(1.0)
        made = clip.frames if prefix is None else np.concatenate([prefix, clip.frames[len(prefix) :]])
        frames, correction = self.handing.accepted(segment, made)
        told = {"correction": asdict(correction)} if correction else {}
        return replace(clip, frames=frames, provenance={**clip.provenance, **told})

    def guidance(self, shot: ShotPlan, how: Conforming) -> Guidance | None:
        """What guides native frames to the film's; None where they fit already, or need not show what is declared."""
        native = shot.segments[0]
        fits = native.size == self.plan.size and native.fps == self.plan.fps
        if fits or how == PLAIN or shot.footage or not self.maker.capabilities.channels & GEOMETRY:
            return None
        tracks = (self.rehearsal.film_tracks(shot, self.plan.size), self.rehearsal.native_tracks(shot, self.plan.size))
        style = replace(grade(self.requests.style(native)), grain=0.0)
        scene = self.rehearsal.scenes[shot.place]
        guide = Shader(scene, shot.light, style, draw=self.requests.draw, smooth=False)
        return Guidance(Declared(scene, *tracks), how, guide, lit=False)

    def deliver(
        self,
        shot: ShotPlan,
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
            natives = [self.clips.entry(segment.id) for segment in shot.segments]
            write_shot_sound(folder, shot, natives, self.plan.fps)
            return {"film": self.plan.title, "shot": shot.shot}

        grid = (len(shot.frames), shot.handle)
        burnt = (version_of("overlay", "typography"), *told) if told else ()
        led = self.led_by(shot, guidance) if guidance else ()
        key = digest(
            "delivery",
            self.delivered_by,
            form,
            *grid,
            [self.clips.content(segment.id) for segment in shot.segments],
            *led,
            *burnt,
        )
        try:
            return self.store.get_or_put(key, write, kind="delivery")
        finally:
            self.clips.delivered(segment.id for segment in shot.segments)

    def led_by(self, shot: ShotPlan, guidance: Guidance) -> tuple[Any, ...]:
        """All that guided frames are made from, beside the native ones."""
        declared, style = guidance.declared, self.requests.style(shot.segments[0])
        place = self.rehearsal.layouts[shot.place]
        told = (place, shot.light, style, self.requests.draw)
        return (self.keys.code, guidance.how, declared.film, declared.native, *told)

    def native_frames(self, shot: ShotPlan) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
        """The native frames of `shot` from its first on, each prefix left out."""
        for segment in shot.segments:
            yield from self.clips.frames(segment.id, FrameRange(segment.prefix, segment.length))


def _fresh(segment: SegmentPlan) -> int:
    return segment.length - segment.prefix
