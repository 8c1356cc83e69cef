"""The films that chains are measured on: one long shot each, its camera slow enough to keep seeing the same things.

Frozen: no model has seen them, and figures of one commit can be held against those of another.
"""

YARD = """\
fps: 24
size: 768x432
seed: {seed}
places:
  yard:
    look: yard, hazy
    light: overcast
    ground: flagstones
    anchors:
      tower: {{box: 4 x 4 x 7m, look: red brick tower}}
      shed: {{box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}}
      wall: {{wall: 9 x 2m, look: ochre plaster, left_of: tower, gap: 1m}}
      tank: {{cylinder: 2.4 x 3m, look: blue steel tank, in_front_of: shed, gap: 2m}}
      crates: {{box: 1.6 x 1.6 x 1.4m, look: white crate, in_front_of: wall, gap: 2m, repeat: 3 every 2.4m east}}
    marks: {{far: {{in_front_of: shed, gap: 6m}}}}
subjects:
  ada: {{person: 1.7m, look: woman in a red coat, in_front_of: wall, gap: 6m}}
shots:
  - shot: along
    duration: {seconds}s
    camera: {{frame: WS tower shed, height: 3m, move: arc right 16deg}}
    motion: {{ada: [hold for 3s, walk to far]}}
"""

STREET = """\
fps: 24
size: 768x432
seed: {seed}
places:
  street:
    look: street after rain
    light: dusk
    ground: wet asphalt
    anchors:
      shop: {{box: 8 x 6 x 5m, look: cream plaster shop}}
      house: {{box: 6 x 6 x 8m, look: dark red brick house, right_of: shop, gap: 1m}}
      van: {{box: 4 x 2 x 2.2m, look: yellow steel van, in_front_of: house, gap: 3m}}
      kiosk: {{box: 2.4 x 2 x 2.6m, look: turquoise timber kiosk, in_front_of: shop, gap: 3m}}
      lamp: {{cylinder: 0.16 x 4m, look: black iron street lamp, lamp: warm, left_of: van, gap: 2m}}
shots:
  - shot: along
    duration: {seconds}s
    camera: {{frame: WS shop house, height: 3m, move: truck left 3m}}
"""

FILMS = {"yard, overcast": YARD, "street, dusk": STREET}


def film(name: str, seed: int, seconds: float) -> str:
    return FILMS[name].format(seed=seed, seconds=seconds)
