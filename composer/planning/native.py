"""The size, the rate and the clip lengths in which a generator makes a film."""

from dataclasses import replace
from fractions import Fraction
from math import ceil

from composer.timing import round_half_up
from composer.types import Capabilities, Size

DRAFT_SIZE: Size = (384, 216)
_MOST_CLIP_BYTES = 2 << 30
_SAME_RATE = Fraction(5, 100)  # native rates this near to the film's map one to one


def draft_size(size: Size) -> Size:
    """The picture scaled to fit 384x216, sides even; never larger than the film."""
    scale = min(1.0, DRAFT_SIZE[0] / size[0], DRAFT_SIZE[1] / size[1])
    width, height = (max(2, 2 * round(side * scale / 2)) for side in size)
    return width, height


def native_size(size: Size, generator: Capabilities) -> Size:
    """The generator's size nearest to the film's that covers its picture: as wide, and as tall or taller.

    Of one that makes few `pixels`, the widest that has no more of them, never wider than the film.
    """
    multiple = generator.size_multiple
    if generator.size is not None:
        return generator.size

    def covering(width: int) -> Size:
        return width, ceil(Fraction(width * size[1], size[0] * multiple)) * multiple

    if generator.pixels is None:
        return covering(max(multiple, round_half_up(Fraction(size[0], multiple)) * multiple))
    sizes = map(covering, range(size[0] // multiple * multiple, 0, -multiple))
    return next((s for s in sizes if s[0] * s[1] <= generator.pixels), covering(multiple))


def in_memory(generator: Capabilities, size: Size) -> Capabilities:
    """`generator` with clips of at most 2 GiB of pixels: of large pictures, fewer frames at a time."""
    grid = generator.grid
    least = generator.prefix + 2 * grid.step
    most = max(least, _MOST_CLIP_BYTES // (3 * size[0] * size[1]))
    return replace(generator, grid=replace(grid, longest=min(grid.longest, most)))


def native_rate(fps: Fraction, generator: Capabilities) -> Fraction:
    """The rate a generator's frames stand at: the film's, when its own is within 5 % of it (a declared loss)."""
    if generator.fps is None or abs(generator.fps / fps - 1) <= _SAME_RATE:
        return fps
    return generator.fps


def segment_lengths(frames: int, generator: Capabilities) -> tuple[int, ...]:
    """Lengths on the generator's grid, prefixes included, that cover `frames` as evenly as the grid allows."""
    grid, prefix = generator.grid, generator.prefix
    if frames <= grid.longest:
        return (grid.at_least(frames),)
    longest = grid.longest - (grid.longest - 1) % grid.step
    fresh_most = longest - prefix
    count = 1 + ceil((frames - longest) / fresh_most)
    lengths: list[int] = []
    left = frames
    for index in range(count):
        after = count - index - 1
        share = max(ceil(left / (after + 1)), left - after * fresh_most)
        overlap = prefix if index else 0
        length = min(longest, grid.at_least(share + overlap))
        lengths.append(length)
        left -= length - overlap
    return tuple(lengths)
