"""Shots: names, places, styles, cameras, moves and motions that fit together."""

from collections.abc import Iterator, Mapping

from composer.errors import Path, Problem
from composer.schema import ShotList, Slate, slates
from composer.schema.clock import CONTINUOUS
from composer.schema.whereabouts import whereabouts
from composer.shotlist.checking_cameras import check_camera
from composer.shotlist.checking_edits import check_edits
from composer.shotlist.checking_footage import check_beside, check_length
from composer.shotlist.checking_history import Shown, check_history
from composer.shotlist.checking_motion import Told, check_motion, here_at
from composer.shotlist.checking_places import unknown_place
from composer.shotlist.names import Declared
from composer.spelling import did_you_mean


def check_shots(shotlist: ShotList, names: Declared, *, whole: bool = True) -> Iterator[Problem]:
    """Every fault of the shots; of a list that was not read `whole`, not those of its clock, which is not known."""
    first: dict[str, int] = {}
    before: Slate | None = None
    where, earlier = whereabouts(shotlist), dict[str, Shown]()
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
        clock = list(_story_time((*path, "time"), slate, first))
        yield from clock
        length = list(check_length(path, slate))
        yield from length
        yield from check_beside(path, slate)
        yield from check_edits(path, slate, before, shotlist)
        whole = whole and not clock and not length
        first.setdefault(slate.name, slate.index)
        if slate.shot.style and slate.shot.style not in names.styles:
            yield _unknown_style((*path, "style"), slate.shot.style, names)
        if slate.shot.join == "last_frames":
            yield from _last_frames(path, slate, before)
        here = here_at(slate, names, where)
        if here is None:
            if slate.shot.place:
                yield unknown_place((*path, "place"), slate.place, names)
        else:
            goes_on = slate.shot.join == "last_frames" and not (before and before.shot.footage)
            yield from check_camera(path, slate, here, shotlist, goes_on=goes_on)
            yield from check_motion(path, slate, Told(shotlist, names, where, here))
        if whole:
            yield from check_history(slate, where, earlier)
        earlier.setdefault(slate.place, Shown()).add(slate)
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
    if slate.start_s != before.stop_s:
        said = "`last_frames` needs time to go on: this shot begins at another moment of the story"
        yield Problem(at, "join", said, ("expected `time: continuous`, or `join: state`",))
    camera = slate.shot.camera
    if camera is None or before.shot.footage:
        return
    for key, field in (
        ("frame", "frame"),
        ("from", "from_"),
        ("at", "at"),
        ("height", "height"),
        ("lens", "lens"),
        ("distance", "distance"),
        ("file", "file"),
        ("keys", "keys"),
    ):
        value = getattr(camera, field)
        if value is not None and not (key == "frame" and value.size is None):
            said = f"with `last_frames` the camera goes on from its last pose, and `{key}` sets it anew"
            yield Problem(
                (*path, "camera", key), "join", said, ("expected `move` alone, or `join: state`",), on_key=True
            )
