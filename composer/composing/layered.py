"""The layers of a shot as they are drawn: what each item shows at each frame of its clip."""

from fractions import Fraction
from typing import TYPE_CHECKING

from composer.composing.readings import NONE, Readings
from composer.overlay import SIZES, Gauge, Item, Layer, Lines, Motion, Picture
from composer.overlay.items import Shown
from composer.schema import LayerItem, Slate, layers_of
from composer.schema.entrances import Entrance
from composer.schema.readings import Full, Reading, Template

if TYPE_CHECKING:
    from composer.composing.rehearsal import Rehearsal

_AT = {"title": "centre", "lower_third": "bottom-left"}


def shot_layers(rehearsal: "Rehearsal", slate: Slate, frames: int) -> tuple[Layer, ...]:
    """The layers of a shot from back to front, over the `frames` of its clip, tail handle included; () for none."""
    names = layers_of(rehearsal.shotlist, slate)
    if not names:
        return ()
    readings = Readings(rehearsal, slate, frames)
    pictures = rehearsal.pictures
    return tuple(
        Layer(name, tuple(_item(item, readings, pictures.get(item.image or "")) for item in items))
        for name, items in ((name, rehearsal.shotlist.layers[name]) for name in names)
    )


def _item(item: LayerItem, readings: Readings, picture: Picture | None) -> Item:
    slate, kind = readings.slate, item.main
    start, stop = item.span_s(slate.duration_s, slate.fps)
    first, last = (float(time * slate.fps) for time in (start, stop))
    longest = max(last - first, 0.0)
    if item.in_ is None and item.out is None:  # who said nothing of how it comes gets no more of it than there is time
        longest /= 3
    return Item(
        kind=kind,
        shows=_told_once(_shows(item, readings, picture)),
        at=_at(item),
        size=SIZES[kind][item.size] if isinstance(item.size, str) else item.size and item.size / 100,
        colour=item.colour,
        start=first,
        stop=None if item.stays else last,
        coming=_motion(item.coming, slate.fps, longest),
        going=_motion(item.going, slate.fps, longest),
    )


def _at(item: LayerItem) -> str | tuple[float, float]:
    if isinstance(item.at, tuple):
        return item.at[0] / 100, item.at[1] / 100
    return item.at or _AT.get(item.main, "bottom")


def _motion(entrance: Entrance, fps: Fraction, longest: float) -> Motion:
    frames = float(entrance.time.seconds(fps) * fps)
    return Motion(entrance.kind, min(frames, longest)) if entrance.kind != "cut" else Motion()


def _shows(item: LayerItem, readings: Readings, picture: Picture | None) -> tuple[Shown, ...]:
    if item.image is not None:
        assert picture is not None, "pictures are read before anything renders"
        return (picture,)
    if item.gauge is not None:
        return _gauges(item, item.gauge, readings)
    third = item.lower_third
    texts = [third.name, third.line] if third else [item.text or item.title]
    columns = [_lines(text, readings) for text in texts if text is not None]
    return tuple(Lines(tuple(line for column in columns for line in column[k])) for k in range(readings.frames))


def _told_once(shows: tuple[Shown, ...]) -> tuple[Shown, ...]:
    """What never changes, but once."""
    return shows[:1] if len(set(shows)) == 1 else shows


def _lines(text: Template, readings: Readings) -> list[tuple[str, ...]]:
    """A text at every frame, line by line."""
    parts = [readings.written(part) if isinstance(part, Reading) else [part] * readings.frames for part in text.parts]
    return [tuple("".join(part[k] for part in parts).splitlines()) or ("",) for k in range(readings.frames)]


def _gauges(item: LayerItem, reading: Reading, readings: Readings) -> tuple[Gauge, ...]:
    full = _full(item.full, reading, readings)
    values = readings.values(reading)
    unit = reading.unit or (item.full.unit if item.full else "")
    numbers, unit = readings.numbers(reading, unit)
    labels = _lines(item.label, readings) if item.label else [("",)] * readings.frames
    return tuple(
        Gauge(
            share=0.0 if value is None else round(min(max(float(value) / full, 0.0), 1.0), 6),
            number=number if item.dial else "",
            unit=unit if item.dial and number != NONE else "",
            label=" ".join(label),
        )
        for value, number, label in zip(values, numbers, labels, strict=True)
    )


def _full(full: Full | None, reading: Reading, readings: Readings) -> float:
    """Where a bar is full, in the unit of its state: where the list says, or with the film or the shot."""
    fps = readings.slate.fps
    if full is not None:
        return full.amount / float(fps) if full.unit == "f" else full.amount
    return float(readings.film_s if reading.what.startswith("film") else max(readings.slate.duration_s, 1 / fps))
