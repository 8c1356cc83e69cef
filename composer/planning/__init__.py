"""Shots to segments on the generator's own frame grid: joins, prefixes, seeds, losses, exact frames."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from math import floor
from typing import Any

from composer.planning.choices import misfits, mispicks, with_locks, with_picks, without_reads
from composer.planning.edits import dissolve_plan, fade_in_plan, fade_out_plan, handle_before
from composer.planning.footage import Cover, footage_plan
from composer.planning.keyframes import keyframe_frames, with_keyframes
from composer.planning.native import DRAFT_SIZE, draft_size, in_memory, native_rate, native_size, segment_lengths
from composer.planning.plates import auto_plates
from composer.planning.reading import read_plan
from composer.planning.takes import (
    derive_seed,
    gate_limits,
    limits_of,
    same_again,
    takes_asked,
    takes_plan,
)
from composer.schema import ShotList, Slate, slates
from composer.schema.choices import NOTHING, Chosen
from composer.timing import FrameRange, Rates, round_half_up
from composer.types import FOOTAGE, GEOMETRY, Capabilities, FilmPlan, SegmentPlan, ShotPlan, Size, SourceFrame

__all__ = [
    "DRAFT_SIZE",
    "HANDLE_FRAMES",
    "PlanOptions",
    "derive_seed",
    "draft_size",
    "film_frames",
    "gate_limits",
    "in_memory",
    "keyframe_frames",
    "memory_candidates",
    "misfits",
    "mispicks",
    "native_rate",
    "native_size",
    "plain_values",
    "plan_film",
    "plan_json",
    "read_plan",
    "same_again",
    "segment_lengths",
    "with_keyframes",
    "with_locks",
    "with_memory",
    "with_picks",
    "without_reads",
]

HANDLE_FRAMES = 12

_ONLY_WHERE_USED = (
    *("takes", "locked", "unlike", "memory_coverage", "keyframes", "footage", "avoid", "prompt_tokens", "left_out"),
)
"""Fields of a segment that the plan as JSON leaves out when they are empty."""


@dataclass(frozen=True)
class PlanOptions:
    """What is decided beside the list: it never changes what is told, only how it is rendered.

    `chosen` are the takes, picks and locks of shots, as `choices.yaml` has them; `takes` how many are rendered of each, instead of
    as many as the list says.
    """

    seed: int | None = None
    draft: bool = False
    handle: int = HANDLE_FRAMES
    chosen: Chosen = field(default_factory=dict)
    takes: int | None = None


def plan_film(
    shotlist: ShotList,
    generator: Capabilities,
    options: PlanOptions | None = None,
    covers: Mapping[str, Cover] | None = None,
) -> FilmPlan:
    """Every shot of `shotlist` as segments of `generator`; memory sources are added by `with_memory`.

    `covers` tell of each file of footage the size in which its pictures cover the film's; the film's own without.
    """
    options = options or PlanOptions()
    seed = shotlist.seed if options.seed is None else options.seed
    size = draft_size(shotlist.size) if options.draft else shotlist.size
    native = native_size(size, generator)
    rig = _Rig(shotlist, in_memory(generator, native), seed, native, options)
    shots: list[ShotPlan] = []
    told = slates(shotlist)
    for slate, following in zip(told, (*told[1:], None), strict=True):
        room = rig if slate.shot.footage is None else rig.for_footage(slate.shot.footage.file, size, covers or {})
        shots.append(room.shot(slate, shots[-1] if shots else None, handle_before(following, options.handle)))
    film_plan = FilmPlan(
        title=shotlist.title,
        generator=generator.name,
        generator_version=generator.version,
        fps=shotlist.fps,
        size=size,
        native_size=rig.size,
        frames=shots[-1].frames.stop,
        seed=seed,
        draft=options.draft,
        shots=tuple(shots),
        plates=auto_plates(shots, rig.generator, seed) if shotlist.plates else (),
        without=generator.withheld,
        prompt_limit=generator.prompt_tokens if generator.prompt else None,
        losses=_film_losses(shotlist, generator, size, rig),
    )
    return replace(film_plan, gates=limits_of(shotlist, film_plan))


def with_memory(
    plan: FilmPlan, sources: Mapping[str, Sequence[SourceFrame]], coverage: Mapping[str, float] | None = None
) -> FilmPlan:
    """`plan` with the frames that each segment's spatial memory reads, and the waiting that follows from them.

    `coverage` is the share of what each segment will see that its frames show, where it is known.
    """

    def remember(segment: SegmentPlan) -> SegmentPlan:
        memory = tuple(sources.get(segment.id, ()))
        waits = dict.fromkeys((*segment.after, *(s.segment for s in memory if not s.is_plate)))
        shown = (coverage or {}).get(segment.id)
        return replace(segment, memory=memory, memory_coverage=shown, after=tuple(waits))

    return plan.with_segments(remember)


def memory_candidates(plan: FilmPlan) -> dict[str, tuple[str, ...]]:
    """Segments that each segment may remember: earlier ones of the same place, style and light; where a plate is made for
    those, that and the earlier ones of its own shot. Footage has no geometry: it neither remembers nor is remembered. What is
    locked and unlike what is declared is not remembered either.

    A shot joined as `independent` neither reads nor leaves memory; its later segments read its own earlier ones.
    """
    partitions: dict[tuple[str, str, str], list[str]] = {}
    plates = {plate.partition: plate.id for plate in plan.plates}
    candidates: dict[str, tuple[str, ...]] = {plate.id: () for plate in plan.plates}
    for shot in plan.shots:
        if shot.footage:
            candidates |= {segment.id: () for segment in shot.segments}
            continue
        partition = (shot.place, shot.style, shot.light)
        if shot.join == "independent":
            known = []
        elif partition in plates:
            known = [plates[partition]]
        else:
            known = partitions.setdefault(partition, [])
        for segment in shot.segments:
            candidates[segment.id] = tuple(known)
            if not segment.unlike:
                known.append(segment.id)
    return candidates


@dataclass(frozen=True)
class _Rig:
    """What all shots of one plan share."""

    shotlist: ShotList
    generator: Capabilities
    seed: int
    size: Size
    options: PlanOptions

    def for_footage(self, file: str, film: Size, covers: Mapping[str, Cover]) -> "_Rig":
        """The same for a shot that shows `file`: cut into segments by memory alone."""
        size = covers[file](film) if file in covers else film
        return replace(self, generator=in_memory(FOOTAGE, size), size=size)

    def shot(self, slate: Slate, before: ShotPlan | None, handle: int) -> ShotPlan:
        join = slate.shot.join if before else "independent" if slate.shot.join == "independent" else "state"
        fps = native_rate(slate.fps, self.generator)
        native = Rates(film=slate.fps, native=fps).covering(len(slate.frames) + handle)
        opening = self.generator.prefix if join == "last_frames" and self.reaches_back(before) else 0
        segments: list[SegmentPlan] = []
        start = -opening
        for index, length in enumerate(segment_lengths(native + opening, self.generator)):
            overlap = opening if index == 0 else self.generator.prefix
            previous = segments[-1].id if segments else before.segments[-1].id if before and opening else ""
            if index:
                start = segments[-1].frames.stop - overlap
            segments.append(self.segment(slate, join, index, FrameRange(start, start + length), overlap, previous))
        return ShotPlan(
            slate.name,
            slate.index,
            slate.place,
            slate.style,
            slate.light,
            join,
            slate.shot.edit.kind,
            slate.frames,
            handle,
            tuple(segments),
            dissolve_plan(slate),
            fade_in_plan(slate),
            fade_out_plan(slate),
        )

    def reaches_back(self, before: ShotPlan | None) -> bool:
        """Has the shot before as many native frames up to its cut as a prefix has?"""
        if before is None or before.footage:
            return before is not None
        first = before.segments[0]
        stop = round_half_up(len(before.frames) / self.shotlist.fps * first.fps)
        return stop - first.frames.start >= self.generator.prefix

    def segment(
        self, slate: Slate, join: Any, index: int, frames: FrameRange, overlap: int, previous: str
    ) -> SegmentPlan:
        take = 0 if slate.shot.footage else self.options.chosen.get(slate.name, NOTHING).take
        seedless = slate.shot.footage or "seed" in self.generator.withheld
        return SegmentPlan(
            id=f"{slate.name}/{index}",
            shot=slate.name,
            index=index,
            place=slate.place,
            style=slate.style,
            light=slate.light,
            frames=frames,
            fps=native_rate(slate.fps, self.generator),
            size=self.size,
            prefix=overlap,
            join=join,
            seed=0 if seedless else derive_seed(self.seed, slate, index, take),
            take=take,
            takes=takes_plan(self.shotlist, slate, self.generator, self.options.takes, (self.seed, index, take)),
            after=(previous,) if overlap else (),
            prefix_from=previous if overlap else "",
            prompt="" if "prompt" in self.generator.withheld else slate.shot.prompt or "",
            footage=footage_plan(slate),
            avoid=self.avoid(slate),
            losses=self.losses(slate, join, index, overlap),
        )

    def avoid(self, slate: Slate) -> str:
        """What must not appear in a shot, for a generator that can be told."""
        told = slate.style and self.generator.avoids and not slate.shot.footage
        return (self.shotlist.styles[slate.style].avoid or "") if told else ""

    def losses(self, slate: Slate, join: str, index: int, overlap: int) -> tuple[str, ...]:
        can = self.generator
        lost = []
        if slate.shot.prompt and not can.prompt:
            lost.append("the prompt is not read")
        if not can.invents:
            return tuple(lost)
        if can.prefix == 0 and (index or join == "last_frames"):
            lost.append("it cannot continue on final frames: movement and detail may jump here")
        elif join == "last_frames" and not index and not overlap:
            few = f"it continues on {can.prefix} final frames, and the shot before has fewer"
            lost.append(f"{few}: movement and detail may jump here")
        if not can.remembers and (index or join != "independent"):
            lost.append("it reads no spatial memory: what it invented for this place before is not carried here")
        return tuple(lost)


def _film_losses(shotlist: ShotList, can: Capabilities, size: Size, rig: _Rig) -> tuple[str, ...]:
    lost = [f"told not to read {name}" for name in can.withheld]
    if shotlist.styles and not can.style:
        lost.append("styles are told in words alone" if can.prompt else "styles are not drawn")
    if can.invents and not can.avoids and any(style.avoid for style in shotlist.styles.values()):
        lost.append("it cannot be told what styles avoid")
    rendered = (slate for slate in slates(shotlist) if not slate.shot.footage)
    asked = any(takes_asked(shotlist, slate, rig.options.takes) > 1 for slate in rendered)
    if asked and (why := same_again(can)):
        lost.append(f"takes change nothing, and one is rendered: {why}")
    lost += _conforming(can, (size, shotlist.fps), (rig.size, native_rate(shotlist.fps, can)))
    if can.invents and not can.seed and "seed" not in can.withheld:
        lost.append("it takes no seed: another render gives another film")
    if can.invents and not can.channels:
        held = "words and keyframes" if can.keyframes else "words"
        lost.append(f"it reads no geometry: places are held by {held} alone")
    if not can.remembers and shotlist.plates:
        lost.append("it reads no spatial memory: no plates are made")
    if not can.remembers and any(place.plate for place in shotlist.places.values()):
        lost.append("it reads no spatial memory: plates are not seen")
    if any(not line.file for shot in shotlist.shots for line in shot.dialogue):
        lost.append("lines without a file are not spoken: they are subtitles alone")
    return tuple(lost)


def _conforming(can: Capabilities, film: tuple[Size, Fraction], native: tuple[Size, Fraction]) -> Iterator[str]:
    """How pictures of another size or rate than the film's become the film's."""
    (size, fps), (own_size, own_fps) = film, native
    if can.fps is not None and can.fps != own_fps:
        yield f"its {float(can.fps):g} frames a second are shown one to one at {float(fps):.5g}"
    how = "along the declared geometry" if can.channels & GEOMETRY else "by scaling and blending"
    made, wanted = [], []
    if own_size != size:
        made.append("{}x{}".format(*own_size))
        wanted.append("{}x{}".format(*size))
    if own_fps != fps:
        made.append(f"{'at ' if made else ''}{float(own_fps):.5g} frames a second")
        wanted.append(f"{'at ' if wanted else ''}{float(fps):.5g}")
    if made:
        yield f"it renders {' '.join(made)}, brought to {' '.join(wanted)} {how}"


def film_frames(shot: ShotPlan, segment: SegmentPlan, fps: Fraction) -> FrameRange | None:
    """The film frames that `segment` is the first to cover; None when only the tail handle gains by it."""
    step = Rates(film=fps, native=segment.fps).step
    fresh = segment.frames.start + segment.prefix
    start = 0 if fresh <= 0 else floor((fresh - 1) / step) + 1
    stop = min(floor((segment.frames.stop - 1) / step) + 1, len(shot.frames))
    return FrameRange(start, stop).shifted(shot.frames.start) if start < stop else None


def plan_json(plan: FilmPlan) -> dict[str, Any]:
    """The plan as plain JSON values: rates as `num/den` text, ranges as [start, stop)."""
    document = asdict(plan)
    if plan.prompt_limit is None:
        del document["prompt_limit"]
    if not plan.gates:
        del document["gates"]
    for shot in document["shots"]:
        for name in ("dissolve", "fade_in", "fade_out"):
            if shot[name] is None:
                del shot[name]
    for segment in (*document["plates"], *(s for shot in document["shots"] for s in shot["segments"])):
        for name in _ONLY_WHERE_USED:
            if segment[name] is False or (not segment[name] and segment[name] != 0):
                del segment[name]
        if "takes" in segment and segment["takes"]["picked"] is None:
            del segment["takes"]["picked"]
    return {"version": 1, **plain_values(document)}


def plain_values(value: Any) -> Any:
    """A value of plain ones as JSON has them: rates as `num/den` text, ranges as [start, stop), sets in order."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, dict):
        if value.keys() == {"start", "stop"}:
            return [value["start"], value["stop"]]
        return {key: plain_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    return value
