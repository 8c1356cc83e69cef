"""The vocabulary of ambience: every word, the sound it makes, and how loud that is by nature."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from composer import spelling
from composer.audio.animals import birds, crickets, forest, gulls
from composer.audio.machines import hum, machinery, radio_hiss
from composer.audio.noise import Key, Stereo
from composer.audio.town import city, crowd, room_tone, traffic
from composer.audio.water import lapping_water, river, sea
from composer.audio.weather import fire, rain, wind


@dataclass(frozen=True)
class Bed:
    """A word's sound: chunk `index` under a key; `natural_lufs` as it comes; `share` of a mix, in dB, beside others.

    `hours_db` is how much louder it is in some lights, which tell the time of day.
    """

    chunk: Callable[[Key, int], Stereo]
    natural_lufs: float
    share_db: float = 0.0
    hours_db: Mapping[str, float] = field(default_factory=dict)


_SING = {"dawn": 3.0, "day": -3.0, "afternoon": -3.0, "overcast": -3.0, "dusk": -3.0, "night": -24.0}
_CHIRP = {"dawn": -6.0, "morning": -18.0, "day": -18.0, "overcast": -18.0, "afternoon": -12.0}
_STIR = {"dawn": -6.0, "dusk": -2.0, "night": -9.0}  # of people and their traffic


BEDS: Mapping[str, Bed] = {
    "birds": Bed(birds, -18.5, -3.0, _SING),
    "city": Bed(city, -20.5, 0.0, _STIR),
    "crickets": Bed(crickets, -17.9, -3.0, _CHIRP),
    "crowd": Bed(crowd, -17.3, 0.0, _STIR),
    "fire": Bed(fire, -19.2),
    "forest": Bed(forest, -15.1),
    "gulls": Bed(gulls, -17.2, -3.0, {"dusk": -3.0, "night": -15.0}),
    "hum": Bed(hum, -11.8, -3.0),
    "lapping water": Bed(lapping_water, -17.8),
    "machinery": Bed(machinery, -14.5),
    "radio hiss": Bed(radio_hiss, -7.1, -6.0),
    "rain": Bed(rain, 2.0),
    "river": Bed(river, -16.6),
    "room tone": Bed(room_tone, -20.9),
    "sea": Bed(sea, -3.5),
    "traffic": Bed(traffic, -9.0, 0.0, _STIR),
    "wind": Bed(wind, -19.3),
}


def known_words() -> tuple[str, ...]:
    """Every word of ambience, in alphabetical order."""
    return tuple(sorted(BEDS))


def nearest(word: str) -> str | None:
    """The word that was probably meant, or None."""
    return spelling.nearest(word.strip().lower().replace("_", " "), BEDS) or None
