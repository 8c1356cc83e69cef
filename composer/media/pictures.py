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


def read_transparent(data: bytes) -> UInt8[np.ndarray, "h w 4"] | None:
    """The picture as sRGB codes and straight alpha, which is 255 throughout where it says nothing; None when damaged."""
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if found is None or found.ndim == 2 or found.shape[2] != 4:
        opaque = read_picture(data)
        return None if opaque is None else np.dstack([opaque, np.full(opaque.shape[:2], 255, np.uint8)])
    if found.dtype == np.uint16:
        found = found // 257
    return np.ascontiguousarray(found[..., [2, 1, 0, 3]]).astype(np.uint8)


def transparent_png(pixels: UInt8[np.ndarray, "h w 4"]) -> bytes:
    """A picture with straight alpha as PNG: the same bytes for the same pixels, without time stamps."""
    done, encoded = cv2.imencode(".png", pixels[..., [2, 1, 0, 3]], [cv2.IMWRITE_PNG_COMPRESSION, 4])
    if not done:
        raise ValueError(f"a picture of {pixels.shape[1]}x{pixels.shape[0]} could not be encoded as PNG")
    return encoded.tobytes()
