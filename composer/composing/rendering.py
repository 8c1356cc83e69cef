"""From plan to film: each shot rendered, delivered while the next one renders, and published."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from composer.composing.film import Film
from composer.composing.notes import notes
from composer.composing.publishing import Publication, tidy
from composer.composing.rehearsal import Rehearsal
from composer.composing.studio import Studio
from composer.conform import Conforming
from composer.errors import DamagedError
from composer.handover import HandOver
from composer.run import OnProgress
from composer.store import Entry, Store, cache_folder
from composer.types import FilmPlan, SegmentGenerator


def render(  # noqa: PLR0913 - what a film depends on, by name
    rehearsal: Rehearsal,
    plan: FilmPlan,
    maker: SegmentGenerator,
    folder: Path,
    on_progress: OnProgress | None,
    *,
    burn_in: bool = False,
    conforming: Conforming | None = None,
    hand_over: HandOver | None = None,
    cache: str | Path | None = None,
) -> Film:
    """Render `plan` into `folder`, which the caller holds; `burn_in` writes into its frames which they are.

    `conforming` says how native frames become the film's, guided unless told otherwise, `hand_over` how clips go on from one another,
    `cache` where they are kept.

    Raises `GeneratorError`, `StorageError`, and `DamagedError` when what was made again is damaged again.
    """
    tidy(folder)
    how = conforming or Conforming()
    made: set[str] = set()
    damaged: set[str] = set()
    with Store(cache_folder(cache)) as store:
        while True:
            studio = Studio(rehearsal, plan, maker, store, on_progress, hand_over=hand_over)
            try:
                path = _pass(studio, folder, how, burn_in=burn_in)
                break
            except DamagedError as error:
                if error.key in damaged:
                    raise
                damaged.add(error.key)
            finally:
                made |= studio.made
    return Film(path, folder, plan, studio.kept + len(studio.made) - len(made))


def _pass(studio: Studio, folder: Path, how: Conforming, *, burn_in: bool) -> Path:
    """Have every clip, and publish the film. Raises `DamagedError` when one that was there is not as it was written."""
    rehearsal, plan, maker, on_progress = studio.rehearsal, studio.plan, studio.maker, studio.meter.on_progress
    deliveries: list[Future[Entry]] = []
    with closing(studio), _encoding() as encoder:
        for plate in plan.plates:
            studio.render(plate)
        for shot in plan.shots:
            for segment in shot.segments:
                studio.render(segment)
            told = notes(rehearsal, shot, plan.size) if burn_in else ()
            deliveries.append(encoder.submit(studio.deliver, shot, told, studio.guidance(shot, how)))
            _raise_failed(deliveries)
        done = [delivery.result() for delivery in deliveries]
    return Publication(rehearsal, plan, done, maker.capabilities.invents).publish(folder, on_progress)


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
