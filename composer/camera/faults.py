"""What can be wrong with a camera, in words and numbers."""

from math import ceil, floor

import numpy as np

from composer.camera.framing import Ask, distance_of, height_seen, too_wide
from composer.camera.leaving import Gone
from composer.camera.sight import Blocked
from composer.errors import Path, Problem
from composer.layout import Extent
from composer.schema import Camera, Part, Slate
from composer.schema.quantities import plain
from composer.types import Vector

LENSES_MM = (8.0, 800.0)


def at(slate: Slate, *keys: str | int) -> Path:
    """The path of a key in a shot's camera."""
    return ("shots", slate.index, "camera", *keys)


def where(camera: Camera) -> str:
    """The key that says where the camera stands."""
    return next(
        (
            key
            for key, value in (
                ("file", camera.file),
                ("keys", camera.keys),
                ("at", camera.at),
                ("distance", camera.distance),
                ("from", camera.from_),
            )
            if value is not None
        ),
        "frame",
    )


def unknown(slate: Slate, keys: Path, name: str) -> Problem:
    """A name that is not in the shot's place."""
    message = f"nothing in `{slate.place}` is called `{name}`"
    return Problem(at(slate, *keys), "unknown-name", message, (f"expected what stands in `{slate.place}`",), name)


def frames_nothing(slate: Slate, what: str) -> Problem:
    """A camera that has to know what it frames."""
    message = f"{what} of shot `{slate.name}` has nothing to go by"
    return Problem(at(slate), "missing-key", message, ("give a size and whom it is on, such as `frame: MS mara`",))


def no_stand(slate: Slate, names: str) -> Problem:
    """A framing without a size only aims."""
    hint = f"give a size (`WS {names}`), or say where it stands: `at` or `distance`"
    return Problem(
        at(slate, "frame"), "no-stand", f"`{names}` without a size only aims; the camera stands nowhere", (hint,)
    )


def looks_at_itself(slate: Slate, key: int) -> Problem:
    """A key whose camera is at the very point that it looks at."""
    message = f"key {key + 1} of shot `{slate.name}` looks at the point where its camera is"
    return Problem(at(slate, "keys", key), "camera-among", message, ("move `at` or `aim` away by 5 cm or more",))


def over_determined(slate: Slate, ask: Ask, distance_m: float, given: str) -> Problem:
    """Size, lens and distance at once; `given` is the key that says how far, `distance` or `at`."""
    seen = ask.target.seen_from(ask.side)
    by_lens = distance_of(Ask(ask.target, ask.size, ask.side, ask.height_m, ask.gate, ask.lens_mm), seen)
    lens = distance_m * ask.gate.height_m / height_seen(ask, seen) * 1000
    what = "distance" if given == "distance" else "a place to stand"
    message = f"size, lens and {what} are all given; any two settle the third"
    hint = (
        f"{ask.size} at {plain(ask.lens_mm or 0, 1)}mm stands {plain(by_lens, 1)} m away; "
        f"{ask.size} from {plain(distance_m, 2)} m needs `lens: {plain(lens, 0)}mm`. Drop one"
    )
    return Problem(
        at(slate, "distance" if given == "distance" else "lens"), "over-determined", message, (hint,), on_key=True
    )


def lens_range(slate: Slate, ask: Ask, distance_m: float, lens_mm: float, key: str) -> Problem:
    """A solved lens that nobody makes."""
    seen = ask.target.seen_from(ask.side)
    names = " ".join(slate.shot.camera.frame.names) if slate.shot.camera and slate.shot.camera.frame else ""
    per_mm = height_seen(ask, seen) / ask.gate.height_m / 1000
    message = f"{ask.size} on `{names}` from {plain(distance_m, 2)} m needs a lens of {plain(lens_mm, 1)} mm"
    hint = f"expected `8mm` to `800mm`: {ask.size} stands {plain(LENSES_MM[0] * per_mm, 1)} m to {plain(LENSES_MM[1] * per_mm, 1)} m away; without `{key}` it would stand {plain(35 * per_mm, 1)} m away"
    return Problem(at(slate, key), "range", message, (hint,))


def zoom_range(slate: Slate, part: Part, lens_mm: float) -> Problem:
    """A zoom to a size for which there is no lens."""
    nearest = LENSES_MM[0] if lens_mm < LENSES_MM[0] else LENSES_MM[1]
    message = f"`{part.text}` needs a lens of {plain(lens_mm, 0)} mm by then"
    hint = f"expected `8mm` to `800mm`. Did you mean `zoom to {plain(nearest)}mm`, or another size?"
    return Problem(at(slate, "move"), "range", message, (hint,), part.text)


def too_high(slate: Slate, ask: Ask, reaching: tuple[str, ...]) -> Problem:
    """A size that cannot be had from a height; `reaching` are the keys that would do."""
    assert ask.size is not None
    assert ask.height_m is not None
    names = " ".join(slate.shot.camera.frame.names) if slate.shot.camera and slate.shot.camera.frame else ""
    covers = too_wide(ask) * height_seen(ask, ask.target.seen_from(ask.side))
    side = "above" if ask.height_m > float(ask.target.points[:, 2].mean()) else "below"
    asked = plain(height_seen(ask, ask.target.seen_from(ask.side)), 2)
    message = f"{ask.size} on `{names}` comes out {plain(covers, 2)} m high instead of {asked} m"
    options = ", or ".join(f"`{word}`" for word in reaching)
    hint = f"the camera, {plain(ask.height_m, 2)} m up, is so far {side} it that it can come no nearer."
    good = f" Did you mean {options}?" if options else ""
    return Problem(at(slate, "frame"), "too-wide", message, (hint + good,), severity="warning")


def among(slate: Slate, names: str, key: str) -> Problem:
    """A camera that stands among what it frames."""
    message = f"the camera of shot `{slate.name}` stands among what it frames"
    return Problem(at(slate, key), "camera-among", message, (f"stand further off, or frame less than `{names}`",))


def under_ground(slate: Slate, position: Vector, key: str) -> Problem:
    """A camera at or below the ground."""
    x, y, z = position
    depth = "on" if z == 0 else f"{plain(-z, 2)} m under"
    good = f"at: [{plain(x, 2)}, {plain(y, 2)}, 0.15]" if key in ("at", "keys") else "height: ground"
    message = f"the camera of shot `{slate.name}` stands {depth} the ground"
    path = at(slate, key, 0) if key == "keys" else at(slate, key)
    return Problem(path, "under-ground", message, (f"a camera stands above it. Did you mean `{good}`?",))


def inside(slate: Slate, name: str, extent: Extent, free: str, key: str) -> Problem:
    """A camera that begins inside a solid or a body; `free` says where it could be."""
    message = f"the camera of shot `{slate.name}` stands inside `{name}`"
    return Problem(at(slate, key), "camera-inside", message, (f"{_fills(name, extent)}. {free}",))


def on_the_way(slate: Slate, when_s: float) -> Path:
    """The path of what leads a camera to where it is at `when_s` of the shot: its moves, or the key that comes next."""
    camera = slate.shot.camera
    keys = camera.keys if camera else None
    if keys is None:
        return at(slate, "move")
    later = (k for k, key in enumerate(keys) if key.t.seconds(slate.fps) >= when_s)
    return at(slate, "keys", next(later, len(keys) - 1))


def sinks(slate: Slate, when_s: float) -> Problem:
    """A move that leads under the ground at `when_s` of the shot."""
    when = plain(floor(when_s * 10) / 10, 1)
    message = f"the camera of shot `{slate.name}` goes under the ground after {when} s"
    return Problem(
        on_the_way(slate, when_s),
        "under-ground",
        message,
        ("a camera stays above it. Go less far down, or begin higher",),
    )


def enters(slate: Slate, name: str, extent: Extent, when_s: float, good: str | None) -> Problem:
    """A move that leads into a solid or a body at `when_s` of the shot; `good` is a move that does not."""
    message = f"the camera of shot `{slate.name}` runs into `{name}` after {plain(floor(when_s * 10) / 10, 1)} s"
    hint = f"{_fills(name, extent)}.{f' Did you mean `{good}`?' if good else ' Move less, or start from elsewhere'}"
    return Problem(on_the_way(slate, when_s), "camera-enters", message, (hint,))


def is_met(slate: Slate, name: str, extent: Extent, when_s: float, key: str | None) -> Problem:
    """A camera that stands in the way of a body, which comes at `when_s` of the shot; `key` says where it stands."""
    when = plain(floor(when_s * 10) / 10, 1)
    message = f"`{name}` goes through the camera of shot `{slate.name}` after {when} s"
    hint = f"{_fills(name, extent)} then. Stand beside its way, or cut before {when} s"
    path = at(slate, key) if key else ("shots", slate.index, "shot")
    return Problem(path, "camera-enters", message, (hint,))


def hidden(slate: Slate, found: Blocked, side: str) -> Problem:
    """Something that hides what is framed; `side` is the nearest from which it does not."""
    camera = slate.shot.camera
    until = "the end of" if found.to_end else f"{plain(ceil(found.stop_s * 10) / 10, 1)} s of"
    since = plain(floor(found.start_s * 10) / 10, 1)
    message = f"`{found.by}` hides `{found.name}` from {since} s to {until} shot `{slate.name}`"
    instead = " instead of `at`" if camera and camera.at is not None else ""
    hint = (
        f"nearest clear side: `from: {side}`{instead}" if side else "no side is clear: stand elsewhere, or cut sooner"
    )
    key = "move" if slate.shot.join == "last_frames" or camera is None else where(camera)
    return Problem(at(slate, key), "blocked", message, (hint,), severity="warning")


_OR_ELSE = "no move by name keeps all that is framed: stand elsewhere, or cut before {} s"


def leaves(slate: Slate, found: Gone, good: str | None) -> Problem:
    """Who is framed and leaves the picture; `good` is a move that keeps them in it."""
    camera = slate.shot.camera
    assert camera is not None
    until = "the end" if found.to_end else f"{plain(ceil(found.stop_s * 10) / 10, 1)} s"
    since = plain(floor(found.start_s * 10) / 10, 1)
    message = f"`{found.name}` is {{}} from {since} s to {until} of shot `{slate.name}`{{}}"
    if found.way == "behind":
        message = message.format("out of the picture", ", behind the camera")
    elif found.cut < 1:
        message = message.format(f"cut off by the picture's {found.way} edge", f", by {found.cut:.0%}")
    else:
        message = message.format("out of the picture", f", {plain(found.by, 2)} pictures past its {found.way} edge")
    hint = f"nearest that keeps `{found.name}` in the picture: `move: {good}`" if good else _OR_ELSE.format(since)
    meant = f"; if it is to leave, say `expect: {{{found.name}: out_of_frame}}`" if found.wholly else ""
    path = at(slate, "move" if camera.move else where(camera))
    return Problem(path, "leaves", message, (hint + meant,), severity="warning")


def crosses(slate: Slate, before: str, line: tuple[str, str, str], side: str, good: str) -> Problem:
    """A camera that crosses a line (whose, "it", what changes) after shot `before`; it was on its `side`."""
    of, whom, changes = line
    camera = slate.shot.camera
    message = f"between `{before}` and `{slate.name}` the camera crosses the line of {of}"
    instead = f" (`from: {good}`)" if good else ""
    hint = f"{changes}. Stay {side} of {whom}{instead}, or say `crosses_line: true`"
    return Problem(at(slate, where(camera) if camera else "frame"), "line", message, (hint,), severity="warning")


def outside(slate: Slate, ask: Ask, lens_mm: float, metres: tuple[float, float], options: tuple[str, ...]) -> Problem:
    """A size that a lens gives only from beyond the room's walls: how far that is, and where the room ends."""
    camera = slate.shot.camera
    assert camera is not None
    assert camera.frame is not None
    needs, ends = metres
    said = f"{ask.size} on `{' '.join(camera.frame.names)}` at {plain(lens_mm, 1)}mm needs {plain(needs, 1)} m"
    key = "lens" if camera.lens is not None else where(camera)
    hint = "; ".join(options) or "no lens is short enough: frame less, or from elsewhere"
    return Problem(
        at(slate, key), "camera-outside", f"{said}; the room ends after {plain(floor(ends * 10) / 10, 1)} m", (hint,)
    )


def outside_room(slate: Slate, position: Vector, nearest: Vector, key: Path) -> Problem:
    """A camera that stands outside the room of its place; `nearest` is the point inside that is nearest."""
    message = f"the camera of shot `{slate.name}` stands outside the room, at {point(position)}"
    hint = f"cameras stay inside. Nearest free point: `at: {point(nearest)}`"
    return Problem(at(slate, *key), "camera-outside", message, (hint,))


def point(position: Vector) -> str:
    """Coordinates as a shot list writes them."""
    return f"[{', '.join(plain(float(np.round(v, 2)), 2) for v in position)}]"


def _fills(name: str, extent: Extent) -> str:
    spans = (f"{axis} {plain(extent.low[i], 2)} to {plain(extent.high[i], 2)}" for i, axis in enumerate("xyz"))
    return f"`{name}` fills {', '.join(spans)}"
