"""Motion as piecewise cubics of story time: exact at any moment, continuous with its rate where spans are joined so."""

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

Values = Float[np.ndarray, " k"]


_STILL = 1e-9  # m/s, rad/s


def moves(rate: Values) -> bool:
    """Whether anything changes at this rate."""
    return bool(np.abs(rate).max() > _STILL)


@dataclass(frozen=True, eq=False)
class Curve:
    """k values over time: n cubics, span i from `starts_s[i]` on, the first of them from the story's first moment.

    `coefficients[i, p]` belong to (t - starts_s[i])^p. The last span is at rest, for ever.
    """

    starts_s: Float[np.ndarray, " n"]
    coefficients: Float[np.ndarray, "n 4 k"]

    def at(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f k"]:
        """Values at story times; before the story's first moment, those of that moment."""
        return self.both(times_s)[0]

    def rate(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f k"]:
        """Values a second at story times."""
        return self.both(times_s)[1]

    def both(self, times_s: Float[np.ndarray, " f"]) -> tuple[Float[np.ndarray, "f k"], Float[np.ndarray, "f k"]]:
        """`at` and `rate` at once."""
        c, t = self._local(times_s)
        values: Float[np.ndarray, "f k"] = c[:, 0] + t * (c[:, 1] + t * (c[:, 2] + t * c[:, 3]))
        rates: Float[np.ndarray, "f k"] = c[:, 1] + t * (2 * c[:, 2] + t * (3 * c[:, 3]))
        return values, rates

    def rests_until(self, time_s: float) -> float:
        """When the values next change: `time_s` itself while they do, infinity when never again."""
        span = max(bisect_right(self.starts_s, time_s) - 1, 0)
        changing = np.flatnonzero(np.abs(self.coefficients[span:, 1:]).max(axis=(1, 2)) > _STILL)
        jumps = (
            np.flatnonzero(np.abs(np.diff(self.coefficients[span:, 0], axis=0)).max(axis=1, initial=0.0) > _STILL) + 1
        )
        after = [span + int(found[0]) for found in (changing, jumps) if found.size]
        return max(time_s, float(self.starts_s[min(after)])) if after else float(np.inf)

    def _local(self, times_s: Float[np.ndarray, " f"]) -> tuple[Float[np.ndarray, "f 4 k"], Float[np.ndarray, "f 1"]]:
        span = np.maximum(np.searchsorted(self.starts_s, times_s, side="right") - 1, 0)
        local = np.maximum(times_s - self.starts_s[span], 0.0)
        return self.coefficients[span], local[:, None]


@dataclass(eq=False)
class Draft:
    """A curve that is being written, span after span, and rewritten from the moment at which something new is told."""

    initial: Values
    since_s: float = 0.0
    starts_s: list[float] = field(default_factory=list)
    spans: list[Float[np.ndarray, "4 k"]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rest(self.since_s, self.initial)

    def state(self, time_s: float) -> tuple[Values, Values]:
        """Values and their rates at a moment."""
        span = max(bisect_right(self.starts_s, time_s) - 1, 0)
        c, t = self.spans[span], max(time_s - self.starts_s[span], 0.0)
        return c[0] + t * (c[1] + t * (c[2] + t * c[3])), c[1] + t * (2 * c[2] + t * 3 * c[3])

    @property
    def last(self) -> Values:
        """Where it all ends."""
        end: Values = self.spans[-1][0]
        return end

    def cut(self, time_s: float) -> None:
        """Forget every span that begins at `time_s` or later; what is under way there goes on until it is rewritten."""
        while len(self.starts_s) > 1 and self.starts_s[-1] >= time_s:
            self.starts_s.pop()
            self.spans.pop()

    def interrupt(self, time_s: float) -> None:
        """`cut`, where something new is told; what has come to rest by then stays where it is."""
        told, under_way = self.state(time_s)  # such as where a subject was staged at this very moment
        self.cut(time_s)
        value, rate = self.state(time_s)
        if not moves(under_way):
            self.rest(time_s, told)
        elif not moves(rate):
            self.rest(time_s, value)

    def coast(self, time_s: float, duration_s: float) -> None:
        """From whatever is under way to a stand within `duration_s`."""
        value, rate = self.state(time_s)
        if moves(rate):
            end = value + rate * (duration_s / 3)
            self.cubic(time_s, time_s + duration_s, (value, rate), (end, np.zeros_like(rate)))
            self.rest(time_s + duration_s, end)

    def rest(self, time_s: float, values: Values) -> None:
        """Stand at `values` from `time_s` on."""
        self._append(time_s, np.stack([values, *np.zeros((3, len(values)))]))

    def cubic(self, start_s: float, stop_s: float, start: tuple[Values, Values], stop: tuple[Values, Values]) -> None:
        """Hermite cubic from values and rates at `start_s` to those at `stop_s`; nothing when no time lies between."""
        duration = stop_s - start_s
        if duration <= 0:
            return
        (p0, v0), (p1, v1) = start, stop
        mean = (p1 - p0) / duration
        self._append(
            start_s, np.stack([p0, v0, (3 * mean - 2 * v0 - v1) / duration, (v0 + v1 - 2 * mean) / duration**2])
        )

    def curve(self) -> Curve:
        return Curve(np.array(self.starts_s), np.stack(self.spans))

    def _append(self, start_s: float, span: Float[np.ndarray, "4 k"]) -> None:
        if self.starts_s and self.starts_s[-1] >= start_s:
            self.cut(start_s)
        if self.starts_s and self.starts_s[-1] >= start_s:
            self.starts_s.clear()
            self.spans.clear()
        self.starts_s.append(start_s)
        self.spans.append(span)
