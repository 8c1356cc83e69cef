"""What a shot list must hold as a whole, beyond each value: all that can be said without geometry."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path as FilePath

from composer.errors import Path, Problem
from composer.schema import ShotList
from composer.schema.heard import named_sounds
from composer.schema.slate import slates
from composer.shotlist.checking_layers import check_layers
from composer.shotlist.checking_places import check_places
from composer.shotlist.checking_shots import check_shots
from composer.shotlist.checking_sound import check_sound
from composer.shotlist.files import check_file
from composer.shotlist.names import Declared

_OVERLAY = re.compile(
    r"\b(HUDs?|heads-up displays?|subtitles?|captions?|title cards?|lower thirds?|watermarks?|time ?codes?|text overlays?"
    r"|on-screen text|mini-?maps?|crosshairs?|health bars?|score ?boards?|logos?)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"(?<!\w)@([A-Za-z0-9_]+)")
_A_DAY_S = 86_400


def check(shotlist: ShotList, declared: Declared | None = None, folder: FilePath | None = None) -> list[Problem]:
    """Every fault and warning of names, shapes, framings, moves, files and times.

    `declared` are the names of the whole file when `shotlist` is only the sound part of it. `folder` holds the files that
    the list names; without it they are only checked for staying inside.
    """
    names = declared or Declared.of(shotlist, folder)
    return [
        *check_places(shotlist, names),
        *_files(shotlist, folder),
        *check_shots(shotlist, names, whole=declared is None),
        *check_layers(shotlist, names, whole=declared is None),
        *check_sound(shotlist),
        *_texts(shotlist, names),
        *_length(shotlist),
    ]


def _files(shotlist: ShotList, folder: FilePath | None) -> Iterator[Problem]:
    for name, path in named_files(shotlist):
        yield from check_file(name, path, folder)


def named_files(shotlist: ShotList) -> Iterator[tuple[str, Path]]:
    """Every file that the list names, with the path of the key that names it."""
    for place, model in shotlist.places.items():
        at: Path = ("places", place)
        yield from ((a.mesh, (*at, "anchors", name, "mesh")) for name, a in model.anchors.items() if a.mesh is not None)
        yield from ((plate.image, (*at, "plate", i, "image")) for i, plate in enumerate(model.plate))
    yield from named_sounds(shotlist)
    for name, subject in shotlist.subjects.items():
        if subject.mesh is not None:
            yield subject.mesh, ("subjects", name, "mesh")
    for layer, items in shotlist.layers.items():
        yield from ((item.image, ("layers", layer, k, "image")) for k, item in enumerate(items) if item.image)
    for index, shot in enumerate(shotlist.shots):
        if shot.camera and shot.camera.file:
            yield shot.camera.file.path, ("shots", index, "camera", "file")
        if shot.footage:
            yield shot.footage.file, ("shots", index, "footage", "file")


def _texts(shotlist: ShotList, names: Declared) -> Iterator[Problem]:
    """`@name` in looks and prompts, and overlays asked for in words."""
    for place, model in shotlist.places.items():
        yield from _references(("places", place, "look"), model.look, place, names)
        yield from _references(("places", place, "ground"), model.ground, place, names)
        for anchor, solid in model.anchors.items():
            yield from _references(("places", place, "anchors", anchor, "look"), solid.look, place, names)
    for name, subject in shotlist.subjects.items():
        yield from _references(("subjects", name, "look"), subject.look, names.subjects.get(name, ""), names)
    for name, style in shotlist.styles.items():
        yield from _references(("styles", name, "look"), style.look, None, names)
    for slate in slates(shotlist):
        path = ("shots", slate.index, "prompt")
        yield from _references(path, slate.shot.prompt, slate.place, names)
        for found in _OVERLAY.finditer(slate.shot.prompt or ""):
            yield Problem(
                path,
                "overlay-in-prompt",
                f"`{found[0]}` in a prompt",
                (f"a model paints it into the scene and it slips from shot to shot. {_instead(shotlist)}",),
                found[0],
                severity="warning",
            )


def _instead(shotlist: ShotList) -> str:
    """What to do instead of asking a model for an overlay."""
    brings = next(((style, model.layers[0]) for style, model in shotlist.styles.items() if model.layers), None)
    if brings:
        return f"Use a layer (style `{brings[0]}` already brings `{brings[1]}`)"
    named = next(iter(shotlist.layers), "")
    return f"Use a layer: `layers: {named}`" if named else "Use a layer: `layers` of the film declare them"


def _references(path: Path, text: str | None, place: str | None, names: Declared) -> Iterator[Problem]:
    for found in _REFERENCE.finditer(text or ""):
        here = names.places.get(place or "")
        if place is None:
            yield Problem(
                path,
                "unknown-name",
                f"a style belongs to no place, so `@{found[1]}` is nobody",
                ("say it in a shot's `prompt`",),
                found[0],
            )
        elif here and not here.holds(found[1]):
            problem = here.unknown(path, found[1])
            yield Problem(path, problem.code, problem.message, problem.expected, found[0])


def _length(shotlist: ShotList) -> Iterator[Problem]:
    seconds = Fraction(0)
    for slate in slates(shotlist):
        path = ("shots", slate.index, "footage" if slate.shot.footage else "duration")
        seconds += slate.shot.lasts_s(shotlist.fps)
        if len(slate.frames) == 0 and slate.shot.lasts_s(shotlist.fps) > 0:
            least = f"1 frame at {float(shotlist.fps):g} frames a second is {float(1 / shotlist.fps):.3f} s"
            yield Problem(
                path, "no-frames", f"shot `{slate.name}` is shorter than a frame", (f"{least}. Did you mean `1f`?",)
            )
        if seconds > _A_DAY_S:
            yield Problem(
                path, "range", "the film is longer than a day", ("expected `24h` at most, all durations together",)
            )
            return
