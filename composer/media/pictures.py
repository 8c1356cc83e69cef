"""Still pictures in: PNG and JPEG, from bytes, their size known before anything is decoded."""

import struct

import cv2
import numpy as np
from jaxtyping import UInt8

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # markers of JPEG frames, which hold the size


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height as the header tells them; None for what is no PNG or JPEG."""
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if not data.startswith(_JPEG):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def read_picture(data: bytes) -> UInt8[np.ndarray, "h w 3"] | None:
    """The picture as sRGB codes, turned as it says; None when it is damaged."""
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if found is None else np.ascontiguousarray(found[..., ::-1]).astype(np.uint8)
