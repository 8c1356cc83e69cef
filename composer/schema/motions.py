"""Motions of subjects: short sentences that end at a mark or a thing, checked word by word."""

import re
from collections.abc import Callable
from typing import Any, Literal

from pydantic import WithJsonSchema

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.names import NAME, parse_name, repaired
from composer.schema.phrases import parse_facing, parse_spot
from composer.schema.sizes import offered_point
from composer.schema.words import Action, Go, Hold, Keyed, Pose, Push, Put, Release, Take, Throw, Turn
from composer.spelling import did_you_mean

WORDS = ("hold", "walk", "run", "turn", "take", "put", "move", "release", "push", "throw")
_MEANT = {
    "roll": "push",
    "kick": "push",
    "shove": "push",
    "drop": "release",
    "let": "release",
    "toss": "throw",
    "go": "walk",
    "carry": "take",
    "grab": "take",
    "pick": "take",
}
_CLAUSES = ("via", "to", "at", "by")


def parse_motion(value: Any) -> tuple[Action, ...]:
    """One action, a list of them, one after the other, or poses as `keys`. Raises `Wrong`."""
    if isinstance(value, dict):
        return (_keyed(value),)
    items = value if isinstance(value, list | tuple) else [value]
    if not items:
        raise Wrong("motion-word", "an empty list of actions", "expected actions, such as `walk to spot`")
    return tuple(item if isinstance(item, Action) else _action(item) for item in items)


def _action(value: Any) -> Action:
    if not isinstance(value, str):
        raise Wrong("motion-word", "this is no motion", "expected a sentence, such as `walk to spot`")
    words = value.split()
    text = " ".join(words)
    word, *rest = words or [""]
    if word in _ACTIONS:
        return _ACTIONS[word](rest, text)
    meant = f" Did you mean `{_MEANT[word]}`?" if word in _MEANT else did_you_mean(word, WORDS)
    raise Wrong(
        "motion-word",
        f"`{q.shown(word)}` is no motion" if word else "a motion without words",
        f"expected one of: {', '.join(WORDS)}.{meant}",
        focus=word,
    )


def _hold(rest: list[str], text: str) -> Action:
    match rest:
        case []:
            return Hold(text=text)
        case ["for", time]:
            return Hold(q.pointing(time, q.parse_time), text)
    raise Wrong("motion-word", "`hold` stays as it is", "expected `hold` or `hold for 1s`", focus=" ".join(rest))


def _turn(rest: list[str], text: str) -> Action:
    match rest:
        case ["to", to]:
            return Turn(q.pointing(to, parse_facing), text)
    raise Wrong(
        "motion-word",
        "`turn` needs someone, something or a direction to turn to",
        "expected `turn to NAME` or `turn to north-east`",
        focus=text,
    )


def _take(rest: list[str], text: str) -> Action:
    match rest:
        case [name]:
            return Take(q.pointing(name, parse_name), text)
    raise Wrong("motion-word", "`take` needs one thing", "expected `take NAME`, such as `take lantern`", focus=text)


def _put(rest: list[str], text: str) -> Action:
    match rest:
        case [name, "on_top_of" | "on" as where, onto]:
            if where == "on":
                good = f"put {name} on_top_of {onto}"
                raise Wrong(
                    "motion-word", "`put` sets a thing `on_top_of` another", f"Did you mean `{good}`?", focus=text
                )
            return Put(q.pointing(name, parse_name), q.pointing(onto, parse_name), text)
    raise Wrong(
        "motion-word", "`put` needs a thing and what it is set on", "expected `put NAME on_top_of NAME`", focus=text
    )


def _release(rest: list[str], text: str) -> Action:
    if not rest:
        return Release(text)
    raise Wrong(
        "motion-word",
        "`release` stands alone: it is told to the thing",
        f"expected it under the thing's own name, such as `{q.shown(rest[0])}: release`",
        focus=text,
    )


def _push(rest: list[str], text: str) -> Action:
    match rest:
        case ["to", name, "at", speed]:
            return Push(q.pointing(name, parse_name), q.pointing(speed, q.parse_speed), text)
        case [way, "at", speed]:
            return Push(q.pointing(way, q.parse_direction), q.pointing(speed, q.parse_speed), text)
        case ["to", _] | [_]:
            raise Wrong("motion-word", "`push` does not say how fast", f"Did you mean `{text} at 1m/s`?", focus=text)
    expected = "expected `push DIRECTION at SPEED` or `push to NAME at SPEED`, such as `push east at 2m/s`"
    raise Wrong("motion-word", "this push cannot be read", expected, focus=text)


def _throw(rest: list[str], text: str) -> Action:
    match rest:
        case ["to", name, "in", time]:
            return Throw(q.pointing(name, parse_name), q.pointing(time, q.parse_time), None, text)
        case ["to", name, "at", speed]:
            return Throw(q.pointing(name, parse_name), None, q.pointing(speed, q.parse_speed), text)
        case ["to", _]:
            good = f"`{text} in 1s` or `{text} at 9m/s`"
            raise Wrong("motion-word", "`throw` does not say how fast", f"Did you mean {good}?", focus=text)
    expected = "expected `throw to NAME in TIME` or `throw to NAME at SPEED`, such as `throw to spot in 1.2s`"
    raise Wrong("motion-word", "this throw cannot be read", expected, focus=text)


_ACTIONS: dict[str, Callable[[list[str], str], Action]] = {
    "hold": _hold,
    "walk": lambda rest, text: _go("walk", rest, text),
    "run": lambda rest, text: _go("run", rest, text),
    "move": lambda rest, text: _go("move", rest, text),
    "turn": _turn,
    "take": _take,
    "put": _put,
    "release": _release,
    "push": _push,
    "throw": _throw,
}


def _keyed(value: dict[Any, Any]) -> Keyed:
    """`{keys: [{t: 0s, at: [1, 2], facing: east}, ...]}`."""
    for key in value:
        if key != "keys":
            hint = did_you_mean(str(key), ["keys"])
            raise Wrong(
                "unknown-key",
                f"unknown key `{q.shown(str(key))}` in a motion",
                f"expected `keys`.{hint}",
                focus=str(key),
            )
    items = value.get("keys")
    if not isinstance(items, list | tuple) or not items:
        raise Wrong("keys", "`keys` is a list of poses", "expected poses, such as `{t: 0s, at: [1, 2]}`", focus="keys")
    return Keyed(tuple(_pose(item) for item in items), "keys")


def _pose(item: Any) -> Pose:
    if not isinstance(item, dict):
        raise Wrong(
            "keys", "this is no pose", "expected a time and a point, such as `{t: 0s, at: [1, 2]}`", focus=str(item)
        )
    for key in item:
        if key not in ("t", "at", "facing"):
            hint = did_you_mean(str(key), ("t", "at", "facing"))
            said = f"unknown key `{q.shown(str(key))}` in a pose"
            raise Wrong("unknown-key", said, f"expected some of: t, at, facing.{hint}", focus=str(key))
    if "t" not in item or "at" not in item:
        missing = "t" if "t" not in item else "at"
        raise Wrong(
            "missing-key",
            f"a pose without `{missing}`",
            "expected a time and a point, such as `{t: 0s, at: [1, 2]}`",
            focus="keys",
        )
    facing = item.get("facing")
    return Pose(
        q.pointing(item["t"], q.parse_moment),
        q.pointing(item["at"], parse_spot),
        None if facing is None else q.pointing(facing, parse_facing),
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
    via = tuple(q.pointing(word, parse_name) for word in clauses.get("via", ()))
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
    return q.pointing(words[0], parse)


_CLAUSE_EXAMPLES = {
    "to": "expected one mark or thing, such as `walk to spot`",
    "at": "expected a speed, such as `at 1.2m/s`",
    "by": "expected a time from the shot's start, such as `by 3s`, or `by end`",
}


_N = r"(\d+(\.\d+)?|\.\d+)"
_TIME = rf"{_N}(s|f|min|h)"
_DIRECTION = rf"{'|'.join(q.COMPASS)}|-?{_N}deg"
_SPEED = rf"{_N}(m/s|km/h|mph)"
_PHRASES = (
    rf"hold( for {_TIME})?",
    rf"(walk|run|move)( via( {NAME})+)? to {NAME}( at {_SPEED}| by ({_TIME}|end))?",
    rf"turn to ({_DIRECTION}|{NAME})",
    rf"take {NAME}",
    rf"put {NAME} on_top_of {NAME}",
    "release",
    rf"push ({_DIRECTION}|to {NAME}) at {_SPEED}",
    rf"throw to {NAME} (in {_TIME}|at {_SPEED})",
)
_MOTION = {
    "type": "string",
    "pattern": f"^({'|'.join(_PHRASES)})$",
    "examples": [
        "walk to spot",
        "run via aside to crane by 3s",
        "turn to barrel",
        "push east at 2m/s",
        "throw to spot in 1.2s",
    ],
}
_POSE = {
    "type": "object",
    "properties": {
        "t": {"type": "string", "pattern": rf"^{_TIME}$"},
        "at": {
            "anyOf": [
                {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3},
                {"type": "string", "pattern": f"^{NAME}$"},
            ]
        },
        "facing": {"type": "string", "pattern": f"^({_DIRECTION}|{NAME})$"},
    },
    "required": ["t", "at"],
    "additionalProperties": False,
}
_KEYED = {
    "type": "object",
    "properties": {"keys": {"type": "array", "items": _POSE, "minItems": 1}},
    "required": ["keys"],
    "additionalProperties": False,
}
MOTION_SCHEMA = WithJsonSchema({"anyOf": [_MOTION, {"type": "array", "items": _MOTION, "minItems": 1}, _KEYED]})
