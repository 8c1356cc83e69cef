"""Music, lines and effects: names that exist, moments inside the shot, stretches that run forwards."""

from collections.abc import Iterator
from fractions import Fraction

from composer.errors import Path, Problem
from composer.schema import Cue, ShotList, Slate, slates
from composer.schema.quantities import Time, plain
from composer.spelling import did_you_mean


def check_sound(shotlist: ShotList) -> Iterator[Problem]:
    """Every fault of what is heard, but for the files themselves."""
    told = slates(shotlist)
    for n, cue in enumerate(shotlist.music):
        yield from _cue(("music", n), cue, told, shotlist.fps)
    for slate in told:
        path: Path = ("shots", slate.index)
        for n, line in enumerate(slate.shot.dialogue):
            at: Path = (*path, "dialogue", n)
            if line.who not in shotlist.subjects:
                known = f"expected one of: {', '.join(list(shotlist.subjects)[:24])}."
                known = known if shotlist.subjects else "the film declares no `subjects`"
                hint = did_you_mean(line.who, shotlist.subjects)
                yield Problem((*at, "who"), "unknown-name", f"no subject is called `{line.who}`", (known + hint,))
            yield from _inside((*at, "at"), line.at, slate)
        sound: Path = (*path, "sound")
        for n, effect in enumerate(slate.shot.sound.effects):
            yield from _inside((*sound, "effects", n, "at"), effect.at, slate)
        before, after = told[max(0, slate.index - 1) : slate.index], told[slate.index + 1 : slate.index + 2]
        yield from _split((*sound, "j_cut"), slate.shot.sound.j_cut, before, "before")
        yield from _split((*sound, "l_cut"), slate.shot.sound.l_cut, after, "after")


def _cue(path: Path, cue: Cue, told: tuple[Slate, ...], fps: Fraction) -> Iterator[Problem]:
    if (cue.file is None) == (cue.mood is None):
        said = "has neither a `file` nor a `mood`" if cue.file is None else "has both a `file` and a `mood`"
        yield Problem(path, "music", f"a cue of the music {said}", ("expected one of the two: what is heard",))
    if cue.out is not None and cue.out.seconds(fps) <= cue.in_.seconds(fps):
        said = f"`out` is at {cue.out} of the file, and `in` at {cue.in_}"
        yield Problem((*path, "out"), "sound-times", said, (f"expected more than `{cue.in_}`",))
    names = [slate.name for slate in told]
    if cue.at.shot and cue.at.shot not in names:
        known = f"expected one of: {', '.join(names[:24])}.{did_you_mean(cue.at.shot, names)}"
        yield Problem((*path, "at"), "unknown-name", f"no shot is called `{cue.at.shot}`", (known,), cue.at.shot)


def _inside(path: Path, at: Time, slate: Slate) -> Iterator[Problem]:
    if slate.duration_s and at.seconds(slate.fps) >= slate.duration_s:
        lasts = plain(slate.duration_s)
        said = f"shot `{slate.name}` lasts {lasts} s, and this begins at {at} of it"
        yield Problem(path, "outside-shot", said, (f"expected less than `{lasts}s`",))


def _split(path: Path, time: Time, beside: tuple[Slate, ...], which: str) -> Iterator[Problem]:
    if not time.amount:
        return
    if not beside:
        said = f"there is no shot {which} this one"
        yield Problem(path, "sound-times", said, (f"leave `{path[-1]}` out",), on_key=True)
    elif beside[0].duration_s and time.seconds(beside[0].fps) > beside[0].duration_s:
        lasts = plain(beside[0].duration_s)
        said = f"shot `{beside[0].name}`, {which} this one, lasts {lasts} s"
        yield Problem(path, "sound-times", said, (f"expected `{lasts}s` at most. Did you mean `{lasts}s`?",))
