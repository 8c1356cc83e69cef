"""Keys of a camera: rising times inside the shot, names that are there, and nothing beside them that says the same."""

from collections.abc import Iterator

from composer.errors import Path, Problem
from composer.schema import Camera, CameraKey, Slate
from composer.schema.quantities import plain
from composer.schema.words import Handheld, Static
from composer.shotlist.names import Here


def check_keys(at: Path, camera: Camera, slate: Slate, here: Here) -> Iterator[Problem]:
    """Every fault of a camera that goes by `keys`. `at` is the path of the camera."""
    assert camera.keys is not None
    yield from _beside(at, camera)
    yield from _told(at, camera)
    yield from _times((*at, "keys"), camera.keys, slate)
    for k, key in enumerate(camera.keys):
        path = (*at, "keys", k)
        if isinstance(key.aim, str) and not here.holds(key.aim):
            yield here.unknown((*path, "aim"), key.aim)
        if isinstance(key.at, str) and key.at not in here.marks:
            yield here.no_mark((*path, "at"), key.at) if here.holds(key.at) else here.unknown((*path, "at"), key.at)


def _beside(at: Path, camera: Camera) -> Iterator[Problem]:
    """Keys of the camera that say what `keys` say."""
    for name, value in (
        ("from", camera.from_),
        ("at", camera.at),
        ("height", camera.height),
        ("distance", camera.distance),
    ):
        if value is not None:
            said = f"`keys` say where the camera stands, and so does `{name}`"
            yield Problem((*at, name), "over-determined", said, ("expected one or the other",), on_key=True)
    if camera.frame and camera.frame.size:
        said = "`keys` say how much is in the picture, and so does a size"
        good = " ".join(camera.frame.names)
        yield Problem(
            (*at, "frame"),
            "over-determined",
            said,
            (f"beside `keys`, `frame` only aims. Did you mean `frame: {good}`?",),
            camera.frame.size,
        )
    for part in (part for step in camera.move for part in step):
        if not isinstance(part.move, Handheld | Static):
            said = f"`keys` say how the camera moves, and so does `{part.text}`"
            yield Problem(
                (*at, "move"), "over-determined", said, ("beside `keys`, `move` takes `handheld` alone",), part.text
            )


def _told(at: Path, camera: Camera) -> Iterator[Problem]:
    """Some key must say where the camera is, and some key or `frame` what it looks at."""
    assert camera.keys is not None
    path = (*at, "keys", 0)
    if all(key.at is None for key in camera.keys):
        said = "no key says where the camera is"
        yield Problem(path, "missing-key", said, ("expected `at: [x, y, z]` in metres, or a mark",))
    if camera.frame is None and all(key.aim is None for key in camera.keys):
        said = "no key says what the camera looks at"
        yield Problem(path, "missing-key", said, ("expected `aim: NAME` or `aim: [x, y, z]`",))


def _times(path: Path, keys: tuple[CameraKey, ...], slate: Slate) -> Iterator[Problem]:
    lasts = slate.shot.lasts_s(slate.fps)
    for k, key in enumerate(keys):
        time, before = key.t.seconds(slate.fps), keys[k - 1].t.seconds(slate.fps) if k else None
        if before is not None and time <= before:
            said = f"key {k + 1} is at {plain(time)} s, and the key before it at {plain(before)} s"
            what = "two keys cannot be at one time" if time == before else "times of keys rise"
            yield Problem((*path, k, "t"), "key-times", said, (f"{what}: expected more than `{plain(before)}s`",))
        elif time > lasts:
            said = f"key {k + 1} is at {plain(time)} s, and shot `{slate.name}` lasts {plain(lasts)} s"
            yield Problem((*path, k, "t"), "too-long", said, (f"expected at most `{plain(lasts)}s`",))
