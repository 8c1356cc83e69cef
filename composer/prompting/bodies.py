"""A body in a sentence: where it is in the picture, which way it goes, how fast, who comes and who leaves."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from composer.prompting.told import Body, BodyMoment

_LEFT, _RIGHT = 0.36, 0.64  # widths of the picture
_EDGE = 0.2
_FAR, _NEAR = 0.12, 0.8  # heights of the picture
_FAR_M = 8.0
_RESTS = ("still", "turning")
_VERBS = {
    "walking": ("walks", "walk"),
    "running": ("runs", "run"),
    "rolling": ("rolls", "roll"),
    "falling": ("falls", "fall"),
    "rising": ("rises", "rise"),
    "moving": ("moves", "move"),
}
_PACES = {"walking": (0.9, 1.9), "running": (3.0, 5.5)}  # m/s, below and above which it is slow and fast
_PACE = (0.6, 3.0)
_STAYS_M_S = 0.05
_CHANGE = 1.6  # times its speed, from which on it is said that it changes


def where(x: float) -> str:
    """`on the left`, of a place in widths of the picture."""
    side = third(x)
    return "in the middle of the picture" if side == "middle" else f"on the {side}"


def third(x: float) -> str:
    return "left" if x < _LEFT else "right" if x > _RIGHT else "middle"


def body_sentence(body: Body) -> str:
    """What a body does, its name as `@name`; it is seen at one of its moments at least."""
    seen = [moment for moment in body.moments if moment.seen]
    until = [m for m in body.moments[: body.struck + 1] if m.seen] if body.strikes else []
    told = until or seen
    moving = [moment for moment in told if moment.doing not in _RESTS]
    text = _in_hands(body) or (_in_motion(body, told, moving) + _end(body) if moving else _at_rest(body, seen))
    if body.becomes:
        text += f". From then on @{body.name} is {body.becomes}"
    return text


def moves(body: Body) -> bool:
    """Is it seen to go anywhere?"""
    return any(moment.seen and moment.doing not in _RESTS for moment in body.moments)


def _in_hands(body: Body) -> str:
    """Who carries it, takes it up or puts it down; "" of what is in nobody's hands when the segment begins and ends."""
    first, last = body.moments[0].bearer, body.moments[-1].bearer
    if last:
        return f"@{last} {'carries' if last == first else 'takes'} @{body.name}"
    return f"@{first} puts @{body.name} down" if first else ""


def _at_rest(body: Body, seen: Sequence[BodyMoment]) -> str:
    first, last = seen[0], seen[-1]
    place = _place(body, first)
    if body.is_person and first.facing != last.facing and any(moment.doing == "turning" for moment in seen):
        text = f"{place}, @{body.name} turns {_TURNS[last.facing]}"
    elif all(moment.doing == "turning" for moment in seen):
        text = f"{place}, @{body.name} turns on the spot"
    elif body.is_person:
        text = f"@{body.name} stands still {place}, {_FACING[last.facing]}"
    else:
        text = f"@{body.name} {'lies' if body.lies else 'stands'} still {place}"
    if not body.moments[-1].seen:
        text += ", and goes out of view"
    elif not body.moments[0].seen:
        text += ", and comes into view"
    return text


_FACING = {
    "towards": "facing the camera",
    "away": "turned away from the camera",
    "left": "facing left",
    "right": "facing right",
}
_TURNS = {
    "towards": "to face the camera",
    "away": "away from the camera",
    "left": "to the left",
    "right": "to the right",
}


def _in_motion(body: Body, seen: Sequence[BodyMoment], moving: Sequence[BodyMoment]) -> str:
    doing = Counter(moment.doing for moment in moving).most_common(1)[0][0]
    does, do = _VERBS[doing]
    first, last = seen[0], seen[-1]
    comes, leaves = not body.moments[0].seen, not body.moments[-1].seen and not body.strikes
    starts, stops = body.moments[0].doing in _RESTS, body.moments[-1].doing in _RESTS
    before, after = ("", "") if starts or stops else _pace(doing, moving)
    crosses = third(first.x) != third(last.x)
    course = f"{before} {_course(first, last, moving) if crosses and not comes else _way(moving)}".rstrip() + after
    if comes:
        side = third(first.x)
        entry = "comes into the picture" + (f" on the {side}" if side != "middle" else "")
        text = f"@{body.name} {entry} and {does}{course}"
    else:
        starting = f"@{body.name} is still at first, then begins to {do}{course}"
        text = starting if starts else f"@{body.name} {does}{course}"
        text = text if crosses else f"{_place(body, max(first, last, key=lambda m: m.tall))}, {text}"
    return text + (_exit(last) if leaves else "")


def _exit(last: BodyMoment) -> str:
    if _EDGE < last.x < 1 - _EDGE and abs(last.across_m_s) <= abs(last.ahead_m_s):
        return ", and goes out of sight"
    left = last.x < _EDGE or (last.x <= 1 - _EDGE and last.across_m_s < 0)
    return f", and leaves the picture on the {'left' if left else 'right'}"


def _end(body: Body) -> str:
    if body.strikes:
        return f", and strikes @{body.strikes}"
    last = body.moments[-1]
    return ", and comes to a stop" if last.seen and last.doing in _RESTS else ""


def _place(body: Body, moment: BodyMoment) -> str:
    if moment.tall < _FAR and moment.depth_m > _FAR_M:
        return f"{where(moment.x)}, small in the distance"
    near = moment.tall > _NEAR and not body.is_framed
    return f"{where(moment.x)}, close to the camera" if near else where(moment.x)


def _course(first: BodyMoment, last: BodyMoment, moving: Sequence[BodyMoment]) -> str:
    """From where to where in the picture, and in depth."""
    across, ahead = _mean(moving)
    depth = f", {_depth(ahead)}" if abs(ahead) > abs(across) / 2 else ""
    return f"from the {third(first.x)} of the picture to the {third(last.x)}{depth}"


def _way(moving: Sequence[BodyMoment]) -> str:
    across, ahead = _mean(moving)
    side = "to the right" if across > 0 else "to the left"
    if max(abs(across), abs(ahead)) < _STAYS_M_S:
        return ""
    if abs(across) > 2 * abs(ahead):
        return side
    return _depth(ahead) if abs(ahead) > 2 * abs(across) else f"{side} and {_depth(ahead)}"


def _depth(ahead_m_s: float) -> str:
    return "away from the camera" if ahead_m_s > 0 else "towards the camera"


def _mean(moving: Sequence[BodyMoment]) -> tuple[float, float]:
    across = float(np.mean([moment.across_m_s for moment in moving]))
    return across, float(np.mean([moment.ahead_m_s for moment in moving]))


def _pace(doing: str, moving: Sequence[BodyMoment]) -> tuple[str, str]:
    """How fast, as a word before the way that it goes, or after it."""
    first, last = moving[0].speed_m_s, moving[-1].speed_m_s
    if first > _STAYS_M_S and last > _CHANGE * first:
        return "", ", faster and faster"
    if last > _STAYS_M_S and first > _CHANGE * last:
        return "", ", slower and slower"
    slow, fast = _PACES.get(doing, _PACE)
    speed = float(np.mean([moment.speed_m_s for moment in moving]))
    return " slowly" if speed < slow else " fast" if speed > fast else "", ""
