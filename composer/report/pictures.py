"""Pictures into files, the same bytes for the same pixels."""

from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8

from composer.errors import StorageError
from composer.store import write_whole


def png(picture: UInt8[np.ndarray, "h w 3"]) -> bytes:
    """An sRGB picture as PNG, without time stamps or names of programs."""
    done, encoded = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 4])
    if not done:
        raise StorageError(f"a picture of {picture.shape[1]}x{picture.shape[0]} could not be encoded as PNG")
    return encoded.tobytes()


def write_png(path: Path, picture: UInt8[np.ndarray, "h w 3"]) -> None:
    """Write an sRGB picture. Raises `StorageError` when the file cannot be written; what stood there stays whole."""
    write_whole(path, png(picture))
