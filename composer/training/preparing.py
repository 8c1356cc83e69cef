"""Frames of a film to recipes: the product places and poses everything, and says in numbers how it looks and is lit."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from composer.looks import Look
from composer.scene import Geom
from composer.shade import Shader
from composer.shade.moment import Moment, blocking, geom_head, mirrors_of
from composer.shade.views import view_of
from composer.training.device.recipes import Piece, Recipe, Setting
from composer.types import FIRST_SUBJECT, Camera, Light, Size, WorldState

Frame = tuple[Camera, WorldState]


def prepare(  # noqa: PLR0913 - what a recipe is made of
    readings: Sequence[Shader],
    clip: Sequence[Frame],
    last: Sequence[Frame] = (),
    memory: Sequence[Frame] = (),
    *,
    size: Size,
    light: Light,
    style: str = "",
) -> Recipe:
    """The recipe of a clip, of the frames just before it, and of those that its memory holds, oldest first.

    `readings` are shaders of one scene, light and grade, each with its own draw of what words leave open; the first is the
    one that is shown. `light` and `style` are the words of it. Raises `ValueError` for what cannot be drawn (`unfit`).
    """
    frames = [*clip, *last, *memory]
    if reason := unfit(readings[0], frames):
        raise ValueError(f"no recipe of {readings[0].scene.layout.name}: {reason}")
    scene = readings[0].scene
    moment = _moment(readings[0], frames[0])
    looks: dict[Look, int] = {}
    wears = [[looks.setdefault(k, len(looks)) for k in reading.looks_at(frames[0][1])] for reading in readings]
    setting = Setting(
        pieces=tuple(_piece(geom, moment.looks[g], scene.layout.room) for g, geom in enumerate(scene.geoms)),
        looks=tuple(looks),
        wears=tuple(tuple(reading) for reading in wears),
        sky=moment.sky,
        wearing=moment.wearing,
        grade=replace(readings[0].grade, grain=0.0),
        lamps=tuple(moment.lamps),
        mirrors=tuple(mirrors_of(scene, moment.looks, moment.centres)),
        room=scene.layout.room,
        light=light,
        style=style,
    )
    poses = np.stack([scene.T_world_geom(state)[:, :3] for _, state in frames])
    here = [{scene.layout.cast[name].id for name in state.bodies} for _, state in frames]
    there = np.array([[g.id < FIRST_SUBJECT or g.id in ids for g in scene.geoms] for ids in here], np.bool_)
    turns = [camera.T_world_camera[:3, :3] @ np.linalg.inv(camera.K) for camera, _ in frames]
    return Recipe(
        setting,
        size,
        len(clip),
        len(last),
        np.array([state.time_s for _, state in frames]),
        np.stack([camera.T_world_camera[:3, 3] for camera, _ in frames]).astype(np.float32),
        np.stack(turns).astype(np.float32),
        poses.astype(np.float32),
        there,
    )


def unfit(shader: Shader, frames: Sequence[Frame]) -> str:
    """Why frames cannot be drawn from a recipe; empty when they can."""
    scene = shader.scene
    if any(geom.mesh is not None for geom in scene.geoms):
        return "it has meshes"
    if shader.grade.wash:
        return "its style washes colours"
    if any(shader.looks_at(state) != shader.looks_at(frames[0][1]) for _, state in frames):
        return "a look changes"
    lamps = [g for g, geom in enumerate(scene.geoms) if geom.lamp]
    stand = scene.T_world_geom(frames[0][1])[lamps]
    if any((scene.T_world_geom(state)[lamps] != stand).any() for _, state in frames):
        return "a lamp moves"
    return ""


def _moment(shader: Shader, frame: Frame) -> Moment:
    """A frame as the shader has it; nothing is seen in its mirrors, as next to none of it is cast."""
    camera, state = frame
    view = view_of(camera, (2, 2))
    return shader.at(view, state, shader.scene.cast(camera, (2, 2), state))


def _piece(geom: Geom, look: Look, room: tuple[float, float, float] | None) -> Piece:
    foot_m = geom.size_m[2] - geom_head(geom) if geom_head(geom) < geom.size_m[2] else -1.0
    return Piece(geom.shape, geom.part, geom.id, geom.size_m, blocking(geom, look, room), geom.lamp, foot_m)
