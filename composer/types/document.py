"""What all parts of the document `report.json` have in common."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

MeasureName = Literal[
    "anchor colour",
    "anchor position",
    "body position",
    "motion",
    "body motion",
    "acceleration",
    "flicker",
    "light drift",
    "ghosting",
    "cut detectors",
    "re-observation",
    "click",
    "fade dip",
    "loudness step",
    "event offset",
    "expectation",
]

Verdict = Literal["pass", "fail", "not measurable"]


class Document:
    """Field docstrings become the schema's descriptions; what the schema does not name is refused."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"use_attribute_docstrings": True, "extra": "forbid"}
