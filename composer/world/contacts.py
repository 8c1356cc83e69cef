"""From contact forces step by step to what is heard: blows, and things that roll or slide along."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from composer.types import Contact, ContactKind, Vector
from composer.world.physics_model import GRAVITY_M_S2, STEP_S

Pair = tuple[str, str]

_LOUD = 3.0  # times the weight, or the force that went before: a blow
_OVER = 1.2  # times that: the blow is over
_LEAST_BLOW_M_S = 0.1  # change of speed
_APART_STEPS = 48  # out of touch for longer, a thing that hops along does not touch any more
_ECHO_STEPS = 29  # a weaker blow so soon after is part of the one before
_HEAD_STEPS = 8  # quiet steps before the loud ones that belong to the blow
_LEAST_SPEED_M_S = 0.05
_SLIPS = 0.3  # of the speed: sliding
_LEAST_STEPS = 144  # 0.15 s: a shorter roll or slide is not told
_PATIENCE_STEPS = 96  # a kind is over when it was not seen for so long
_TINY = 1e-9  # N s


@dataclass(frozen=True, eq=False)
class Touch:
    """A pair in touch at one step: normal impulse a step (N s), where, normal from first to second, speeds (m/s).

    `slip_m_s` is that of the two surfaces where they touch, `speed_m_s` that of the two bodies past one another.
    """

    impulse_n_s: float
    position: Vector
    normal: Vector
    slip_m_s: float
    speed_m_s: float


@dataclass
class _Event:
    """A blow, a roll or a slide under way from step `start` to step `last`; place and normal are means by impulse."""

    kind: ContactKind
    start: int
    last: int
    impulse_n_s: float = 0.0
    moment: Float[np.ndarray, "6"] = field(default_factory=lambda: np.zeros(6))

    def add(self, step: int, touch: Touch, impulse_n_s: float) -> None:
        self.last = step
        self.impulse_n_s += impulse_n_s
        self.moment += (impulse_n_s + _TINY) * np.concatenate([touch.position, touch.normal])

    def contact(self, pair: Pair) -> Contact:
        position, normal = self.moment[:3], self.moment[3:]
        length = float(np.linalg.norm(normal))
        duration = 0.0 if self.kind == "blow" else (self.last - self.start) * STEP_S
        middle = position / length if length else position
        return Contact(
            self.start * STEP_S, pair, middle, normal / (length or 1.0), self.impulse_n_s, duration, self.kind
        )


@dataclass
class Talk:
    """What goes on between a pair: `since` and `seen` bound the steps of this touch, hops included.

    `usual_n_s` is the impulse a step that went before, `head_n_s` that of the last `head_steps` steps, the rise of a blow
    to come. `struck` is the blow before, which waits for its echoes; `lasting` rolls or slides; `turning` will follow it.
    """

    since: int
    seen: int
    usual_n_s: float = 0.0
    head_n_s: float = 0.0
    head_steps: int = 0
    blow: _Event | None = None
    struck: _Event | None = None
    lasting: _Event | None = None
    turning: _Event | None = None


class Contacts:
    """Listens to pairs in touch and tells what happened, in order of time. `masses` (kg) of what moves freely."""

    def __init__(self, masses: Mapping[str, float]) -> None:
        self._masses = masses
        self._talks: dict[Pair, Talk] = {}
        self._told: list[Contact] = []

    def knows(self, pair: Pair, step: int) -> bool:
        """Whether the pair has been in touch for a while."""
        talk = self._talks.get(pair)
        return talk is not None and step - talk.since > _APART_STEPS

    @property
    def quiet(self) -> bool:
        """No blow is under way."""
        return all(talk.blow is None for talk in self._talks.values())

    def hear(self, step: int, steps: int, touches: Mapping[Pair, Touch]) -> None:
        """The pairs in touch at `step`; so they were in the `steps` steps that end with it."""
        for pair in [p for p in self._talks if p not in touches]:
            talk = self._talks[pair]
            self._end_blow(pair, talk)
            if step - talk.seen > _APART_STEPS:
                self._close(pair)
        for pair, touch in touches.items():
            talk = self._talks.setdefault(pair, Talk(step, step))
            talk.seen = step
            usual = max(self._mass(pair) * GRAVITY_M_S2 * STEP_S, talk.usual_n_s)
            if talk.blow or touch.impulse_n_s > _LOUD * usual:
                _strike(talk, step, touch)
                if touch.impulse_n_s < _OVER * usual:
                    self._end_blow(pair, talk)
            else:
                _bear(talk, steps, touch)
            self._go_along(pair, talk, step, steps, touch)

    def forget(self, name: str) -> None:
        """A body came to rest or went away: what it touched is over."""
        for pair in [p for p in self._talks if name in p]:
            self._close(pair)

    def told(self) -> list[Contact]:
        """All that happened so far; what is under way as if it ended now."""
        under_way = [c for pair, talk in self._talks.items() for c in self._ends(pair, talk)]
        return sorted([*self._told, *under_way], key=lambda c: (c.time_s, c.bodies, c.kind))

    def save(self) -> Mapping[Pair, Talk]:
        """What is under way."""
        return deepcopy(self._talks)

    def resume(self, step: int, talks: Mapping[Pair, Talk]) -> None:
        """Go on from what was saved at `step`; what was told of later is forgotten."""
        self._talks = deepcopy(dict(talks))
        self._told = [c for c in self._told if c.time_s < step * STEP_S]

    def _mass(self, pair: Pair) -> float:
        inverse = sum(1 / self._masses[name] for name in pair if name in self._masses)
        return 1 / inverse if inverse else 1.0

    def _end_blow(self, pair: Pair, talk: Talk) -> None:
        talk.head_n_s, talk.head_steps = 0.0, 0
        blow, before = talk.blow, talk.struck
        if blow is None:
            return
        talk.blow = None
        if before and blow.start - before.last <= _ECHO_STEPS and blow.impulse_n_s <= before.impulse_n_s:
            before.impulse_n_s += blow.impulse_n_s
            before.last = blow.last
            return
        if before:
            self._told += self._worth(pair, before)
        talk.struck = blow

    def _go_along(self, pair: Pair, talk: Talk, step: int, steps: int, touch: Touch) -> None:
        """Follow rolling and sliding: what is seen again within 0.1 s goes on, what is not is over."""
        fastest = max(touch.slip_m_s, touch.speed_m_s)
        if fastest > _LEAST_SPEED_M_S:
            kind: ContactKind = "slide" if touch.slip_m_s > _SLIPS * fastest else "roll"
            if talk.lasting is None:
                talk.lasting = _Event(kind, step - steps, step)
            if talk.lasting.kind == kind:
                talk.lasting.add(step, touch, touch.impulse_n_s * steps)
                talk.turning = None
                return
            talk.turning = talk.turning or _Event(kind, step - steps, step)
            talk.turning.add(step, touch, touch.impulse_n_s * steps)
        if talk.lasting and step - talk.lasting.last > _PATIENCE_STEPS:
            self._told += self._worth(pair, talk.lasting)
            talk.lasting, talk.turning = talk.turning, None

    def _close(self, pair: Pair) -> None:
        self._told += self._ends(pair, self._talks.pop(pair))

    def _ends(self, pair: Pair, talk: Talk) -> Iterator[Contact]:
        for event in (talk.struck, talk.blow, talk.lasting):
            if event:
                yield from self._worth(pair, event)

    def _worth(self, pair: Pair, event: _Event) -> Iterator[Contact]:
        """The contact, if it is strong or long enough to be told."""
        if event.kind == "blow":
            enough = event.impulse_n_s >= _LEAST_BLOW_M_S * self._mass(pair)
        else:
            enough = event.last - event.start >= _LEAST_STEPS
        if enough:
            yield event.contact(pair)


def _strike(talk: Talk, step: int, touch: Touch) -> None:
    impulse = touch.impulse_n_s
    if talk.blow is None:
        talk.blow = _Event("blow", step - talk.head_steps, step)
        impulse += talk.head_n_s
    talk.blow.add(step, touch, impulse)


def _bear(talk: Talk, steps: int, touch: Touch) -> None:
    talk.usual_n_s += (touch.impulse_n_s - talk.usual_n_s) * min(1.0, steps / _APART_STEPS)
    if talk.head_steps + steps > _HEAD_STEPS:
        talk.head_n_s, talk.head_steps = 0.0, 0
    talk.head_n_s += touch.impulse_n_s * steps
    talk.head_steps += steps
