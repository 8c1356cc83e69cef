"""Shapes and kinds of arrays in annotations: jaxtyping's; nothing at all where it is not installed.

So a machine with no more than numpy and torch can draw: nobody checks annotations there.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Float32, Int, Int16, Int32, UInt8
else:
    try:
        from jaxtyping import Bool, Float, Float32, Int, Int16, Int32, UInt8
    except ImportError:

        class _Unchecked:
            def __class_getitem__(cls, _: Any) -> Any:
                return Any

        Bool = Float = Float32 = Int = Int16 = Int32 = UInt8 = _Unchecked

__all__ = ["Bool", "Float", "Float32", "Int", "Int16", "Int32", "UInt8"]
