"""Quantities with units: text of a shot list to exact values, and what to say when the unit is missing or wrong."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from composer.errors import Wrong

NUMBER = r"-?(?:\d+(?:\.\d+)?|\.\d+)"
_QUANTITY = re.compile(rf"({NUMBER})\s*([A-Za-zµ°%/]*)")

COMPASS = {
    "north": 0.0,
    "north-east": 45.0,
    "east": 90.0,
    "south-east": 135.0,
    "south": 180.0,
    "south-west": 225.0,
    "west": 270.0,
    "north-west": 315.0,
}
"""Bearings in degrees, clockwise from north."""

LENGTHS = {
    "m": Fraction(1),
    "cm": Fraction(1, 100),
    "mm": Fraction(1, 1000),
    "ft": Fraction(3048, 10000),
    "in": Fraction(254, 10000),
    "km": Fraction(1000),
}
SPEEDS = {"m/s": Fraction(1), "km/h": Fraction(10, 36), "mph": Fraction(44704, 100000)}
_MASSES = {"kg": Fraction(1), "g": Fraction(1, 1000), "t": Fraction(1000)}
TIMES = {"s": Fraction(1), "min": Fraction(60), "h": Fraction(3600)}
_OTHER_UNITS = {
    "m": "metres",
    "mm": "millimetres",
    "cm": "centimetres",
    "deg": "degrees",
    "s": "seconds",
    "f": "frames",
    "kg": "kilograms",
    "dB": "decibels",
}


@dataclass(frozen=True)
class Time:
    """A duration: seconds, or a count of film frames (`12f`)."""

    amount: Fraction
    in_frames: bool = False

    def seconds(self, fps: Fraction) -> Fraction:
        return self.amount / fps if self.in_frames else self.amount

    def __str__(self) -> str:
        return f"{plain(self.amount)}{'f' if self.in_frames else 's'}"


def plain(value: float | Fraction, digits: int = 3) -> str:
    """A number as people write it: no trailing zeros, no exponent below 10^15."""
    if abs(float(value)) >= 1e15:
        return f"{float(value):.0e}"
    text = f"{float(value):.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def shown(value: object, limit: int = 60) -> str:
    """A value as text on one line, shortened."""
    written = f"[{', '.join(str(item) for item in value)}]" if isinstance(value, list | tuple) else str(value)
    line = " ".join(written.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def number(text: str) -> Fraction:
    """A decimal number, exactly. Raises `Wrong` for anything else, infinities and exponents too."""
    if not re.fullmatch(NUMBER, text) or len(text) > 24:
        raise Wrong("number", f"`{text[:60]}` is not a number", "expected digits, such as `24` or `0.5`", focus=text)
    return Fraction(text)


_HUGE = 10**300


def finite(value: Any) -> Fraction:
    """A number given from Python, exactly. Raises `Wrong` for NaN, infinities and what is no number."""
    known = isinstance(value, int | float | Fraction) and not isinstance(value, bool)
    if not known or not -_HUGE < value < _HUGE:
        raise Wrong("number", f"`{shown(value)}` is not a number", "expected a finite number")
    return Fraction(value)


class NoTimeUnit(Wrong):
    """A bare number where a time belongs; what it would be in frames depends on the film."""

    def __init__(self, value: str, amount: Fraction) -> None:
        super().__init__(
            "no-unit", f"`{shown(value)}` has no unit", f"{_A_TIME}.{offered([f'{plain(amount)}s'], parse_time)}"
        )
        self.amount = amount

    def at_rate(self, fps: Fraction) -> Wrong:
        """The same fault, told for a film of `fps` frames a second."""
        if self.amount.denominator != 1 or self.amount <= 0:
            return self
        frames = f" (`{plain(self.amount)}f` would be {plain(self.amount / fps, 2)} s)"
        return Wrong(self.code, self.message, self.expected[0] + frames, focus=self.focus)


_A_TIME = "expected a time: `s`, `f`, `min` or `h`"
_LONGEST_S = 86_400


def _split(text: Any, what: str, example: str) -> tuple[Fraction, str]:
    if not isinstance(text, str):
        text = str(text)
    match = _QUANTITY.fullmatch(text.strip()) if len(text) <= 32 else None
    if match:
        return Fraction(match[1]), match[2]
    with_point = (
        _QUANTITY.fullmatch(re.sub(r"(\d),\s*(\d)", r"\1.\2", text.strip(), count=1)) if len(text) <= 32 else None
    )
    hint = f". Decimals have a point: did you mean `{with_point[0]}`?" if with_point and with_point[2] else ""
    if with_point and not hint:
        return Fraction(with_point[1]), ""
    raise Wrong("quantity", f"`{shown(text)}` is not {what}", f"expected {example}{hint}")


def offered(candidates: Iterable[str], parse: Callable[[Any], Any]) -> str:
    """Sentence that offers the first candidate that `parse` takes, or nothing; to be put after another sentence."""
    for candidate in candidates:
        try:
            parse(candidate)
        except Wrong:
            continue
        return f" Did you mean `{candidate}`?"
    return ""


def parse_time(value: Any) -> Time:
    """`5s`, `12f`, `10min`, `2h`: longer than nothing, a day at most."""
    if isinstance(value, Time):
        return _in_a_day(value, str(value))
    amount, unit = _split(value, "a time", f"{_A_TIME[9:]}, such as `5s`")
    if unit == "f":
        if amount.denominator != 1:
            raise Wrong(
                "frames",
                f"`{shown(value)}` is not a whole number of frames",
                f"{_A_TIME}.{offered([f'{round(amount)}f', f'{ceil(amount)}f'], parse_time)}",
            )
        return _in_a_day(Time(amount, in_frames=True), str(value))
    if unit in TIMES:
        return _in_a_day(Time(amount * TIMES[unit]), str(value))
    if not unit:
        raise NoTimeUnit(shown(value), amount)
    if unit == "m":
        raise Wrong(
            "wrong-unit",
            f"`{shown(value)}` is {_words(amount)} metre{'' if amount == 1 else 's'}, not a time",
            f"{_A_TIME}.{offered([f'{plain(amount)}min'], parse_time)}",
        )
    raise Wrong(
        "wrong-unit", f"`{shown(value)}` is not a time", f"{_A_TIME}.{offered([f'{plain(amount)}s'], parse_time)}"
    )


def parse_moment(value: Any) -> Time:
    """A time counted from a shot's start: as `parse_time`, and `0s`."""
    if isinstance(value, Time) and not value.amount:
        return value
    if isinstance(value, str) and re.fullmatch(r"0+(\.0*)?\s*(s|f|min|h)", value.strip()):
        return Time(Fraction(0))
    return parse_time(value)


def pointing(word: Any, parse: Callable[[Any], Any]) -> Any:
    """`parse(word)`; a fault of it points at the word alone."""
    try:
        return parse(word)
    except Wrong as wrong:
        wrong.focus = wrong.focus or (word if isinstance(word, str) else "")
        raise


def _in_a_day(time: Time, text: str) -> Time:
    if time.amount <= 0:
        raise Wrong("range", f"`{shown(text)}` is no time at all", "expected more than `0s`")
    if time.seconds(Fraction(60 if time.in_frames else 1)) > _LONGEST_S:
        raise Wrong("range", f"`{shown(text)}` is longer than a day", "expected at most `24h`")
    return time


_SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def _words(amount: Fraction) -> str:
    return _SMALL[int(amount)] if amount.denominator == 1 and 0 <= amount <= 12 else plain(amount)


def parse_length(value: Any) -> float:
    """`3m`, `40cm`, `6ft`, `9in` in metres, of any sign."""
    if isinstance(value, int | float):
        return float(finite(value))
    amount, unit = _split(value, "a length", "a length: `m`, `cm`, `ft` or `in`, such as `3m`")
    if unit in LENGTHS:
        return float(amount * LENGTHS[unit])
    said = f"`{shown(value)}` has no unit" if not unit else f"`{shown(value)}` is not a length"
    code = "wrong-unit" if unit else "no-unit"
    raise Wrong(code, said, f"expected a length: `m`, `cm`, `ft` or `in`. Did you mean `{plain(amount)}m`?")


def length_between(
    least_m: float,
    most_m: float,
    units: tuple[str, ...] = ("m", "cm", "mm"),
    likely_m: tuple[float, float] | None = None,
) -> Callable[[Any], float | None]:
    """Parser of a length in `[least_m, most_m]` metres; None passes, for fields that may be absent.

    A hint tries `units` in their order, and offers what is in range; of a number without a unit rather what is `likely_m`,
    from the one to the other.
    """

    def within(text: str) -> None:
        if not least_m <= parse_length(text) <= most_m:
            raise Wrong("range", text)

    def likely(text: str) -> None:
        if likely_m and not likely_m[0] <= parse_length(text) <= likely_m[1]:
            raise Wrong("range", text)
        within(text)

    def parse(value: Any) -> float | None:
        if value is None:
            return None
        try:
            length = parse_length(value)
        except Wrong as wrong:
            raise _in_units(wrong, value, units, (likely, within)) from None
        if not least_m <= length <= most_m:
            amount = re.match(NUMBER, str(value).strip())
            hint = offered((f"{amount[0]}{unit}" for unit in units), within) if amount else ""
            raise Wrong(
                "range",
                f"a length of {plain(length)} m",
                f"expected `{plain(least_m)}m` to `{plain(most_m)}m`" + (f".{hint}" if hint else ""),
            )
        return length

    return parse


def _in_units(wrong: Wrong, value: Any, units: tuple[str, ...], parsers: tuple[Callable[[Any], Any], ...]) -> Wrong:
    """A fault of a length whose unit is missing or no length, with a hint that the field takes."""
    amount = re.match(NUMBER, re.sub(r"(\d),(\d)", r"\1.\2", str(value).strip()))
    if wrong.code not in ("no-unit", "wrong-unit") or not amount:
        return wrong
    hints = (offered((f"{amount[0]}{unit}" for unit in units), parse) for parse in parsers)
    hint = next(filter(None, hints), "")
    return Wrong(wrong.code, wrong.message, f"expected a length: `m`, `cm`, `ft` or `in`.{hint}", focus=wrong.focus)


def parse_extent(value: Any) -> float:
    """A length that is something: 1 mm to 10 km."""
    length = parse_length(value)
    if not 0.001 <= length <= 10_000:
        raise Wrong("range", f"a length of {plain(length)} m", "expected `0.001m` to `10000m`")
    return length


def parse_lens(value: Any) -> float:
    """`35mm` in millimetres, 8 to 800."""
    if isinstance(value, int | float):
        amount, unit = finite(value), "mm"
    else:
        amount, unit = _split(value, "a lens", "a focal length, such as `35mm`")
    if unit == "m":
        raise Wrong(
            "range",
            f"a lens of {plain(amount)} metre{'' if amount == 1 else 's'}",
            f"expected `8mm` to `800mm`.{offered([f'{plain(amount)}mm'], parse_lens)}",
        )
    if unit != "mm":
        said = f"`{shown(value)}` has no unit" if not unit else f"`{shown(value)}` is not a focal length"
        raise Wrong(
            "wrong-unit" if unit else "no-unit",
            said,
            f"expected a focal length in `mm`.{offered([f'{plain(amount)}mm', f'{8 if amount < 8 else 800}mm'], parse_lens)}",
        )
    if not 8 <= amount <= 800:
        raise Wrong(
            "range",
            f"a lens of {plain(amount)} mm",
            f"expected `8mm` to `800mm`. Did you mean `{8 if amount < 8 else 800}mm`?",
        )
    return float(amount)


def parse_angle(value: Any) -> float:
    """`60deg` in degrees, ten turns at most."""
    if isinstance(value, int | float):
        amount, unit = finite(value), "deg"
    else:
        amount, unit = _split(value, "an angle", "an angle, such as `20deg`")
    if unit != "deg":
        said = f"`{shown(value)}` has no unit" if not unit else f"`{shown(value)}` is not an angle"
        raise Wrong(
            "wrong-unit" if unit else "no-unit",
            said,
            f"expected an angle in `deg`.{offered([f'{plain(amount)}deg'], parse_angle)}",
        )
    if abs(amount) > 3600:
        raise Wrong("range", f"an angle of {plain(amount)} degrees", "expected ten turns (`3600deg`) at most")
    return float(amount)


def parse_turn(value: Any) -> float:
    """An angle whose way is said by a word before it: more than nothing."""
    angle = parse_angle(value)
    if angle <= 0:
        raise Wrong(
            "range", f"a turn of {plain(angle)} degrees", "expected more than `0deg`; the word before it says which way"
        )
    return angle


def parse_speed(value: Any) -> float:
    """`1.4m/s`, `30km/h` in metres a second: more than nothing, 1000 m/s at most."""
    if isinstance(value, int | float):
        amount, unit = finite(value), "m/s"
    else:
        amount, unit = _split(value, "a speed", "a speed: `m/s` or `km/h`, such as `1.4m/s`")
    if unit not in SPEEDS:
        said = f"`{shown(value)}` has no unit" if not unit else f"`{shown(value)}` is not a speed"
        raise Wrong(
            "wrong-unit" if unit else "no-unit",
            said,
            f"expected a speed: `m/s` or `km/h`.{offered([f'{plain(amount)}m/s'], parse_speed)}",
        )
    speed = float(amount * SPEEDS[unit])
    if not 0 < speed <= 1000:
        raise Wrong("range", f"a speed of {plain(speed)} m/s", "expected more than `0m/s`, at most `1000m/s`")
    return speed


def parse_mass(value: Any) -> float | None:
    """`90kg`, `500g`, `2t` in kilograms: 1 g to 10,000 t; None passes, for fields that may be absent."""
    if value is None:
        return None
    if isinstance(value, int | float):
        amount, unit = finite(value), "kg"
    else:
        amount, unit = _split(value, "a mass", "a mass: `kg`, `g` or `t`, such as `90kg`")
    if unit not in _MASSES:
        said = f"`{shown(value)}` has no unit" if not unit else f"`{shown(value)}` is not a mass"
        raise Wrong(
            "wrong-unit" if unit else "no-unit",
            said,
            f"expected a mass: `kg`, `g` or `t`.{offered((f'{plain(amount)}{good}' for good in _MASSES), parse_mass)}",
        )
    mass = amount * _MASSES[unit]
    if not Fraction(1, 1000) <= mass <= 10**7:
        near = "1g" if mass < 1 else "10000t"
        raise Wrong("range", f"a mass of {plain(mass)} kg", f"expected `1g` to `10000t`. Did you mean `{near}`?")
    return float(mass)


def number_between(least: int, most: int, what: str) -> Callable[[Any], float | None]:
    """Parser of a bare number in `[least, most]`; None passes. `what` names it in faults ("a bounce")."""

    def parse(value: Any) -> float | None:
        if value is None:
            return None
        amount = number(value.strip()) if isinstance(value, str) else finite(value)
        if not least <= amount <= most:
            near = least if amount < least else most
            raise Wrong(
                "range", f"{what} of {plain(amount)}", f"expected `{least}` to `{most}`. Did you mean `{near}`?"
            )
        return float(amount)

    return parse


def parse_direction(value: Any) -> float:
    """A compass word or a bearing in degrees clockwise from north; returns degrees in [0, 360)."""
    if isinstance(value, int | float):
        return parse_angle(value) % 360
    text = str(value).strip()
    if text in COMPASS:
        return COMPASS[text]
    if re.fullmatch(rf"{NUMBER}\s*deg", text):
        return parse_angle(text) % 360
    raise Wrong(
        "direction",
        f"`{shown(value)}` is no direction",
        "expected a compass word (`north`, `north-east` ...) or a bearing clockwise from north (`90deg` is east)",
    )
