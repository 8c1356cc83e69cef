"""What people read: a plan with its segments, its cameras and how every cut leaves the world; what a generator takes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING

from composer.generators import can_lack
from composer.planning import HANDLE_FRAMES, film_frames
from composer.schema import GATE_UNITS, GATED
from composer.timing import FrameRange, clock, span
from composer.types import (
    CameraSetup,
    Capabilities,
    CutState,
    DissolvePlan,
    FilmPlan,
    SegmentPlan,
    ShotPlan,
    SubjectState,
)

if TYPE_CHECKING:
    from composer.composing.differing import Difference

Row = tuple[str, ...]

_PROMPT_COLUMNS = 100


def plan_lines(plan: FilmPlan) -> Iterator[str]:
    """The plan in lines: what is made, what is lost, what the list left unsaid, and where everyone is at each cut."""
    width, height = plan.size
    yield (
        f"{plan.title}: {plan.frames} frames at {float(plan.fps):.5g} fps "
        f"({float(plan.frames / plan.fps):.2f} s), {width}x{height}, seed {plan.seed}, "
        f"by {plan.generator} {plan.generator_version}"
    )
    yield from _columns(_segments(plan))
    yield from _keyframes(plan)
    yield from _choices(plan)
    yield from _takes(plan)
    yield from _edits(plan)
    for loss in plan.losses:
        yield f"loss: {loss}"
    for segment in plan.segments:
        for loss in segment.losses:
            yield f"loss in {segment.id}: {loss}"
    yield ""
    yield from _columns(_cameras(plan))
    if any(state.subjects for state in plan.states):
        yield ""
        yield from _columns(_states(plan.states))


def prompt_lines(plan: FilmPlan) -> Iterator[str]:
    """The prompt of each segment, its tokens against the limit, and what found no room in it."""
    if all(segment.prompt_tokens is None for segment in plan.segments):
        yield f"{plan.generator} reads no prompts"
        return
    limit = f" of {plan.prompt_limit}" if plan.prompt_limit is not None else ""
    for index, segment in enumerate(segment for segment in plan.segments if segment.prompt_tokens is not None):
        if index:
            yield ""
        yield f"{segment.id}: {segment.prompt_tokens}{limit} tokens"
        yield from wrap(segment.prompt, _PROMPT_COLUMNS)
        if segment.avoid:
            yield from wrap(f"avoid: {segment.avoid}", _PROMPT_COLUMNS, subsequent_indent="  ")
        for phrase in segment.left_out:
            yield from wrap(f"left out: {phrase}", _PROMPT_COLUMNS, subsequent_indent="  ")


def diff_lines(difference: "Difference") -> Iterator[str]:
    """What a render would make anew, and why; of what is kept, only what is special."""
    total, renders = len(difference.segments), len(difference.renders)
    into = f"{difference.title} into {difference.folder}"
    if not difference.last:
        yield f"{into}: nothing was rendered there yet; {renders} of {total} segments would render"
    else:
        would = f"{renders} of {total} segments would render" if renders else "no segment would render"
        yield f"{into}, last rendered by {difference.last}: {would}, {total - renders} kept"
    rows = list(_verdicts(difference))
    if rows:
        yield from _columns(rows)
    for said in difference.idle:
        yield f"renders nothing: {said}"
    if difference.idle and not renders:
        yield "only the film is put together anew"
    if difference.seconds and renders:
        yield f"about {span(difference.seconds)} of rendering, as the last ones took"


def _verdicts(difference: "Difference") -> Iterator[Row]:
    for verdict in difference.segments:
        first = ("renders" if verdict.renders else "kept", verdict.segment)
        for cause in verdict.why:
            yield *first, cause.said + (f" ({', '.join(cause.parts)})" if cause.parts else "")
            first = ("", "")


def abilities(can: Capabilities) -> list[tuple[str, str]]:
    """What a generator makes and takes, a word and what it comes to a row."""
    takes = [word for word in ("prompt", "style", "seed", "audio") if getattr(can, word)]
    return [
        ("clips", clips_made(can)),
        ("prefix", _continued(can) if can.prefix else "none: it cannot continue a clip"),
        *([("keyframes", _keyframes_taken(can))] if can.keyframes else []),
        ("controls", ", ".join(sorted(can.channels)) or "none"),
        ("takes", ", ".join(takes) or "nothing else"),
        ("may lack", ", ".join(can_lack(can)) or "nothing of that"),
        ("at once", _at_once(can)),
        ("makes", "what it invents beside the declared state" if can.invents else "the declared state, nothing else"),
    ]


def _continued(can: Capabilities) -> str:
    return f"{can.prefix} final frames{' and their sound' if can.continues_sound else ''}"


def _at_once(can: Capabilities) -> str:
    match can.at_once:
        case "one":
            return "one clip at a time"
        case "threads":
            return "many clips, on threads of one process"
    return f"a clip in each of many processes, {can.cores} core{'s' if can.cores > 1 else ''} each"


def clips_made(can: Capabilities) -> str:
    """Lengths, rate and size of a generator's clips."""
    grid = f"{can.grid.step} k + 1 frames" if can.grid.step > 1 else "any length"
    rate = f"{float(can.fps):g} fps" if can.fps else "any rate"
    size = "{}x{}".format(*can.size) if can.size else f"sides multiples of {can.size_multiple}"
    most = f", {can.pixels} pixels at most" if can.pixels else ""
    return f"{grid} up to {can.grid.longest}, {rate}, {size}{most}"


def _keyframes_taken(can: Capabilities) -> str:
    where = "any frame" if can.keyframe_step == 1 else f"frame 0 and multiples of {can.keyframe_step}"
    return f"{can.keyframes} pictures at most, at {where}"


def _columns(rows: Sequence[Row]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _segments(plan: FilmPlan) -> list[Row]:
    rows: list[Row] = [
        ("segment", "film frames", "place", "light", "style", "join", "native", "prefix", "memory", "seed")
    ]
    rows += [_segment(plate, "-", "-") for plate in plan.plates]
    for shot in plan.shots:
        for index, segment in enumerate(shot.segments):
            seen = film_frames(shot, segment, plan.fps)
            frames = f"{seen.start}-{seen.stop}" if seen else "handle"
            rows.append(_segment(segment, frames, segment.join if index == 0 else "continues"))
    return rows


def _segment(segment: SegmentPlan, frames: str, join: str) -> Row:
    native = f"{segment.frames.start}-{segment.frames.stop}"
    memory = str(len(segment.memory)) if segment.memory else "-"
    cells = (segment.id, frames, segment.place, segment.light, segment.style or "-", join, native)
    return (*cells, str(segment.prefix), memory, str(segment.seed))


def _choices(plan: FilmPlan) -> Iterator[str]:
    for shot in plan.shots:
        take, locked = shot.segments[0].take, all(segment.locked for segment in shot.segments)
        if take or locked:
            yield f"choice: {shot.shot} is {f'take {take}' if take else 'the first take'}{', locked' if locked else ''}"
        for segment in shot.segments:
            if segment.takes and segment.takes.picked is not None:
                yield f"choice: take {segment.takes.picked} of {segment.id} is picked"


def _takes(plan: FilmPlan) -> Iterator[str]:
    """How many takes are rendered, shot by shot where that differs, and what they are held to."""
    counts = {shot.shot: takes for shot in plan.shots if (takes := shot.segments[0].takes)}
    groups: dict[tuple[int, int], list[str]] = {}
    for name, takes in counts.items():
        groups.setdefault((takes.rendered, takes.retakes), []).append(name)
    for (rendered, retakes), names in groups.items():
        whose = "each clip" if len(names) == len(plan.shots) else f"each clip of {', '.join(names)}"
        more = f", up to {retakes} more while a gate fails" if retakes else ""
        yield f"takes: {rendered} of {whose}{more}"
    if groups:
        units = {measure: f" {unit}" if unit else "" for measure, unit in GATE_UNITS.items()}
        limits = (f"{gate} {plan.gates[one]:g}{units[one]}" for gate, one in GATED.items() if one in plan.gates)
        yield f"gates: {', '.join(limits)}"


def _edits(plan: FilmPlan) -> Iterator[str]:
    for before, shot in zip((None, *plan.shots), plan.shots, strict=False):
        if shot.dissolve and before:
            how = f" {_blending(shot.dissolve)}, {_counted(shot.dissolve.frames)}"
            longer = f"; the handle of {before.shot} is {before.handle} frames" if _is_longer(before, shot) else ""
            yield f"edit: {before.shot} dissolves into {shot.shot}{how}{longer}"
        if shot.fade_in:
            yield f"edit: {shot.shot} comes up from {shot.fade_in.colour}, {_counted(shot.fade_in.frames)}"
        if shot.edit == "match cut" and before:
            yield f"edit: {before.shot} matches {shot.shot} at frame {shot.frames.start}"
        if shot.fade_out:
            yield f"edit: {shot.shot} goes down to {shot.fade_out.colour}, {_counted(shot.fade_out.frames)}"


def _blending(dissolve: DissolvePlan) -> str:
    how = "aligned" if dissolve.aligned else "in linear light" if dissolve.linear else "plainly"
    return how if dissolve.shared is None else f"{how} (both show {dissolve.shared:.0%} of what lies between)"


def _counted(frames: FrameRange) -> str:
    return f"frames {frames.start}-{frames.stop}"


def _is_longer(before: ShotPlan, shot: ShotPlan) -> bool:
    return shot.dissolve is not None and len(shot.dissolve.frames) == before.handle != HANDLE_FRAMES


def _keyframes(plan: FilmPlan) -> Iterator[str]:
    for segment in plan.segments:
        if segment.keyframes:
            shown = (f"frame {k.frame} at {k.strength:g} ({k.coverage:.0%} remembered)" for k in segment.keyframes)
            yield f"keyframes of {segment.id}: {', '.join(shown)}"


def _cameras(plan: FilmPlan) -> list[Row]:
    rows: list[Row] = [("camera", "film s", "story s", "frames", "lens", "distance", "height", "stands")]
    solved = iter(plan.cameras)
    filmed = {shot.shot: shot for shot in plan.shots if shot.footage}
    for state in plan.states:
        film = _span(*(Fraction(frame) / plan.fps for frame in (state.frames.start, state.frames.stop)))
        if state.shot in filmed:
            told = _footage(filmed[state.shot], plan)
            rows.append((state.shot, film, _span(*state.story_s), told, "-", "-", "-", "-"))
            continue
        camera = next(solved)
        framed = " ".join(word for word in (camera.framing, *camera.framed) if word) or "-"
        stands = camera.side if camera.distance_m else f"looks {camera.side}"
        rows.append((camera.shot, film, _span(*state.story_s), framed, *_solved(camera), stands))
    return rows


def _footage(shot: ShotPlan, plan: FilmPlan) -> str:
    assert shot.footage is not None
    start_s = shot.footage.start_s
    return f"footage {shot.footage.file} {_span(start_s, start_s + len(shot.frames) / plan.fps)} s"


def _solved(camera: CameraSetup) -> Row:
    lens, height = _change(camera.lens_mm, 1, "mm"), _change(camera.height_m, 2, " m")
    return lens, _change(camera.distance_m, 2, " m") if camera.distance_m else "-", height


def _states(states: Sequence[CutState]) -> list[Row]:
    """A row for each subject that the shot moved, changed or shows; one for all where it does so to none."""
    rows: list[Row] = [("cut after", "story s", "subject", "place", "x, y", "does", "seen")]
    known: dict[str, SubjectState] = {}
    for state in states:
        first = True
        for subject in state.subjects:
            unseen = replace(subject, seen="off screen")
            if known.get(subject.subject) != unseen or subject.seen != "off screen":
                shot = (state.shot, _seconds(state.story_s[1])) if first else ("", "")
                rows.append((*shot, *_subject(subject, state.directions.get(subject.subject, ""))))
                first = False
            known[subject.subject] = unseen
        if first:
            rows.append((state.shot, _seconds(state.story_s[1]), "all", "-", "-", "as before", "off screen"))
    return rows


def _subject(subject: SubjectState, direction: str) -> Row:
    x, y, z = subject.position_m
    lifted = f", {z:.2f} up" if abs(z) >= 0.05 else ""
    doing = f"{subject.doing} {subject.speed_m_s:.1f} m/s" if subject.speed_m_s else subject.doing
    does = ", ".join(word for word in (doing, direction, subject.look) if word)
    return subject.subject, subject.place, f"{x:.2f}, {y:.2f}{lifted}", does, subject.seen


def _change(values: tuple[float, float], digits: int, unit: str) -> str:
    first, last = (f"{value:.{digits}f}".rstrip("0").rstrip(".") for value in values)
    return f"{first}{unit}" if first == last else f"{first} to {last}{unit}"


def _span(start: float | Fraction, stop: float | Fraction) -> str:
    return f"{_seconds(start)}-{_seconds(stop)}"


def _seconds(time_s: float | Fraction) -> str:
    value = float(time_s)
    return clock(value) if value >= 1000 else f"{value:.2f}".rstrip("0").rstrip(".")
