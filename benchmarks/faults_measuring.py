"""What the product's own measures say of a join, as it is and with each fault planted in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import tau
from typing import Any

import numpy as np
from faults_films import SIZE, Film
from faults_planting import ASIDE_PX, ORDERS, Picture, direction, gained, late, moved, recoloured, vanished

from composer.measuring import Meeting
from composer.measuring.joins import JoinPictures, Sides
from composer.measuring.standing import Standing
from composer.measuring.summing import light_measures
from composer.measuring.watching import Watch, Watched
from composer.timing import FrameRange
from composer.types import Measured

AROUND = 4  # frames on either side of a join that are looked at: detectors of cuts want as many
LIGHT = 12  # frames that are looked at for light that changes, as if they were a shot
SHIFTS_PX = (4, 8, 16, 32)
GAINS = (0.005, 0.01)
OFF = (2, 5)  # frames

Row = dict[str, Any]


@dataclass(frozen=True)
class Join:
    """Frames `last` and `first` of a film, held against one another: as at a cut, or as where nobody is to see a join."""

    last: int
    first: int

    @property
    def near(self) -> bool:
        return self.first == self.last + 1


def joins(film: Film, near: int, cuts: int, seed: int) -> list[Join]:
    """Real joins and, so that there are enough, places within shots; and pairs of frames of two shots of one place."""
    rng = np.random.default_rng(seed)
    inside = [
        frame
        for shot in film.declared.shots
        for frame in range(shot.clear.start + AROUND + 1, shot.clear.stop - AROUND - 1)
    ]
    real = [m.frame for m in film.declared.meetings if m.invisible and m.frame + 2 * AROUND < len(film.pictures)]
    others = [frame for frame in inside if frame not in real]
    chosen = [*real, *rng.choice(others, min(near - len(real), len(others)), replace=False).tolist()]
    found = [Join(frame - 1, frame) for frame in sorted(chosen)]
    pairs = [
        (a, b)
        for a in film.declared.shots
        for b in film.declared.shots
        if a.frames.start < b.frames.start and a.place == b.place
    ]
    while len(found) < len(chosen) + cuts:
        before, after = pairs[int(rng.integers(len(pairs)))]
        last = int(rng.integers(before.clear.start + 5, before.clear.stop - 5))
        first = int(rng.integers(after.clear.start + 5, after.clear.stop - 5))
        found.append(Join(last, first))
    return found


def rows(film: Film, join: Join, number: int, seed: int) -> Iterator[Row]:
    """What is measured of a join: clean, and with each fault."""
    rng = np.random.default_rng([seed, join.last, join.first])
    told = {"film": film.name, "near": join.near, "join": number, "frames": [join.last, join.first]}
    known = film.known(join.first)
    clean = across(film, join, known.picture)
    yield told | {"fault": "clean"} | clean
    anchors = sorted(set(film.things(join.first)["anchors"]) & {int(a) for a in clean["own"]})
    if anchors:
        thing, angle = int(rng.choice(anchors)), float(rng.uniform(0, tau))
        planted = {f"anchor moved {px} px": moved(known, thing, direction(px, angle)) for px in SHIFTS_PX}
        planted |= {"anchor vanished": vanished(known, thing), "anchor recoloured": recoloured(known, thing)}
        for fault, picture in planted.items():
            found = across(film, join, picture)
            found["own"] = {name: values for name, values in found["own"].items() if name == str(thing)}
            yield told | {"fault": fault, "thing": thing} | found
    if not join.near:
        for by in OFF:
            picture = film.pictures[join.first + by * int(rng.choice((-1, 1)))]
            found = across(film, join, picture)
            yield told | {"fault": f"camera off by {by} frames", "measures": found["measures"]}
        return
    stretch = range(join.first - AROUND, join.first + AROUND + 1)
    yield told | {"fault": "clean", "passing": True} | passing(film, join, [film.pictures[k] for k in stretch])
    orders = {f"camera off by {by} frames": late(_shift(film, join, by, rng)) for by in OFF} | ORDERS
    for fault, order in orders.items():
        shown = [film.pictures[order(join.first, k)] for k in stretch]
        yield told | {"fault": fault} | passing(film, join, shown)
    bodies = sorted(set(film.things(join.last)["bodies"]) & set(film.things(join.first)["bodies"]))
    if bodies:
        thing, angle = int(rng.choice(bodies)), float(rng.uniform(0, tau))
        aside = [_aside(film, k, join, thing, direction(ASIDE_PX, angle)) for k in stretch]
        yield told | {"fault": "body teleported", "thing": thing} | passing(film, join, aside)
        halved = [_aside(film, k, join, thing, _behind(film, k, join, thing)) for k in stretch]
        yield told | {"fault": "body's velocity halved", "thing": thing} | passing(film, join, halved)


def _shift(film: Film, join: Join, by: int, rng: np.random.Generator) -> int:
    """So many frames later or earlier; earlier where the shot ends."""
    stop = film.declared.shots[film.shot(join.first)].clear.stop
    return -by if join.first + AROUND + by >= stop or rng.random() < 0.5 else by


def _aside(film: Film, frame: int, join: Join, thing: int, by: tuple[float, float]) -> Picture:
    """A frame whose body is aside from the join on."""
    known = film.known(frame)
    return moved(known, thing, by) if frame >= join.first and (known.ids == thing).any() else known.picture


def _behind(film: Film, frame: int, join: Join, thing: int) -> tuple[float, float]:
    """By how much a body that goes on at half its speed, as seen, is behind (px)."""
    behind = np.zeros(2)
    for k in range(join.last, frame):
        own = film.declared.geometry(k, SIZE).anchor_id == thing
        way = film.declared.flow(k, SIZE)
        if (own & way.known).any():
            behind -= 0.5 * np.median(way.flow[own & way.known], axis=0)
    return float(behind[0]), float(behind[1])


def across(film: Film, join: Join, after: Picture) -> Row:
    """Colour and position of anchors: as the product measures two frames, and judges them."""
    at = (join.last, join.first)
    film.pairs.found[at] = figures = film.pairs.figures(at, [film.pictures[join.last], after])
    told = _told(film, film.seen)
    measures = list(told.anchors(0, _meeting(film, join), Sides(*at)))
    own: dict[int, list[float | None]] = {}
    for n, found in enumerate((figures.colour, figures.position)):
        for one in found:
            if one.counts:
                own.setdefault(one.anchor_id, [None, None])[n] = round(one.value, 4)
    return {"measures": _values(measures), "own": {str(anchor): values for anchor, values in own.items()}}


def passing(film: Film, join: Join, shown: Sequence[Picture]) -> Row:
    """What is measured while frames pass, from `AROUND` before a join to as many after it."""
    first = join.first - AROUND
    seen = watched(film, first, shown)
    at = (join.last, join.first)
    film.pairs.found[at] = film.pairs.figures(at, [shown[AROUND - 1], shown[AROUND]])
    standing = Standing(film.declared, SIZE, film.fps, {f: s for f, s in film.standing.found.items() if f not in at})
    for frame, picture in zip(at, shown[AROUND - 1 : AROUND + 1], strict=True):
        standing.look(frame, picture)
    measures = _told(film, seen, standing).measures(0, _meeting(film, join))
    return {"measures": _values(measures)}


def watched(film: Film, first: int, shown: Sequence[Picture]) -> Watched:
    watch = Watch(film.declared, len(film.pictures), SIZE, film.fps, first=first)
    for k, picture in enumerate(shown, first):
        watch.see(k, picture)
    return watch.end()


def light_rows(film: Film) -> Iterator[Row]:
    """Light that changes from frame to frame: stretches of shots, clean and with each gain, steady and in turns."""
    number = 0
    for shot in film.declared.shots:
        for first in range(shot.clear.start, shot.clear.stop - LIGHT + 1, LIGHT // 2):
            frames = FrameRange(first, first + LIGHT)
            part = replace(shot, frames=frames, clear=frames)
            told = {"film": film.name, "near": True, "join": number, "frames": [first, first + LIGHT]}
            number += 1
            for fault, gains in _gains():
                shown = [gained(film.pictures[first + k], gain) for k, gain in enumerate(gains)]
                seen = watched(film, first, shown)
                found = light_measures(part, seen, film.light, film.judge)
                yield told | {"fault": fault, "light": True, "measures": _values(found)}


def _gains() -> Iterator[tuple[str, Sequence[float]]]:
    yield "clean", [1.0] * LIGHT
    for gain in GAINS:
        yield f"gain drift {100 * gain:g} % a frame", [(1 + gain) ** k for k in range(LIGHT)]
        yield f"gain {100 * gain:g} % up and down in turns", [1 + gain * (-1) ** k for k in range(LIGHT)]


def _told(film: Film, seen: Watched, standing: Standing | None = None) -> JoinPictures:
    return JoinPictures(film.declared, film.pairs, seen, film.judge, film.floors, standing or film.standing)


def _meeting(film: Film, join: Join) -> Meeting:
    """As if clips met there."""
    shots = film.shot(join.last), film.shot(join.first)
    empty = FrameRange(join.first, join.first)
    return Meeting("segment" if join.near else "cut", "a", "b", shots, join.first, empty, invisible=join.near)


def _values(measures: Iterator[Measured] | Sequence[Measured]) -> dict[str, list[Any]]:
    return {one.measure: [one.value, one.verdict, one.limit] for one in measures}
