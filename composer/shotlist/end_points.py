"""The hint of a motion that gives an amount: where that amount would end, as a mark to be added."""

import re
from dataclasses import replace
from math import cos, radians, sin

from composer.errors import Problem, Wrong
from composer.layout import lay_out
from composer.schema import ShotList
from composer.schema.quantities import parse_direction, parse_length, plain


def with_end_points(problems: list[Problem], sound: ShotList) -> list[Problem]:
    """Faults of the kind `walk 3m east` with the coordinates that the subject would reach, where they can be known.

    They are known for a subject's first motion of the film: until then it stands where it was put.
    """
    return [_measured(problem, sound) if problem.code == "end-point" else problem for problem in problems]


def _measured(problem: Problem, sound: ShotList) -> Problem:
    match problem.path:
        case ("shots", int(index), "motion", str(name)):
            pass
        case _:
            return problem
    amount = re.fullmatch(r"(\S+) (\S+)", problem.focus)
    if not amount or any(name in shot.motion for shot in sound.shots[:index]):
        return problem
    try:
        length_m, bearing = parse_length(amount[1]), radians(parse_direction(amount[2]))
        start = next(layout.extent(name) for layout in lay_out(sound)[0].values() if name in layout.subjects)
    except (Wrong, StopIteration):
        return problem
    if start is None:
        return problem
    x, y = start.centre[0] + length_m * sin(bearing), start.centre[1] + length_m * cos(bearing)
    return replace(
        problem, expected=tuple(line.replace("[x, y]", f"[{plain(x, 2)}, {plain(y, 2)}]") for line in problem.expected)
    )
