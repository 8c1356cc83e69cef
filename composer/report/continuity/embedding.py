"""Pictures inside a page: WebP in data URIs, within a budget."""

from base64 import b64encode
from dataclasses import dataclass, field

import cv2
import numpy as np
from jaxtyping import UInt8

from composer.errors import StorageError

BUDGET_BYTES = 12_000_000
"""Most that all pictures of a page may take in it, encoded: it still opens at once, on a phone too."""

QUALITY = 82  # of WebP: 4 to 15 kB for a frame of 480x270


@dataclass
class Budget:
    """What pictures may still take. Whoever comes first is served first; what no longer fits is left out whole."""

    left: int = BUDGET_BYTES
    refused: int = field(default=0, init=False)

    def take(self, *pictures: UInt8[np.ndarray, "h w 3"]) -> tuple[str, ...] | None:
        """Data URIs of pictures that belong together, or None where they do not all fit."""
        uris = tuple(map(data_uri, pictures))
        size = sum(map(len, uris))
        if size > self.left:
            self.refused += 1
            return None
        self.left -= size
        return uris


def data_uri(picture: UInt8[np.ndarray, "_ _ 3"]) -> str:
    """An sRGB picture as WebP in a data URI; the same for the same pixels."""
    done, encoded = cv2.imencode(".webp", picture[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    if not done:
        raise StorageError(f"a picture of {picture.shape[1]}x{picture.shape[0]} could not be encoded as WebP")
    return f"data:image/webp;base64,{b64encode(encoded.tobytes()).decode('ascii')}"
