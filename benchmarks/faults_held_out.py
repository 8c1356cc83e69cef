"""Films that nothing was tuned on: written once the measures stood, and frozen by `DIGEST` before any of their figures was seen.

One place is named fully, one has looks that leave colour and pattern open. As in faults_lists.py, every camera moves,
somebody walks in every shot, and shots cut within the place and go on from final frames.
"""

from faults_lists import digest_of, thrown

QUAY = """\
title: Quay
fps: 24
size: 768x432
seed: 1201
places:
  quay:
    look: quay
    light: day
    ground: concrete
    ambience: [wind]
    anchors:
      warehouse: {box: 9 x 5 x 4.5m, look: warehouse}
      crane: {box: 2 x 2 x 8m, look: crane, right_of: warehouse, gap: 1.5m}
      container: {box: 5 x 2.4 x 2.6m, look: container, in_front_of: warehouse, gap: 2m}
      boat: {box: 4.5 x 2 x 1.6m, look: boat, in_front_of: crane, gap: 2.5m}
      drum: {cylinder: 1.1 x 1.4m, look: drum, left_of: container, gap: 1.2m}
    marks:
      left_end: {at: [-8, -8.5]}
      right_end: {at: [11, -8.5]}
subjects:
  tom: {person: 1.75m, look: man in a green jacket, at: [4, -8.5], facing: west}
shots:
  - {shot: one, duration: 1.25s, camera: {frame: WS warehouse container, from: south, height: 2.2m, move: truck left 2.75m linear}, motion: {tom: run to left_end at 2.6m/s}}
  - {shot: two, duration: 1.25s, join: last_frames, camera: {move: truck left 2.75m linear}}
  - {shot: three, duration: 1.25s, camera: {frame: WS container drum, from: south-west, height: 2.6m, move: truck right 2.75m linear}}
  - {shot: four, duration: 1.25s, camera: {frame: WS boat container, from: south, height: 2.8m, move: truck left 2.5m linear}, motion: {tom: run to right_end at 2.6m/s}}
"""

MARKET = """\
title: Market
fps: 24
size: 768x432
seed: 1202
places:
  market:
    look: market square in the morning
    light: morning
    ground: grey cobbles
    ambience: [crowd]
    anchors:
      house: {box: 8 x 5 x 5m, look: cream plaster house}
      tower: {cylinder: 2.6 x 8m, look: red brick tower, left_of: house, gap: 1m}
      stall: {box: 2.6 x 1.8 x 2.3m, look: blue and white striped stall, in_front_of: house, gap: 2.5m}
      cart: {box: 1.8 x 1.1 x 1.2m, look: green timber cart, left_of: stall, gap: 1.6m}
      fountain: {cylinder: 2.4 x 1.1m, look: grey stone fountain, right_of: stall, gap: 1.8m}
    marks:
      left_end: {at: [-8, -8.5]}
      right_end: {at: [9, -8.5]}
subjects:
  ida: {person: 1.68m, look: woman in a red skirt, at: [-3, -8.5], facing: east}
shots:
  - {shot: one, duration: 1.25s, camera: {frame: WS stall cart, from: south, height: 1.9m, move: truck right 2.5m linear}, motion: {ida: run to right_end at 2.6m/s}}
  - {shot: two, duration: 1.25s, join: last_frames, camera: {move: truck right 2.5m linear}}
  - {shot: three, duration: 1.25s, camera: {frame: WS stall fountain, from: south-east, height: 2.3m, move: truck left 2.5m linear}}
  - {shot: four, duration: 1.25s, camera: {frame: WS house cart, from: south, height: 2.7m, move: truck right 2.75m linear}, motion: {ida: run to left_end at 2.6m/s}}
"""

HELD_OUT = "held out"
FILMS = {f"quay, left open, {HELD_OUT}": QUAY, f"market, named, {HELD_OUT}": MARKET}

DIGEST = "f487cc18ce631b708940df7162efe2d8db3d6a2a427f6fbb308f1e8302224596"

_GROUNDS = ("asphalt", "stone", "gravel", "wooden planks")


def sounds(shots: int = 12) -> dict[str, str]:
    """Films for the ear, as faults_lists.py has them: other grounds, and other throws."""
    return {f"{ground}, {HELD_OUT}": thrown(ground, shots, seed) for seed, ground in enumerate(_GROUNDS, 1301)}


def digest() -> str:
    """Of all lists."""
    return digest_of(FILMS, sounds())
