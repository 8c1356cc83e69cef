"""The word that was probably meant: one rule for everything that is misspelt."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path

_LONGEST = 64
_LIKE = 0.55  # how alike the letters of two words are at least, as `difflib` has it: a quick sieve
_VERY_LIKE = 0.75
_WRONG_SHARE = 3  # of so many letters of the longer word, one may be wrong


def nearest(word: str, candidates: Iterable[str]) -> str:
    """The candidate that looks most like `word`, or "" when none does.

    One letter may be wrong, or a third of those of the longer word; a letter too many, too few, or another one, and two
    letters that changed places, are one mistake each. So may more be where most letters stand in order (`crain`, `crane`).
    What is further off would be a guess.
    """
    known = {candidate.lower(): candidate for candidate in reversed(list(candidates))}
    meant = word[:_LONGEST].lower()
    for like in get_close_matches(meant, list(known), n=3, cutoff=_LIKE):
        few = _mistakes(meant, like) <= max(1, max(len(meant), len(like)) // _WRONG_SHARE)
        if few or SequenceMatcher(None, meant, like).ratio() >= _VERY_LIKE:
            return known[like]
    return ""


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Sentence that offers the candidate nearest to `word`, or nothing; to be put after another sentence."""
    good = nearest(word, candidates)
    return f" Did you mean `{good}`?" if good else ""


def files_beside(wanted: Path, base: Path, endings: tuple[str, ...], most: int = 8) -> str:
    """Sentence that tells which files with one of `endings` lie where `wanted` was looked for, below `base`; or nothing.

    One whose name is near is offered; of those of a folder that is not there, nothing is told. To be put after a sentence.
    """
    try:
        there = [path for path in sorted(wanted.parent.iterdir()) if path.suffix.lower() in endings and path.is_file()]
    except OSError:  # no folder, or one that may not be read
        return ""
    names = {path.stem: path.relative_to(base).as_posix() for path in there if path.is_relative_to(base)}
    if good := nearest(wanted.stem, names):
        return f" Did you mean `{names[good]}`?"
    listed = ", ".join(list(names.values())[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    return f" There: {listed}" if listed else ""


def _mistakes(one: str, other: str) -> int:
    """Optimal string alignment distance: letters put in, left out, exchanged, or swapped with the next."""
    before, last = list(range(len(other) + 1)), [0] * (len(other) + 1)
    for i, a in enumerate(one, 1):
        here = [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, here[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            here.append(cost)
        last, before = before, here
    return before[-1]
