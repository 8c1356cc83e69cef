"""What left the picture and came back: is it remembered as it was?"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np

from composer.measuring.declared import Declared, FilmedShot
from composer.measuring.desk import Picture
from composer.measuring.judging import Judge
from composer.measuring.pairs import Pairs
from composer.measuring.watching import COUNTED_S, Watched
from composer.metrics import Figure, Return, returns
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, Measured, Whereabouts

GONE_S = 1  # without a pixel of it in the picture
REACH_S = 2  # on either side, in which the best view is looked for
LEAST = 0.002  # of the picture
MOST_PAIRS = 48  # of views that are compared in a film: each is looked up in it anew

Look = Callable[[int], Picture]


def measures(declared: Declared, seen: Watched, pairs: Pairs, judge: Judge, look: Look) -> Iterator[Measured]:
    """For every shot into which anchors came back: the worst of them. `look` shows a frame of the film."""
    found = list(_found(declared, seen))
    by_pair: dict[tuple[int, int], list[int]] = {}
    for left, back, anchor in found:
        by_pair.setdefault((left, back), []).append(anchor)
    told = sorted(by_pair, key=lambda pair: -len(by_pair[pair]))[:MOST_PAIRS]
    by_shot: dict[int, list[tuple[tuple[int, int], Figure]]] = {}
    first: dict[int, tuple[int, int]] = {}
    for pair in sorted(told):
        figures = pairs.figures(pair, [look(frame) for frame in pair]).colour
        shot = _shot_at(declared, pair[1])
        first.setdefault(shot, pair)
        by_shot.setdefault(shot, []).extend((pair, one) for one in figures if one.anchor_id in by_pair[pair])
    for shot, figures_of in sorted(by_shot.items()):
        yield _measured(declared, pairs, judge, declared.shots[shot], figures_of, first[shot])


def _measured(
    declared: Declared,
    pairs: Pairs,
    judge: Judge,
    shot: FilmedShot,
    found: Sequence[tuple[tuple[int, int], Figure]],
    first: tuple[int, int],
) -> Measured:
    """`first` are the frames to look at where nothing in any was large enough for a figure."""
    worst: dict[int, tuple[tuple[int, int], Figure]] = {}
    for pair, figure in found:
        if figure.anchor_id not in worst or figure.value > worst[figure.anchor_id][1].value:
            worst[figure.anchor_id] = pair, figure
    frames = max(worst.values(), key=lambda one: one[1].value)[0] if worst else first
    figures = [figure for _, figure in worst.values()]
    where = Whereabouts(shot.place, shot.name, None, frames)
    return judge.worst("re-observation", figures, pairs.colour_floor("far"), where, declared.names(shot.place))


def _found(declared: Declared, seen: Watched) -> Iterator[tuple[int, int, int]]:
    """The frames to look at, and the anchor: of one place, style and light on both sides."""
    each = [declared.shots[_shot_at(declared, frame)] for frame in seen.counted]
    least = max(1, round(LEAST * seen.size[0] * seen.size[1]))
    gone, reach = (int(seconds / COUNTED_S) for seconds in (Fraction(GONE_S), Fraction(REACH_S)))
    for place in dict.fromkeys(shot.place for shot in each):
        ids = sorted({i for shot, row in zip(each, seen.pixels, strict=True) if shot.place == place for i in row})
        anchors = [i for i in ids if FIRST_ANCHOR <= i < FIRST_SUBJECT]
        if not anchors:
            continue
        rows = [
            [row.get(i, 0) if shot.place == place else 0 for i in anchors]
            for shot, row in zip(each, seen.pixels, strict=True)
        ]
        for one in returns(np.array(rows, np.int64), least, gone, reach):
            if each[one.left].partition == each[one.back].partition and _whole(each, one):
                yield seen.counted[one.left], seen.counted[one.back], anchors[one.anchor]


def _whole(each: Sequence[FilmedShot], one: Return) -> bool:
    """Are both views of shots that show the place itself?"""
    return each[one.left].known and each[one.back].known


def _shot_at(declared: Declared, frame: int) -> int:
    return next(index for index, shot in enumerate(declared.shots) if frame in shot.frames)
