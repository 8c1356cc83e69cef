"""What the state has to tell of a segment: who and what is seen, and what they do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from composer.composing.cuts import THUMBNAIL, doing
from composer.composing.filming import view_of
from composer.geometry import project
from composer.layout import extent_of
from composer.looks import ground_text, is_stuff
from composer.prompting import Body, BodyMoment, Named, Thing, Told, Way, moves
from composer.scene import Hits
from composer.types import (
    GROUND,
    ROOM_SOLIDS,
    SKY,
    BodyState,
    Camera,
    CameraTrack,
    Capabilities,
    Contact,
    SegmentPlan,
    Solid,
    Vector,
    WorldTrack,
)

if TYPE_CHECKING:
    from composer.composing.rehearsal import Rehearsal

MOMENTS = 9
"""At which a segment is looked at."""
_BLOW_M_S = 0.5  # by which a blow that is told changes a body's speed
_UPRIGHT = 0.7
_WALLS = "walls"


@dataclass(frozen=True, eq=False)
class Telling:
    """A segment at its moments, in times from its shot's start: camera, world, and small pictures of them."""

    rehearsal: "Rehearsal"
    segment: SegmentPlan
    times: tuple[Fraction, ...]
    cameras: CameraTrack
    world: WorldTrack
    pictures: tuple[Hits, ...]

    @classmethod
    def of(cls, rehearsal: "Rehearsal", segment: SegmentPlan) -> "Telling":
        size, times = rehearsal.shotlist.size, _times(rehearsal, segment)
        if segment.is_plate:
            cameras, world = rehearsal.tracks(replace(segment, size=size))
        else:
            cameras, world = rehearsal.at(segment.shot, list(times), size)
        pictures = [rehearsal.witness.thumbnail(segment.place, cameras[k], world[k]) for k in range(len(times))]
        return cls(rehearsal, segment, times, cameras, world, tuple(pictures))

    def told(self, can: Capabilities) -> Told:
        """All that words can tell a generator."""
        segment, layout = self.segment, self.rehearsal.layouts[self.segment.place]
        things, names = tuple(self._things()), self._names()
        bodies = tuple(self._bodies())
        slate = None if segment.is_plate else self.rehearsal.slate(segment.shot)
        styled = segment.style and "style" not in can.withheld
        here = {body.name for body in bodies} | {thing.name for thing in things}
        return Told(
            names=names,
            place=layout.look,
            light=segment.light,
            ground=ground_text(layout.ground, layout.look),
            view=view_of(slate, self.rehearsal, self.times, self.cameras, here) if slate else None,
            goes_on=segment.index > 0 and not segment.is_plate,
            inside=layout.room is not None,
            bodies=bodies,
            things=things,
            ground_share=self._share(GROUND),
            sky_share=self._share(SKY),
            action=(slate.shot.prompt or "") if slate else "",
            style=self.rehearsal.shotlist.styles[segment.style].look if styled else "",
            others={mark: mark.replace("_", " ") for mark in layout.marks},
        )

    def _share(self, anchor_id: int) -> float:
        return float(np.mean([(picture.anchor_id == anchor_id).mean() for picture in self.pictures]))

    # --- names --------------------------------------------------------------------------------------------------------

    def _names(self) -> dict[str, Named]:
        """Everything that has a look, as it is when the segment begins."""
        layout, looks = self.rehearsal.layouts[self.segment.place], self._variants(0)
        in_view = {int(i) for picture in self.pictures for i in np.unique(picture.anchor_id)}
        rows: dict[str, list[Solid]] = {}
        for solid in layout.solids:
            rows.setdefault(solid.anchor, []).append(solid)
        names = {}
        for anchor, solids in rows.items():
            items = len({s.name for s in solids if s.id in in_view}) if solids[0].mesh is None else 1
            names[anchor] = Named(_worn(solids[0], looks.get(anchor, "")), max(1, items))
            names |= {s.name: Named(_worn(s, looks.get(anchor, ""))) for s in solids if s.name != anchor}
        subjects = {name: solid for place in self.rehearsal.layouts.values() for name, solid in place.cast.items()}
        names |= {name: Named(_worn(solid, looks.get(name, ""))) for name, solid in subjects.items()}
        if layout.room is not None:
            names[_WALLS] = Named(f"{names[ROOM_SOLIDS[0]].look}s")
        return names

    def _variants(self, moment: int) -> dict[str, str]:
        return dict(self.world.variants[moment]) if self.world.variants else {}

    # --- what stands there --------------------------------------------------------------------------------------------

    def _things(self) -> Iterator[Thing]:
        layout = self.rehearsal.layouts[self.segment.place]
        called = {solid.id: _WALLS if solid.name in ROOM_SOLIDS[:4] else solid.anchor for solid in layout.solids}
        for name in dict.fromkeys(called.values()):
            ids = [anchor_id for anchor_id, anchor in called.items() if anchor == name]
            masks = [np.isin(picture.anchor_id, ids) for picture in self.pictures]
            shown = [(mask, picture) for mask, picture in zip(masks, self.pictures, strict=True) if mask.any()]
            if shown:
                columns = [np.nonzero(mask.any(axis=0))[0] for mask, _ in shown]
                wide = float(np.mean([np.ptp(column) + 1 for column in columns])) / THUMBNAIL[0]
                middles = [np.nonzero(mask)[1].mean() + 0.5 for mask, _ in shown]
                depths = [np.median(picture.depth[mask]) for mask, picture in shown]
                share = float(np.mean([mask.mean() for mask in masks]))
                yield Thing(name, share, float(np.mean(middles)) / THUMBNAIL[0], wide, float(np.median(depths)))

    # --- who is there -------------------------------------------------------------------------------------------------

    def _bodies(self) -> Iterator[Body]:
        """Who is seen at any moment: those who are framed, those who move, the largest in the picture first."""
        witness, place = self.rehearsal.witness, self.segment.place
        worlds = [self.world[k] for k in range(len(self.times))] if self.world.bodies else []
        seen = [
            {
                name
                for name, sight in witness.seen(place, self.cameras[k], world, self.pictures[k]).items()
                if sight == "on screen"
            }
            for k, world in enumerate(worlds)
        ]
        found: list[tuple[bool, bool, float, Body]] = []
        framed = self._framed()
        for name, solid in self.rehearsal.layouts[place].cast.items():
            if any(name in those for those in seen):
                states = [world.bodies.get(name) for world in worlds]
                moments = [self._moment(solid, state, k, name in seen[k]) for k, state in enumerate(states)]
                strikes, struck = self._strikes(solid)
                share = sum(float((picture.anchor_id == solid.id).mean()) for picture in self.pictures)
                body = Body(
                    name=name,
                    is_person=solid.shape == "person",
                    moments=tuple(moments),
                    strikes=strikes,
                    struck=struck,
                    becomes=self._becomes(solid),
                    lies=solid.shape == "sphere" or (solid.shape == "cylinder" and _is_lying(states)),
                    is_framed=name in framed,
                )
                found.append((not body.is_framed, not moves(body), -share, body))
        yield from (item[-1] for item in sorted(found, key=lambda item: item[:-1]))

    def _framed(self) -> tuple[str, ...]:
        camera = None if self.segment.is_plate else self.rehearsal.slate(self.segment.shot).shot.camera
        return camera.frame.names if camera and camera.frame else ()

    def _becomes(self, solid: Solid) -> str:
        """The look that it takes on during the segment, in words."""
        first, last = (self._variants(moment).get(solid.name, "") for moment in (0, -1))
        return f"{last.replace('_', ' ')}, {solid.looks[last]}" if last != first and last in solid.looks else ""

    def _moment(self, solid: Solid, state: BodyState | None, k: int, seen: bool) -> BodyMoment:
        if state is None:
            return BodyMoment(False, 0.5, 0.0, 0.0, "still")
        camera, (w, h) = self.cameras[k], self.cameras.size
        pixels, depth = project(camera, state.T_world_body[:3, 3])
        ahead = max(float(depth), 1e-3)
        tall = extent_of(replace(solid, T_world_solid=state.T_world_body)).size[2] * camera.K[1, 1] / ahead / h
        R_camera_world = camera.T_world_camera[:3, :3].T
        right, _, away = R_camera_world @ state.linear_m_s
        return BodyMoment(
            seen=seen,
            x=float(np.clip(pixels[0] / w, 0.0, 1.0)) if depth > 0 else 0.5,
            tall=float(tall),
            depth_m=float(depth),
            doing=doing(solid, state),
            across_m_s=float(right),
            ahead_m_s=float(away),
            speed_m_s=float(np.linalg.norm(state.linear_m_s)),
            facing=_facing(camera, -state.T_world_body[:3, 1]),
            bearer=self.rehearsal.story.bearer(solid.name, float(self.world.times_s[k])),
        )

    def _strikes(self, solid: Solid) -> tuple[str, int]:
        """What a thing runs into first, and the last moment before that; "" for nothing."""
        if solid.shape == "person":
            return "", 0
        start_s = float(self.world.times_s[0])
        for contact in self.rehearsal.story.contacts_in(self.segment.place, start_s, float(self.world.times_s[-1])):
            other = self._other(contact, solid)
            if other:
                return other, int(np.searchsorted(self.world.times_s, contact.time_s, side="right")) - 1
        return "", 0

    def _other(self, contact: Contact, solid: Solid) -> str:
        """Whom a blow brings a thing up against, when it comes to something; "" otherwise."""
        if solid.name not in contact.bodies or contact.kind != "blow":
            return ""
        other = next(name for name in (*contact.bodies, "") if name != solid.name)
        known = other != "ground" and not re.fullmatch("|".join(ROOM_SOLIDS), other)
        told = contact.impulse_n_s > _BLOW_M_S * solid.physical.mass_kg and known
        return other if told and self._faster(solid.name, other, contact.time_s) else ""

    def _faster(self, name: str, other: str, time_s: float) -> bool:
        world = self.rehearsal.story.sample(self.segment.place, np.array([time_s - 1e-3]))[0]
        speeds = [np.linalg.norm(world.bodies[n].linear_m_s) if n in world.bodies else 0.0 for n in (name, other)]
        return bool(speeds[0] > speeds[1])


def _times(rehearsal: "Rehearsal", segment: SegmentPlan) -> tuple[Fraction, ...]:
    """Moments from the first that no other segment shows to the last of the shot that this one does."""
    if segment.is_plate:
        return tuple(frame / segment.fps for frame in segment.frames)
    start = (segment.frames.start + segment.prefix) / segment.fps
    stop = min((segment.frames.stop - 1) / segment.fps, rehearsal.slate(segment.shot).duration_s)
    span = max(stop - start, Fraction(0))
    return tuple(start + span * k / (MOMENTS - 1) for k in range(MOMENTS))


def _is_lying(states: Sequence[BodyState | None]) -> bool:
    return any(state is not None and abs(state.T_world_body[2, 2]) < _UPRIGHT for state in states)


def _worn(solid: Solid, variant: str) -> str:
    """What a solid looks like; one of which only the stuff is told is called by its name: `mesa of plain sandstone`."""
    look = solid.look.strip() or solid.anchor.replace("_", " ")
    name = solid.anchor.replace("_", " ")
    if solid.shape != "person" and is_stuff(look) and name.split()[-1] not in look and solid.anchor not in ROOM_SOLIDS:
        look = f"{name} of {look}"
    return f"{look}, {solid.looks[variant]}" if variant in solid.looks else look


def _facing(camera: Camera, front: Vector) -> Way:
    right, _, ahead = camera.T_world_camera[:3, :3].T @ front
    if abs(right) > abs(ahead):
        return "right" if right > 0 else "left"
    return "away" if ahead > 0 else "towards"
