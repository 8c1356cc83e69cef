"""The sound of a shot from that of its clips: in step with one another and with the picture, or why not."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from composer import media
from composer import shotlist as lists
from composer.audio import Placing, in_place, joined
from composer.composing.clip_sounds import SOUND, clip_sound
from composer.composing.rehearsal import Rehearsal
from composer.errors import Fault, Problem
from composer.store import Entry
from composer.timing import SAMPLE_RATE, to_samples
from composer.types import ShotPlan, Waveform

_HEARD = 0.1  # of the hardest blow of a shot: others that hard are surely heard


def write_shot_sound(
    folder: Path, shot: ShotPlan, natives: Sequence[Entry], fps: Fraction, blows: Float[np.ndarray, " n"]
) -> dict[str, Any]:
    """Write the sound of `shot`, handle included, when any of its clips has one; in step with its picture by `blows`, the
    samples of the shot at which blows are seen.

    Returns notes of what was done to it (`sound`), and of what was not, since it was not sure (`sound_unmoved`).
    Raises `StorageError`.
    """
    pairs = zip(shot.segments, natives, strict=True)
    heard = [(segment.id, *found) for segment, native in pairs if (found := clip_sound(segment, native))]
    if not heard:
        return {}
    length = to_samples(shot.clip_length, fps)
    placed, placings = in_place([clip for _, clip, _ in heard], blows, length)
    media.write_sound(folder / SOUND, Waveform(joined(placed, length)))
    names = [name for name, _, _ in heard]
    done = [f"the sound of `{name}` was {fit}" for name, _, fit in heard if fit.how != "whole"]
    done += [_moved(shot, names, one) for one in placings if one.moved]
    unsure = [_unsure(shot, names, one) for one in placings if not (one.moved or one.found.sure or one.found.fits)]
    return {name: lines for name, lines in (("sound", done), ("sound_unmoved", unsure)) if lines}


def blows_seen(rehearsal: Rehearsal, shot: ShotPlan, fps: Fraction, least: float = _HEARD) -> Float[np.ndarray, " n"]:
    """The samples of a shot at which blows are seen that are surely heard, as hard as a share `least` of the hardest; none
    of footage, of which nothing is known.
    """
    if shot.footage:
        return np.zeros(0)
    start_s = float(rehearsal.slate(shot.shot).start_s)
    there = rehearsal.story.contacts_in(shot.place, start_s, start_s + float(shot.clip_length / fps))
    blows = [contact for contact in there if contact.kind == "blow"]
    hardest = max((contact.impulse_n_s for contact in blows), default=0.0)
    heard = [contact.time_s - start_s for contact in blows if contact.impulse_n_s >= least * hardest]
    return np.array(heard, float) * SAMPLE_RATE


def out_of_step(rehearsal: Rehearsal, delivered: Iterable[tuple[ShotPlan, Entry]]) -> Iterator[Fault]:
    """A warning for all sound that may be out of step and was not moved."""
    for shot, delivery in delivered:
        for said in delivery.notes.get("sound_unmoved", ()):
            hint = "it is heard as it came: listen to it"
            problem = Problem(("shots", shot.index), "sound-unmoved", said, (hint,), severity="warning")
            yield from lists.locate(rehearsal.shotlist, [problem])


def _moved(shot: ShotPlan, names: Sequence[str], one: Placing) -> str:
    whose, against = _between(shot, names, one)
    by_ms = -one.found.late / SAMPLE_RATE * 1000
    return (
        f"the sound of {whose} was moved by {by_ms:+.2f} ms to where {against} (confidence {one.found.confidence:.2f})"
    )


def _unsure(shot: ShotPlan, names: Sequence[str], one: Placing) -> str:
    whose, against = _between(shot, names, one)
    sure = f"confidence {one.found.confidence:.2f}, {one.found.needed:g} needed"
    return f"the sound of {whose} was not moved: it does not tell where {against} ({sure})"


def _between(shot: ShotPlan, names: Sequence[str], one: Placing) -> tuple[str, str]:
    if one.clip is None:
        return f"`{shot.shot}`", "its blows are seen"
    return f"`{names[one.clip]}`", f"that of `{names[one.clip - 1]}` goes on"
