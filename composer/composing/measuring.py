"""A film, or anybody's video of a shot list, held against that list."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from composer import generators, rerun
from composer import shotlist as lists
from composer.composing.burnt import burnt_into
from composer.composing.choosing import read_choices
from composer.composing.declaring import Declaration
from composer.composing.documents import clips_told, with_clips
from composer.composing.film import Film, film_name
from composer.composing.rehearsal import Rehearsal, rehearse
from composer.composing.reported import note_report, report_that_stands
from composer.composing.reporting import write_report
from composer.errors import GeneratorError, StorageError, UsageError, Wrong
from composer.measuring import About, Judge, measure_film
from composer.media import Reel, probe_reel
from composer.metrics import LIMITS, Limit
from composer.planning import PlanOptions, gate_limits, plan_json, read_plan
from composer.run import OnProgress
from composer.schema import ShotList
from composer.spelling import did_you_mean
from composer.store import cache_folder, digest, file_digest
from composer.types import FilmMeasures, FilmPlan

PLAN = "plan.json"
_RATE = 2e-3  # a share: rates this near are one


def measure(  # noqa: PLR0913 - what figures depend on, by name
    video: str | Path,
    shotlist: ShotList,
    *,
    generator: str | None = None,
    options: Mapping[str, Any] | None = None,
    limits: Mapping[str, float] | None = None,
    report: str | Path | None = None,
    on_progress: OnProgress | None = None,
    rehearsal: Rehearsal | None = None,
    cache: str | Path | None = None,
) -> FilmMeasures:
    """Every join, shot and return of `video` in figures, held against `shotlist`.

    `video` is a film that was rendered, its folder, or any video of the same list: frame k of the list's film is what it
    shows at k / fps. Where its segments meet, `plan.json` beside it tells; without one, the plan that `generator` would
    follow. Limits are those of docs/metrics.md, or of the list's `gates`, or those told here in `limits`, by measure. `report` is a folder that `report.html` and
    `report.json` are written into. Of a film in its own folder also what is told there of its takes and of what was corrected;
    stills of takes are taken from the folder `cache`, by default as `compose` has it. Raises `ShotListError`, `GeneratorError`, `UsageError` for a video that is not of this
    list or a measure that there is not, and `StorageError`.
    """
    told: dict[str, float] = dict(gate_limits(shotlist).items())
    judge = Judge(_limits(told | dict(limits or {})))
    path = _film(Path(video))
    known = rehearsal or rehearse(shotlist)
    known.raise_errors()
    plan = _plan(path, known, generator, options)
    reel = _reel(path, plan)
    about = About(plan.title, plan.generator, plan.draft, plan.frames, plan.fps, _losses(plan))
    declared = Declaration(known, plan, heard=_tells_sound(plan), burnt=burnt_into(path))
    try:
        found = with_clips(measure_film(declared, reel, about, judge, on_progress), path, plan)
    except Wrong as wrong:
        raise StorageError(f"{path}: {wrong.message}") from wrong
    if report is not None:
        write_report(found, declared, reel, Path(report), cache_folder(cache))
    return found


def report(
    film: Film, rehearsal: Rehearsal, *, on_progress: OnProgress | None = None, cache: str | Path | None = None
) -> FilmMeasures:
    """What `film` measures; `report.html` and `report.json` are written beside it, unless those that lie there are of it.
    `cache` is the one that it was rendered from.

    Raises `StorageError`.
    """
    expected = [slate.shot.expect for slate in rehearsal.slates]
    told = expected, gate_limits(rehearsal.shotlist)
    made_from = digest(file_digest(film.path), plan_json(film.plan), rehearsal.layouts, told, clips_told(film.path))
    if found := report_that_stands(film.folder, made_from):
        return found
    found = measure(
        film.path,
        rehearsal.shotlist,
        report=film.folder,
        on_progress=on_progress,
        rehearsal=rehearsal,
        cache=cache,
    )
    note_report(film.folder, made_from)
    return found


def _limits(told: Mapping[str, float]) -> Mapping[str, Limit]:
    for name in told:
        if name not in LIMITS:
            known = f"expected one of: {', '.join(LIMITS)}.{did_you_mean(name, LIMITS)}"
            raise UsageError(f"no measure is called `{name}`; {known}")
    return {name: Limit(told.get(name, limit.value), limit.unit) for name, limit in LIMITS.items()}


def _film(video: Path) -> Path:
    """The file: of a folder, the film in it."""
    if not video.is_dir():
        return video
    names = dict.fromkeys(film_name(preset) for preset in ("h264", "prores"))
    found = [video / name for name in names if (video / name).is_file()]
    if not found:
        raise UsageError(f"{video} holds no film; expected {' or '.join(names)}")
    return found[0]


def _plan(path: Path, known: Rehearsal, generator: str | None, options: Mapping[str, Any] | None) -> FilmPlan:
    """The one beside the film, if it is of this list."""
    beside = path.parent / PLAN
    if generator is None and beside.is_file():
        try:
            plan = read_plan(beside.read_text())
        except (Wrong, OSError, UnicodeDecodeError) as error:
            raise StorageError(f"{beside} cannot be read: {error}") from error
        _refuse_another(beside, plan, known)
        return plan
    maker = rerun.chosen(lists.folder_of(known.shotlist), generator, options, ())
    return read_choices(known.shotlist).plan(known, maker, PlanOptions())


def _refuse_another(beside: Path, plan: FilmPlan, known: Rehearsal) -> None:
    """Raises `UsageError` where the list has other shots than the plan."""
    told = [(shot.shot, shot.place, shot.frames.start, shot.frames.stop) for shot in plan.shots]
    listed = [(slate.name, slate.place, slate.frames.start, slate.frames.stop) for slate in known.slates]
    if told == listed and plan.fps == known.shotlist.fps:
        return
    pairs = zip([*told, None], [*listed, None], strict=False)
    ours, theirs = next(((a, b) for a, b in pairs if a != b), (None, None))
    said = f"the plan has {_worded(ours)} where the list has {_worded(theirs)}" if ours or theirs else "rates differ"
    raise UsageError(
        f"{beside} is of another shot list: {said}; give the list that the film was rendered from, or render it again"
    )


def _worded(shot: tuple[str, str, int, int] | None) -> str:
    return f"`{shot[0]}` in `{shot[1]}`, frames {shot[2]} to {shot[3]}" if shot else "no shot"


def _reel(path: Path, plan: FilmPlan) -> Reel:
    """The video, if it may be of this plan. Raises `UsageError`."""
    try:
        reel = probe_reel(path)
    except Wrong as wrong:
        raise UsageError("; ".join((f"{path}: {wrong.message}", *wrong.expected))) from None
    if reel.fps is None or abs(reel.fps / plan.fps - 1) > _RATE:
        found = f"{float(reel.fps):.5g}" if reel.fps else "no steady number of"
        raise UsageError(f"{path} shows {found} frames a second; expected {float(plan.fps):.5g}, as the list says")
    frames = round(reel.end_s * plan.fps)
    if frames < plan.frames:
        raise UsageError(f"{path} has {frames} frames; expected {plan.frames}, as the list's film has")
    return reel


def _losses(plan: FilmPlan) -> tuple[str, ...]:
    own = (f"{segment.id}: {loss}" for segment in plan.segments for loss in segment.losses)
    return (*plan.losses, *own)


def _tells_sound(plan: FilmPlan) -> bool:
    """Does the generator leave all sound to the mix? Of one that is not installed, nobody knows."""
    try:
        return not generators.load(plan.generator).capabilities.audio
    except GeneratorError:
        return False
