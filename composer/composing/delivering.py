"""Shots as they are seen: on the film's frames and size, with their sound, encoded to be joined."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from composer import media, overlay
from composer.composing.clips import Clips
from composer.composing.editing import delivery_form
from composer.composing.keys import DRAWN_BY
from composer.composing.layered import shot_layers
from composer.composing.notes import notes
from composer.composing.options import RenderOptions
from composer.composing.rehearsal import Rehearsal
from composer.composing.requests import Requests
from composer.composing.shot_sounds import blows_seen, write_shot_sound
from composer.conform import PLAIN, Declared, Guidance, conform_frames, guided_frames
from composer.looks import grade
from composer.shade import Shader
from composer.store import Entry, Store, digest, version_of
from composer.timing import FrameRange, Rates
from composer.types import GEOMETRY, FilmPlan, ShotPlan

_DELIVERED_BY = (
    *("conform", "media", "composing/delivering", "composing/clip_sounds", "composing/shot_sounds", "metrics/onsets"),
    *(f"audio/{name}" for name in ("aligning", "clips", "fading", "placing", "resampling", "stretching")),
)

DELIVERY = "clip.mp4"
"""Name in a store entry of what is seen, ready to be joined."""


class Deliveries:
    """The delivery clips of one film. What is burnt in is seen by no clip that is made later: those read native ones."""

    def __init__(
        self,
        rehearsal: Rehearsal,
        plan: FilmPlan,
        requests: Requests,
        store: Store,
        options: RenderOptions,
    ) -> None:
        self.rehearsal, self.plan, self.requests, self.store = rehearsal, plan, requests, store
        self.clips: Clips = requests.clips
        self.how, self.burn_in, self.cues = options.conforming, options.burn_in, options.cues
        self.form = delivery_form(plan, options.preset)
        self.code = version_of(*_DELIVERED_BY)

    def key(self, shot: ShotPlan) -> str:
        """The key of a shot's delivery, once all its native clips are there."""
        burnt = self._burnt(shot)
        natives = [self.clips.content(segment.id) for segment in shot.segments]
        form = self.form if self.form.preset == media.H264 else "lossless"  # one for all that are encoded from it
        return digest(
            *("delivery", self.code, form, shot.handle, sorted(shot.starts), natives),
            *(*self._led_by(shot), *burnt, *self._blows(shot)),
        )

    def find(self, shot: ShotPlan) -> Entry | None:
        """The delivery of `shot` when it is there already."""
        return self.store.get(self.key(shot))

    def deliver(self, shot: ShotPlan) -> Entry:
        """The clip of `shot` as it is seen, with a cut point wherever the film begins or ends to copy it. Raises `StorageError`."""

        def write(folder: Path) -> dict[str, Any]:
            if self.form.preset == media.H264:
                media.write_delivery(folder / DELIVERY, self._frames(shot), self.form, shot.starts)
            else:
                media.write_lossless(folder / DELIVERY, self._frames(shot), self.plan.fps)
            natives = [self.clips.entry(segment.id) for segment in shot.segments]
            blows = next(iter(self._blows(shot)), np.zeros(0))
            said = write_shot_sound(folder, shot, natives, self.plan.fps, blows)
            return {"film": self.plan.title, "shot": shot.shot, **said}

        return self.store.get_or_put(self.key(shot), write, kind="delivery")

    def _blows(self, shot: ShotPlan) -> tuple[Float[np.ndarray, " n"], ...]:
        """When blows are seen, where sound comes with clips that is to be in step with them."""
        blows = blows_seen(self.rehearsal, shot, self.plan.fps) if self.requests.can.audio else np.zeros(0)
        return (blows,) if len(blows) else ()

    def _frames(self, shot: ShotPlan) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
        rates = Rates(film=self.plan.fps, native=shot.segments[0].fps)
        wanted, native = FrameRange(0, shot.clip_length), self._native_frames(shot)
        if guidance := self.guidance(shot):
            frames = guided_frames(native, wanted, rates, guidance)
        else:
            frames = conform_frames(native, wanted, rates, self.form.size)
        told = self._told(shot)
        if layers := self._layers(shot):
            below = max((overlay.strip_height(note, self.form.size) for note in told), default=0)
            frames = overlay.lay_over(frames, layers, below)
        return overlay.burn_in(frames, told) if told else frames

    def _burnt(self, shot: ShotPlan) -> tuple[Any, ...]:
        """All that is burnt in, and what it is drawn by; () for nothing."""
        layers, told = self._layers(shot), self._told(shot)
        return (version_of("overlay", "typography"), *layers, *told) if layers or told else ()

    def _layers(self, shot: ShotPlan) -> tuple[overlay.Layer, ...]:
        layers = shot_layers(self.rehearsal, self.rehearsal.slate(shot.shot), shot.clip_length)
        said = overlay.subtitles(self.cues, shot.frames.start, shot.clip_length)
        return (*layers, said) if said.items else layers

    def _told(self, shot: ShotPlan) -> list[overlay.Note]:
        return notes(self.rehearsal, shot, self.plan.size) if self.burn_in else []

    def guidance(self, shot: ShotPlan) -> Guidance | None:
        """What guides native frames to the film's; None where they fit already, or need not show what is declared."""
        if not self._is_guided(shot):
            return None
        tracks = (self.rehearsal.film_tracks(shot, self.plan.size), self.rehearsal.native_tracks(shot, self.plan.size))
        style = replace(grade(self.requests.style(shot.segments[0])), grain=0.0)
        scene = self.rehearsal.scenes[shot.place]
        guide = Shader(scene, shot.light, style, draw=self.requests.draw(shot.segments[0]), smooth=False)
        return Guidance(Declared(scene, *tracks), self.how, guide, lit=False)

    def _is_guided(self, shot: ShotPlan) -> bool:
        native = shot.segments[0]
        fits = native.size == self.plan.size and native.fps == self.plan.fps
        return not (fits or self.how == PLAIN or shot.footage) and bool(self.requests.can.channels & GEOMETRY)

    def _led_by(self, shot: ShotPlan) -> tuple[Any, ...]:
        """All that guided frames are made from, beside the native ones."""
        guidance = self.guidance(shot)
        if guidance is None:
            return ()
        declared, style = guidance.declared, self.requests.style(shot.segments[0])
        place = self.rehearsal.layouts[shot.place]
        told = (place, shot.light, style, self.requests.draw(shot.segments[0]))
        return (version_of(*DRAWN_BY), guidance.how, declared.film, declared.native, *told)

    def _native_frames(self, shot: ShotPlan) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
        """The native frames of `shot` from its first on, each prefix left out."""
        for segment in shot.segments:
            yield from self.clips.frames(segment.id, FrameRange(segment.prefix, segment.length))
