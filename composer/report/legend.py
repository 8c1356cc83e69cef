"""What stands beside a ground plan: its title, north, scale, cameras and signs."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import UInt8

from composer.layout import Layout
from composer.report.canvas import Canvas
from composer.report.inks import (
    CAMERAS,
    FAINT,
    GRID_BOLD,
    INK,
    LAMP,
    PAPER,
    PATHS,
    SOFT,
    anchor_fill,
    camera_ink,
    mixed,
)
from composer.report.naming import subjects_of
from composer.report.symbols import OVERHEAD_M, draw_anchor, draw_camera, draw_mark, draw_path, draw_stop, draw_tick
from composer.report.view import CameraTrace, View
from composer.report.ways import Stop, Ways
from composer.timing import clock
from composer.types import Solid
from composer.typography import BOLD, MEDIUM, RGB, Face, Picture, fitted, text_width, write

WIDTH, MARGIN, LEFT = 330, 40, 14  # px
TITLE, HEAD, NAME, NOTE = Face(30, BOLD), Face(13, BOLD), Face(16, MEDIUM), Face(14)
LINE, SIGNS_PX, MOST_SUBJECTS_LISTED = 25, 266, 12
COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


Line = tuple[RGB, str, str]
"""Of the list of subjects: ink, name ("" for what belongs to the one above), and what is told of it."""

Shown = tuple[Sequence[CameraTrace], Ways, Mapping[str, Sequence[Stop]]]
"""Cameras, ways of subjects, and the cuts that found no room on the plan, by subject."""


def legend(layout: Layout, view: View, shown_on_it: Shown, height: int) -> UInt8[np.ndarray, "H W 3"]:
    """A panel at least `height` pixels tall; cameras that it does not hold are counted."""
    cameras, ways, left_over = shown_on_it
    people = _subjects(subjects_of(layout, ways), ways, left_over)
    people_px = 34 + sum(_line(name) for _, name, _ in people) if people else 0
    words = wrapped(layout.look, WIDTH - LEFT - MARGIN, NOTE)[:4]
    facts = [*words, fitted(f"{layout.light}, on {layout.ground}", WIDTH - LEFT - MARGIN, NOTE)]
    top = MARGIN + 34 + len(facts) * 20
    fixed = top + 92 + 42 + people_px + SIGNS_PX + 24
    height = max(height, fixed + min(len(cameras), 6) * LINE)
    canvas = Canvas((WIDTH, height), PAPER)
    _draw_north(canvas, (LEFT + 18.0, top + 46.0))
    bar_m = view.step_m(70)
    _draw_scale(canvas, (LEFT + 66.0, top + 46.0), bar_m * view.scale)
    signs_top = height - SIGNS_PX
    _draw_signs(canvas, signs_top)
    held = max((signs_top - people_px - top - 92 - 42) // LINE, 0)
    shown = cameras if len(cameras) <= held else cameras[: max(held - 1, 0)]
    for k, camera in enumerate(shown):
        canvas.disc((LEFT + 10.0, top + 92 + 18 + k * LINE), 10, camera_ink(camera.number))
    people_top = top + 92 + (42 if cameras else 0) + LINE * (len(shown) + (len(shown) < len(cameras)))
    for y, (ink, name, _) in _down(people, people_top):
        if name:
            canvas.disc((LEFT + 10.0, y), 5, ink)
    panel = canvas.finished()
    write(panel, fitted(layout.name, WIDTH - LEFT - MARGIN, TITLE), (LEFT, MARGIN + 20), TITLE, INK)
    for k, fact in enumerate(facts):
        write(panel, fact, (LEFT, MARGIN + 46 + 20 * k), NOTE, SOFT)
    write(panel, "N", (LEFT + 18, top + 20), Face(14, BOLD), INK, "centre")
    write(panel, "0", (LEFT + 66, top + 38), NOTE, SOFT, "centre")
    write(panel, f"{bar_m:g} m", (LEFT + 66 + bar_m * view.scale, top + 38), NOTE, SOFT, "centre")
    if cameras:
        write(panel, "CAMERAS", (LEFT, top + 92), HEAD, SOFT)
    for k, camera in enumerate(shown):
        _write_camera(panel, camera, top + 92 + 18 + k * LINE)
    if len(shown) < len(cameras):
        write(panel, f"and {len(cameras) - len(shown)} more", (LEFT, top + 92 + 23 + len(shown) * LINE), NOTE, SOFT)
    _write_subjects(panel, people, people_top)
    _write_signs(panel, signs_top)
    return panel


def _write_subjects(panel: Picture, people: Sequence[Line], top: int) -> None:
    if people:
        write(panel, "SUBJECTS", (LEFT, top), HEAD, SOFT)
    for y, (_, name, note) in _down(people, top):
        right = WIDTH - MARGIN
        write(panel, note, (right, y + 5), NOTE, SOFT, "right")
        if name:
            write(panel, fitted(name, right - text_width(note, NOTE) - LEFT - 38, NAME), (LEFT + 28, y + 5), NAME, INK)


def _down(people: Sequence[Line], top: int) -> Iterator[tuple[int, Line]]:
    """Each line with the y of its middle."""
    y = top + 18
    for line in people:
        yield y, line
        y += _line(line[1])


def _line(name: str) -> int:
    return LINE if name else 18


def _subjects(subjects: Mapping[str, Solid], ways: Ways, left_over: Mapping[str, Sequence[Stop]]) -> list[Line]:
    """Lines of the legend: ink, name and when it is here; under it, without a name, cuts that the plan has no room for."""
    lines: list[Line] = []
    for index, name in enumerate(subjects):
        ink = PATHS[index % len(PATHS)]
        if index == MOST_SUBJECTS_LISTED:
            return [*lines, (PAPER, "", f"and {len(subjects) - index} more")]
        way = ways.get(name)
        lines.append(
            (ink, name, f"{clock(way.legs[0].times_s[0])} to {clock(way.legs[-1].times_s[-1])}" if way else "")
        )
        stops = left_over.get(name, ())
        lines += [(ink, "", f"after {s.text}: {s.position_m[0]:.1f}, {s.position_m[1]:.1f}") for s in stops[:8]]
    return lines


def wrapped(text: str, width: int, face: Face) -> list[str]:
    """`text` broken between words into lines of at most `width` pixels."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", face) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(fitted(word, width, face))
    return lines


def _write_camera(panel: Picture, camera: CameraTrace, middle: int) -> None:
    heading = COMPASS[round(float(camera.heading_deg[0]) / 45) % 8]
    note = f"{camera.position_m[0, 2]:.1f} m high, to {heading}"
    right = WIDTH - MARGIN
    number = str(camera.number)
    face = Face(14 if len(number) < 3 else 11, BOLD)
    write(panel, number, (LEFT + 10, middle + 5), face, PAPER, "centre")
    write(panel, note, (right, middle + 5), NOTE, SOFT, "right")
    write(
        panel, fitted(camera.shot, right - text_width(note, NOTE) - LEFT - 38, NAME), (LEFT + 28, middle + 5), NAME, INK
    )


def _draw_north(canvas: Canvas, centre: tuple[float, float]) -> None:
    x, y = centre
    canvas.fill(np.array([[x, y - 22], [x - 9, y + 14], [x, y + 7]]), INK)
    canvas.outline(np.array([[x, y - 22], [x + 9, y + 14], [x, y + 7]]), INK, 1)


def _draw_scale(canvas: Canvas, at: tuple[float, float], length: float) -> None:
    x, y = at
    for part in range(4):
        left, right = x + length * part / 4, x + length * (part + 1) / 4
        box = np.array([[left, y], [right, y], [right, y + 8], [left, y + 8]])
        canvas.fill(box, INK if part % 2 == 0 else PAPER)
        canvas.outline(box, INK, 1)


SIGNS = (
    "camera, first frame and last",
    "subject, from start to end",
    "where a shot leaves it",
    "time of the story",
    "mark",
    "the taller, the darker",
    f"hangs above {OVERHEAD_M:g} m",
    "shines",
)


def _draw_signs(canvas: Canvas, top: int) -> None:
    canvas.line(np.array([[LEFT, top], [WIDTH - MARGIN, top]], float), GRID_BOLD, 1)
    middles = [top + 24.0 + k * 29 for k in range(len(SIGNS))]
    blue = CAMERAS[0]
    sample = CameraTrace(1, "", np.array([[0, 0, 0.0], [16, 0, 0]]), np.array([60.0, 60.0]), np.array([40.0, 40.0]))
    view = View(-LEFT - 8, -(canvas.size[1] - middles[0]) - 5, WIDTH, middles[0] + 5, 1.0)
    draw_camera(canvas, sample, view, 26, blue)
    draw_path(canvas, np.array([[LEFT + 6.0, middles[1]], [LEFT + 46, middles[1]]]), PATHS[0])
    draw_path(canvas, np.array([[LEFT + 6.0, middles[2]], [LEFT + 24, middles[2]]]), PATHS[0])
    draw_stop(canvas, np.array([LEFT + 24.0, middles[2]]), np.array([1.0, 0]), PATHS[0])
    canvas.line(np.array([[LEFT + 6.0, middles[3]], [LEFT + 46, middles[3]]]), PATHS[0], 2.2)
    for x in (16.0, 36.0):
        draw_tick(canvas, np.array([LEFT + x, middles[3]]), np.array([1.0, 0]), PATHS[0])
    draw_mark(canvas, np.array([[LEFT + 26.0, middles[4]]]))
    for k, share in enumerate((0.0, 0.4, 1.0)):
        left = LEFT + 3 + 16 * k
        canvas.fill(_box(left, middles[5] - 8, 15, 16), anchor_fill((150, 120, 96), share))
    draw_anchor(canvas, _box(LEFT + 5, middles[6] - 8, 42, 16), (190, 160, 60), 3, overhead=True, lamp=False)
    canvas.disc((LEFT + 26.0, middles[7]), 6, mixed(FAINT, PAPER, 0.4))
    canvas.disc((LEFT + 26.0, middles[7]), 4.5, LAMP)


def _write_signs(panel: Picture, top: int) -> None:
    for k, sign in enumerate(SIGNS):
        write(panel, sign, (LEFT + 66, top + 24 + k * 29 + 5), NOTE, SOFT)


def _box(x: float, y: float, width: float, height: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], float)
