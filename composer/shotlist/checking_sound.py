"""Music, lines and effects: names that exist, moments inside the shot, stretches that run forwards."""

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction

from composer.errors import Path, Problem
from composer.schema import Cue, ShotList, Slate, slates
from composer.schema.heard import FASTEST_CHARACTERS_A_S
from composer.schema.quantities import Time, plain
from composer.spelling import did_you_mean


def check_sound(shotlist: ShotList) -> Iterator[Problem]:
    """Every fault of what is heard, but for the files themselves."""
    told = slates(shotlist)
    unread = _unread(told)
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
        yield from unread.get(slate.index, ())
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


def _unread(told: tuple[Slate, ...]) -> dict[int, list[Problem]]:
    """By shot, its lines whose subtitles have gone before they can be read: the film ends, or the next line begins."""
    lines = [
        (Fraction(slate.frames.start) / slate.fps + line.at.seconds(slate.fps), slate.index, n, line)
        for slate in told
        for n, line in enumerate(slate.shot.dialogue)
    ]
    lines.sort(key=lambda told: told[0])
    end_s = Fraction(told[-1].frames.stop) / told[-1].fps if told else Fraction(0)
    found: dict[int, list[Problem]] = {}
    starts_s = [start_s for start_s, *_ in lines]
    for start_s, index, n, line in lines:
        following = bisect_right(starts_s, start_s)
        following_s = starts_s[following] if following < len(starts_s) else end_s
        there_s, needs_s = float(min(following_s, end_s) - start_s), len(line.line) / FASTEST_CHARACTERS_A_S
        if line.file or not 0 < there_s < needs_s:
            continue
        why = "the next line begins" if following_s < end_s else "the film ends"
        said = f"the {len(line.line)} characters of this line take {plain(needs_s, 1)} s to read, and {why} {plain(there_s, 2)} s after it begins"
        most = int(there_s * FASTEST_CHARACTERS_A_S)
        hint = f"at {FASTEST_CHARACTERS_A_S} characters a second there is time for {most}: shorten it, or give it more time"
        path: Path = ("shots", index, "dialogue", n, "line")
        found.setdefault(index, []).append(Problem(path, "unread", said, (hint,), severity="warning"))
    return found


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
