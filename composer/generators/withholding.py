"""What a generator is told not to read, so that a film shows what each part of the state is worth."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import get_args

from composer.errors import WithheldError
from composer.spelling import did_you_mean
from composer.types import Capabilities, Channel, Clip, Counting, SegmentGenerator, SegmentRequest

_BESIDE_CHANNELS = ("prefix", "keyframes", "style", "prompt", "seed", "draw")


@dataclass
class _Withheld:
    """A generator whose capabilities are what is left of them."""

    maker: SegmentGenerator
    capabilities: Capabilities

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        return self.maker.generate(request, on_progress)


def can_lack(can: Capabilities) -> tuple[str, ...]:
    """What a generator reads and can do without: its optional channels, and of what is no channel, all that it reads."""
    channels = [channel for channel in get_args(Channel) if channel in can.optional & can.channels]
    return (*channels, *(word for word in _BESIDE_CHANNELS if getattr(can, word)))


def counter_of(maker: SegmentGenerator) -> Callable[[str], int] | None:
    """How a generator counts the tokens of a prompt; None when it does not."""
    counting = maker.maker if isinstance(maker, _Withheld) else maker
    return counting.count_tokens if isinstance(counting, Counting) else None


def withhold(maker: SegmentGenerator, names: str | Iterable[str]) -> SegmentGenerator:
    """`maker` with `names` taken from what it is given; a name may hold several, separated by commas.

    Raises `WithheldError` for what it needs, and for what it never reads.
    """
    can = maker.capabilities
    listed = [names] if isinstance(names, str) else names
    asked = [word.strip() for item in listed for word in item.split(",") if word.strip()]
    lacking = can_lack(can)
    for name in asked:
        if name not in lacking:
            raise WithheldError(_refused(can, name, lacking))
    taken = [name for name in lacking if name in asked]
    return _Withheld(maker, _left(can, taken)) if taken else maker


def _left(can: Capabilities, taken: Sequence[str]) -> Capabilities:
    return replace(
        can,
        prefix=0 if "prefix" in taken else can.prefix,
        keyframes=0 if "keyframes" in taken else can.keyframes,
        channels=_without(can.channels, taken),
        optional=_without(can.optional, taken),
        prompt=can.prompt and "prompt" not in taken,
        style=can.style and "style" not in taken,
        seed=can.seed and "seed" not in taken,
        withheld=(*can.withheld, *taken),
    )


def _without(channels: AbstractSet[Channel], taken: Sequence[str]) -> frozenset[Channel]:
    return frozenset(channel for channel in channels if channel not in taken)


def _refused(can: Capabilities, name: str, lacking: Sequence[str]) -> str:
    said = "cannot do without" if name in can.channels else "reads no"
    there = f"it can do without: {', '.join(lacking)}" if lacking else "it can do without nothing that it reads"
    meant = did_you_mean(name, lacking)
    hint = f".{meant}" if meant else ""
    return f"generator `{can.name}` {said} `{name}`; {there}{hint}"
