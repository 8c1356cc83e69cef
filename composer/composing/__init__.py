"""The product: a shot list becomes a film. Every stage is joined to the next in this package, and only here."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from composer import generators, handover
from composer import shotlist as lists
from composer.composing.rehearsal import Rehearsal, rehearse
from composer.errors import Fault
from composer.handover import HandOver
from composer.planning import PlanOptions
from composer.run import OnProgress, hold
from composer.schema import ShotList
from composer.settings import read_settings
from composer.types import FilmPlan, SegmentGenerator

if TYPE_CHECKING:
    from composer.camera.formats import Form
    from composer.composing.film import Film
    from composer.conform import Conforming

__all__ = ["Rehearsal", "cameras", "check", "chosen", "compose", "fit", "plan", "previz", "rehearse"]


def check(shotlist: ShotList) -> tuple[Fault, ...]:
    """Every fault and warning of a shot list, places, motion and cameras included, in file order; nothing renders."""
    return rehearse(shotlist).faults


def plan(
    shotlist: ShotList,
    *,
    generator: str | None = None,
    seed: int | None = None,
    draft: bool = False,
    without: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
) -> FilmPlan:
    """Segments, joins, memory sources, seeds, losses and exact frames; nothing renders.

    `generator` and its `options` go over what `composer.toml` beside the list says, and over the user's own; it is not
    told what is named in `without`. Raises `ShotListError` when the list has errors, `GeneratorError` when the generator
    cannot be loaded, cannot do without that, or has no such option.
    """
    maker = chosen(shotlist, generator, options, without)
    return rehearse(shotlist).plan(maker.capabilities, PlanOptions(seed, draft), generators.counter_of(maker))


def cameras(
    shotlist: ShotList, *, out: str | Path, form: "Form" = "nerfstudio", shots: Sequence[str] | None = None
) -> tuple[Path, ...]:
    """Write the camera of every shot, or of those named, into the folder `out`, a file of its own each (of `colmap`, a
    folder); returns what was written, in the film's order.

    A file has a pose for each frame of the film that the viewer sees, handles left out. Raises `ShotListError`,
    `StorageError`, and `KeyError` for shots that the list does not have.
    """
    from composer.composing.cameras_out import export_cameras  # noqa: PLC0415 - slow to load, and only for this

    return export_cameras(rehearse(shotlist), Path(out), form, shots)


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
    cache: str | Path | None = None,
) -> "Film":
    """Render `shotlist` into the folder `out`; what is there already and has not changed is kept.

    `seed` replaces the list's; `draft` renders small and fast; `generator`, `options` and `without` as for `plan`;
    `on_progress` is told every step with the time left; `rehearsal` spares rehearsing the same list again; `conforming`
    says how a generator's own size and rate become the film's, guided by what is declared unless told otherwise;
    `hand_over` how each clip goes on from the one before, as `composer.toml` says unless told otherwise;
    `cache` where clips are kept, shared by films: `$COMPOSER_CACHE` or the user's cache unless told otherwise.
    Raises `ShotListError`, `GeneratorError`, `FolderInUseError` and `StorageError`; what was done before stays.
    """
    maker = chosen(shotlist, generator, options, without)
    known = rehearsal or rehearse(shotlist)
    how = hand_over or handover.hand_over(read_settings(lists.folder_of(shotlist)).handover)
    return _compose(
        known,
        maker,
        PlanOptions(seed, draft),
        Path(out),
        on_progress,
        conforming=conforming,
        hand_over=how,
        cache=cache,
    )


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
    said = read_settings(lists.folder_of(shotlist))
    for named in said.options:
        generators.find(named)
    name = generator or said.generator or generators.DEFAULT
    return generators.withhold(generators.load(name, {**said.options.get(name, {}), **(options or {})}), without)


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
    maker = generators.load(generators.PREVIZ)
    options = PlanOptions(seed, draft=True)
    return _compose(rehearsal or rehearse(shotlist), maker, options, Path(out), on_progress, burn_in=True, cache=cache)


def _compose(  # noqa: PLR0913 - what a film depends on, by name
    rehearsal: Rehearsal,
    maker: SegmentGenerator,
    options: PlanOptions,
    out: Path,
    on_progress: OnProgress | None,
    *,
    burn_in: bool = False,
    conforming: "Conforming | None" = None,
    hand_over: HandOver | None = None,
    cache: str | Path | None = None,
) -> "Film":
    from composer.composing.rendering import render  # noqa: PLC0415 - a check need not wait for encoders to be imported

    film_plan = rehearsal.plan(maker.capabilities, options, generators.counter_of(maker))
    with hold(out):
        return render(
            rehearsal,
            film_plan,
            maker,
            out,
            on_progress,
            burn_in=burn_in,
            conforming=conforming,
            hand_over=hand_over,
            cache=cache,
        )
