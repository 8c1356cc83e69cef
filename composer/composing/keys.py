"""What each native clip is made from, part by part: its key in the store, and what `plan --diff` compares."""

from collections.abc import Callable
from dataclasses import replace

from composer.composing.rehearsal import Rehearsal
from composer.composing.requests import Requests
from composer.composing.showing import shows
from composer.store import digest, version_of
from composer.types import Capabilities, SegmentPlan

DRAWN_BY = (
    *("scene", "shade", "looks", "geometry", "kernels", "controls", "generate", "generators", "media", "handover"),
    *("composing/requests", "composing/handing", "composing/expecting", "composing/plates", "composing/footage"),
)
"""The code that a native clip is drawn by."""


class Keys:
    """The keys of one film's clips. Control pixels follow from the parts, so they need not be drawn to know that nothing
    has changed.
    """

    def __init__(self, rehearsal: Rehearsal, can: Capabilities, requests: Requests) -> None:
        self.rehearsal, self.can, self.requests = rehearsal, can, requests
        self.code = version_of(*DRAWN_BY)
        self._maker = digest(replace(can, at_once="one", cores=1, retakes=0))  # how its calls run changes no picture
        self._places: dict[str, str] = {}
        self._parts: dict[str, dict[str, str]] = {}

    def key(self, segment: SegmentPlan, content: Callable[[str], str]) -> str:
        """The key of a clip, once `content` knows the digest of each clip of `reads`; of one that is locked, its own.

        Of further takes of a segment it is asked with their seeds.
        """
        return segment.locked or digest("native", self._own(segment), [content(name) for name in self.reads(segment)])

    def reads(self, segment: SegmentPlan) -> tuple[str, ...]:
        """The segments whose clips it is made from: those that it waits for."""
        if segment.footage or segment.locked:
            return ()
        _, held_against = self.requests.handing.reads(segment)
        return tuple(dict.fromkeys((*segment.after, *held_against)))

    def shows(self, segment: SegmentPlan) -> str:
        """Digest of the geometry that its clip shows; empty of footage, of which nothing is known."""
        if segment.footage:
            return ""
        parts = self.parts(segment)
        return shows(parts["camera"], parts["world"], self.rehearsal.shapes[segment.place])

    def parts(self, segment: SegmentPlan) -> dict[str, str]:
        """A digest of each thing that it is made from, beside other clips: geometry, looks, poses, words, seed, code; and of
        what decides which of its takes that is.
        """
        takes = {"takes": digest(segment.takes, self.requests.plan.gates)} if segment.takes else {}
        return self._own(segment) | takes

    def _own(self, segment: SegmentPlan) -> dict[str, str]:
        if segment.id not in self._parts:
            self._parts[segment.id] = self._made_from(segment)
        known = self._parts[segment.id]
        return known if segment.footage else known | {"seed": self._seed(segment)}

    def _seed(self, segment: SegmentPlan) -> str:
        return digest(
            segment.seed, self.requests.draw(segment)
        )  # of the grain in what it is given, where it takes none itself

    def _made_from(self, segment: SegmentPlan) -> dict[str, str]:
        if segment.footage:
            return self._footage(segment)
        given, can = self.requests, self.can
        camera, world = given.tracks(segment)
        plates = [self.rehearsal.plates[source.segment] for source in segment.memory if source.is_plate]
        before = given.segments.get(segment.prefix_from)
        handed, _ = given.handing.reads(segment)
        return {
            "code": self.code,
            "generator": self._maker,
            "prompt": digest(segment.prompt, segment.avoid),
            "style": digest(given.style(segment)),
            "light": digest(segment.light),
            "seed": self._seed(segment),
            "frames": digest(segment.frames, segment.fps, segment.size, segment.prefix),
            "memory": digest(segment.memory),
            "keyframes": digest(segment.keyframes),
            "place": self._place(segment.place),
            "camera": digest(camera),
            "world": digest(world),
            "beyond": digest(*self.rehearsal.beyond(segment)) if "flow" in can.channels else "",
            "plates": digest([(plate.image, plate.camera) for plate in plates]),
            "footage": given.projector.file(before) if before and before.footage else "",
            "handover": digest(handed, *(("unlike",) if before and before.unlike else ())),
        }

    def _place(self, name: str) -> str:
        if name not in self._places:
            self._places[name] = digest(self.rehearsal.layouts[name])
        return self._places[name]

    def _footage(self, segment: SegmentPlan) -> dict[str, str]:
        return {
            "code": version_of("generators/footage", "composing/footage", "media"),
            "frames": digest(segment.frames, segment.fps, segment.size),
            "stretch": digest(segment.footage),
            "footage": self.requests.projector.file(segment),
        }
