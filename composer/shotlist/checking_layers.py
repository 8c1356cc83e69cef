"""Layers: items that are one thing each, states that somebody has, quantities and times that fit."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from composer.errors import Path, Problem
from composer.schema import LayerItem, ShotList, layers_of, slates
from composer.schema.entrances import Entrance
from composer.schema.layers import MAIN
from composer.schema.quantities import plain
from composer.schema.readings import UNITS, Reading, named
from composer.shotlist.names import Declared
from composer.spelling import did_you_mean, nearest

ENDING = ("film.time", "film.left", "shot.time", "shot.left")
"""States that are full when the film or the shot is over."""


def check_layers(shotlist: ShotList, names: Declared, *, whole: bool = True) -> Iterator[Problem]:
    """Every fault of the layers, but for the files themselves; of a list that was not read `whole`, those that are sure."""
    shown, seen = _shown_s(shotlist), _seen_s(shotlist)
    asked = {name for style in shotlist.styles.values() for name in style.layers}
    asked |= {name for shot in shotlist.shots for name in shot.layers}
    for name, items in shotlist.layers.items():
        if whole and name not in asked <= set(names.layers):  # else it may be what a misspelt name meant
            said = f"layer `{name}` is never shown"
            hint = f"a style or a shot shows it: `layers: {name}`"
            yield Problem(("layers", name), "unused-layer", said, (hint,), on_key=True, severity="warning")
        for k, item in enumerate(items):
            path: Path = ("layers", name, k)
            yield from _one_thing(path, item)
            yield from _gauge(path, item)
            yield from _times(path, item, shown.get(name, ()), shotlist.fps)
            yield from _outlasts(path, item, seen.get(name, Fraction(0)), shotlist.fps)
            if item.gauge:
                yield from _state((*path, item.main), item.gauge, names)
            for keys, text in item.templates.items():
                for reading in text.readings:
                    yield from _state((*path, *keys), reading, names)
    for style, model in shotlist.styles.items():
        yield from _named(("styles", style, "layers"), model.layers, names)
    for index, shot in enumerate(shotlist.shots):
        yield from _named(("shots", index, "layers"), shot.layers, names)


def _shown_s(shotlist: ShotList) -> dict[str, tuple[Fraction, ...]]:
    """By layer, how long the shots last that have it."""
    shown: dict[str, tuple[Fraction, ...]] = {}
    for slate in slates(shotlist):
        for name in layers_of(shotlist, slate):
            shown[name] = (*shown.get(name, ()), slate.shot.lasts_s(slate.fps))
    return shown


def _seen_s(shotlist: ShotList) -> dict[str, Fraction]:
    """By layer, how long the longest shot that has it is seen: dissolves show a shot beyond its end."""
    seen: dict[str, Fraction] = {}
    told = slates(shotlist)
    for slate in told:
        edits = (after.shot.edit for after in told[slate.index + 1 : slate.index + 2])
        beyond_s = sum((edit.seconds(slate.fps) for edit in edits if edit.kind == "dissolve"), Fraction(0))
        for name in layers_of(shotlist, slate):
            seen[name] = max(seen.get(name, Fraction(0)), slate.shot.lasts_s(slate.fps) + beyond_s)
    return seen


def _outlasts(path: Path, item: LayerItem, seen_s: Fraction, fps: Fraction) -> Iterator[Problem]:
    """A time that no shot gives the item."""
    begins = item.from_.seconds(fps)
    key, told = ("for", item.for_) if item.for_ is not None else ("to", item.to)
    ends = begins + told.seconds(fps) if told is not None and key == "for" else told.seconds(fps) if told else begins
    if begins < seen_s < ends:
        good = plain(seen_s - begins if key == "for" else seen_s)
        said = f"it is there until {plain(ends)} s into a shot, and no shot that has it is seen for more than {plain(seen_s)} s"
        hint = f"it goes with the shot: leave `{key}` out, or write less. Did you mean `{good}s`?"
        yield Problem((*path, key), "layer-times", said, (hint,), severity="warning")


def _named(path: Path, layers: tuple[str, ...], names: Declared) -> Iterator[Problem]:
    for name in layers:
        if name not in names.layers:
            known = f"expected one of: {', '.join(names.layers[:24])}.{did_you_mean(name, names.layers)}"
            known = known if names.layers else "the film declares no `layers`"
            yield Problem(path, "unknown-name", f"there is no layer `{name}`", (known,), name)


def _one_thing(path: Path, item: LayerItem) -> Iterator[Problem]:
    given = [word for word in MAIN if getattr(item, word) is not None]
    expected = f"expected one of: {', '.join(MAIN)}"
    if not given:
        yield Problem(path, "no-item", "this item of a layer shows nothing", (expected,), on_key=True)
    for second in given[1:]:
        said = f"an item is one thing, and this is a `{given[0]}` and a `{second}`"
        yield Problem((*path, second), "two-items", said, (f"{expected}. Make two items of it",), on_key=True)
    for word in ("full", "label"):
        if getattr(item, word) is not None and item.gauge is None and given:
            said = f"`{word}` belongs to a `bar` or a `dial`"
            yield Problem((*path, word), "unknown-key", said, ("leave it out",), on_key=True)


def _gauge(path: Path, item: LayerItem) -> Iterator[Problem]:
    """A bar or dial shows a number, and knows when it is full, in a unit of that number."""
    reading, full = item.gauge, item.full
    if reading is None:
        return
    kind, quantity = item.main, reading.quantity
    if quantity == "word":
        said = f"`{reading.state}` is a word, and a {kind} shows a number"
        yield Problem(
            (*path, kind), "state", said, (f'expected a number; a word is shown by `text: "{{{reading.state}}}"`',)
        )
    elif full is None:
        if reading.what not in ENDING:
            unit = next(iter(UNITS[quantity]), "")
            said = f"nobody knows when this {kind} is full"
            yield Problem((*path, "full"), "missing-key", said, (f"expected where it is, such as `full: 10{unit}`",))
    elif full.quantity != quantity:
        units = ", ".join(UNITS[quantity]) or "no unit"
        amount = full.text.removesuffix(full.unit).strip()
        good = f"{amount}{next(iter(UNITS[quantity]), '')}"
        code, said = "wrong-unit", f"`{full.text}` is {named(full.quantity)}, and `{reading.state}` {named(quantity)}"
        if not full.unit:
            code, said = "no-unit", f"`{full.text}` has no unit, and `{reading.state}` is {named(quantity)}"
        yield Problem((*path, "full"), code, said, (f"expected {units}. Did you mean `{good}`?",))


def _times(path: Path, item: LayerItem, shots_s: tuple[Fraction, ...], fps: Fraction) -> Iterator[Problem]:
    if item.to is not None and item.for_ is not None:
        said = "`to` says when it has gone, and `for` how long it is there"
        yield Problem((*path, "for"), "over-determined", said, ("expected one or the other",), on_key=True)
        return
    start = item.from_.seconds(fps)
    if item.to is not None and item.to.seconds(fps) <= start:
        said = f"it comes at {item.from_}, and has gone at {item.to}"
        yield Problem((*path, "to"), "layer-times", said, (f"expected more than `{item.from_}`",))
        return
    if shots_s and start >= max(shots_s) > 0:
        said = (
            f"it comes {plain(start)} s into a shot, and no shot that has it lasts longer than {plain(max(shots_s))} s"
        )
        yield Problem((*path, "from"), "outside-shot", said, (f"expected less than `{plain(max(shots_s))}s`",))
        return
    takes = sum((one.time.seconds(fps) for one in (item.in_, item.out) if isinstance(one, Entrance)), Fraction(0))
    for shot_s in shots_s:
        begins, ends = item.span_s(shot_s, fps)
        if begins < shot_s and takes > ends - begins:
            said = f"it comes and goes over {plain(takes)} s, and is there for {plain(ends - begins)} s"
            key = "in" if item.in_ is not None and item.in_.time.amount else "out"
            yield Problem((*path, key), "too-long", said, (f"expected at most {plain(ends - begins)} s together",))
            return


def _state(path: Path, reading: Reading, names: Declared) -> Iterator[Problem]:
    """Whoever is read of must be a subject of the film; a distance is one to something that is somewhere."""
    subjects = tuple(names.subjects)
    if not reading.name:
        return
    if reading.name not in subjects:
        good = _meant(reading, nearest(reading.name, subjects), reading.other)
        known = f"expected one of: {', '.join(subjects[:24])}.{good}" if subjects else "the film declares no `subjects`"
        yield Problem(path, "unknown-name", f"no subject is called `{reading.name}`", (known,), reading.state)
    elif reading.other == reading.name:
        said, hint = f"`{reading.name}` is never away from itself", f"expected `{reading.name}.distance.NAME`"
        yield Problem(path, "state", said, (hint,), reading.state)
    elif reading.other and not _is_somewhere(reading.other, names):
        everything = (*subjects, *(name for here in names.places.values() for name in here.all))
        hint = f"expected a subject, an anchor or a mark.{_meant(reading, reading.name, nearest(reading.other, everything))}"
        said = f"nothing in the film is called `{reading.other}`"
        yield Problem(path, "unknown-name", said, (hint,), reading.state)


def _is_somewhere(name: str, names: Declared) -> bool:
    return name in names.subjects or any(here.holds(name) for here in names.places.values())


def _meant(reading: Reading, name: str, other: str) -> str:
    """Sentence that offers the state with names that are there; nothing where none is near."""
    if not name or (reading.other and not other):
        return ""
    return f" Did you mean `{replace(reading, name=name, other=other).state}`?"
