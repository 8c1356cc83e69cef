"""Which shots a command is about, by name."""

from collections.abc import Iterable, Sequence

from composer.errors import UsageError
from composer.schema.names import did_you_mean, listed
from composer.schema.quantities import shown


def split_names(words: str | Iterable[str]) -> tuple[str, ...]:
    """Names, of which each word may hold several, separated by commas."""
    listed = [words] if isinstance(words, str) else words
    return tuple(name.strip() for word in listed for name in word.split(",") if name.strip())


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
