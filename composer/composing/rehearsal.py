"""All that is known before anything renders: the state of the world and of every camera, at any time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np

from composer import shotlist as lists
from composer.camera import CameraPath, plan_cameras
from composer.composing.cuts import Witness
from composer.composing.dissolving import with_alignment
from composer.composing.footage import Projector, folder_of, load_reels, no_camera
from composer.composing.layer_pictures import load_pictures
from composer.composing.listening import unheard
from composer.composing.master_views import at_size, master_view
from composer.composing.matching import check_matches
from composer.composing.plates import LoadedPlate, load_plates
from composer.composing.prompts import with_prompts
from composer.composing.remembering import remember
from composer.composing.showing import shape_of, shows
from composer.errors import Fault, ShotListError
from composer.geometry import in_frame
from composer.layout import Layout, lay_out
from composer.media import Reel
from composer.overlay import Picture
from composer.planning import PlanOptions, plan_film, with_locks, with_picks, without_reads
from composer.prompting import Count, estimated_tokens
from composer.scene import Scene
from composer.schema import ShotList, Slate, slates
from composer.store import digest
from composer.types import (
    GROUND,
    SKY,
    Camera,
    CameraTrack,
    Capabilities,
    FilmPlan,
    SegmentPlan,
    ShotPlan,
    Size,
    WorldState,
    WorldTrack,
)
from composer.world import Story, simulate, unmet


def rehearse(shotlist: ShotList) -> "Rehearsal":
    """Lay out every place, move every subject and plan every camera; faults are collected, not raised."""
    shotlist = lists.with_ends(shotlist, lists.folder_of(shotlist))
    problems = lists.check(shotlist, folder=lists.folder_of(shotlist))
    if any(problem.severity == "error" for problem in problems):
        return Rehearsal(shotlist, (), {}, Story({}), {}, lists.locate(shotlist, problems))
    layouts, in_places = lay_out(shotlist, lists.folder_of(shotlist))
    story, in_motion = simulate(shotlist, layouts)
    cameras, in_cameras = plan_cameras(shotlist, layouts, story, lists.folder_of(shotlist))
    plates, in_plates = load_plates(shotlist, layouts)
    reels, in_footage = load_reels(shotlist)
    pictures, in_layers = load_pictures(shotlist)
    in_sound = unheard(shotlist)
    expected = unmet(shotlist, layouts, story, _LastFrames(shotlist, layouts, story, cameras).hold)
    unmatched = check_matches(shotlist, cameras)
    in_list = [*problems, *in_places, *in_plates, *in_footage, *in_layers, *in_sound]
    faults = lists.locate(shotlist, [*in_list, *in_motion, *in_cameras, *expected, *unmatched])
    return Rehearsal(shotlist, slates(shotlist), layouts, story, cameras, faults, plates, reels, pictures)


@dataclass(frozen=True, eq=False)
class _LastFrames:
    """What each shot's last frame holds."""

    shotlist: ShotList
    layouts: dict[str, Layout]
    story: Story
    cameras: dict[str, CameraPath]

    def hold(self, shot: str, name: str) -> bool | None:
        """Whether any of a named thing is in frame; None without a camera, or for a name that is elsewhere."""
        slate = next(slate for slate in slates(self.shotlist) if slate.name == shot)
        path = self.cameras.get(shot)
        if path is None or not path.scenery.knows(name):
            return None
        last_s = float(slate.duration_s - 1 / slate.fps)
        camera = path.track(np.array([last_s]), self.shotlist.size)[0]
        return in_frame(camera, self.shotlist.size, path.scenery.target((name,), float(slate.start_s) + last_s).points)


@dataclass(frozen=True)
class Rehearsal:
    """Layouts by place, the story of every subject, camera paths by shot, and every fault found on the way."""

    shotlist: ShotList
    slates: tuple[Slate, ...]
    layouts: dict[str, Layout]
    story: Story
    cameras: dict[str, CameraPath]
    faults: tuple[Fault, ...]
    plates: dict[str, LoadedPlate] = field(default_factory=dict)
    reels: dict[str, Reel] = field(default_factory=dict)  # footage, by file
    pictures: dict[str, Picture] = field(default_factory=dict)  # of layers, by file

    def raise_errors(self, others: Sequence[Fault] = ()) -> None:
        """Raises `ShotListError` with every error, those of `others` too; warnings pass."""
        errors = [fault for fault in (*self.faults, *others) if fault.severity == "error"]
        if errors:
            raise ShotListError(errors, "\n".join(lists.render(fault) for fault in errors))

    @property
    def folder(self) -> Path | None:
        """Where the files that the list names lie."""
        return lists.folder_of(self.shotlist)

    def names(self, place: str) -> dict[int, str]:
        """What the ids of a place are called."""
        layout = self.layouts[place]
        solids = {solid.id: solid.name for solid in (*layout.solids, *layout.cast.values())}
        return {SKY: "sky", GROUND: "ground", **solids}

    @cached_property
    def scenes(self) -> dict[str, Scene]:
        return {name: Scene(layout) for name, layout in self.layouts.items()}

    @cached_property
    def shapes(self) -> dict[str, str]:
        """Digests of the shapes of each place."""
        return {name: shape_of(layout) for name, layout in self.layouts.items()}

    @cached_property
    def _index(self) -> dict[str, int]:
        return {slate.name: slate.index for slate in self.slates}

    def slate(self, shot: str) -> Slate:
        return self.slates[self._index[shot]]

    @cached_property
    def witness(self) -> Witness:
        """Who tells of any shot what it comes to."""
        return Witness(self.layouts, self.scenes, self.story, self.cameras, self.shotlist.sensor, self.shotlist.size)

    def plan(self, can: Capabilities, options: PlanOptions, count: Count | None = None) -> FilmPlan:
        """The film as segments of a generator, and what its shots come to; `count` tells the tokens of a prompt, which
        are estimated without it. Raises `ShotListError`.
        """
        self.raise_errors()
        film_plan = plan_film(self.shotlist, can, options, {file: reel.cover for file, reel in self.reels.items()})
        states = map(self.witness.state, self.slates)
        cameras = (self.witness.setup(slate) for slate in self.slates if slate.name in self.cameras)
        film_plan = with_alignment(self, replace(film_plan, states=tuple(states), cameras=tuple(cameras)))
        locked = with_locks(with_picks(film_plan, options.chosen), options.chosen, self._shows)
        told = with_prompts(self, locked, can, count or estimated_tokens)
        return without_reads(remember(self, told, can))

    def _shows(self, segment: SegmentPlan) -> str:
        camera, world = self.tracks(segment)
        return shows(digest(camera), digest(world), self.shapes[segment.place])

    def tracks(self, segment: SegmentPlan) -> tuple[CameraTrack, WorldTrack]:
        """Camera and world at every native frame of `segment`, prefix included."""
        if segment.is_plate:
            return self._at_rest(segment, segment.length)
        return self.at(segment.shot, [frame / segment.fps for frame in segment.frames], segment.size)

    def beyond(self, segment: SegmentPlan) -> tuple[Camera, WorldState]:
        """Camera and world one native frame after the last of `segment`."""
        if segment.is_plate:
            camera, world = self._at_rest(segment, 1)
            return camera[0], world[0]
        camera, world = self.at(segment.shot, [segment.frames.stop / segment.fps], segment.size)
        return camera[0], world[0]

    def _at_rest(self, plate: SegmentPlan, frames: int) -> tuple[CameraTrack, WorldTrack]:
        """The master view of a plate's place, with nobody there."""
        camera = at_size(self._masters[plate.partition], self.shotlist.size, plate.size)
        K, T = (np.repeat(matrix[None], frames, axis=0) for matrix in (camera.K, camera.T_world_camera))
        return CameraTrack(K, T, plate.size), WorldTrack({}, np.arange(frames) / float(plate.fps))

    @cached_property
    def _masters(self) -> dict[tuple[str, str, str], Camera]:
        """The master view of each place, style and light, by what their shots see as they begin, half way and at last."""
        shots: dict[tuple[str, str, str], list[list[Camera]]] = {}
        for slate in self.slates:
            if slate.shot.join != "independent" and not slate.shot.footage:
                times_s = float(slate.duration_s) * np.array([0.0, 0.5, 1.0])
                track = self.cameras[slate.name].track(times_s, self.shotlist.size)
                cameras = [track[frame] for frame in range(len(track))]
                shots.setdefault((slate.place, slate.style, slate.light), []).append(cameras)
        return {key: master_view(self.scenes[key[0]], seen, self.shotlist.size) for key, seen in shots.items()}

    def film_tracks(self, shot: ShotPlan, size: Size) -> tuple[CameraTrack, WorldTrack]:
        """Camera and world at every film frame of `shot`, handle included."""
        fps = self.shotlist.fps
        return self.at(shot.shot, [frame / fps for frame in range(shot.clip_length)], size)

    def native_tracks(self, shot: ShotPlan, size: Size) -> tuple[CameraTrack, WorldTrack]:
        """Camera, for pictures of `size`, and world at every native frame of `shot` from its start on."""
        last = shot.segments[-1]
        return self.at(shot.shot, [frame / last.fps for frame in range(last.frames.stop)], size)

    def projector(self, size: Size) -> Projector:
        """What shows the footage of a film of `size`."""
        return Projector(folder_of(self.shotlist), self.reels, size, self.shotlist.fps)

    def lenses_mm(self, cameras: CameraTrack) -> list[float]:
        """The lens at every frame of a track, as the film's sensor has it."""
        return [1000 * self.shotlist.sensor * float(focal_px) / cameras.size[0] for focal_px in cameras.K[:, 0, 0]]

    def at(self, shot: str, times: list[Fraction], size: Size) -> tuple[CameraTrack, WorldTrack]:
        """At times in seconds from the start of `shot`; before it, the camera is that of the shot before.

        Footage has none: its track is empty, and after it the camera stands before its shot as it begins.
        """
        slate = self.slate(shot)
        times_s = np.array([float(time) for time in times])
        story_s = np.array([float(slate.start_s + time) for time in times])  # one moment, one time, to the last bit
        world = self.story.sample(slate.place, story_s)
        if slate.shot.footage:
            return no_camera(size), world
        early = int((times_s < 0).sum())
        if early and self.slates[slate.index - 1].shot.footage:
            return self.cameras[shot].track(np.maximum(times_s, 0.0), size), world
        camera = self.cameras[shot].track(times_s[early:], size)
        if not early:
            return camera, world
        before = self.slates[slate.index - 1]
        lead = self.cameras[before.name].track(times_s[:early] + float(before.duration_s), size)
        K = np.concatenate([lead.K, camera.K])
        return CameraTrack(K, np.concatenate([lead.T_world_camera, camera.T_world_camera]), size), world
