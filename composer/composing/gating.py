"""What is told of the takes of a film: a warning for each gate that the one it shows fails, and all of them beside it."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from composer import shotlist as lists
from composer.composing.rehearsal import Rehearsal
from composer.composing.takes import Choice, Taken
from composer.errors import Fault, Problem
from composer.schema import GATED
from composer.types import FilmPlan, Measured, MeasureName

TAKES = "takes.json"
"""In the output folder, where takes of the film were scored."""

VERSION = 1
"""Of the document."""

_GATES = {measure: gate for gate, measure in GATED.items()}


def unkept(rehearsal: Rehearsal, plan: FilmPlan, choices: Sequence[Choice]) -> Iterator[Fault]:
    """A warning for each gate that a clip does not keep, whichever of its takes it is."""
    places = {shot.shot: shot.index for shot in plan.shots}
    for choice in choices:
        for figure in choice.failed:
            hint = f"look at film {_frames(figure)}" if figure.where.frames else "look at its first frame"
            kept = (f"none is made instead of one that was picked; `--undo {choice.shot}` takes that back",)
            hints = (hint, *(kept if choice.picked else ()))
            problem = Problem(("shots", places[choice.shot]), "gate", _said(choice, figure), hints, severity="warning")
            yield from lists.locate(rehearsal.shotlist, [problem])


def _said(choice: Choice, figure: Measured) -> str:
    count = len(choice.takes)
    if choice.picked:
        whose = f"take {choice.chosen} of `{choice.segment}`, picked by hand,"
    else:
        whose = f"the best of {count} takes of `{choice.segment}`" if count > 1 else f"`{choice.segment}`"
    return f"{whose} fails the gate `{_GATES[figure.measure]}`: {amount(figure)}"


def amount(figure: Measured) -> str:
    """`7.2 px, limit 4 px, at `crane``."""
    at = f", at `{figure.where.thing}`" if figure.where.thing and figure.where.thing != "camera" else ""
    return f"{figure.value:.3g} {figure.unit}, limit {figure.limit:g} {figure.unit}{at}"


def _frames(figure: Measured) -> str:
    frames = figure.where.frames
    return f"frame{'s' if len(frames) > 1 else ''} {' and '.join(map(str, frames))}"


def failing(choices: Sequence[Choice]) -> str:
    """How many gates clips do not keep, and the worst; empty where they keep all."""
    failed = [(choice, figure) for choice in choices for figure in choice.failed]
    if not failed:
        return ""
    choice, figure = max(failed, key=lambda one: one[1].excess)
    return f"{len(failed)} gate{'s fail' if len(failed) > 1 else ' fails'}; the worst: {_said(choice, figure)}"


def takes_json(choices: Sequence[Choice], limits: Mapping[MeasureName, float]) -> str:
    """All takes of a film with their scores, and which were chosen."""
    told = {
        "version": VERSION,
        "limits": {_GATES[measure]: limit for measure, limit in limits.items()},
        "segments": {choice.segment: _told(choice) for choice in choices},
    }
    return json.dumps(told, indent=1) + os.linesep


def _told(choice: Choice) -> dict[str, Any]:
    return {
        "chosen": choice.chosen,
        **({"picked": True} if choice.picked else {}),
        "failed": [_GATES[figure.measure] for figure in choice.failed],
        "takes": [_take(taken) for taken in choice.takes],
    }


def _take(taken: Taken) -> dict[str, Any]:
    return {
        "take": taken.number,
        "seed": taken.seed,
        "clip": taken.key,
        "figures": [_figure(figure) for figure in taken.score],
    }


def _figure(figure: Measured) -> dict[str, Any]:
    said = {"says": figure.says} if figure.says else {}
    return {
        "gate": _GATES[figure.measure],
        "value": figure.value,
        "unit": figure.unit,
        "limit": figure.limit,
        "floor": figure.floor.p90 if figure.floor else None,
        "verdict": figure.verdict,
        "frames": list(figure.where.frames),
        "thing": figure.where.thing,
        **said,
    }
