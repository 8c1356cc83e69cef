"""What materials are like to sound: how fast it runs in them, how soon it dies, how hard and how rough they are.

The loss factor (tan phi, the tangent of the angle of internal friction) is what people tell materials by: a mode at f Hz
decays as exp(-pi f tan_phi t) (Wildes & Richards, "Recovering material properties from sound", 1988; Klatzky, Pai &
Krotkov, "Perception of material from contact sounds", Presence 9, 2000; Giordano & McAdams, "Material identification of
real impact sounds", J. Acoust. Soc. Am. 119, 2006).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from composer.types import Material


@dataclass(frozen=True)
class Matter:
    """A material: density, speed of longitudinal waves in a bar, loss factor, and what its surface is like.

    `young_pa` is how hard it is to dent, `grain_m` the length of its roughness and `rough` its height, 1 that of concrete.
    `wall_m` is how thick the sheet is that big things are built of; 0: they are solid.
    """

    density_kg_m3: float
    speed_m_s: float
    tan_phi: float
    young_pa: float
    grain_m: float
    rough: float
    wall_m: float = 0.0


MATTER: Mapping[Material, Matter] = {
    "wood": Matter(650, 3000, 1.2e-2, 1.0e10, 5e-4, 0.6, 0.03),
    "steel": Matter(7800, 5100, 3.0e-4, 2.0e11, 1.5e-4, 0.35, 0.006),
    "stone": Matter(2650, 4200, 6.7e-3, 5.0e10, 6e-4, 0.9),
    "brick": Matter(1800, 2700, 1.2e-2, 1.0e10, 9e-4, 1.2),
    "concrete": Matter(2300, 3500, 6.0e-3, 3.0e10, 6e-4, 1.0),
    "glass": Matter(2500, 5200, 1.0e-3, 6.0e10, 1e-4, 0.15, 0.006),
    "rubber": Matter(1100, 150, 1.5e-1, 5.0e6, 1e-3, 0.5),
    "plastic": Matter(1150, 2200, 4.0e-2, 3.0e9, 3e-4, 0.4, 0.004),
    "fabric": Matter(300, 80, 4.0e-1, 1.0e6, 1e-3, 0.3),
    "earth": Matter(1600, 200, 1.0e-1, 1.0e8, 2e-3, 1.4),
    "water": Matter(1000, 1480, 3.0e-1, 1.0e6, 4e-3, 0.8),
}
"""Loss factors: steel 1-6e-4 and glass 1e-3 (Norton & Karczub, "Fundamentals of noise and vibration analysis", table 6.1),
concrete 4-8e-3 and fir 8-10e-3 (Vigran, "Building acoustics", table 3.1), brick 1e-2 and birch plywood 1.6e-2 (Hopkins,
"Sound insulation", table A2), granite 1/150 from 140 to 4500 Hz (Birch & Bancroft, "Elasticity and internal friction in a
long column of granite", 1938), dry sand 2e-2 to 2e-1 (Norton & Karczub). Speeds and densities are of the same tables;
that of wood is a mean along and across the grain.
"""
