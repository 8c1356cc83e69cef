"""`report.json`: what was measured of a film, as a document that says of itself what it holds."""

from typing import Any

from pydantic import ConfigDict, RootModel
from pydantic.json_schema import GenerateJsonSchema

from composer.types import FilmMeasures


class _Report(RootModel[FilmMeasures]):
    """What was measured of a film: every join, every shot, and what came back into the picture."""

    model_config = ConfigDict(defer_build=True)  # most who measure write no document


def measures_json(measures: FilmMeasures) -> str:
    """The document `report.json`."""
    return _Report(measures).model_dump_json(indent=1) + "\n"


def read_measures(text: str | bytes) -> FilmMeasures:
    """A document as `measures_json` wrote it. Raises `pydantic.ValidationError` for anything else."""
    return _Report.model_validate_json(text).root


def measures_schema() -> dict[str, Any]:
    """The JSON Schema of the document, a description for each key."""
    schema = _Report.model_json_schema(mode="serialization")
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": "Measures of a film"}
