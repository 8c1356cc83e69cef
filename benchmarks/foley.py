"""How fast foley is made, and how exactly it is heard: `python benchmarks/foley.py`, which writes `foley.md`.

A minute in one place, on one core: two people on foot, a ball that bounces, a drum that rolls a third of the time and is
struck, something that flies past every four seconds, a cut every four seconds, cameras that move. All is read block by
block, once to compile and once, as a new track, to measure. Real time over CPU time; the room counts.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from measured import Row, measured

from composer.audio.foley import (
    Body,
    Ears,
    Event,
    Foley,
    Ground,
    Pass,
    Strike,
    Trail,
    View,
    Walk,
    floor_of,
    foley,
)
from composer.geometry import look_at
from composer.timing import SAMPLE_RATE

LASTS_S, SHOT_S, BLOCK = 60, 4, 1 << 15
TIMES_S = np.arange(0, LASTS_S, 1 / 48)
DRUM = Body("steel", "cylinder", (0.6, 0.6, 0.9), 90.0)
BALL = Body("rubber", "sphere", (0.22, 0.22, 0.22), 0.43)
SEED = 7


def moving(speed_m_s: float, y: float) -> Trail:
    """To and fro within 12 m."""
    x = np.abs((TIMES_S * speed_m_s) % 24 - 12) - 6
    return Trail(TIMES_S, np.stack([x, 0 * x + y, 0 * x], axis=1), np.full(len(x), speed_m_s), np.zeros(len(x)))


def blows() -> Iterator[Event]:
    for n in range(2 * LASTS_S):
        place = Trail(
            TIMES_S[24 * n : 24 * n + 96], np.tile([n % 7 - 3.0, 0.0, 0.0], (len(TIMES_S[24 * n : 24 * n + 96]), 1))
        )
        yield Strike(f"bounce {n}", n / 2, (BALL, floor_of("concrete")), 3.0, place)
        if n % 4 == 0:
            yield Strike(f"drum {n}", n / 2 + 0.2, (DRUM, floor_of("concrete")), 80.0, place)


def rolls() -> Iterator[Event]:
    for n in range(0, LASTS_S, 12):
        yield Strike(f"roll {n}", n, (DRUM, floor_of("concrete")), 880.0 * 4, moving(1.5, 1.0), "roll", 4.0)


def walks() -> Iterator[Event]:
    yield Walk("one", moving(1.4, -1.0), (Ground("concrete", wet=True),))
    yield Walk("other", moving(1.1, 2.0), (Ground("earth", "gravel"),), 1.6, 55.0)


def passes() -> Iterator[Event]:
    for n in range(0, LASTS_S, SHOT_S):
        x = (TIMES_S - n - 2) * 15
        yield Pass(f"pass {n}", Trail(TIMES_S, np.stack([x, 0 * x - 4, 0 * x + 1], axis=1)), 0.5)


def ears(room_m: tuple[float, float, float] | None) -> Ears:
    """A shot every four seconds, on a dolly."""
    views = []
    for n in range(LASTS_S // SHOT_S):
        times_s = n * SHOT_S + np.arange(0, SHOT_S, 1 / 48)
        eyes = np.array([[np.sin(n) * 6 + 0.3 * (t - times_s[0]), -5 - n % 3, 1.6] for t in times_s])
        views.append(View(times_s, np.stack([look_at(eye, np.array([0.0, 0.0, 0.8])) for eye in eyes])))
    return Ears(tuple(views), float(LASTS_S), room_m)


def cpu_s(track: Foley) -> float:
    before = time.process_time()
    for start in range(0, LASTS_S * SAMPLE_RATE, BLOCK):
        track.read(start, min(start + BLOCK, LASTS_S * SAMPLE_RATE))
    return time.process_time() - before


def faster(events: list[Event], room_m: tuple[float, float, float] | None = None) -> float:
    """Real time over CPU time, the best of three tracks."""
    hearing = ears(room_m)
    cpu_s(foley(events, hearing, SEED))
    return LASTS_S / min(cpu_s(foley(events, hearing, SEED)) for _ in range(3))


def late_samples() -> float:
    """How far the first sample of a blow is from where it belongs, at the worst of 200 times, seen by a moving camera."""
    worst, hearing = 0, ears(None)
    for n in range(200):
        at_s = 0.05 + n * 0.2945871
        track = foley([Strike("blow", at_s, (DRUM, floor_of("concrete")), 80.0, moving(1.5, 1.0))], hearing, SEED)
        at = round(at_s * SAMPLE_RATE)
        heard = track.read(at - 200, at + 200)
        worst = max(worst, abs(int(np.flatnonzero(heard.any(axis=0))[0]) - 200))
    return float(worst)


def rows() -> Iterator[Row]:
    everything = [*blows(), *rolls(), *walks(), *passes()]
    for what, events in (
        ("150 blows a minute", list(blows())),
        ("a drum that rolls a third of the time", list(rolls())),
        ("two people on foot", list(walks())),
        ("15 passages a minute", list(passes())),
        ("all of it, outside", everything),
    ):
        yield Row(what, faster(events), "x real time", 50, at_least=True)
    yield Row("all of it, in a room", faster(everything, (12.0, 9.0, 4.0)), "x real time", 50, at_least=True)
    before = time.process_time()
    foley(everything, ears(None), SEED)
    yield Row("to find out what sounds when", 1000 * (time.process_time() - before), "ms a minute")
    yield Row("onset of a blow, the worst of 200", late_samples(), "samples off", 0)


def main() -> None:
    told = "\n".join(str(row) for row in rows())
    page = f"""# Foley

`python benchmarks/foley.py` {measured()}.

{(__doc__ or "").split(chr(10), 2)[2].strip()}

| what | measured | asked for | |
|---|---|---|---|
{told}
"""
    Path(__file__).with_suffix(".md").write_text(page)
    print(page)


if __name__ == "__main__":
    main()
