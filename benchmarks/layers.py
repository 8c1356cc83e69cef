"""Layers over a film at 1280x720: `python benchmarks/layers.py`.

What an instrument panel of four items costs for each frame, beside encoding the very same frames at veryfast in the same
run, and beside MoviePy laying four still texts over them; how near its edges are to exact ones, averaged over 16 x 16
points of each pixel, beside edges that are not anti-aliased. Times are CPU seconds of all threads and children.
"""

import tempfile
from collections.abc import Iterator
from itertools import chain
from math import pi
from pathlib import Path

import numpy as np
from dissolves import at, cpu_s
from measured import Row, measured
from stitch import FPS, SIZE, shaded

from composer import media
from composer.overlay import Gauge, Item, Layer, Lines, alone, lay_over
from composer.overlay.sprites import arc

COUNT = 120
FINER = 16
SPEEDS = [20 + 15 * np.sin(k / 25) for k in range(COUNT)]  # km/h
PANEL = (
    Item("text", tuple(Lines((f"BARREL {v:.1f} km/h",)) for v in SPEEDS), "top-left"),
    Item("text", tuple(Lines((f"{40 - k / 10:.1f} m to go",)) for k in range(COUNT)), "top-right"),
    Item("bar", tuple(Gauge(v / 40, label="Speed") for v in SPEEDS), "bottom-left", colour=(250, 186, 92)),
    Item("dial", tuple(Gauge(v / 40, f"{v:.0f}", "km/h") for v in SPEEDS), "bottom-right"),
)
LAYERS = (Layer("hud", PANEL),)
DIAL = (158, 79.0, 67.0, 11.0, (-0.72 * pi, 0.31 * pi))  # px: of a dial at 1280x720, two thirds full


def costs() -> Iterator[Row]:
    """CPU time of laying four changing items over frames, of writing them alone, and of encoding."""
    frames = list(shaded(COUNT, 0))
    with tempfile.TemporaryDirectory() as folder, at("veryfast"):
        form = media.DeliveryFormat(FPS, SIZE)
        once = cpu_s(lambda: media.write_delivery(Path(folder) / "once.mp4", frames, form)) / COUNT
        movie = cpu_s(lambda: media.write_prores(Path(folder) / "hud.mov", alone(LAYERS, "hud", SIZE, COUNT), FPS))
    drawn = cpu_s(lambda: sum(1 for _ in lay_over(frames, LAYERS))) / COUNT
    still = cpu_s(lambda: sum(1 for _ in lay_over(frames, (Layer("hud", tuple(map(_still, PANEL))),)))) / COUNT
    yield Row("encoding at veryfast", 1000 * once, "ms a frame")
    yield Row("a panel of four that change with each frame", 1000 * drawn, "ms a frame")
    yield Row("that", drawn / once, "x encoding", 1.0)
    yield Row("a panel of four that stand still", still / once, "x encoding")
    yield Row("four still texts, by MoviePy", moviepy_s(frames) / COUNT / once, "x encoding")
    yield Row("a panel alone, as ProRes 4444", 1000 * movie / COUNT, "ms a frame")


def _still(item: Item) -> Item:
    return Item(item.kind, item.shows[:1], item.at, colour=item.colour)


def moviepy_s(frames: list[np.ndarray]) -> float:
    """CPU seconds of laying four still texts over frames by MoviePy."""
    from moviepy import CompositeVideoClip, ImageSequenceClip, TextClip  # noqa: PLC0415 - slow to load

    below = ImageSequenceClip(frames, fps=float(FPS))
    texts = [TextClip(text="BARREL 20.0 km/h", font_size=33, color="white", size=(320, 42)) for _ in range(4)]
    placed = [
        text.with_position((x, y)).with_duration(below.duration)
        for text, (x, y) in zip(texts, [(64, 36), (896, 36), (64, 640), (896, 640)], strict=True)
    ]
    whole = CompositeVideoClip([below, *placed])
    return cpu_s(lambda: sum(1 for _ in whole.iter_frames()))


def edges() -> Iterator[Row]:
    """How far a dial's coverage is from the exact one, where that is neither none nor all."""
    exact = exact_arc()
    edge = (exact > 0) & (exact < 1)
    for name, drawn, most in (
        ("dial", arc(*DIAL), 0.12),
        ("no anti-aliasing", (exact >= 0.5).astype(float), None),
    ):
        error = np.abs(drawn - exact)
        yield Row(f"largest error of coverage at an edge, {name}", error.max(), "", most)
        yield Row(f"mean error of coverage at an edge, {name}", error[edge].mean(), "", most and most / 4)


def exact_arc() -> np.ndarray:
    """The dial by 16 x 16 points of each pixel, in or out."""
    size, middle, radius, thick, (start, stop) = DIAL
    points = (np.arange(size * FINER) + 0.5) / FINER - middle
    x, y = points[None, :], points[:, None]
    half, turn = (stop - start) / 2, np.arctan2(x, -y) - (start + stop) / 2
    turn = np.abs((turn + pi) % (2 * pi) - pi)
    inside = (turn <= half) & (np.abs(np.hypot(x, y) - radius) <= thick / 2)
    for angle in (start, stop):
        inside |= np.hypot(x - radius * np.sin(angle), y + radius * np.cos(angle)) <= thick / 2
    return inside.reshape(size, FINER, size, FINER).mean(axis=(1, 3))


def main() -> None:
    print(f"Layers {measured()}\n\n| what | measured | limit | |\n| --- | --- | --- | --- |")
    for row in chain(costs(), edges()):
        print(row, flush=True)


if __name__ == "__main__":
    main()
