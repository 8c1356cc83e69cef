"""The ground plan: a place from above, as a location scout prints it."""

from collections.abc import Callable, Sequence
from math import ceil

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

from composer.layout import Layout, footprint
from composer.report.canvas import Canvas
from composer.report.heights import top_m
from composer.report.inks import GROUND, INK, PAPER, PATHS, SOFT, anchor_fill, camera_ink, coded, mixed
from composer.report.labels import Labels
from composer.report.legend import legend
from composer.report.naming import (
    MANY,
    name_anchors,
    name_cameras,
    name_points,
    name_stops,
    name_ticks,
    overhead,
    subjects_of,
)
from composer.report.symbols import (
    draw_anchor,
    draw_camera,
    draw_descent,
    draw_grid,
    draw_mark,
    draw_path,
    draw_person,
    draw_stop,
    draw_tick,
)
from composer.report.view import CameraTrace, View, view_of
from composer.report.ways import Way, Ways, stops, ticks, travels
from composer.types import Solid
from composer.typography import RGB, Face, Picture, write

Colour = Callable[[str], tuple[float, float, float]]
"""The words of a look to its main colour, linear RGB."""

MOST_PX = (1240, 980)
FRAME_PX = 40  # round the plan, for its coordinates
COORDINATE = Face(13)

_CEILING = "ceiling"  # of a room: on a plan all would lie under it


def ground_plan(
    layout: Layout, ways: Ways, cameras: Sequence[CameraTrace], colour: Colour
) -> UInt8[np.ndarray, "H W 3"]:
    """One place: north up, a metre grid, anchors, marks, ways of subjects and cameras, and a legend beside it.

    Subjects stand as they do at last, dashed as at first; along their ways are times of the story, and where cuts leave
    them. A cut that finds no room on the plan is listed in the legend.
    """
    view = view_of(layout, {name: way.position_m for name, way in ways.items()}, cameras, MOST_PX)
    fills = anchor_fills(layout, colour)
    canvas = Canvas(view.size, mixed(GROUND, coded(colour(layout.ground)), 0.06))
    draw_grid(canvas, view)
    for solid in sorted(
        (s for s in layout.solids if layout.room is None or s.name != _CEILING), key=lambda s: (overhead(s), top_m(s))
    ):
        outline = view.pixels(footprint(solid))
        draw_anchor(
            canvas, outline, fills[solid.name], top_m(solid), overhead=overhead(solid), lamp=solid.lamp is not None
        )
        if solid.shape == "ramp":
            draw_descent(canvas, view.pixels(_descent(solid)), fills[solid.name])
    before = canvas.finished()
    reach_px = 0.12 * max(view.size) * min(1.0, (24 / max(len(cameras), 1)) ** 0.5)
    for trace in cameras:
        draw_camera(canvas, trace, view, reach_px, camera_ink(trace.number))
    for index, (name, subject) in enumerate(subjects_of(layout, ways).items()):
        _draw_subject(canvas, view, subject, ways.get(name), PATHS[index % len(PATHS)])
    for mark in layout.marks.values():
        draw_mark(canvas, view.pixels(mark.position[None]))
    plan = canvas.finished()
    labels = Labels((np.abs(plan.astype(int) - before).max(axis=2) > 60) | _edges(layout, view))
    if len(cameras) <= MANY:
        name_cameras(plan, labels, view, cameras)
    name_points(plan, labels, view, layout, ways)
    left_over = name_stops(plan, labels, view, subjects_of(layout, ways), ways)
    name_anchors(plan, labels, view, layout, fills)
    if len(cameras) > MANY:
        name_cameras(plan, labels, view, cameras)
    name_ticks(plan, labels, view, ways)
    framed = _framed(plan, view)
    return _beside(framed, legend(layout, view, (cameras, ways, left_over), len(framed)))


def anchor_fills(layout: Layout, colour: Colour) -> dict[str, RGB]:
    """How each solid is printed: its look's colour, darker the taller it is among its place's."""
    tallest = max((top_m(s) for s in layout.solids if not overhead(s)), default=1.0)
    return {s.name: anchor_fill(coded(_main(s, colour)), top_m(s) / max(tallest, 3.0)) for s in layout.solids}


def _descent(solid: Solid) -> Float[np.ndarray, "2 2"]:
    """Where the middle line of a ramp begins, high, and ends, low, short of both ends."""
    ends = np.array([[0.0, 0.38, 0.0], [0.0, -0.38, 0.0]]) * solid.size_m
    descent: Float[np.ndarray, "2 2"] = (ends @ solid.T_world_solid[:3, :3].T + solid.T_world_solid[:3, 3])[:, :2]
    return descent


def _main(solid: Solid, colour: Colour) -> tuple[float, float, float]:
    """The main colour of a solid, linear RGB: a painted mesh's own, else that of its look."""
    mesh = solid.mesh
    if mesh is None or not mesh.painted:
        return colour(solid.look)
    shown = [np.ones(3), *((texture.reshape(-1, 3).mean(axis=0) / 255) ** 2.2 for texture in mesh.textures)]
    used = np.bincount(mesh.texture + 1, minlength=len(shown)) / len(mesh.texture)
    red, green, blue = (float(v) for v in mesh.colours.mean(axis=(0, 1)) * (used @ np.array(shown)))
    return red, green, blue


def _draw_subject(canvas: Canvas, view: View, solid: Solid, way: Way | None, colour: RGB) -> None:
    if way is None:
        _draw_body(canvas, view, solid, colour)
        return
    first, last = way.ends
    if travels(way, view):
        canvas.outline(view.pixels(footprint(first)), colour, 1.1, (4, 3))
    _draw_body(canvas, view, last, colour)
    for leg in way.legs:
        draw_path(canvas, view.pixels(leg.position_m), colour)
    for _, at, towards in ticks(way, view):
        draw_tick(canvas, at, towards, colour)
    for stop in stops(way, view):
        draw_stop(canvas, stop.at_px, stop.ahead_px, colour)


def _draw_body(canvas: Canvas, view: View, solid: Solid, colour: RGB) -> None:
    outline = view.pixels(footprint(solid))
    facing = -solid.T_world_solid[:2, 1] * np.array([1, -1])
    if solid.shape == "person" and np.hypot(*facing) > 0.1:
        draw_person(canvas, outline, facing / np.hypot(*facing), colour)
    else:
        canvas.fill(outline, mixed(colour, PAPER, 0.45))
        canvas.outline(outline, colour, 1.4)


def _edges(layout: Layout, view: View) -> Bool[np.ndarray, "h w"]:
    mask = np.zeros(view.size[::-1], np.uint8)
    for solid in layout.solids:
        outline = np.clip(view.pixels(footprint(solid)), -20_000, 20_000).round().astype(np.int32)
        cv2.polylines(mask, [outline], isClosed=True, color=1, thickness=2)
    return mask.astype(bool)


def _framed(plan: Picture, view: View) -> Picture:
    """The plan in its frame, with coordinates along the south and the west."""
    height, width = plan.shape[:2]
    sheet: Picture = np.full((height + 2 * FRAME_PX, width + 2 * FRAME_PX, 3), PAPER, np.uint8)
    sheet[FRAME_PX : FRAME_PX + height, FRAME_PX : FRAME_PX + width] = plan
    cv2.rectangle(sheet, (FRAME_PX - 1, FRAME_PX - 1), (FRAME_PX + width, FRAME_PX + height), INK, 1)
    step = view.step_m(64)
    for k in range(ceil(view.west_m / step), int(view.east_m // step) + 1):
        write(
            sheet,
            f"{k * step:g}",
            (FRAME_PX + (k * step - view.west_m) * view.scale, FRAME_PX + height + 17),
            COORDINATE,
            SOFT,
            "centre",
        )
    for k in range(ceil(view.south_m / step), int(view.north_m // step) + 1):
        write(
            sheet,
            f"{k * step:g}",
            (FRAME_PX - 7, FRAME_PX + (view.north_m - k * step) * view.scale + 5),
            COORDINATE,
            SOFT,
            "right",
        )
    return sheet


def _beside(plan: Picture, panel: Picture) -> Picture:
    height = max(len(plan), len(panel))
    sides = [np.pad(p, ((0, height - len(p)), (0, 0), (0, 0)), constant_values=PAPER[0]) for p in (plan, panel)]
    for side, content in zip(sides, (plan, panel), strict=True):
        side[len(content) :] = PAPER
    return np.concatenate(sides, axis=1)
