"""Cameras: names, framings, places to stand and moves that fit together."""

from collections.abc import Iterator
from fractions import Fraction

from composer.errors import Path, Problem
from composer.schema import Camera, Framing, Part, ShotList, Slate, Step
from composer.schema.framings import framing_meant
from composer.schema.quantities import plain
from composer.schema.words import SIZES, Follow, Static, named_in
from composer.shotlist.checking_keys import check_keys
from composer.shotlist.names import Here

_PERSON_HEIGHTS = dict(zip(SIZES, (8, 1.5, 0.6, 0.42, 0.25, 0.10), strict=True))
"""Height seen, in heights of the person that is framed."""


def check_camera(path: Path, slate: Slate, here: Here, shotlist: ShotList, *, goes_on: bool) -> Iterator[Problem]:
    """Every fault of a shot's camera, by its words alone. `path` is the shot's; does it go on from a last pose?"""
    camera = slate.shot.camera
    if slate.shot.footage is not None:
        return
    poseless = ("footage has no last pose to go on from.",) if slate.shot.join == "last_frames" and not goes_on else ()
    if camera is None:
        if not goes_on:
            said = f"shot `{slate.name}` has no camera"
            hint = "expected a size and whom it is on, such as `camera: MS mara`"
            yield Problem((*path, "camera"), "missing-key", said, (*poseless, hint))
        return
    at: Path = (*path, "camera")
    if camera.file is not None:
        yield from _recorded(at, camera)
        return
    if camera.frame is None:
        if not goes_on and camera.keys is None:
            said = f"the camera of shot `{slate.name}` frames nothing"
            hint = "expected a size and whom it is on, such as `frame: MS mara`"
            yield Problem((*at, "frame"), "missing-key", said, (*poseless, hint))
    else:
        yield from _framed((*at, "frame"), camera.frame, here)
    if isinstance(camera.at, str) and not here.holds(camera.at):
        yield here.unknown((*at, "at"), camera.at)
    elif isinstance(camera.at, str) and camera.at not in here.marks:
        yield here.no_mark((*at, "at"), camera.at)
    if camera.keys is not None:
        yield from check_keys(at, camera, slate, here)
        return
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
        name = named_in(part.move)
        if name is not None and not here.holds(name):
            yield here.unknown(path, name)
        elif isinstance(part.move, Follow):
            yield from _followed(path, part, camera, here)
    yield from _too_long(path, camera.move, slate)


def _followed(path: Path, part: Part, camera: Camera, here: Here) -> Iterator[Problem]:
    """A `follow` goes by a subject."""
    assert isinstance(part.move, Follow)
    names = (part.move.name,) if part.move.name else camera.frame.names if camera.frame else ()
    if not names or any(name in here.subjects or not here.holds(name) for name in names):
        return
    kind = "a mark" if names[0] in here.marks and not here.is_anchor(names[0]) else "an anchor"
    listed = ", ".join(sorted(here.subjects)) or "none are there"
    said = f"`{names[0]}` is {kind} and never moves"
    yield Problem(path, "not-a-subject", said, (f"what can be followed is a subject: {listed}",), part.text)


def _too_long(path: Path, steps: tuple[Step, ...], slate: Slate) -> Iterator[Problem]:
    claimed = [max((part.time.seconds(slate.fps) for part in step if part.time), default=Fraction(0)) for step in steps]
    lasts = slate.shot.lasts_s(slate.fps)
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
