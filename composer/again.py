"""The command that goes on from where a render stopped."""

import shlex
from collections.abc import Sequence

_ONCE = ("--retake", "--lock", "--undo")
"""Options that were done with as the render began: `--retake` again would be another take."""


def again(words: Sequence[str]) -> str:
    """`composer` with `words`, those left out that must not be said twice."""
    kept, skip = [], False
    for word in words:
        once = word.split("=")[0] in _ONCE
        if not skip and not once:
            kept.append(word)
        skip = once and "=" not in word
    return shlex.join(["composer", *kept])
