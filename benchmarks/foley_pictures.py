"""Foley looked at: waveform and spectrogram of each kind of sound, what causes them marked.

`python benchmarks/foley_pictures.py [FOLDER]` writes PNGs to `out/foley`, or to FOLDER, and prints the spectral centroid
and the time to fall by 60 dB of one plate in every material.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from scipy.signal import stft

from composer.audio.foley import Body, Ears, Event, Ground, Pass, Strike, Trail, View, Walk, foley
from composer.audio.foley.blows import Blow
from composer.audio.foley.gait import steps
from composer.audio.foley.matter import MATTER
from composer.geometry import look_at
from composer.timing import SAMPLE_RATE
from composer.types import MATERIALS

WIDTH, WAVE, SPECTRUM = 1100, 110, 260
LOW_HZ, HIGH_HZ = 30.0, 20_000.0
FLOOR = Body("concrete", "box", (3.0, 2.6, 0.2), None, 0.12)
DRUM = Body("steel", "cylinder", (0.6, 0.6, 0.9), 90.0)
CRATE = Body("wood", "box", (0.5, 0.5, 0.5), 15.0)
BALL = Body("rubber", "sphere", (0.22, 0.22, 0.22), 0.43)
HAMMER = Body("steel", "sphere", (0.03, 0.03, 0.03), 0.1)
TIMES_S = np.arange(0, 10, 1 / 96)


def picture(title: str, sound: np.ndarray, marks: Sequence[float]) -> np.ndarray:
    """Both channels as a wave, their sum as a spectrogram over log frequency (80 dB from black), marks at seconds."""
    drawn = np.zeros((WAVE + SPECTRUM + 24, WIDTH, 3), np.uint8)
    edges = np.linspace(0, sound.shape[1], WIDTH + 1).astype(int)
    loudest = max(float(np.abs(sound).max()), 1e-9)
    for x in range(WIDTH):
        part = sound[:, edges[x] : max(edges[x + 1], edges[x] + 1)] / loudest
        for channel, colour in ((0, (255, 190, 90)), (1, (90, 190, 255))):
            top, low = (int(24 + WAVE / 2 * (1 - v)) for v in (part[channel].max(), part[channel].min()))
            drawn[top : low + 1, x] |= np.array(colour, np.uint8)
    hz, _, bins = stft(sound.sum(axis=0), SAMPLE_RATE, nperseg=2048, noverlap=1536)
    level = 20 * np.log10(np.abs(bins) + 1e-9)
    rows = np.geomspace(HIGH_HZ, LOW_HZ, SPECTRUM)
    found = np.stack([np.interp(rows, hz, column) for column in level.T], axis=1)
    shade = np.clip((found - found.max() + 80) / 80 * 255, 0, 255).astype(np.uint8)
    drawn[24 + WAVE :] = cv2.applyColorMap(cv2.resize(shade, (WIDTH, SPECTRUM)), cv2.COLORMAP_INFERNO)
    for mark in marks:
        x = int(mark * SAMPLE_RATE / sound.shape[1] * WIDTH)
        if x < WIDTH:
            drawn[20::6, x] = (120, 255, 120)
    for tone in (100, 1000, 10_000):
        y = 24 + WAVE + int(SPECTRUM * np.log(HIGH_HZ / tone) / np.log(HIGH_HZ / LOW_HZ))
        cv2.putText(drawn, f"{tone} Hz", (4, y), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1, cv2.LINE_AA)
    told = f"{title}: {sound.shape[1] / SAMPLE_RATE:.1f} s, peak {20 * np.log10(loudest):.1f} dBFS"
    cv2.putText(drawn, told, (4, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
    return drawn


def watching(*eyes: tuple[float, float, float], room_m: tuple[float, float, float] | None = None) -> Ears:
    """Cameras that stand still, one every four seconds, for ten seconds."""
    target = np.array([0.0, 0.0, 0.5])
    views = [View(np.array([4.0 * n]), look_at(np.array(eye, float), target)[None]) for n, eye in enumerate(eyes)]
    return Ears(tuple(views), 10.0, room_m)


def walk(speed_m_s: float, ground: Ground) -> Walk:
    """From left to right for eight seconds, from a stand to a stand."""
    speeds = np.clip(np.minimum(TIMES_S, 8 - TIMES_S) / 0.5, 0, 1) * speed_m_s
    along = np.cumsum(speeds) / 96 - 4 * speed_m_s
    position = np.stack([along, 0 * along, 0 * along], axis=1)
    return Walk("walk", Trail(TIMES_S, position, speeds), (ground,))


def going(speed_m_s: float, y: float = 0.0, z: float = 0.3) -> Trail:
    along = (TIMES_S - 5) * speed_m_s
    position = np.stack([along, np.full_like(along, y), np.full_like(along, z)], axis=1)
    return Trail(TIMES_S, position, np.full(len(TIMES_S), speed_m_s))


def plates() -> dict[str, np.ndarray]:
    """One plate of 40 x 20 x 2 cm in every material, on the ground, struck by one hammer."""
    made = {}
    for material in MATERIALS:
        mass = MATTER[material].density_kg_m3 * 0.4 * 0.2 * 0.02
        blow = Blow((HAMMER, Body(material, "box", (0.4, 0.2, 0.02), mass)), 1.0, (None, (0.3, 0.4, 1.0)))
        made[material] = blow.sound()
    return made


def told(sound: np.ndarray) -> tuple[float, float]:
    """Spectral centroid (Hz), and time to fall by 60 dB (s) from -5 to -25 dB of the energy that is left."""
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    left = np.cumsum(sound[::-1] ** 2)[::-1]
    first, last = (int(np.argmax(left <= left[0] * 10 ** (level / 10))) for level in (-5, -25))
    return float((hz * spectrum).sum() / spectrum.sum()), 3 * (last - first) / SAMPLE_RATE


def scenes() -> Mapping[str, tuple[list[Event], Ears, list[float]]]:
    """Events, who hears them, and when what happens."""
    outside, room = watching((0, -5, 1.6)), watching((0, -2.4, 1.6), room_m=(5.0, 4.0, 2.6))
    bounces = [0.5, 1.4, 2.15, 2.75, 3.2, 3.55, 3.8]
    strikes: list[Event] = [
        Strike(f"bounce {n}", t, (BALL, FLOOR), 4.5 * 0.8**n, Trail.still(np.array([n - 3.0, 0, 0])))
        for n, t in enumerate(bounces)
    ]
    blows: list[Event] = [
        Strike(name, t, pair, impulse, Trail.still(np.zeros(3)))
        for name, t, pair, impulse in (
            ("drum on concrete", 0.5, (DRUM, FLOOR), 100.0),
            ("drum on steel", 3.0, (DRUM, Body("steel", "box", (2.4, 2.4, 14.0))), 200.0),
            ("crate on concrete", 6.0, (CRATE, FLOOR), 30.0),
            ("crate on earth", 8.0, (CRATE, Body("earth", "box", (3.0, 2.6, 0.2), None, 0.12)), 30.0),
        )
    ]
    found: dict[str, tuple[list[Event], Ears, list[float]]] = {
        "bounces": (strikes, outside, bounces),
        "bounces_room": (strikes, room, bounces),
        "blows": (blows, outside, [0.5, 3.0, 6.0, 8.0]),
        "roll_cut": (
            [Strike("roll", 1.0, (DRUM, FLOOR), 90 * 9.81 * 8, going(2.0), "roll", 8.0)],
            watching((0, -5, 1.6), (6, -3, 1.6), (0, -20, 1.6)),
            [1.0, 4.0, 8.0, 9.0],
        ),
        "slide": ([Strike("slide", 1.0, (CRATE, FLOOR), 15 * 9.81 * 3, going(1.5), "slide", 3.0)], outside, [1.0, 4.0]),
        "pass": ([Pass("pass", going(20.0, -4.0, 1.2), 0.6)], outside, [5.0]),
    }
    grounds = {
        "concrete": Ground("concrete"),
        "wet": Ground("concrete", wet=True),
        "wood": Ground("wood"),
        "steel": Ground("steel"),
        "gravel": Ground("earth", "gravel"),
        "earth": Ground("earth"),
        "snow": Ground("earth", "snow"),
    }
    for name, ground in grounds.items():
        walking = walk(1.4, ground)
        found[f"walk_{name}"] = ([walking], outside, [step.time_s for step in steps(walking)])
    running = walk(4.0, Ground("concrete"))
    found["run_concrete"] = ([running], outside, [step.time_s for step in steps(running)])
    return found


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for material, sound in plates().items():
        print(f"{material:9} centroid {told(sound)[0]:6.0f} Hz, 60 dB in {told(sound)[1]:.3f} s")
        shown = np.zeros(SAMPLE_RATE)
        shown[: min(len(sound), SAMPLE_RATE)] = sound[:SAMPLE_RATE]
        rows.append(picture(f"plate of {material}", np.stack([shown, shown]), [0.0]))
    for n in range(0, len(rows), 4):
        cv2.imwrite(str(folder / f"plates_{n // 4}.png"), np.concatenate(rows[n : n + 4]))
    for name, (events, ears, marks) in scenes().items():
        cv2.imwrite(str(folder / f"{name}.png"), picture(name, foley(events, ears, 7).read(0, 10 * SAMPLE_RATE), marks))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/foley"))
