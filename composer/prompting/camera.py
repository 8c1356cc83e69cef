"""The camera in sentences: size and lens, where it looks from, and what it does."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from composer.prompting.naming import listed
from composer.prompting.told import CameraMotion, CameraMove, View
from composer.schema.words import (
    Arc,
    Crane,
    Dolly,
    Follow,
    Handheld,
    Pan,
    PanWith,
    Pedestal,
    Roll,
    ShotSize,
    Static,
    Tilt,
    Truck,
    Zoom,
)

SIZE_WORDS: dict[ShotSize, str] = {
    "EWS": "extreme wide shot",
    "WS": "wide shot",
    "MS": "medium shot",
    "MCU": "medium close-up",
    "CU": "close-up",
    "ECU": "extreme close-up",
}
_WIDE_MM, _LONG_MM = 29.0, 70.0
_STEEP_DEG, _SLANT_DEG, _LOW_M = 50.0, 12.0, 0.7
_EYE_M = (1.2, 2.0)
_STAYS_M, _STAYS_DEG, _STAYS_ZOOM = 0.05, 1.0, 1.03
_SLOW_M_S, _FAST_M_S, _SLOW_DEG_S, _FAST_DEG_S = 0.5, 2.5, 10.0, 40.0
_SWAYS = {0.5: "is handheld, swaying softly", 1.0: "is handheld", 2.0: "is handheld, swaying roughly"}


def framing_sentence(view: View, *, goes_on: bool) -> str:
    """Size, subjects, lens and angle of a shot; "" when there is nothing to say."""
    size = SIZE_WORDS[view.size] if view.size else "shot"
    article = "the" if goes_on else "an" if size[0] == "e" else "a"
    of = f" of {listed(f'@{name}' for name in view.framed)}" if view.framed else ""
    stands = ", ".join(word for word in (_angle(view), _lens(view.lens_mm)) if word)
    if not (view.size or of or stands or goes_on):
        return ""
    return f"{article} {size}{of}{' goes on' if goes_on else ''}{', ' if stands else ''}{stands}"


def _lens(lens_mm: float) -> str:
    if _WIDE_MM <= lens_mm <= _LONG_MM:
        return ""
    return "through a wide-angle lens" if lens_mm < _WIDE_MM else "through a long lens"


def _angle(view: View) -> str:
    if view.pitch_deg < -_STEEP_DEG:
        return "from straight above" if view.pitch_deg < -80 else "from high above"
    if view.pitch_deg < -_SLANT_DEG:
        return "from above"
    if view.height_m < _LOW_M:
        return "from near the ground"
    if view.pitch_deg > _SLANT_DEG:
        return "from below"
    return "at eye level" if _EYE_M[0] <= view.height_m <= _EYE_M[1] else ""


def camera_sentence(moves: Sequence[CameraMove]) -> str:
    """What the camera does, step by step."""
    steps = [list(_step(list(parts))) for _, parts in groupby(moves, key=lambda part: part.step)]
    said = [listed(words) for words in steps if words]
    if not said or set(said) == {"stays where it is"}:
        return "the camera does not move"
    return "the camera " + ", then ".join(said)


def _step(parts: Sequence[CameraMove]) -> Iterator[str]:
    words = [word for part in parts if (word := _said(part))]
    busy = [word for word in words if word != "stays where it is"]
    yield from dict.fromkeys(busy or words)


def _said(part: CameraMove) -> str:  # noqa: C901, PLR0911, PLR0912 - a line a move
    motion = part.motion
    travels, turns = _pace(_metres(motion), motion, _SLOW_M_S, _FAST_M_S), _turning(motion)
    match part.move:
        case None:
            return listed(_recorded(motion))
        case Static():
            return "stays where it is"
        case Handheld(level):
            return _SWAYS.get(level, "is handheld")
        case Dolly(to=to):
            way = "in" if motion.ahead_m > 0 else "out"
            return f"dollies {way}{travels}" + (f" to {_a_size(to)}" if to else "")
        case Truck(metres):
            return f"trucks {_side(metres)}{travels}"
        case Pedestal(metres):
            return f"{'rises' if metres > 0 else 'sinks'}{travels}"
        case Crane(metres):
            return f"cranes {'up' if metres > 0 else 'down'}{travels}"
        case Arc(degrees):
            return f"arcs {_side(degrees)}{turns}"
        case Follow(name):
            moved = _metres(motion) > _STAYS_M
            return f"travels along with {_ref(name)}" if moved else "stays where it is"
        case PanWith(name):
            way = _panned(motion)
            return f"{way} with @{name}" if way else f"keeps @{name} where it is in the picture"
        case Pan(to=str(to)):
            return f"{_panned(motion) or 'turns'}{turns} to @{to}"
        case Pan(degrees):
            return f"pans {_side(degrees)}{turns}"
        case Tilt(degrees):
            return f"tilts {'up' if degrees > 0 else 'down'}{turns}"
        case Roll(degrees):
            return f"rolls {_side(degrees)}{turns}"
        case Zoom(to=to):
            way = "in" if motion.zoom > 1 else "out"
            return f"zooms {way}" + (f" to {_a_size(to)}" if to else "")


def _recorded(motion: CameraMotion) -> list[str]:
    """A path without words, by what it comes to: the ways it goes and turns that count beside its largest."""
    metres, degrees = _metres(motion), max(abs(motion.pan_deg), abs(motion.tilt_deg), abs(motion.roll_deg))
    went = [
        word
        for amount, word in (
            (motion.ahead_m, "forward" if motion.ahead_m > 0 else "back"),
            (motion.right_m, _side(motion.right_m)),
            (motion.up_m, "up" if motion.up_m > 0 else "down"),
        )
        if abs(amount) > max(_STAYS_M, metres / 3)
    ]
    said = [f"moves {listed(went)}{_pace(metres, motion, _SLOW_M_S, _FAST_M_S)}"] if went else []
    said += [
        word
        for amount, word in (
            (motion.pan_deg, f"pans {_side(motion.pan_deg)}"),
            (motion.tilt_deg, f"tilts {'up' if motion.tilt_deg > 0 else 'down'}"),
            (motion.roll_deg, f"rolls {_side(motion.roll_deg)}"),
        )
        if abs(amount) > max(2 * _STAYS_DEG, degrees / 3)
    ]
    if not 1 / _STAYS_ZOOM < motion.zoom < _STAYS_ZOOM:
        said.append("zooms in" if motion.zoom > 1 else "zooms out")
    return said or ["stays where it is"]


def _panned(motion: CameraMotion) -> str:
    if max(abs(motion.pan_deg), abs(motion.tilt_deg)) < _STAYS_DEG:
        return ""
    if abs(motion.pan_deg) >= abs(motion.tilt_deg):
        return f"pans {_side(motion.pan_deg)}"
    return f"tilts {'up' if motion.tilt_deg > 0 else 'down'}"


def _turning(motion: CameraMotion) -> str:
    degrees = float(max(abs(motion.pan_deg), abs(motion.tilt_deg), abs(motion.roll_deg)))
    return _pace(degrees, motion, _SLOW_DEG_S, _FAST_DEG_S)


def _pace(amount: float, motion: CameraMotion, slow: float, fast: float) -> str:
    rate = amount / max(motion.duration_s, 1e-6)
    return " slowly" if rate < slow else " fast" if rate > fast else ""


def _metres(motion: CameraMotion) -> float:
    return float((motion.right_m**2 + motion.up_m**2 + motion.ahead_m**2) ** 0.5)


def _side(amount: float) -> str:
    return "right" if amount > 0 else "left"


def _ref(name: str | None) -> str:
    return f"@{name}" if name else "what it shows"


def _a_size(size: ShotSize) -> str:
    words = SIZE_WORDS[size]
    return f"{'an' if words[0] == 'e' else 'a'} {words}"
