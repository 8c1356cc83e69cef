"""How a clip came to be what it is: which of its takes it is, and why; what was corrected in it, and what was not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from composer.report.continuity.embedding import Budget
from composer.report.continuity.illustrating import shrunk
from composer.report.continuity.markup import Markup, element
from composer.report.continuity.telling import chip, counted, figure, share
from composer.types import Correction, SegmentCorrections, SegmentTakes, TakeFigure, TakeScore

Picture = UInt8[np.ndarray, "_ _ 3"]

GONE = "Its clip is no longer in the cache."


@dataclass(frozen=True, eq=False)
class TakeStills:
    """The frame that the takes of a segment were held against, None where there is none; and the first frame of each take,
    None for one whose clip is gone.
    """

    against: Picture | None
    firsts: tuple[Picture | None, ...]


FindStills = Callable[[SegmentTakes], TakeStills | None]
"""The stills of the takes of a segment, found when they are wanted; None where there are none to show."""


@dataclass(frozen=True)
class Still:
    """A picture as the page holds it, and its size in pixels; None for one that there is not."""

    uri: str
    width: int
    height: int


def embedded(stills: TakeStills, width: int, budget: Budget) -> list[Still | None] | None:
    """The frame that takes were held against, and that of each take, small; None where the page has no room for them."""
    pictures = [None if one is None else shrunk(one, width) for one in (stills.against, *stills.firsts)]
    uris = budget.take(*(one for one in pictures if one is not None))
    if uris is None:
        return None
    held = iter(uris)
    return [None if one is None else Still(next(held), one.shape[1], one.shape[0]) for one in pictures]


def takes_block(takes: SegmentTakes, stills: Sequence[Still | None] | None) -> Markup:
    """All takes of a segment, side by side: their first frames, their figures, and why one of them is in the film."""
    name, chosen = takes.segment, takes.takes[takes.chosen]
    return element(
        "section",
        element("h4", f"Takes of {name}: take {chosen.take} is in the film"),
        element("p", why(takes), class_="soft"),
        _stills(takes, stills),
        _table(takes),
        class_="making",
    )


def why(takes: SegmentTakes) -> str:
    """Why a take was chosen."""
    chosen = takes.takes[takes.chosen]
    if takes.picked:
        return "It was picked by hand."
    gates = counted(chosen.failed, "gate")
    fails = f"It fails {gates if chosen.failed else 'no gate'}"
    least = [take for take in takes.takes if take.failed == chosen.failed]
    if len(least) == 1:
        return f"{fails}, fewer than any other."
    if chosen.share_of_limits is None:
        return f"{fails}, and is the first of {len(least)} like it: no figure can be measured in all of them."
    equal = [take for take in least if take.share_of_limits == chosen.share_of_limits]
    first = ", as the first of its equals" if len(equal) > 1 else ""
    others = len(least) - 1
    alike = f"{'as' if chosen.failed else 'nor'} {'does' if others == 1 else 'do'} {counted(others, 'other')}"
    return f"{fails}, {alike}; of these its figures are furthest below their limits{first}."


def _stills(takes: SegmentTakes, stills: Sequence[Still | None] | None) -> Markup:
    if stills is None:
        return element("p", "The page has no room for its stills.", class_="soft")
    figures = []
    if stills[0] is not None:
        alt = f"Frame {takes.against[0]}, which the takes of {takes.segment} were held against"
        figures.append(_figure(stills[0], alt, "Held against", f"frame {takes.against[0]}"))
    for take, still in zip(takes.takes, stills[1:], strict=True):
        chosen = take.take == takes.chosen
        alt = f"First frame of take {take.take} of {takes.segment}"
        told = "in the film" if chosen else ""
        figures.append(_figure(still, alt, f"Take {take.take}", told, "chosen" if chosen else None))
    return element("div", *figures, class_="stills")


def _figure(still: Still | None, alt: str, name: str, told: str, class_: str | None = None) -> Markup:
    picture = element("p", GONE, class_="no-picture")
    if still is not None:
        picture = element("img", src=still.uri, alt=alt, width=still.width, height=still.height)
    caption = element("figcaption", element("b", name), element("span", told) if told else "")
    return element("figure", picture, caption, class_=class_)


def _table(takes: SegmentTakes) -> Markup:
    """A row for each gate, a column for each take."""
    names = list(dict.fromkeys(one.gate for take in takes.takes for one in take.figures))
    caption = f"Figures of the takes of {takes.segment}"
    heads = [element("th", "gate", scope="col")]
    heads += [element("th", name, scope="col", class_="figure") for name in ("limit", "floor (90 %)")]
    heads += [_head(take, chosen=take.take == takes.chosen) for take in takes.takes]
    rows = [_row(name, takes) for name in names]
    shares = (element("td", share(one.share_of_limits), class_="figure value", data_share=True) for one in takes.takes)
    told = element("span", "value over limit, of what all takes have", class_="why")
    rows.append(element("tr", element("th", "mean", told, scope="row", colspan=3), *shares))
    return element(
        "div",
        element(
            "table",
            element("caption", caption, class_="unseen"),
            element("thead", element("tr", *heads)),
            element("tbody", *rows),
        ),
        class_="table-scroll",
        role="region",
        aria_label=caption,
    )


def _head(take: TakeScore, *, chosen: bool) -> Markup:
    film = element("span", "in the film", class_="why") if chosen else ""
    return element("th", f"take {take.take}", film, scope="col", class_="figure", title=f"seed {take.seed}")


def _row(gate: str, takes: SegmentTakes) -> Markup:
    figures = [next((one for one in take.figures if one.gate == gate), None) for take in takes.takes]
    one = next(found for found in figures if found is not None)
    cells = [_cell(found, takes.segment, number) for number, found in enumerate(figures)]
    return element(
        "tr",
        element("th", gate, element("span", one.measure, class_="why") if one.measure != gate else "", scope="row"),
        element("td", figure(one.limit, one.unit), class_="figure"),
        element("td", figure(one.floor), class_="figure"),
        *cells,
    )


def _cell(one: TakeFigure | None, segment: str, take: int) -> Markup:
    if one is None:
        return element("td", "—", class_="figure")
    of = "" if one.thing in ("", "camera") else element("span", one.thing, class_="why")
    unsure = element("span", "not measurable", class_="why") if one.verdict == "not measurable" else ""
    style = "figure value" + (" cell fail" if one.verdict == "fail" else "")
    named = {"data_of": segment, "data_take": take, "data_gate": one.gate}
    return element("td", figure(one.value), of, unsure, class_=style, title=one.says or None, **named)


def corrections_block(told: SegmentCorrections) -> Markup:
    """What was done to a clip to hold it to its place, with measures before and after, and what was refused."""
    caption = f"Corrections of {told.segment}"
    heads = (("", None), ("measure", None), ("before", "figure"), ("after", "figure"), ("outcome", None))
    rows = [row for one in told.corrections for row in _corrected(one)]
    if told.prefix is not None:
        most = f"{figure(max(told.prefix.codes))} codes of 255"
        said = told.prefix.says or f"came back altered by up to {most}, no more than coding does"
        outcome = chip("not measurable", "altered") if told.prefix.says else chip("pass", "kept")
        rows.append(_whole("prefix", said.removeprefix("prefix "), outcome))
    head = element("tr", *(element("th", name, scope="col", class_=style) for name, style in heads))
    table = element(
        "table", element("caption", caption, class_="unseen"), element("thead", head), element("tbody", *rows)
    )
    return element(
        "section",
        element("h4", f"Held to its place: {told.segment}"),
        element("div", table, class_="table-scroll", role="region", aria_label=caption),
        class_="making",
    )


def outcome_of(one: Correction) -> tuple[str, str]:
    """What became of a correction, in a word, and the verdict that it looks like."""
    if one.done:
        return "corrected", "pass"
    return ("refused" if one.after else "left alone"), "not measurable"


def _corrected(one: Correction) -> list[Markup]:
    words, verdict = outcome_of(one)
    names = list(dict.fromkeys((*one.before, *one.after)))
    if not names:
        return [_whole(one.what, one.says, chip(verdict, words))]
    rows = []
    for number, name in enumerate(names):
        cells = [
            element("td", name),
            element("td", figure(one.before.get(name), one.unit), class_="figure value", data_before=name),
            element("td", figure(one.after.get(name), one.unit), class_="figure value", data_after=name),
        ]
        if number == 0:  # what is said of all rows; the figures that it repeats are beside it
            said = element("span", one.says.rpartition(": ")[0] or one.says, class_="why")
            cells.insert(0, element("th", one.what, said, scope="rowgroup", rowspan=len(names)))
            cells.append(element("td", chip(verdict, words), rowspan=len(names)))
        rows.append(element("tr", *cells))
    return rows


def _whole(what: str, said: str, outcome: Markup) -> Markup:
    return element("tr", element("th", what, scope="row"), element("td", said, colspan=3), element("td", outcome))
