"""What the story sounds like from the film's cameras: its contacts, walks and flights as events of foley."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import get_args

import numpy as np
from jaxtyping import Float

from composer.audio import Envelope
from composer.audio.foley import (
    Body,
    Ears,
    Event,
    Ground,
    Pass,
    Stretches,
    Strike,
    Surface,
    Trail,
    View,
    Walk,
    floor_of,
    foley,
)
from composer.composing.rehearsal import Rehearsal
from composer.geometry import invert, transform
from composer.layout import Layout
from composer.looks import ground_look, ground_text
from composer.scene import Scene
from composer.schema import Slate
from composer.timing import SAMPLE_RATE
from composer.types import BodyTrack, Contact, Solid, Vector, WorldState, WorldTrack

_STEP_S = 1 / 48  # from one place of camera and bodies to the next
_RINGS_S = 3.0  # a blow is heard for so long after it
_LEAD_S = 0.75  # and a step for so long
_FAST_M_S = 3.0
_ABOVE_M = 0.01  # a foot stands on something other than the ground
_KNEE_M, _GROUNDS = 0.4, 12  # from where feet are looked under, and every how many steps of time
_WET = 0.5
_HEIGHTS_M = (0.05, 0.2, 0.5)  # above the source: a sound is not a point, and bends over low edges
_BACK = SAMPLE_RATE // 50  # samples from the silence of a fade to what goes on beside it
_NOBODY = WorldState(0, {})


@dataclass(frozen=True)
class Hearing:
    """How a shot's foley is heard: how much louder (-inf is not at all), and over how long it rises and falls.

    Where another place or time adjoins, it is heard `leads_s` before its picture, coming in over `comes_s`, and
    `outlasts_s` after it, going over `goes_s`.
    """

    level_db: float = 0.0
    rises_s: float = 0.0
    falls_s: float = 0.0
    leads_s: float = 0.0
    outlasts_s: float = 0.0
    comes_s: float = 0.0
    goes_s: float = 0.0


_PLAIN = Hearing()


def foley_heard(
    rehearsal: Rehearsal, hearings: Mapping[str, Hearing] | None = None, seed: int | None = None
) -> Stretches:
    """The film's foley, in samples of the film, each shot's as `hearings` say by its name, by the list's seed or another.

    Shots of one place over which time goes on are one stretch: what sounds goes on through their cuts. A replay hears the
    same sounds again, from where its camera stands. Footage has no foley.
    """
    runs = [_Run(rehearsal, tuple(shots), hearings or {}) for shots in _runs(rehearsal.slates)]
    seed = rehearsal.shotlist.seed if seed is None else seed
    return Stretches(tuple(foley(tuple(run.events()), run.ears, seed, tuple(run.envelopes())) for run in runs))


def _runs(slates: Sequence[Slate]) -> Iterator[list[Slate]]:
    """Shots that follow one another in one place, on one clock."""
    run: list[Slate] = []
    for slate in slates:
        if run and (slate.shot.footage or slate.place != run[-1].place or slate.start_s != run[-1].stop_s):
            yield run
            run = []
        if not slate.shot.footage:
            run.append(slate)
    if run:
        yield run


@dataclass(frozen=True)
class _Run:
    """Shots of one place over which time goes on."""

    rehearsal: Rehearsal
    shots: tuple[Slate, ...]
    hearings: Mapping[str, Hearing]

    @cached_property
    def ears(self) -> Ears:
        views = []
        for slate, times_s in zip(self.shots, self._grids, strict=True):
            track = self.rehearsal.cameras[slate.name].track(times_s - _film_s(slate), self.rehearsal.shotlist.size)
            views.append(View(times_s, track.T_world_camera, self._hearing(slate).level_db))
        return Ears(tuple(views), float(self._times_s[-1]), self._layout.room)

    def envelopes(self) -> Iterator[Envelope]:
        """How it comes and goes: by the shots' fades, and where another place or time adjoins."""
        for slate, times_s in zip(self.shots, self._grids, strict=True):
            hearing, (start, stop) = self._hearing(slate), (round(times_s[n] * SAMPLE_RATE) for n in (0, -1))
            first, last = slate is self.shots[0], slate is self.shots[-1]
            for fade_s in (hearing.rises_s, hearing.comes_s if first else 0.0):
                if fade_s:
                    yield Envelope(
                        (
                            *([] if first else [(start - _BACK, 1.0)]),
                            (start, 0.0),
                            (start + round(fade_s * SAMPLE_RATE), 1.0),
                        )
                    )
            for fade_s in (hearing.falls_s, hearing.goes_s if last else 0.0):
                if fade_s:
                    yield Envelope(
                        (
                            (stop - round(fade_s * SAMPLE_RATE), 1.0),
                            (stop, 0.0),
                            *([] if last else [(stop + _BACK, 1.0)]),
                        )
                    )

    def events(self) -> Iterator[Event]:
        """All that can be heard of what happens."""
        start_s, stop_s = float(self._grids[0][0]), float(self._times_s[-1])
        for contact in self.rehearsal.story.contacts.get(self._place, ()):
            at_s = contact.time_s + self._late_s
            if at_s < stop_s and at_s + contact.duration_s + _RINGS_S > start_s:
                yield self._strike(contact, at_s)
        for name, track in self._world.bodies.items():
            trail = self._trail(name, track)
            if trail.speed_m_s is not None and trail.speed_m_s.max() > 0 and self._layout.cast[name].shape == "person":
                yield self._walk(name, track, trail)
            elif trail.speed_m_s is not None and trail.speed_m_s.max() > _FAST_M_S:
                size_m = float(np.sort(self._layout.cast[name].size_m)[1])
                yield Pass(f"{self._place}/{name} passes", trail, size_m)

    def _strike(self, contact: Contact, at_s: float) -> Strike:
        first = contact.bodies[0]
        if contact.kind == "blow":
            beside = (self._times_s > at_s - 2 * _STEP_S) & (self._times_s < at_s + _RINGS_S)
            times_s = self._times_s[beside] if beside.any() else self._times_s[:1]
            trail = self._placed(times_s, np.tile(contact.position, (len(times_s), 1)), None)
        else:
            trail = self._trail(first, self._world.bodies[first])
        bodies = tuple(self._body(name) for name in contact.bodies)
        places = tuple(self._place_on(name, contact) for name in contact.bodies)
        name = f"{self._place}/{contact.time_s:.6f} {' '.join(contact.bodies)} {contact.kind}"
        return Strike(
            name,
            at_s,
            (bodies[0], bodies[1]),
            contact.impulse_n_s,
            trail,
            contact.kind,
            contact.duration_s,
            (places[0], places[1]),
        )

    def _walk(self, name: str, track: BodyTrack, trail: Trail) -> Walk:
        solid = self._layout.cast[name]
        heading = np.arctan2(-track.T_world_body[:, 1, 1], -track.T_world_body[:, 0, 1])
        grounds = tuple(self._under(feet) for feet in trail.position_m[::_GROUNDS])
        every = tuple(ground for ground in grounds for _ in range(_GROUNDS))[: len(trail.times_s)]
        mass_kg, height_m = solid.physical.mass_kg, solid.size_m[2]
        return Walk(f"{self._place}/{name} walks", trail, every, height_m, mass_kg, track.gait_rad, heading)

    def _trail(self, name: str, track: BodyTrack) -> Trail:
        """Where a body is, of people their feet; what is elsewhere stands still."""
        solid = self._layout.cast[name]
        position = track.T_world_body[:, :3, 3].copy()
        if solid.shape == "person":
            position[:, 2] -= solid.size_m[2] / 2
        speed = np.linalg.norm(track.linear_m_s, axis=1)
        return self._placed(self._times_s, position, speed if track.present is None else speed * track.present)

    def _placed(
        self,
        times_s: Float[np.ndarray, " k"],
        position: Float[np.ndarray, "k 3"],
        speed: Float[np.ndarray, " k"] | None,
    ) -> Trail:
        """A trail with what stands between it and the cameras."""
        which = np.searchsorted(self._times_s, times_s)
        eyes, hidden = self._eyes[which], np.zeros(len(times_s))
        for height_m in _HEIGHTS_M:
            points = position + np.array([0.0, 0.0, height_m])
            hidden += self._scene.occluded(points, eyes - points, _NOBODY, 1.0)
        return Trail(times_s, position, speed, hidden / len(_HEIGHTS_M))

    def _body(self, name: str) -> Body:
        solid = self._solid(name)
        if solid is None:
            return floor_of(self._layout.ground_physical.material)
        moves = name in self._layout.cast
        size = (float(solid.size_m[0]), float(solid.size_m[1]), float(solid.size_m[2]))
        return Body(solid.physical.material, solid.shape, size, solid.physical.mass_kg if moves else None)

    def _place_on(self, name: str, contact: Contact) -> tuple[float, float, float] | None:
        """Where a contact is on a body, in half extents from its middle."""
        solid = self._solid(name)
        if solid is None:
            return None
        T = solid.T_world_solid
        if name in self._layout.cast:
            T = self.rehearsal.story.courses[name].track(np.array([contact.time_s])).T_world_body[0]
        x, y, z = transform(invert(T), contact.position) / np.maximum(np.asarray(solid.size_m) / 2, 1e-6)
        return float(x), float(y), float(z)

    def _solid(self, name: str) -> Solid | None:
        """A subject or an anchor; None for the ground."""
        return self._layout.cast.get(name) or next((s for s in self._layout.solids if s.name == name), None)

    def _under(self, feet: Vector) -> Ground:
        """What a person stands on."""
        if feet[2] > _ABOVE_M:
            hit = self._scene.cast_rays(feet + np.array([0, 0, _KNEE_M]), np.array([[0.0, 0.0, -1.0]]), _NOBODY)
            found = next((s for s in self._layout.solids if s.id == int(hit.anchor_id[0])), None)
            if found:
                return Ground(found.physical.material)
        return self._ground

    @cached_property
    def _ground(self) -> Ground:
        layout = self._layout
        said = ground_text(layout.ground, layout.look).lower()
        surface: Surface = next((s for s in get_args(Surface) if s in said), "plain")
        return Ground(layout.ground_physical.material, surface, ground_look(layout.ground, layout.look).wet > _WET)

    @cached_property
    def _times_s(self) -> Float[np.ndarray, " f"]:
        """Times of the film, each cut twice: as the camera before it and the one behind it see it.

        They begin before the first shot does, as far as the story goes back: what has just sounded may still be heard.
        """
        start_s = float(self._grids[0][0])
        told_s = max(0.0, start_s - self._late_s)
        before = start_s - _STEP_S * np.arange(round(min(_LEAD_S, told_s) / _STEP_S), 0, -1)
        return np.concatenate([before, *self._grids])

    @cached_property
    def _grids(self) -> list[Float[np.ndarray, " f"]]:
        """Times of each shot, from its cut to the next; where the stretch begins and ends, as far as it is heard."""
        grids = []
        for n, slate in enumerate(self.shots):
            start_s, hearing = _film_s(slate), self._hearing(slate)
            stop_s = start_s + float(slate.duration_s) + (hearing.outlasts_s if n == len(self.shots) - 1 else 0.0)
            start_s -= hearing.leads_s if n == 0 else 0.0
            grids.append(np.linspace(start_s, stop_s, max(2, round((stop_s - start_s) / _STEP_S) + 1)))
        return grids

    def _hearing(self, slate: Slate) -> Hearing:
        return self.hearings.get(slate.name, _PLAIN)

    @cached_property
    def _eyes(self) -> Float[np.ndarray, "f 3"]:
        eyes = np.concatenate([view.T_world_camera[:, :3, 3] for view in self.ears.views])
        return np.concatenate([np.tile(eyes[0], (len(self._times_s) - len(eyes), 1)), eyes])

    @cached_property
    def _world(self) -> WorldTrack:
        return self.rehearsal.story.sample(self._place, np.maximum(self._times_s - self._late_s, 0.0))

    @property
    def _late_s(self) -> float:
        """By how much the film's clock is ahead of the story's."""
        first = self.shots[0]
        return float(Fraction(first.frames.start) / first.fps - first.start_s)

    @property
    def _place(self) -> str:
        return self.shots[0].place

    @property
    def _layout(self) -> Layout:
        return self.rehearsal.layouts[self._place]

    @property
    def _scene(self) -> Scene:
        return self.rehearsal.scenes[self._place]


def _film_s(slate: Slate) -> float:
    return float(Fraction(slate.frames.start) / slate.fps)
