"""A place from above, as SVG: its anchors coloured by how far they drift, and where the cameras went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, radians, tan

import cv2
import numpy as np
from jaxtyping import Float

from composer.layout import Layout, footprint
from composer.report.continuity.markup import Markup, element, number
from composer.report.heights import top_m, underside_m
from composer.report.labels import HEADINGS, Box, Labels, beside, within
from composer.report.symbols import OVERHEAD_M
from composer.report.view import CameraTrace, View, view_of
from composer.types import Solid, Verdict
from composer.typography import Face, text_width

MOST_PX = (720, 520)
DRIFTS = {
    "d0": "within the floor",
    "d1": "up to half the limit",
    "d2": "up to the limit",
    "d3": "over the limit",
    "dn": "not measured",
}
"""Classes of drift, best first, and what each means."""

_NAME, _NUMBER = Face(12), Face(11)
_LABEL_HEIGHT, _CAMERA_PX, _CONE_PX = 15, 4.5, 34.0
_CLOSE = 2 * len(HEADINGS)  # places for a name from which it still reads as that of its thing
_CEILING = "ceiling"  # of a room: on a plan all would lie under it


@dataclass(frozen=True)
class Drift:
    """How an anchor does over the film: `share` of the limit, `floor` in the same terms (90th percentile), and verdict."""

    share: float
    floor: float
    verdict: Verdict

    @property
    def style(self) -> str:
        """One of `DRIFTS`."""
        if self.verdict == "pass":
            return "d0" if self.share <= self.floor else "d1" if self.share <= 0.5 else "d2"
        return "d3" if self.verdict == "fail" else "dn"


def place_map(layout: Layout, drifts: Mapping[str, Drift], cameras: Sequence[CameraTrace], told: str) -> Markup:
    """A place, north up, with a metre grid. `drifts` are by name of solid or of anchor; `told` is said instead of it."""
    view = view_of(layout, {}, cameras, MOST_PX)
    width, height = view.size
    labels = Labels(np.zeros((height, width), np.bool_))
    drawn = [solid for solid in layout.solids if layout.room is None or solid.name != _CEILING]
    drawn.sort(key=lambda solid: (underside_m(solid) > OVERHEAD_M, top_m(solid)))
    known = {solid.name: drifts.get(solid.name, drifts.get(solid.anchor)) for solid in drawn}
    worst = max((d for d in known.values() if d), key=lambda d: d.share, default=None)
    shapes = [_solid(solid, view, known[solid.name], known[solid.name] is worst) for solid in drawn]
    ruler = _ruler(view, labels)
    for trace in cameras:
        labels.take(_around(trace, view))
    names = [name for solid in drawn for name in _name(solid, view, labels, known[solid.name])]
    return element(
        "svg",
        element("title", told),
        *_grid(view),
        *(part for trace in cameras for part in _sight(trace, view)),
        *shapes,
        *(_eye(trace, view) for trace in cameras),
        *names,
        *(name for trace in cameras for name in _camera_name(trace, view, labels)),
        *ruler,
        class_="map",
        viewBox=f"0 0 {width} {height}",
        role="img",
    )


def _grid(view: View) -> list[Markup]:
    (width, height), step = view.size, view.step_m(56)
    xs = [(k * step - view.west_m) * view.scale for k in range(ceil(view.west_m / step), int(view.east_m // step) + 1)]
    ys = [
        (view.north_m - k * step) * view.scale for k in range(ceil(view.south_m / step), int(view.north_m // step) + 1)
    ]
    lines = [f"M{number(x)} 0V{height}" for x in xs] + [f"M0 {number(y)}H{width}" for y in ys]
    return [element("path", d="".join(lines), class_="grid")] if lines else []


def _solid(solid: Solid, view: View, drift: Drift | None, worst: bool) -> Markup:
    outline = view.pixels(footprint(solid))
    style = drift.style if drift else "dn"
    above = " overhead" if underside_m(solid) > OVERHEAD_M else ""
    rim = " worst-one" if worst and style == "d3" else ""
    return element("path", d=_closed(outline), class_=f"solid {style}{above}{rim}")


def _closed(points: Float[np.ndarray, "_ 2"]) -> str:
    return "M" + "L".join(f"{number(float(x))} {number(float(y))}" for x, y in points) + "Z"


def _name(solid: Solid, view: View, labels: Labels, drift: Drift | None) -> list[Markup]:
    """Inside its outline, of an item of a row its number alone if need be; else close beside it; else not at all."""
    outline = view.pixels(footprint(solid))
    mask = np.zeros(view.size[::-1], np.uint8)
    cv2.fillPoly(mask, [np.clip(outline, -20_000, 20_000).round().astype(np.int32)], 1)
    if not mask.any():
        return []  # it lies off the map
    low, high = outline.min(axis=0), outline.max(axis=0)
    x0, y0, x1, y1 = (round(float(v)) for v in (*low, *high))
    short = solid.name.removeprefix(f"{solid.anchor}_")
    for name in dict.fromkeys((solid.name, short)):
        size = text_width(name, _NAME) + 4, _LABEL_HEIGHT
        if box := labels.place(size, within(mask.astype(bool), size)):
            return [_written(name, box, f"in {drift.style}" if drift else "in")]
    size = text_width(short, _NAME) + 4, _LABEL_HEIGHT
    box = labels.place(size, beside((x0, y0, x1, y1), size)[:_CLOSE])
    return [] if box is None else [_written(short, box)]


def _camera_name(trace: CameraTrace, view: View, labels: Labels) -> list[Markup]:
    size = text_width(trace.shot, _NUMBER) + 4, _LABEL_HEIGHT
    box = labels.place(size, beside(_around(trace, view), size)[:_CLOSE])
    return [] if box is None else [_written(trace.shot, box, "soft")]


def _written(name: str, box: Box, style: str | None = None) -> Markup:
    return element("text", name, x=float(box[0] + 2), y=float(box[3] - 4), class_=style)


def _around(trace: CameraTrace, view: View) -> Box:
    x, y = (round(float(v)) for v in view.pixels(trace.position_m[:1])[0])
    return x - 5, y - 5, x + 5, y + 5


def _sight(trace: CameraTrace, view: View) -> list[Markup]:
    """What a camera sees at first, and the way it goes."""
    way = view.pixels(trace.position_m)
    parts = [element("path", d=_closed(np.concatenate([way[:1], way[:1] + _edges(trace)])), class_="cone")]
    if float(np.ptp(way, axis=0).max()) > 3:
        steps = way[np.unique(np.linspace(0, len(way) - 1, 24).round().astype(int))]
        parts.append(element("path", d=_closed(steps)[:-1], class_="way"))
    return parts


def _edges(trace: CameraTrace) -> Float[np.ndarray, "2 2"]:
    """From a camera to both far corners of what it sees, in pixels of the plan."""
    heading, reach = radians(float(trace.heading_deg[0])), tan(radians(min(float(trace.fov_deg[0]), 150.0)) / 2)
    ahead = np.array([np.sin(heading), -np.cos(heading)]) * _CONE_PX
    aside = np.array([-ahead[1], ahead[0]]) * reach
    return np.stack([ahead - aside, ahead + aside])


def _eye(trace: CameraTrace, view: View) -> Markup:
    x, y = (float(v) for v in view.pixels(trace.position_m[:1])[0])
    return element("circle", cx=x, cy=y, r=_CAMERA_PX, class_="camera")


def _ruler(view: View, labels: Labels) -> list[Markup]:
    """How long a round distance is, and where north is."""
    (width, height), step = view.size, view.step_m(60)
    long = step * view.scale
    labels.take((0, height - 30, round(long) + 60, height))
    labels.take((width - 30, 0, width, 40))
    scale = f"M12 {height - 16}v4h{number(long)}v-4"
    return [
        element("path", d=scale, class_="ruler"),
        element("text", f"{step:g} m", x=long + 18, y=float(height - 10), class_="soft"),
        element("path", d=f"M{width - 16} 34V10m-5 7 5-7 5 7", class_="ruler"),
        element("text", "N", x=float(width - 30), y=20.0, class_="soft"),
    ]
