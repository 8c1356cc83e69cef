"""Each join by itself: its pictures, its figures beside their floors, and what they were found of."""

from collections.abc import Sequence
from fractions import Fraction

from composer.report.continuity.illustrating import FULL_DE, Illustration, heat, size_of
from composer.report.continuity.markup import Markup, element, joined
from composer.report.continuity.telling import CLASSES, bar, chip, counted, figure, seconds, sign
from composer.types import FilmMeasures, JoinMeasures, Measured

_NO_WARP = (
    "There is no warp to look at: what the frame before shows is not in the frame after, or is there much nearer or from"
    " another side. Figures, where there are any, were taken in the picture that shows it smaller."
)
_KINDS = {"segment": "within the shot", "cut": "cut", "dissolve": "dissolve", "fade": "fade"}


def title_of(join: JoinMeasures) -> str:
    """`front → back`; between segments of one shot `front/0 → front/1`."""
    names = (join.before, join.after)
    if join.kind != "segment":
        names = (join.before.rpartition("/")[0] or join.before, join.after.rpartition("/")[0] or join.after)
    return " → ".join(names)


def worst_of(join: JoinMeasures) -> Measured | None:
    """The figure by which a join is ranked; None where nothing is measured of it."""
    return max(join.measures, key=lambda measured: measured.excess, default=None)


def reason(measured: Measured | None) -> str:
    """A figure, what it was found of, and how it stands to its limit."""
    if measured is None:
        return "nothing is measured here"
    if measured.verdict == "not measurable":
        return f"{measured.measure} is not measurable" + (f": {measured.says}" if measured.says else "")
    of = f" of {measured.where.thing}" if measured.where.thing else ""
    value, limit = figure(measured.value, measured.unit), figure(measured.limit, measured.unit)
    return f"{measured.measure} {value}{of}, limit {limit}"


def join_list(measures: FilmMeasures, names: Sequence[str]) -> Markup:
    """All joins, the worst first, as links to what is told of each; `names` are the measures by which they are sorted."""
    fps, ranks = Fraction(measures.fps), enumerate(measures.worst())
    return element("ol", *(element("li", _row(join, rank, fps, names)) for rank, join in ranks))


def _row(join: JoinMeasures, rank: int, fps: Fraction, names: Sequence[str]) -> Markup:
    largest: dict[str, float] = {}
    for measured in join.measures:
        if measured.value is not None:
            key = f"data_m{names.index(measured.measure)}"
            largest[key] = max(measured.value, largest.get(key, measured.value))
    return element(
        "a",
        element("span", sign(join.verdict), class_=f"mark {CLASSES[join.verdict]}"),
        element("span", title_of(join), class_="where"),
        element("span", seconds(join.frame, fps), class_="at"),
        element("span", element("span", f"{join.verdict}: ", class_="unseen"), reason(worst_of(join)), class_="why"),
        element("span", _tally(join), class_="at"),
        href=f"#join-{join.index}",
        data_join=join.index,
        data_rank=rank,
        **{key: repr(value) for key, value in largest.items()},
    )


def _tally(join: JoinMeasures) -> str:
    failed = sum(measured.verdict == "fail" for measured in join.measures)
    passed = sum(measured.verdict == "pass" for measured in join.measures)
    return f"{failed} of {len(join.measures)} fail" if failed else f"{passed} of {len(join.measures)} pass"


def join_article(
    join: JoinMeasures,
    measures: FilmMeasures,
    shown: Illustration | None,
    uris: Sequence[str] | None,
    making: Markup | None = None,
) -> Markup:
    """What is told of one join. `uris` are the pictures of `shown` as the page holds them: frame before, frame after,
    and where there is something to compare the warp and the difference; None where the page had no room for them. `making`
    is what is told of the clip that begins there.
    """
    fps = Fraction(measures.fps)
    title = title_of(join)
    place = " → ".join(dict.fromkeys(filter(None, join.places)))
    overlap = f"{counted(join.frames[1] - join.frames[0], 'frame')} long" if join.frames[1] > join.frames[0] else ""
    hidden = "meant to be invisible" if join.invisible else ""
    kind = _KINDS[join.kind]
    facts = (kind, overlap, f"frame {join.frame}", seconds(join.frame, fps), place, hidden)
    head = element(
        "header",
        element("div", element("h3", title), element("p", " · ".join(filter(None, facts)), class_="soft")),
        chip(join.verdict),
        element("button", "Play across", type="button", data_across=True, class_="needs-script"),
    )
    said = "; ".join(f"{m.measure} {figure(m.value, m.unit)}, {m.verdict}" for m in join.measures)
    number = f"Join {join.index + 1} of {len(measures.joins)}"
    return element(
        "article",
        head,
        _pictures(join, title, shown, uris),
        figures_table(join.measures, f"Figures of {title}"),
        _things(join),
        making or "",
        class_="join",
        id=f"join-{join.index}",
        data_number=join.index,
        data_frame=join.frame,
        data_said=f"{number}, {title}, {kind}, frame {join.frame}: {join.verdict}. {said}",
        aria_label=f"{number}: {title}",
    )


def _pictures(join: JoinMeasures, title: str, shown: Illustration | None, uris: Sequence[str] | None) -> Markup:
    if shown is None or uris is None:
        told = "No frames of this join were handed over." if shown is None else "The page has no room for its frames."
        return element("p", f"{told} The film shows it from frame {join.frame}.", class_="no-picture")
    width, height = size_of(shown)
    thing = next((m.where.thing for m in sorted(join.measures, key=lambda m: -m.excess) if m.where.thing), "")

    def picture(index: int, alt: str, **attributes: object) -> Markup:
        return element("img", src=uris[index], alt=alt, width=width, height=height, **attributes)

    last, first = shown.frames
    figures = [
        element(
            "figure",
            picture(0, f"Frame {last}, before {title}"),
            _caption("Before", f"frame {last}"),
        ),
        element(
            "figure",
            picture(1, f"Frame {first}, after {title}", data_is="after"),
            _caption("After", f"frame {first}"),
        ),
    ]
    if len(uris) > 2:
        seen = f"{shown.seen:.0%} seen by both" + (f", {shown.covered:.0%} under layers" if shown.covered else "")
        rim = f", {thing} outlined" if shown.outlined and thing else ""
        figures += [
            element(
                "figure",
                element("div", picture(2, f"Frame {last} seen from the camera of frame {first}{rim}"), class_="stack"),
                _caption("Before, from the camera after", seen),
            ),
            element(
                "figure",
                picture(3, f"Difference of colour between frame {first} and the warped frame {last}{rim}"),
                _caption("Difference", _scale()),
            ),
        ]
    else:
        return joined(
            element("div", *figures, class_="pictures"),
            element("p", _NO_WARP, class_="soft"),
        )
    return element("div", *figures, class_="pictures")


def _caption(name: str, told: object) -> Markup:
    return element("figcaption", element("b", name), element("span", told))


def _scale() -> Markup:
    stops = [k / 8 for k in range(9)]
    ramp = ", ".join(f"rgb({r} {g} {b})" for r, g, b in heat(stops))
    return element(
        "span",
        "0",
        element("i", style=f"background: linear-gradient(90deg, {ramp})"),
        f"{FULL_DE:g} dE",
        class_="scale",
    )


def figures_table(measures: Sequence[Measured], caption: str, *, where: bool = False) -> Markup:
    """Figures beside their floors and limits; `where` also tells the shot and the frames of each."""
    if not measures:
        return element("p", "Nothing is measured here.", class_="soft")
    head = ("measure", "", "value", "floor (median, 90 %)", "limit", "verdict")
    row = element(
        "tr",
        *(element("th", name, scope="col", class_="figure" if 2 <= k <= 4 else None) for k, name in enumerate(head)),
    )
    return element(
        "div",
        element(
            "table",
            element("caption", caption, class_="unseen"),
            element("thead", row),
            element("tbody", *(_figures_row(measured, where) for measured in measures)),
            class_="figures",
        ),
        class_="table-scroll",
        role="region",
        aria_label=caption,
    )


def _figures_row(measured: Measured, where: bool) -> Markup:
    at, floor = measured.where, measured.floor
    known = None if floor is None or floor.median is None or floor.p90 is None else (floor.median, floor.p90)
    frames = "frame " + " and ".join(map(str, at.frames)) if where and at.frames else ""
    told = " · ".join(filter(None, (at.thing, at.shot if where else "", frames, measured.says)))
    beside = "none" if known is None else f"{figure(known[0])} to {figure(known[1])}"
    return element(
        "tr",
        element("th", measured.measure, element("span", told, class_="why") if told else "", scope="row"),
        element("td", bar(measured.value, measured.limit, known, measured.verdict)),
        element("td", figure(measured.value, measured.unit), class_="figure value", data_measure=measured.measure),
        element("td", beside, class_="figure", title=counted(floor.pairs, "pair") if floor else None),
        element("td", figure(measured.limit, measured.unit), class_="figure"),
        element("td", chip(measured.verdict)),
        class_=CLASSES[measured.verdict],
    )


def _things(join: JoinMeasures) -> Markup:
    """Thing by thing, a column for each measure that was found of any."""
    columns = [measured for measured in join.measures if measured.things]
    names = list(dict.fromkeys(thing.name for measured in columns for thing in measured.things))
    if not names:
        return Markup("")
    found = [{thing.name: thing for thing in measured.things} for measured in columns]
    rows = []
    for name in names:
        cells = []
        for measured, things in zip(columns, found, strict=True):
            thing = things.get(name)
            over = (
                "" if thing is None or thing.pixels is None else element("span", f"{thing.pixels:,} px", class_="why")
            )
            told = "—" if thing is None else figure(thing.value, measured.unit)
            note = element("span", "told only", class_="why") if thing is not None and not thing.counts else ""
            bad = thing is not None and thing.counts and thing.value is not None and thing.value > measured.limit
            cells.append(element("td", told, over, note, class_="figure cell fail" if bad else "figure"))
        rows.append(element("tr", element("th", name, scope="row"), *cells))
    heads = (element("th", measured.measure, scope="col", class_="figure") for measured in columns)
    table = element(
        "table",
        element("caption", f"{title_of(join)}, thing by thing", class_="unseen"),
        element("thead", element("tr", element("th", "thing", scope="col"), *heads)),
        element("tbody", *rows),
    )
    scroll = element("div", table, class_="table-scroll")
    return element("details", element("summary", f"Thing by thing ({len(names)})"), scroll)
