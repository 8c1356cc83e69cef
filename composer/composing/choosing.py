"""Retakes, locks and picks: what `choices.yaml` beside a list says, what a command changes there, and the plan that follows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from composer import generators
from composer import shotlist as lists
from composer.composing.rehearsal import Rehearsal
from composer.composing.selecting import checked_take, no_shot, segment_of, split_names
from composer.errors import ChoiceError, Fault, Problem, ShotListError
from composer.planning import PlanOptions, misfits, mispicks, same_again
from composer.schema import ShotList
from composer.schema.choices import MOST_TAKES, NOTHING, Choice, Chosen, Lock
from composer.shotlist import Written
from composer.store import Entry, Store, storage_error, sweep_left, write_whole
from composer.types import Capabilities, FilmPlan, SegmentGenerator

if TYPE_CHECKING:
    from composer.composing.recording import Record


@dataclass(frozen=True)
class Choosing:
    """What one command chooses anew: shots that are retaken, locked, or put back to what they were at first; and takes of
    segments.
    """

    retake: tuple[str, ...] = ()
    lock: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    pick: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        retake: Iterable[str] = (),
        lock: Iterable[str] = (),
        undo: Iterable[str] = (),
        pick: Mapping[str, int] | None = None,
    ) -> "Choosing":
        """By names, of which each may hold several, separated by commas; `pick` by segment. Raises `ChoiceError` for a shot
        that is named twice.
        """
        asked = cls(split_names(retake), split_names(lock), split_names(undo), pick or {})
        of_picks = dict.fromkeys(name.partition("/")[0] for name in asked.pick)
        named = [*asked.retake, *asked.lock, *asked.undo, *of_picks]
        for name in named:
            if named.count(name) > 1:
                raise ChoiceError(f"`{name}` is to be two of retaken, locked, picked and undone; expected one of them")
        return asked

    def __bool__(self) -> bool:
        return bool(self.retake or self.lock or self.undo or self.pick)


@dataclass(frozen=True, eq=False)
class Choices:
    """What was chosen of the takes of one list. `path` is None for a list that is no file: nothing is chosen of it.

    `fresh` are the shots that are locked, and the segments of which a take is picked, by this very command: they have no
    place in the file yet. `dropped` says of picks that a retake took with it.
    """

    shotlist: ShotList
    path: Path | None = None
    stem: str = ""
    written: Written = field(default_factory=lambda: Written({}))
    fresh: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    dropped: tuple[Fault, ...] = ()

    @property
    def chosen(self) -> Chosen:
        return self.written.lists.get(self.stem, {})

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is chosen of shots that the list does not have, or that are locked."""
        shots = [shot.shot for shot in self.shotlist.shots]
        unknown = lists.unknown_shots(self.stem, self.chosen, shots)
        return self.written.locate((*unknown, *lists.locked_picks(self.stem, self.chosen)))

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is chosen of lists that are not there."""
        found = lists.unknown_lists(self.written.lists, self.path.parent) if self.path else ()
        return self.written.locate(found)

    def plan(self, rehearsal: Rehearsal, maker: SegmentGenerator, options: PlanOptions) -> FilmPlan:
        """The film of these takes, picks and locks. Raises `ShotListError`, and `ChoiceError` for what is fresh and cannot be."""
        rehearsal.raise_errors(self.faults)
        chosen = replace(options, chosen=self.chosen)
        film_plan = rehearsal.plan(maker.capabilities, chosen, generators.counter_of(maker))
        for shot in film_plan.shots:
            if shot.shot in self.fresh and not shot.segments[0].locked:
                said = f"`{shot.shot}` has other frames now than when it was last rendered there"
                raise ChoiceError(f"{said}; render it first, then lock it")
        picks = mispicks(film_plan, self.chosen, maker.capabilities)
        for problem in picks:
            if "{0}/{2}".format(*problem.path) in self.fresh:
                raise ChoiceError("; ".join((problem.message, *problem.expected[:-1])))
        problems = (*misfits(film_plan, self.chosen), *picks)
        _raise(self.written.locate(replace(problem, path=(self.stem, *problem.path)) for problem in problems))
        return film_plan

    def settle(self, film_plan: FilmPlan, store: Store) -> None:
        """Hold the locks against the store, and write the file where something has changed; what was chosen of other
        lists meanwhile stays in it. Raises `ShotListError` for clips that are gone, `StorageError`.
        """
        gone = []
        for shot in film_plan.shots:
            for index, segment in enumerate(shot.segments):
                if segment.locked and not _is_clip(store.get(segment.locked)):
                    if shot.shot in self.fresh:
                        raise ChoiceError(
                            f"the store no longer has `{segment.id}`: render `{shot.shot}` before it is locked"
                        )
                    said = f"the store no longer has the clip that `{segment.id}` is locked to"
                    path = (self.stem, shot.shot, "lock", "clips", index)
                    gone.append(Problem(path, "lost-clip", said, (f"`--undo {shot.shot}` renders it again",)))
        _raise(self.written.locate(gone))
        if self.path is None:
            return
        if self.touched:
            sweep_left(self.path.parent, self.path.name)
            _write(self.path, self._merged(lists.read_choices(self.path).lists))

    def _merged(self, written: Mapping[str, Chosen]) -> dict[str, Chosen]:
        """What the file is to hold: what it holds now, but for the shots that this command chose anew."""
        now = {name: choice for name, choice in written.get(self.stem, {}).items() if name not in self.touched}
        now |= {name: choice for name, choice in self.chosen.items() if name in self.touched}
        return {**written, self.stem: _in_order(now, self.shotlist)}

    def pin(self, film_plan: FilmPlan, store: Store) -> None:
        """Have the store keep the clips that shots are locked to for as long as the file names them. Raises `StorageError`."""
        for segment in film_plan.segments:
            if segment.locked and self.path is not None:
                store.pin(segment.locked, by=self.path)


def read_choices(shotlist: ShotList) -> Choices:
    """What was chosen of a list's takes: nothing of one that is no file. Raises `ShotListError` with every fault."""
    folder, file = lists.folder_of(shotlist), lists.file_of(shotlist)
    if folder is None or file is None or file.name == lists.CHOICES:
        return Choices(shotlist)
    path = folder / lists.CHOICES
    return Choices(shotlist, path, file.stem, lists.read_choices(path))


def choose(asked: Choosing, choices: Choices, can: Capabilities, record: "Record | None") -> Choices:
    """`choices` with what is asked: takes are raised by one, locks hold the clips of the last render, what is picked goes
    over what was, what is undone is gone. Raises `ChoiceError`.
    """
    if not asked:
        return choices
    if choices.path is None:
        raise ChoiceError(f"takes are chosen in {lists.CHOICES} beside a list; this one is no file that has one")
    shots = {shot.shot: shot for shot in choices.shotlist.shots}
    _know(asked, shots, choices.chosen)
    chosen = {name: choice for name, choice in choices.chosen.items() if name not in asked.undo}
    for name in asked.retake:
        chosen[name] = _retaken(name, chosen.get(name, NOTHING), can, footage=shots[name].footage is not None)
    for name in asked.lock:
        if shots[name].footage is not None:
            raise ChoiceError(f"`{name}` cannot be locked: it is footage, and stays as its file is")
        chosen[name] = _locked(chosen.get(name, NOTHING), _lock(name, record))
    picked = {segment_of(name, shots): checked_take(name, take) for name, take in asked.pick.items()}
    for (name, index), take in picked.items():
        chosen[name] = _picked(name, chosen.get(name, NOTHING), index, take)
    ordered = _in_order(chosen, choices.shotlist)
    written = replace(choices.written, lists={**choices.written.lists, choices.stem: ordered})
    touched = frozenset((*asked.retake, *asked.lock, *asked.undo, *(name for name, _ in picked)))
    fresh = frozenset((*asked.lock, *(f"{name}/{index}" for name, index in picked)))
    dropped = choices.written.locate(_dropped(asked.retake, choices))
    return replace(choices, written=written, fresh=fresh, touched=touched, dropped=dropped)


def _dropped(retaken: Iterable[str], choices: Choices) -> Iterator[Problem]:
    for name in retaken:
        for index, take in choices.chosen.get(name, NOTHING).picks.items():
            said = f"take {take} of `{name}/{index}` is no longer picked: a retake of `{name}` has other takes"
            path, hint = (choices.stem, name, "picks", str(index)), f"`--pick {name}/{index}=TAKE` picks one of them"
            yield Problem(path, "pick", said, (hint,), severity="warning")


def _in_order(chosen: Mapping[str, Choice], shotlist: ShotList) -> Chosen:
    """What is chosen, in the order of the film's shots."""
    places = {shot.shot: place for place, shot in enumerate(shotlist.shots)}
    return {name: chosen[name] for name in sorted(chosen, key=lambda name: places.get(name, len(places)))}


def _is_clip(entry: Entry | None) -> bool:
    return entry is not None and entry.kind == "native"


def _know(asked: Choosing, shots: Iterable[str], chosen: Iterable[str]) -> None:
    """What is undone may be a shot that the list has no longer."""
    there, undoable = list(shots), list(dict.fromkeys((*shots, *chosen)))
    for names, known in (((*asked.retake, *asked.lock), there), (asked.undo, undoable)):
        for name in names:
            if name not in known:
                raise ChoiceError(no_shot(name, known))


def _retaken(name: str, choice: Choice, can: Capabilities, *, footage: bool) -> Choice:
    if choice.lock:
        raise ChoiceError(f"`{name}` is locked, so a retake would not be seen; `--undo {name}` unlocks it")
    if choice.take == MOST_TAKES:
        raise ChoiceError(f"`{name}` has no take after {MOST_TAKES}")
    if why := "it is footage" if footage else same_again(can):
        raise ChoiceError(f"a retake of `{name}` is the same film again: {why}")
    return choice.model_copy(update={"take": choice.take + 1, "picks": {}})


def _picked(name: str, choice: Choice, index: int, take: int) -> Choice:
    if choice.lock:
        raise ChoiceError(f"`{name}` is locked, so a pick would not be seen; `--undo {name}` unlocks it")
    return choice.model_copy(update={"picks": dict(sorted({**choice.picks, index: take}.items()))})


def _locked(choice: Choice, lock: Lock) -> Choice:
    """The same clips locked once more are what they were. A lock holds what was picked, so that no pick is needed."""
    same = choice.lock and choice.lock.clips == lock.clips
    return choice.model_copy(update={"lock": choice.lock if same else lock, "picks": {}})


def _lock(name: str, record: "Record | None") -> Lock:
    clips = record.shot(name) if record else ()
    if not clips:
        raise ChoiceError(f"`{name}` has no clips to be locked in that folder; render it first, then lock it")
    return Lock.model_construct(
        frames=tuple(clip.frames for clip in clips),
        size=clips[0].size,
        fps=clips[0].fps,
        clips=tuple(clip.key for clip in clips),
        shows=tuple(clip.shows for clip in clips),
    )


def _write(path: Path, chosen: Mapping[str, Chosen]) -> None:
    text = lists.written(chosen)
    if text:
        write_whole(path, text)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, path) from error


def _raise(faults: tuple[Fault, ...]) -> None:
    if faults:
        raise ShotListError(faults, "\n".join(lists.render(fault) for fault in faults))
