"""Each event as the sounds that it makes."""

from collections.abc import Iterator

import numpy as np

from composer.audio.foley.blows import Blow
from composer.audio.foley.ears import Ears, Trail
from composer.audio.foley.events import Event, Pass, Strike, Walk
from composer.audio.foley.gait import steps
from composer.audio.foley.hearing import Sound
from composer.audio.foley.passing import whooshes
from composer.audio.foley.rubbing import Rub, pieces
from composer.audio.foley.steps import Tread
from composer.audio.noise import Key
from composer.timing import SAMPLE_RATE

_LONGEST_S = 5.0  # of a roll or a slide that is held at once
_ANKLE_M = 0.12  # feet fall on either side of a walker


def sounds_of(event: Event, ears: Ears, key: Key) -> Iterator[Sound]:
    """The sounds of an event at their samples of the film, with what is random about them drawn from `key`."""
    match event:
        case Strike():
            return _strike(event, key)
        case Walk():
            return _walk(event, key)
        case Pass():
            return _pass(event, ears, key)


def _strike(strike: Strike, key: Key) -> Iterator[Sound]:
    near_m = max(0.3, min(max(body.size_m) for body in strike.bodies) / 2)
    if strike.kind == "blow":
        blow = Blow(strike.bodies, strike.impulse_n_s, strike.places)
        yield Sound(round(strike.time_s * SAMPLE_RATE), blow.length, blow.sound, strike.trail, near_m)
        return
    rub = Rub(strike.bodies, strike.time_s, strike.duration_s, strike.impulse_n_s, strike.kind, strike.trail, key)
    for piece in pieces(rub, _LONGEST_S):
        yield Sound(round(piece.start_s * SAMPLE_RATE), piece.length, piece.sound, strike.trail, near_m)


def _walk(walk: Walk, key: Key) -> Iterator[Sound]:
    for step in steps(walk):
        when = np.array([step.time_s])
        place = walk.trail.positions(when)[0]
        ahead = walk.trail.positions(when + 0.05)[0] - walk.trail.positions(when - 0.05)[0]
        side = np.array([-ahead[1], ahead[0], 0.0]) / max(float(np.hypot(ahead[0], ahead[1])), 1e-6)
        foot = Trail.still(place + step.side * _ANKLE_M * side, float(walk.trail.hiding(when)[0]))
        known = int(np.clip(np.searchsorted(walk.trail.times_s, step.time_s, "right") - 1, 0, len(walk.grounds) - 1))
        tread = Tread(step, walk.grounds[known], walk.mass_kg, key / ("scuff" if step.scuff else "step") / step.number)
        yield Sound(round(step.time_s * SAMPLE_RATE), tread.length, tread.sound, foot)


def _pass(passing: Pass, ears: Ears, key: Key) -> Iterator[Sound]:
    for whoosh in whooshes(passing, ears, key):
        near_m = max(0.5, passing.size_m / 2)
        yield Sound(whoosh.at, whoosh.length, whoosh.sound, passing.trail, near_m, whoosh.nearest)
