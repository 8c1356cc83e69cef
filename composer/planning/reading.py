"""A plan read again from its JSON."""

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from composer.errors import Wrong
from composer.types import FilmPlan


def read_plan(text: str) -> FilmPlan:
    """The plan that `plan_json` wrote. Raises `Wrong` for anything else."""
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or document.pop("version", None) != 1:
            raise Wrong("plan", "this is no plan that this program wrote", "expected `plan.json` of a rendered film")
        plan: FilmPlan = _adapter().validate_python(_with_ranges(document))
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise Wrong("plan", f"`{at}`: {first['msg'].lower()}", "expected `plan.json` of a rendered film") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise Wrong("plan", f"it is not JSON: {error}", "expected `plan.json` of a rendered film") from None
    return plan


@cache
def _adapter() -> Any:
    return TypeAdapter(FilmPlan)


def _with_ranges(value: Any) -> Any:
    """Ranges of frames as a mapping; in the document they are lists of two."""
    if isinstance(value, list):
        return [_with_ranges(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {"start": item[0], "stop": item[1]}
        if key == "frames" and isinstance(item, list) and len(item) == 2
        else _with_ranges(item)
        for key, item in value.items()
    }
