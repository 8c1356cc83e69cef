"""Story time: where on the one clock of the film a shot begins."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import WithJsonSchema

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.names import SHOT_NAME, parse_shot_name
from composer.spelling import did_you_mean

Begins = Literal["continuous", "later", "same", "after"]
_WORDS: tuple[Begins, ...] = ("continuous", "later", "same", "after")
_EXPECTED = (
    "expected `continuous`, `later TIME`, `same`, `same as SHOT`, `after SHOT`; the last two also with `+ TIME`, "
    "such as `same as roll + 1s`"
)


@dataclass(frozen=True)
class StoryTime:
    """Where a shot begins on the story's clock.

    `continuous`: where the shot before it ended; `later`: `plus` after that; `same`: when `shot` began (None: the shot
    before), `after`: when it ended, both with `plus` added.
    """

    begins: Begins = "continuous"
    shot: str | None = None
    plus: q.Time | None = None


CONTINUOUS = StoryTime()


def parse_story_time(value: Any) -> StoryTime:
    """`continuous`, `later 10min`, `same`, `same as roll + 1s`, `after office + 2s`. Raises `Wrong`."""
    if isinstance(value, StoryTime):
        return value
    if not isinstance(value, str):
        raise Wrong("story-time", f"`{q.shown(str(value))}` is no moment of the story", _EXPECTED)
    text = " ".join(value[:200].split())
    match text.split():
        case ["continuous"]:
            return CONTINUOUS
        case ["later", time]:
            return StoryTime("later", plus=_time(time, "later "))
        case ["same"]:
            return StoryTime("same")
        case ["same", "as", shot, *rest]:
            return StoryTime("same", _shot(shot), _plus(rest, f"same as {shot}"))
        case ["after", shot, *rest]:
            return StoryTime("after", _shot(shot), _plus(rest, f"after {shot}"))
    raise _unspoken(text)


def _unspoken(text: str) -> Wrong:
    said = f"`{q.shown(text)}` is no moment of the story"
    match text.split():
        case ["later", *_]:
            return Wrong("story-time", "`later` needs a time", "expected how much later, such as `later 10min`")
        case ["after"]:
            return Wrong("story-time", "`after` needs a shot", "expected the name of a shot, such as `after office`")
        case ["same", shot] | ["same", "with" | "like", shot]:
            return Wrong("story-time", said, f"Did you mean `same as {shot}`?")
        case [word, *_]:
            return Wrong("story-time", said, f"{_EXPECTED}.{did_you_mean(word, _WORDS)}")
    return Wrong("story-time", said, _EXPECTED)


def _time(text: str, before: str) -> q.Time:
    try:
        return q.parse_time(text)
    except Wrong as wrong:  # the hint is to be pasted whole
        expected = tuple(line.replace("Did you mean `", f"Did you mean `{before}") for line in wrong.expected)
        raise Wrong(wrong.code, wrong.message, *expected, focus=wrong.focus or text) from None


def _shot(text: str) -> str:
    try:
        return parse_shot_name(text)
    except Wrong as wrong:
        raise Wrong(wrong.code, wrong.message, *wrong.expected, focus=text) from None


def _plus(rest: list[str], before: str) -> q.Time | None:
    match rest:
        case []:
            return None
        case ["+", time]:
            return _time(time, f"{before} + ")
    said = " ".join(rest)
    meant = f" Did you mean `{before} + {said.lstrip('+ ')}`?" if len(rest) == 1 else ""
    raise Wrong(
        "story-time",
        f"`{q.shown(said)}` is too much after `{before}`",
        f"expected `+ TIME` or nothing.{meant}",
        focus=said,
    )


_N = r"(\d+(\.\d+)?|\.\d+)"
_TIME = rf"{_N}\s*(s|f|min|h)"
STORY_TIME_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": rf"^(continuous|later {_TIME}|same( as ({SHOT_NAME})( \+ {_TIME})?)?|after ({SHOT_NAME})( \+ {_TIME})?)$",
        "examples": ["continuous", "later 10min", "same as roll + 1s", "after office"],
    }
)
