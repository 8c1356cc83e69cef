"""Generators with moods, as third parties' are: some wait for others, some fail, some die."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from composer.generators.previz import Previz
from composer.types import AtOnce, Clip, SegmentRequest


@dataclass
class Moody:
    """The animatic, drawn by something that counts its calls in a folder, and fails or dies as often as it is told to."""

    calls: Path
    at_once: AtOnce = "one"
    fails: Mapping[str, int] = field(default_factory=dict)
    dies: Mapping[str, int] = field(default_factory=dict)
    waits_s: float = 0.0
    prefix: int = 1

    def __post_init__(self) -> None:
        self.capabilities = replace(Previz.capabilities, name="moody", at_once=self.at_once, prefix=self.prefix)

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        name = request.plan.id
        before = self.counted()[name]
        (self.calls / f"{name.replace('/', '@')}.{before}").touch()
        time.sleep(self.waits_s)
        if before < self.fails.get(name, 0):
            raise RuntimeError("no mood for it")
        if before < self.dies.get(name, 0):
            os.kill(os.getpid(), signal.SIGKILL)
        return Previz().generate(request, on_progress)

    def counted(self) -> Counter[str]:
        """Calls of each segment so far, in whichever process."""
        return Counter(path.name.rsplit(".", 1)[0].replace("@", "/") for path in self.calls.iterdir())
