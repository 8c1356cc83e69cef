"""Which shots a command is about, and which takes of their segments, by name."""

from collections.abc import Iterable, Mapping, Sequence

from composer.errors import ChoiceError, UsageError, Wrong
from composer.schema.choices import parse_pick, parse_segment
from composer.schema.names import listed
from composer.schema.quantities import shown
from composer.spelling import did_you_mean
from composer.types import PLATE


def split_names(words: str | Iterable[str]) -> tuple[str, ...]:
    """Names, of which each word may hold several, separated by commas."""
    listed = [words] if isinstance(words, str) else words
    return tuple(name.strip() for word in listed for name in word.split(",") if name.strip())


def parse_picks(words: str | Iterable[str]) -> dict[str, int]:
    """Takes by segment, from `SEGMENT=TAKE`, several in a word separated by commas. Raises `ChoiceError`."""
    picks: dict[str, int] = {}
    for word in split_names(words):
        name, equals, take = (part.strip() for part in word.partition("="))
        if not equals or not name:
            raise ChoiceError(f"`--pick {shown(word)}` picks nothing; expected SEGMENT=TAKE, as `--pick front/0=1`")
        if name in picks:
            raise ChoiceError(f"`{shown(name)}` is picked twice; expected one take of it")
        picks[name] = checked_take(name, take)
    return picks


def checked_take(segment: str, take: object) -> int:
    """The number of a take. Raises `ChoiceError` for what is none of any segment."""
    try:
        return parse_pick(take)
    except Wrong as wrong:
        raise ChoiceError("; ".join((f"`{shown(segment)}`: {wrong.message}", *wrong.expected))) from None


def segment_of(name: str, shots: Mapping[str, object]) -> tuple[str, int]:
    """Shot and number of the segment `front/1`. Raises `ChoiceError` for what no segment of `shots` can be called."""
    shot, _, number = name.partition("/")
    if name.startswith(PLATE):
        raise ChoiceError(f"`{shown(name)}` is a plate, of which there is one take")
    if shot not in shots:
        raise ChoiceError(no_shot(shot, shots))
    try:
        return shot, parse_segment(number)
    except Wrong:
        said = f"`{shown(name)}` is no segment; expected one of `{shot}`, the first of which is `{shot}/0`"
        raise ChoiceError(said) from None


def no_shot(name: str, shots: Iterable[str]) -> str:
    """That none of `shots` has this name, and the nearest one."""
    known = list(shots)
    return f"no shot is called `{shown(name)}`; there are: {listed(known)}.{did_you_mean(name, known)}"


def names_of(words: Sequence[str], shots: Sequence[str], option: str) -> tuple[str, ...]:
    """The shots that `words` name, several in a word separated by commas, in the film's order.

    Raises `UsageError` for a name that no shot has.
    """
    named = split_names(words)
    for name in named:
        if name not in shots:
            raise UsageError(f"{option}: {no_shot(name, shots)}")
    return tuple(shot for shot in shots if shot in named)


def selected(only: Sequence[str], start: str | None, shots: Sequence[str]) -> tuple[str, ...] | None:
    """The shots to render: those of `only`, those from `start` on; None for all. Raises `UsageError`."""
    if not only and start is None:
        return None
    named = names_of(only, shots, "--only") if only else tuple(shots)
    if start is None:
        return named
    (first,) = names_of([start], shots, "--from") or ("",)
    if not first:
        raise UsageError(f"--from: expected the name of a shot; there are: {listed(shots)}")
    return tuple(shot for shot in named if shots.index(shot) >= shots.index(first))
