"""Joining 12 clips of 5 s at 1280x720 with dissolves of half a second: `python benchmarks/dissolves.py`.

Beside it, in the same run: encoding the very same frames once, which is the least that a film without clips costs; the
stitcher's own streaming encode; the ffmpeg command line's `xfade`; MoviePy's `CompositeVideoClip`. Times are CPU seconds
of all threads and children, peaks are of a process of its own. `python benchmarks/dissolves.py 2` measures two clips.
"""

import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType

import av
import imageio_ffmpeg
import numpy as np
from measured import Row, measured
from stitch import FPS, FRAMES, HANDLE, SIZE, shaded, silence

from composer import media
from composer.stitch import DeliveryClip, Dissolve, stitch
from composer.stitch.blending import mixed
from composer.timing import FrameRange

FORM = media.DeliveryFormat(FPS, SIZE)
STARTS = (0, HANDLE, FRAMES)
H264 = media.PRESETS[media.H264]


@contextmanager
def at(preset: str) -> Iterator[None]:
    """Deliveries by another preset of x264's."""
    media.PRESETS[media.H264] = replace(H264, options=MappingProxyType({**H264.options, "preset": preset}))
    yield
    media.PRESETS[media.H264] = H264


def cpu_s(work: Callable[[], object]) -> float:
    """CPU seconds of this process, its threads and its children."""

    def now() -> float:
        own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime

    before = now()
    work()
    return now() - before


class Reel:
    """Two clips, shown in turn `count` times, with a dissolve at every join."""

    def __init__(self, folder: Path, count: int, *, starts: Sequence[int] = STARTS) -> None:
        self.folder, self.count = folder, count
        self.planes = [[media.to_planes(picture) for picture in shaded(FRAMES + HANDLE, seed)] for seed in range(2)]
        self.paths = [folder / f"{n}.mp4" for n in range(2)]
        self.segments_s = cpu_s(lambda: self.encode(starts)) * count / 2

    def encode(self, starts: Sequence[int]) -> None:
        """Write both clips, a group of pictures at each of `starts`."""
        for path, planes in zip(self.paths, self.planes, strict=True):
            media.write_delivery(path, planes, FORM, starts)

    @property
    def clips(self) -> list[DeliveryClip]:
        return clips(self.folder, self.count)

    def blended(self) -> Iterator[np.ndarray]:
        """The frames of the film, dissolves mixed beforehand."""
        turn = [
            [mixed(self.planes[1 - n][FRAMES + k], self.planes[n][k], (k + 1) / (HANDLE + 1)) for k in range(HANDLE)]
            for n in range(2)
        ]
        for n in range(self.count):
            yield from turn[n % 2] if n else self.planes[0][:HANDLE]
            yield from self.planes[n % 2][HANDLE:FRAMES]

    def film(self, name: str) -> Path:
        out = self.folder / name
        stitch(self.clips, silence(self.count * FRAMES), out, media.FilmFile(FPS), form=FORM)
        return out

    def ffmpeg(self, preset: str) -> None:
        inputs = [word for n in range(self.count) for word in ("-i", str(self.paths[n % 2]))]
        links, last = [], "0:v"
        for n in range(1, self.count):
            links.append(f"[{last}][{n}:v]xfade=transition=fade:duration=0.5:offset={5 * n}[v{n}]")
            last = f"v{n}"
        out = (
            "-t",
            str(5 * self.count),
            "-c:v",
            "libx264",
            "-preset",
            preset,
            "-crf",
            "18",
            str(self.folder / "x.mp4"),
        )
        graph = ("-filter_complex", ";".join(links), "-map", f"[{last}]") if links else ()
        subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *inputs, *graph, *out], check=True)

    def moviepy(self, preset: str) -> None:
        from moviepy import CompositeVideoClip, VideoFileClip, vfx  # noqa: PLC0415 - slow to load

        shots = [VideoFileClip(str(self.paths[n % 2]), audio=False).with_start(5 * n) for n in range(self.count)]
        faded = [shot.with_effects([vfx.CrossFadeIn(0.5)]) if n else shot for n, shot in enumerate(shots)]
        whole = CompositeVideoClip(faded).with_duration(5 * self.count)
        told = {"codec": "libx264", "preset": preset, "ffmpeg_params": ["-crf", "18"], "logger": None}
        whole.write_videofile(str(self.folder / "m.mp4"), fps=float(FPS), audio=False, **told)
        for shot in shots:
            shot.close()


def clips(folder: Path, count: int) -> list[DeliveryClip]:
    return [DeliveryClip(folder / f"{n % 2}.mp4", FRAMES, Dissolve(HANDLE) if n else None) for n in range(count)]


def ratios(preset: str, count: int, *, peers: bool) -> Iterator[Row]:
    """The ways to one film, against encoding its frames once."""
    name = f"{count} clips, {preset}"
    with tempfile.TemporaryDirectory() as folder, at(preset):
        reel = Reel(Path(folder), count)
        once = cpu_s(lambda: media.write_delivery(reel.folder / "once.mp4", reel.blended(), FORM))
        yield Row(f"encoding once, {name}", 1000 * once / (count * FRAMES), "ms a frame")
        smart = cpu_s(lambda: reel.film("film.mp4"))
        most = 0.30 if preset == "veryfast" else None
        yield Row(f"smart stitch, {name}", smart / once, "x encoding once", most)
        whole = (reel.segments_s + smart) / once
        yield Row(f"clips encoded and stitched, {name}", whole, "x encoding once")
        yield from quality(reel)
        if peers:
            yield Row(f"ffmpeg xfade, {name}", cpu_s(lambda: reel.ffmpeg(preset)) / once, "x encoding once")
            yield Row(f"MoviePy, {name}", cpu_s(lambda: reel.moviepy(preset)) / once, "x encoding once")
        reel.encode((0,))  # no group of pictures begins where an overlap ends
        anew = cpu_s(lambda: reel.film("anew.mp4"))
        most = {"veryfast": 1.25, "medium": 1.10}[preset]
        yield Row(f"streaming encode, {name}", anew / once, "x encoding once", most)


def quality(reel: Reel) -> Iterator[Row]:
    """What was given to the encoder against what the film shows, outside overlaps, and its tags."""
    pairs = zip(media.read_planes(reel.folder / "film.mp4", FrameRange(0, FRAMES)), reel.planes[0], strict=False)
    errors = [np.mean((a[: SIZE[1]].astype(float) - b[: SIZE[1]]) ** 2) for a, b in pairs]
    least = 10 * np.log10(255**2 / max(errors))
    yield Row("luma of the worst frame outside overlaps, in against out", least, "dB", 42, at_least=True)
    with av.open(str(reel.folder / "film.mp4")) as container:
        context = container.streams.video[0].codec_context
        tags = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
    yield Row("tags that read back as BT.709, limited", sum(tag == 1 for tag in tags), "of 4", 4, at_least=True)


def peaks() -> Iterator[Row]:
    """Memory of a process that joins many clips."""
    with tempfile.TemporaryDirectory() as folder, at("veryfast"):
        Reel(Path(folder), 2)
        few, many = (_peak_mb(folder, count) for count in (12, 48))
        yield Row("peak memory, 12 clips", few, "MB")
        yield Row("peak memory, 48 clips", many / few, "x 12 clips", 1.10)


def _peak_mb(folder: str, count: int) -> float:
    words = [sys.executable, __file__, "peak", folder, str(count)]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def join(folder: Path, count: int) -> None:
    """Join `count` clips and print the largest resident size of this process in MB."""
    with at("veryfast"):
        stitch(clips(folder, count), silence(count * FRAMES), folder / "p.mp4", media.FilmFile(FPS), form=FORM)
    print(int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024)


def main(count: int) -> None:
    print(f"Dissolves {measured()}\n\n| what | measured | limit | |\n| --- | --- | --- | --- |")
    fast, best = ratios("veryfast", count, peers=True), ratios("medium", min(count, 4), peers=False)
    for row in chain(fast, best, peaks()):
        print(row, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["peak"]:
        join(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
