"""Recipes of the reference: small places that work as they stand."""

from collections.abc import Iterator

INTERIOR = """\
title: Inside
places:
  hall:
    look: whitewashed workshop
    room: 8 x 6 x 3m
    ground: oak boards
    anchors:
      bench: {box: 2 x 0.8 x 0.9m, look: oak workbench, in_front_of: wall_north, align: right}
      lantern: {sphere: 0.3m, look: glass lamp, at: [0, 0, 2.4], lamp: warm}
    marks:
      window: {at: [-2, 1]}
subjects:
  ada: {person: 1.70m, look: carpenter in a leather apron, at: [-2, -1], facing: east}
shots:
  - shot: work
    duration: 3s
    camera: {at: [2.5, -2.5, 1.6], frame: ada, lens: 24mm, move: pan with ada}
    motion: {ada: walk to window}
"""

TITLED = """\
title: The Drop
places:
  yard:
    look: cobbled brewery yard, overcast
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
subjects:
  cask: {sphere: 0.8m, look: green steel ball, mass: 40kg, at: [-3, -5, 2]}
  ada: {person: 1.70m, look: brewer in a yellow apron, at: [2, -6.5], facing: west}
styles:
  film: 35mm film, soft grain
  game: {look: "2000s console game, flat shading", layers: hud}
layers:
  opening: {title: The Drop, for: 1.5s}
  name: {lower_third: {name: Ada Brand, line: brewer}, from: 0.5s, colour: "#faba5c"}
  hud:
    - {text: "CASK {cask.speed km/h}", at: top-left}
    - {text: "{cask.distance.ada m 0.1} to go", at: top-left, size: small}
    - {bar: cask.impact, full: 300N s, label: Impact, at: bottom-left, colour: "#ff5c48"}
    - {dial: cask.speed, full: 30km/h, at: bottom-right, in: fade 0.3s}
shots:
  - shot: stand
    duration: 2.5s
    layers: [opening, name]
    camera: MS ada
  - shot: drop
    duration: 2s
    style: game
    camera: WS cask ada
    motion: {cask: push east at 3m/s}
"""


def recipes() -> Iterator[str]:
    """Blocks of Markdown."""
    yield "## An interior"
    yield (
        "A `room` is floor, walls and ceiling by their inside measures, round [0, 0]; its walls are placed by and framed like "
        "anchors. They look as the place does: plaster, unless its look names brick, stone, timber or another stuff of walls. "
        "It is lit from under the ceiling; what shines besides is a `lamp`, and at `light: night` lamps alone are on. The "
        "camera stands inside: give it `at`, or a framing that fits between the walls."
    )
    yield f"```yaml\n{INTERIOR}```"
    yield "## Titles and instruments"
    yield (
        "Layers lie over the finished picture and are drawn anew in seconds: no clip is rendered again for them. `composer "
        "layers` writes each one alone, with alpha, for an editor."
    )
    yield f"```yaml\n{TITLED}```"
