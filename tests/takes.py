"""A small film with a memory, a chain and a second place, rendered by a generator whose calls are counted."""

import shutil

import composer
from composer.composing import diff
from composer.printing import diff_lines

TEXT = """\
title: Takes
size: 128x72
places:
  yard:
    light: morning
    ambience: [wind]
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick}
      shed: {box: 6 x 4 x 3m, look: green timber, right_of: tower, gap: 3m}
  office:
    light: indoor
    anchors:
      desk: {box: 2 x 1 x 1m, look: oak}
shots:
  - shot: s01
    duration: 0.3s
    camera: {frame: WS tower shed, height: 8m}
  - shot: s02
    duration: 0.3s
    place: office
    camera: WS desk
  - shot: s03
    duration: 0.8s
    place: yard
    camera: {frame: WS tower shed, height: 8m, lens: 35mm}
  - shot: s04
    duration: 0.3s
    join: last_frames
    camera: {move: truck left 0.5m}
  - shot: s05
    duration: 0.3s
    place: office
    camera: {frame: WS desk, from: east}
"""
SEGMENTS = ["s01/0", "s02/0", "s03/0", "s04/0", "s05/0"]


class Room:
    """A folder with the list, the film it is rendered to, and the segments that the generator was asked for since."""

    def __init__(self, folder, made, first):
        self.folder, self.file, self.out, self.made = folder, folder / "takes.yaml", folder / "out", made
        self.choices, self.first = folder / "choices.yaml", first
        self.write(TEXT)

    def write(self, text):
        self.file.write_text(text)

    def edit(self, old, new):
        text = self.file.read_text()
        assert old in text
        self.write(text.replace(old, new))

    def begin(self):
        """Have the list rendered as it is at first."""
        for name in ("out", "cache"):
            if (self.first / name).exists():
                shutil.copytree(self.first / name, self.folder / name)

    def render(self, **told):
        """The segments that were generated, in order."""
        self.made.clear()
        composer.compose(composer.load("takes.yaml"), out="out", **{"generator": "recall", **told})
        return list(self.made)

    def diff(self, **told):
        return diff(composer.load("takes.yaml"), out="out", **{"generator": "recall", **told})

    def told(self, **told):
        """What `composer plan --diff` prints, but for how long that took on this machine."""
        lines = list(diff_lines(self.diff(**told)))
        return "\n".join(line for line in lines if not line.endswith("as the last ones took"))
