"""Loudness, peaks, fades, joins and speed of the mix: `python benchmarks/sound.py`, which writes `sound.md`.

Loudness and true peaks are read by FFmpeg's `ebur128`, never by the meter that set them. Beside it, in the same run, what
the ffmpeg command line does by itself: `loudnorm` in one pass, `acrossfade`, clips put end to end. Times are CPU time.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
from measured import Row, measured

import composer
from composer import media
from composer.audio import Mix, Placed, Scenes, Score, Span, Track, Tune, known_words, master
from composer.audio.fading import crossfade_gains
from composer.audio.noise import CHUNK, Stereo
from composer.composing.rehearsal import rehearse
from composer.composing.sounding import Sounding
from composer.planning import PlanOptions
from composer.store import Entry
from composer.timing import SAMPLE_RATE, FrameRange, to_samples
from composer.types import Waveform

FPS, SECOND = Fraction(24), SAMPLE_RATE
ROOT = Path(__file__).parent.parent
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
LASTS = 20 * SECOND


def metered(blocks: Iterator[Stereo]) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, by FFmpeg's `ebur128`."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=SECOND, format="flt", layout="stereo", time_base=Fraction(1, SECOND))
    meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    at, said = 0, {}

    def pull() -> None:
        while True:
            try:
                said.update(graph.pull().metadata)
            except (av.error.BlockingIOError, av.error.EOFError):
                return

    for block in blocks:
        packed = np.ascontiguousarray(block.T.astype(np.float32)).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SECOND, at, Fraction(1, SECOND)
        at += block.shape[1]
        graph.push(frame)
        pull()
    graph.push(None)
    pull()
    peak = max(float(said[f"lavfi.r128.true_peaks_ch{channel}"]) for channel in (0, 1))
    return float(said["lavfi.r128.I"]), float(20 * np.log10(max(peak, 1e-9)))


def blocks(read: Callable[[int, int], Stereo], length: int) -> Iterator[Stereo]:
    return (read(n, min(n + CHUNK, length)) for n in range(0, length, CHUNK))


def harbour() -> Mix:
    """The mix of the sample film: music, foley, beds, a dissolve, fades, an L cut."""
    rehearsal = rehearse(composer.load(ROOT / "shotlists" / "harbour.yaml"))
    plan = rehearsal.plan(composer.generators.load("previz").capabilities, PlanOptions())
    silent = Entry("", Path(), "delivery", {}, {}, {}, lambda *_: None)
    return Sounding(rehearsal, plan, [silent] * len(plan.shots)).mix()


def mixes(folder: Path) -> Iterator[tuple[str, Mix]]:
    """Mixes of every kind, the hardest for a limiter among them."""
    rng = np.random.default_rng(1)
    noise = (0.05 * rng.standard_normal((2, LASTS))).astype(np.float32)
    clicks = noise.copy()
    clicks[:, rng.integers(0, LASTS, 60)] = 0.95
    bursts = noise * (np.arange(LASTS) // SECOND % 4 == 0)
    square = (0.9 * np.sign(np.sin(2 * np.pi * 997 * np.arange(LASTS) / SECOND)) * np.ones((2, 1))).astype(np.float32)
    between = 0.7 * np.sin(2 * np.pi * 12_000 * np.arange(LASTS) / SECOND + np.pi / 4) * np.ones((2, 1))
    shots = {
        "noise": noise,
        "clicks": clicks,
        "bursts": bursts,
        "square wave": square,
        "crests between samples": between,
    }
    for name, samples in shots.items():
        yield name, Mix(LASTS, {"effects": [Placed(0, samples.astype(np.float32))]})
    for mood in ("calm", "tense", "sad", "bright"):
        yield f"a {mood} score", Mix(LASTS, {"music": [Score(Tune(mood, 96, "D minor"), 7, 0, LASTS)]})
    for word in known_words():
        spans = [Span("place", FrameRange(0, 480))]
        yield word, Mix(LASTS, {"ambience": [Scenes(spans, {"place": (word,)}, FPS, 7, folder)]})
    voice = bursts * np.float32(8)
    lines = [(4 * n * SECOND, (4 * n + 1) * SECOND) for n in range(5)]
    tracks: dict = {"dialogue": [Placed(0, voice)], "music": [Score(Tune("sad", 72, "D minor"), 7, 0, LASTS)]}
    yield "lines over music", Mix(LASTS, tracks, lines)
    yield "the harbour film", harbour()


def loudness(folder: Path) -> Iterator[Row]:
    worst, peak, coded = 0.0, -np.inf, -np.inf
    count = 0
    for name, mix in mixes(folder):
        for wanted in (-14.0, -16.0, -23.0):
            with media.Spool(folder) as spool:
                mastered = master(mix.read, mix.length, wanted, spool, media.through_aac)
                lufs, top = metered(mastered.blocks())
                count += 1
                worst, peak = max(worst, abs(lufs - wanted)), max(peak, top)
                if wanted == -16:
                    coded = max(coded, metered(aac(mastered.blocks(), folder))[1])
        print(name, f"{worst:.3f} {peak:.2f} {coded:.2f}", flush=True)
    yield Row(f"loudness off the target, the worst of {count} mixes at -14, -16 and -23 LUFS", worst, "LU", 0.2)
    yield Row("true peak, the highest of them", peak, "dBTP", -1.0)
    yield Row("the same out of 192 kbit/s AAC, at -16 LUFS", coded, "dBTP", -1.0)
    norm = [one_pass(mix, folder) for name, mix in mixes(folder) if name in ("clicks", "bursts", "the harbour film")]
    yield Row("loudness off -16 LUFS by ffmpeg's `loudnorm` in one pass, worst of 3", max(map(abs, norm)), "LU")


def aac(sound: Iterator[Stereo], folder: Path) -> Iterator[Stereo]:
    """Through the film's own encoder and back."""
    path = folder / "coded.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=SECOND, layout="stereo")
        stream.bit_rate = 192_000
        samples = np.concatenate(list(sound), axis=1)
        for n in range(0, samples.shape[1], 1024):
            block = np.ascontiguousarray(samples[:, n : n + 1024])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = SECOND, n, Fraction(1, SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    yield media.read_sound(path).samples


def ffmpeg(folder: Path, filters: str, *sounds: Stereo) -> Stereo:
    """What the command line makes of sounds."""
    words: list[str] = []
    for n, samples in enumerate(sounds):
        media.write_sound(folder / f"{n}.wav", Waveform(samples))
        words += ["-i", str(folder / f"{n}.wav")]
    out = folder / "out.wav"
    command = [
        FFMPEG,
        "-y",
        "-loglevel",
        "error",
        *words,
        "-filter_complex",
        filters,
        "-c:a",
        "pcm_f32le",
        "-ar",
        "48000",
    ]
    subprocess.run([*command, str(out)], check=True)
    return media.read_sound(out).samples


def one_pass(mix: Mix, folder: Path) -> float:
    whole = np.concatenate(list(blocks(mix.read, mix.length)), axis=1)
    normal = ffmpeg(folder, "loudnorm=I=-16:TP=-1:LRA=11", whole)
    return metered(iter([normal]))[0] + 16


def fades(folder: Path) -> Iterator[Row]:
    """A second of fade between noises that are so alike; levels of 50 ms against those outside it."""
    rng = np.random.default_rng(3)
    for rho in (0.0, 0.5, 1.0):
        one, other = (0.1 * rng.standard_normal((2, 3 * SECOND)) for _ in range(2))
        two = np.sqrt(1 - rho**2) * other
        two[:, :SECOND] += rho * one[:, -SECOND:]
        two[:, SECOND:] *= 1 / max(np.sqrt(1 - rho**2), 1e-9) if rho < 1 else 0
        two[:, SECOND:] += other[:, SECOND:] if rho == 1 else 0
        one, two = one.astype(np.float32), two.astype(np.float32)
        out, into = crossfade_gains(one[:, -SECOND:], two[:, :SECOND])
        ours = out * one[:, -SECOND:] + into * two[:, :SECOND]
        theirs = ffmpeg(folder, "acrossfade=d=1", one, two)[:, 2 * SECOND : 3 * SECOND]
        yield Row(f"level through a fade, off the level beside it, correlation {rho:g}", level_off(ours), "dB", 1.0)
        yield Row("the same by ffmpeg's `acrossfade`", level_off(theirs), "dB")


def level_off(sound: Stereo) -> float:
    step = SECOND // 20
    levels = [20 * np.log10(sound[:, n : n + step].std() / 0.1) for n in range(0, sound.shape[1], step)]
    return float(np.abs(levels).max())


def click_db(sound: Stereo, at: int) -> float:
    """Second difference within 1 ms of a join against the 99.9th percentile within 100 ms, in dB."""
    second = np.abs(np.diff(sound[:, at - 4800 : at + 4800], 2, axis=1))
    floor = np.maximum(np.percentile(second, 99.9, axis=1), 1e-9)
    return float((20 * np.log10(np.maximum(second[:, 4752:4848].max(axis=1), 1e-12) / floor)).max())


def joins(folder: Path) -> Iterator[Row]:
    """Two hundred of them: cuts between places, dissolves, J and L cuts, clips with a tone of their own."""
    rng = np.random.default_rng(5)
    beds = {"quay": ("wind",), "hall": ("hum",), "office": ("room tone",), "yard": ("machinery",)}
    names, spans, length = list(beds), [], to_samples(30, FPS)
    for n in range(201):
        tone = 0.05 * np.sin(2 * np.pi * rng.uniform(80, 400) * np.arange(length) / SECOND) * np.ones((2, 1))
        sound = tone.astype(np.float32) if n % 5 == 4 else None
        kind = {1: {"dissolves": 12_000}, 2: {"leads": 9_600}, 3: {"outlasts": 9_600}}.get(n % 4, {})
        spans.append(Span(names[n % 4], FrameRange(24 * n, 24 * n + 24), sound, **kind))
    scenes = Scenes(spans, beds, FPS, 3, folder)
    sound = np.concatenate(list(blocks(scenes.read, scenes.length)), axis=1)
    cuts = [to_samples(24 * n, FPS) for n in range(1, 201)]
    edges = [cut + off for cut, span in zip(cuts, spans[1:], strict=True) for off in (0, span.dissolves, -span.leads)]
    yield Row("click at 200 joins, the worst", max(click_db(sound, at) for at in edges), "dB", 6.0)
    parts = [Scenes([Span(s.place, FrameRange(0, 4824), s.sound)], beds, FPS, 3, folder) for s in spans[:20]]
    hard = np.concatenate([p.read(48_000 * n, 48_000 * (n + 1)) if s.sound is None else s.sound[:, :48_000]
                           for n, (p, s) in enumerate(zip(parts, spans, strict=False))], axis=1)  # fmt: skip
    worst = max(click_db(hard, 48_000 * n) for n in range(1, 20))
    yield Row("the same clips end to end, the worst of 19", worst, "dB")


def speed(folder: Path) -> Iterator[Row]:
    """Of the harbour film: half a minute with music, beds and foley, and its mastering."""
    warm = harbour()
    list(blocks(warm.read, 2 * CHUNK))
    mix = harbour()
    lasts_s = mix.length / SECOND
    for stem in ("music", "effects", "ambience"):
        cost_s = cpu_s(lambda stem=stem: sum(b.shape[1] for b in mix.stem_blocks(stem, 0.0)))
        yield Row(f"{stem} of the harbour film", lasts_s / cost_s, "x real time", 50.0, at_least=True)
    mix = harbour()
    with media.Spool(folder) as spool:
        cost_s = cpu_s(lambda: sum(b.shape[1] for b in master(mix.read, mix.length, -16.0, spool).blocks()))
    yield Row("all of it, mixed and mastered", lasts_s / cost_s, "x real time")
    ready: Track = Placed(0, (0.1 * np.random.default_rng(0).standard_normal((2, LASTS))).astype(np.float32))
    cost_s = cpu_s(lambda: sum(b.shape[1] for b in master(ready.read, LASTS, -16.0).blocks()))
    yield Row(
        "mastering alone: measured, limited, measured again, written",
        LASTS / SECOND / cost_s,
        "x real time",
        50.0,
        at_least=True,
    )


def cpu_s(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def main() -> None:
    said = [f"# Sound\n\n`python benchmarks/sound.py` {measured()}.\n", str(__doc__).partition("\n\n")[2]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        said.append("| what | measured | asked for | |\n|---|---|---|---|")
        for part in (loudness, fades, joins, speed):
            for row in part(folder):
                print(row, flush=True)
                said.append(str(row))
    Path(__file__).with_suffix(".md").write_text("\n".join(said) + "\n")


if __name__ == "__main__":
    main()
