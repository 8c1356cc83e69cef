"""The file that a shot's camera is read from: `moves/dolly.json`, or one of the cameras in `set.glb#Dolly Cam`."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import WithJsonSchema

from composer.errors import Wrong
from composer.schema.quantities import shown

CAMERA_FILES = (".json", ".txt", ".gltf", ".glb")

_WRITTEN = r"(?P<path>.+\.(json|txt|gltf|glb))|(?P<scene>.+\.(gltf|glb))#(?P<camera>.+)"
_EXPECTED = (
    "expected a nerfstudio path (`.json`), RE10K poses or COLMAP's images.txt (`.txt`), or glTF (`.gltf`, `.glb`; "
    "one of several cameras as `set.glb#NAME`)"
)
CAMERA_FILE_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": r"^.+\.([jJ][sS][oO][nN]|[tT][xX][tT]|[gG][lL]([tT][fF]|[bB])(#.+)?)$",
        "examples": ["moves/dolly.json", "set.glb#Dolly Cam"],
    }
)


@dataclass(frozen=True)
class CameraFile:
    """`path` in the folder of the list; `camera` names one of several in it, else it is empty."""

    path: str
    camera: str = ""


def parse_camera_file(value: Any) -> CameraFile | None:
    """A file name by its ending, and perhaps a camera in it. Raises `Wrong`."""
    if value is None or isinstance(value, CameraFile):
        return value
    found = re.fullmatch(_WRITTEN, value, re.IGNORECASE) if isinstance(value, str) else None
    if found is None:
        raise Wrong("camera-file", f"`{shown(value)}` is no camera file", _EXPECTED)
    return CameraFile(found["path"] or found["scene"], found["camera"] or "")
