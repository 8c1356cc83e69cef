"""Looks and light to pictures: the previz, and the functions that it is made of, over numpy or torch alike."""

from typing import TYPE_CHECKING, Any

from composer.shade.sky import Sky, sky_of

if TYPE_CHECKING:
    from composer.shade.shader import Shader

__all__ = ["Shader", "Sky", "sky_of"]


def __getattr__(name: str) -> Any:
    """The shader when it is asked for: what shades over torch alone goes without the scene that it needs."""
    if name == "Shader":
        from composer.shade.shader import Shader  # noqa: PLC0415 - as told

        return Shader
    raise AttributeError(f"module `composer.shade` has no attribute `{name}`")
