"""What has changed between two documents of a list, field by field; each change can be made alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from composer.schema.quantities import shown

Document = Mapping[str, Any]
"""A list as plain texts, lists and mappings; its shots are a mapping by name, in the order of the film."""

Steps = tuple[str, ...]

_ORDERED = (("places",), ("subjects",), ("styles",), ("shots",), ("places", "*", "anchors"), ("places", "*", "marks"))
"""Mappings whose order means something; `*` is any name."""


@dataclass(frozen=True)
class Change:
    """A field that has another value now; None is none at all.

    `earlier` are the names before it in its mapping, where it is new there; `order` is that of a mapping in which the
    names have changed places.
    """

    path: Steps
    before: Any = None
    after: Any = None
    earlier: Steps = ()
    order: Steps = ()

    def __str__(self) -> str:
        """`shots.S03.camera.lens: 35mm -> 50mm`."""
        where = ".".join(self.path)
        if self.order:
            return f"{where}: in another order"
        if self.before is None:
            return f"{where}: added" + ("" if isinstance(self.after, Mapping) else f" {_said(self.after)}")
        if self.after is None:
            return f"{where}: removed"
        return f"{where}: {_said(self.before)} -> {_said(self.after)}"

    def apply(self, document: Document) -> Document:
        """`document` with this change and no other."""
        return self._apply(document, self.path)

    def _apply(self, part: Mapping[str, Any], path: Steps) -> Mapping[str, Any]:
        if not path:
            return {name: part[name] for name in _merged(list(part), self.order)}
        step, rest = path[0], path[1:]
        inner = part.get(step)
        if rest or self.order:
            return {**part, step: self._apply(inner, rest)} if isinstance(inner, Mapping) else part
        if self.after is None:
            return {name: value for name, value in part.items() if name != step}
        if self.before is not None or step in part:
            return {**part, step: self.after}
        return {name: self.after if name == step else part[name] for name in _inserted(list(part), step, self.earlier)}


def by_name(document: Mapping[str, Any]) -> Document:
    """A list's document with its shots by name; as it is where they have none."""
    shots = document.get("shots")
    names = [shot.get("shot") if isinstance(shot, dict) else None for shot in shots] if isinstance(shots, list) else []
    if not names or None in names or len(set(names)) < len(names):
        return document
    assert isinstance(shots, list)
    return {**document, "shots": dict(zip(names, shots, strict=True))}


def as_list(document: Document) -> dict[str, Any]:
    """The document as a list is written."""
    shots = document.get("shots")
    return {**document, "shots": list(shots.values())} if isinstance(shots, Mapping) else dict(document)


def changes(old: Document, new: Document) -> list[Change]:
    """Every field that differs, in the order of `new`, then what is gone, then orders."""
    return [*_fields(old, new, ()), *_orders(old, new, ())]


def _fields(old: Mapping[str, Any], new: Mapping[str, Any], path: Steps) -> Iterator[Change]:
    earlier: list[str] = []
    for name, after in new.items():
        before, here = old.get(name), (*path, name)
        if name not in old:
            yield Change(here, None, after, tuple(earlier))
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _fields(before, after, here)
        elif before != after:
            yield Change(here, before, after)
        earlier.append(name)
    for name, before in old.items():
        if name not in new:
            yield Change((*path, name), before)


def _orders(old: Mapping[str, Any], new: Mapping[str, Any], path: Steps) -> Iterator[Change]:
    if any(_is_like(path, pattern) for pattern in _ORDERED):
        shared = [name for name in old if name in new]
        if shared != [name for name in new if name in old]:
            yield Change(path, order=tuple(new))
    for name, after in new.items():
        before = old.get(name)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _orders(before, after, (*path, name))


def _is_like(path: Steps, pattern: Steps) -> bool:
    return len(path) == len(pattern) and all(wild in ("*", step) for step, wild in zip(path, pattern, strict=True))


def _inserted(names: list[str], name: str, earlier: Iterable[str]) -> list[str]:
    """`names` with one more, after the last of those that are `earlier` than it."""
    known = [names.index(before) for before in earlier if before in names]
    place = known[-1] + 1 if known else 0
    return [*names[:place], name, *names[place:]]


def _merged(names: list[str], order: Steps) -> list[str]:
    """`names` in the order given; one that is not in it stays behind the one that it followed."""
    merged = [name for name in order if name in names]
    for place, name in enumerate(names):
        if name not in merged:
            merged = _inserted(merged, name, names[max(0, place - 1) : place])
    return merged


def _said(value: Any) -> str:
    return shown(_spelled(value), 40)


def _spelled(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_spelled(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_spelled, value)) + "]"
    return str(value)
