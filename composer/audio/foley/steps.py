"""Footsteps: a heel, then the ball of the foot, on what the ground is made of, through what lies on it.

Heel and toe are blows of a shoe; loose ground is many small collisions under a foot that presses (Cook, "Modeling Bill's
gait: analysis and parametric synthesis of walking sounds", 2002; Fontana & Bresin, "Physics-based sound synthesis and
control: crushing, walking and running by crumpling sounds", 2003).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.audio.foley.blows import Blow, loudness
from composer.audio.foley.bodies import Body, floor_of
from composer.audio.foley.events import Ground, Surface
from composer.audio.foley.gait import RUNS_M_S, WALKS_M_S, Step
from composer.audio.foley.grains import Grains, crush
from composer.audio.noise import Key, Mono
from composer.timing import SAMPLE_RATE

_HEEL = Body("plastic", "box", (0.08, 0.07, 0.03), 0.25, 0.05)
_SOLE = Body("rubber", "box", (0.12, 0.09, 0.015), 0.3, 0.2)
_IMPULSE_S = 0.012  # of the body's weight, in a heel's first bump at 1.4 m/s
_FORWARD = 1.8  # steps are brought forward in a mix: of all a film's small sounds they are listened for
_LENGTH_S = 0.5

_LOOSE: dict[Surface, Grains] = {
    "gravel": Grains(70, (900.0, 4200.0), 0.004, 0.05, 0.9),
    "sand": Grains(260, (1800.0, 6500.0), 0.0012, 0.09, 0.4),
    "snow": Grains(200, (700.0, 2600.0), 0.0025, 0.10, 0.5),
    "grass": Grains(120, (1500.0, 7000.0), 0.0016, 0.10, 0.3),
}
_SOIL = Grains(60, (300.0, 1600.0), 0.003, 0.05, 0.35)
_SPLASH = Grains(60, (1200.0, 7000.0), 0.003, 0.06, 0.30, rise=0.4)
_SCUFF = Grains(300, (700.0, 3500.0), 0.0012, 0.06, 0.35)


@dataclass(frozen=True)
class Tread:
    """One step of a person of `mass_kg` on a ground."""

    step: Step
    ground: Ground
    mass_kg: float
    key: Key

    @property
    def length(self) -> int:
        """Samples of it; the ring of what is hollow underfoot is over by then."""
        return round(_LENGTH_S * SAMPLE_RATE)

    def sound(self) -> Mono:
        """The sound at 1 m, from the moment the heel comes down."""
        rng = self.key.rng(0)
        impulse = self._impulse_n_s * rng.lognormal(0.0, 0.15)
        heard = np.zeros(self.length)
        if not self.step.scuff:
            give = _give(self.ground)
            places = ((0.0, 0.0, -1.0), tuple(rng.uniform(-0.8, 0.8, 3).tolist()))
            floor = floor_of(self.ground.material)
            _add(heard, 0, give * Blow((_HEEL, floor), impulse, places).sound())
            toe = round((self._toe_s + rng.uniform(-0.008, 0.008)) * SAMPLE_RATE)
            _add(heard, toe, 0.8 * give * Blow((_SOLE, floor), 0.5 * impulse, places).sound())
        for n, grains in enumerate(self._grains):
            heard += crush(grains, self._press_s, (self.key / n).rng(0), self.length) * loudness(impulse)
        fade = SAMPLE_RATE // 50
        heard[-fade:] *= np.linspace(1, 0, fade)
        return heard * _FORWARD

    @property
    def _impulse_n_s(self) -> float:
        """A heel's first bump grows with weight and speed (Keller and others, 1996: two to three weights in a run)."""
        speed = 0.5 if self.step.scuff else max(self.step.speed_m_s, 0.4)
        return float(_IMPULSE_S * self.mass_kg * 9.81 * (speed / 1.4) ** 0.9)

    @property
    def _running(self) -> float:
        return float(np.clip((self.step.speed_m_s - WALKS_M_S) / (RUNS_M_S - WALKS_M_S), 0, 1))

    @property
    def _toe_s(self) -> float:
        """From the heel to the ball of the foot: a tenth of a second in a walk, nearly none in a run."""
        walk_s = 0.11 * (1.4 / max(self.step.speed_m_s, 0.5)) ** 0.5
        return float(walk_s + self._running * (0.025 - walk_s))

    @property
    def _press_s(self) -> float:
        """While the foot presses down."""
        return 0.3 if self.step.scuff else float(0.34 - 0.18 * self._running)

    @property
    def _grains(self) -> list[Grains]:
        ground, found = self.ground, []
        if ground.surface != "plain":
            found.append(_LOOSE[ground.surface])
        elif ground.material == "earth":
            found.append(_SOIL)
        if ground.wet or ground.material == "water":
            found.append(_SPLASH)
        if self.step.scuff:
            found.append(_SCUFF)
        return found


def _give(ground: Ground) -> float:
    """How much of a step's blow is left by what lies on the ground."""
    return {"plain": 1.0, "gravel": 0.5, "sand": 0.25, "snow": 0.2, "grass": 0.4}[ground.surface]


def _add(heard: Mono, at: int, part: Float[np.ndarray, " m"]) -> None:
    count = min(len(part), len(heard) - at)
    heard[at : at + count] += part[:count]
