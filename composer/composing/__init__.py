"""The product: a shot list becomes a film. Every stage is joined to the next in this package, and only here."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from composer import generators
from composer.composing.film import Film
from composer.composing.publishing import Publication
from composer.composing.rehearsal import Rehearsal, rehearse
from composer.composing.studio import Studio
from composer.errors import Fault
from composer.planning import PlanOptions
from composer.run import OnProgress, hold
from composer.schema import ShotList
from composer.store import Entry, Store
from composer.types import FilmPlan

__all__ = ["Film", "Rehearsal", "check", "compose", "plan", "rehearse"]


def check(shotlist: ShotList) -> tuple[Fault, ...]:
    """Every fault and warning of a shot list, places, motion and cameras included, in file order; nothing renders."""
    return rehearse(shotlist).faults


def plan(shotlist: ShotList, *, generator: str | None = None, seed: int | None = None, draft: bool = False) -> FilmPlan:
    """Segments, joins, memory sources, seeds, losses and exact frames; nothing renders.

    Raises `ShotListError` when the list has errors, `GeneratorError` when the generator cannot be loaded.
    """
    maker = generators.load(generator or generators.DEFAULT)
    return rehearse(shotlist).plan(maker.capabilities, PlanOptions(seed, draft))


def compose(
    shotlist: ShotList,
    *,
    out: str | Path,
    generator: str | None = None,
    seed: int | None = None,
    draft: bool = False,
    on_progress: OnProgress | None = None,
) -> Film:
    """Render `shotlist` into the folder `out`; what is there already and has not changed is kept.

    `seed` replaces the list's; `draft` renders small and fast; `on_progress` is told every step with the time left.
    Raises `ShotListError`, `GeneratorError`, `FolderInUseError` and `StorageError`; what was done before stays.
    """
    maker = generators.load(generator or generators.DEFAULT)
    rehearsal = rehearse(shotlist)
    film_plan = rehearsal.plan(maker.capabilities, PlanOptions(seed, draft))
    folder = Path(out)
    with hold(folder), _encoding() as encoder:
        studio = Studio(rehearsal, film_plan, maker, Store(folder / ".store"), on_progress)
        deliveries: list[Future[Entry]] = []
        for shot in film_plan.shots:
            natives = [studio.render(segment) for segment in shot.segments]
            deliveries.append(encoder.submit(studio.deliver, shot, natives))
            _raise_failed(deliveries)
        done = [delivery.result() for delivery in deliveries]
        path = Publication(rehearsal, film_plan, done, maker.capabilities.invents).publish(folder, on_progress)
    return Film(path, folder, film_plan, studio.kept)


@contextmanager
def _encoding() -> Iterator[ThreadPoolExecutor]:
    """A thread that encodes finished shots while the next one renders; what waits is dropped when the render stops."""
    encoder = ThreadPoolExecutor(1, thread_name_prefix="delivery")
    try:
        yield encoder
    finally:
        encoder.shutdown(cancel_futures=True)


def _raise_failed(deliveries: Sequence[Future[Entry]]) -> None:
    for delivery in deliveries:
        if delivery.done():
            delivery.result()
