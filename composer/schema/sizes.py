"""Sizes, positions, frame rates and counts: text of a shot list to exact values."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from composer.errors import Wrong
from composer.schema.quantities import LENGTHS, NUMBER, finite, number, parse_length, plain, shown
from composer.timing import FRAME_RATES


def parse_sizes(least: int, most: int, names: str) -> Callable[[Any], tuple[float, ...]]:
    """Parser of `20 x 10 x 8m`: `least` to `most` positive lengths, one unit at the end for all, in metres."""

    def parse(value: Any) -> tuple[float, ...]:
        if isinstance(value, tuple | list):
            parsed = tuple(parse_length(v) for v in value)
        else:
            parts = (
                [part.strip() for part in str(value).split(" x ")]
                if " x " in str(value)
                else re.split(r"(?<=[\d\s])x(?=[\d\s.])", str(value))
            )
            parts = [part.strip() for part in parts]
            unit = re.sub(rf"^{NUMBER}\s*", "", parts[-1])
            good = unit in LENGTHS and all(
                re.fullmatch(NUMBER, p) or re.fullmatch(rf"{NUMBER}\s*{unit}", p) for p in parts
            )
            if not good or len(str(value)) > 64:
                bare = not unit and all(re.fullmatch(NUMBER, p) for p in parts)
                hint = f" Did you mean `{value}m`?" if bare else ""
                raise Wrong(
                    "no-unit" if bare else "size",
                    f"`{shown(value)}` has no unit" if bare else f"`{shown(value)}` is not a size",
                    f"expected {names}, one unit at the end, such as `{' x '.join(['4', '4', '9'][:most])}m`.{hint}",
                )
            parsed = tuple(float(Fraction(re.match(NUMBER, p)[0]) * LENGTHS[unit]) for p in parts)  # type: ignore[index]
        if not least <= len(parsed) <= most:
            raise Wrong("size", f"`{shown(value)}` gives {len(parsed)} lengths", f"expected {names}")
        for length in parsed:
            if not 0.001 <= length <= 10_000:
                raise Wrong(
                    "range", f"{plain(length)} m in `{shown(value)}`", "expected lengths of `0.001m` to `10000m`"
                )
        return parsed

    return parse


def parse_point(value: Any) -> tuple[float, ...]:
    """`[x, y]` or `[x, y, z]` in metres; bare numbers, as coordinates have no unit."""
    if not isinstance(value, tuple | list) or not 2 <= len(value) <= 3:
        raise Wrong(
            "point",
            f"`{shown(value)}` is no position" if isinstance(value, str) else "this is no position",
            "expected `[x, y]` or `[x, y, z]` in metres",
        )
    return tuple(parse_coordinate(v) for v in value)


def parse_coordinate(value: Any) -> float:
    """A coordinate in metres, within 100 km."""
    exact = number(value.strip()) if isinstance(value, str) else finite(value)
    if abs(exact) > 100_000:
        raise Wrong(
            "range", f"a coordinate of {plain(exact)} m", "expected within 100 km of the origin", focus=str(value)
        )
    return float(exact)


def parse_frame_rate(value: Any) -> Fraction:
    """One of the rates of `FRAME_RATES`, exactly."""
    if isinstance(value, Fraction) and value in FRAME_RATES.values():
        return value
    text = str(value)
    if text in FRAME_RATES:
        return FRAME_RATES[text]
    hint = ""
    if re.fullmatch(NUMBER, text) and len(text) <= 24:
        nearest = min(FRAME_RATES, key=lambda k: abs(float(k) - float(text)))
        hint = f" Did you mean `{nearest}`?"
    raise Wrong("fps", f"`{shown(text)}` is no frame rate", f"expected one of: {', '.join(FRAME_RATES)}.{hint}")


def parse_picture_size(value: Any) -> tuple[int, int]:
    """`768x432` in pixels: even, 64 to 8192 each."""
    if isinstance(value, tuple | list):
        value = "x".join(str(v) for v in value)
    match = re.fullmatch(r"(\d{1,6})\s*x\s*(\d{1,6})", str(value).strip())
    if not match:
        raise Wrong(
            "size", f"`{shown(value)}` is no picture size", "expected width x height in pixels, such as `768x432`"
        )
    width, height = int(match[1]), int(match[2])
    good = tuple(min(8192, max(64, v + v % 2)) for v in (width, height))
    if good != (width, height):
        raise Wrong(
            "size",
            f"a picture of {width}x{height}",
            f"expected even sides of 64 to 8192 pixels. Did you mean `{good[0]}x{good[1]}`?",
        )
    return width, height


def parse_integer(least: int, most: int) -> Callable[[Any], int]:
    """Parser of a whole number in `[least, most]`."""

    def parse(value: Any) -> int:
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,20}", text):
            raise Wrong("integer", f"`{shown(value)}` is not a whole number", f"expected {least} to {most}")
        if not least <= int(text) <= most:
            raise Wrong("range", f"`{shown(text)}` is out of range", f"expected {least} to {most}")
        return int(text)

    return parse
