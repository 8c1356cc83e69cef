"""Recipes of the reference: small places that work as they stand."""

from collections.abc import Iterator

INTERIOR = """\
title: Inside
places:
  hall:
    look: whitewashed workshop
    light: indoor
    anchors:
      floor: {box: 8 x 6 x 0.02m, look: oak boards, at: [0, 0]}
      back_wall: {wall: 8.4 x 3m, look: white plaster, behind: floor}
      front_wall: {wall: 8.4 x 3m, look: white plaster, in_front_of: floor}
      west_wall: {wall: 6 x 3m, look: white plaster, left_of: floor, facing: east}
      east_wall: {wall: 6 x 3m, look: white plaster, right_of: floor, facing: west}
      bench: {box: 2 x 0.8 x 0.9m, look: oak workbench, at: [1, 1.5, 0.02]}
      lantern: {sphere: 0.3m, look: glass lamp, at: [0, 0, 2.4], lamp: warm}
    marks:
      window: {at: [-2, 1]}
subjects:
  ada: {person: 1.70m, look: carpenter in a leather apron, at: [-2, -1, 0.02], facing: east}
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
        "A room is four walls round a floor. A wall is drawn along its front, which looks south unless `facing` turns it; "
        "the two long ones reach over the corners, 0.2 m at each end for a wall of 0.2 m. Walls may overlap one another at "
        "corners. The camera stands inside, so give it `at`; a framing with a size steps back through the wall."
    )
    yield f"```yaml\n{INTERIOR}```"
