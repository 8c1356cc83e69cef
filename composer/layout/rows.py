"""Rows of anchors and the nodes of meshes: what one name of a list stands for."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from composer.errors import Problem, Wrong
from composer.layout.meshes import Model, read_model
from composer.schema import Anchor, Place, Subject
from composer.types import Solid


def read_models(
    name: str, place: Place, subjects: Mapping[str, Subject], folder: Path
) -> tuple[dict[str, Model], list[Problem]]:
    """The meshes of a place, by whose they are, and what is wrong with them."""
    models, problems = {}, []
    for paths, solids in ((("places", name, "anchors"), place.anchors), (("subjects",), subjects)):
        for key, solid in solids.items():
            if solid.mesh is None:
                continue
            try:
                models[key] = read_model(folder, solid.mesh, solid.height)
            except Wrong as wrong:
                problems.append(Problem((*paths, key, "mesh"), wrong.code, wrong.message, wrong.expected))
    return models, problems


def called(name: str, solid: Solid) -> bool:
    """Whether a name means a solid: its own, or that of the item of a row that it is a node of."""
    return solid.name == name or (solid.mesh is not None and solid.name.startswith(f"{name}_") and name != solid.anchor)


def row(solid: Solid, model: Anchor | Subject, ids: int) -> tuple[Solid, ...]:
    """All items of a row, each `ids` numbers after the one before."""
    if not isinstance(model, Anchor) or model.repeat is None:
        return (solid,)
    heading = np.deg2rad(model.repeat.direction_deg)
    step = model.repeat.step_m * np.array([np.sin(heading), np.cos(heading), 0.0])
    items = []
    for i in range(model.repeat.count):
        pose = solid.T_world_solid.copy()
        pose[:3, 3] += i * step
        items.append(replace(solid, name=f"{solid.anchor}_{i + 1}", id=solid.id + i * ids, T_world_solid=pose))
    return tuple(items)
