"""`plates: auto`: a master view of each place is made first, and all its shots remember it instead of one another."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from places import camera, place, solid, standing

import composer
from composer import generators, media
from composer.camera.clearance import Solids
from composer.composing.clips import NATIVE
from composer.composing.master_views import at_size, master_view
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.errors import ShotListError
from composer.planning import PlanOptions, plan_json
from composer.printing import plan_lines
from composer.scene import Scene
from composer.store import Store
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, SourceFrame, WorldState

NOBODY = WorldState(0, {})
LIST = """\
title: Two sides
plates: auto
size: 256x160
places:
  yard:
    light: day
    anchors:
      tower: {box: 4 x 4 x 6m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
  office:
    anchors: {desk: {box: 2 x 1 x 1m, look: oak desk}}
subjects:
  ada: {person: 1.70m, look: brewer in a yellow apron, in_front_of: tower, gap: 3m}
styles: {film: muted teal, game: flat shading}
shots:
  - {shot: front, duration: 12f, camera: {frame: WS tower shed, height: 6m}}
  - {shot: desk, duration: 12f, place: office, camera: WS desk}
  - {shot: side, duration: 3s, place: yard, camera: {frame: WS tower shed, height: 5m, from: 170deg}}
  - {shot: alone, duration: 3s, join: independent, camera: {frame: WS tower shed, height: 6m}}
  - {shot: other, duration: 12f, style: game, camera: {frame: WS tower shed, height: 6m}}
  - {shot: shed, duration: 12f, camera: {frame: WS shed, height: 5m}}
"""
PLATE = "plate:yard/auto-day-film"


def planned(text, generator="recall", **options):
    return composer.plan(composer.read(text, "list.yaml"), generator=generator, **options)


def shot_of(segment_id):
    return segment_id.partition("/")[0]


def test_the_plan_lists_plates_first(plugin):
    lines = list(plan_lines(planned(LIST, plugin)))
    assert [line.rpartition("  ")[0].rstrip() for line in lines[1 : lines.index("")] if "loss" not in line] == [
        "segment                   film frames  place   light  style  join         native  prefix  memory",
        "plate:yard/auto-day-film  -            yard    day    film   -            0-9     0       -",
        "front/0                   0-12         yard    day    film   state        0-17    0       1",
        "desk/0                    12-24        office  day    film   state        0-17    0       -",
        "side/0                    24-73        yard    day    film   state        0-25    0       1",
        "side/1                    73-96        yard    day    film   continues    16-49   9       2",
        "alone/0                   96-145       yard    day    film   independent  0-25    0       -",
        "alone/1                   145-168      yard    day    film   continues    16-49   9       1",
        "other/0                   168-180      yard    day    game   state        0-17    0       -",
        "shed/0                    180-192      yard    day    film   state        0-17    0       1",
    ]


def test_shots_of_a_place_wait_for_its_plate_and_not_for_one_another(plugin):
    plan = planned(LIST, plugin)
    plates = {plate.id for plate in plan.plates}
    for shot in plan.shots:
        own = {segment.id for segment in shot.segments}
        for segment in shot.segments:
            assert set(segment.after) <= plates | own
            assert {source.segment for source in segment.memory} <= plates | own
    waits = {segment.id: segment.after for segment in plan.segments}
    assert waits["front/0"] == waits["side/0"] == waits["shed/0"] == (PLATE,)
    assert waits[PLATE] == waits["desk/0"] == waits["alone/0"] == waits["other/0"] == ()
    assert waits["alone/1"] == ("alone/0",), "it has no plate, and none of the others"
    without = planned(LIST.replace("plates: auto\n", ""), plugin)
    assert without.plates == ()
    assert any(shot_of(name) != shot.shot for shot in without.shots for s in shot.segments for name in s.after)


def test_a_hidden_cut_still_has_its_final_frames(plugin):
    text = LIST.replace("shed, duration: 12f", "shed, duration: 18f")
    text += "  - {shot: hidden, duration: 12f, join: last_frames, camera: {move: truck left 1m}}\n"
    hidden = planned(text, plugin).segments[-1]
    assert hidden.prefix_from == "shed/0"
    assert set(hidden.after) <= {"shed/0", PLATE}


def test_a_plate_is_a_short_clip_of_its_own(plugin):
    plan = planned(LIST, plugin)
    (plate,) = plan.plates
    assert plan.segments[0] is plate
    assert (plate.place, plate.light, plate.style, plate.shot) == ("yard", "day", "film", "")
    assert (plate.frames.start, plate.length, plate.prefix, plate.prefix_from) == (0, 9, 0, "")
    assert plan.shots[0].segments[0].memory == (SourceFrame(PLATE, 4),), "its middle frame"
    assert not SourceFrame(PLATE, 4).is_plate, "which is waited for, as pictures that are there are not"
    document = plan_json(plan)
    assert [entry["id"] for entry in document["plates"]] == [PLATE]
    assert planned(LIST, plugin, seed=1).plates[0].seed != plate.seed
    longer = planned(LIST + "  - {shot: more, duration: 1s, camera: WS tower}\n", plugin)
    assert longer.plates[0].seed == plate.seed, "whatever shots there are"


def test_each_light_and_style_has_its_own(plugin):
    text = LIST + (
        "  - {shot: dusk, duration: 3s, light: dusk, camera: WS tower}\n"
        "  - {shot: more, duration: 3s, style: game, camera: WS tower}\n"
    )
    names = [plate.id for plate in planned(text, plugin).plates]
    assert names == [PLATE, "plate:yard/auto-dusk-film", "plate:yard/auto-dusk-game"]


@pytest.mark.parametrize("told", [{"generator": "previz"}, {"generator": "recall", "without": ["memory"]}])
def test_without_memory_it_is_a_loss_and_nothing_is_made(plugin, told):  # noqa: ARG001 - it is one of them
    plan = planned(LIST, **told)
    assert plan.plates == ()
    assert "it reads no spatial memory: no plates are made" in plan.losses
    assert "no plates" not in " ".join(planned(LIST.replace("plates: auto\n", ""), **told).losses)


def test_another_word_is_told():
    with pytest.raises(ShotListError) as fault:
        composer.read(LIST.replace("plates: auto", "plates: all"), "list.yaml")
    assert str(fault.value) == (
        "list.yaml:2:9: error: `all` is no plates [word]\nplates: all\n        ^^^\n  expected `auto`"
    )


# --- the camera -----------------------------------------------------------------------------------------------------------


def seen_by(scene, eye, size):
    return set(np.unique(scene.cast(eye, size, NOBODY).anchor_id).tolist())


def test_it_shows_what_the_shots_show_one_by_one():
    """Two close shots of boxes far apart: the master view has both, from where neither camera stood."""
    size = (192, 108)
    boxes = [solid(k, "box", (2, 2, 2), standing(x, 0, 1)) for k, x in enumerate((-6, 6))]
    scene = Scene(place(*boxes))
    close = [[camera((x, -5, 1.6), (x, 0, 1), size, 160)] for x in (-6, 6)]
    both = {FIRST_ANCHOR, FIRST_ANCHOR + 1}
    assert not any(both <= seen_by(scene, eye, size) for shot in close for eye in shot)
    master = master_view(scene, close, size)
    assert both <= seen_by(scene, master, size)
    other = master_view(scene, close, size)
    np.testing.assert_array_equal(master.T_world_camera, other.T_world_camera)
    np.testing.assert_array_equal(master.K, other.K)


def test_it_stands_in_nothing():
    """A narrow yard: pulled back far enough, every camera would stand in a wall."""
    size = (192, 108)
    walls = [solid(k, "box", (12, 1, 5), standing(0, y, 2.5)) for k, y in enumerate((-4.0, 4.0))]
    box = solid(2, "box", (1, 1, 1), standing(0, 1, 0.5))
    scene = Scene(place(*walls, box))
    eyes = [[camera((x, -3, 1.6), (0, 1, 0.5), size, 160)] for x in (-1.0, 0.0, 1.0)]
    master = master_view(scene, eyes, size)
    eye = master.T_world_camera[:3, 3]
    assert not Solids.of(scene.layout).hold(eye[None], 0.2).any()
    assert eye[2] > 0
    assert FIRST_ANCHOR + 2 in seen_by(scene, master, size)


def test_it_is_as_wide_at_every_size():
    eye = camera((0, -5, 1.6), (0, 0, 1), (192, 108), 160)
    other = at_size(eye, (192, 108), (256, 160))
    assert other.K[0, 0] / 256 == pytest.approx(eye.K[0, 0] / 192)
    np.testing.assert_allclose(other.K[:2, 2], (128, 80))
    np.testing.assert_array_equal(other.T_world_camera, eye.T_world_camera)


def test_nobody_is_in_it_and_its_camera_rests(plugin):
    rehearsal = rehearse(composer.read(LIST, "list.yaml"))
    plan = rehearsal.plan(generators.load(plugin).capabilities, PlanOptions())
    cameras, world = rehearsal.tracks(plan.plates[0])
    assert len(cameras) == len(world) == 9
    assert not world.bodies
    assert (cameras.T_world_camera == cameras.T_world_camera[0]).all()
    assert not rehearsal.beyond(plan.plates[0])[1].bodies
    assert rehearsal.tracks(plan.shots[0].segments[0])[1].bodies, "she is in the shots"


# --- the picture ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def studio(tmp_path_factory, plugin):
    rehearsal, maker = rehearse(composer.read(LIST, "list.yaml")), generators.load(plugin)
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    studio = Studio(rehearsal, plan, maker, Store(tmp_path_factory.mktemp("film")), None)
    for segment in plan.segments:
        studio.render(segment)
    return studio


def chroma(pixels):
    """Which colour they have, in whatever light: shares of red, green and blue."""
    colour = np.median(pixels, axis=0)
    return colour / colour.sum()


def shown(studio, segment, frame=0):
    """A frame that was made, and what its controls say of it."""
    picture = list(media.read_frames(studio.clips.entry(segment.id).path(NATIVE)))[frame]
    return picture, studio.requests.controls(segment, *studio.rehearsal.tracks(segment)).frame(frame)


def test_the_colours_of_the_plate_are_those_of_every_shot(studio):
    """Each shot would invent colours of its own; where the plate saw the wall, all have the plate's."""
    plate = studio.plan.plates[0]
    made, control = shown(studio, plate, 4)
    assert not (control.anchor_id >= FIRST_SUBJECT).any()
    for anchor in (FIRST_ANCHOR, FIRST_ANCHOR + 1):
        hue = chroma(made[control.anchor_id == anchor])
        for shot in ("front", "side", "shed") if anchor != FIRST_ANCHOR else ("front", "side"):
            picture, own = shown(studio, studio.requests.segments[f"{shot}/0"])
            here = (own.anchor_id == anchor) & own.memory_mask
            assert here.sum() > 200
            assert np.abs(chroma(picture[here]) - hue).max() < 0.02, (shot, anchor)
    picture, own = shown(studio, studio.requests.segments["alone/0"])
    assert not own.memory_mask.any()
    assert np.abs(chroma(picture[own.anchor_id == FIRST_ANCHOR + 1]) - hue).max() > 0.02, "it invents its own"


def test_a_plate_is_kept_and_counted_like_any_segment(plugin, tmp_path):
    text = LIST.replace("3s", "12f")
    first = composer.compose(composer.read(text, "list.yaml"), generator=plugin, out=tmp_path)
    assert (first.kept, len(first.plan.segments)) == (0, 1 + 6)
    steps = []
    again = composer.compose(composer.read(text, "list.yaml"), generator=plugin, out=tmp_path, on_progress=steps.append)
    assert again.kept == 7
    moved = text.replace("gap: 3m}\n  office", "gap: 4m}\n  office")
    assert moved != text
    third = composer.compose(composer.read(moved, "list.yaml"), generator=plugin, out=tmp_path)
    assert third.kept == 1, "of the office alone"


def test_a_users_plate_is_older(plugin, tmp_path):
    cv2.imwrite(str(tmp_path / "yard.png"), np.random.default_rng(0).integers(0, 256, (180, 320, 3)).astype(np.uint8))
    plate = "    light: day\n    plate: {image: yard.png, camera: {frame: WS tower shed, height: 6m}}\n"
    (tmp_path / "list.yaml").write_text(LIST.replace("    light: day\n", plate))
    plan = composer.plan(composer.load(tmp_path / "list.yaml"), generator=plugin)
    made = plan.plates[0]
    assert made.memory == (SourceFrame("plate:yard/0", 0),)
    assert made.after == ()
    read = {source.segment for shot in plan.shots for s in shot.segments for source in s.memory}
    assert {"plate:yard/0", PLATE} <= read
    other = replace(made, memory=())
    rehearsal, maker = rehearse(composer.load(tmp_path / "list.yaml")), generators.load(plugin)
    studio = Studio(rehearsal, plan, maker, Store(tmp_path / "out"), None)
    frames = [studio.requests.controls(s, *rehearsal.tracks(s)).frame(0) for s in (made, other)]
    assert [frame.memory_mask.any() for frame in frames] == [True, False]
