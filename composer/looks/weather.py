"""Words of a place's look that are about its air: cloud, mist, warmth."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Weather:
    """`cloud` 0 clear to 1 covered; `fog_m` the distance at which contrast is halved, where the words ask for it; `warm`
    -1 cold to 1 warm light.
    """

    cloud: float | None = None
    fog_m: float | None = None
    warm: float = 0.0


CLOUD = {
    "clear": 0.0,
    "sunny": 0.1,
    "sunlit": 0.1,
    "cloudy": 0.7,
    "overcast": 1.0,
    "grey sky": 1.0,
    "gloomy": 1.0,
    "rain": 0.5,
    "rainy": 0.9,
    "raining": 0.95,
    "drizzle": 0.95,
    "storm": 1.0,
    "stormy": 1.0,
    "snowing": 1.0,
}
FOG_M = {
    "hazy": 220.0,
    "haze": 220.0,
    "mist": 110.0,
    "misty": 110.0,
    "fog": 45.0,
    "foggy": 45.0,
    "smoke": 90.0,
    "smoky": 90.0,
    "steam": 90.0,
    "dusty": 250.0,
}
THIN = {"low", "light", "thin", "faint", "soft", "distant"}
THICK = {"thick", "dense", "heavy"}
WARM = {
    "warm": 1.0,
    "cosy": 0.8,
    "candlelit": 1.0,
    "golden": 0.8,
    "cold": -1.0,
    "cool": -0.6,
    "icy": -1.0,
    "frosty": -0.8,
}


def weather(text: str) -> Weather:
    """The air of a place, from its look; words it does not know are left aside."""
    found = re.findall(r"[a-z]+", text.lower())
    clouds = [CLOUD[x] for x in found if x in CLOUD]
    fogs = []
    for before, word in zip(["", *found], found, strict=False):
        if word in FOG_M:
            fogs.append(FOG_M[word] * (1.6 if before in THIN else 0.5 if before in THICK else 1.0))
    warmth = [WARM[x] for x in found if x in WARM]
    return Weather(max(clouds) if clouds else None, min(fogs) if fogs else None, warmth[0] if warmth else 0.0)
