"""How well native frames become the film's: `python benchmarks/conform.py` writes benchmarks/conform.md.

The truth is the previz of sample shots at 768x432, 24 frames a second, without grain; a native frame is the same at
256x144 or 160x90, 12 a second: what a perfect model would give. The guide is the previz too. `--sheets DIR` writes a
frame of each shot as each way makes it, side by side.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from measured import measured

import composer
from composer.composing import Rehearsal, rehearse
from composer.conform import Conforming, Declared, Guidance, guided_frames
from composer.looks import grade
from composer.scene import Scene
from composer.shade import Shader
from composer.timing import FrameRange, Rates
from composer.types import CameraTrack, Size, WorldTrack

ROOT = Path(__file__).parent.parent
REPORT = Path(__file__).parent / "conform.md"
SIZE: Size = (768, 432)
NATIVE: tuple[Size, ...] = ((256, 144), (160, 90))
RATES = Rates(film=Fraction(24), native=Fraction(12))
FRAMES = 5  # of the film, of each shot
SHOTS = (
    ("harbour", "dawn", 1.0),  # a wide view, the camera rises
    ("harbour", "walk", 1.25),  # a person walks, followed
    ("harbour", "roll", 2.75),  # a drum rolls past, the camera pans fast
    ("harbour", "replay", 1.25),  # flat shading, a long shadow moves
)
"""List, shot (none: its first) and where in it, in seconds."""


Way = Callable[[Sequence[np.ndarray]], Iterator[np.ndarray]]


@dataclass(frozen=True)
class Held:
    """A stretch of a shot, from `start_s` on."""

    rehearsal: Rehearsal
    shot: str
    start_s: float

    @property
    def scene(self) -> Scene:
        return self.rehearsal.scenes[self.rehearsal.slate(self.shot).place]

    def tracks(self, count: int, fps: Fraction, size: Size) -> tuple[CameraTrack, WorldTrack]:
        """Camera and world at `count` frames of a rate."""
        slate = self.rehearsal.slate(self.shot)
        times = self.start_s + np.arange(count) / float(fps)
        world = self.rehearsal.story.sample(slate.place, float(slate.start_s) + times)
        return self.rehearsal.cameras[self.shot].track(times, size), world

    @cached_property
    def shader(self) -> Shader:
        slate = self.rehearsal.slate(self.shot)
        look = self.rehearsal.shotlist.styles[slate.style].look if slate.style else ""
        return Shader(self.scene, slate.light, replace(grade(look), grain=0.0))

    def render(self, count: int, fps: Fraction, size: Size) -> list[np.ndarray]:
        cameras, world = self.tracks(count, fps, size)
        return [self.shader(self.scene.cast(cameras[k], size, world[k]), cameras[k], world[k]) for k in range(count)]


def bicubic(picture: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_CUBIC))


def linear(native: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """Bicubic, blended."""
    large = [bicubic(frame) for frame in native]
    for k in range(FRAMES):
        a, b = large[k // 2], large[(k + 1) // 2]
        yield a if k % 2 == 0 else cv2.addWeighted(a, 0.5, b, 0.5, 0)


def by_flow(native: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """Bicubic, then both neighbours warped half-way along dense inverse search's flow, and blended."""
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    large = [bicubic(frame) for frame in native]
    grid = np.stack(np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1])), axis=-1).astype(np.float32)

    def half(of: np.ndarray, to: np.ndarray) -> np.ndarray:
        grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (of, to)]
        back = search.calc(grey[1], grey[0], None)  # from `to` into `of`
        place = grid + 0.5 * back
        return cv2.remap(of, place[..., 0], place[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)

    for k in range(FRAMES):
        a, b = large[k // 2], large[(k + 1) // 2]
        yield a if k % 2 == 0 else cv2.addWeighted(half(a, b), 0.5, half(b, a), 0.5, 0)


def guided(held: Held, how: Conforming, *, picture: bool = True, lit: bool = True) -> Way:
    film, native = held.tracks(FRAMES, RATES.film, SIZE), held.tracks(FRAMES // 2 + 1, RATES.native, SIZE)
    guidance = Guidance(Declared(held.scene, film, native), how, held.shader if picture else None, lit)
    return lambda frames: guided_frames(frames, FrameRange(0, FRAMES), RATES, guidance, workers=1)


def ways(held: Held) -> dict[str, Way]:
    return {
        "bicubic, blended": linear,
        "bicubic, optical flow": by_flow,
        "guided upscaling, blended": guided(held, Conforming(interpolate="linear")),
        "Lanczos, guided interpolation": guided(held, Conforming(upscale="lanczos")),
        "both, by ids and normals alone": guided(held, Conforming(), picture=False),
        "both, light not followed": guided(held, Conforming(), lit=False),
        "both": guided(held, Conforming()),
    }


@dataclass(frozen=True)
class Score:
    """Of frames against the truth; `between` is the PSNR of those at no native frame, `steady` the sharpness of those to
    the others.
    """

    psnr: float
    between: float
    ssim: float
    gradient: float
    steady: float
    ms: float


def score(made: Sequence[np.ndarray], truth: Sequence[np.ndarray], ms: float) -> Score:
    errors = np.array([np.mean((a.astype(float) - b) ** 2) for a, b in zip(made, truth, strict=True)])
    shares = np.array([energy(a) / energy(b) for a, b in zip(made, truth, strict=True)])
    return Score(
        psnr(errors),
        psnr(errors[1::2]),
        float(np.mean([ssim(a, b) for a, b in zip(made, truth, strict=True)])),
        float(shares.mean()),
        float(shares[1::2].mean() / shares[::2].mean()),
        ms,
    )


def psnr(errors: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / errors.mean()))


def energy(picture: np.ndarray) -> float:
    """Mean size of the gradient, in codes a pixel."""
    grey = picture.astype(np.float32).mean(axis=-1)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Structural similarity of grey codes, a Gaussian window of 1.5 px (Wang et al. 2004)."""
    x, y = (picture.astype(np.float64).mean(axis=-1) for picture in (a, b))

    def local(values: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5))

    mx, my = local(x), local(y)
    vx, vy, both = local(x * x) - mx * mx, local(y * y) - my * my, local(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float(np.mean((2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))))


def measure(sheets: Path | None) -> dict[Size, dict[str, dict[str, Score]]]:
    """Scores by native size, way and shot."""
    found: dict[Size, dict[str, dict[str, Score]]] = {size: {} for size in NATIVE}
    known = {listed: rehearse(composer.load(ROOT / "shotlists" / f"{listed}.yaml")) for listed, *_ in SHOTS}
    for listed, name, start_s in SHOTS:
        held = Held(known[listed], name or known[listed].slates[0].name, start_s)
        truth = held.render(FRAMES, RATES.film, SIZE)
        for size in NATIVE:
            native, rows = held.render(FRAMES // 2 + 1, RATES.native, size), [truth[FRAMES // 2 | 1]]
            for way, work in ways(held).items():
                if not found[size].get(way):
                    list(work(native))  # compiles
                started = time.process_time()
                made = list(work(native))
                ms = 1000 * (time.process_time() - started) / FRAMES
                found[size].setdefault(way, {})[held.shot] = score(made, truth, ms)
                rows.append(made[FRAMES // 2 | 1])
            if sheets:
                sheet = np.vstack([np.hstack(rows[k : k + 2]) for k in range(0, len(rows), 2)])
                cv2.imwrite(str(sheets / f"{held.shot}_{size[0]}.png"), sheet[..., ::-1])
    return found


def report(found: dict[Size, dict[str, dict[str, Score]]]) -> str:
    shots = ", ".join(f"`{listed}` {name or 'first'} from {start_s:g} s" for listed, name, start_s in SHOTS)
    lines = [
        "# From native frames to the film's",
        "",
        f"`python benchmarks/conform.py` {measured()}.",
        "",
        f"The truth is the previz of {FRAMES} frames each of {len(SHOTS)} shots ({shots}) at {SIZE[0]}x{SIZE[1]}, 24 frames a",
        "second, without grain. Native frames are the same at the native size, 12 a second: what a perfect model would give;",
        "a model that follows its controls less well gains less. The guide of all but the row that says otherwise is the",
        "previz too, so that these figures are the most that the guide can do. `light not followed`: the guide is drawn at",
        "native frames only. PSNR in dB, over all frames and over those between native ones; gradient energy to the truth's;",
        "steady: that of the frames between to that of the others, 1 where sharpness does not pulse. ms: CPU a film frame,",
        "one thread, the guide's drawing included.",
    ]
    for size, rows in found.items():
        lines += ["", f"## {size[0]}x{size[1]}", "", "| | PSNR | between | SSIM | gradient | steady | ms |"]
        lines.append("|---|---|---|---|---|---|---|")
        for way, scores in rows.items():
            lines.append(f"| {way} | {mean(scores.values())} |")
        lines += ["", f"| PSNR | {' | '.join(next(iter(rows.values())))} |"]
        lines.append("|---|" + "---|" * len(next(iter(rows.values()))))
        for way, scores in rows.items():
            lines.append(f"| {way} | {' | '.join(f'{score.psnr:.2f}' for score in scores.values())} |")
    return "\n".join(lines) + "\n"


def mean(scores: Iterable[Score]) -> str:
    psnr_, between, ssim_, gradient, steady, ms = np.mean([astuple(score) for score in scores], axis=0)
    return f"{psnr_:.2f} | {between:.2f} | {ssim_:.4f} | {gradient:.3f} | {steady:.3f} | {ms:.0f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=Path, help="folder to write pictures into")
    REPORT.write_text(report(measure(parser.parse_args().sheets)))
    print(REPORT.read_text())
