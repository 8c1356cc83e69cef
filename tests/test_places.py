"""Ramps, rooms and what things are made of: where they stand, what rays meet, what cannot be."""

from math import pi

import mujoco as mj
import numpy as np
import pytest
from places import NOBODY, camera, place, solid, standing

import composer
from composer.camera.clearance import Solids
from composer.composing import rehearse
from composer.layout import corners_of, extent_of, lay_out, slope_of
from composer.looks import STUFFS, material_of, wall_text
from composer.scene import Scene
from composer.shade import Shader
from composer.shotlist import render
from composer.types import MATERIALS, ROOM_SOLIDS

HEAD = """\
places:
  here:
"""
SHOT = """\
shots:
  - {shot: one, duration: 1s, camera: {at: [0, -1.8, 1.5], frame: ada, lens: 24mm}}
"""


def a_list(place_text, subjects="  ada: {person: 1.7m, at: [0, 0]}\n"):
    indented = "".join(f"    {line}\n" for line in place_text.strip().splitlines())
    return f"{HEAD}{indented}subjects:\n{subjects}{SHOT}"


def laid_out(place_text, subjects="  ada: {person: 1.7m, at: [0, 0]}\n"):
    layouts, problems = lay_out(composer.read(a_list(place_text, subjects)))
    return layouts["here"], [problem.message for problem in problems]


def told(text):
    """Every fault of a list, as it is printed."""
    try:
        faults = rehearse(composer.read(text, "here.yaml")).faults
    except composer.ShotListError as error:
        faults = error.faults
    return "\n".join(render(fault) for fault in faults)


# --- ramps ----------------------------------------------------------------------------------------------------------------

YARD = """
anchors:
  dock: {box: 4 x 4 x 1.2m, at: [0, 5]}
  ramp: {ramp: 6 x 3 x 1.2m, look: worn steel plate, right_of: dock, facing: east}
marks:
  half: {on_top_of: ramp}
"""


def test_a_ramp_goes_down_the_way_it_faces():
    layout, problems = laid_out(YARD)
    assert problems == []
    (ramp,) = layout.anchor("ramp")
    extent = extent_of(ramp)
    np.testing.assert_allclose([*extent.low, *extent.high], [2, 3.5, 0, 8, 6.5, 1.2], atol=1e-9)
    slope = slope_of(ramp)
    np.testing.assert_allclose(slope.heights(np.array([[2, 5], [5, 4], [8, 6.0]])), [1.2, 0.6, 0.0], atol=1e-9)
    np.testing.assert_allclose(layout.marks["half"].position, [5, 5, 0.6], atol=1e-9)


@pytest.mark.parametrize(
    ("subject", "lift"),
    [
        ("sphere: 1m", 0.5 * np.hypot(1, 0.2)),
        ("{cylinder: 1 x 0.8m, axis: north", 0.5 * np.hypot(1, 0.2)),
        ("box: 1 x 1 x 1m", 0.5 + 0.5 * 0.2),
        ("person: 1.8m", 0.9),
    ],
)
def test_what_is_put_on_a_ramp_touches_its_slope(subject, lift):
    layout, problems = laid_out(YARD, f"  ada: {{{subject.lstrip('{')}, on_top_of: ramp}}\n")
    assert problems == []
    assert layout.subjects["ada"].T_world_solid[2, 3] == pytest.approx(0.6 + lift, abs=1e-9)


def test_what_is_in_a_ramp_has_sunk_and_what_is_over_it_has_not():
    _, problems = laid_out(YARD, "  ada: {box: 1 x 1 x 0.5m, at: [5, 5]}\n")
    assert len(problems) == 1
    assert problems[0].startswith("`ada` sinks 0.5 m into `ramp`")
    assert laid_out(YARD, "  ada: {box: 1 x 1 x 1m, at: [7, 5, 0.31]}\n")[1] == []


WEDGES = (
    solid(0, "ramp", (3, 6, 1.2), standing(0, 8, 0.6, 0.4)),
    solid(1, "ramp", (2, 1, 4), standing(5, 9, 2, 2.1)),
    solid(2, "ramp", (5, 2, 0.3), standing(-5, 7, 1.4, -1.0)),
)


def mujoco_wedges():
    """The same wedges as meshes of MuJoCo's own, and which triangle net stands where."""
    spec = mj.MjSpec()
    spec.worldbody.add_geom(name="ground", type=mj.mjtGeom.mjGEOM_PLANE, size=(0, 0, 1))
    for wedge in WEDGES:
        corners = corners_of(wedge) @ wedge.T_world_solid[:3, :3].T + wedge.T_world_solid[:3, 3]
        faces = [[0, 2, 1], [1, 2, 3], [2, 4, 3], [3, 4, 5], [0, 1, 5], [0, 5, 4], [0, 4, 2], [1, 3, 5]]
        spec.add_mesh(name=wedge.name, uservert=corners.ravel(), userface=np.ravel(faces))
        spec.worldbody.add_geom(name=wedge.name, type=mj.mjtGeom.mjGEOM_MESH, meshname=wedge.name)
    model = spec.compile()
    data = mj.MjData(model)
    mj.mj_forward(model, data)
    return model, data


@pytest.mark.parametrize("eye", [(0, 0, 2), (9, 14, 3), (-8, 9, 0.4), (1, 9, 7)])
def test_rays_meet_ramps_where_mujoco_does(eye):
    rng = np.random.default_rng(3)
    aims = np.array([w.T_world_solid[:3, 3] for w in WEDGES])[rng.integers(0, 3, 4000)]
    rays = aims + 2.5 * rng.normal(size=(4000, 3)) - eye
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    hits = Scene(place(*WEDGES)).cast_rays(np.array(eye, float), rays, NOBODY)
    model, data = mujoco_wedges()
    geom, distance, normal = np.empty((4000, 1), np.int32), np.empty((4000, 1)), np.empty((4000 * 3, 1))
    mj.mj_multiRay(
        model,
        data,
        np.array(eye, float)[:, None],
        rays.reshape(-1, 1),
        None,
        True,
        -1,
        geom,
        distance,
        normal,
        4000,
        1e6,
    )
    geom, distance, normal = geom.ravel(), distance.ravel(), normal.reshape(-1, 3)
    met = geom >= 0
    assert (met == (hits.geom >= 0)).mean() > 0.999
    both = met & (hits.geom == geom)
    assert both.sum() > 0.998 * met.sum()
    assert (geom[both] > 0).sum() > 200
    np.testing.assert_allclose(hits.depth[both], distance[both], rtol=2e-5)
    facing = (hits.normal[both] * normal[both]).sum(1)
    assert (abs(facing) > 1 - 1e-4).mean() > 0.995  # all but rays at edges


def test_shadows_of_ramps_agree_with_rays():
    scene = Scene(place(*WEDGES))
    rng = np.random.default_rng(5)
    points = np.column_stack([rng.uniform(-9, 9, 2000), rng.uniform(3, 13, 2000), rng.uniform(0.01, 3, 2000)])
    points = points[~Solids.of(scene.layout).hold(points).any(axis=1)]
    sun = np.array([0.5, -0.3, 0.4]) / np.linalg.norm([0.5, -0.3, 0.4])
    hidden = scene.occluded(points, sun, NOBODY)
    expected = [scene.cast_rays(p, sun[None], NOBODY).geom[0] >= 0 for p in points]
    assert (hidden == expected).all()
    assert 0.05 < hidden.mean() < 0.9


def test_a_camera_is_in_a_ramp_only_under_its_slope():
    solids = Solids.of(place(WEDGES[0]))
    up = WEDGES[0].T_world_solid @ np.array([[0, 0, 0.1, 1], [0, 0, -0.1, 1], [0, -2.5, 0.3, 1], [0, 2.5, 0.3, 1]]).T
    assert solids.hold(up[:3].T)[:, 0].tolist() == [False, True, False, True]
    assert solids.hold(up[:3].T, 0.2)[0, 0]
    eye, nobody = np.array([0.0, 0.0, 3.0]), np.zeros(1, bool)
    behind = (WEDGES[0].T_world_solid @ np.array([0, 3.2, 0.0, 1]))[:3]
    over = (WEDGES[0].T_world_solid @ np.array([0, -2.0, 0.1, 1]))[:3]
    assert solids.hide(eye, np.array([behind, over]), nobody).tolist() == [True, False]


def test_a_ramp_is_painted_on_its_slope():
    """Stripes along the slope stay as wide as they are on a flat face: nothing smears as it would from above."""
    wedge = solid(0, "ramp", (4, 4, 4), standing(0, 6, 2))
    scene = Scene(place(wedge))
    seen = camera((0, 1, 5), (0, 6, 2), (160, 90), 120)
    hits = scene.cast(seen, (160, 90), NOBODY)
    picture = Shader(scene)(hits, seen, NOBODY)
    assert (hits.anchor_id == wedge.id).mean() > 0.3
    assert picture[hits.anchor_id == wedge.id].std() > 1


# --- rooms ----------------------------------------------------------------------------------------------------------------

OFFICE = """
look: whitewashed harbour office
room: 5 x 4 x 2.6m
"""


def test_a_room_builds_walls_and_a_ceiling_round_the_origin():
    layout, problems = laid_out(OFFICE)
    assert problems == []
    assert tuple(s.name for s in layout.solids) == ROOM_SOLIDS
    assert layout.light == "indoor"
    assert layout.room == (5, 4, 2.6)
    assert {s.look for s in layout.solids} == {"whitewashed wall", "white plaster ceiling"}
    hits = Scene(layout).cast_rays(np.array([0.5, 0.5, 1.0]), np.vstack([np.eye(3), -np.eye(3)]), NOBODY)
    np.testing.assert_allclose(hits.depth, [2.0, 1.5, 1.6, 3.0, 2.5, 1.0], rtol=1e-6)
    names = {s.id: s.name for s in layout.solids}
    met = [names.get(int(i), "ground") for i in hits.anchor_id]
    assert met == ["wall_east", "wall_north", "ceiling", "wall_west", "wall_south", "ground"]
    np.testing.assert_allclose(hits.normal, np.vstack([-np.eye(3), np.eye(3)]), atol=1e-6)


def test_no_ray_leaves_a_room():
    rays = np.random.default_rng(1).normal(size=(5000, 3))
    hits = Scene(laid_out(OFFICE)[0]).cast_rays(np.array([-2.4, 1.9, 2.5]), rays, NOBODY)
    assert (hits.geom >= 0).all()


def test_things_stand_against_walls():
    layout, problems = laid_out(
        OFFICE + "anchors:\n  shelf: {box: 2 x 0.4 x 2m, in_front_of: wall_north, align: right, facing: wall_south}\n"
    )
    assert problems == []
    np.testing.assert_allclose(layout.extent("shelf").high[:2], [2.5, 2.0], atol=1e-9)


OUT = "things and people stay in the room, whose inside is x -2.5 to 2.5, y -2 to 2, z 0 to 2.6."
ROOM_FAULTS = [
    (
        OFFICE + "anchors:\n  desk: {box: 1.8 x 0.8 x 0.75m, at: [2, 0]}",
        f"""\
here.yaml:6:7: error: `desk` reaches 0.4 m beyond `wall_east` [out-of-room]
    desk: {{box: 1.8 x 0.8 x 0.75m, at: [2, 0]}}
    ^^^^
  {OUT} Against that wall it stands with `left_of: wall_east`""",
    ),
    (
        OFFICE + "marks:\n  door: {left_of: wall_west}",
        f"""\
here.yaml:6:7: error: `door` reaches 0.2 m beyond `wall_west` [out-of-room]
    door: {{left_of: wall_west}}
    ^^^^
  {OUT} Against that wall it stands with `right_of: wall_west`""",
    ),
    (
        OFFICE + "anchors:\n  wall_north: {box: 1 x 1 x 1m}",
        """\
here.yaml:6:7: error: `wall_north` is also a wall of `here` [name-twice]
    wall_north: {box: 1 x 1 x 1m}
    ^^^^^^^^^^
  one place never holds two things of one name; rename one of them""",
    ),
    (
        "look: yard",
        """\
here.yaml:2:3: error: place `here` has no `anchors` [missing-key]
  here:
  ^^^^
  expected `anchors: …`, or a `room: 5 x 4 x 2.6m`, which needs none""",
    ),
]


@pytest.mark.parametrize(("text", "expected"), ROOM_FAULTS)
def test_faults_of_rooms(text, expected):
    assert told(a_list(text)) == expected


@pytest.mark.parametrize(
    ("look", "walls"),
    [
        ("cluttered harbour office, warm desk lamp", "plaster wall"),
        ("whitewashed workshop", "whitewashed wall"),
        ("cellar of old red brick with an oak door", "old red brick wall"),
        ("", "plaster wall"),
    ],
)
def test_walls_look_as_the_place_says(look, walls):
    assert wall_text(look) == walls


# --- matter ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("look", "material"),
    [
        ("red brick warehouse with a slate roof", "brick"), ("blue steel oil drum", "steel"), ("oil drum", "steel"), ("scratched oak desk", "wood"),
        ("shipping containers, blue and rust", "steel"), ("black harbour water", "water"), ("red ball", "rubber"), ("wrought iron gate", "steel"),
        ("mossy boulder", "stone"), ("glowing grey monitor", "plastic"), ("painted steel door", "steel"), ("a red van", "steel"), ("thing", "wood"), ("lawn", "earth"),
    ],
)  # fmt: skip
def test_materials_follow_from_looks(look, material):
    assert material_of(look) == material


def test_every_material_has_its_figures():
    assert tuple(STUFFS) == MATERIALS


def test_mass_bounce_and_friction_follow_from_material_and_volume_unless_given():
    layout, _ = laid_out(
        YARD,
        "  ada: {person: 1.7m, at: [9, -9]}\n"
        "  drum: {cylinder: 0.6 x 0.9m, look: steel drum, at: [3, -3], mass: 90kg}\n"
        "  ball: {sphere: 0.2m, material: rubber, at: [5, -3], bounce: 0.9, friction: 0}\n"
        "  crate: {box: 1 x 1 x 1m, look: crate, at: [7, -3]}\n",
    )
    drum, ball = layout.subjects["drum"].physical, layout.subjects["ball"].physical
    assert (drum.material, drum.mass_kg, drum.bounce) == ("steel", 90, STUFFS["steel"].bounce)
    assert (ball.material, ball.bounce, ball.friction) == ("rubber", 0.9, 0)
    assert ball.mass_kg == pytest.approx(1100 * pi / 6 * 0.008)
    assert layout.subjects["crate"].physical.mass_kg == pytest.approx(600)
    assert layout.subjects["ada"].physical.mass_kg == 75
    (ramp,) = layout.anchor("ramp")
    assert ramp.physical.material == "steel"
    assert ramp.physical.mass_kg == pytest.approx(7850 * 6 * 3 * 1.2 / 2)


@pytest.mark.parametrize(
    ("place_text", "material"),
    [
        ("look: cobbled yard\nroom: 9 x 9 x 3m", "stone"),
        ("ground: wet grass\nroom: 9 x 9 x 3m", "earth"),
        ("look: office\nroom: 9 x 9 x 3m", "concrete"),
    ],
)
def test_the_ground_is_of_what_it_looks_like(place_text, material):
    assert laid_out(place_text)[0].ground_physical.material == material


MATTER_FAULTS = [
    ("mass: 90", "`90` has no unit [no-unit]", "expected a mass: `kg`, `g` or `t`. Did you mean `90kg`?"),
    ("mass: 90lb", "`90lb` is not a mass [wrong-unit]", "expected a mass: `kg`, `g` or `t`. Did you mean `90kg`?"),
    ("mass: 0kg", "a mass of 0 kg [range]", "expected `1g` to `10000t`. Did you mean `1g`?"),
    ("bounce: 2", "a bounce of 2 [range]", "expected `0` to `1`. Did you mean `1`?"),
    ("friction: -1", "a friction of -1 [range]", "expected `0` to `2`. Did you mean `0`?"),
    ("material: iron", "`iron` is no material [word]", "expected one of: wood, steel, stone, brick, concrete, glass, rubber, plastic, fabric, earth, water. Did you mean `steel`?"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "message", "hint"), MATTER_FAULTS)
def test_faults_of_matter(key, message, hint):
    text = told(a_list(OFFICE, f"  ada: {{person: 1.7m, at: [0, 0]}}\n  drum: {{sphere: 0.3m, at: [1, 1], {key}}}\n"))
    assert f"error: {message}\n" in text
    assert text.splitlines()[-1].strip().startswith(hint)
    value = key.split(": ")[1]
    assert text.splitlines()[2].count("^") == len(value)


def seen_inside(light="indoor", lamp=""):
    """Mean brightness (sRGB codes) of each solid of a lit room, and the picture."""
    layout, problems = laid_out(
        f"{OFFICE.strip()}\nlight: {light}\nsun: south 80deg\nanchors:\n  desk: {{box: 1 x 1 x 0.8m, at: [-1.5, 1]}}{lamp}"
    )
    assert problems == []
    scene, view = Scene(layout), camera((2, -1.6, 1.7), (-1, 0.6, 0.9), (160, 90), 80)
    hits = scene.cast(view, (160, 90), NOBODY)
    picture = Shader(scene)(hits, view, NOBODY).astype(float)
    names = {s.id: s.name for s in layout.solids} | {1: "floor"}
    return {names[int(i)]: picture[hits.anchor_id == i].mean() for i in np.unique(hits.anchor_id)}


def test_a_room_is_lit_from_inside_and_no_sun_comes_through_its_ceiling():
    inside = seen_inside()
    assert inside.keys() >= {"floor", "wall_north", "wall_west", "ceiling", "desk"}
    assert inside["floor"] > 60
    assert min(inside["wall_north"], inside["wall_west"]) > 110
    assert max(inside.values()) < 240
    assert seen_inside("day") == inside


def test_at_night_lamps_alone_are_on_and_shine_on_what_is_near():
    dark, lit = seen_inside("night"), seen_inside("night", "\n  bulb: {sphere: 0.3m, on_top_of: desk, lamp: warm}")
    assert max(dark.values()) < 0.6 * seen_inside()["wall_north"]
    assert lit["desk"] > 1.5 * dark["desk"]
    assert lit["wall_north"] > 1.5 * dark["wall_north"]


# --- walking on ramps -------------------------------------------------------------------------------------------------------

LOADING = """\
places:
  here:
    anchors:
      dock: {box: 4 x 4 x 1.2m, at: [0, 5]}
      ramp: {ramp: 6 x 3 x 1.2m, right_of: dock, facing: east}
    marks:
      yard: {at: [12, 5]}
      top: {on_top_of: dock}
      near: {at: [4, -3]}
      far_off: {at: [4, 12]}
      low_south: {at: [7.6, 0]}
      low_north: {at: [7.6, 9]}
subjects:
  ada: {person: 1.8m, at: START}
shots:
  - {shot: one, duration: 20s, camera: {at: [5, -25, 3], frame: dock}, motion: {ada: walk to GOAL}}
"""


def walked(start, goal):
    """Soles of a walker (m) along the way, and what is told of it."""
    text = LOADING.replace("START", start).replace("GOAL", goal)
    shotlist = composer.read(text, "here.yaml")
    rehearsal = rehearse(shotlist)
    times = np.linspace(0, 20, 401)
    track = rehearsal.story.sample("here", times).bodies["ada"]
    return track.T_world_body[:, :3, 3] - (0, 0, 0.9), [f.code for f in rehearsal.faults], track


@pytest.mark.parametrize(("start", "goal"), [("yard", "top"), ("top", "yard")])
def test_a_walker_goes_up_and_down_a_ramp(start, goal):
    soles, told_of, track = walked(start, goal)
    assert told_of == []
    assert soles[0, 2] == pytest.approx(0 if start == "yard" else 1.2, abs=1e-9)
    assert soles[-1, 2] == pytest.approx(1.2 if start == "yard" else 0, abs=1e-9)
    slope = np.clip((8 - soles[:, 0]) * 0.2, 0, 1.2)
    np.testing.assert_allclose(soles[:, 2], slope, atol=0.02)  # corners are rounded
    steady = np.linalg.norm(track.linear_m_s, axis=1)
    assert steady.max() < 1.9  # as fast as a walk sets off on level ground


def test_a_walker_ends_half_way_up_where_something_stands_on_the_dock():
    text = (
        LOADING.replace("START", "yard")
        .replace("GOAL", "crate")
        .replace("subjects:\n", "subjects:\n  crate: {box: 1 x 1 x 1m, on_top_of: dock, align: right}\n")
    )
    rehearsal = rehearse(composer.read(text, "here.yaml"))
    assert rehearsal.faults == ()
    track = rehearsal.story.sample("here", np.array([0.0, 20.0])).bodies["ada"]
    x, _, z = track.T_world_body[1, :3, 3]
    assert x == pytest.approx(2 + 0.6 + 0.25, abs=1e-6)
    assert z - 0.9 == pytest.approx((8 - x) * 0.2, abs=1e-6)


def test_a_ramp_is_in_the_way_from_its_sides_where_it_is_high():
    assert walked("near", "far_off")[1] == ["in-the-way"]
    soles, told_of, _ = walked("low_south", "low_north")
    assert told_of == []
    assert soles[:, 2].max() == pytest.approx(0.08, abs=0.01)
