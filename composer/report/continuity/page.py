"""The continuity report: one page, nothing from the network, made from `FilmMeasures`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from string import Template
from typing import get_args
from urllib.parse import quote

from composer.report.continuity.clips import Clips
from composer.report.continuity.embedding import BUDGET_BYTES, Budget
from composer.report.continuity.illustrating import FULL_DE, Illustration, JoinView, fitting, illustrate
from composer.report.continuity.joins import figures_table, join_article, join_list, reason, title_of, worst_of
from composer.report.continuity.making import FindStills
from composer.report.continuity.markup import Markup, element, joined, text
from composer.report.continuity.notes import keyboard, reading
from composer.report.continuity.places import PlaceView, places_section
from composer.report.continuity.telling import chip, counted, figure, seconds, sign
from composer.report.continuity.tracks import tracks
from composer.types import FilmMeasures, JoinMeasures, Measured, MeasureName, shows_nothing

FindJoin = Callable[[JoinMeasures], JoinView | None]
"""The frames of a join, found when they are wanted; None where there are none to show."""

Shown = tuple[Illustration | None, Sequence[str] | None]
"""The pictures of a join, and the same as the page holds them; None where there are none, or no room for them."""


@dataclass(frozen=True)
class Beside:
    """Where what lies beside the page is, relative to it: the film, and the figures as a document ("": not there)."""

    film: str
    figures: str = "report.json"


def continuity_page(
    measures: FilmMeasures,
    join_view: FindJoin,
    places: Mapping[str, PlaceView],
    beside: Beside | None = None,
    budget_bytes: int = BUDGET_BYTES,
    *,
    take_stills: FindStills = lambda _: None,
) -> str:
    """The page as HTML; the same for the same values.

    Frames of joins are asked for one join at a time, the worst first, then stills of takes, and embedded while they fit in
    `budget_bytes`.
    A place that is not in `places` has a table and no map. The film itself is beside the page, by default under its own
    name.
    """
    near = beside or Beside(measures.video)
    names = _measured(measures)
    budget = Budget(budget_bytes)
    pictures = [_pictures(join, join_view, fitting(len(measures.joins)), budget) for join in measures.worst()]
    clips = Clips(measures, take_stills, budget)
    body = element(
        "body",
        element("a", "Skip to the joins", href="#inspector", class_="skip"),
        _header(measures, near),
        element(
            "main",
            element(
                "section",
                element("div", _viewer(measures, near), _list(measures, names)),
                _inspector(measures, pictures, clips),
                class_="desk",
            ),
            clips.elsewhere(),
            _over_the_film(measures, names),
            places_section(measures, places),
            _columns(measures, clips),
        ),
        element("p", class_="unseen", id="said", role="status", aria_live="polite"),
        _script(),
        data_frames=measures.frames,
        data_fps_numerator=Fraction(measures.fps).numerator,
        data_fps_denominator=Fraction(measures.fps).denominator,
    )
    return Template(_part("page.html")).substitute(
        title=text(f"{measures.title}: continuity"), style=_part("page.css"), body=body
    )


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").rstrip("\n")


def _script() -> Markup:
    return Markup(f"<script>\n{_part('page.js')}\n</script>")


def _measured(measures: FilmMeasures) -> tuple[MeasureName, ...]:
    """The measures of which there is any figure, in the order of the documents."""
    there = {measured.measure for measured in measures.every}
    return tuple(name for name in get_args(MeasureName) if name in there)


def _header(measures: FilmMeasures, beside: Beside) -> Markup:
    fps = Fraction(measures.fps)
    size, small = ("x".join(map(str, s)) for s in (measures.size, measures.measured_size))
    facts = (
        f"{seconds(measures.frames, fps)} · {counted(measures.frames, 'frame')}",
        f"{figure(float(fps))} fps",
        f"{size} px" + (f", measured at {small}" if small != size else ""),
        f"made by {measures.generator}" + (", a draft" if measures.draft else ""),
    )
    links = element("a", "figures as JSON", href=f"./{quote(beside.figures)}") if beside.figures else None
    return element(
        "header",
        element(
            "div",
            element("h1", measures.title),
            element("p", *(element("span", fact) for fact in facts), links or "", class_="facts"),
            element("p", chip(measures.verdict), element("span", _verdict(measures)), class_="verdict-line"),
        ),
        element("button", "Theme: auto", type="button", id="theme", class_="needs-script"),
        class_="top",
    )


def _verdict(measures: FilmMeasures) -> str:
    """What a reader wants to know first."""
    verdicts = [join.verdict for join in measures.joins]
    failed, unsure = verdicts.count("fail"), verdicts.count("not measurable")
    said = [f"{failed} of {counted(len(verdicts), 'join')} fail{'s' if failed == 1 else ''}"]
    if not failed:
        said = [f"no join of {len(verdicts)} fails" if verdicts else "no joins to measure"]
    said += [f"{unsure} cannot be measured"] if unsure else []
    others = [m for shot in measures.shots for m in shot.measures] + list(measures.returns)
    if bad := [measured for measured in others if measured.verdict == "fail"]:
        worst = max(bad, key=lambda measured: measured.excess)
        several = f"{counted(len(bad), 'figure')} within shots or of returns fail{'s' if len(bad) == 1 else ''}"
        said.append(f"{several}, the worst in {worst.where.shot}: {reason(worst)}")
    if failed:
        join = measures.worst()[0]
        said.append(f"worst at {title_of(join)}: {reason(worst_of(join))}")
    every = measures.every
    if shows_nothing(measures.every):
        said.append("no anchor is found again in any picture, so the film cannot be held to its list")
    if unknown := sum(measured.verdict == "not measurable" for measured in every):
        said.append(f"{unknown} of {counted(len(every), 'figure')} not measurable")
    return "; ".join(said) + "."


def _viewer(measures: FilmMeasures, beside: Beside) -> Markup:
    width, height = measures.size
    film = element(
        "video",
        src=f"./{quote(beside.film)}",
        controls=True,
        preload="auto",
        playsinline=True,
        aria_label=f"The film {measures.title}",
    )
    missing = f"This browser cannot play {beside.film}, or it no longer lies beside this page. The frames of the joins are in the page."
    step_back = element("button", "◂", type="button", data_step=-1, aria_label="Join before", title="Join before (←)")
    step_on = element("button", "▸", type="button", data_step=1, aria_label="Next join", title="Next join (→)")
    return element(
        "div",
        film,
        element("p", missing, class_="note", id="unplayable", hidden=True),
        element(
            "div",
            element("button", "Play", type="button", id="play"),
            step_back,
            step_on,
            element("output", element("b", "frame 0"), element("span"), id="now"),
            class_="transport needs-script",
        ),
        class_="viewer sheet",
        style=f"--aspect: {width} / {height}",
    )


def _list(measures: FilmMeasures, names: Sequence[str]) -> Markup:
    at_joins = {m.measure for join in measures.joins for m in join.measures}
    orders = [("rank", "worst first"), ("join", "as in the film")]
    orders += [(f"m{index}", f"by {name}") for index, name in enumerate(names) if name in at_joins]
    choice = element(
        "select",
        *(element("option", told, value=key) for key, told in orders),
        id="order",
        aria_label="Order of the joins",
    )
    return element(
        "nav",
        element("div", element("h2", "Joins"), element("span", choice, class_="needs-script"), class_="list-head"),
        join_list(measures, names) if measures.joins else element("p", "The film has no joins.", class_="panel soft"),
        class_="list sheet",
        aria_label="Joins",
    )


def _pictures(join: JoinMeasures, join_view: FindJoin, width: int, budget: Budget) -> Shown:
    view = join_view(join)
    shown = illustrate(view, width) if view else None
    return shown, budget.take(*shown.pictures) if shown else None


def _inspector(measures: FilmMeasures, pictures: Sequence[Shown], clips: Clips) -> Markup:
    articles = [
        join_article(join, measures, *shown, clips.at(join.index))
        for join, shown in zip(measures.worst(), pictures, strict=True)
    ]
    return element("div", *articles, class_="sheet", id="inspector")


def _over_the_film(measures: FilmMeasures, names: Sequence[MeasureName]) -> Markup:
    keys = [
        joined(element("span", sign(verdict), class_=f"mark {style}"), verdict)
        for verdict, style in (("fail", "fail"), ("pass", "pass"), ("not measurable", "unsure"))
    ]
    for style, told in (
        ("band", "floor: what the measure says within shots, median to 90 %"),
        ("dash", "limit"),
        ("overlap", "dissolve or fade"),
    ):
        keys.append(joined(element("span", class_=f"swatch {style}"), told))
    return element(
        "section",
        element("h2", "Over the film", id="over"),
        element(
            "div",
            tracks(measures, names),
            element("p", *(element("span", k) for k in keys), class_="key"),
            class_="sheet",
        ),
        aria_labelledby="over",
    )


def _columns(measures: FilmMeasures, clips: Clips) -> Markup:
    within: list[Measured] = [measured for shot in measures.shots for measured in shot.measures]
    panels = []
    if within:
        panels.append(_panel("Within shots", figures_table(within, "Figures within shots", where=True)))
    if measures.returns:
        panels.append(_panel("What came back", figures_table(measures.returns, "Anchors that came back", where=True)))
    if table := clips.table():
        panels.append(_panel("Takes and corrections", table))
    losses = [element("li", loss) for loss in measures.losses]
    told = element("ul", *losses) if losses else element("p", "The plan declares none.", class_="soft")
    panels.append(_panel("Declared losses", told))
    panels.append(_panel("How to read this", reading(_measured(measures), FULL_DE)))
    panels.append(_panel("Keyboard", keyboard(), class_="panel sheet needs-script"))
    return element("section", *panels, class_="columns")


def _panel(title: str, inside: Markup, class_: str = "panel sheet") -> Markup:
    return element("div", element("h2", title), inside, class_=class_)
