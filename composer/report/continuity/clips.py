"""The clips of a film of which there is something to tell: at the join that they begin after, or by themselves."""

from functools import cached_property

from composer.report.continuity.embedding import Budget
from composer.report.continuity.illustrating import fitting
from composer.report.continuity.making import (
    FindStills,
    Still,
    corrections_block,
    embedded,
    outcome_of,
    takes_block,
)
from composer.report.continuity.markup import Markup, element, joined
from composer.report.continuity.telling import chip, counted
from composer.types import FilmMeasures, SegmentCorrections, SegmentTakes


class Clips:
    """What is told of clips that have several takes, or were held to their place; stills of the takes at the worst joins
    come first, and take what `budget` has left.
    """

    def __init__(self, measures: FilmMeasures, find: FindStills, budget: Budget) -> None:
        self.measures = measures
        self.takes = {one.segment: one for one in measures.takes if len(one.takes) > 1}
        self.corrections = {one.segment: one for one in measures.corrections}
        self._width = fitting(len(measures.joins)) // 2
        self._stills = {one.segment: self._held(one, find, budget) for one in self._worst_first()}

    def _worst_first(self) -> list[SegmentTakes]:
        order = [join.index for join in self.measures.worst()]
        return sorted(self.takes.values(), key=lambda one: -1 if one.join is None else order.index(one.join))

    def _held(self, takes: SegmentTakes, find: FindStills, budget: Budget) -> list[Still | None] | None:
        found = find(takes)
        return embedded(found, self._width, budget) if found else None

    @cached_property
    def _names(self) -> dict[str, int | None]:
        """The segments that there is anything told of, in the film's order, and the join that each begins after."""
        told = {one.segment: one.join for one in self.takes.values()}
        told |= {one.segment: one.join for one in self.corrections.values()}
        return dict(sorted(told.items(), key=lambda one: -1 if one[1] is None else one[1]))

    def at(self, join: int) -> Markup:
        """What is told of the clip after a join."""
        return joined(*(self._block(name) for name, where in self._names.items() if where == join))

    def elsewhere(self) -> Markup:
        """What is told of clips that begin at no join."""
        names = [name for name, where in self._names.items() if where is None]
        if not names:
            return Markup("")
        first = [join.before for join in self.measures.joins[:1]]
        title = "The first clip" if names == first else "Clips that begin at no join"
        return element(
            "section",
            element("h2", title, id="elsewhere"),
            element("div", *(element("article", self._block(name), class_="clip") for name in names), class_="sheet"),
            aria_labelledby="elsewhere",
        )

    def _block(self, name: str) -> Markup:
        takes, corrections = self.takes.get(name), self.corrections.get(name)
        return joined(
            takes_block(takes, self._stills[name]) if takes else "",
            corrections_block(corrections) if corrections else "",
        )

    def table(self) -> Markup | None:
        """A line for each clip; None where nothing is told of any."""
        if not self._names:
            return None
        heads = ("clip", "takes", "corrections")
        rows = [
            element(
                "tr",
                element("th", self._link(name, join), scope="row"),
                element("td", *_taken(self.takes.get(name))),
                element("td", _corrected(self.corrections.get(name))),
            )
            for name, join in self._names.items()
        ]
        caption = "Takes and corrections of every clip"
        return element(
            "div",
            element(
                "table",
                element("caption", caption, class_="unseen"),
                element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
                element("tbody", *rows),
            ),
            class_="table-scroll",
            role="region",
            aria_label=caption,
        )

    def _link(self, name: str, join: int | None) -> Markup:
        if join is None:
            return element("a", name, href="#elsewhere")
        return element("a", name, href=f"#join-{join}", data_join=join)


def _taken(takes: SegmentTakes | None) -> tuple[object, ...]:
    if takes is None:
        return ("one",)
    chosen = takes.takes[takes.chosen]
    fails = chip("fail", f"fails {counted(chosen.failed, 'gate')}") if chosen.failed else ""
    picked = ", picked by hand" if takes.picked else ""
    return f"take {takes.chosen} of 0 to {len(takes.takes) - 1}{picked} ", fails


def _corrected(told: SegmentCorrections | None) -> str:
    if told is None:
        return "none"
    words = [f"{one.what} {outcome_of(one)[0]}" for one in told.corrections]
    words += ["prefix altered"] if told.prefix and told.prefix.says else []
    return ", ".join(words) or "none"
