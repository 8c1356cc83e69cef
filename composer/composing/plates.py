"""Plates: pictures of a place that were there before the film, as the oldest sources of its memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import cv2
import numpy as np
from jaxtyping import UInt8

from composer import shotlist as lists
from composer.camera import still
from composer.controls import Moment, SourceView, View, look_over
from composer.errors import Path, Problem
from composer.layout import Layout
from composer.media import picture_size, read_picture
from composer.scene import Scene
from composer.schema import ShotList
from composer.store import read_regular
from composer.types import PLATE, Camera, Size, WorldState

NOBODY = WorldState(0, {})
_LEAST_PX, _MOST_PX = 16, 16_384


@dataclass(frozen=True, eq=False)
class LoadedPlate:
    """A picture at its own size, and the camera that took it."""

    place: str
    image: UInt8[np.ndarray, "h w 3"]
    camera: Camera


def load_plates(shotlist: ShotList, layouts: dict[str, Layout]) -> tuple[dict[str, LoadedPlate], list[Problem]]:
    """Every plate by its name among memory sources (`plate:yard/0`), in the order of the list, and every fault in them."""
    plates: dict[str, LoadedPlate] = {}
    problems: list[Problem] = []
    for place, model in shotlist.places.items():
        for index, plate in enumerate(model.plate):
            path: Path = ("places", place, "plate", index)
            image = read_image(plate.image, (*path, "image"), lists.folder_of(shotlist) or FilePath(), problems)
            if image is None or place not in layouts:
                continue
            size = image.shape[1], image.shape[0]
            camera, found = still(plate.camera, (*path, "camera"), layouts[place], shotlist, size)
            problems += found
            if camera is not None:
                plates[f"{PLATE}{place}/{index}"] = LoadedPlate(place, image, camera)
    return plates, problems


def read_image(
    name: str,
    path: Path,
    folder: FilePath,
    problems: list[Problem],
    read: Callable[[bytes], Any] = read_picture,
) -> Any:
    """The picture as `read` has it, or None with a problem told."""
    try:
        data = read_regular(str(folder / name), _MOST_BYTES + 1)
    except OSError as error:
        problems.append(Problem(path, "no-file", f"`{name}` cannot be read: {(error.strerror or str(error)).lower()}"))
        return None
    faults = list(_flaws(name, data))
    image = None if faults else read(data)
    if not faults and image is None:
        faults = [("picture", f"`{name}` cannot be read as a picture", "expected a whole PNG or JPEG file")]
    problems += [Problem(path, code, said, (expected,)) for code, said, expected in faults]
    return image


_MOST_BYTES = 64 << 20


def _flaws(name: str, data: bytes) -> Iterator[tuple[str, str, str]]:
    if len(data) > _MOST_BYTES:
        yield "too-large", f"`{name}` is larger than 64 MiB", "expected a smaller PNG or JPEG file"
        return
    size = picture_size(data)
    if size is None:
        yield "picture", f"`{name}` is no PNG or JPEG picture", "expected a PNG or JPEG file"
    elif min(size) < _LEAST_PX or max(size) > _MOST_PX:
        expected = f"expected {_LEAST_PX} to {_MOST_PX:,} pixels on each side"
        yield "picture-size", f"`{name}` is {size[0]}x{size[1]} pixels", expected


def fitted(plate: LoadedPlate, size: Size) -> tuple[UInt8[np.ndarray, "h w 3"], Camera, np.ndarray]:
    """The plate at a native size, all of it, and its camera there; the third is true where the plate does not reach."""
    (w, h), (own_h, own_w) = size, plate.image.shape[:2]
    scale = min(w / own_w, h / own_h)
    wide, high = max(1, min(w, round(own_w * scale))), max(1, min(h, round(own_h * scale)))
    left, top = (w - wide) // 2, (h - high) // 2
    image, outside = np.zeros((h, w, 3), np.uint8), np.ones((h, w), np.bool_)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    image[top : top + high, left : left + wide] = cv2.resize(plate.image, (wide, high), interpolation=how)
    outside[top + 1 : top + high - 1, left + 1 : left + wide - 1] = False
    shrink = np.array([[wide / own_w, 0, left], [0, high / own_h, top], [0, 0, 1.0]])
    return image, Camera(shrink @ plate.camera.K, plate.camera.T_world_camera), outside


def view_of_plate(scene: Scene, plate: LoadedPlate, size: Size) -> SourceView:
    """The plate as a source of memory, with the geometry that it shows."""
    image, camera, outside = fitted(plate, size)
    return SourceView(image, Moment(camera, NOBODY, scene.cast(camera, size, NOBODY)), outside)


def survey_plate(scene: Scene, plate: LoadedPlate, size: Size) -> View:
    """A thumbnail of the plate, as those that memory sources are chosen from."""
    _, camera, outside = fitted(plate, size)
    return look_over(scene, camera, NOBODY, size, outside=outside)
