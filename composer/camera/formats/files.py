"""Camera files on disk: which format one is, what lies beside it, and writing them."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

from composer.camera.formats import colmap, gltf, gltf_writing, json_values, nerfstudio, re10k
from composer.camera.formats.gltf_buffers import too_big
from composer.camera.formats.pose_file import MOST_BINARY_BYTES, MOST_TEXT_BYTES, PoseFile, fault
from composer.camera.formats.text_lines import Line, lines_of
from composer.errors import Wrong
from composer.schema.camera_files import CAMERA_FILES
from composer.store import read_regular, write_whole
from composer.types import CameraTrack

Form = Literal["nerfstudio", "re10k", "colmap", "gltf"]
FORMS: tuple[Form, ...] = get_args(Form)


def read(path: Path, fps: Fraction = Fraction(24), camera: str = "") -> PoseFile:
    """The camera in the file at `path`, by its ending and what it holds.

    `.json` is a nerfstudio path, `.txt` RE10K or the images.txt of a COLMAP model, `.gltf` and `.glb` glTF, of whose
    cameras `camera` names one. `fps` is the film's: files without times hold a pose a frame, and times that a format
    rounds are put on the frame that they mean. Other files that it needs lie beside it or below. Raises `Wrong`.
    """
    return _read(path, fps, camera, []).on_frames(fps)


def files_beside(path: Path, fps: Fraction, camera: str) -> tuple[Path, ...]:
    """The other files that the camera in the file at `path` is read from. Raises `Wrong`."""
    noted: list[Path] = []
    _read(path, fps, camera, noted)
    return tuple(dict.fromkeys(noted))


def _read(path: Path, fps: Fraction, camera: str, noted: list[Path]) -> PoseFile:
    """`noted` gets what lies beside it and is read."""
    ending = path.suffix.lower()
    if ending not in CAMERA_FILES:
        raise fault(path.name, "", f"the ending `{ending[:20]}`", f"expected one of: {', '.join(CAMERA_FILES)}")
    binary = ending == ".glb"
    data = _bytes(path, MOST_BINARY_BYTES if binary else MOST_TEXT_BYTES, path.name)
    if ending == ".json":
        return nerfstudio.read(json_values.parse(data, path.name))
    if ending == ".txt":
        return _read_text(path, lines_of(data, path.name), fps, noted)
    return gltf.read(data, path.name, camera, _beside(path, noted), binary=binary)


def _read_text(path: Path, lines: list[Line], fps: Fraction, noted: list[Path]) -> PoseFile:
    said = [line for line in lines if line.words and not line.words[0].startswith("#")]
    if said and (wrong := colmap.wrong_file(said[0])):
        raise wrong
    if path.name == colmap.IMAGES or (said and colmap.is_image(said[0])):
        cameras = lines_of(_beside(path, noted)(colmap.CAMERAS), colmap.CAMERAS)
        return colmap.read(lines, cameras, fps)
    return re10k.read(lines)


def _beside(path: Path, noted: list[Path]) -> Callable[[str], bytes]:
    """Reads files that lie with `path` or below, and notes which."""

    def read_beside(name: str) -> bytes:
        folder = path.parent.resolve()
        try:
            target = (folder / name).resolve()
            inside = target.is_relative_to(folder)
        except (OSError, ValueError, RuntimeError):
            inside = False
        if not inside or "://" in name or "\\" in name:
            raise fault(path.name, "", f"it names `{name[:60]!a}`", "expected a file beside it or below")
        noted.append(target)
        return _bytes(target, MOST_BINARY_BYTES, name)

    return read_beside


def _bytes(path: Path, most: int, called: str) -> bytes:
    try:
        data = read_regular(path, most + 1)
    except FileNotFoundError:
        raise Wrong("no-file", f"there is no file `{called}`", f"expected it at `{path}`") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Wrong("no-file", f"`{called}` cannot be read: {reason or error}") from None
    if len(data) > most:
        raise too_big(called, len(data), most)
    return data


def write(track: CameraTrack, fps: Fraction, path: Path, form: Form) -> tuple[Path, ...]:
    """Write `track`, frame i at i / fps seconds, to `path` (of `colmap`, a folder); returns the files. Raises `StorageError`."""
    if form == "colmap":
        contents = {path / name: content for name, content in colmap.texts(track, fps).items()}
    elif form == "gltf":
        contents = {path: gltf_writing.text(track, fps, path.stem)}
    elif form == "re10k":
        contents = {path: re10k.text(track, fps, path.stem)}
    else:
        contents = {path: nerfstudio.text(track, fps)}
    for file, content in contents.items():
        write_whole(file, content)
    return tuple(contents)


def file_name(shot: str, form: Form) -> str:
    """The name of a shot's file; of `colmap`, of its folder."""
    return shot + {"nerfstudio": ".json", "re10k": ".txt", "colmap": "", "gltf": ".gltf"}[form]
