"""What the documents beside a film tell of how its clips came to be, for its report: its takes, and what was corrected."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from composer.composing.beside import beside, film_frame
from composer.composing.gating import TAKES
from composer.composing.gating import VERSION as TAKES_VERSION
from composer.composing.publishing import MANIFEST
from composer.composing.reconciled import DOCUMENT
from composer.composing.reconciled import VERSION as DOCUMENT_VERSION
from composer.measuring import shares_of_limits
from composer.schema import GATED
from composer.store import file_digest
from composer.types import (
    AlteredPrefix,
    FilmMeasures,
    FilmPlan,
    Measured,
    SegmentCorrections,
    SegmentPlan,
    SegmentTakes,
    SourceFrame,
    TakeFigure,
    Whereabouts,
)

_UNITS = {"position": "px", "colour": "dE"}
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def with_clips(measures: FilmMeasures, film: Path, plan: FilmPlan) -> FilmMeasures:
    """`measures` of `film`, with what is told of its clips beside it; as they are where the manifest there does not say
    that this very film was made of them.
    """
    joins, told = {join.after: join.index for join in measures.joins}, clips_told(film)
    with suppress(*_UNREADABLE):
        measures = replace(measures, takes=tuple(_takes(told.get(TAKES, {}), plan, joins)))
    with suppress(*_UNREADABLE):
        measures = replace(measures, corrections=tuple(_corrections(told.get(DOCUMENT, {}), plan, joins)))
    return measures


def clips_told(film: Path) -> Mapping[str, Any]:
    """The documents of `film` that `with_clips` reads, by name: what it adds follows from them and the plan."""
    return dict(_own(film))


def _own(film: Path) -> Iterator[tuple[str, Any]]:
    """The documents that were written with `film`, as they were written."""
    with suppress(*_UNREADABLE):
        digests = json.loads((film.parent / MANIFEST).read_text())["digests"]
        if digests.get(film.name) != file_digest(film):
            return
        for name, version in ((TAKES, TAKES_VERSION), (DOCUMENT, DOCUMENT_VERSION)):
            if name in digests and digests[name] == file_digest(film.parent / name):
                told = json.loads((film.parent / name).read_text())
                if told["version"] == version:
                    yield name, told["segments"]


def _takes(told: Mapping[str, Any], plan: FilmPlan, joins: Mapping[str, int]) -> Iterator[SegmentTakes]:
    for segment in _told_of(told, plan):
        said, held = told[segment.id], beside(plan, segment)
        own = SourceFrame(segment.id, held.start)
        against = held.lead[-1:] or held.remembered
        frames = dict.fromkeys(film_frame(plan, source) for source in against)
        yield _adapter(SegmentTakes).validate_python(
            {
                "segment": segment.id,
                "join": joins.get(segment.id),
                "frame": film_frame(plan, own) or 0,
                "against": [frame for frame in frames if frame is not None],
                "chosen": said["chosen"],
                "picked": said.get("picked", False),
                "takes": [
                    _take(number, *one) for number, one in enumerate(zip(said["takes"], _shares(said), strict=True))
                ],
            }
        )


def _take(number: int, said: Mapping[str, Any], share: float | None) -> dict[str, Any]:
    figures = [{"measure": GATED[figure["gate"]], **_known(TakeFigure, figure)} for figure in said["figures"]]
    told = {name: said[name] for name in ("seed", "clip")}
    return {"take": number, **told, "share_of_limits": share, "figures": figures}


def _shares(said: Mapping[str, Any]) -> list[float | None]:
    """By what the takes of a segment were chosen, where they fail as many gates."""
    return shares_of_limits([tuple(_measured(one) for one in take["figures"]) for take in said["takes"]])


def _measured(said: Mapping[str, Any]) -> Measured:
    value = None if said["value"] is None else float(said["value"])
    measure, limit = GATED[said["gate"]], float(said["limit"])
    return Measured(measure, value, said["unit"], limit, None, said["verdict"], Whereabouts("", "", None, ()))


def _corrections(told: Mapping[str, Any], plan: FilmPlan, joins: Mapping[str, int]) -> Iterator[SegmentCorrections]:
    for segment in _told_of(told, plan):
        said = told[segment.id]
        prefix = said.get("prefix")
        yield _adapter(SegmentCorrections).validate_python(
            {
                "segment": segment.id,
                "join": joins.get(segment.id),
                "corrections": [_correction(what, said[what]) for what in _UNITS if what in said],
                "prefix": prefix and {**_known(AlteredPrefix, prefix), "says": prefix["said"]},
            }
        )


def _correction(what: str, said: Mapping[str, Any]) -> dict[str, Any]:
    figures = {when: said.get(when, {}) for when in ("before", "after")}
    return {"what": what, "done": said["done"], "says": said.get("said", ""), "unit": _UNITS[what], **figures}


def _told_of(told: Mapping[str, Any], plan: FilmPlan) -> list[SegmentPlan]:
    """The segments that there is anything told of, in the film's order."""
    return [segment for segment in plan.segments if segment.id in told]


def _known(kind: type[TakeFigure | AlteredPrefix], said: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: said[one.name] for one in fields(kind) if one.name in said}


@cache
def _adapter(kind: type) -> Any:
    return TypeAdapter(kind)
