"""The colours of a mesh file: factors, corners and textures, in linear light."""

from typing import Any

import numpy as np
from jaxtyping import Float

MOST_TEXELS = 1024
"""Sides of a texture: larger ones are made smaller."""


def painted_by(geometry: Any, faces: np.ndarray) -> tuple[Any, Any, Any, float, float, bool]:
    """Colours of corners, texture coordinates and texture, gloss and metal, and whether the file says any of it."""
    count = len(faces)
    colours, uv = np.ones((count, 3, 3)), np.zeros((count, 3, 2))
    visual = geometry.visual
    if visual.kind == "vertex":
        return _linear(np.asarray(visual.vertex_colors)[faces, :3]), uv, None, 0.1, 0.0, True
    if visual.kind == "face":
        return colours * 0.5, uv, None, 0.1, 0.0, False
    material = getattr(visual, "material", None)
    factor = getattr(material, "baseColorFactor", None)
    factor = getattr(material, "diffuse", None) if factor is None else factor
    image = getattr(material, "baseColorTexture", None) or getattr(material, "image", None)
    if factor is not None:  # trimesh hands on glTF's linear factors and OBJ's codes as bytes alike
        values = np.asarray(factor, float)[:3] / (255 if np.asarray(factor).dtype.kind in "ui" else 1)
        colours = colours * (values if hasattr(material, "baseColorFactor") else _to_linear(values))
    roughness = getattr(material, "roughnessFactor", None)
    gloss = 0.1 if roughness is None else float(np.clip(0.6 * (1 - roughness), 0.02, 0.6))
    metal = float(getattr(material, "metallicFactor", None) or 0.0) if factor is not None or image else 0.0
    texture = None
    if image is not None and getattr(visual, "uv", None) is not None:
        uv = np.nan_to_num(np.asarray(visual.uv, float)[faces])
        image = image.convert("RGB")
        image.thumbnail((MOST_TEXELS, MOST_TEXELS))
        texture = np.array(image, np.uint8)
    return colours, uv, texture, gloss, metal, factor is not None or texture is not None


def _linear(codes: np.ndarray) -> Float[np.ndarray, "t 3 3"]:
    return _to_linear(np.asarray(codes, float) / 255)


def _to_linear(codes: np.ndarray) -> np.ndarray:
    codes = np.clip(codes, 0, 1)
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
