"""Figures and verdicts in words and small signs, the same all over the page."""

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite

from composer.report.continuity.markup import Markup, element, number

CLASSES = {"pass": "pass", "fail": "fail", "not measurable": "unsure"}
"""The style of a verdict."""

_SIGNS = {
    "fail": element("path", d="M6 0 12 11H0Z", fill="currentColor"),
    "pass": element("circle", cx=6, cy=6, r=3.5, fill="currentColor"),
    "not measurable": element("circle", cx=6, cy=6, r=4, fill="none", stroke="currentColor", stroke_width=2),
}


def sign(verdict: str) -> Markup:
    """A triangle fails, a dot passes, a ring is not measurable: told apart without colour."""
    return element("svg", _SIGNS[verdict], viewBox="0 0 12 12", aria_hidden="true", focusable="false")


def chip(verdict: str, words: str = "") -> Markup:
    """A verdict as a label."""
    return element("span", words or verdict, class_=f"chip {CLASSES[verdict]}")


def figure(value: float | None, unit: str = "") -> str:
    """A value to three digits, as many as a measure is good for; a dash where there is none."""
    if value is None or not isfinite(value):
        return "—"
    size = abs(value)
    digits = f"{value:.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{digits if float(digits) else '0'} {unit}".rstrip()


def share(value: float | None) -> str:
    """A share in percent, to the digits that tell it from its neighbours; a dash where there is none."""
    return "—" if value is None else figure(100 * value, "%")


def counted(count: int, thing: str) -> str:
    """`3 joins`, `1 join`."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def seconds(frame: int, fps: Fraction) -> str:
    """When a film frame is shown, `1:02.500`."""
    ms = round(Fraction(frame) / fps * 1000)
    return f"{ms // 60_000}:{ms % 60_000 / 1000:06.3f}"


def bar(value: float | None, limit: float | None, floor: tuple[float, float] | None, verdict: str) -> Markup:
    """A value along a line that ends at twice the limit: the floor from median to 90th percentile, the limit as a tick.

    It says nothing that the figures beside it do not say, and is hidden from those who hear the page.
    """
    full = 2 * limit if limit else max([1.0, value or 0.0, *(floor or ())])
    width, parts = 112.0, [element("rect", x=0, y=3, width=112, height=10, class_="ground")]

    def at(amount: float) -> float:
        return width * min(max(amount / full, 0.0), 1.0)

    if floor is not None and all(map(isfinite, floor)):
        low, high = at(floor[0]), at(floor[1])
        parts.append(element("rect", x=low, y=3, width=max(high - low, 1.5), height=10, class_="floor"))
    if value is not None and isfinite(value):
        parts.append(element("rect", x=0, y=6, width=max(at(value), 2.0), height=4, class_=f"value {CLASSES[verdict]}"))
    if limit is not None:
        parts.append(element("rect", x=at(limit) - 0.75, y=1, width=1.5, height=14, class_="limit"))
    return element("svg", *parts, class_="bar", viewBox="0 0 112 16", aria_hidden="true", focusable="false")


def curve(values: Sequence[tuple[float, float]]) -> str:
    """A path through points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in values)
