"""Shots whose camera comes out of a file, and the cameras of a film as files: there and back through the program."""

import json
import shutil
from fractions import Fraction
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from test_cli import run

import composer
from composer.camera.formats import FORMS, PoseFile, read, write
from composer.camera.optics import Gate
from composer.camera.path import CameraPath
from composer.camera.recorded import Curve, Recorded
from composer.camera.target import Scenery
from composer.composing import rehearse
from composer.layout import lay_out
from composer.shotlist import json_schema, render
from composer.types import CameraTrack
from composer.world import Story

SAMPLE = Path(__file__).parent / "data" / "gltf_animated_cameras"
SIZE = (128, 72)

LIST = """\
fps: 24
size: 128x72
places:
  yard:
    anchors:
      tower: {box: 4 x 4 x 9m}
      shed: {box: 6 x 4 x 3m, right_of: tower, gap: 3m}
shots:
  - shot: front
    duration: 1s
    camera: {file: moves.json}
"""


def line(start, stop, frames=24, focal=120.0):
    """A camera that glides along a straight line, level, looking north."""
    poses = np.tile(np.eye(4), (frames, 1, 1))
    poses[:, :3, :3] = np.column_stack([(1, 0, 0), (0, 0, -1), (0, 1, 0)])
    poses[:, :3, 3] = np.linspace(start, stop, frames)
    K = np.tile(np.array([[focal, 0, 64], [0, focal, 36], [0, 0, 1.0]]), (frames, 1, 1))
    return CameraTrack(K, poses, SIZE)


@pytest.fixture
def told(tmp_path):
    """Every fault of the list, its file written from a track, as it is printed."""

    def tell(track, text=LIST):
        if track is not None:
            write(track, Fraction(24), tmp_path / "moves.json", "nerfstudio")
        (tmp_path / "list.yaml").write_text(text)
        try:
            faults = composer.check(composer.load(tmp_path / "list.yaml"))
        except composer.ShotListError as error:
            faults = error.faults
        return "\n".join(render(fault) for fault in faults).replace(f"{tmp_path}/", "")

    return tell


# --- there and back ---------------------------------------------------------------------------------------------------

FILM = LIST.replace("fps: 24", "fps: 23.976").replace(
    "    camera: {file: moves.json}\n",
    """\
    camera: {frame: WS tower shed, move: arc left 20deg + dolly in 1m}
  - shot: 12A
    duration: 1.5s
    camera: {frame: WS tower, from: north-east, height: 6m, lens: 50mm, move: [static for 10f, truck left 2m]}
""",
)


@pytest.mark.parametrize("form", FORMS)
def test_the_cameras_of_a_film_come_back_through_the_program(tmp_path, form):
    (tmp_path / "film.yaml").write_text(FILM)
    done = run("cameras", "film.yaml", "-o", "moves", "--format", form, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    names = done.stdout.split()
    assert len(names) == 2
    text = FILM
    for shot, name in zip(("front", "12A"), names, strict=True):
        file = f"{name}/images.txt" if form == "colmap" else name
        head, rest = text.split(f"shot: {shot}\n")
        before, _, after = rest.partition("camera: ")
        text = f"{head}shot: {shot}\n{before}camera: {{file: {file}}}\n{after.partition(chr(10))[2]}"
    (tmp_path / "back.yaml").write_text(text)
    assert composer.check(composer.load(tmp_path / "back.yaml")) == ()
    film, back = (rehearse(composer.load(tmp_path / name)) for name in ("film.yaml", "back.yaml"))
    for slate in film.slates:
        times = np.arange(len(slate.frames)) / float(slate.fps)
        ours, theirs = (side.cameras[slate.name].track(times, SIZE) for side in (film, back))
        np.testing.assert_allclose(theirs.T_world_camera, ours.T_world_camera, atol=1e-6)
        np.testing.assert_allclose(theirs.K, ours.K, atol=1e-9)
        assert len(read(tmp_path / _poses(form, slate.name), slate.fps).times_s) == len(slate.frames)  # no handles


def _poses(form, shot):
    return {"nerfstudio": f"moves/{shot}.json", "re10k": f"moves/{shot}.txt", "gltf": f"moves/{shot}.gltf"}.get(
        form, f"moves/{shot}/images.txt"
    )


def test_cameras_of_some_shots_and_of_none(tmp_path):
    (tmp_path / "film.yaml").write_text(FILM)
    done = run("cameras", "film.yaml", "--shot", "12A", cwd=tmp_path)
    assert done.stdout == "out/film-cameras/12A.json\n"
    assert [path.name for path in (tmp_path / "out" / "film-cameras").iterdir()] == ["12A.json"]
    done = run("cameras", "film.yaml", "--shot", "nobody", cwd=tmp_path)
    assert done.returncode == 2
    assert "no shot `nobody`; the film has front, 12A" in done.stderr
    with pytest.raises(KeyError, match="no shot `nobody`"):
        composer.cameras(composer.load(tmp_path / "film.yaml"), out=tmp_path / "out", shots=["nobody"])
    assert run("cameras", "film.yaml", "--format", "fbx", cwd=tmp_path).returncode == 2
    (tmp_path / "bad.yaml").write_text(FILM.replace("WS tower,", "WS towers,"))
    done = run("cameras", "bad.yaml", "-o", "none", cwd=tmp_path)
    assert done.returncode == 3
    assert not (tmp_path / "none").exists()
    (tmp_path / "taken").write_text("")
    assert run("cameras", "film.yaml", "-o", "taken", cwd=tmp_path).returncode == 7


def test_a_real_file_of_animated_cameras_plays(tmp_path):
    for name in ("24_animation_pointer.gltf", "AnimateAllTheThings.bin"):
        shutil.copy(SAMPLE / name, tmp_path)
    file = '{file: "24_animation_pointer.gltf#Camera-Perspective"}'
    text = LIST.replace("{file: moves.json}", file).replace("box: 4 x 4 x 9m", "box: 1 x 1 x 1m, at: [40, 40]")
    (tmp_path / "list.yaml").write_text(text)
    shotlist = composer.load(tmp_path / "list.yaml")
    assert composer.check(shotlist) == ()
    track = rehearse(shotlist).cameras["front"].track(np.zeros(1), (160, 90))
    assert np.rad2deg(2 * np.arctan(45 / track.K[0, 1, 1])) == pytest.approx(45, abs=1e-4)
    assert track.T_world_camera[0, :3, 3] == pytest.approx([-2.3, -2.44, 2.09], abs=5e-3)


def test_what_is_in_the_file_decides_what_renders(tmp_path):
    text = LIST.replace("1s", "3f")
    (tmp_path / "list.yaml").write_text(text)

    def film(track):
        write(track, Fraction(24), tmp_path / "moves.json", "nerfstudio")
        return composer.compose(composer.load(tmp_path / "list.yaml"), generator="previz", out=tmp_path / "out")

    assert film(line((0, -20, 2), (1, -20, 2))).kept == 0
    assert film(line((0, -20, 2), (1, -20, 2))).kept == 1
    assert film(line((0, -20, 2), (1.5, -20, 2))).kept == 0


# --- faults, at their line --------------------------------------------------------------------------------------------


def test_a_good_file_is_good_and_may_be_longer_than_its_shot(told):
    assert told(line((0, -20, 2), (1, -20, 2))) == ""
    assert told(line((0, -20, 2), (1, -20, 2), frames=48)) == ""
    assert told(line((0, -20, 2), (0, -20, 2), frames=1)) == ""


def test_a_path_that_is_over_before_its_shot_holds_its_last_pose_with_a_warning(told, tmp_path):
    said = told(line((0, -20, 2), (1, -20, 2), frames=18))
    assert said == (
        "list.yaml:11:20: warning: the path of `moves.json` lasts 0.75 s and shot `front` lasts 1 s [too-short]\n"
        "    camera: {file: moves.json}\n"
        "                   ^^^^^^^^^^\n"
        "  its last pose holds from then on. Did you mean `duration: 18f`?"
    )
    track = rehearse(composer.load(tmp_path / "list.yaml")).cameras["front"].track(np.array([0.9, 5.0]), SIZE)
    np.testing.assert_allclose(track.T_world_camera[:, :3, 3], [(1, -20, 2)] * 2, atol=1e-12)


@pytest.mark.parametrize(
    ("camera", "message"),
    [
        (
            "{file: none.json}",
            (
                "list.yaml:11:20: error: there is no file `none.json` [no-file]\n"
                "    camera: {file: none.json}\n"
                "                   ^^^^^^^^^\n"
                "  expected it at `none.json`. There: cut.json, moves.json"
            ),
        ),
        (
            "{file: ../moves.json}",
            (
                "list.yaml:11:20: error: `../moves.json` is outside the folder of the shot list [outside]\n"
                "    camera: {file: ../moves.json}\n"
                "                   ^^^^^^^^^^^^^\n"
                "  files are read from that folder and below. Did you mean `moves.json`?"
            ),
        ),
        (
            "{file: moves.fbx}",
            (
                "list.yaml:11:20: error: `moves.fbx` is no camera file [camera-file]\n"
                "    camera: {file: moves.fbx}\n"
                "                   ^^^^^^^^^\n"
                "  expected a nerfstudio path (`.json`), RE10K poses or COLMAP's images.txt (`.txt`), or glTF (`.gltf`, "
                "`.glb`; one of several cameras as `set.glb#NAME`)"
            ),
        ),
        (
            "{file: moves.json, from: north}",
            (
                "list.yaml:11:32: error: `file` gives every pose and lens, and so does `from` [over-determined]\n"
                "    camera: {file: moves.json, from: north}\n"
                "                               ^^^^\n"
                "  expected one or the other"
            ),
        ),
        (
            "{file: cut.json}",
            (
                "list.yaml:11:20: error: `cut.json`, line 1, column 8: this is no JSON [camera-file]\n"
                "    camera: {file: cut.json}\n"
                "                   ^^^^^^^^\n"
                "  expected JSON: expecting value"
            ),
        ),
        (
            "{file: many.gltf}",
            (
                "list.yaml:11:20: error: `many.gltf`: 2 cameras [camera-file]\n"
                "    camera: {file: many.gltf}\n"
                "                   ^^^^^^^^^\n"
                "  `many.gltf` has `crane`, `node 1`: name one, `many.gltf#crane`"
            ),
        ),
        (
            '{file: "many.gltf#cranes"}',
            (
                "list.yaml:11:20: error: `many.gltf`: no camera called `cranes` [camera-file]\n"
                '    camera: {file: "many.gltf#cranes"}\n'
                "                   ^^^^^^^^^^^^^^^^^^\n"
                "  `many.gltf` has `crane`, `node 1`. Did you mean `crane`?"
            ),
        ),
    ],
)
def test_faults_are_told_at_their_line(told, tmp_path, camera, message):
    (tmp_path / "cut.json").write_text('{"fps":')
    cameras = [{"type": "perspective", "perspective": {"yfov": 1, "znear": 1}}]
    nodes = [{"name": "crane", "camera": 0}, {"camera": 0}]
    root = {"asset": {"version": "2.0"}, "cameras": cameras, "nodes": nodes}
    (tmp_path / "many.gltf").write_text(json.dumps(root))
    assert told(line((0, -20, 2), (1, -20, 2)), LIST.replace("{file: moves.json}", camera)) == message


def test_frame_and_every_other_key_is_too_much(told):
    text = LIST.replace("{file: moves.json}", "{file: moves.json, frame: WS tower, lens: 35mm, move: dolly in 1m}")
    said = told(line((0, -20, 2), (1, -20, 2)), text)
    assert [word in said for word in ("`frame` [over", "`lens` [over", "`move` [over")] == [True] * 3


def test_a_hidden_cut_goes_on_from_where_it_was(told):
    text = LIST + "  - shot: on\n    duration: 1s\n    join: last_frames\n    camera: {file: moves.json}\n"
    said = told(line((0, -20, 2), (1, -20, 2)), text)
    assert "with `last_frames` the camera goes on from its last pose, and `file` sets it anew [join]" in said


def test_a_path_under_the_ground_or_through_an_anchor_is_told_with_its_time(told):
    assert told(line((0, -20, 1), (0, -20, -1), frames=25)) == (
        "list.yaml:11:20: error: the camera of shot `front` stands on the ground [under-ground]\n"
        "    camera: {file: moves.json}\n"
        "                   ^^^^^^^^^^\n"
        "  at 0.5 s of the shot it is at [0, -20, 0]. Raise the path in the tool that made it"
    )
    assert told(line((0, -20, 2), (0, 4, 2), frames=25)) == (
        "list.yaml:11:20: error: the camera of shot `front` runs into `tower` after 0.7 s [camera-enters]\n"
        "    camera: {file: moves.json}\n"
        "                   ^^^^^^^^^^\n"
        "  `tower` fills x -2 to 2, y -2 to 2, z 0 to 9. Move less, or start from elsewhere"
    )
    assert "stands inside `tower` [camera-inside]" in told(line((0, 0, 2), (0, -9, 2)))


def test_editors_take_file_names():
    camera = jsonschema.Draft202012Validator(json_schema()["$defs"]["Camera"]["properties"]["file"])
    good = ("a.json", "b/c.TXT", "images.txt", "a.gltf", "a.glb#Dolly Cam")
    assert all(camera.is_valid(name) for name in good)
    assert not any(camera.is_valid(name) for name in ("a.fbx", "a.json#x", ".json", "a.glb#"))


# --- smooth between the poses -----------------------------------------------------------------------------------------


def path_of(times, positions, turns=None, fov=None):
    n = len(times)
    poses = np.tile(np.eye(4), (n, 1, 1))
    poses[:, :3, 3] = positions
    if turns is not None:
        poses[:, :3, :3] = Rotation.from_rotvec(turns).as_matrix()
    file = PoseFile(poses, np.array(times, float), np.full(n, 0.7) if fov is None else np.array(fov, float), None)
    layouts, _ = lay_out(composer.read(LIST, "list.yaml"))
    gate = Gate(0.036, 16 / 9)
    return CameraPath((Recorded(file, gate),), gate, Scenery(layouts["yard"], Story({})), 0.0, 1.0)


def rows(path, times):
    track = path.track(np.array(times, float), SIZE)
    return np.column_stack([track.T_world_camera.reshape(-1, 16), track.K[:, 0, 0] / 100])


@given(st.integers(2, 7), st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_poses_are_met_and_positions_turns_and_lenses_have_one_rate(n, seed):
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.05, 0.4, n)) - 0.05
    times[0] = 0
    turns = np.cumsum(rng.normal(size=(n, 3)) * 0.3, axis=0)
    path = path_of(times, rng.normal(size=(n, 3)), turns, rng.uniform(0.4, 1.2, n))
    np.testing.assert_allclose(
        rows(path, times)[:, :16].reshape(-1, 4, 4), path.runs[0].file.T_world_camera, atol=1e-12
    )
    step = 1e-7
    for time in times[1:-1]:
        before, here, after = rows(path, [time - step, time, time + step])
        np.testing.assert_allclose((after - here) / step, (here - before) / step, atol=2e-3)


def test_a_straight_even_path_stays_so_and_a_parabola_is_met_between_its_poses():
    times = np.linspace(0, 2, 9)
    between = np.linspace(0, 2, 50)
    even = path_of(times, np.outer(times, (3, -1, 0.5)))
    np.testing.assert_allclose(even.poses(between).positions, np.outer(between, (3, -1, 0.5)), atol=1e-12)
    thrown = path_of(times, np.outer(times**2, (1, 0, 2)))
    np.testing.assert_allclose(thrown.poses(between).positions, np.outer(between**2, (1, 0, 2)), atol=1e-12)


def test_a_turn_at_an_even_rate_is_one_between_its_poses():
    times = np.arange(25) / 24
    path = path_of(times, np.zeros((25, 3)), np.outer(times, (0, 0, np.pi / 2)))
    between = np.arange(90) / 90
    expected = Rotation.from_rotvec(np.outer(between, (0, 0, np.pi / 2))).as_matrix()
    np.testing.assert_allclose(path.track(between, SIZE).T_world_camera[:, :3, :3], expected, atol=1e-5)


def test_a_hold_holds_and_a_jump_swings_nothing():
    curve = Curve(np.array([0, 1, 2, 3.0]), np.array([[0.0], [5], [5], [9]]))
    assert set(curve.at(np.linspace(1, 2, 30))[:, 0]) == {5.0}
    times = np.array([0, 0.5, 0.999, 1.0, 1.5, 2.0])
    for before, after in (((0, 0, 0), (4, 4, 4)), ((0, 1, 2), (9, 8, 7))):
        curve = Curve(times, np.array([*before, *after], float)[:, None])
        around = curve.at(np.concatenate([np.linspace(0, 0.999, 99), np.linspace(1, 2, 99)]))[:, 0]
        assert around[:99].max() <= before[2] + 1e-9
        assert around[:99].min() >= before[0] - 1e-9
        assert around[99:].max() <= max(after) + 1e-9
        assert around[99:].min() >= min(after) - 1e-9


def test_one_pose_stands_still_and_lasts():
    path = path_of([0], [(1, 2, 3)])
    assert not path.moves
    np.testing.assert_array_equal(path.poses(np.array([0, 9.0])).positions, [(1, 2, 3)] * 2)


def test_the_lens_is_the_vertical_angle_through_the_gate():
    path = path_of([0, 1], [(0, 0, 1)] * 2, fov=[2 * np.arctan(0.5), 2 * np.arctan(0.25)])
    assert path.lens_mm == pytest.approx(36 * 9 / 16)  # as long as the gate is high
    assert path.view(1.0).lens_mm == pytest.approx(2 * 36 * 9 / 16)
    K = path.track(np.array([0.0, 1.0]), (1600, 900)).K
    assert K[:, 1, 1].tolist() == pytest.approx([900, 1800])
