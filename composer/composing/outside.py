"""What changes a clip without any change to the list: the generator, its seed, a take, a size, a file, composer itself."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from composer.composing.recording import Record, Recorded
from composer.planning import plain_values
from composer.types import Capabilities, FilmPlan, SegmentPlan

TAKES_ASKED = "takes: as many are asked for beside the list"
CODE = "composer itself: the code that makes it is another"

_WITHHELD = ("channels", "optional", "prefix", "keyframes", "prompt", "style", "seed")
"""Capabilities that follow from what a generator is told not to read."""


@dataclass(frozen=True)
class Outside:
    """The last render and this one, but for their lists. `files` are the digests of those that the list names now."""

    record: Record
    can: Capabilities
    plan: FilmPlan
    files: Mapping[str, str]

    def causes(self, segment: SegmentPlan, was: Recorded, parts: list[str]) -> dict[str, list[str]]:
        """By cause, which of `parts` of a segment differ through it."""
        causes: dict[str, list[str]] = {}
        for part in parts:
            for cause in self._of(part, segment, was):
                causes.setdefault(cause, []).append(part)
        return causes

    def _of(self, part: str, segment: SegmentPlan, was: Recorded) -> list[str]:
        if part == "code":
            return [CODE]
        made = list(self.generator())
        if part == "seed":
            return list(self._seed(segment, was)) or made or [CODE]
        if part == "takes":
            return list(self._picked(segment, was)) or made or [TAKES_ASKED]
        if part == "generator":
            return made or [CODE]
        return [*self._size(segment, was), *made, *self._files()] or [CODE]

    def generator(self) -> Iterator[str]:
        """What of the generator is another."""
        old, new = dict(self.record.generator), plain_values(asdict(self.can))
        if old.get("name") != new["name"]:
            yield f"generator: {old.get('name')} -> {new['name']}"
            return
        if old.get("withheld", []) != new["withheld"]:
            old, new = ({name: said[name] for name in said if name not in _WITHHELD} for said in (old, new))
        told, tells = (dict(said.pop("options", ())) for said in (old, new))
        yield from _differing("generator option", told, tells)
        yield from _differing("generator", old, new)

    def _seed(self, segment: SegmentPlan, was: Recorded) -> Iterator[str]:
        if was.take != segment.take:
            yield f"choices: take {was.take} -> {segment.take}"
        if self.record.seed != self.plan.seed:
            yield f"seed: {self.record.seed} -> {self.plan.seed}"

    def _picked(self, segment: SegmentPlan, was: Recorded) -> Iterator[str]:
        picked = segment.takes.picked if segment.takes else None
        if was.picked != picked:
            yield f"choices: {'none' if picked is None else f'take {picked}'} of its takes is picked"

    def _size(self, segment: SegmentPlan, was: Recorded) -> Iterator[str]:
        if was.size != segment.size:
            yield "size: {}x{} -> {}x{}".format(*was.size, *segment.size)

    def _files(self) -> Iterator[str]:
        for name, digest in self.files.items():
            if self.record.files.get(name, digest) != digest:
                yield f"{name}: the file has changed"


def _differing(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in (*new, *(name for name in old if name not in new)):
        if old.get(name) != new.get(name):
            yield f"{what} {name}: {_said(old.get(name))} -> {_said(new.get(name))}"


def _said(value: Any) -> str:
    return "none" if value is None or value == [] else ", ".join(value) if isinstance(value, list) else str(value)
