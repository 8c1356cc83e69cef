"""The product: a shot list becomes a film. Every stage is joined to the next in this package, and only here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from composer import generators, handover, rerun
from composer import shotlist as lists
from composer.again import settled
from composer.composing.arguments import checked
from composer.composing.choosing import Choices, Choosing, choose, read_choices
from composer.composing.rehearsal import Rehearsal, rehearse
from composer.composing.selecting import selected
from composer.composing.workforce import check_workers
from composer.errors import Fault, ShotListError
from composer.handover import HandOver
from composer.planning import PlanOptions
from composer.run import OnProgress, hold, refuse_if_held
from composer.schema import ShotList
from composer.settings import read_settings
from composer.store import Store, cache_folder
from composer.types import FilmPlan, SegmentGenerator

if TYPE_CHECKING:
    from composer.camera.formats import Form
    from composer.composing.differing import Difference
    from composer.composing.film import Film
    from composer.composing.layers_out import Form as LayerForm
    from composer.composing.options import RenderOptions
    from composer.conform import Conforming
    from composer.rerun import Asked

__all__ = ["Rehearsal", "cameras", "check", "chosen", "compose", "diff", "fit", "layers", "plan", "previz", "rehearse"]


@checked
def check(shotlist: ShotList) -> tuple[Fault, ...]:
    """Every fault and warning of a shot list, places, motion and cameras included, in file order, and then those of what
    is chosen of its takes; nothing renders.
    """
    found = rehearse(shotlist).faults
    try:
        choices = read_choices(shotlist)
    except ShotListError as error:
        return (*found, *error.faults)
    return (*found, *choices.faults, *choices.warnings)


@checked
def plan(  # noqa: PLR0913 - what a plan depends on, by name
    shotlist: ShotList,
    *,
    generator: str | None = None,
    seed: int | None = None,
    draft: bool = False,
    without: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    takes: int | None = None,
) -> FilmPlan:
    """Segments, joins, memory sources, seeds, losses and exact frames; nothing renders.

    `takes` is how many are rendered of each shot, instead of as many as the list says; `generator` and its `options` go over what `composer.toml` beside the list says, and over the user's own; it is not
    told what is named in `without`. Raises `ShotListError` when the list has errors, `GeneratorError` when the generator
    cannot be loaded, cannot do without that, or has no such option, and `UsageError` for an argument that makes no sense.
    """
    maker = chosen(shotlist, generator, options, without)
    return read_choices(shotlist).plan(rehearse(shotlist), maker, PlanOptions(seed, draft, takes=takes))


@checked
def cameras(
    shotlist: ShotList, *, out: str | Path, form: "Form" = "nerfstudio", shots: Sequence[str] | None = None
) -> tuple[Path, ...]:
    """Write the camera of every shot, or of those named, into the folder `out`, a file of its own each (of `colmap`, a
    folder); returns what was written, in the film's order.

    A file has a pose for each frame of the film that the viewer sees, handles left out. Raises `ShotListError`,
    `StorageError`, `UsageError` for a form that there is not, and `KeyError` for shots that the list does not have.
    """
    from composer.composing.cameras_out import export_cameras  # noqa: PLC0415 - slow to load, and only for this

    return export_cameras(rehearse(shotlist), Path(out), form, shots)


@checked
def layers(
    shotlist: ShotList, *, out: str | Path, form: "LayerForm" = "png", shots: Sequence[str] | None = None
) -> tuple[Path, ...]:
    """Write the layers of every shot, or of those named, each by itself with straight alpha, into the folder `out`;
    returns what was written, in the film's order and from back to front.

    `png` gives a folder `SHOT/LAYER` with a file for each frame of the shot's clip, tail handle included, `prores` a file
    `SHOT/LAYER.mov`. Nothing renders. Raises `ShotListError`, `StorageError`, and `UsageError` for shots that the list
    does not have, or that have no layer.
    """
    from composer.composing.layers_out import export_layers  # noqa: PLC0415 - slow to load, and only for this

    return export_layers(rehearse(shotlist), Path(out), form, shots)


@checked
def compose(  # noqa: PLR0913 - what a film depends on, by name
    shotlist: ShotList,
    *,
    out: str | Path,
    generator: str | None = None,
    seed: int | None = None,
    draft: bool = False,
    without: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    on_progress: OnProgress | None = None,
    rehearsal: Rehearsal | None = None,
    conforming: "Conforming | None" = None,
    hand_over: HandOver | None = None,
    workers: int | None = None,
    retries: int = 2,
    only: Sequence[str] = (),
    start: str | None = None,
    retake: Sequence[str] = (),
    lock: Sequence[str] = (),
    undo: Sequence[str] = (),
    pick: Mapping[str, int] | None = None,
    preset: str = "h264",
    cache: str | Path | None = None,
    stems: bool = False,
    subtitles: bool = False,
    takes: int | None = None,
    strict: bool = False,
    asked: "Asked | None" = None,
) -> "Film":
    """Render `shotlist` into the folder `out`; what is there already and has not changed is kept.

    `seed` replaces the list's; `draft` renders small and fast; `generator`, `options`, `without` and `takes` as for `plan`;
    `on_progress` is told every step with the time left; `rehearsal` spares rehearsing the same list again; `conforming`
    says how a generator's own size and rate become the film's, guided by what is declared unless told otherwise;
    `hand_over` how each clip goes on from the one before, as `composer.toml` says unless told otherwise. `workers`
    render at once, as many as suits unless told otherwise; a segment that fails is tried again `retries` times. With
    `only` some shots, or those from the shot `start` on, and what they depend on, the film is put together when the
    others are there. `retake` has other takes of the shots that it names, `lock` keeps the clips that others have in
    `out`, whatever changes, `pick` has that take of a segment (`front/1`, from 0) be its clip, whatever its score, `undo` takes
    all that back: `choices.yaml` beside the list is written before the render starts.
    `preset` is how the film is encoded: `h264`, `hevc`, `av1`, `prores`, `lossless`, or an encoder of the graphics card.
    `subtitles` burns lines into the picture; they lie beside the film either way.
    `stems` writes dialogue, music, effects and ambience beside the film, which sum to its sound before the limiter.
    Clips are kept in the folder `cache`, for all films: in `$COMPOSER_CACHE` or the user's own unless told otherwise.
    Clips that are `strict`ly rendered are all scored at their joins; the gates that they fail are in `Film.failed`, and raised
    by `Film.raise_failed`.
    What comes of it is noted for the command that `asked`, which need not be carried out again while all of it stands.
    Raises `ShotListError`, `UsageError`, `GeneratorError`, `FolderInUseError` and `StorageError`; what was done stays.
    """
    from composer.composing.options import RenderOptions  # noqa: PLC0415 - a check need not wait for encoders
    from composer.composing.recording import read_record  # noqa: PLC0415
    from composer.media import preset as check_preset  # noqa: PLC0415

    folder = Path(out)
    refuse_if_held(folder)
    maker = chosen(shotlist, generator, options, without)
    check_workers(maker.capabilities, workers)
    check_preset(preset)
    known = rehearsal or rehearse(shotlist)
    anew = Choosing.of(retake, lock, undo, pick)
    choices = choose(anew, read_choices(shotlist), maker.capabilities, read_record(folder) if lock else None)
    shots = selected(only, start, [slate.name for slate in known.slates])
    rendering = RenderOptions(
        hand_over=_handed(shotlist, hand_over),
        workers=workers,
        retries=retries,
        shots=shots,
        preset=preset,
        cache=cache_folder(cache),
        stems=stems,
        asked=asked,
        strict=strict,
    )
    if conforming is not None:
        rendering = replace(rendering, conforming=conforming)
    planned = PlanOptions(seed, draft, takes=takes)
    film = _compose(known, choices, maker, planned, folder, on_progress, rendering, subtitles=subtitles)
    return replace(film, warnings=(*choices.dropped, *film.warnings))


@checked
def diff(  # noqa: PLR0913 - what a film depends on, by name
    shotlist: ShotList,
    *,
    out: str | Path,
    generator: str | None = None,
    seed: int | None = None,
    draft: bool = False,
    without: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    hand_over: HandOver | None = None,
    cache: str | Path | None = None,
    takes: int | None = None,
) -> "Difference":
    """Which segments `compose` into the folder `out` would render, and why: against the last render there, and what the
    store has. Nothing renders. Parameters and errors as of `compose`.
    """
    from composer.composing.attributing import Maker  # noqa: PLC0415 - as for rendering
    from composer.composing.differing import difference  # noqa: PLC0415

    maker = chosen(shotlist, generator, options, without)
    known, choices = rehearse(shotlist), read_choices(shotlist)
    how = PlanOptions(seed, draft, chosen=choices.chosen, takes=takes)
    film_plan = choices.plan(known, maker, how)
    with Store(cache_folder(cache)) as store:
        choices.settle(film_plan, store)
        return difference(known, film_plan, Maker(maker, how, _handed(shotlist, hand_over), store), Path(out))


@checked
def fit(
    shotlist: ShotList, film_plan: FilmPlan, *, generator: str | None = None, options: Mapping[str, Any] | None = None
) -> list[str]:
    """What the clips of a plan take of this machine, in lines, as the generator that was planned for estimates it.

    Empty when it does not. Raises `GeneratorError`.
    """
    from composer.generators.fitting import film_lines  # noqa: PLC0415 - nothing else of a plan needs it

    lengths = [segment.length for segment in film_plan.segments if not segment.footage]
    return film_lines(chosen(shotlist, generator, options), film_plan.native_size, lengths)


def chosen(
    shotlist: ShotList,
    generator: str | None = None,
    options: Mapping[str, Any] | None = None,
    without: Sequence[str] = (),
) -> SegmentGenerator:
    """The generator that renders `shotlist`: named here, or by `composer.toml`, else the default one.

    Raises `GeneratorError`.
    """
    return rerun.chosen(lists.folder_of(shotlist), generator, options, without)


@checked
def previz(
    shotlist: ShotList,
    *,
    out: str | Path,
    seed: int | None = None,
    on_progress: OnProgress | None = None,
    rehearsal: Rehearsal | None = None,
    cache: str | Path | None = None,
) -> "Film":
    """Render the animatic of `shotlist` into the folder `out`, small: shot, lens and time are burnt into its frames.

    Raises as `compose` does.
    """
    from composer.composing.options import RenderOptions  # noqa: PLC0415 - a check need not wait for encoders

    refuse_if_held(Path(out))
    maker, known = generators.load(generators.PREVIZ), rehearsal or rehearse(shotlist)
    options, rendering = PlanOptions(seed, draft=True), RenderOptions(burn_in=True, cache=cache_folder(cache))
    return _compose(known, Choices(shotlist), maker, options, Path(out), on_progress, rendering)


def _handed(shotlist: ShotList, hand_over: HandOver | None) -> HandOver:
    return hand_over or handover.hand_over(read_settings(lists.folder_of(shotlist)).handover)


def _compose(  # noqa: PLR0913, PLR0917 - what a film depends on, by name
    rehearsal: Rehearsal,
    choices: Choices,
    maker: SegmentGenerator,
    options: PlanOptions,
    out: Path,
    on_progress: OnProgress | None,
    rendering: "RenderOptions",
    *,
    subtitles: bool = False,
) -> "Film":
    from composer.composing.rendering import render  # noqa: PLC0415 - a check need not wait for encoders
    from composer.composing.sounding import cues  # noqa: PLC0415 - as above

    film_plan = choices.plan(rehearsal, maker, options)
    if subtitles:
        rendering = replace(rendering, cues=cues(rehearsal, film_plan))
    with hold(out), Store(rendering.cache) as store:
        choices.pin(film_plan, store)
        choices.settle(film_plan, store)
        settled()
        return render(rehearsal, film_plan, maker, store, out, on_progress, rendering)
