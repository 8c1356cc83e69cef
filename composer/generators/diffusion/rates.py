"""How fast a device multiplies: measured once a process, in a moment."""

from functools import cache
from time import perf_counter

import torch

from composer.generators.diffusion.checking import Place

_SIDE = {"cpu": 1024, "cuda": 8192, "mps": 4096}
_TIMES = 3


@cache
def operations_a_second(place: Place) -> float:
    """The best of a few products of two square matrices, in operations (two a product of numbers) a second."""
    device, kind = torch.device(place.device), torch.device(place.device).type
    side = _SIDE.get(kind, 1024)
    one = torch.full((side, side), 0.5, device=device, dtype=getattr(torch, place.dtype))
    taken = []
    for _ in range(_TIMES + 1):
        _wait(kind)
        started = perf_counter()
        one @ one
        _wait(kind)
        taken.append(perf_counter() - started)
    return 2 * side**3 / min(taken[1:])


def _wait(kind: str) -> None:
    if kind == "cuda":
        torch.cuda.synchronize()
    elif kind == "mps":
        torch.mps.synchronize()
