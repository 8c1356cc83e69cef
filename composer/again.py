"""The command that goes on from where a render stopped."""

import shlex
from collections.abc import Sequence

_ONCE = ("--retake", "--lock", "--pick", "--undo")
"""Options that are done with once choices are written: `--retake` again would be another take."""

_settled = False


def settled() -> None:
    """The choices that this process was asked for are written."""
    globals()["_settled"] = True


def again(words: Sequence[str]) -> str:
    """`composer` with `words`, but for those that are done with."""
    kept, skip = [], False
    for word in words:
        once = _settled and word.split("=")[0] in _ONCE
        if not skip and not once:
            kept.append(word)
        skip = once and "=" not in word
    return shlex.join(["composer", *kept])
