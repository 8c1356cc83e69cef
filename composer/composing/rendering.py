"""From plan to film: its segments and shots as tasks that wait for one another, done side by side, and published."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from composer.composing.film import Film
from composer.composing.gating import TAKES, takes_json, unkept
from composer.composing.options import RenderOptions
from composer.composing.publishing import Publication, write_clips
from composer.composing.reconciled import altered_prefixes, reconciled, write_reconciled
from composer.composing.recording import recorded
from composer.composing.rehearsal import Rehearsal, rehearse
from composer.composing.shot_sounds import out_of_step
from composer.composing.studio import Studio
from composer.composing.takes import Choice
from composer.composing.vouching import vouch
from composer.composing.workforce import workers
from composer.errors import DamagedError, IncompleteError, StorageError
from composer.run import (
    Board,
    Done,
    Engine,
    Inline,
    Listener,
    OnProgress,
    Outcome,
    Processes,
    Task,
    Threads,
    carry_out,
    tidy,
    trace,
)
from composer.schema import ShotList
from composer.store import Store, write_whole
from composer.types import FilmPlan, SegmentGenerator, SegmentPlan, ShotPlan

RENDER, DELIVER = "render", "deliver"
"""The stages of the tasks of a film: a task is named after its segment, or its shot."""

TRACE = "timeline.json"


def render(  # noqa: PLR0913, PLR0917 - what a film depends on, by name
    rehearsal: Rehearsal,
    plan: FilmPlan,
    maker: SegmentGenerator,
    store: Store,
    folder: Path,
    on_progress: OnProgress | None,
    options: RenderOptions,
) -> Film:
    """Render `plan` into `folder`, which the caller holds: what the store has is kept, all else is made.

    Raises `StorageError`; `IncompleteError` when segments failed, once all that does not need them is done;
    `DamagedError` when what was made again is damaged again.
    """
    tidy(folder)
    board, damaged, made = Board(plan.title, on_progress, folder), set[str](), set[str]()
    with _traced(board, folder), board.telling():
        while True:
            try:
                return _Pass(rehearsal, plan, maker, store, folder, board, options, made, frozenset(damaged)).film()
            except DamagedError as error:  # it was set aside: the next pass finds all that is good, and makes it anew
                if error.key in damaged:
                    raise
                damaged.add(error.key)
                store.forget(error.key)


@contextmanager
def _traced(board: Board, folder: Path) -> Iterator[None]:
    """Say when a render did what."""
    try:
        yield
    finally:
        if board.spans:
            with suppress(StorageError):
                write_whole(folder / TRACE, trace(board.spans, board.started_s))


@dataclass(frozen=True)
class FilmJob:
    """All that a worker needs to work on a film, wherever it is. `studio` is one that stands here already."""

    shotlist: ShotList
    plan: FilmPlan
    maker: SegmentGenerator
    store: Store
    options: RenderOptions
    studio: Studio | None = None

    def open(self, listener: Listener, /) -> Studio:
        """The studio of whoever works here; in another process it rehearses for itself."""
        if self.studio is not None:
            return self.studio
        studio = Studio(rehearse(self.shotlist), self.plan, self.maker, self.store, listener, self.options)
        studio.draws_ahead = False
        return studio

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"studio": None}


@dataclass(frozen=True)
class _Pass:
    """One pass over a film: what the store has is found, the rest is done, and the whole is published."""

    rehearsal: Rehearsal
    plan: FilmPlan
    maker: SegmentGenerator
    store: Store
    folder: Path
    board: Board
    options: RenderOptions
    made: set[str]  # segments that this render made, in whichever pass
    damaged: frozenset[str]  # entries that earlier passes met

    def film(self) -> Film:
        studio = Studio(self.rehearsal, self.plan, self.maker, self.store, self.board, self.options)
        with closing(studio):
            done = self._found(studio)
            if self.damaged:
                studio.prove(done.values())
            tasks = self._tasks(studio, done)
            self.board.expect(tasks)
            for task in tasks:
                if task.name in done:
                    self.board.keep(task.name)
            waiting = [task for task in tasks if task.name not in done]
            with self._recorded(studio, done):
                outcome = self._done(studio, waiting, done) if waiting else Outcome(done, {}, {})
            film = self._published(studio, outcome)
            if not film.missing and self.options.asked:
                vouch(self.options.asked, studio, film, tasks, outcome.done)
            return film

    @contextmanager
    def _recorded(self, studio: Studio, done: Mapping[str, Done]) -> Iterator[None]:
        """Write down what was made, however the work inside ends."""
        seconds: dict[str, float] = {}
        with recorded(self.folder, studio.keys, self.plan, studio.clips, seconds):
            try:
                yield
            finally:
                seconds |= self.board.seconds()
                self.made.update(name for name, one in done.items() if not one.kept)
                studio.find_all({name: one.key for name, one in done.items()})

    def _found(self, studio: Studio) -> dict[str, Done]:
        """What is in the store already, as far as that can be told before anything else is made."""
        segments = ((segment.id, studio.find(segment)) for segment in self.plan.segments)
        known = {name: done for name, done in segments if done}
        shots = ((shot.shot, studio.find_delivery(shot)) for shot in self.plan.shots)
        return known | {name: done for name, done in shots if done}

    def _tasks(self, studio: Studio, known: Mapping[str, Done]) -> list[Task]:
        """What is to be done for the shots that are asked for, what they wait for included, in the film's order."""
        asked = self.options.shots
        shots = [shot for shot in self.plan.shots if asked is None or shot.shot in asked]
        segments = {segment.id: segment for segment in self.plan.segments}
        wanted = {segment.id for shot in shots for segment in shot.segments}
        wanted |= {plate.id for plate in self.plan.plates} if asked is None else set()
        reached = list(wanted - known.keys())
        for name in reached:
            needed = set(studio.takes.reads(segments[name])) - wanted
            wanted |= needed
            reached += needed - known.keys()
        tasks = [_rendering(plate, studio) for plate in self.plan.plates if plate.id in wanted]
        delivered = {shot.shot for shot in shots}
        for shot in self.plan.shots:
            tasks += [_rendering(segment, studio) for segment in shot.segments if segment.id in wanted]
            tasks += [_delivering(shot)] if shot.shot in delivered else []
        return tasks

    def _done(self, studio: Studio, tasks: Sequence[Task], done: dict[str, Done]) -> Outcome:
        engine = self._engine(studio, tasks)
        try:
            outcome = carry_out(tasks, done, engine, self.board, self.options.retries)
        except BaseException as error:
            engine.close(now=not isinstance(error, Exception))  # only an interrupt leaves what runs
            raise
        engine.close()
        studio.settle()
        return outcome

    def _engine(self, studio: Studio, tasks: Sequence[Task]) -> Engine:
        job = FilmJob(self.rehearsal.shotlist, self.plan, self.maker, self.store, self.options, studio)
        can = self.maker.capabilities
        slots = workers(can, self.options.workers, tasks)
        if slots == 1:
            return Inline(job, self.board)
        studio.draws_ahead = False
        if can.at_once == "threads":
            return Threads(job, self.board, slots)
        return Processes(job, self.board, slots, self.store.get)

    def _published(self, studio: Studio, outcome: Outcome) -> Film:
        """The film when all its shots are there, else the clips of those that are."""
        done = outcome.done
        shots = [shot for shot in self.plan.shots if shot.shot in done]
        entries = studio.delivered(done[shot.shot] for shot in shots)
        missing = tuple(shot.shot for shot in self.plan.shots if shot.shot not in done)
        made = sum(segment.id in self.made for segment in self.plan.segments)
        if missing:
            write_clips(self.folder, zip(shots, entries, strict=True))
        if outcome.failed:
            raise _incomplete(outcome)
        kept = sum(segment.id in done for segment in self.plan.segments) - made
        choices, told = studio.choices(), reconciled(self.plan, studio.clips)
        write_reconciled(self.folder, self.plan, told)
        unmoved = out_of_step(self.rehearsal, zip(shots, entries, strict=True))
        altered = altered_prefixes(self.rehearsal, self.plan, told)
        warnings = (*unmoved, *altered, *unkept(self.rehearsal, self.plan, choices))
        film = Film(self.folder, self.plan, made, kept, missing, self.options.preset, warnings, choices)
        if not missing:
            invents = self.maker.capabilities.invents
            takes = takes_json(choices, studio.takes.limits) if choices else ""
            publication = Publication(self.rehearsal, self.plan, entries, invents, self.options, takes, told)
            publication.publish(self.folder, self.board.on_progress)
            self._pin(choices)
        return film

    def _pin(self, choices: Sequence[Choice]) -> None:
        """Have the store keep the takes of which one was chosen for as long as the film's folder names them."""
        for choice in choices:
            for taken in choice.takes if len(choice.takes) > 1 else ():
                if self.store.get(taken.key):
                    self.store.pin(taken.key, by=self.folder / TAKES)


def _rendering(segment: SegmentPlan, studio: Studio) -> Task:
    takes = studio.takes.of(segment)
    units = float(segment.length - segment.prefix) * (takes.least if takes else 1)
    return Task(segment.id, RENDER, units, studio.takes.reads(segment))


def _delivering(shot: ShotPlan) -> Task:
    return Task(shot.shot, DELIVER, after=tuple(segment.id for segment in shot.segments), beside=True)


def _incomplete(outcome: Outcome) -> IncompleteError:
    lines = list(outcome.failed.values())
    waiting = sorted({name.split("/")[0] for name in outcome.blocked} - {name.split("/")[0] for name in outcome.failed})
    if waiting:
        lines.append(f"not done, since they need what failed: {', '.join(waiting)}")
    return IncompleteError("\n".join([*lines, "all else is done and kept"]), outcome.failed)
