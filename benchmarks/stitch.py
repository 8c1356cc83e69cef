"""CPU time and peak memory of joining clips: `python benchmarks/stitch.py`.

Clips are 5 s at 1280x720 and 24 fps, delivery quality. The floor is encoding their frames once, without which there is
no film. Times are CPU seconds of this process and its threads; peaks are of a process of its own for each film.
"""

import json
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from composer import media
from composer.audio import Scenes, Span
from composer.audio.noise import CHUNK
from composer.stitch import DeliveryClip, stitch
from composer.timing import FrameRange, to_samples
from composer.types import Waveform

FPS, SIZE, FRAMES, HANDLE = Fraction(24), (1280, 720), 120, 12
BEDS = {"quay": ("wind", "gulls", "lapping water"), "office": ("room tone", "radio hiss")}


def shaded(count: int, seed: int) -> Iterator[np.ndarray]:
    """Walls under grain in a moving light, as a plain render looks."""
    rng = np.random.default_rng(seed)
    width, height = SIZE
    blocks = rng.integers(40, 220, (9, 16, 3), dtype=np.uint8)
    wall = cv2.resize(blocks, SIZE, interpolation=cv2.INTER_NEAREST).astype(np.float32)
    grain = cv2.GaussianBlur(rng.normal(0, 14, (height, width)).astype(np.float32), (0, 0), 1.5)[..., None]
    across = np.linspace(0, 6, width)[None, :, None]
    for n in range(count):
        light = 0.85 + 0.15 * np.sin(across + n / 20)
        yield np.clip(np.roll(wall + grain, 2 * n, axis=1) * light, 0, 255).astype(np.uint8)


def silence(frames: int) -> Iterator[Waveform]:
    total = to_samples(frames, FPS)
    for start in range(0, total, 1 << 15):
        yield Waveform(np.zeros((2, min(1 << 15, total - start)), np.float32))


def cpu_s(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def measure() -> dict[str, float]:
    """Ratios to the floor, milliseconds a frame, peaks in MB."""
    frames = [list(shaded(FRAMES + HANDLE, seed)) for seed in range(2)]
    form = media.DeliveryFormat(FPS, SIZE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = [DeliveryClip(folder / f"{n}.mp4", FRAMES) for n in range(2)]
        for clip, pictures in zip(clips, frames, strict=True):
            media.write_delivery(clip.path, pictures, form, (0, FRAMES))
        shown = [picture for pictures in frames for picture in pictures[:FRAMES]]
        floor = cpu_s(lambda: media.write_delivery(folder / "floor.mp4", shown, form))
        film = media.FilmFile(FPS)
        copied = cpu_s(lambda: stitch(clips, silence(2 * FRAMES), folder / "film.mp4", film))
        media.write_delivery(clips[1].path, frames[1], media.DeliveryFormat(FPS, SIZE, draft=True), (0, FRAMES))
        anew = cpu_s(lambda: stitch(clips, silence(2 * FRAMES), folder / "film.mp4", film))
        lossless = cpu_s(lambda: media.write_lossless(folder / "lossless", shown[:48], FPS))
        read = cpu_s(lambda: sum(1 for _ in media.read_frames(folder / "lossless")))
        sound = cpu_s(lambda: sum(w.samples.shape[1] for w in minute(folder)))
        media.write_delivery(clips[1].path, frames[1], form, (0, FRAMES))
        peaks = {count: peak_mb(folder, count) for count in (12, 48)}
    return {
        "copy_to_floor": copied / floor,
        "encode_anew_to_floor": anew / floor,
        "floor_ms_a_frame": 1000 * floor / len(shown),
        "lossless_write_ms_a_frame": 1000 * lossless / 48,
        "lossless_read_ms_a_frame": 1000 * read / 48,
        "soundtrack_to_real_time": sound / 60,
        "peak_mb_12_clips": peaks[12],
        "peak_mb_48_clips": peaks[48],
    }


def minute(folder: Path) -> Iterator[Waveform]:
    """A minute of sound in two places, a cut every four seconds."""
    spans = [Span("quay" if n % 2 else "office", FrameRange(96 * n, 96 * n + 96)) for n in range(15)]
    return heard(spans, folder)


def heard(spans: list[Span], folder: Path) -> Iterator[Waveform]:
    """The beds of places, block by block."""
    scenes = Scenes(spans, BEDS, FPS, 7, folder)
    return (Waveform(scenes.read(n, min(n + CHUNK, scenes.length))) for n in range(0, scenes.length, CHUNK))


def peak_mb(folder: Path, count: int) -> float:
    """Largest resident size of a process that joins `count` clips with sound."""
    done = subprocess.run(
        [sys.executable, __file__, str(folder), str(count)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def join(folder: Path, count: int) -> None:
    clips = [DeliveryClip(folder / f"{n % 2}.mp4", FRAMES) for n in range(count)]
    spans = [Span("quay" if n % 2 else "office", FrameRange(FRAMES * n, FRAMES * (n + 1))) for n in range(count)]
    stitch(clips, heard(spans, folder), folder / f"joined_{count}.mp4", media.FilmFile(FPS))
    # not ru_maxrss: it would count what this process's parent held when it forked
    print(int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        join(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        machine = f"{platform.machine()}, Python {platform.python_version()}, {platform.system()} {platform.release()}"
        print(json.dumps({"machine": machine, **measure()}, indent=1))
