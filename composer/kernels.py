"""Compiled loops over arrays: numba, without the GIL, cached on disk, exact (no reordering of floats)."""

from collections.abc import Callable
from inspect import unwrap
from typing import Any, TypeVar, cast

import numba
from numpy.typing import NDArray

Array = NDArray[Any]
"""An array inside a kernel; shapes are checked where the kernel is called."""

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile `function` on its first call; threads may run it side by side.

    Run-time type checks that an import hook has wrapped around it are left out: numba compiles the bare function.
    """
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)(unwrap(function)))
