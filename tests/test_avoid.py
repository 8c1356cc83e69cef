"""What a style avoids reaches a model that can be told, and is a declared loss of one that cannot."""

import numpy as np
import pytest

import composer
from composer import generators
from composer.planning import plan_json
from composer.printing import prompt_lines

LIST = """
size: 96x64
places: {yard: {anchors: {tower: {box: 4 x 4 x 9m, look: red brick tower}}}}
styles:
  film: {look: film, avoid: the boat}
  bare: {look: bare}
shots:
  - {shot: front, duration: 4f, camera: WS tower}
  - {shot: back, duration: 4f, camera: WS tower, style: bare}
"""
SMALL = {"steps": 2, "frames": 17, "keyframes": 0, "guidance": 3.0}


@pytest.fixture
def told(tiny):
    return tiny["ltx"] | SMALL


def rendered(folder, told, text=LIST):
    film = composer.compose(composer.read(text, "list.yaml"), generator="ltx", options=told, out=folder)
    return [film.clip(shot.shot).frames for shot in film.plan.shots]


def test_the_plan_tells_it_shot_by_shot(told):
    plan = composer.plan(composer.read(LIST, "list.yaml"), generator="ltx", options=told)
    assert [shot.segments[0].avoid for shot in plan.shots] == ["the boat", ""]
    assert "avoid: the boat" in list(prompt_lines(plan))
    front, back = (shot["segments"][0] for shot in plan_json(plan)["shots"])
    assert front["avoid"] == "the boat"
    assert "avoid" not in back


def test_it_reaches_the_model_and_changes_nothing_else(told, tmp_path):
    other = LIST.replace("the boat", "the green shed")
    (front, back), (changed, same) = rendered(tmp_path / "a", told), rendered(tmp_path / "b", told, other)
    assert not np.array_equal(front, changed)
    np.testing.assert_array_equal(back, same)


def test_who_cannot_be_told_loses_it(told):
    lost = "it cannot be told what styles avoid"
    shotlist = composer.read(LIST, "list.yaml")
    assert lost in composer.plan(shotlist, generator="embedded").losses
    assert lost in composer.plan(shotlist, generator="ltx", options=told | {"guidance": 1.0}).losses
    assert lost not in composer.plan(shotlist, generator="ltx", options=told).losses
    assert lost not in composer.plan(shotlist, generator="previz").losses
    assert generators.load("ltx", told).capabilities.avoids
