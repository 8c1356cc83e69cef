"""Foley: what bodies sound like that strike, roll, slide, walk and fly past, from physics alone."""

from composer.audio.foley.bodies import Body, floor_of
from composer.audio.foley.ears import Ears, Trail, View
from composer.audio.foley.events import Event, Ground, Pass, Strike, Surface, Walk
from composer.audio.foley.track import Foley, Stretches, foley

__all__ = [
    "Body",
    "Ears",
    "Event",
    "Foley",
    "Ground",
    "Pass",
    "Stretches",
    "Strike",
    "Surface",
    "Trail",
    "View",
    "Walk",
    "floor_of",
    "foley",
]
