"""The places of a film: each with its map, and its anchors with the worst that was found of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from composer.layout import Layout
from composer.report.continuity.joins import title_of
from composer.report.continuity.markup import Markup, element, joined
from composer.report.continuity.placing import DRIFTS, Drift, place_map
from composer.report.continuity.telling import CLASSES, chip, counted, figure
from composer.report.view import CameraTrace
from composer.types import AnchorDrift, FilmMeasures, Measured, MeasureName, PlaceMeasures, Verdict

_COLOUR: MeasureName = "anchor colour"
_POSITION: MeasureName = "anchor position"
_ORDER: tuple[Verdict, ...] = ("fail", "pass", "not measurable")


@dataclass(frozen=True, eq=False)
class PlaceView:
    """A place as its map shows it, and the cameras of the shots there."""

    layout: Layout
    cameras: Sequence[CameraTrace] = ()


def places_section(measures: FilmMeasures, views: Mapping[str, PlaceView]) -> Markup:
    """A card for each place that was measured."""
    cards = [_card(place, measures, views.get(place.place)) for place in measures.places]
    if not cards:
        return Markup("")
    return element(
        "section",
        element("h2", "Places", id="places"),
        element("div", *cards, class_="places"),
        aria_labelledby="places",
    )


def _card(place: PlaceMeasures, measures: FilmMeasures, view: PlaceView | None) -> Markup:
    judged = {name: _example(measures, name) for name in (_COLOUR, _POSITION)}
    drifts = {anchor.anchor: _drift(anchor, judged) for anchor in place.anchors}
    failed = [anchor.anchor for anchor in place.anchors if anchor.verdict == "fail"]
    compared = sum(anchor.joins > 0 for anchor in place.anchors)
    told = f"{counted(compared, 'anchor')} compared at joins, {len(failed)} over a limit"
    map_ = Markup("")
    if view is not None:
        heard = f"Map of {place.place}, north up: {told}" + (f" ({', '.join(failed)})" if failed else "")
        map_ = joined(place_map(view.layout, drifts, view.cameras, heard), _key())
    return element(
        "article",
        element("h3", place.place),
        element("p", told, class_="soft"),
        map_,
        *_anchors(place, measures),
        class_="place sheet",
    )


def _example(measures: FilmMeasures, name: MeasureName) -> Measured | None:
    """A figure of a measure with its floor: limit and floor are the film's."""
    found = [measured for measured in measures.every if measured.measure == name]
    return next((m for m in found if m.floor and m.floor.p90 is not None), found[0] if found else None)


def _drift(anchor: AnchorDrift, judged: Mapping[MeasureName, Measured | None]) -> Drift:
    """Of colour and position, the one that is nearer to its limit, or farther over it."""
    found = []
    for value, name in ((anchor.colour, _COLOUR), (anchor.position, _POSITION)):
        measured = judged[name]
        if value is not None and measured is not None and measured.limit > 0:
            floor = measured.floor.p90 if measured.floor and measured.floor.p90 is not None else 0.0
            found.append((value / measured.limit, floor / measured.limit))
    if anchor.verdict == "pass":  # what is over its limit and does not fail could not be measured
        found = [one for one in found if one[0] <= 1]
    share, floor = max(found, default=(0.0, 0.0))
    return Drift(share, floor, anchor.verdict if found else "not measurable")


def _key() -> Markup:
    swatches = (element("span", element("span", class_=f"swatch {style}"), told) for style, told in DRIFTS.items())
    return element("p", *swatches, class_="key")


def _anchors(place: PlaceMeasures, measures: FilmMeasures) -> list[Markup]:
    """A table of those that any join shows on both sides, and the names of the others."""
    seen = [anchor for anchor in place.anchors if anchor.joins]
    others = ", ".join(anchor.anchor for anchor in place.anchors if not anchor.joins)
    parts = []
    if seen:
        parts.append(element("div", _table(place.place, seen, measures), class_="table-scroll"))
    if others:
        parts.append(element("p", f"No join shows on both sides: {others}.", class_="soft aside"))
    return parts


def _table(place: str, seen: Sequence[AnchorDrift], measures: FilmMeasures) -> Markup:
    titles = {join.index: title_of(join) for join in measures.joins}

    def found(value: float | None, unit: str, join: int | None) -> Markup:
        link: object = ""
        if value is not None and join is not None and join in titles:
            link = element("span", element("a", titles[join], href=f"#join-{join}", data_join=join), class_="why")
        return element("td", figure(value, unit), link, class_="figure")

    rows = [
        element(
            "tr",
            element("th", anchor.anchor, scope="row"),
            found(anchor.colour, "dE", anchor.colour_join),
            found(anchor.position, "px", anchor.position_join),
            element("td", anchor.joins, class_="figure"),
            element("td", chip(anchor.verdict)),
            class_=CLASSES[anchor.verdict],
        )
        for anchor in sorted(seen, key=lambda one: (_ORDER.index(one.verdict), -(one.colour or 0.0)))
    ]
    head = (
        ("anchor", None),
        ("worst colour", "figure"),
        ("worst position", "figure"),
        ("joins", "figure"),
        ("verdict", None),
    )
    return element(
        "table",
        element("caption", f"Anchors of {place}", class_="unseen"),
        element("thead", element("tr", *(element("th", name, scope="col", class_=style) for name, style in head))),
        element("tbody", *rows),
    )
