"""The signs of a ground plan, drawn on a canvas: grid, anchors, paths, marks, cameras."""

from itertools import pairwise
from math import ceil

import numpy as np

from composer.report.canvas import Canvas, Point, Points
from composer.report.inks import GRID, GRID_BOLD, INK, LAMP, PAPER, mixed
from composer.report.view import CameraTrace, View
from composer.typography import RGB

OVERHEAD_M = 2.2  # what hangs higher is drawn as architects do: dashed, and seen through
STILL_M, STILL_DEG = 0.03, 0.5


def draw_grid(canvas: Canvas, view: View) -> None:
    """Lines every so many metres, every fifth or so stronger; never closer than 11 pixels."""
    for step, colour in ((view.step_m(11), GRID), (view.step_m(64), GRID_BOLD)):
        for axis, low, high in ((0, view.west_m, view.east_m), (1, view.south_m, view.north_m)):
            for k in range(ceil(low / step), int(high // step) + 1):
                ends = np.array([[view.west_m, view.south_m], [view.east_m, view.north_m]])
                ends[:, axis] = k * step
                canvas.line(view.pixels(ends), colour, 1)


def draw_anchor(canvas: Canvas, outline: Points, fill: RGB, top_m: float, *, overhead: bool, lamp: bool) -> None:
    """A footprint; a shadow to the south-east tells its height."""
    edge = mixed(fill, INK, 0.62)
    if overhead:
        canvas.fill(outline, fill, 0.28)
        canvas.outline(outline, edge, 1.3, (7, 4))
    else:
        reach = min(max(top_m, 0.0) * 0.9, 9.0)
        for part in range(1, 4):
            canvas.fill(outline + np.array([0.7, 1.0]) * reach * part / 3, INK, 0.07)
        canvas.fill(outline, fill)
        canvas.outline(outline, edge, 1.3)
    if lamp:
        centre = outline.mean(axis=0)
        canvas.disc(centre, 6, PAPER)
        canvas.disc(centre, 4.5, LAMP)


def draw_descent(canvas: Canvas, ends: Points, fill: RGB) -> None:
    """The way down a ramp, as on stairs: a line from its high end and an arrowhead at its low one."""
    ink, way = mixed(fill, INK, 0.5), ends[1] - ends[0]
    if _length(ends) > 12:
        canvas.line(ends, ink, 1.3)
        canvas.arrowhead(ends[1], way / _length(ends), 9, ink)


def draw_mark(canvas: Canvas, at: Points) -> None:
    """A cross, as taped on a floor."""
    for colour, width in ((PAPER, 4.5), (INK, 1.8)):
        for slope in (1, -1):
            canvas.line(at + 5.5 * np.array([[-1, -slope], [1, slope]]), colour, width)


def draw_path(canvas: Canvas, points: Points, colour: RGB) -> None:
    """A way, with arrowheads along it, an open dot where it starts and a full one where it ends."""
    total = _length(points)
    if total > 2:
        canvas.line(points, PAPER, 4.6)
        canvas.line(points, colour, 2.2)
    for at, towards in _stations(points, max(1, min(12, int(total // 110)))) if total > 26 else ():
        canvas.arrowhead(at + 5 * towards, towards, 11, colour)
    canvas.disc(points[-1], 6, PAPER)
    canvas.disc(points[-1], 4.6, colour)
    if total > 9:
        canvas.disc(points[0], 6, PAPER)
        canvas.disc(points[0], 4.6, colour)
        canvas.disc(points[0], 2.6, PAPER)


def draw_tick(canvas: Canvas, at: Point, towards: Point, colour: RGB) -> None:
    """A stroke across a way, at a round time of the story."""
    aside = np.array([-towards[1], towards[0]])
    for width, reach, paint in ((3.6, 6.0, PAPER), (1.3, 5.0, colour)):
        canvas.line(np.stack([at - reach * aside, at + reach * aside]), paint, width)


def draw_stop(canvas: Canvas, at: Point, facing: Point, colour: RGB) -> None:
    """A dot with a nose, where a cut leaves a subject; `facing` in pixels, y down."""
    for grow, paint in ((1.6, PAPER), (0.0, colour)):
        canvas.disc(at, 4.2 + grow, paint)
        if np.hypot(*facing) > 0.1:
            canvas.arrowhead(at + facing * (10.5 + 1.4 * grow), facing, 7.5 + 1.6 * grow, paint)


def draw_person(canvas: Canvas, outline: Points, facing: Point, colour: RGB) -> None:
    """A footprint with a nose, so that one sees which way it looks; `facing` in pixels, y down."""
    centre = outline.mean(axis=0)
    reach = float(np.abs((outline - centre) @ facing).max())
    nose = max(7.0, 0.6 * reach)
    canvas.arrowhead(centre + facing * (reach + 0.85 * nose), facing, nose, colour)
    canvas.fill(outline, mixed(colour, PAPER, 0.45))
    canvas.outline(outline, colour, 1.4)


def draw_camera(canvas: Canvas, trace: CameraTrace, view: View, reach_px: float, colour: RGB) -> None:
    """A shot's camera: its way, what it sees on the first frame (tinted) and on the last (dashed), if it moved."""
    way = view.pixels(trace.position_m)
    first, last = (
        _wedge(way[k], float(trace.heading_deg[k]), float(trace.fov_deg[k]), reach)
        for k, reach in ((0, reach_px), (-1, 0.7 * reach_px))
    )
    canvas.fill(first, colour, 0.13)
    canvas.line(first[[1, 0, -1]], colour, 1.1)
    if moves(trace):
        canvas.line(last[[1, 0, -1]], colour, 1.1, (4, 4))
    if _length(way) > 3:
        canvas.line(way, PAPER, 4)
        canvas.line(way, colour, 1.8)
        if _length(way) > 18:
            at, towards = _stations(way, 1)[0]
            canvas.arrowhead(at + 5 * towards, towards, 9, colour)
    _draw_body(canvas, way[0], float(trace.heading_deg[0]), colour)
    if _length(way) > 9:
        canvas.disc(way[-1], 4.4, colour)
        canvas.disc(way[-1], 2.6, PAPER)


def moves(trace: CameraTrace) -> bool:
    """Does the camera travel, turn or zoom at all?"""
    turned = (trace.heading_deg - trace.heading_deg[0] + 180) % 360 - 180
    return bool(
        np.ptp(trace.position_m, axis=0).max() > STILL_M
        or np.abs(turned).max() > STILL_DEG
        or np.ptp(trace.fov_deg) > STILL_DEG
    )


def ahead_px(heading_deg: float) -> Point:
    """Unit step on the plan along a bearing, y down."""
    radians = np.deg2rad(heading_deg)
    return np.array([np.sin(radians), -np.cos(radians)])


def _draw_body(canvas: Canvas, at: Point, heading_deg: float, colour: RGB) -> None:
    ahead = ahead_px(heading_deg)
    aside = np.array([-ahead[1], ahead[0]])
    centre = at
    for grow, paint in ((1.6, PAPER), (0.0, colour)):
        long, wide = 7 + grow, 4.6 + grow
        box = [centre - long * ahead + s * wide * aside for s in (1, -1)] + [centre + s * wide * aside for s in (-1, 1)]
        hood = [centre - ahead, centre + 5.5 * ahead - (5 + grow) * aside, centre + 5.5 * ahead + (5 + grow) * aside]
        canvas.fill(np.stack(box), paint)
        canvas.fill(np.stack(hood), paint)


def _wedge(apex: Point, heading_deg: float, fov_deg: float, reach_px: float) -> Points:
    bearings = np.linspace(heading_deg - fov_deg / 2, heading_deg + fov_deg / 2, 25)
    return np.stack([apex, *(apex + reach_px * ahead_px(float(b)) for b in bearings)])


def _length(points: Points) -> float:
    return float(sum(np.hypot(*(b - a)) for a, b in pairwise(points)))


def _stations(points: Points, count: int) -> list[tuple[Point, Point]]:
    """Points at the middles of `count` equal parts of a line, each with the direction it runs in there."""
    steps = np.diff(points, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    at = np.concatenate([[0.0], np.cumsum(lengths)])
    out = []
    for share in (np.arange(count) + 0.5) / count:
        index = int(np.clip(np.searchsorted(at, share * at[-1], side="right") - 1, 0, len(steps) - 1))
        index = index if lengths[index] > 0 else int(np.argmax(lengths))
        towards = steps[index] / lengths[index]
        out.append((points[index] + towards * (share * at[-1] - at[index]), towards))
    return out
