"""From what is told to a prompt: phrases in order, the least important left out until it fits."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from composer.prompting.bodies import body_sentence, third
from composer.prompting.camera import camera_sentence, framing_sentence
from composer.prompting.naming import Speaker, listed, sentence, with_article
from composer.prompting.told import Body, Thing, Told
from composer.types import GEOMETRY, Capabilities, Light

Count = Callable[[str], int]
"""Tokens of a text."""

_STYLE, _ACTION, _BODY, _CAMERA, _THING, _PLACE, _LIGHT = 7000, 6000, 5000, 4000, 3000, 2000, 1000
"""Ranks: the least is left out first; within one, what is told later, or fills less of the picture."""
_LEAST_SHARE, _WIDE, _BEHIND, _SKY_SHARE = 0.004, 0.7, 2.0, 0.3
_VIEW = "we see {}"

_LIGHTS: dict[Light, str] = {
    "dawn": "it is dawn, and the light is low and soft",
    "morning": "it is morning, and the light is clear",
    "day": "it is day, and the light is bright",
    "afternoon": "it is afternoon, and the light is warm",
    "dusk": "it is dusk, and the light is fading",
    "night": "it is night",
    "overcast": "the sky is overcast, and the light is soft and even",
    "indoor": "it is indoors, and lamps are lit",
}


@dataclass(frozen=True)
class Prompt:
    """A compiled prompt: its text, its phrases in order, those that found no room, and what is told in words alone.

    `cut` is true where the shot's own prompt found no room.
    """

    text: str
    said: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    in_words_alone: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True)
class _Phrase:
    """`text` names things as `@name`. Phrases of one `frame` that follow one another make one sentence."""

    text: str
    rank: float
    topic: str  # what is told in words alone, when it is said; or `action`
    frame: str = "{}"


def compile_prompt(told: Told, can: Capabilities, count: Count) -> Prompt:
    """The prompt for a generator, of at most its `prompt_tokens`: what it reads otherwise is not in it."""
    phrases = list(_phrases(told, can))
    shortly = bool(can.channels & {"looks", "albedo"})

    def render(chosen: Sequence[_Phrase]) -> str:
        speaker = Speaker(told.names, told.others, shortly=shortly)
        return " ".join(_sentences(chosen, speaker))

    def alone(phrase: _Phrase) -> str:
        return Speaker(told.names, told.others, shortly=shortly).say(phrase.text).strip(" ,")

    kept = _fitting(phrases, render, count, can.prompt_tokens)
    dropped = [phrase for phrase in phrases if phrase not in kept]
    topics = {phrase.topic for phrase in kept}
    return Prompt(
        text=render(kept),
        said=tuple(alone(phrase) for phrase in kept),
        left_out=tuple(alone(phrase) for phrase in dropped),
        in_words_alone=tuple(_in_words_alone(told, topics)),
        cut=any(phrase.topic == "action" for phrase in dropped),
    )


def _fitting(
    phrases: Sequence[_Phrase], render: Callable[[Sequence[_Phrase]], str], count: Count, most: int | None
) -> list[_Phrase]:
    """All phrases that stay when the least important go one after the other until the text fits."""
    kept = list(phrases)
    if most is None:
        return kept
    kept = [p for p in kept if p.rank < _STYLE or count(render([p])) <= most]
    while kept and count(render(kept)) > most:
        kept.remove(min(kept, key=lambda phrase: phrase.rank))
    return kept


def _sentences(phrases: Sequence[_Phrase], speaker: Speaker) -> Iterator[str]:
    for frame, group in groupby(phrases, key=lambda phrase: phrase.frame):
        texts = [phrase.text for phrase in group]
        for text in [listed(texts)] if frame != "{}" else texts:
            yield sentence(speaker.say(frame.format(text)))


def _phrases(told: Told, can: Capabilities) -> Iterator[_Phrase]:
    """In the order in which they are said."""
    blind = not can.channels & GEOMETRY
    if blind and told.view is not None:
        if said := framing_sentence(told.view, goes_on=told.goes_on):
            yield _Phrase(said, _CAMERA + 1, "camera")
        yield _Phrase(camera_sentence(told.view.moves), _CAMERA, "camera")
    if told.view is None:
        yield _Phrase("nobody is in the picture, and the camera does not move", _CAMERA, "")
    action = list(_action(told.action))
    yield from () if blind else action
    for index, body in enumerate(told.bodies):
        said, frame = (body_sentence(body), "{}") if blind else (f"@{body.name}", _VIEW)
        yield _Phrase(said, _BODY - index, f"body {body.name}" if blind else "", frame)
    yield from action if blind else ()
    yield from _view(told, blind)
    yield from _setting(told, blind)
    if told.style and not can.style:
        yield _Phrase(f"the look is {told.style}", _STYLE, "style")


def _action(text: str) -> Iterator[_Phrase]:
    for index, part in enumerate(re.split(r"(?<=[.!?])\s+", text.strip()) if text.strip() else ()):
        yield _Phrase(part, _ACTION - index, "action")


def _view(told: Told, blind: bool) -> Iterator[_Phrase]:
    """What stands there, in the order of how much of the picture it fills, and the ground."""
    things = sorted((t for t in told.things if t.share >= _LEAST_SHARE), key=lambda t: (-t.share, t.name))
    nearest = min((thing.depth_m for thing in things), default=0.0)
    for index, thing in enumerate(things):
        placed = f"@{thing.name} {_stands(thing, nearest)}" if blind else f"@{thing.name}"
        yield _Phrase(placed, _THING - index, "things" if blind else "", _VIEW)


def _stands(thing: Thing, nearest_m: float) -> str:
    behind = thing.depth_m > _BEHIND * nearest_m + 1
    if thing.wide > _WIDE:
        return "across the background" if behind else "across the picture"
    side = third(thing.x)
    across = "in the middle" if side == "middle" else f"on the {side}"
    return f"{across} in the background" if behind else across


def _setting(told: Told, blind: bool) -> Iterator[_Phrase]:
    bigger = sum(1 for thing in told.things if thing.share > told.ground_share)
    if told.ground_share >= _LEAST_SHARE:
        yield _Phrase(f"the {'floor' if told.inside else 'ground'} is {told.ground}", _THING - bigger + 0.5, "")
    if told.sky_share > _SKY_SHARE and blind:
        yield _Phrase("the sky fills much of the picture", _PLACE + 1, "things")
    yield _Phrase(f"the place is {with_article(told.place)}", _PLACE, "")
    yield _Phrase(_LIGHTS[told.light], _LIGHT, "")


def _in_words_alone(told: Told, topics: set[str]) -> Iterator[str]:
    bodies = [body for body in told.bodies if f"body {body.name}" in topics]
    if bodies:
        yield _whereabouts(bodies)
    if "things" in topics:
        yield "where things stand"
    if "camera" in topics:
        yield "the camera and its move"


def _whereabouts(bodies: Sequence[Body]) -> str:
    return f"where {listed(body.name for body in bodies)} {'is' if len(bodies) == 1 else 'are'}, and how that changes"
