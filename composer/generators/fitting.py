"""Does a clip fit a machine: a generator's own estimate beside what there is, and the nearest clip that fits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from composer.errors import GeneratorError
from composer.generators import load
from composer.types import Capabilities, Estimate, Estimating, SegmentGenerator, Size

_GB = 1e9
_USUAL: Size = (768, 448)  # of a clip, where a generator has no size of its own
_MEMORY = Path("/proc/meminfo")


@dataclass(frozen=True)
class Fit:
    """A clip that fits: the same length at a smaller size, or the same size for fewer frames; None: no such clip."""

    size: Size | None
    frames: int | None


def free_bytes(device: str) -> int | None:
    """Memory that `device` has left; None where nobody tells."""
    if device.startswith("cuda"):
        import torch  # noqa: PLC0415 - it takes seconds to load

        return int(torch.cuda.mem_get_info(device)[0])
    try:
        lines = _MEMORY.read_text().splitlines()
    except OSError:
        return None
    said = next((line.split()[1] for line in lines if line.startswith("MemAvailable:")), None)
    return int(said) * 1024 if said else None


def nearest_that_fits(generator: Estimating, can: Capabilities, clip: tuple[Size, int], most_bytes: int) -> Fit:
    """The largest size of the shape of `clip` that fits in `most_bytes` at its length, and the longest clip of its size."""
    size, frames = clip

    def fits(one: Size, length: int) -> bool:
        return generator.estimate(one, length).peak_bytes <= most_bytes

    lengths = range(frames - can.grid.step, can.prefix, -can.grid.step)
    return Fit(
        next((one for one in _smaller(size, can.size_multiple) if fits(one, frames)), None),
        next((length for length in lengths if fits(size, length)), None),
    )


def fit_lines(generator: SegmentGenerator, size: Size, frames: int) -> list[str]:
    """What a clip takes and what there is, in lines; empty for generators that do not estimate.

    Raises `GeneratorError`, `OptionError` as `Estimating.estimate` does.
    """
    if not isinstance(generator, Estimating):
        return []
    can = generator.capabilities
    found = generator.estimate(size, frames)
    free = free_bytes(found.device)
    lines = [f"{_named(size, frames)}: {_told(found)}"]
    if found.said:
        lines.append(found.said)
    if free is None:
        return lines
    if found.peak_bytes <= free:
        return [*lines, f"{_gigabytes(free)} are free there: it fits"]
    near = nearest_that_fits(generator, can, (size, frames), free)
    smaller = _named(near.size, frames) if near.size else ""
    shorter = _named(size, near.frames) if near.frames else ""
    nearest = " or ".join(one for one in (smaller, shorter) if one) or "nothing; see `offload` and `tiling`"
    return [*lines, f"{_gigabytes(free)} are free there: it does not fit; nearest that does: {nearest}"]


def film_lines(generator: SegmentGenerator, size: Size, lengths: Sequence[int]) -> list[str]:
    """`fit_lines` of the longest of a film's clips, and how long all of them take. Raises as those do."""
    if not isinstance(generator, Estimating) or not lengths:
        return []
    each = {length: generator.estimate(size, length).seconds for length in set(lengths)}
    known = [each[length] for length in lengths]
    total_s = sum(seconds for seconds in known if seconds is not None)
    every = [f"{len(lengths)} clips: {_seconds(total_s)} at least"] if None not in known else []
    return [*fit_lines(generator, size, max(lengths)), *every]


def model_lines(name: str, options: Mapping[str, Any]) -> list[str]:
    """`fit_lines` of a generator whose model is set, for its longest clip; its error where it would not start."""
    if not options.get("model"):
        return []
    try:
        maker = load(name, options)
        can = maker.capabilities
        return fit_lines(maker, can.size or _USUAL, can.grid.longest)
    except GeneratorError as error:
        return [str(error)]


def _smaller(size: Size, multiple: int) -> Iterator[Size]:
    """Sizes on the grid, largest first, smaller than `size` and as near to its shape as the grid allows."""
    for width in range((size[0] - 1) // multiple * multiple, 0, -multiple):
        height = max(multiple, round(width * size[1] / size[0] / multiple) * multiple)
        if height <= size[1]:
            yield width, height


def _named(size: Size, frames: int) -> str:
    return f"{size[0]}x{size[1]}, {frames} frames"


def _told(found: Estimate) -> str:
    time = f", {_seconds(found.seconds)} at least" if found.seconds is not None else ""
    return f"about {_gigabytes(found.peak_bytes)}{time} on {found.device}"


def _gigabytes(count: int) -> str:
    if count < _GB / 10:
        return f"{count / _GB * 1000:.0f} MB"
    return f"{count / _GB:.1f} GB" if count < 100 * _GB else f"{count / _GB:.0f} GB"


def _seconds(count: float) -> str:
    if count < 120:
        return f"{count:.1f} s" if count < 10 else f"{count:.0f} s"
    return f"{count / 60:.0f} min" if count < 7200 else f"{count / 3600:.1f} h"
