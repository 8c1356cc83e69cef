"""The pictures that layers show, read once."""

from pathlib import Path as FilePath

from composer import shotlist as lists
from composer.composing.plates import read_image
from composer.errors import Problem
from composer.media import read_transparent
from composer.overlay import Picture
from composer.schema import ShotList


def load_pictures(shotlist: ShotList) -> tuple[dict[str, Picture], list[Problem]]:
    """Every picture of the layers by its file, and the fault of each that cannot be used."""
    pictures: dict[str, Picture] = {}
    problems: list[Problem] = []
    folder = lists.folder_of(shotlist) or FilePath()
    for layer, items in shotlist.layers.items():
        for k, item in enumerate(items):
            if item.image and item.image not in pictures:
                path = ("layers", layer, k, "image")
                pixels = read_image(item.image, path, folder, problems, read_transparent)
                if pixels is not None:
                    pictures[item.image] = Picture(pixels)
    return pictures, problems
