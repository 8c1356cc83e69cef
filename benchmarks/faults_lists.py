"""The films that faults are planted in: frozen by `DIGEST`, so that figures of one commit can be held against another's.

Two places are named fully, one has looks that leave colour and pattern open. Every camera moves, somebody walks in every
shot, and in each film shots cut within the place and go on from final frames. `SOUNDS` is a film for the ear: things are
thrown in each of its shots, and its picture is of no account.
"""

from collections.abc import Mapping
from hashlib import sha256

STREET = """\
title: Street
fps: 24
size: 768x432
seed: 42
places:
  street:
    look: street
    light: day
    ground: asphalt
    ambience: [traffic]
    anchors:
      shop: {box: 7 x 5 x 4m, look: shop}
      house: {box: 5 x 5 x 6m, look: house, right_of: shop, gap: 1m}
      van: {box: 4 x 2 x 2.2m, look: van, in_front_of: house, gap: 2m}
      kiosk: {box: 2.2 x 2 x 2.6m, look: kiosk, in_front_of: shop, gap: 2m}
      box: {box: 1 x 1 x 1.2m, look: thing, left_of: van, gap: 2m}
    marks:
      left_end: {at: [-9, -13]}
      right_end: {at: [12, -13]}
subjects:
  ben: {person: 1.8m, look: man in a blue jumper, at: [4, -13], facing: west}
shots:
  - {shot: one, duration: 1.25s, camera: {frame: WS shop house, from: south, height: 2.4m, move: truck left 2.75m linear}, motion: {ben: run to left_end at 2.6m/s}}
  - {shot: two, duration: 1.25s, join: last_frames, camera: {move: truck left 2.75m linear}}
  - {shot: three, duration: 1.25s, camera: {frame: WS kiosk van, from: south-east, height: 2m, move: truck right 2.75m linear}}
  - {shot: four, duration: 1.25s, camera: {frame: WS kiosk house, from: south, height: 3m, move: truck left 2.5m linear}, motion: {ben: run to right_end at 2.6m/s}}
"""

HALL = """\
title: Hall
fps: 24
size: 768x432
seed: 43
places:
  hall:
    look: cream plaster hall
    room: 14 x 12 x 5m
    ambience: [room tone]
    anchors:
      desk: {box: 2.4 x 1 x 0.9m, look: oak desk, at: [-2.5, 2.4]}
      shelf: {box: 2.4 x 0.6 x 2.4m, look: dark green timber shelf, at: [1.6, 4.6]}
      stove: {cylinder: 0.9 x 1.8m, look: orange and black banded stove, at: [4, 3]}
      chest: {box: 1.2 x 0.8 x 0.8m, look: navy and yellow striped chest, at: [0.2, 1.6]}
      pillar: {cylinder: 0.7 x 5m, look: red brick pillar, at: [-4.6, 3.6]}
    marks:
      left_end: {at: [-4.6, -1.4]}
      right_end: {at: [5, -1.4]}
subjects:
  eve: {person: 1.7m, look: woman in a yellow coat, at: [-2, -1.4], facing: east}
shots:
  - {shot: one, duration: 1.25s, camera: {frame: WS desk shelf, lens: 20mm, from: south, height: 1.8m, move: truck right 1.5m linear}, motion: {eve: walk to right_end}}
  - {shot: two, duration: 1.25s, join: last_frames, camera: {move: truck left 1.5m linear}}
  - {shot: three, duration: 1.25s, camera: {frame: WS shelf chest, lens: 20mm, from: south-west, height: 1.6m, move: truck right 1.5m linear}}
  - {shot: four, duration: 1.25s, camera: {frame: WS desk stove, lens: 20mm, from: south, height: 2m, move: truck left 1.5m linear}, motion: {eve: walk to left_end}}
"""

FILMS = {"hall, named": HALL, "street, left open": STREET}

DIGEST = "abece11b11c538f0a1ca1436ed3f9503523242ae24f331c18ecac515767d081e"

_THROWS = ("steel ball", "stone ball", "glass ball", "brick ball", "wooden ball")
_GROUNDS = ("concrete", "steel", "wooden planks", "brick")


def sounds(shots: int = 12) -> dict[str, str]:
    """Films for the ear: one ground each, `shots` throws."""
    return {ground: thrown(ground, shots, seed) for seed, ground in enumerate(_GROUNDS, 51)}


def thrown(ground: str, shots: int, seed: int) -> str:
    """A thing is thrown in each shot."""
    names = [f"thing{n}" for n in range(shots)]
    things = "".join(
        f"  {name}: {{sphere: {0.3 + 0.04 * (n % 5):.2f}m, mass: {0.5 + 0.3 * (n % 4):.1f}kg,"
        f" look: {_THROWS[(n + seed) % len(_THROWS)]}, at: [-4, {-2 - 1.5 * n:g}]}}\n"
        for n, name in enumerate(names)
    )
    marks = "".join(f"      far{n}: {{at: [{2 + 0.4 * (n % 4):g}, {-2 - 1.5 * n:g}]}}\n" for n in range(shots))
    each = "".join(
        f"  - {{shot: s{n}, duration: 2s, camera: {{frame: WS hatch, from: {('south', 'west', 'north', 'east')[n % 4]}}},"
        f" motion: {{{name}: throw to far{n} in {0.7 + 0.05 * (n % 5):.2f}s}}}}\n"
        for n, name in enumerate(names)
    )
    return (
        f"title: Thrown\nfps: 24\nsize: 128x72\nseed: {seed}\nplaces:\n  deck:\n    ground: {ground}\n    ambience: [wind]\n"
        f"    anchors: {{hatch: {{box: 2 x 1 x 1m, look: steel hatch, at: [0, 2]}}}}\n    marks:\n{marks}"
        f"subjects:\n{things}shots:\n{each}"
    )


def digest() -> str:
    """Of all lists."""
    return digest_of(FILMS, sounds())


def digest_of(*films: Mapping[str, str]) -> str:
    """Of lists by name, in their order."""
    return sha256("\n".join(text for some in films for text in some.values()).encode()).hexdigest()
