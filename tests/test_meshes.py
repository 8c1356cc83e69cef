"""Mesh files: nodes, sizes, colours and textures, what rays meet in them, and files that are none."""

from math import pi

import mujoco as mj
import numpy as np
import pytest
import trimesh
from PIL import Image
from places import NOBODY, camera, place, standing
from trimesh.visual import ColorVisuals, TextureVisuals
from trimesh.visual.material import PBRMaterial

import composer
from composer.camera.clearance import Solids
from composer.composing import rehearse
from composer.errors import Wrong
from composer.layout import extent_of, lay_out
from composer.layout.meshes import read_model, size_of
from composer.scene import Scene
from composer.shade import Shader
from composer.shotlist import render
from composer.store import digest
from composer.types import FIRST_ANCHOR, Solid, WorldState

RED = (180, 20, 20, 255)


def house(path, colour=RED):
    """A house 4 m wide, 3 m high and 5 m deep, as glTF has it (Y up), with a textured door on its front (+Z)."""
    walls = trimesh.creation.box((4, 3, 5))
    walls.visual = TextureVisuals(uv=np.zeros((8, 2)), material=PBRMaterial(baseColorFactor=list(colour)))
    door = trimesh.creation.box((1, 2, 0.1))
    halves = np.zeros((8, 8, 3), np.uint8)
    halves[:4], halves[4:] = (0, 255, 0), (0, 0, 255)  # green above, blue below
    uv = door.vertices[:, :2] / (1, 2) + 0.5
    door.visual = TextureVisuals(uv=uv, material=PBRMaterial(baseColorTexture=Image.fromarray(halves)))
    scene = trimesh.Scene()
    scene.add_geometry(walls, node_name="Walls")
    shift = trimesh.transformations.translation_matrix([0, -0.5, 2.55])
    scene.add_geometry(door, node_name="Door.001", transform=shift)
    scene.export(path)


@pytest.fixture
def folder(tmp_path):
    house(tmp_path / "house.glb")
    trimesh.creation.icosphere(3, 1.0).export(tmp_path / "ball.obj")
    return tmp_path


def text(anchors, camera_text="WS house", subjects=""):
    lines = "".join(f"      {line}\n" for line in anchors.splitlines())
    return f"places:\n  yard:\n    anchors:\n{lines}{subjects}shots:\n  - {{shot: one, duration: 1s, camera: {camera_text}}}\n"


def told(list_text, folder):
    try:
        faults = rehearse(composer.read(list_text, "yard.yaml", folder)).faults
    except composer.ShotListError as error:
        faults = error.faults
    return "\n".join(render(fault) for fault in faults)


def laid_out(list_text, folder):
    layouts, problems = lay_out(composer.read(list_text, "yard.yaml", folder), folder)
    assert problems == []
    return layouts["yard"]


def a_solid(mesh, T=None, name="mesh"):
    return Solid(
        name, name, FIRST_ANCHOR, "mesh", size_of(mesh), standing(0, 6, 2) if T is None else T, name, mesh=mesh
    )


def test_nodes_are_anchors_of_their_own_and_stand_as_modelled(folder):
    layout = laid_out(text("house: {mesh: house.glb, at: [10, 0], facing: east, look: cottage}"), folder)
    walls, door = layout.anchor("house")
    assert (walls.name, door.name) == ("house_walls", "house_door_001") or (door.name, walls.name) == (
        "house_walls",
        "house_door_001",
    )
    by_name = {s.name: s for s in layout.solids}
    assert layout.anchor("house_door_001") == (by_name["house_door_001"],)
    assert len({s.id for s in layout.solids}) == 2
    low, high = layout.extent("house").low, layout.extent("house").high
    np.testing.assert_allclose(
        [*low, *high], [7.45, -2, 0, 12.55, 2, 3], atol=1e-9
    )  # the door stands 0.1 m proud, east
    door = extent_of(by_name["house_door_001"])
    np.testing.assert_allclose([*door.low, *door.high], [12.45, -0.5, 0, 12.55, 0.5, 2], atol=1e-9)


def test_names_of_nodes_may_be_framed_and_others_may_not(folder):
    assert told(text("house: {mesh: house.glb}", "WS house_door_001"), folder) == ""
    said = told(text("house: {mesh: house.glb}", "WS house_dor_001"), folder)
    assert "nothing in `yard` is called `house_dor_001` [unknown-name]" in said
    assert said.endswith("Did you mean `house_door_001`?")
    twice = told(text("house: {mesh: house.glb}\nhouse_walls: {box: 1 x 1 x 1m, right_of: house}"), folder)
    assert "`house_walls` is also a node of the mesh `house`, an anchor of `yard` [name-twice]" in twice


def test_rows_of_meshes_count_items_and_nodes(folder):
    layout = laid_out(text("house: {mesh: house.glb, repeat: 3 every 8m east}", "WS house_2_walls"), folder)
    assert len(layout.anchor("house")) == 6
    assert len(layout.anchor("house_2")) == 2
    assert len({s.id for s in layout.solids}) == 6
    np.testing.assert_allclose(extent_of(layout.anchor("house_3_walls")[0]).centre[0], 16, atol=1e-9)


def test_a_height_scales_all_of_it(folder):
    layout = laid_out(text("house: {mesh: house.glb, height: 6m}"), folder)
    np.testing.assert_allclose(layout.extent("house").size, [8, 10.2, 6], atol=1e-9)
    (ball,) = laid_out(text("ball: {mesh: ball.obj, height: 1m, material: rubber}", "WS ball"), folder).solids
    assert ball.mesh.closed
    assert ball.physical.mass_kg == pytest.approx(1100 * pi / 6, rel=0.03)
    assert ball.mesh.volume_m3 == pytest.approx(pi / 6, rel=0.03)


def test_a_subject_may_be_a_mesh(folder):
    subjects = "subjects:\n  prop: {mesh: house.glb, at: [9, 0], mass: 2t}\n"
    layout = laid_out(text("house: {mesh: house.glb}", subjects=subjects), folder)
    prop = layout.subjects["prop"]
    assert len(prop.mesh.corners) == 24
    assert prop.physical.mass_kg == 2000
    assert told(text("house: {mesh: house.glb}", subjects=subjects), folder) == ""


def test_rays_meet_triangles_where_mujoco_does():
    ring = trimesh.creation.torus(1.0, 0.4, major_sections=24, minor_sections=16)
    mesh = read_from(ring)
    T = standing(0.3, 6, 2, 0.7)
    scene = Scene(place(a_solid(mesh, T)))
    rng = np.random.default_rng(2)
    eye = np.array([0.0, 0.0, 2.5])
    rays = np.array([0.3, 6, 2]) + rng.normal(size=(4000, 3)) - eye
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    spec = mj.MjSpec()
    points = mesh.corners.reshape(-1, 3) @ T[:3, :3].T + T[:3, 3]
    vertices, index = np.unique(points.round(9), axis=0, return_inverse=True)
    spec.add_mesh(
        name="m", uservert=vertices.ravel(), userface=index.ravel(), inertia=mj.mjtMeshInertia.mjMESH_INERTIA_SHELL
    )
    spec.worldbody.add_geom(type=mj.mjtGeom.mjGEOM_MESH, meshname="m")
    model = spec.compile()
    data = mj.MjData(model)
    mj.mj_forward(model, data)
    n = len(rays)
    geom, distance, normal = np.empty((n, 1), np.int32), np.empty((n, 1)), np.empty((3 * n, 1))
    mj.mj_multiRay(model, data, eye[:, None], rays.reshape(-1, 1), None, True, -1, geom, distance, normal, n, 1e6)
    hits = scene.cast_rays(eye, rays, NOBODY)
    met, seen = geom.ravel() >= 0, hits.geom == 1
    assert met.sum() > 1000
    assert (met == seen).mean() > 0.999
    both = met & seen
    np.testing.assert_allclose(hits.depth[both], distance.ravel()[both], rtol=1e-4)
    facing = (hits.normal[both] * normal.reshape(-1, 3)[both]).sum(1)
    assert (facing > 1 - 1e-4).mean() > 0.99


def read_from(geometry, name="thing.glb", **how):
    """A geometry of trimesh's as it comes back from a file."""
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        geometry.export(Path(folder) / name, **how)
        return read_model(Path(folder), name).whole


def test_normals_are_interpolated_only_where_the_file_says_smooth():
    ball = trimesh.creation.icosphere(2, 1.0)
    flat, smooth = read_from(ball), read_from(ball, include_normals=True)
    rays = np.random.default_rng(4).normal(scale=0.12, size=(500, 3)) + np.array([0, 1, 0])
    for mesh, worst in ((flat, None), (smooth, 0.02)):
        T = standing(0, 6, 0)
        hits = Scene(place(a_solid(mesh, T))).cast_rays(np.zeros(3), rays, NOBODY)
        at = hits.geom == 1
        assert at.sum() > 100
        true = rays[at] * hits.depth[at, None] - T[:3, 3]
        true /= np.linalg.norm(true, axis=1, keepdims=True)
        off = np.linalg.norm(hits.normal[at] - true, axis=1).max()
        assert off < worst if worst else off > 0.05


@pytest.mark.parametrize("closed", [True, False])
def test_shadows_of_meshes_agree_with_rays(closed):
    ring = trimesh.creation.torus(1.0, 0.4, major_sections=24, minor_sections=16)
    if not closed:
        ring.update_faces(np.arange(len(ring.faces)) % 7 > 0)
    mesh = read_from(ring)
    assert mesh.closed == closed
    scene = Scene(place(a_solid(mesh, standing(0, 6, 1.5))))
    rng = np.random.default_rng(5)
    points = np.column_stack([rng.uniform(-4, 4, 3000), rng.uniform(3, 9, 3000), rng.uniform(0, 0.9, 3000)])
    points = points[~Solids.of(scene.layout).hold(points).any(axis=1)]
    sun = np.array([0.4, -0.3, 0.8]) / np.linalg.norm([0.4, -0.3, 0.8])
    hidden = scene.occluded(points, sun, NOBODY)
    expected = np.array([scene.cast_rays(p, sun[None], NOBODY).geom[0] == 1 for p in points])
    assert 0.03 < expected.mean() < 0.9
    assert (hidden == expected).mean() > 0.998


def test_what_lies_on_a_mesh_is_not_in_its_own_shadow():
    mesh = read_from(trimesh.creation.icosphere(3, 1.0))
    scene = Scene(place(a_solid(mesh, standing(0, 6, 3))))
    rays = np.random.default_rng(4).normal(scale=0.1, size=(500, 3)) + np.array([0, 6, -6])
    eye = np.array([0.0, 0.0, 9.0])
    hits = scene.cast_rays(eye, rays, NOBODY)
    points, normals = (eye + rays * hits.depth[:, None])[hits.geom == 1], hits.normal[hits.geom == 1]
    sun = np.array([0.0, -0.6, 0.8])
    lit = normals @ sun > 0.1
    assert lit.sum() > 50
    assert not scene.occluded(points[lit], sun, NOBODY).any()


def picture(layout, eye, target, state=NOBODY):
    scene = Scene(layout)
    seen = camera(eye, target, (160, 90), 140)
    hits = scene.cast(seen, (160, 90), state)
    return Shader(scene)(hits, seen, state).astype(float), hits


def test_the_picture_shows_the_files_colours_and_textures_upright(folder):
    layout = laid_out(text("house: {mesh: house.glb, look: house}"), folder)
    image, hits = picture(layout, (0, -8, 1.2), (0, 0, 1.2))
    ids = {s.name: s.id for s in layout.solids}
    walls = image[hits.anchor_id == ids["house_walls"]].mean(axis=0)
    assert walls[0] > 1.8 * max(walls[1], walls[2])
    rows, columns = np.nonzero(hits.anchor_id == ids["house_door_001"])
    middle = np.median(rows)
    upper, lower = (image[rows[at], columns[at]].mean(axis=0) for at in (rows < middle - 2, rows > middle + 2))
    assert upper[1] > 2 * upper[2]
    assert lower[2] > 2 * lower[1]


def test_vertex_colours_are_shown():
    ball = trimesh.creation.icosphere(2, 1.0)
    ball.visual = ColorVisuals(
        ball, vertex_colors=np.where(ball.vertices[:, :1] > 0, [255, 0, 0, 255], [0, 0, 255, 255])
    )
    image, hits = picture(place(a_solid(read_from(ball))), (0, 0, 2), (0, 6, 2))
    columns = np.nonzero(hits.geom == 1)[1]
    shown = image[hits.geom == 1]
    left, right = shown[columns < columns.mean() - 5].mean(axis=0), shown[columns > columns.mean() + 5].mean(axis=0)
    assert left[2] > 2 * left[0]
    assert right[0] > 2 * right[2]


def test_a_mesh_without_colours_has_the_look_of_its_words():
    ball = read_from(trimesh.creation.icosphere(2, 1.0), "ball.obj")
    assert not ball.painted
    looks = [picture(place(a_solid(ball, name=n)), (0, 0, 2), (0, 6, 2)) for n in ("red brick", "blue paint")]
    brick, paint = (image[hits.geom == 1].mean(axis=0) for image, hits in looks)
    assert brick[0] > 1.3 * brick[2]
    assert paint[2] > 1.3 * paint[0]


def test_a_camera_may_stand_in_the_hollow_of_a_mesh_but_not_in_its_stuff():
    ring = a_solid(read_from(trimesh.creation.torus(1.0, 0.4, major_sections=24, minor_sections=16)), standing(0, 0, 1))
    solids = Solids.of(place(ring))
    points = np.array([[0, 0, 1.0], [1.0, 0, 1.0], [0.7, 0.7, 1.2], [2, 0, 1]]) + 1e-3
    up = ring.T_world_solid[:3, :3]
    assert np.isclose(up[2, 2], 1)
    inside = solids.hold(points)[:, 0]
    flat = size_of(ring.mesh)[2] < 1  # glTF's Y-up turns the ring on its edge
    assert not inside[0]
    assert not inside[3]
    assert inside[1] == (True if flat else inside[1])
    assert solids.hold(points, 0.2)[0, 0]
    through = np.array([[0.0, 4.0, 1.0]])
    assert not solids.hide(np.array([0.0, -4.0, 1.0]), through, np.zeros(1, bool))[0]
    beside = np.array([[1.0, 4.0, 1.0]])
    assert solids.hide(np.array([1.0, -4.0, 1.0]), beside, np.zeros(1, bool))[0]


def test_a_changed_file_changes_the_keys_of_clips(folder):
    before = digest(laid_out(text("house: {mesh: house.glb}"), folder))
    assert digest(laid_out(text("house: {mesh: house.glb}"), folder)) == before
    house(folder / "house.glb", (20, 20, 180, 255))
    assert digest(laid_out(text("house: {mesh: house.glb}"), folder)) != before


BROKEN = [
    ("house.glb", b"glTF nonsense", "`house.glb` cannot be read as a mesh"),
    ("house.obj", b"v 0 0 0\n", "`house.obj` is empty [mesh]"),
    ("house.obj", b"", "`house.obj`"),
    ("house.obj", b"v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\n", "`house.obj` is empty [mesh]"),
]


@pytest.mark.parametrize(("name", "content", "message"), BROKEN)
def test_a_file_that_is_no_mesh_is_a_fault_at_its_key(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    said = told(text(f"house: {{mesh: {name}}}"), tmp_path)
    assert said.startswith(f"yard.yaml:4:21: error: {message}")
    assert said.splitlines()[2].count("^") == len(name)
    assert "Traceback" not in said


OUTSIDE = [
    ("mesh: ../house.glb", "`../house.glb` is outside the folder of the shot list [outside]"),
    ("mesh: none.glb", "there is no file `none.glb` [no-file]"),
    ("mesh: house.fbx", "`house.fbx` is no mesh [mesh]"),
    ("box: 1 x 1 x 1m, height: 2m", "the height of a box is one of its measures [height]"),
]


@pytest.mark.parametrize(("keys", "message"), OUTSIDE)
def test_faults_of_mesh_keys(folder, keys, message):
    said = told(text(f"house: {{{keys}}}"), folder)
    assert f"error: {message}" in said
    assert said.count("error") == 1


def test_a_mesh_reads_no_file_outside_the_folder(tmp_path):
    inside = tmp_path / "film"
    inside.mkdir()
    (tmp_path / "secret.mtl").write_text("newmtl paint\nKd 1 0 0\n")
    (inside / "thing.obj").write_text(
        "mtllib ../secret.mtl\nusemtl paint\nv 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 2 3\nf 1 2 4\n"
    )
    with pytest.raises(Wrong, match="which is not in the folder of the list"):
        read_model(inside, "thing.obj")


# --- variants -------------------------------------------------------------------------------------------------------------


def test_a_variant_is_seen_while_it_is_in_force_and_changes_nothing_else():
    drum = Solid(
        "drum", "drum", FIRST_ANCHOR, "cylinder", (1.2, 1.2, 1.8), standing(0, 6, 0.9), "blue steel drum",
        looks={"burnt": "burnt and sooty"},
    )  # fmt: skip
    layout = place(drum)
    scene = Scene(layout)
    shader = Shader(scene)
    seen = camera((0, 0, 1.2), (0, 6, 1), (160, 90), 140)

    def shown(variants):
        state = WorldState(0, {}, 0.0, variants)
        return shader(scene.cast(seen, (160, 90), state), seen, state).astype(float)

    hits = scene.cast(seen, (160, 90), NOBODY)
    plain, burnt, again = shown({}), shown({"drum": "burnt"}), shown({"drum": "plain"})
    assert (plain == again).all()
    on = hits.anchor_id == drum.id
    assert burnt[on].mean() < 0.92 * plain[on].mean()
    assert abs(burnt[~on] - plain[~on]).max() < 40  # what mirrors it may change a little
    assert shader.looks_at(WorldState(0, {}, 0.0, {"drum": "burnt"})) is shader.looks_at(
        WorldState(1, {}, 1.0, {"drum": "burnt"})
    )


def test_variants_reach_the_solids(folder):
    layout = laid_out(text("house: {mesh: house.glb, looks: {ruined: charred}}"), folder)
    assert all(s.looks == {"ruined": "charred"} for s in layout.solids)
    said = told(text("house: {mesh: house.glb, looks: {plain: charred}}"), folder)
    assert "`plain` is a word of the language [taken-name]" in said


def test_what_is_convex_cannot_be_sunk_into_and_hollows_can_be_stood_in(folder):
    trimesh.creation.torus(3.0, 0.3).export(folder / "ring.obj")
    inside = "subjects:\n  ada: {person: 1.7m, at: [0, 0]}\n"
    _, problems = lay_out(composer.read(text("ring: {mesh: ring.obj}", "WS ring", inside), folder=folder), folder)
    assert problems == []
    _, problems = lay_out(composer.read(text("ball: {mesh: ball.obj}", "WS ball", inside), folder=folder), folder)
    assert [p.code for p in problems] == ["sunk"]
    house(folder / "nested.glb")
    scene = trimesh.load_scene(folder / "nested.glb")
    scene.add_geometry(trimesh.creation.box((1, 1, 1)), node_name="inside")
    scene.export(folder / "nested.glb")
    assert len(laid_out(text("house: {mesh: nested.glb}"), folder).solids) == 3


def test_a_sheet_without_thickness_stands_and_is_seen_from_both_sides(tmp_path):
    (tmp_path / "sheet.obj").write_text("v -1 0 0\nv 1 0 0\nv 1 0 2\nv -1 0 2\nf 1 2 3\nf 1 3 4\n")
    list_text = text("sheet: {mesh: sheet.obj}\nbox: {box: 1 x 1 x 1m, behind: sheet, gap: 1m}", "WS sheet")
    assert told(list_text, tmp_path) == ""
    layout = laid_out(list_text, tmp_path)
    scene, sheet = Scene(layout), layout.anchor("sheet")[0]
    for eye, way in (([0, -3, 1], [0, 1, 0]), ([0, 0.5, 1], [0, -1, 0])):
        hits = scene.cast_rays(np.array(eye, float), np.array([way], float), NOBODY)
        assert hits.anchor_id[0] == sheet.id
        np.testing.assert_allclose(hits.normal[0], -np.array(way), atol=1e-6)
    hidden = scene.occluded(
        np.array([[0.2, 1.0, 1.0], [0.2, -1.0, 1.0], [3.0, 1.0, 1.0]]), np.array([0.0, -1, 0]), NOBODY
    )
    assert hidden.tolist() == [True, False, False]


def test_a_film_of_meshes_rooms_and_ramps_renders_and_is_kept_until_the_file_changes(folder):
    list_text = """\
size: 64x64
places:
  yard:
    anchors:
      house: {mesh: house.glb, looks: {burnt: charred}}
      ramp: {ramp: 3 x 2 x 1m, right_of: house, facing: east}
  den: {look: brick cellar, room: 4 x 4 x 2.5m}
subjects:
  ball: {mesh: ball.obj, height: 0.5m, on_top_of: ramp, material: rubber}
  ada: {person: 1.7m, place: den, at: [0, 1]}
shots:
  - {shot: outside, duration: 2f, camera: WS house ball}
  - {shot: inside, duration: 2f, place: den, camera: MS ada}
"""
    path = folder / "film.yaml"
    path.write_text(list_text)
    out = folder / "out"
    film = composer.compose(composer.load(path), generator="previz", out=out, draft=True)
    assert film.path.exists()
    assert composer.compose(composer.load(path), generator="previz", out=out, draft=True).kept == len(
        film.plan.segments
    )
    house(folder / "house.glb", (20, 20, 180, 255))
    assert (
        composer.compose(composer.load(path), generator="previz", out=out, draft=True).kept
        == len(film.plan.segments) - 1
    )
