"""The words on a ground plan: numbers of cameras, names of marks, subjects and anchors."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from jaxtyping import Bool, Float

from composer.layout import Layout, footprint
from composer.report.canvas import Canvas, Points
from composer.report.heights import top_m, underside_m
from composer.report.inks import INK, PAPER, PATHS, SOFT, camera_ink, is_dark, mixed
from composer.report.labels import HEADINGS, RINGS_PX, Box, Labels, beside, within
from composer.report.symbols import OVERHEAD_M, ahead_px
from composer.report.view import CameraTrace, View
from composer.report.ways import Stop, Ways, stops, ticks
from composer.timing import clock
from composer.types import Solid
from composer.typography import BOLD, MEDIUM, RGB, Face, Picture, text_width, write

MANY = 48  # cameras in one place
NAME, HEIGHT, NUMBER, STOP, TICK = Face(16, MEDIUM), Face(13), Face(14, BOLD), Face(12, BOLD), Face(11)


def overhead(solid: Solid) -> bool:
    return underside_m(solid) > OVERHEAD_M


def subjects_of(layout: Layout, ways: Ways) -> dict[str, Solid]:
    """Who begins in a place, and who comes there."""
    return {**layout.subjects, **{name: way.solid for name, way in ways.items()}}


def name_cameras(plan: Picture, labels: Labels, view: View, cameras: Sequence[CameraTrace]) -> None:
    """Each behind its camera; where they are many, those that do not fit close by stay without."""
    near = len(RINGS_PX) if len(cameras) <= MANY else 2
    for trace in cameras:
        text = str(trace.number)
        size = max(20, text_width(text, NUMBER) + 10), 20
        thing = _around(view.pixels(trace.position_m[:1]), 7)
        behind = beside(thing, size)[: near * len(HEADINGS)]
        middles = behind[:, :2] + np.array(size) / 2 - _middle(thing)
        away = -middles @ ahead_px(float(trace.heading_deg[0])) / np.maximum(np.hypot(*middles.T), 1)
        behind[:, 2] += 0.5 * (1 - away)
        box = labels.place(size, behind)
        if box:
            _leader(plan, box, thing, camera_ink(trace.number))
            _pill(plan, box, camera_ink(trace.number))
            write(plan, text, ((box[0] + box[2]) / 2, box[1] + 15), NUMBER, PAPER, "centre")


def name_points(plan: Picture, labels: Labels, view: View, layout: Layout, ways: Ways) -> None:
    things = [(mark.name, _around(view.pixels(mark.position[None]), 7), INK) for mark in layout.marks.values()]
    for index, (name, solid) in enumerate(subjects_of(layout, ways).items()):
        way = ways.get(name)
        shown = way.ends[0] if way else solid
        said = f"{name} ({way.look})" if way and way.look else name
        things.append((said, _around(view.pixels(footprint(shown)), 7), mixed(PATHS[index % len(PATHS)], INK, 0.15)))
    for name, thing, ink in things:
        size = text_width(name, NAME), 16
        box = labels.place(size, beside(thing, size))
        if box:
            _leader(plan, box, thing, ink)
            _haloed(plan, name, box, NAME, ink)


def name_stops(
    plan: Picture, labels: Labels, view: View, subjects: Mapping[str, Solid], ways: Ways
) -> dict[str, list[Stop]]:
    """Shots beside where their cuts leave a subject; what finds no room close by comes back, by subject."""
    left_over: dict[str, list[Stop]] = {}
    for index, name in enumerate(subjects):
        ink = mixed(PATHS[index % len(PATHS)], INK, 0.1)
        for stop in stops(ways[name], view) if name in ways else ():
            size = text_width(stop.text, STOP) + 9, 16
            thing = _around(stop.at_px[None], 6)
            box = labels.place(size, beside(thing, size)[: 3 * len(HEADINGS)])
            if box:
                _pill(plan, box, ink)
                _pill(plan, (box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1), PAPER)
                write(plan, stop.text, ((box[0] + box[2]) / 2, box[1] + 12), STOP, ink, "centre")
            else:
                left_over.setdefault(name, []).append(stop)
    return left_over


def name_ticks(plan: Picture, labels: Labels, view: View, ways: Ways) -> None:
    """Times of the story, where there is room at the very tick."""
    for way in ways.values():
        for time_s, at, _ in ticks(way, view):
            said = clock(time_s) if time_s % 1 or time_s >= 100 else f"{time_s:g} s"
            size = text_width(said, TICK), 11
            box = labels.place(size, beside(_around(at[None], 5), size)[: len(HEADINGS)])
            if box:
                _haloed(plan, said, (box[0], box[1] - 4, box[2], box[3]), TICK, SOFT)


def name_anchors(plan: Picture, labels: Labels, view: View, layout: Layout, fills: Mapping[str, RGB]) -> None:
    """Smallest first, as they have the fewest places; a row is named once."""
    rows = {s.anchor: layout.anchor(s.anchor) for s in layout.solids if layout.room is None or s.name != "ceiling"}
    for name, solids in sorted(
        rows.items(), key=lambda row: (overhead(row[1][0]), np.ptp(footprint(row[1][0]), axis=0).sum())
    ):
        height = f"{max(top_m(s) for s in solids):.3g} m"
        said = f"{name} x{len(solids)}" if len(solids) > 1 and solids[0].mesh is None else name
        wide = text_width(said, NAME), text_width(height, HEIGHT)
        sizes = ((wide[0] + 7 + wide[1], 17), (max(wide), 32))
        shapes = [_pixels_of(view, solid) for solid in solids]
        inside = [(size, np.concatenate([within(shape, size) for shape in shapes])) for size in sizes]
        box = next((b for size, places in inside if len(places) and (b := labels.place(size, places))), None)
        fill = fills[solids[0].name]
        if box:
            ground = mixed(PAPER, fill, 0.35) if overhead(solids[0]) else fill
        else:
            ground = PAPER
            covered = next((shape for shape in shapes if shape.any()), None)
            if covered is None:
                continue
            thing = _around(np.argwhere(covered)[:, ::-1].astype(float), 0)
            box = labels.place(sizes[0], beside(thing, sizes[0]))
            if not box:
                continue
            _leader(plan, box, thing, SOFT)
        _two_part(plan, (said, height), box, ground)


def _two_part(plan: Picture, words: tuple[str, str], box: Box, ground: RGB) -> None:
    ink = PAPER if is_dark(ground) else INK
    soft = mixed(ink, ground, 0.3)
    if box[3] - box[1] < 30:
        _haloed(plan, words[0], box, NAME, ink, ground)
        _haloed(plan, words[1], (box[2] - text_width(words[1], HEIGHT), box[1], *box[2:]), HEIGHT, soft, ground)
        return
    for word, face, top in ((words[0], NAME, box[1]), (words[1], HEIGHT, box[1] + 16)):
        left = (box[0] + box[2] - text_width(word, face)) // 2
        _haloed(plan, word, (left, top, box[2], top + 16), face, ink if face is NAME else soft, ground)


def _haloed(plan: Picture, text: str, box: Box, face: Face, ink: RGB, ground: RGB = PAPER) -> None:
    """A word that clears its ground, so that lines do not run into its letters."""
    left, top, right, bottom = max(box[0] - 4, 0), max(box[1] - 4, 0), box[2] + 8, box[3] + 8
    part = plan[top:bottom, left:right]
    stencil = np.zeros_like(part)
    write(stencil, text, (box[0] - left, box[1] + 14 - top), face, (255, 255, 255))
    glow = cv2.GaussianBlur(cv2.dilate(stencil, np.ones((5, 5), np.uint8)), (3, 3), 0).astype(float) / 255 * 0.78
    part[:] = (part * (1 - glow) + np.asarray(ground) * glow + 0.5).astype(np.uint8)
    write(plan, text, (box[0], box[1] + 14), face, ink)


def _leader(plan: Picture, box: Box, thing: Box, ink: RGB) -> None:
    """A thin line from a label to what it names, when it stands apart."""
    near = np.clip(_middle(thing), np.array(box[:2]) - 2, np.array(box[2:]) + 2)
    end = np.clip(near, thing[:2], thing[2:])
    if np.hypot(*(near - end)) > 14:
        ends = [tuple(int(v) for v in np.round(p * 16)) for p in (near, end)]
        cv2.line(plan, ends[0], ends[1], ink, 1, cv2.LINE_AA, 4)


def _pill(plan: Picture, box: Box, colour: RGB) -> None:
    radius = (box[3] - box[1]) / 2
    canvas = Canvas((box[2] - box[0], box[3] - box[1]), PAPER)
    part = plan[box[1] : box[3], box[0] : box[2]]
    for x in np.linspace(radius, canvas.size[0] - radius, 24):
        canvas.disc((float(x), radius), radius - 0.5, (0, 0, 0))
    share = canvas.finished()[..., :1] / PAPER[0]
    part[:] = (part * share.clip(0, 1) + np.asarray(colour) * (1 - share.clip(0, 1)) + 0.5).astype(np.uint8)


def _around(points: Points, reach: int) -> Box:
    left, top = np.round(points.min(axis=0)).astype(int) - reach
    right, bottom = np.round(points.max(axis=0)).astype(int) + reach
    return int(left), int(top), int(right), int(bottom)


def _middle(box: Box) -> Float[np.ndarray, "2"]:
    return np.array([box[0] + box[2], box[1] + box[3]]) / 2


def _pixels_of(view: View, solid: Solid) -> Bool[np.ndarray, "h w"]:
    mask = np.zeros(view.size[::-1], np.uint8)
    cv2.fillConvexPoly(mask, np.clip(view.pixels(footprint(solid)), -20_000, 20_000).round().astype(np.int32), 1)
    return mask.astype(bool)
