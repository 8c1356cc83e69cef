"""What each segment remembers: frames of earlier clips and plates, chosen from geometry alone before any of them is made."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from composer.composing.plates import survey_plate
from composer.controls import MOST_SOURCES, Choice, View, choose, coverage, look_over, survey
from composer.planning import memory_candidates, with_keyframes, with_memory
from composer.types import Capabilities, FilmPlan, SegmentPlan, SourceFrame

if TYPE_CHECKING:
    from composer.composing.rehearsal import Rehearsal


def remember(rehearsal: "Rehearsal", plan: FilmPlan, can: Capabilities) -> FilmPlan:
    """`plan` with memory and keyframes, for a generator that takes either."""
    return _Survey(rehearsal, plan).remembering(can) if can.remembers else plan


class _Survey:
    """Thumbnails of all that will be seen in a film."""

    def __init__(self, rehearsal: "Rehearsal", plan: FilmPlan) -> None:
        self.rehearsal, self.plan = rehearsal, plan

    def remembering(self, can: Capabilities) -> FilmPlan:
        chosen = {segment.id: self._chosen(segment) for segment in self._declared}
        sources = {name: choice.sources for name, choice in chosen.items()}
        remembering = with_memory(self.plan, sources, {name: choice.coverage for name, choice in chosen.items()})
        return with_keyframes(remembering, can, self._coverage) if can.keyframes else remembering

    @cached_property
    def _declared(self) -> list[SegmentPlan]:
        """All but footage, of whose geometry nothing is known."""
        return [segment for segment in self.plan.segments if not segment.footage]

    @cached_property
    def _views(self) -> dict[str, tuple[View, ...]]:
        """What each segment can be remembered by: frames all through it; of a plate that is made, the middle one."""
        return {segment.id: self._seen(segment) for segment in self._declared}

    def _seen(self, segment: SegmentPlan) -> tuple[View, ...]:
        if segment.is_plate:
            return (self._view(segment, segment.length // 2),)
        return survey(self.rehearsal.scenes[segment.place], *self.rehearsal.tracks(segment))

    def _view(self, segment: SegmentPlan, frame: int) -> View:
        cameras, world = self.rehearsal.tracks(segment)
        return look_over(self.rehearsal.scenes[segment.place], cameras[frame], world[frame], cameras.size, frame)

    @cached_property
    def _plates(self) -> dict[str, tuple[View, ...]]:
        """The plates that were there before the film."""
        scenes, size = self.rehearsal.scenes, self.plan.native_size
        plates = self.rehearsal.plates.items()
        return {name: (survey_plate(scenes[plate.place], plate, size),) for name, plate in plates}

    @cached_property
    def _candidates(self) -> dict[str, tuple[str, ...]]:
        return memory_candidates(self.plan)

    def _chosen(self, segment: SegmentPlan) -> Choice:
        plates = self._plates_of(segment)
        candidates = {name: self._plates[name] for name in plates}
        candidates |= {name: self._views[name] for name in self._candidates[segment.id]}
        return _with_plate(choose(self._views[segment.id], candidates), plates)

    def _plates_of(self, segment: SegmentPlan) -> list[str]:
        """The plates that a segment may remember: those of its place, in the place's own light and the film's style."""
        shotlist = self.rehearsal.shotlist
        style, light = next(iter(shotlist.styles), ""), shotlist.places[segment.place].light
        if segment.join == "independent" or (segment.style, segment.light) != (style, light):
            return []
        return [name for name, plate in self.rehearsal.plates.items() if plate.place == segment.place]

    def _coverage(self, segment: SegmentPlan, frame: int) -> float:
        """How much of what a frame will see its segment's memory shows."""
        sources = [self._source(source) for source in segment.memory]
        return coverage(self._view(segment, frame), sources) if sources else 0.0

    def _source(self, source: SourceFrame) -> View:
        views: Sequence[View] = self._plates.get(source.segment) or self._views[source.segment]
        return next(view for view in views if view.frame == source.frame)


def _with_plate(choice: Choice, plates: list[str]) -> Choice:
    """A choice with the place's first plate among its sources: what remembers clips that a plate has coloured reads it too."""
    if not plates or not choice.sources or any(source.is_plate for source in choice.sources):
        return choice
    return replace(choice, sources=(SourceFrame(plates[0], 0), *choice.sources[1 - MOST_SOURCES :]))
