"""Faults in sound: films for the ear, mixed and encoded as the product does, heard by the product's own measures.

The pictures of these films are of no account: what is heard is the mix that their plans ask for, through the AAC encoder.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from faults_planting import Sound, clicking, shifted_ms, spliced

import composer
from composer import media
from composer.composing.declaring import Declaration
from composer.composing.rehearsal import rehearse
from composer.measuring import Judge
from composer.measuring.hearing import Hearing
from composer.media.lossy import AAC_FRAME
from composer.timing import to_samples
from composer.types import Measured, Whereabouts

SHIFTS_MS = (20, 40, 80)
_BLOCK = 1 << 15

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Held:
    """Sound in memory."""

    samples: Sound

    def read(self, start: int, stop: int) -> Sound:
        heard = np.zeros((2, stop - start))
        found = self.samples[:, start:stop]
        heard[:, : found.shape[1]] = found
        return heard


def sound_rows(name: str, text: str) -> Iterator[Row]:
    """What is heard of a film: clean, and with each fault."""
    shotlist = composer.read(text, f"{name}.yaml")
    plan = composer.plan(shotlist, generator="embedded")
    declared = Declaration(rehearse(shotlist), plan, heard=True)
    sound = _encoded(declared, to_samples(plan.frames, plan.fps))
    joins = [to_samples(meeting.frame, plan.fps) for meeting in declared.meetings]
    heard = {"clean": [sound], "a click": [clicking(sound, joins)], "hard splice": [spliced(sound, joins)]}
    heard |= {f"sound shifted {ms} ms": [shifted_ms(sound, ms), shifted_ms(sound, -ms)] for ms in SHIFTS_MS}
    for fault, changed in heard.items():
        for number, samples in enumerate(changed):
            yield from _rows(name, fault, number, declared, samples)


def _rows(name: str, fault: str, number: int, declared: Declaration, samples: Sound) -> Iterator[Row]:
    hearing = Hearing(declared, declared.plan.fps, Judge())
    hearing.listen(Held(samples), samples.shape[1])
    told = {"film": name, "fault": fault, "sound": True}
    for index, meeting in enumerate(declared.meetings):
        after = declared.shots[meeting.shots[1]]
        where = Whereabouts(after.place, after.name, index, (meeting.frame - 1, meeting.frame))
        found = hearing.at_join(index, where, faded=False)
        values = {one.measure: [one.value, one.verdict, one.limit] for one in found}
        yield told | {"join": index, "way": number, "measures": values}
    for index in range(len(declared.shots)):
        values = {one.measure: [_sure(one), one.verdict, one.limit] for one in hearing.in_shot(index)}
        yield told | {"shot": index, "way": number, "measures": values}


def _sure(told: Measured) -> float | None:
    """None where the product does not tell which sounds are the blows."""
    return None if told.verdict == "not measurable" else told.value


def _encoded(declared: Declaration, length: int) -> Sound:
    """The mix as a film has it."""
    blocks = (declared.planned(at, min(at + _BLOCK, length)) for at in range(0, length, _BLOCK))
    heard = np.concatenate(list(media.through_aac(block for block in blocks if block is not None)), axis=1)
    return heard[:, AAC_FRAME : AAC_FRAME + length].astype(np.float64)  # what comes first primes the encoder
