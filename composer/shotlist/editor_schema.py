"""The language as a JSON Schema (draft 2020-12), with which editors complete and check a shot list."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from composer.schema import ShotList


def json_schema() -> dict[str, Any]:
    """JSON Schema of a shot list in YAML: keys, shorthand forms, phrases as patterns, a description for each."""
    schema = ShotList.model_json_schema(by_alias=True, schema_generator=_Generator)
    return {"$schema": GenerateJsonSchema.schema_dialect, "title": "Shot list", **_tidied(schema)}


class _Generator(GenerateJsonSchema):
    """Fields that may be absent are not written as null."""

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: Any) -> dict[str, Any]:
        """Names are checked: what matches no pattern is no name."""
        made = super().dict_schema(schema)
        return {**made, "additionalProperties": False} if "patternProperties" in made else made

    def default_schema(self, schema: Any) -> dict[str, Any]:
        """Without the defaults: the descriptions tell them in the language's own words."""
        return self.generate_inner(schema["schema"])


def _tidied(value: Any, *, names: bool = False) -> Any:
    """Without the titles that pydantic makes up from field names."""
    if isinstance(value, list):
        return [_tidied(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _tidied(item, names=key in ("properties", "$defs"))
        for key, item in value.items()
        if names or key not in ("title", "default")
    }
