"""Shots: names, places, styles, cameras, moves and motions that fit together."""

from collections.abc import Iterator, Mapping

from composer.errors import Path, Problem
from composer.schema import ShotList, Slate, slates
from composer.schema.clock import CONTINUOUS
from composer.schema.names import did_you_mean
from composer.schema.words import Go, Turn
from composer.shotlist.checking_cameras import check_camera
from composer.shotlist.checking_places import unknown_place
from composer.shotlist.names import Declared, Here


def check_shots(shotlist: ShotList, names: Declared) -> Iterator[Problem]:
    first: dict[str, int] = {}
    before: Slate | None = None
    for slate in slates(shotlist):
        path: Path = ("shots", slate.index)
        if slate.name in first:
            said = f"two shots are called `{slate.name}`"
            yield Problem(
                (*path, "shot"),
                "name-twice",
                said,
                (f"shot {first[slate.name] + 1} has that name; rename one of them",),
            )
        yield from _story_time((*path, "time"), slate, first)
        first.setdefault(slate.name, slate.index)
        if slate.shot.style and slate.shot.style not in names.styles:
            yield _unknown_style((*path, "style"), slate.shot.style, names)
        if slate.shot.join == "last_frames":
            yield from _last_frames(path, slate, before)
        here = names.places.get(slate.place)
        if here is None:
            if slate.shot.place:
                yield unknown_place((*path, "place"), slate.place, names)
        else:
            yield from check_camera(path, slate, here, shotlist)
            yield from _motion(path, slate, here, shotlist, names)
        before = slate


def _story_time(path: Path, slate: Slate, told: Mapping[str, int]) -> Iterator[Problem]:
    """The shot that `time` refers to must have been told already; the first shot begins the story."""
    time = slate.shot.time
    if slate.index == 0:
        if time != CONTINUOUS:
            said = "the first shot begins the story"
            yield Problem(path, "story-time", said, ("expected `continuous`, or no `time`",))
    elif time.shot is not None and time.shot not in told:
        said = (
            "a shot cannot refer to itself" if time.shot == slate.name else f"no shot before it is called `{time.shot}`"
        )
        known = f"expected one of: {', '.join(list(told)[-24:])}.{did_you_mean(time.shot, told)}"
        yield Problem(path, "unknown-name", said, (known,), time.shot)


def _unknown_style(path: Path, name: str, names: Declared) -> Problem:
    known = (
        f"expected one of: {', '.join(names.styles[:24])}.{did_you_mean(name, names.styles)}"
        if names.styles
        else "the film declares no `styles`"
    )
    return Problem(path, "unknown-name", f"there is no style `{name}`", (known,))


def _last_frames(path: Path, slate: Slate, before: Slate | None) -> Iterator[Problem]:
    at = (*path, "join")
    if before is None:
        yield Problem(at, "join", "the first shot has no frames before it", ("expected `state` or `independent`",))
        return
    for what in ("place", "style", "light"):
        old, new = getattr(before, what), getattr(slate, what)
        if old != new:
            said = f"`last_frames` needs the same {what} on both sides: `{before.name}` has `{old}`, `{slate.name}` has `{new}`"
            yield Problem(
                at, "join", said, ("a hidden cut goes on from the final frames. Did you mean `join: state`?",)
            )
    camera = slate.shot.camera
    if camera is None:
        return
    for key, field in (
        ("frame", "frame"),
        ("from", "from_"),
        ("at", "at"),
        ("height", "height"),
        ("lens", "lens"),
        ("distance", "distance"),
        ("keys", "keys"),
    ):
        value = getattr(camera, field)
        if value is not None and not (key == "frame" and value.size is None):
            said = f"with `last_frames` the camera goes on from its last pose, and `{key}` sets it anew"
            yield Problem(
                (*path, "camera", key), "join", said, ("expected `move` alone, or `join: state`",), on_key=True
            )


def _motion(path: Path, slate: Slate, here: Here, shotlist: ShotList, names: Declared) -> Iterator[Problem]:
    for name, actions in slate.shot.motion.items():
        at = (*path, "motion", name)
        if name not in names.subjects:
            yield _no_subject(at, name, here, names)
            continue
        home = names.places.get(names.subjects[name], here)  # what is off screen goes on too
        subject = shotlist.subjects.get(name)
        for action in actions:
            if isinstance(action, Go) and subject is not None:
                yield from _gait(at, name, action, is_person=subject.person is not None)
            targets = (
                [*action.via, action.to] if isinstance(action, Go) else [action.to] if isinstance(action, Turn) else []
            )
            for target in targets:
                if isinstance(target, str) and not home.holds(target):
                    yield home.unknown(at, target)
                elif target == name:
                    yield Problem(
                        at,
                        "itself",
                        f"`{name}` cannot go or turn to itself",
                        ("expected a mark, an anchor or another subject",),
                        action.text,
                    )


def _gait(at: Path, name: str, action: Go, *, is_person: bool) -> Iterator[Problem]:
    if is_person == (action.gait != "move"):
        return
    rest = action.text.partition(" ")[2]
    said = (
        f"`{name}` is a person: people walk or run"
        if is_person
        else f"`{name}` is a thing: things do not {action.gait}"
    )
    good = f"{'walk' if is_person else 'move'} {rest}"
    yield Problem(at, "gait", said, (f"Did you mean `{good}`?",), action.gait)


def _no_subject(path: Path, name: str, here: Here, names: Declared) -> Problem:
    listed = ", ".join(sorted(names.subjects)) or "none are declared"
    if here.is_anchor(name) or name in here.marks:
        said = f"`{name}` is {'an anchor' if here.is_anchor(name) else 'a mark'} and never moves"
        return Problem(path, "not-a-subject", said, (f"what moves is a subject: {listed}",), on_key=True)
    known = f"subjects: {listed}.{did_you_mean(name, names.subjects)}"
    return Problem(path, "unknown-name", f"no subject is called `{name}`", (known,), on_key=True)
