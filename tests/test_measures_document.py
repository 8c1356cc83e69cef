"""The document that holds a film's measures: what is written is read again, by its own schema, and told worst first."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from composer.schema.report import measures_json, measures_schema, read_measures
from composer.types import (
    REPORT_VERSION,
    FilmMeasures,
    JoinMeasures,
    Measured,
    NoiseFloor,
    ShotMeasures,
    ThingMeasure,
    Whereabouts,
)

ROOT = Path(__file__).parent.parent


def measured(measure, value, limit, verdict):
    where = Whereabouts("yard", "walk", 0, (23, 24), "crate")
    return Measured(
        measure, value, "px", limit, NoiseFloor(0.3, 0.9, 8), verdict, where, (ThingMeasure("crate", value, 400, 0.9),)
    )


def join(index, *measures):
    return JoinMeasures(
        index, "cut", "walk/0", "back/0", ("yard", "yard"), 24 * (index + 1), (0, 0), invisible=False, measures=measures
    )


FILM = FilmMeasures(
    version=REPORT_VERSION,
    title="Small",
    video="film.mp4",
    fps="24000/1001",
    size=(128, 72),
    measured_size=(128, 72),
    frames=72,
    generator="previz",
    draft=False,
    verdict="fail",
    joins=(
        join(0, measured("anchor position", 2.0, 4.0, "pass")),
        join(1, measured("anchor position", 9.0, 4.0, "fail"), measured("anchor colour", None, 6.0, "not measurable")),
        join(2, measured("cut detectors", 1.0, 0.0, "fail")),
        join(3, measured("motion", 7.0, 1.0, "not measurable")),
    ),
    shots=(ShotMeasures("walk", "yard", "plain", "day", (0, 24), (measured("flicker", 0.1, 1.0, "pass"),), ()),),
    returns=(),
    places=(),
    losses=("no sound",),
)


def test_what_is_written_is_read_again():
    assert read_measures(measures_json(FILM)) == FILM


def test_the_document_keeps_its_schema():
    schema = measures_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(measures_json(FILM)), schema)
    assert schema["$defs"]["NoiseFloor"]["properties"]["p90"]["description"].startswith("90th percentile")


def test_the_published_schema_is_that_of_the_program():
    published = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    assert published == measures_schema(), "run: make docs"


def test_a_key_that_nobody_knows_is_refused():
    document = json.loads(measures_json(FILM))
    document["joins"][0]["measures"][0]["vlaue"] = 1
    with pytest.raises(ValidationError, match="vlaue"):
        read_measures(json.dumps(document))


def test_the_worst_joins_come_first_and_what_is_not_measurable_last():
    assert [join.index for join in FILM.worst()] == [2, 1, 0, 3]


def test_a_join_fails_with_one_figure_and_passes_with_none_that_fails():
    assert [join.verdict for join in FILM.joins] == ["pass", "fail", "fail", "not measurable"]
    assert replace(FILM.joins[0], measures=()).verdict == "not measurable"
