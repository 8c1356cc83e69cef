"""Who is where when in one place, for the map."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
from jaxtyping import Bool

from composer.composing.rehearsal import Rehearsal
from composer.layout import Layout
from composer.report import Leg, Way
from composer.types import CameraTrack, ShotPlan, Solid

RATE = 24  # moments a second of the story


def ways(rehearsal: Rehearsal, place: str) -> dict[str, Way]:
    """The way of each subject of `place`, from the first moment of the story that is shown there to the last.

    It goes on while the film is elsewhere; what the film leaves out (`later`) is no part of it, and a moment that is
    shown twice is there once.
    """
    solids = {n: s for layout in rehearsal.layouts.values() for n, s in layout.cast.items()}
    legs: dict[str, list[Leg]] = {}
    looks: dict[str, str] = {}
    for start_s, stop_s in spans(rehearsal, place):
        times_s = np.linspace(float(start_s), float(stop_s), max(2, round((stop_s - start_s) * RATE) + 1))
        world = rehearsal.story.sample(place, times_s)
        looks.update(world.variants[-1] if world.variants else {})
        for name, body in world.bodies.items():
            here = np.ones(len(times_s), bool) if body.present is None else body.present
            legs.setdefault(name, []).extend(Leg(times_s[run], body.T_world_body[run]) for run in _runs(here))
    cuts = tuple((slate.index + 1, float(slate.stop_s)) for slate in rehearsal.slates)
    return {
        name: Way(solids[name], tuple(walked), cuts, looks.get(name, "")) for name, walked in legs.items() if walked
    }


def spans(rehearsal: Rehearsal, place: str) -> list[tuple[Fraction, Fraction]]:
    """What the film tells of the story (s), in the story's order, between its first moment in `place` and its last."""
    here = [slate for slate in rehearsal.slates if slate.place == place]
    if not here:
        return []
    first, last = min(slate.start_s for slate in here), max(slate.stop_s for slate in here)
    told: list[tuple[Fraction, Fraction]] = []
    for start_s, stop_s in sorted((slate.start_s, slate.stop_s) for slate in rehearsal.slates):
        if told and start_s <= told[-1][1]:
            told[-1] = told[-1][0], max(told[-1][1], stop_s)
        else:
            told.append((start_s, stop_s))
    return [(max(a, first), min(b, last)) for a, b in told if a < last and b > first]


def as_at_last(rehearsal: Rehearsal, layout: Layout) -> Layout:
    """A place with its anchors as the film's last moment there leaves them."""
    told = spans(rehearsal, layout.name)
    if not told:
        return layout
    world = rehearsal.story.sample(layout.name, np.array([float(told[-1][1])]))
    looks = world.variants[-1] if world.variants else {}
    return replace(layout, solids=tuple(_changed(solid, looks.get(solid.anchor, "")) for solid in layout.solids))


def as_seen(track: CameraTrack, shot: ShotPlan) -> CameraTrack:
    """The camera of a shot while the viewer sees it, its handle left out."""
    frames = len(shot.frames)
    return CameraTrack(track.K[:frames], track.T_world_camera[:frames], track.size)


def _changed(solid: Solid, variant: str) -> Solid:
    return replace(solid, look=f"{solid.look}, {solid.looks[variant]}") if variant in solid.looks else solid


def _runs(here: Bool[np.ndarray, " f"]) -> Iterator[slice]:
    """Where it is true, as slices."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], here, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):
        yield slice(int(start), int(stop))
