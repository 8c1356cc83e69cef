"""The generator that ships: a small flow-matching model, trained on the product's own scenes, that runs on any machine."""

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from composer.typed import UInt8
from composer.types import Capabilities, Channel, Clip, FrameGrid, SegmentRequest

if TYPE_CHECKING:
    from composer.generators.embedded.sampling import Sampler

WEIGHTS = Path(__file__).parents[2] / "assets" / "embedded"
"""A diffusers folder; docs and figures are in the model card beside it."""

_READ: frozenset[Channel] = frozenset(
    {"depth", "normal", "anchor_id", "surface", "light", "albedo", "memory", "carried"}
)
_DRAWING = 0.5  # share of a clip's time that its controls take


class Embedded:
    """Paints the declared state, led by memory and final frames, at a small size that is brought to the film's."""

    def __init__(self) -> None:
        self.capabilities = Capabilities(
            name="embedded",
            version=f"1.{_digest()}",
            licence="Apache-2.0",
            summary="a small trained model that ships with composer: no network, no GPU",
            grid=FrameGrid(step=1, longest=17),
            size_multiple=2,
            pixels=256 * 144,
            fps=Fraction(12),
            prefix=1,
            channels=_READ,
            optional=_READ,
            style=True,
            seed=True,
            retakes=1,  # its takes differ by hundredths of a limit
            at_once="processes",
            cores=2,
        )

    @cached_property
    def _sampler(self) -> "Sampler":
        from composer.generators.embedded.sampling import Sampler  # noqa: PLC0415 - torch takes seconds to load

        return Sampler(WEIGHTS)

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        """Paint the frames after the prefix. Shapes and errors as in `SegmentGenerator`."""
        plan = request.plan
        frames: UInt8[np.ndarray, "f h w 3"] = np.empty((plan.length, plan.size[1], plan.size[0], 3), np.uint8)
        if request.prefix is not None:
            frames[: plan.prefix] = request.prefix
        controls = []
        for control in request.controls.frames(start=plan.prefix):
            controls.append(control)
            on_progress(_DRAWING * len(controls) / (plan.length - plan.prefix))
        frames[plan.prefix :] = self._sampler.paint(
            controls,
            request,
            lambda share: on_progress(_DRAWING + (1 - _DRAWING) * share),
            read_anew=request.read_anew,
        )
        return Clip(frames, {"generator": "embedded", "synthetic": "trainedAlgorithmicMedia"})


def _digest() -> str:
    """Of the weights: other weights make other films."""
    return sha256((WEIGHTS / "unet" / "diffusion_pytorch_model.safetensors").read_bytes()).hexdigest()[:8]
