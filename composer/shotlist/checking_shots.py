"""Shots: names, places, styles, cameras, moves and motions that fit together."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from composer.errors import Path, Problem
from composer.schema import Camera, Framing, Part, ShotList, Slate, slates
from composer.schema.clock import CONTINUOUS
from composer.schema.framings import framing_meant
from composer.schema.names import did_you_mean
from composer.schema.quantities import plain
from composer.schema.words import SIZES, Go, Pan, PanWith, Static, Step, Turn
from composer.shotlist.checking_places import unknown_place
from composer.shotlist.names import Declared, Here

_PERSON_HEIGHTS = dict(zip(SIZES, (8, 1.5, 0.6, 0.42, 0.25, 0.10), strict=True))
"""Height seen, in heights of the person that is framed."""


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
            yield from _camera(path, slate, here, shotlist)
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
        ("file", "file"),
    ):
        value = getattr(camera, field)
        if value is not None and not (key == "frame" and value.size is None):
            said = f"with `last_frames` the camera goes on from its last pose, and `{key}` sets it anew"
            yield Problem(
                (*path, "camera", key), "join", said, ("expected `move` alone, or `join: state`",), on_key=True
            )


def _camera(path: Path, slate: Slate, here: Here, shotlist: ShotList) -> Iterator[Problem]:
    camera = slate.shot.camera
    if camera is None:
        if slate.shot.join != "last_frames":
            said = f"shot `{slate.name}` has no camera"
            yield Problem(
                (*path, "camera"),
                "missing-key",
                said,
                ("expected a size and whom it is on, such as `camera: MS mara`",),
            )
        return
    at: Path = (*path, "camera")
    if camera.file is not None:
        yield from _recorded(at, camera)
        return
    if camera.frame is None:
        if slate.shot.join != "last_frames":
            said = f"the camera of shot `{slate.name}` frames nothing"
            yield Problem(
                (*at, "frame"), "missing-key", said, ("expected a size and whom it is on, such as `frame: MS mara`",)
            )
    else:
        yield from _framed((*at, "frame"), camera.frame, here)
    if isinstance(camera.at, str) and not here.holds(camera.at):
        yield here.unknown((*at, "at"), camera.at)
    elif isinstance(camera.at, str) and camera.at not in here.marks:
        yield Problem(
            (*at, "at"),
            "not-a-mark",
            f"a camera cannot stand at `{camera.at}`",
            ("expected [x, y, z] in metres, or a mark",),
        )
    yield from _stand(at, camera)
    yield from _three_facts(at, camera, shotlist)
    yield from _moves(at, camera, slate, here)


def _recorded(at: Path, camera: Camera) -> Iterator[Problem]:
    """`file` gives every pose and lens, so that nothing else has anything to say."""
    for name, field in type(camera).model_fields.items():
        if name != "file" and getattr(camera, name) != field.default:
            key = field.alias or name
            said = f"`file` gives every pose and lens, and so does `{key}`"
            yield Problem((*at, key), "over-determined", said, ("expected one or the other",), on_key=True)


def _framed(path: Path, frame: Framing, here: Here) -> Iterator[Problem]:
    unknown = [name for name in frame.names if not here.holds(name)]
    written = " ".join([*([frame.size] if frame.size else []), *frame.names])
    meant = framing_meant(written, here.holds) if unknown else ""
    if meant:
        hint = f"sizes are {', '.join(SIZES)}. Did you mean `{meant}`?"
        yield Problem(path, "framing", f"`{unknown[0]}` is neither a size nor a name", (hint,), unknown[0])
        return
    for name in unknown:
        yield here.unknown(path, name)


def _stand(at: Path, camera: Camera) -> Iterator[Problem]:
    """`at` is given instead of `from`, `distance` and, with a third number, `height`."""
    if camera.at is None:
        return
    exact = isinstance(camera.at, tuple) and len(camera.at) == 3
    for key, value in (
        ("from", camera.from_),
        ("distance", camera.distance),
        ("height", camera.height if exact else None),
    ):
        if value is not None:
            said = f"`at` says where the camera stands, and so does `{key}`"
            yield Problem((*at, key), "over-determined", said, ("expected one or the other",), on_key=True)


def _three_facts(at: Path, camera: Camera, shotlist: ShotList) -> Iterator[Problem]:
    if not camera.frame or not camera.frame.size or camera.lens is None:
        return
    if camera.at is not None:
        said = "size, lens and a place to stand are all given; any two settle the third"
        yield Problem(
            (*at, "lens"),
            "over-determined",
            said,
            ("drop the size to aim only, or let the lens be solved",),
            on_key=True,
        )
    elif camera.distance is not None:
        said = "size, lens and distance are all given; any two settle the third"
        yield Problem(
            (*at, "distance"), "over-determined", said, (f"{_what_they_mean(camera, shotlist)}Drop one",), on_key=True
        )


def _what_they_mean(camera: Camera, shotlist: ShotList) -> str:
    """For one person alone, the distance of that lens and the lens for that distance."""
    frame, lens, distance = camera.frame, camera.lens, camera.distance
    person = shotlist.subjects[frame.names[0]].person if frame and frame.names[0] in shotlist.subjects else None
    if (
        frame is None
        or frame.size is None
        or len(frame.names) > 1
        or person is None
        or lens is None
        or distance is None
    ):
        return ""
    gate = shotlist.sensor * shotlist.size[1] / shotlist.size[0]
    seen = _PERSON_HEIGHTS[frame.size] * person
    away, longer = lens / 1000 * seen / gate, distance * gate / seen * 1000
    return f"{frame.size} at {plain(lens)}mm stands {plain(away, 1)} m away; {frame.size} from {plain(distance)} m needs `lens: {plain(longer, 0)}mm`. "


def _moves(at: Path, camera: Camera, slate: Slate, here: Here) -> Iterator[Problem]:
    path = (*at, "move")
    for part in (part for step in camera.move for part in step):
        move = part.move
        name = move.to if isinstance(move, Pan) else move.name if isinstance(move, PanWith) else None
        if name is not None and not here.holds(name):
            yield here.unknown(path, name)
    yield from _too_long(path, camera.move, slate)


def _too_long(path: Path, steps: tuple[Step, ...], slate: Slate) -> Iterator[Problem]:
    claimed = [max((part.time.seconds(slate.fps) for part in step if part.time), default=Fraction(0)) for step in steps]
    lasts = slate.shot.duration.seconds(slate.fps)
    total = sum(claimed, Fraction(0))
    waits = [step for step, time in zip(steps, claimed, strict=True) if not time]
    if total <= lasts and not (total == lasts and waits):
        return
    shot = f"shot `{slate.name}` lasts {plain(lasts)} s"
    if total == lasts:
        said = f"these moves leave no time for `{waits[0][0].text}`: {shot}"
        yield Problem(
            path, "too-long", said, ("moves in a list follow one another. Shorten a `for`, or join moves with `+`",)
        )
    elif len(steps) == 1:
        said = f"this move lasts {plain(total)} s and {shot}"
        yield Problem(path, "too-long", said, (f"without `for` a move fills the shot: `move: {_together(steps)}`",))
    else:
        said = f"these moves last {plain(total)} s and {shot}"
        yield Problem(
            path,
            "too-long",
            said,
            (f"moves in a list follow one another. At the same time: `move: {_together(steps)}`",),
        )


def _together(steps: tuple[Step, ...]) -> str:
    parts: list[Part] = [part for step in steps for part in step]
    texts = [part.text.split(" for ")[0] for part in parts if not isinstance(part.move, Static)] or ["static"]
    return " + ".join(texts)


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
