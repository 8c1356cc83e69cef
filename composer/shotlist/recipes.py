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
