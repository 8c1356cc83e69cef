"""A worker on one film: clips come from the store when they are there, from the generator when not."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from composer.composing.clips import Clips
from composer.composing.delivering import Deliveries
from composer.composing.keys import Keys
from composer.composing.options import RenderOptions
from composer.composing.rehearsal import Rehearsal
from composer.composing.requests import Requests
from composer.composing.takes import Choice, Taken, Takes
from composer.errors import DamagedError, StorageError
from composer.generate import generate
from composer.run import Done, Listener, Nobody, spanning
from composer.store import Entry, Store
from composer.timing import FrameRange
from composer.types import Clip, FilmPlan, SegmentGenerator, SegmentPlan, ShotPlan


class Studio:
    """Renders segments and delivers shots, each from what it depends on.

    While a generator works on one, the clip before it is written and what the next one is given is drawn.
    """

    def __init__(
        self,
        rehearsal: Rehearsal,
        film_plan: FilmPlan,
        maker: SegmentGenerator,
        store: Store,
        listener: Listener | None = None,
        options: RenderOptions | None = None,
    ) -> None:
        self.rehearsal, self.plan, self.maker, self.store = rehearsal, film_plan, maker, store
        self.listener, self.how = listener or Nobody(), options or RenderOptions()
        self.draws_ahead = True  # unless others render beside it
        self.clips = Clips(store, film_plan.title, self.listener)
        self.requests = Requests(rehearsal, film_plan, maker.capabilities, self.clips, self.how.hand_over)
        self.projector, self.handing = self.requests.projector, self.requests.handing
        self.keys = Keys(rehearsal, maker.capabilities, self.requests)
        self.takes = Takes(self.keys, self.clips, strict=self.how.strict)
        self.deliveries = Deliveries(rehearsal, film_plan, self.requests, store, self.how)
        self._shots = {shot.shot: shot for shot in film_plan.shots}
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="ahead")

    def close(self) -> None:
        """Wait until all that was made is on disk."""
        self._ahead.shutdown(cancel_futures=True)
        self.clips.close()

    def settle(self) -> None:
        """Wait until all that was made is on disk. Raises `StorageError` when some of it could not be written."""
        self.clips.settle()

    def perform(self, task: str, known: Mapping[str, str]) -> Done:
        """Do a task by its name, that of a segment or of a shot, from the clips under the keys that are `known`.

        Raises `GeneratorError`, `StorageError`; `DamagedError` when one of those clips is there no longer.
        """
        self._gather(known)
        if task in self.requests.segments:
            return self.render(self.requests.segments[task])
        return self.deliver(self._shots[task])

    def find_all(self, known: Mapping[str, str]) -> None:
        """Take the clips of segments that other workers made from the store, as far as they are there."""
        for name, key in known.items():
            if name in self.requests.segments and not self.clips.made(name):
                self.clips.find(name, key)

    def _gather(self, known: Mapping[str, str]) -> None:
        for segment_id, key in known.items():
            if not self.clips.made(segment_id) and not self.clips.find(segment_id, key):
                raise DamagedError(key)

    def find(self, segment: SegmentPlan) -> Done | None:
        """The clip of `segment` when it is in the store, as far as that can be told before others are made."""
        if not all(self.clips.made(name) for name in self.takes.reads(segment)):
            return None
        if self.takes.of(segment):
            choice = self.takes.found(segment)
            return Done(choice.clip.key, kept=True) if choice else None
        key = self.keys.key(segment, self.clips.content)
        return Done(key, kept=True) if self.clips.find(segment.id, key) else None

    def prove(self, found: Iterable[Done]) -> None:
        """Read all of what was found: where one entry is damaged, others may be. Raises `DamagedError` for the first."""
        bad = [key for key in (one.key for one in found) if not self._is_good(key)]
        if bad:
            raise DamagedError(bad[0])

    def _is_good(self, key: str) -> bool:
        entry = self.store.get(key)
        try:
            return entry is not None and all(entry.path(name) for name in entry.digests)
        except DamagedError:
            return False

    def find_delivery(self, shot: ShotPlan) -> Done | None:
        """The delivery of `shot` when it is in the store."""
        if not all(self.clips.made(segment.id) for segment in shot.segments):
            return None
        entry = self.deliveries.find(shot)
        return Done(entry.key, kept=True) if entry else None

    def render(self, segment: SegmentPlan) -> Done:
        """Have the native clip of `segment`, lossless: of its takes the one that is chosen, where it has several.

        Raises `GeneratorError`, `StorageError`.
        """
        if found := self.find(segment):
            return found
        if segment.locked:
            said = f"the clip that `{segment.id}` is locked to is gone from the store since the render began"
            raise StorageError(said)
        ahead = self._next(segment) if self.draws_ahead else None
        ready = self._ahead.submit(self._prepare, ahead) if ahead else None
        if self.takes.of(segment):
            done = self._best(segment)
        else:
            done = Done(self.keys.key(segment, self.clips.content))
            clip = self.make(segment, lambda share: self.listener.share(segment.id, share))
            self.clips.keep(segment, done.key, clip)  # before all else: nothing that goes wrong now may cost it
        if ready:
            ready.result()
        if segment.is_plate:  # which no shot delivers
            self.clips.delivered([segment.id])
        return done

    def _best(self, segment: SegmentPlan) -> Done:
        """The take that is chosen of those that there are to be, made as far as they are not there."""
        made: set[int] = set()

        def taken(number: int) -> Taken:
            return self.takes.stored(segment, number) or self._scored(segment, number, made)

        while True:
            choice = self.takes.decide(segment, taken)
            assert choice
            name = self._have(segment, choice.chosen, made)
            if self.clips.content(name) == choice.clip.content:
                break
            self._scored(segment, choice.chosen, made)  # it was gone, and a generator that is not exact made another
        self.clips.choose(segment.id, name)
        self.clips.delivered(self.takes.name(segment, other) for other in made - {choice.chosen})
        return Done(choice.clip.key, kept=not made)

    def _scored(self, segment: SegmentPlan, number: int, made: set[int]) -> Taken:
        name = self._have(segment, number, made)
        with spanning(self.listener, segment.id, "score"):
            pictures = np.stack(list(self.clips.frames(name, FrameRange(0, segment.length))))
            return self.takes.scored(segment, number, pictures)

    def _have(self, segment: SegmentPlan, number: int, made: set[int]) -> str:
        """The name of a take in `clips`, made unless it is there; those before it are then held in memory no longer."""
        name, key = self.takes.name(segment, number), self.takes.key(segment, number)
        if self.clips.made(name) or self.clips.find(name, key):
            return name
        self.clips.delivered(self.takes.name(segment, other) for other in made)
        takes = self.takes.of(segment)
        share = 1 / max(number + 1, takes.least if takes else 1)
        take = self.takes.take(segment, number)
        clip = self.make(take, lambda done: self.listener.share(segment.id, share * (number + done)))
        self.clips.keep(take, key, clip, name)
        made.add(number)
        return name

    def _next(self, segment: SegmentPlan) -> SegmentPlan | None:
        """What will most likely be rendered next."""
        later = iter(self.plan.segments)
        for one in later:
            if one.id == segment.id:
                break
        return next((one for one in later if not self.clips.made(one.id)), None)

    def _prepare(self, segment: SegmentPlan) -> None:
        with spanning(self.listener, segment.id, "draw ahead"):
            self.requests.prepare(segment)

    def make(self, segment: SegmentPlan, on_share: Callable[[float], None]) -> Clip:
        """Have the generator make the clip, and hold it against its place. Raises `GeneratorError`."""
        prefix = self.requests.prefix(segment)
        request = self.requests.request(segment, prefix)
        with spanning(self.listener, segment.id, "generate"):
            clip = generate(self.projector.maker if segment.footage else self.maker, request, on_share)
        with spanning(self.listener, segment.id, "reconcile"):
            frames, told = self.handing.accepted(segment, clip.frames, prefix, request.prefix)
        return replace(clip, frames=frames, provenance={**clip.provenance, **told})

    def deliver(self, shot: ShotPlan) -> Done:
        """Have the clip of `shot` as it is seen. Raises `StorageError`."""
        try:
            with spanning(self.listener, shot.shot, "deliver"):
                entry = self.deliveries.deliver(shot)
        finally:
            self.clips.delivered(segment.id for segment in shot.segments)
        return Done(entry.key)

    def choices(self) -> tuple[Choice, ...]:
        """What was chosen of the takes of each segment that is there."""
        there = [segment for segment in self.plan.segments if self.clips.made(segment.id) and self.takes.of(segment)]
        ready = [segment for segment in there if all(map(self.clips.made, self.takes.reads(segment)))]
        return tuple(choice for segment in ready if (choice := self.takes.known(segment)))

    def delivered(self, done: Iterable[Done]) -> list[Entry]:
        """The entries of deliveries that are there. Raises `DamagedError` when one is there no longer."""
        entries = []
        for one in done:
            entry = self.store.get(one.key)
            if entry is None:
                raise DamagedError(one.key)
            entries.append(entry)
        return entries
