"""What is laid along the film's time: its shots, its segments, its joins, and every measure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isfinite

from composer.report.continuity.joins import title_of
from composer.report.continuity.markup import Markup, element, number
from composer.report.continuity.telling import CLASSES, counted, curve, figure, sign
from composer.types import FilmMeasures, JoinMeasures, Measured, MeasureName, Series, ShotMeasures

_TICKS_S = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
_MOST_TICKS = 12
_MOST_LINES = 60  # of joins through a plot: more would be a wall
_SHADES = 6  # of places
_TOP = 100.0  # of a plot, in its own units
_MOST_POINTS = 1500  # of a curve: more than a screen has columns


def tracks(measures: FilmMeasures, names: Sequence[MeasureName]) -> Markup:
    """The tracks, one below the other on one axis of time; a lane for each measure of `names`."""
    places = list(dict.fromkeys(shot.place for shot in measures.shots))
    shades = {shot.shot: f"--shade: var(--place-{places.index(shot.place) % _SHADES})" for shot in measures.shots}
    return element(
        "div",
        _track("axis", "Time", "min:s", element("div", *_ticks(measures), class_="plot", aria_hidden="true")),
        _track("shots", "Shots", counted(len(measures.shots), "shot"), _shots(measures, shades)),
        _track("segments", "Segments", "", _segments(measures, shades)),
        _track("flags", "Joins", counted(len(measures.joins), "join"), _flags(measures)),
        *(_lane(measures, name) for name in names),
        element("div", class_="playhead needs-script"),
        class_="tracks",
    )


def _track(kind: str, name: str, told: str, plot: Markup, worst: Markup | str = "") -> Markup:
    head = element("div", element("b", name), element("span", told), class_="name")
    return element("div", head, plot, element("div", worst, class_="worst"), class_=f"track {kind}")


def _share(frame: float, measures: FilmMeasures) -> str:
    return f"{number(100 * frame / max(measures.frames, 1))}%"


def _ticks(measures: FilmMeasures) -> list[Markup]:
    rate = Fraction(measures.fps)
    length_s = float(measures.frames / rate)
    step = next((s for s in _TICKS_S if length_s / s <= _MOST_TICKS), _TICKS_S[-1])
    ticks = []
    for k in range(int(length_s / step) + 1):
        at = k * step
        if at > 0.97 * length_s:
            break  # it would hang over the end
        minutes, rest = divmod(at, 60)
        ticks.append(
            element(
                "span",
                f"{minutes:.0f}:{rest:04.1f}" if step < 1 else f"{minutes:.0f}:{rest:02.0f}",
                style=f"left: {_share(float(at * rate), measures)}",
            )
        )
    return ticks


def _block(kind: str, start: int, stop: int, measures: FilmMeasures, *inside: object, **attributes: object) -> Markup:
    where = f"left: {_share(start, measures)}; width: {_share(stop - start, measures)}; {attributes.pop('shade')}"
    return element("span", *inside, class_=kind, style=where, **attributes)


def _shots(measures: FilmMeasures, shades: dict[str, str]) -> Markup:
    blocks = [
        _block(
            "shot",
            *shot.frames,
            measures,
            shot.shot,
            shade=shades[shot.shot],
            data_start=shot.frames[0],
            title=f"{shot.shot} · {shot.place} · {shot.light} · {counted(shot.frames[1] - shot.frames[0], 'frame')}",
        )
        for shot in measures.shots
    ]
    return element("div", *blocks, class_="plot")


def segments_of(shot: ShotMeasures, joins: Sequence[JoinMeasures]) -> list[tuple[int, int]]:
    """The film frames of a shot's segments, half-open: from one join to the next."""
    start, stop = shot.frames
    inside = [join.frame for join in joins if join.kind == "segment" and start < join.frame < stop]
    return list(pairwise([start, *inside, stop]))


def _segments(measures: FilmMeasures, shades: dict[str, str]) -> Markup:
    overlaps = {join.frame: join for join in measures.joins if join.frames[1] > join.frames[0]}
    blocks = []
    for shot in measures.shots:
        for index, (start, stop) in enumerate(segments_of(shot, measures.joins)):
            over = next((j for j in overlaps.values() if start <= j.frames[0] < stop), None)
            inside: tuple[Markup, ...] = ()
            if over is not None and stop > start:
                length = min(over.frames[1], stop) - over.frames[0]
                left, width = (number(100 * n / (stop - start)) for n in (over.frames[0] - start, length))
                inside = (element("span", class_="overlap", style=f"left: {left}%; width: {width}%"),)
            told = f"{shot.shot}/{index} · frames {start} to {stop - 1}"
            blocks.append(_block("segment", start, stop, measures, *inside, shade=shades[shot.shot], title=told))
    return element("div", *blocks, class_="plot", aria_hidden="true")


def _flags(measures: FilmMeasures) -> Markup:
    flags = [
        element(
            "a",
            sign(join.verdict),
            class_=f"flag {CLASSES[join.verdict]}",
            href=f"#join-{join.index}",
            style=f"left: {_share(join.frame, measures)}",
            data_join=join.index,
            title=f"{title_of(join)}: {join.verdict}",
            aria_label=f"Join {join.index + 1}, {title_of(join)}, frame {join.frame}: {join.verdict}",
        )
        for join in measures.joins
    ]
    return element(
        "div", *flags, class_="plot", role="group", aria_label="Joins along the film; left and right arrow step"
    )


@dataclass(frozen=True)
class _Spot:
    """A figure at its place in the film; `stretch` is what it was taken over, where that is a whole shot."""

    frame: float
    measured: Measured
    stretch: tuple[int, int] | None = None


def _spots(measures: FilmMeasures, name: MeasureName) -> list[_Spot]:
    spots = [_Spot(join.frame, m) for join in measures.joins for m in join.measures if m.measure == name]
    for shot in measures.shots:
        spots += [_Spot(sum(shot.frames) / 2, m, shot.frames) for m in shot.measures if m.measure == name]
    spots += [_Spot(m.where.frames[-1], m) for m in measures.returns if m.measure == name and m.where.frames]
    return sorted(spots, key=lambda spot: spot.frame)


def _lane(measures: FilmMeasures, name: MeasureName) -> Markup:
    spots = _spots(measures, name)
    series = [s for shot in measures.shots for s in shot.series if s.measure == name]
    worst = max((spot.measured for spot in spots), key=lambda m: (m.excess, m.value or 0.0))
    floor = next((s.measured.floor for s in spots if s.measured.floor and s.measured.floor.p90 is not None), None)
    known = [s.measured.value for s in spots if s.measured.value is not None]
    known += [v for each in series for v in each.values if v is not None]
    full = max(min(max(known, default=0.0), 3 * worst.limit), 1.6 * worst.limit) or max([*known, 1.0])
    if floor and floor.p90 is not None and isfinite(floor.p90):
        full = max(full, min(1.2 * floor.p90, 3 * worst.limit))

    def up(value: float) -> float:
        return _TOP * (1 - min(max(value / full, 0.0), 1.0) * 0.88) - 6

    lines = measures.joins if len(measures.joins) <= _MOST_LINES else ()
    parts = [element("path", d=f"M{join.frame} 0V{_TOP:g}", class_="cut") for join in lines]
    if floor and floor.median is not None and floor.p90 is not None:
        low, high = up(floor.median), up(floor.p90)
        box = {"x": 0, "width": measures.frames, "y": high, "height": max(low - high, 1.0)}
        parts.append(element("rect", class_="floor-band", **box))
    parts.append(element("path", d=f"M0 {number(up(worst.limit))}H{measures.frames}", class_="limit-line"))
    parts += [element("path", d=d, class_="curve") for each in series for d in _curves(each, up)]
    dots = []
    for spot in spots:
        m = spot.measured
        y = up(m.value if m.value is not None else 0.0)
        if spot.stretch:
            parts.append(element("path", d=f"M{spot.stretch[0]} {number(y)}H{spot.stretch[1]}", class_="stem"))
        mark = f"dot {CLASSES[m.verdict]}"
        where = f"left: {_share(spot.frame, measures)}; top: {number(y)}%"
        told = f"{m.where.thing or m.where.shot} {figure(m.value, m.unit)}: {m.verdict}"
        dots.append(element("span", sign(m.verdict), class_=mark, style=where, title=told, data_join=m.where.join))
    told = f"limit {figure(worst.limit, worst.unit)}"
    calibrated = f" · floor {figure(floor.median)} to {figure(floor.p90)}" if floor else ""
    verdicts = [spot.measured.verdict for spot in spots]
    failed, unsure = verdicts.count("fail"), verdicts.count("not measurable")
    passed = len(spots) - unsure
    summary = f"{passed} of {len(spots)} pass" if passed else "not measurable"
    if failed:
        summary = f"{failed} of {len(spots)} fail"
    drawing = element(
        "svg",
        *parts,
        viewBox=f"0 0 {max(measures.frames, 1)} {_TOP:g}",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )
    heard = f"{name} over the film: worst {figure(worst.value, worst.unit)}, {told}{calibrated}; {summary}"
    plot = element("div", drawing, *dots, class_="plot", role="img", aria_label=heard)
    right = element("b", figure(worst.value, worst.unit)) + element("span", summary)
    style = f"lane {CLASSES['fail' if failed else worst.verdict]}"
    return _track(style, name, told + calibrated, plot, Markup(right))


def _curves(series: Series, up: Callable[[float], float]) -> list[str]:
    """Paths through what is known of a series, broken where it is not; thinned to the largest of each stretch."""
    paths: list[str] = []
    run: list[tuple[float, float]] = []
    points = list(zip(series.frames, series.values, strict=True))
    stride = max(1, -(-len(points) // _MOST_POINTS))
    for start in range(0, len(points), stride):
        here = [(f, v) for f, v in points[start : start + stride] if v is not None]
        if here:
            frame, value = max(here, key=lambda point: point[1])
            run.append((frame + 0.5, up(value)))
        elif run:
            paths, run = [*paths, curve(run)], []
    return [*paths, curve(run)] if run else paths
