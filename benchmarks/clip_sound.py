"""How well sound that comes with clips is put in step: `python benchmarks/clip_sound.py`.

Alignment on shifted copies under noise, onsets against known blows, level and clicks where clips join, and films of an
hour with a flash and a click in each minute, written as the product writes films and read back from the file.
"""

import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from pathlib import Path

import av
import numpy as np
from clip_sound_signals import SOUNDS, blow, noise, noisy, shifted
from measured import Row, measured

from composer import media
from composer.audio import ClipSound, Scenes, Span, joined
from composer.audio.aligning import match
from composer.metrics.onsets import late_against, onsets
from composer.stitch import DeliveryClip, stitch
from composer.timing import SAMPLE_RATE, FrameRange, to_samples
from composer.types import Waveform

OVERLAP = 18000  # samples: nine frames at 24 a second, what LTX continues from
MOST = SAMPLE_RATE // 25
SIZE, MINUTE = (64, 64), 1440  # frames
FLASH = 12  # frame of each minute


def stereo(*channels: np.ndarray) -> np.ndarray:
    return np.stack([channels[0], channels[-1]]).astype(np.float32)


def aligned(kind: str, snr_db: tuple[float | None, float], trials: int) -> np.ndarray:
    """By how many milliseconds each shift was misjudged, and whether it was sure."""
    found = []
    for trial in range(trials):
        rng = np.random.default_rng([trial, len(kind)])
        whole = SOUNDS[kind](rng, OVERLAP + 2 * SAMPLE_RATE // 10)
        late = rng.uniform(-960, 960)
        cut = slice(SAMPLE_RATE // 10, SAMPLE_RATE // 10 + OVERLAP)
        before, after = whole[cut], noisy(rng, shifted(whole, late)[cut], snr_db[1])
        if snr_db[0] is not None:
            before = noisy(rng, before, snr_db[0])
        scale = 0.1 / np.sqrt((before**2).mean())
        told = match(stereo(before * scale), stereo(after * scale), MOST)
        found.append((abs(told.late - late) / 48 if told else np.inf, bool(told and told.sure)))
    return np.array(found)


def alignment(trials: int) -> Iterator[Row]:
    for said, snr_db in (("a copy at -6 dB", (None, -6.0)), ("both at -6 dB", (-6.0, -6.0))):
        for kind in SOUNDS:
            found = aligned(kind, snr_db, trials)
            sure = found[found[:, 1] == 1, 0]
            name = f"{kind}, {said}, {trials} shifts"
            most = 0.1 if snr_db[0] is None else None
            yield Row(f"{name}: sure enough to be moved", 100 * len(sure) / trials, "%")
            if len(sure):
                yield Row(f"{name}: median error of those", float(np.median(sure)), "ms", most)
                yield Row(f"{name}: 95 % of those", float(np.percentile(sure, 95)), "ms", most)
                yield Row(f"{name}: worst of those", float(sure.max()), "ms", most)
    strangers = 0
    for trial in range(trials):
        rng = np.random.default_rng([trial, 99])
        kinds = rng.choice(list(SOUNDS), 2)
        told = match(*(stereo(SOUNDS[kind](rng, OVERLAP) * 0.1) for kind in kinds), MOST)
        strangers += bool(told and told.sure)
    yield Row(f"sounds that are not alike, {trials}: moved all the same", 100 * strangers / trials, "%", 2)


def blows(trials: int) -> Iterator[Row]:
    """Three blows a shot over a bed 20 dB below them, all late by one amount."""
    alone, late_ms, sure = [], [], 0
    for trial in range(trials):
        rng = np.random.default_rng([trial, 7])
        heard = noise(rng, 3 * SAMPLE_RATE)
        heard *= 0.02 / np.sqrt((heard**2).mean())
        seen = np.cumsum(rng.uniform(0.4, 0.8, 3)) * SAMPLE_RATE
        late = int(rng.uniform(-4800, 4800))
        for at in (seen + late).astype(int):
            heard[at : at + 24000] += blow(rng, 24000)[: len(heard) - at] * rng.uniform(0.3, 1)
        found = onsets(stereo(heard * 0.3))
        alone += [float(np.abs(found.at - int(at)).min()) / 48 for at in (seen + late).astype(int)]
        told = late_against(stereo(heard * 0.3), seen, SAMPLE_RATE // 5)
        if told and told.sure:
            sure += 1
            late_ms.append(abs(told.late - late) / 48)
    name = f"blows over a bed, {trials} shots of three"
    yield Row(f"{name}: nearest onset, 95 %", float(np.percentile(alone, 95)), "ms", 2)
    yield Row(f"{name}: nearest onset, worst", max(alone), "ms")
    yield Row(f"{name}: sure enough to be moved", 100 * sure / trials, "%")
    yield Row(f"{name}: worst error of those, against the picture", max(late_ms), "ms", 2)


def joins(trials: int) -> Iterator[Row]:
    """Level and clicks where two clips overlap whose sounds are more or less alike."""
    for rho in (0.0, 0.5, 1.0):
        power, sources, clicks = np.zeros(9600), np.zeros(9600), []
        for trial in range(trials):
            rng = np.random.default_rng([trial, int(10 * rho)])
            shared, one, two = (noise(rng, 66000) for _ in range(3))
            parts = [np.sqrt(rho) * shared + np.sqrt(1 - rho) * own for own in (one, two)]
            before, after = (part / np.sqrt((part**2).mean()) * 0.1 for part in parts)
            clips = [ClipSound(0, stereo(before[:48000])), ClipSound(30000, stereo(after[30000:]), 18000)]
            heard = joined(clips, 66000)
            power += (heard[:, 43200:52800] ** 2).mean(axis=0)
            sources += (before[43200:52800] ** 2 + after[43200:52800] ** 2) / 2
            clicks.append(click_db(heard[0], 48000))
        short = np.ones(240)  # 5 ms
        level = 10 * np.log10(np.convolve(power, short, "valid") / np.convolve(sources, short, "valid"))
        yield Row(f"{trials} joins at correlation {rho:g}: farthest level", float(np.abs(level).max()), "dB", 1)
        yield Row(f"{trials} joins at correlation {rho:g}: loudest click", max(clicks), "dB", 6)


def click_db(sound: np.ndarray, at: int) -> float:
    """Second difference round a join against the 99.9th percentile within 100 ms, in dB."""
    second = np.abs(np.diff(sound[at - 4800 : at + 4800], 2))
    return float(20 * np.log10(second[3792:4848].max() / np.percentile(second, 99.9)))


def hour(name: str, fps: Fraction, lasts_s: int) -> Iterator[Row]:
    """A film of shots of 1440 frames, `lasts_s` or a little more, with a flash and a click of its own sound in each."""
    minutes = ceil(lasts_s * fps / MINUTE)
    with tempfile.TemporaryDirectory() as folder:
        clip, film = Path(folder) / "clip.mp4", Path(folder) / "film.mp4"
        pictures = (np.full((64, 64, 3), 235 if n == FLASH else 16, np.uint8) for n in range(MINUTE + 12))
        media.write_delivery(clip, pictures, media.DeliveryFormat(fps, SIZE), (0, MINUTE))
        heard = np.zeros((2, to_samples(MINUTE + 12, fps)), np.float32)
        heard[:, to_samples(FLASH, fps)] = 0.45
        ranges = [FrameRange(n * MINUTE, (n + 1) * MINUTE) for n in range(minutes)]
        scenes = Scenes([Span("yard", frames, heard) for frames in ranges], {}, fps, 7, Path())
        blocks = range(0, scenes.length, SAMPLE_RATE)
        sound = (Waveform(scenes.read(at, min(at + SAMPLE_RATE, scenes.length))) for at in blocks)
        stitch([DeliveryClip(clip, MINUTE)] * minutes, sound, film, media.FilmFile(fps))
        flashes, clicks = seen(film), clicked(film, minutes, fps)
        apart_ms = 1000 * np.abs(np.array(flashes) - clicks)
        lasts = f"{float(minutes * MINUTE / fps / 60):.3g} minutes at {name}"
        yield Row(f"{lasts}: flashes read back", len(flashes), "", minutes, at_least=True)
        yield Row(f"{lasts}: last flash to its click", float(apart_ms[-1]), "ms", 1)
        yield Row(f"{lasts}: farthest flash from its click", float(apart_ms.max()), "ms", 1)


def seen(film: Path) -> list[float]:
    """When it flashes, in seconds, by the file's time stamps."""
    with av.open(str(film)) as container:
        container.streams.video[0].thread_type = "AUTO"
        return [
            float(frame.pts * frame.time_base)
            for frame in container.decode(video=0)
            if frame.to_ndarray(format="gray").mean() > 128
        ]


def clicked(film: Path, minutes: int, fps: Fraction) -> np.ndarray:
    """When it clicks: the loudest moment of each minute, in seconds."""
    loudest, at = np.zeros(minutes), np.zeros(minutes)
    with av.open(str(film)) as container:
        for frame in container.decode(audio=0):
            level = np.abs(frame.to_ndarray()[0])
            n = int(level.argmax())
            time_s = float(frame.pts * frame.time_base) + n / frame.sample_rate
            minute = min(minutes - 1, int(time_s / float(MINUTE / fps)))
            if level[n] > loudest[minute]:
                loudest[minute], at[minute] = level[n], time_s
    return at


def main(trials: int, lasts_s: int) -> None:
    print(f"Sound of clips {measured()}\n\n| what | measured | limit | |\n| --- | --- | --- | --- |")
    rates = (("23.976", Fraction(24000, 1001)), ("24", Fraction(24)), ("29.97", Fraction(30000, 1001)))
    for rows in (alignment(trials), blows(trials), joins(trials), *(hour(*rate, lasts_s) for rate in rates)):
        for row in rows:
            print(row, flush=True)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3] or (200, 3600)))
