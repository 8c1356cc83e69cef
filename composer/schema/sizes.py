"""Sizes, positions, frame rates and counts: text of a shot list to exact values."""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import sqrt
from typing import Any

from composer.errors import Wrong
from composer.schema.quantities import LENGTHS, NUMBER, finite, number, offered, parse_length, plain, shown
from composer.timing import FRAME_RATES

MOST_PIXELS = 4096 * 4096
"""Of a picture: shading one takes some 200 bytes a pixel."""


def parse_sizes(least: int, most: int, names: str) -> Callable[[Any], tuple[float, ...]]:
    """Parser of `20 x 10 x 8m`: `least` to `most` positive lengths, one unit at the end for all, in metres."""

    def parse_tidy(value: Any) -> tuple[float, ...]:
        return parse(value, hinting=False)

    def parse(value: Any, *, hinting: bool = True) -> tuple[float, ...]:
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
                tidy = re.sub(r"\s*(?:\bby\b|[xX×*])\s*", " x ", str(value).strip()) if len(str(value)) <= 64 else ""  # noqa: RUF001 - the sign people type
                hint = offered((f"{value}m", tidy, f"{tidy}m"), parse_tidy) if hinting else ""
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
            f"expected `[x, y]` or `[x, y, z]` in metres.{offered_point(str(value))}".removesuffix("."),
        )
    return tuple(parse_coordinate(v) for v in value)


def offered_point(text: str) -> str:
    """Sentence that offers the two or three numbers of `text` in brackets (`(0, -6)` is `[0, -6]`), or nothing."""
    numbers = re.fullmatch(
        rf"[(\[{{]?\s*({NUMBER}(?:\s*m)?(?:(?:\s*[,;]\s*|\s+){NUMBER}(?:\s*m)?){{1,2}})\s*[)\]}}]?", text[:80]
    )
    return f" Did you mean `[{', '.join(re.findall(NUMBER, numbers[1]))}]`?" if numbers else ""


def parse_coordinate(value: Any) -> float:
    """A coordinate in metres, within 100 km."""
    if isinstance(value, str) and re.fullmatch(rf"{NUMBER}\s*m", value.strip()):
        bare = value.strip()[:-1].strip()
        raise Wrong(
            "number",
            f"`{shown(value)}` has a unit",
            f"coordinates are bare metres. Did you mean `{bare}`?",
            focus=value,
        )
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
    """`768x432` in pixels: even, 64 to 8192 each, 4096 x 4096 in all at most."""
    if isinstance(value, tuple | list):
        value = "x".join(str(v) for v in value)
    match = re.fullmatch(r"(\d{1,6})\s*x\s*(\d{1,6})", str(value).strip())
    if not match:
        hint = offered((s for s in _pictures_meant(str(value).strip()[:40]) if s != value), parse_picture_size)
        raise Wrong(
            "size",
            f"`{shown(value)}` is no picture size",
            f"expected width x height in pixels, such as `768x432`{'.' * bool(hint)}{hint}",
        )
    width, height = int(match[1]), int(match[2])
    good = tuple(min(8192, max(64, v + v % 2)) for v in (width, height))
    if good != (width, height):
        raise Wrong(
            "size",
            f"a picture of {width}x{height}",
            f"expected even sides of 64 to 8192 pixels. Did you mean `{good[0]}x{good[1]}`?",
        )
    if width * height > MOST_PIXELS:
        less = sqrt(MOST_PIXELS / (width * height)) / 2
        raise Wrong(
            "size",
            f"a picture of {width}x{height}, {width * height / 1e6:.0f} million pixels",
            f"expected at most {MOST_PIXELS:,}, as 4096x4096 has. Did you mean `{2 * int(width * less)}x{2 * int(height * less)}`?",
        )
    return width, height


_PICTURES = {
    "480p": "854x480", "720p": "1280x720", "hd": "1280x720", "1080p": "1920x1080", "full hd": "1920x1080",
    "fhd": "1920x1080", "1440p": "2560x1440", "2160p": "3840x2160", "4k": "3840x2160", "uhd": "3840x2160", "2k": "2048x1080",
}  # fmt: skip


def _pictures_meant(text: str) -> Iterator[str]:
    """Sizes in pixels for the words, signs and ratios that people write; of a ratio, the one 432 pixels high."""
    if text.lower() in _PICTURES:
        yield _PICTURES[text.lower()]
    sides = re.fullmatch(r"(\d+)\s*(?:px)?\s*(?:by|[xX×*,/:])\s*(\d+)\s*(?:px)?", text)  # noqa: RUF001 - the sign people type
    if sides and min(int(sides[1]), int(sides[2])) >= 64:
        yield f"{sides[1]}x{sides[2]}"
        yield f"{int(sides[1]) + int(sides[1]) % 2}x{int(sides[2]) + int(sides[2]) % 2}"
    ratio = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[:/xX]\s*(\d+(?:\.\d+)?)", text)
    if ratio and float(ratio[2]) > 0:
        yield f"{2 * round(432 * float(ratio[1]) / float(ratio[2]) / 2)}x432"


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
