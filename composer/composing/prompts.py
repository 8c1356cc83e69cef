"""The prompts of a plan, compiled from what the state has to tell of each segment."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.composing.telling import Telling
from composer.prompting import Count, Prompt, compile_prompt
from composer.types import Capabilities, FilmPlan, SegmentPlan

if TYPE_CHECKING:
    from composer.composing.rehearsal import Rehearsal


def with_prompts(rehearsal: "Rehearsal", plan: FilmPlan, can: Capabilities, count: Count) -> FilmPlan:
    """`plan` with a prompt for each segment of a generator that reads them, and what is told in words alone as a loss."""
    if not can.prompt:
        return plan
    return plan.with_segments(lambda segment: _prompted(rehearsal, segment, can, count))


def _prompted(rehearsal: "Rehearsal", segment: SegmentPlan, can: Capabilities, count: Count) -> SegmentPlan:
    if segment.footage is not None:
        return segment
    prompt = compile_prompt(Telling.of(rehearsal, segment).told(can), can, count)
    return replace(
        segment,
        prompt=prompt.text,
        prompt_tokens=count(prompt.text),
        left_out=prompt.left_out,
        losses=(*segment.losses, *_losses(prompt)),
    )


def _losses(prompt: Prompt) -> Iterator[str]:
    if prompt.in_words_alone:
        yield f"told in words alone: {'; '.join(prompt.in_words_alone)}"
    if prompt.cut:
        yield "the prompt has no room for all of the shot's own"
    if prompt.left_out:
        many = len(prompt.left_out)
        yield f"the prompt has no room for {many} phrase{'s' if many > 1 else ''}"
