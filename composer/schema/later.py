"""Words of the language that this version does not speak yet, so that a fault can say so instead of "unknown"."""

from composer.errors import Wrong

LATER_KEYS: dict[str, frozenset[str]] = {
    "anchor": frozenset({"reference"}),
    "subject": frozenset({"reference"}),
    "style": frozenset({"reference"}),
}
"""Keys by the part of the list that will have them."""


def not_yet(word: str, present: str, *, focus: str = "") -> Wrong:
    """The fault of a word that is in the language but not in this version; `present` lists what is."""
    return Wrong("not-yet", f"`{word}` is not in this version yet", f"expected one of: {present}", focus=focus)
