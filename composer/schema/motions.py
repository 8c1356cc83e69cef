"""Motions of subjects: short sentences that end at a mark or a thing, checked word by word."""

import re
from collections.abc import Callable
from typing import Any, Literal

from pydantic import WithJsonSchema

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.later import LATER_MOTIONS, not_yet
from composer.schema.names import NAME, did_you_mean, parse_name, repaired
from composer.schema.phrases import parse_facing
from composer.schema.sizes import offered_point
from composer.schema.words import Action, Go, Hold, Turn

WORDS = ("hold", "walk", "run", "move", "turn")
_CLAUSES = ("via", "to", "at", "by")


def parse_motion(value: Any) -> tuple[Action, ...]:
    """One action, or a list of them, one after the other."""
    items = value if isinstance(value, list | tuple) else [value]
    if not items:
        raise Wrong("motion-word", "an empty list of actions", "expected actions, such as `walk to spot`")
    return tuple(item if isinstance(item, Hold | Go | Turn) else _action(item) for item in items)


def _action(value: Any) -> Action:
    if not isinstance(value, str):
        raise Wrong("motion-word", "this is no motion", "expected a sentence, such as `walk to spot`")
    words = value.split()
    text = " ".join(words)
    match words:
        case ["hold"]:
            return Hold(text=text)
        case ["hold", "for", time]:
            return Hold(_pointing(time, q.parse_time), text)
        case ["hold", *rest]:
            raise Wrong(
                "motion-word", "`hold` stays as it is", "expected `hold` or `hold for 1s`", focus=" ".join(rest)
            )
        case ["turn", "to", to]:
            return Turn(_pointing(to, parse_facing), text)
        case ["turn", *_]:
            raise Wrong(
                "motion-word",
                "`turn` needs someone, something or a direction to turn to",
                "expected `turn to NAME` or `turn to north-east`",
                focus=text,
            )
        case ["walk" | "run" | "move" as gait, *rest]:
            return _go(gait, rest, text)
        case [word, *_] if word in LATER_MOTIONS:
            raise not_yet(word, ", ".join(WORDS), focus=word)
    word = words[0] if words else ""
    raise Wrong(
        "motion-word",
        f"`{q.shown(word)}` is no motion" if word else "a motion without words",
        f"expected one of: {', '.join(WORDS)}.{did_you_mean(word, WORDS)}",
        focus=word,
    )


def _go(gait: Literal["walk", "run", "move"], rest: list[str], text: str) -> Go:
    if point := offered_point(" ".join(rest[1:] if rest[:1] == ["to"] else rest)):
        meant = re.sub(r".*`(.+)`.*", r"\1", point)
        raise Wrong(
            "end-point",
            f"`{gait} to` takes a name, not coordinates",
            *_no_end(gait, rest, meant).expected,
            focus=" ".join(rest),
        )
    clauses = _clauses(gait, rest)
    if "to" not in clauses:
        raise _no_end(gait, rest)
    if "at" in clauses and "by" in clauses:
        raise Wrong(
            "over-determined",
            "a speed and a time of arrival are both given",
            "`at` sets the speed, `by` solves it. Drop one",
            focus=f"by {clauses['by'][0]}" if clauses["by"] else "by",
        )
    speed = _one(clauses, "at", q.parse_speed)
    by = _one(clauses, "by", lambda word: word if word == "end" else q.parse_time(word))
    via = tuple(_pointing(word, parse_name) for word in clauses.get("via", ()))
    if "via" in clauses and not via:
        raise Wrong(
            "motion-word",
            "`via` needs names",
            "expected marks or things on the way, such as `walk via aside to spot`",
            focus="via",
        )
    return Go(gait, _one(clauses, "to", parse_name, text), via, speed, by, text)


def _clauses(gait: str, rest: list[str]) -> dict[str, list[str]]:
    """The words that follow each of `via`, `to`, `at`, `by`."""
    clauses: dict[str, list[str]] = {}
    current: list[str] | None = None
    for word in rest:
        if word in _CLAUSES:
            if word in clauses:
                raise Wrong(
                    "motion-word",
                    f"`{word}` twice in one motion",
                    f"expected `{gait} [via A B] to X [at SPEED | by TIME | by end]`",
                    focus=" ".join(rest),
                )
            current = clauses.setdefault(word, [])
            if [_CLAUSES.index(clause) for clause in clauses] != sorted(_CLAUSES.index(clause) for clause in clauses):
                said = f"`{word}` comes too late in this motion"
                raise Wrong(
                    "motion-word", said, f"expected `{gait} [via A B] to X [at SPEED | by TIME | by end]`", focus=word
                )
        elif current is None:
            raise _no_end(gait, rest)
        else:
            current.append(word)
    return clauses


def _no_end(gait: str, rest: list[str], point: str = "[x, y]") -> Wrong:
    return Wrong(
        "end-point",
        f"`{gait}` needs a place to {gait} to",
        "a motion ends at a mark or a thing, so that it stays true when something else moves.",
        f"Add the mark `{gait}_end: {{at: {point}}}` and write `{gait} to {gait}_end`",
        focus=" ".join(rest) or gait,
    )


def _one(clauses: dict[str, list[str]], clause: str, parse: Callable[[str], Any], text: str = "") -> Any:
    """The single word after `clause`, parsed; None when the clause is absent."""
    if clause not in clauses:
        return None
    words = clauses[clause]
    if not words:
        raise Wrong("motion-word", f"`{clause}` needs a word after it", _CLAUSE_EXAMPLES[clause], focus=clause)
    if len(words) > 1:
        if clause == "to" and words[0] in ("the", "a", "an") and (name := repaired(" ".join(words[1:]))):
            raise Wrong(
                "motion-word",
                "names stand without an article",
                f"Did you mean `{text.partition(' to ')[0]} to {name}`?",
                focus=text,
            )
        known = did_you_mean(words[1], _CLAUSES)
        raise Wrong(
            "motion-word",
            f"`{q.shown(' '.join(words[1:]))}` is too much after `{clause} {q.shown(words[0])}`",
            f"{_CLAUSE_EXAMPLES[clause]}.{known}",
            focus=" ".join(words[1:]),
        )
    return _pointing(words[0], parse)


_CLAUSE_EXAMPLES = {
    "to": "expected one mark or thing, such as `walk to spot`",
    "at": "expected a speed, such as `at 1.2m/s`",
    "by": "expected a time from the shot's start, such as `by 3s`, or `by end`",
}


def _pointing(word: str, parse: Callable[[Any], Any]) -> Any:
    try:
        return parse(word)
    except Wrong as wrong:
        wrong.focus = wrong.focus or word
        raise


_N = r"(\d+(\.\d+)?|\.\d+)"
_TIME = rf"{_N}(s|f|min|h)"
_DIRECTION = rf"{'|'.join(q.COMPASS)}|-?{_N}deg"
_MOTION = {
    "type": "string",
    "pattern": rf"^(hold( for {_TIME})?|(walk|run|move)( via( {NAME})+)? to {NAME}( at {_N}(m/s|km/h|mph)| by ({_TIME}|end))?|turn to ({_DIRECTION}|{NAME}))$",
    "examples": ["walk to spot", "run via aside to crane by 3s", "turn to barrel"],
}
MOTION_SCHEMA = WithJsonSchema({"anyOf": [_MOTION, {"type": "array", "items": _MOTION, "minItems": 1}]})
