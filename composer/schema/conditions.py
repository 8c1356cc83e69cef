"""What changes in a shot and what must hold at its end: `dented at contact with crane`, `near crane 2m`."""

from typing import Any, get_args

from pydantic import WithJsonSchema

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.names import NAME, parse_name
from composer.schema.words import Change, Condition, Relation
from composer.spelling import did_you_mean

PLAIN = "plain"
"""The variant that takes every other off again."""

_ALONE = ("still", "moving", "in_frame", "out_of_frame")
_RELATIONS: tuple[str, ...] = get_args(Relation)
_BECOMES = "expected `VARIANT`, `VARIANT at 1.2s` or `VARIANT at contact with NAME`"


def parse_change(value: Any) -> Change:
    """`dented`, `dented at 1.2s`, `dented at contact with crane`, `plain`. Raises `Wrong`."""
    if isinstance(value, Change):
        return value
    if not isinstance(value, str):
        raise Wrong("becomes", "this is no look", _BECOMES)
    text = " ".join(value[:200].split())
    match text.split():
        case [variant]:
            return Change(_variant(variant), text=text)
        case [variant, "at", "contact", "with", name]:
            return Change(_variant(variant), contact=_name(name), text=text)
        case [variant, "at", time]:
            return Change(_variant(variant), time=q.pointing(time, q.parse_moment), text=text)
    raise Wrong("becomes", f"`{q.shown(text)}` is no change of look", _BECOMES)


def _variant(word: str) -> str:
    return word if word == PLAIN else _name(word)


def _name(word: str) -> str:
    return str(q.pointing(word, parse_name))


def parse_conditions(value: Any) -> tuple[Condition, ...]:
    """One condition, or a list of them that must all hold. Raises `Wrong`."""
    items = value if isinstance(value, list | tuple) else [value]
    if not items:
        raise Wrong("expect", "an empty list of conditions", "expected conditions, such as `near crane 2m`")
    return tuple(item if isinstance(item, Condition) else _condition(item) for item in items)


def _condition(value: Any) -> Condition:
    if not isinstance(value, str):
        raise Wrong("expect", "this is no condition", "expected words, such as `near crane 2m` or `still`")
    text = " ".join(value[:200].split())
    words = text.split()
    negated = words[:1] == ["not"]
    match words[1:] if negated else words:
        case ["near", name, distance]:
            return Condition("near", _name(name), q.pointing(distance, q.parse_extent), negated, text)
        case [("still" | "moving" | "in_frame" | "out_of_frame") as relation]:
            return Condition(relation, negated=negated, text=text)
        case ["looks", variant]:
            return Condition("looks", _variant(variant), negated=negated, text=text)
        case [relation, name] if relation in _RELATIONS and relation not in _ALONE:
            return Condition(relation, _name(name), negated=negated, text=text)  # type: ignore[arg-type]
        case [relation, *rest] if relation in _RELATIONS:
            said = (
                "takes no name" if relation in _ALONE else "needs one name" if relation != "looks" else "needs a look"
            )
            example = relation if relation in _ALONE else f"{relation} {'dented' if relation == 'looks' else 'crane'}"
            raise Wrong("expect", f"`{relation}` {said}", f"expected `{example}`", focus=" ".join([relation, *rest]))
        case [word, *_]:
            listed = ", ".join(_RELATIONS)
            said = f"`{q.shown(word)}` is no condition"
            raise Wrong("expect", said, f"expected one of: {listed}.{did_you_mean(word, _RELATIONS)}", focus=word)
    raise Wrong("expect", "a condition without words", "expected words, such as `near crane 2m` or `still`")


_N = r"(\d+(\.\d+)?|\.\d+)"
BECOMES_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": rf"^{NAME}( at ({_N}(s|f|min|h)|contact with {NAME}))?$",
        "examples": ["dented at contact with crane", "plain"],
    }
)
_CONDITION = {
    "type": "string",
    "pattern": rf"^(not )?(near {NAME}( {_N}(m|cm|mm|ft|in))?|(touching|on_top_of|left_of|right_of|in_front_of|behind|facing|in|looks) {NAME}|still|moving|in_frame|out_of_frame)$",
    "examples": ["near crane 2m", "not touching crane", "still", "in_frame"],
}
EXPECT_SCHEMA = WithJsonSchema({"anyOf": [_CONDITION, {"type": "array", "items": _CONDITION, "minItems": 1}]})
