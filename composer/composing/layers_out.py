"""Layers by themselves, with alpha, for an editor: nothing renders."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from composer import generators
from composer.composing.arguments import one_of
from composer.composing.layered import shot_layers
from composer.composing.rehearsal import Rehearsal
from composer.composing.selecting import names_of
from composer.errors import UsageError
from composer.media import write_png_sequence, write_prores
from composer.overlay import alone
from composer.planning import PlanOptions
from composer.schema import layers_of

Form = Literal["png", "prores"]


def export_layers(
    rehearsal: Rehearsal, folder: Path, form: Form, shots: Sequence[str] | None = None
) -> tuple[Path, ...]:
    """Write every layer of every shot, or of those named, at the film's size and rate, over the frames of the shot's
    clip, tail handle included; returns a path for each.

    Raises `ShotListError`, `StorageError`, and `UsageError` for a shot that the film does not have, or has no layer.
    """
    one_of("form", form, get_args(Form))
    rehearsal.raise_errors()
    every = [slate.name for slate in rehearsal.slates]
    layered = [slate.name for slate in rehearsal.slates if layers_of(rehearsal.shotlist, slate)]
    named = names_of(shots, every, "--shot") if shots else tuple(layered)
    if not layered:
        raise UsageError("no shot of this list has a layer; a style or a shot shows one: `layers: NAME`")
    for name in named:
        if name not in layered:
            raise UsageError(f"--shot: shot `{name}` has no layer; these have: {', '.join(layered)}")
    plan = rehearsal.plan(generators.load(generators.PREVIZ).capabilities, PlanOptions())
    paths = []
    for shot in plan.shots:
        if shot.shot in named:
            layers = shot_layers(rehearsal, rehearsal.slate(shot.shot), shot.clip_length)
            for layer in layers:
                frames = alone(layers, layer.name, plan.size, shot.clip_length)
                if form == "prores":
                    paths.append(folder / shot.shot / f"{layer.name}.mov")
                    write_prores(paths[-1], frames, plan.fps)
                else:
                    paths.append(folder / shot.shot / layer.name)
                    write_png_sequence(paths[-1], layer.name, frames)
    return tuple(paths)
