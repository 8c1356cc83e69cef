"""Plates: a picture of a place and the camera that took it, as the oldest memory of that place."""

from dataclasses import replace

import cv2
import jsonschema
import numpy as np
import pytest

import composer
import composer.shotlist
from composer import generators, media
from composer.composing.plates import fitted
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.planning import PlanOptions
from composer.scene import Scene
from composer.shade import Shader
from composer.store import Store
from composer.types import CameraTrack, SourceFrame, WorldState

NOBODY = WorldState(0, {})
LIST = """\
fps: 24
size: 256x144
places:
  yard:
    look: brewery yard
    light: day
    plate: {image: yard.png, camera: {frame: WS tower shed, height: 6m}}
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
styles: {film: muted teal, game: flat shading}
shots:
  - {shot: front, duration: 8f, camera: {frame: WS tower shed, height: 6m}}
  - {shot: dusk, duration: 8f, light: dusk, camera: {frame: WS tower shed, height: 6m}}
  - {shot: alone, duration: 8f, light: day, join: independent, camera: {frame: WS tower shed, height: 6m}}
  - {shot: game, duration: 8f, style: game, camera: {frame: WS tower shed, height: 6m}}
  - {shot: side, duration: 8f, camera: {frame: WS tower shed, from: south-east, height: 6m}}
"""


def written(folder, text=LIST, size=(320, 180), name="yard.png"):
    path = folder / "list.yaml"
    path.write_text(text)
    picture = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    cv2.imwrite(str(folder / name), picture)
    return composer.load(path)


def sources(plan, shot):
    return [s for segment in plan.segments if segment.shot == shot for s in segment.memory]


def test_a_plate_is_the_oldest_source_of_its_place_light_and_style(tmp_path, plugin):
    plan = composer.plan(written(tmp_path), generator=plugin)
    plate = SourceFrame("plate:yard/0", 0)
    assert sources(plan, "front") == [plate]
    assert sources(plan, "dusk") == sources(plan, "alone") == sources(plan, "game") == []
    named = [source.segment for source in sources(plan, "side")]
    assert named == sorted(named, key=["plate:yard/0", *(s.id for s in plan.segments)].index), "oldest first"
    (front,) = [s for s in plan.segments if s.shot == "front"]
    assert front.after == ()
    assert front.memory_coverage > 0.7


def test_a_generator_without_memory_tells_its_loss(tmp_path):
    assert (
        "it reads no spatial memory: plates are not seen" in composer.plan(written(tmp_path), generator="previz").losses
    )


def test_a_plate_is_remembered_where_its_camera_saw_it(tmp_path, plugin):
    """The animatic as its own plate: what the memory gives back is what the animatic shows."""
    shotlist = written(tmp_path)
    rehearsal, maker = rehearse(shotlist), generators.load(plugin)
    scene, plate = rehearsal.scenes["yard"], rehearsal.plates["plate:yard/0"]
    size = plate.image.shape[1], plate.image.shape[0]
    picture = Shader(scene)(scene.cast(plate.camera, size, NOBODY), plate.camera, NOBODY)
    cv2.imwrite(str(tmp_path / "yard.png"), picture[..., ::-1])
    rehearsal = rehearse(composer.load(tmp_path / "list.yaml"))
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    studio = Studio(rehearsal, plan, maker, Store(tmp_path / "out"), None)
    (side,) = [s for s in plan.segments if s.shot == "side"]
    side = replace(side, memory=(SourceFrame("plate:yard/0", 0),))
    cameras, world = rehearsal.tracks(side)
    frame = studio.requests.controls(side, cameras, world).frame(0)
    own = Shader(scene)(scene.cast(cameras[0], cameras.size, world[0]), cameras[0], world[0])
    assert frame.memory_coverage > 0.3
    error = np.abs(frame.memory[frame.memory_mask].astype(int) - own[frame.memory_mask])
    assert np.median(error) < 6


@pytest.mark.parametrize("own", [(320, 180), (400, 400), (1000, 180), (64, 36)])
def test_a_plate_is_fitted_whole_with_its_camera(tmp_path, own):
    plate = rehearse(written(tmp_path, size=own)).plates["plate:yard/0"]
    image, camera, outside = fitted(plate, (256, 160))
    assert image.shape == (160, 256, 3)
    rows, columns = np.nonzero(~outside)
    here = plate.camera.K @ np.linalg.inv(camera.K) @ np.stack([columns + 0.5, rows + 0.5, np.ones(len(rows))])
    assert here[:2].min() > 0
    assert (here[:2].max(axis=1) < own).all()
    assert here[:2].min() < 2.1 * max(own) / 160, "all of it is there"
    middle = plate.camera.K @ np.linalg.inv(camera.K) @ [128, 80, 1]
    np.testing.assert_allclose(middle[:2], np.array(own) / 2, atol=2 * max(own) / 160)


def test_another_picture_is_another_clip(tmp_path, plugin):
    def keys(picture):
        shotlist = written(tmp_path)
        cv2.imwrite(str(tmp_path / "yard.png"), picture)
        rehearsal, maker = rehearse(composer.load(tmp_path / "list.yaml")), generators.load(plugin)
        plan = rehearsal.plan(maker.capabilities, PlanOptions())
        studio = Studio(rehearsal, plan, maker, Store(tmp_path / "out"), None)
        first, second = plan.segments[:2]
        del shotlist
        return studio.keys.key(first, studio.clips.content), studio.keys.key(second, studio.clips.content)

    one, other = keys(np.full((180, 320, 3), 90, np.uint8)), keys(np.full((180, 320, 3), 91, np.uint8))
    assert one[0] != other[0]
    assert one[1] == other[1], "dusk does not read it"


def test_at_and_aim_give_the_pose(tmp_path):
    text = LIST.replace(
        "{frame: WS tower shed, height: 6m}}\n    anchors", "{at: [0, -20, 2], aim: tower, lens: 50mm}}\n    anchors"
    )
    plate = rehearse(written(tmp_path, text)).plates["plate:yard/0"]
    np.testing.assert_allclose(plate.camera.T_world_camera[:3, 3], [0, -20, 2])
    track = CameraTrack(plate.camera.K[None], plate.camera.T_world_camera[None], (320, 180))
    pixel = track.K[0] @ np.linalg.inv(track.T_world_camera[0])[:3] @ [0, 0, 4.5, 1]
    np.testing.assert_allclose(pixel[:2] / pixel[2], [160, 90], atol=1e-6)
    assert plate.camera.K[0, 0] == pytest.approx(50 / 36 * 320)


FAULTS = {
    "image: yard.png, camera": {
        "image: other.png, camera": "list.yaml:7:20: error: there is no file `other.png` [no-file]",
        "image: /etc/yard.png, camera": "list.yaml:7:20: error: `/etc/yard.png` is outside the folder of the shot list [outside]",
        "image: list.yaml, camera": "list.yaml:7:20: error: `list.yaml` is no picture [picture]",
        "image: text.png, camera": "list.yaml:7:20: error: `text.png` is no PNG or JPEG picture [picture]",
        "image: cut.png, camera": "list.yaml:7:20: error: `cut.png` cannot be read as a picture [picture]",
        "image: tiny.png, camera": "list.yaml:7:20: error: `tiny.png` is 9x9 pixels [picture-size]",
        "camera": "list.yaml:7:5: error: a plate of `yard` has no `image` [missing-key]",
        "image: yard.png, view: 3, camera": "unknown key `view` in a plate of `yard` [unknown-key]",
    },
    "{frame: WS tower shed, height: 6m}}\n    anchors": {
        "WS tower sheds}\n    anchors": "list.yaml:7:47: error: nothing in `yard` is called `sheds` [unknown-name]",
        "{aim: tower}}\n    anchors": "error: the camera of a plate of `yard` has no place to stand [missing-key]",
        "{at: [0, -20], aim: tower}}\n    anchors": "`at` of the camera of a plate of `yard` has no height [point]",
        "{frame: WS tower, move: static}}\n    anchors": "unknown key `move` in the camera of a plate of `yard` [unknown-key]",
        "tower}\n    anchors": "`tower` without a size only aims; the camera stands nowhere [no-stand]",
    },
}


@pytest.mark.parametrize(("old", "new", "said"), [(o, n, s) for o, news in FAULTS.items() for n, s in news.items()])
def test_what_is_wrong_with_a_plate_is_told_at_its_line(tmp_path, old, new, said):
    written(tmp_path)
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "cut.png").write_bytes((tmp_path / "yard.png").read_bytes()[:60])
    cv2.imwrite(str(tmp_path / "tiny.png"), np.zeros((9, 9, 3), np.uint8))
    assert old in LIST
    (tmp_path / "list.yaml").write_text(LIST.replace(old, new, 1))
    with pytest.raises(composer.ShotListError) as caught:
        composer.plan(composer.load(tmp_path / "list.yaml"))
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_the_size_of_a_picture_is_known_before_it_is_read(tmp_path, name):
    cv2.imwrite(str(tmp_path / name), np.zeros((37, 91, 3), np.uint8))
    data = (tmp_path / name).read_bytes()
    assert media.picture_size(data) == (91, 37)
    assert media.read_picture(data).shape == (37, 91, 3)
    assert media.picture_size(data[:6]) is None
    assert media.picture_size(b"GIF89a" + bytes(40)) is None


def test_editors_take_one_plate_or_a_list():
    schema = composer.shotlist.json_schema()
    check = jsonschema.Draft202012Validator({**schema["$defs"]["Place"], "$defs": schema["$defs"]})
    one = {"image": "a.png", "camera": "WS tower"}
    place = {"anchors": {"tower": {"box": "4 x 4 x 9m"}}}
    for plate, good in ((one, True), ([one, one], True), ({"image": "a.png"}, False), ("a.png", False)):
        assert check.is_valid({**place, "plate": plate}) is good


def test_a_list_of_plates_keeps_its_order(tmp_path, plugin):
    two = "plate: [{image: yard.png, camera: WS shed}, {image: yard.png, camera: {frame: WS tower shed, height: 6m}}]"
    text = LIST.replace("plate: {image: yard.png, camera: {frame: WS tower shed, height: 6m}}", two)
    rehearsal = rehearse(written(tmp_path, text))
    assert list(rehearsal.plates) == ["plate:yard/0", "plate:yard/1"]
    plan = rehearsal.plan(generators.load(plugin).capabilities, PlanOptions())
    assert {s.segment for s in sources(plan, "front")} <= set(rehearsal.plates)
    assert isinstance(rehearsal.scenes["yard"], Scene)
