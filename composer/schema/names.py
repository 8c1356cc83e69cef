"""Names of places, things, marks, styles and shots."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from composer.errors import Wrong
from composer.schema.quantities import COMPASS, shown
from composer.schema.words import SIZES

NAME = r"[a-z][a-z0-9_]{1,63}"
SHOT_NAME = rf"{NAME}|\d{{1,4}}[A-Z]{{0,2}}"
_RULE = "expected lower case letters, digits and `_`, two to 64 of them, beginning with a letter"

TAKEN = (
    frozenset(COMPASS)
    | {size.lower() for size in SIZES}
    | frozenset(["to", "at", "by", "for", "via", "with", "as", "in", "end", "plain", "all"])
    | frozenset(["yes", "no", "on", "off", "true", "false", "null"])
)
"""Words that no thing may be called: the language's own, and those that older YAML reads as yes, no or nothing."""


def listed(names: Iterable[str], most: int = 24) -> str:
    """`a, b, c`; of more than `most` names, how many follow."""
    known = list(names)
    return ", ".join(known[:most]) + (f" and {len(known) - most} more" if len(known) > most else "")


def parse_name(value: Any) -> str:
    """A name that may be declared or referred to. Raises `Wrong`."""
    if not isinstance(value, str):
        raise Wrong("name", f"`{shown(value)}` is not a name", _RULE)
    text = value
    if text in TAKEN:
        raise Wrong(
            "taken-name", f"`{text}` is a word of the language", f"expected another name, such as `{repaired(text)}`"
        )
    if re.fullmatch(NAME, text):
        return text
    raise Wrong("name", f"`{shown(text)}` is not a name", _RULE + "." + _repaired(text))


def parse_shot_name(value: Any) -> str:
    """A name, or a number with letters as on a slate (`12A`). Raises `Wrong`."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return parse_name(value)
    text = str(value)
    if re.fullmatch(SHOT_NAME, text) and text not in TAKEN:
        return text
    if text in TAKEN:
        return parse_name(text)
    raise Wrong("name", f"`{shown(text)}` is not a name", f"{_RULE}, or a slate such as `12A`.{_repaired(text)}")


def repaired(text: str) -> str:
    """The name that is most like `text` and may be used, or "" when none is."""
    good = re.sub(r"[^a-z0-9]+", "_", text[:64].lower()).strip("_")
    good = f"{good}_1" if good in TAKEN else good
    return good if re.fullmatch(NAME, good) else ""


def _repaired(text: str) -> str:
    good = repaired(text)
    return f" Did you mean `{good}`?" if good else ""


Name = Annotated[str, BeforeValidator(parse_name), WithJsonSchema({"type": "string", "pattern": f"^{NAME}$"})]
ShotName = Annotated[
    str,
    BeforeValidator(parse_shot_name),
    WithJsonSchema({"type": ["string", "integer"], "pattern": f"^({SHOT_NAME})$", "examples": ["front", "12A"]}),
]
