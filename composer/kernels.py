"""Compiled loops over arrays: numba, without the GIL, cached on disk, exact (no reordering of floats)."""

from collections.abc import Callable
from hashlib import sha256
from inspect import unwrap
from typing import Any, TypeVar, cast

from numpy.typing import NDArray

try:
    import numba
    from numba.core.caching import FunctionCache
    from numba.core.dispatcher import Dispatcher
except ImportError:  # where pictures are drawn by torch alone
    _COMPILED = False
else:
    _COMPILED = True

Array = NDArray[Any]
"""An array inside a kernel; shapes are checked where the kernel is called."""

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile `function` on its first call; threads may run it side by side.

    Run-time type checks that an import hook has wrapped around it are left out: numba compiles the bare function. What
    is cached on disk is compiled anew when its file, or a kernel or constant of another file that it uses, has changed.
    Where numba is not installed, kernels stay what they are in Python: right, and slow.
    Never hand arrays from kernel to kernel for every pixel: counting their references costs more than the work.
    """
    if not _COMPILED:
        return function
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)(unwrap(function))
    cache: Any = getattr(compiled, "_cache", None)
    if isinstance(cache, FunctionCache):  # numba's own stamp knows the kernel's file only
        index = cache._cache_file  # noqa: SLF001 - numba offers no other way to say what a kernel depends on
        index._source_stamp = (index._source_stamp, sha256(_used(unwrap(function)).encode()).hexdigest())  # noqa: SLF001
    return cast("F", compiled)


def _used(function: Callable[..., object]) -> str:
    """Code of the kernels and values of the constants that `function` uses, and those use. Byte code: sources take long to find."""
    told = []
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        if isinstance(value, Dispatcher):
            code = value.py_func.__code__
            told += [f"{name}: {code.co_code.hex()} {code.co_consts!r} {code.co_names}", _used(value.py_func)]
        elif isinstance(value, int | float | str | tuple):
            told.append(f"{name}={value!r}")
    return "\n".join(told)
