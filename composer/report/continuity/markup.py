"""HTML and SVG from Python: whatever is not already markup is escaped, so that no name in a film can become a tag."""

from html import escape

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source"})  # HTML has no end tag for these
_UNSEEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000)), "�")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(words: object) -> Markup:
    """Plain words as HTML; what no page may hold (control characters, half a surrogate pair) shows as U+FFFD."""
    return words if isinstance(words, Markup) else Markup(escape(str(words).translate(_UNSEEN), quote=True))


def joined(*parts: object) -> Markup:
    """Parts after one another."""
    return Markup("".join(map(text, parts)))


def element(name: str, *children: object, **attributes: object) -> Markup:
    """An element around `children`, of which those that are no `Markup` are escaped.

    `class_` is `class`, `aria_label` is `aria-label`; an attribute that is None or False is left out, one that is True
    has no value.
    """
    said = "".join(
        _attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{joined(*children)}</{name}>")


def number(value: float) -> str:
    """A coordinate, as short as two decimals allow; never minus nought."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{number(value) if isinstance(value, float) else text(value)}"'
