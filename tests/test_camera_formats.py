"""Camera files in and out: what is written is read back, what other tools write means what they say, what is broken is told."""

import base64
import json
import struct
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from composer.camera.formats import FORMS, file_name, read, write
from composer.camera.formats import files as camera_files
from composer.errors import Wrong
from composer.timing import FRAME_RATES
from composer.types import CameraTrack

SAMPLE = Path(__file__).parent / "data" / "gltf_animated_cameras" / "24_animation_pointer.gltf"
EAST, NORTH, UP = np.eye(3)
LEVEL_NORTH = np.column_stack([EAST, -UP, NORTH])  # right, down, ahead


def track(frames=40, size=(768, 432), *, zoom=True, seed=1):
    """A camera that wanders and turns at random, 20 m from the origin."""
    rng = np.random.default_rng(seed)
    poses = np.tile(np.eye(4), (frames, 1, 1))
    poses[:, :3, :3] = Rotation.from_rotvec(np.cumsum(rng.normal(size=(frames, 3)) * 0.1, axis=0)).as_matrix()
    poses[:, :3, 3] = np.array([20, -7, 2]) + np.cumsum(rng.normal(size=(frames, 3)) * 0.05, axis=0)
    focal = np.linspace(400, 900, frames) if zoom else np.full(frames, 500.0)
    K = np.array([[[f, 0, size[0] / 2], [0, f, size[1] / 2], [0, 0, 1]] for f in focal])
    return CameraTrack(K, poses, size)


def written(given, fps, folder, form):
    """The file to read of what `form` writes."""
    paths = write(given, fps, folder / file_name("walk", form), form)
    return next(path for path in paths if path.name != "cameras.txt")


# --- laws -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fps", FRAME_RATES.values(), ids=FRAME_RATES)
def test_what_is_written_is_read_back(form, fps, tmp_path):
    for given in (track(), track(1), track(size=(432, 768)), track(2, size=(1024, 436), zoom=False)):
        file = read(written(given, fps, tmp_path, form), fps)
        exact = form != "gltf"  # whose animated numbers have 24 bits
        np.testing.assert_allclose(file.T_world_camera, given.T_world_camera, atol=1e-9 if exact else 5e-7)
        np.testing.assert_allclose(file.times_s, np.arange(len(given)) / float(fps), atol=1e-12)
        focal = given.size[1] / 2 / np.tan(file.fov_y_rad / 2)
        np.testing.assert_allclose(focal, given.K[:, 1, 1], rtol=1e-12 if exact else 2e-7)
        assert file.aspect == pytest.approx(given.size[0] / given.size[1], abs=1e-12)


def test_a_colmap_model_tells_its_rate_and_shares_its_lenses(tmp_path):
    images = written(track(zoom=False), Fraction(30000, 1001), tmp_path, "colmap")
    file = read(images, Fraction(24))
    assert file.times_s[-1] == pytest.approx(39 * 1001 / 30000, abs=1e-12)
    cameras = [line for line in (images.parent / "cameras.txt").read_text().splitlines() if not line.startswith("#")]
    assert cameras == ["1 PINHOLE 768 432 500.0 500.0 384.0 216.0"]
    assert (images.parent / "points3D.txt").exists()


def test_files_are_what_their_tools_expect(tmp_path):
    path = json.loads(written(track(2), Fraction(25), tmp_path, "nerfstudio").read_text())
    assert set(path) == {
        *("camera_type", "render_height", "render_width", "fps", "seconds"),
        *("is_cycle", "smoothness_value", "camera_path", "keyframes"),
    }
    assert (path["render_width"], path["render_height"], path["fps"], path["seconds"]) == (768, 432, 25, 0.08)
    assert [len(frame["camera_to_world"]) for frame in path["camera_path"]] == [16, 16]
    header, *rows = written(track(3), Fraction(24000, 1001), tmp_path, "re10k").read_text().splitlines()
    assert header == "walk"
    assert [row.split()[0] for row in rows] == ["0", "41708", "83417"]
    assert {len(row.split()) for row in rows} == {19}
    root = json.loads(written(track(3), Fraction(24), tmp_path, "gltf").read_text())
    assert root["accessors"][0]["min"] == [0.0]
    assert root["extensionsUsed"] == ["KHR_animation_pointer"]


def test_written_quaternions_go_the_short_way_for_tools_that_do_not_look(tmp_path):
    given = track(60, zoom=False)
    given.T_world_camera[:, :3, :3] = (
        Rotation.from_rotvec(np.outer(np.linspace(0, 7, 60), UP)).as_matrix() @ LEVEL_NORTH
    )
    root = json.loads(written(given, Fraction(24), tmp_path, "gltf").read_text())
    view = root["bufferViews"][root["accessors"][root["animations"][0]["samplers"][1]["output"]]["bufferView"]]
    data = base64.b64decode(root["buffers"][0]["uri"].partition(",")[2])
    turns = np.frombuffer(data, "<f4", 240, view["byteOffset"]).reshape(60, 4)
    assert (np.einsum("nk,nk->n", turns[:-1], turns[1:]) > 0.99).all()


# --- known answers ----------------------------------------------------------------------------------------------------


def opened(tmp_path, name, content, fps=24, camera=""):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, Fraction(fps), camera)


def is_at(file, index, position, R=LEVEL_NORTH):
    np.testing.assert_allclose(file.T_world_camera[index, :3, 3], position, atol=1e-6)
    np.testing.assert_allclose(file.T_world_camera[index, :3, :3], R, atol=1e-6)


# a nerfstudio camera that stands 1.5 m up and looks north: its right is +x, its up +z, its back -y
LOOKS_NORTH = [1, 0, 0, 2, 0, 0, -1, 3, 0, 1, 0, 1.5, 0, 0, 0, 1]


def nerf(*frames, **top):
    frames = [{"camera_to_world": m, "fov": 50, "aspect": 1.5} if isinstance(m, list) else m for m in frames]
    return json.dumps({"camera_type": "perspective", "fps": 10, "camera_path": frames} | top)


def test_a_nerfstudio_path_is_turned_from_opengl(tmp_path):
    file = opened(tmp_path, "a.json", nerf(LOOKS_NORTH, LOOKS_NORTH, render_height=200, render_width=300))
    is_at(file, 1, (2, 3, 1.5))
    assert file.times_s.tolist() == [0, 0.1]
    assert np.rad2deg(file.fov_y_rad).tolist() == pytest.approx([50, 50])
    assert file.aspect == 1.5


def test_a_nerfstudio_path_without_a_rate_lasts_its_seconds(tmp_path):
    file = opened(tmp_path, "a.json", nerf(*[LOOKS_NORTH] * 4, fps=None, seconds=2))
    assert file.times_s.tolist() == [0, 0.5, 1, 1.5]


RE10K = """\
https://www.youtube.com/watch?v=abc
52553000 0.48 0.85 0.5 0.5 0 0 1 0 0 0 0 1 0 0 0 0 1 0
52586000 0.48 0.85 0.5 0.5 0 0 1 0 0 -2 0 1 0 0 0 0 1 -3
"""


def test_re10k_is_world_to_camera_with_y_down(tmp_path):
    file = opened(tmp_path, "a.txt", RE10K)
    is_at(file, 0, (0, 0, 0))
    is_at(file, 1, (2, 3, 0))  # two to its right, three ahead
    np.testing.assert_allclose(file.times_s, [0, 0.033], atol=1e-12)
    np.testing.assert_allclose(np.tan(file.fov_y_rad / 2), 0.5 / 0.85)
    assert file.aspect == pytest.approx(0.85 / 0.48)
    headless = opened(tmp_path, "b.txt", RE10K.split("\n", 1)[1])
    assert len(headless.times_s) == 2


IMAGES = """\
# Image list with two lines of data per image:
#   IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME
#   POINTS2D[] as (X, Y, POINT3D_ID)
7 1 0 0 0 -1 2 0 1 img10.jpg
2362.39 248.498 58396 1784.7 268.254 59027
3 0.70710678118 0 0.70710678118 0 0 0 0 1 img9.jpg

"""
CAMERAS = "# Camera list\n1 SIMPLE_RADIAL 3072 2304 2559.81 1536 1152 -0.0204997\n"


def test_a_colmap_model_follows_the_names_of_its_images(tmp_path):
    (tmp_path / "cameras.txt").write_text(CAMERAS)
    file = opened(tmp_path, "images.txt", IMAGES)
    is_at(file, 1, (1, 0, 2))  # one to the right, two up
    # world to camera turns ahead to the right: what is ahead of the world lies to its right, so it looks to the left, west
    is_at(file, 0, (0, 0, 0), np.column_stack([NORTH, -UP, -EAST]))
    np.testing.assert_allclose(file.times_s, [0, 1 / 24])
    np.testing.assert_allclose(np.tan(file.fov_y_rad / 2), 1152 / 2559.81)


class Gltf:
    """A small .gltf in the making."""

    def __init__(self, **camera_node):
        self.data, self.views, self.accessors = bytearray(), [], []
        self.root = {
            "asset": {"version": "2.0"},
            "nodes": [{"camera": 0, "name": "cam"} | camera_node],
            "cameras": [{"type": "perspective", "perspective": {"yfov": 0.8, "aspectRatio": 1.5, "znear": 0.1}}],
            "animations": [{"channels": [], "samplers": []}],
        }

    def accessor(self, values, dtype="<f4", **more):
        rows = np.array(values, dtype).reshape(len(values), -1)
        while len(self.data) % 4:
            self.data.append(0)
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": rows.nbytes})
        self.data += rows.tobytes()
        kinds = {1: "SCALAR", 3: "VEC3", 4: "VEC4"}
        codes = {"<f4": 5126, "<i2": 5122}
        self.accessors.append(
            {"bufferView": len(self.views) - 1, "componentType": codes[dtype], "count": len(rows)}
            | {"type": kinds[rows.shape[1]]}
            | more
        )
        return len(self.accessors) - 1

    def moves(self, target, times, values, interpolation="LINEAR", **how):
        animation = self.root["animations"][0]
        target = (
            {"path": "pointer", "extensions": {"KHR_animation_pointer": {"pointer": target}}}
            if isinstance(target, str)
            else {"node": target[0], "path": target[1]}
        )
        animation["channels"].append({"sampler": len(animation["samplers"]), "target": target})
        keys = {"input": self.accessor(times), "output": self.accessor(values, **how), "interpolation": interpolation}
        animation["samplers"].append(keys)
        return self

    def text(self, uri=None):
        uri = uri or "data:application/octet-stream;base64," + base64.b64encode(self.data).decode()
        return json.dumps(self.whole({"uri": uri, "byteLength": len(self.data)}))

    def glb(self):
        body = json.dumps(self.whole({"byteLength": len(self.data)})).encode()
        body += b" " * (-len(body) % 4)
        rest = bytes(self.data) + bytes(-len(self.data) % 4)
        parts = struct.pack("<II", len(body), 0x4E4F534A) + body + struct.pack("<II", len(rest), 0x004E4942) + rest
        return struct.pack("<III", 0x46546C67, 2, 12 + len(parts)) + parts

    def whole(self, buffer):
        if not self.accessors:
            return self.root
        return self.root | {"buffers": [buffer], "bufferViews": self.views, "accessors": self.accessors}


def at_time(file, time_s):
    index = int(np.argmin(abs(file.times_s - time_s)))
    assert file.times_s[index] == pytest.approx(time_s, abs=1e-6)
    return index


HALF = 0.5**0.5


def test_gltf_is_y_up_and_looks_along_minus_z(tmp_path):
    file = opened(tmp_path, "a.gltf", Gltf(translation=[1, 2, 3]).text())
    is_at(file, 0, (1, -3, 2))
    assert (file.times_s.tolist(), file.fov_y_rad.tolist(), file.aspect) == ([0], [0.8], 1.5)


def test_gltf_turns_linearly_along_the_shorter_arc(tmp_path):
    made = Gltf().moves((0, "rotation"), [0, 1], [[0, 0, 0, 1], [0, -HALF, 0, -HALF]])  # 90 degrees to the left
    file = opened(tmp_path, "a.gltf", made.text())
    ahead = np.array([-HALF, HALF, 0])  # north-west
    is_at(file, at_time(file, 0.5), (0, 0, 0), np.column_stack([[HALF, HALF, 0], -UP, ahead]))
    is_at(file, at_time(file, 1), (0, 0, 0), np.column_stack([NORTH, -UP, -EAST]))


def test_gltf_splines_steps_and_straight_lines(tmp_path):
    cubic = [[0, 0, 0], [0, 0, 0], [8, 0, 0], [0, 0, 0], [4, 0, 0], [0, 0, 0]]  # in, value, out; leaves at 8 m/s
    file = opened(tmp_path, "a.gltf", Gltf().moves((0, "translation"), [0, 2], cubic, "CUBICSPLINE").text())
    # half way: half of 4 m, and an eighth of 2 s at 8 m/s
    is_at(file, at_time(file, 1), (4, 0, 0))
    file = opened(tmp_path, "b.gltf", Gltf().moves((0, "translation"), [0, 1], [[0, 0, 0], [4, 0, 0]], "STEP").text())
    is_at(file, at_time(file, 0.999), (0, 0, 0))
    is_at(file, at_time(file, 1), (4, 0, 0))
    file = opened(tmp_path, "c.gltf", Gltf().moves((0, "translation"), [1, 3], [[0, 0, 0], [4, 0, 0]]).text())
    is_at(file, at_time(file, 0), (0, 0, 0))
    is_at(file, at_time(file, 1.5), (1, 0, 0))


def test_gltf_parents_carry_their_camera(tmp_path):
    made = Gltf(translation=[0, 0, -1])
    made.root["nodes"] += [
        {"children": [0], "scale": [2, 2, 2]},
        {"children": [1], "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 0, 0, 1]},
    ]
    made.moves((1, "rotation"), [0, 1], [[0, 0, 0, 1], [0, HALF, 0, HALF]])
    file = opened(tmp_path, "a.gltf", made.text())
    is_at(file, 0, (5, 2, 0))
    is_at(file, at_time(file, 1), (3, 0, 0), np.column_stack([NORTH, -UP, -EAST]))


def test_gltf_pointers_drive_lens_and_node(tmp_path):
    made = Gltf().moves("/cameras/0/perspective/yfov", [0, 1], [0.4, 0.8])
    made.moves("/nodes/0/translation", [0, 1], [[0, 0, 0], [0, 0, -2]])
    made.moves("/materials/0/pbrMetallicRoughness/metallicFactor", [0, 9], [0, 1])
    file = opened(tmp_path, "a.glb", made.glb())
    middle = at_time(file, 0.5)
    is_at(file, middle, (0, 1, 0))
    assert file.fov_y_rad[middle] == pytest.approx(0.6)
    assert file.times_s[-1] == 1


def test_gltf_reads_short_quaternions_and_bytes_beside_it(tmp_path):
    short = np.round(np.array([[0, 0, 0, 1], [0, HALF, 0, HALF]]) * 32767)
    made = Gltf().moves((0, "rotation"), [0, 1], short, dtype="<i2", normalized=True)
    (tmp_path / "my moves.bin").write_bytes(made.data)
    file = opened(tmp_path, "a.gltf", made.text("my%20moves.bin"))
    np.testing.assert_allclose(file.T_world_camera[-1, :3, 2], -EAST, atol=1e-4)


def turned(x, y, z, w):
    """A glTF camera's right, down and ahead in our world, from the textbook's matrix of a quaternion."""
    right = np.array([1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)])
    up = np.array([2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)])
    back = np.array([2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)])
    return np.column_stack([(v[0], -v[2], v[1]) for v in (right, -up, -back)])


def keys(accessor, width):
    """The numbers of an accessor of the sample, straight from its bytes."""
    root = json.loads(SAMPLE.read_text())
    view = root["bufferViews"][accessor]
    count = root["accessors"][accessor]["count"]
    data = (SAMPLE.parent / "AnimateAllTheThings.bin").read_bytes()
    return np.frombuffer(data, "<f4", count * width, view["byteOffset"]).reshape(count, width).astype(float)


def test_a_real_file_of_cameras_animated_through_pointers():
    assert read(SAMPLE, camera="CameraStatic").times_s.tolist() == [0]
    file = read(SAMPLE, camera="Camera-Perspective")
    times, moves, turn_times, turns = keys(221, 1)[:, 0], keys(222, 3), keys(223, 1)[:, 0], keys(224, 4)
    assert (times[0], times[-1]) == (0, pytest.approx(10.016667))
    for key in (0, len(times) // 2, len(times) - 1):
        x, y, z = moves[key]
        np.testing.assert_allclose(file.T_world_camera[at_time(file, times[key]), :3, 3], (x, -z, y), atol=1e-6)
    for key in (0, len(turns) // 2, len(turns) - 1):
        np.testing.assert_allclose(
            file.T_world_camera[at_time(file, turn_times[key]), :3, :3], turned(*turns[key]), atol=2e-6
        )
    assert np.rad2deg([file.fov_y_rad.max(), file.fov_y_rad.min()]) == pytest.approx([45, 33], abs=1e-4)


def test_a_real_camera_below_another_node_zooms_from_5_to_120_degrees():
    file = read(SAMPLE, camera="LightsCamera")
    assert np.rad2deg([file.fov_y_rad.min(), file.fov_y_rad.max()]) == pytest.approx([5, 120], abs=1e-3)
    x, y, z = keys(216, 3)[0] + (-0.13, 0.0, 2.29)  # its parent stands there
    np.testing.assert_allclose(file.T_world_camera[0, :3, 3], (x, -z, y), atol=1e-6)


# --- what is broken is told -------------------------------------------------------------------------------------------

SHIFTED = RE10K.replace("0.85 0.5 0.5", "0.85 0.7 0.5", 1)
BACKWARDS = RE10K.replace("52586000", "52553000")
BROKEN = {
    "a.json": [
        (
            "{",
            "`a.json`, line 1, column 2: this is no JSON",
            "expected JSON: expecting property name enclosed in double quotes",
        ),
        (b"\xff\xfe{", "`a.json`, byte 0: this is no UTF-8 text", "expected JSON in UTF-8"),
        ("[" * 100_000, "`a.json`: its JSON is nested too deep", "expected a few levels"),
        ("[]", "`a.json`: `a list`", "expected an object"),
        ("{}", "`a.json`, camera_path: nothing", "expected `camera_path`, a list of {camera_to_world, fov, aspect}"),
        (nerf(), "`a.json`, camera_path: no poses", "expected at least one: {camera_to_world, fov, aspect}"),
        (nerf([1.0] * 15), "`a.json`, camera_path[0].camera_to_world: 15 numbers", "expected 16"),
        (
            nerf(LOOKS_NORTH, [2.0 * v for v in LOOKS_NORTH[:12]] + [0, 0, 0, 1]),
            "`a.json`, camera_path[1].camera_to_world: a rotation scaled by [2, 2, 2]",
            "expected a rotation: columns of length 1 at right angles",
        ),
        (
            nerf([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1]),
            "`a.json`, camera_path[0].camera_to_world: a mirrored pose",
            "expected a rotation, whose determinant is 1",
        ),
        (
            nerf(np.array(LOOKS_NORTH, float).reshape(4, 4).T.ravel().tolist()),
            "`a.json`, camera_path[0].camera_to_world: a last row of [2, 3, 1.5, 1]",
            "expected [0, 0, 0, 1], matrices written row by row",
        ),
        (nerf(LOOKS_NORTH).replace("1.5,", "NaN,", 1), "`a.json`: a number is nan", "expected finite numbers"),
        (
            nerf(LOOKS_NORTH).replace("1.5,", "1e999,", 1),
            "`a.json`, camera_path[0].camera_to_world[11]: `inf`",
            "expected a number",
        ),
        (
            nerf(LOOKS_NORTH).replace("1.5,", "1e6,", 1),
            "`a.json`, camera_path[0].camera_to_world: a camera 1e+06 m from the origin",
            "expected at most 100,000 m; units are metres",
        ),
        (
            nerf({"camera_to_world": LOOKS_NORTH, "fov": 181}),
            "`a.json`, camera_path[0].fov: a vertical angle of view of 181 degrees",
            "expected 0.1 to 175 degrees",
        ),
        (nerf(LOOKS_NORTH, fps=0), "`a.json`, fps: `0`", "expected frames a second, up to 1000"),
        (nerf(LOOKS_NORTH, fps=None), "`a.json`, fps: nothing", "expected frames a second"),
        (
            nerf(LOOKS_NORTH, camera_type="fisheye"),
            "`a.json`, camera_type: `fisheye`",
            "expected `perspective`, the one kind of camera that a film has",
        ),
    ],
    "a.txt": [
        (
            "",
            "`a.txt`: no poses",
            "expected at least one: `timestamp fx fy cx cy 0 0` and a 3x4 world-to-camera matrix, row by row",
        ),
        (
            RE10K + "1 2 3\n",
            "`a.txt`, line 4: 3 fields",
            "expected 19: `timestamp fx fy cx cy 0 0` and a 3x4 world-to-camera matrix, row by row",
        ),
        (RE10K.replace("0.85", "wide", 1), "`a.txt`, line 2: `wide`", "expected a number"),
        (RE10K.replace("0.85", "nan", 1), "`a.txt`, line 2: `nan`", "expected a finite number"),
        (BACKWARDS, "`a.txt`, line 3: a time of 0 s after one of 0 s", "expected times that rise"),
        (RE10K.replace("0.85", "-1", 1), "`a.txt`, line 2: a focal length of -1", "expected a positive one"),
        (
            SHIFTED,
            "`a.txt`, line 2: a principal point at 0.7, 0.5 of the picture",
            "expected its middle, 0.5, 0.5: shifted lenses are not taken",
        ),
        (CAMERAS, "`a.txt`, line 2: the lenses of a COLMAP model", "expected its poses: name its images.txt"),
        (
            IMAGES.replace("img9.jpg\n\n", "img9.jpg\n4 1 0 0 0 0 0 0 1 img11.jpg\n"),
            "`a.txt`, line 7: an image where points belong",
            "expected `id qw qx qy qz tx ty tz camera_id name`, then a line of points, which may be empty",
        ),
        (
            IMAGES.replace("0 1 img9", "0 2 img9"),
            "`a.txt`, line 6: camera `2`",
            "expected one that cameras.txt declares",
        ),
        (
            IMAGES.replace("3 0.70710678118", "3 0.9"),
            "`a.txt`, line 6: a quaternion of length 1.145",
            "expected `qw qx qy qz` of length 1",
        ),
    ],
    "a.gltf": [
        ("{}", "`a.gltf`, asset: nothing", "expected an object that tells the version"),
        ('{"asset": {"version": "1.0"}}', "`a.gltf`, asset.version: `1.0`", "expected `2.0`"),
        ('{"asset": {"version": "2.0"}}', "`a.gltf`: no perspective camera", "expected a node that carries one"),
        (
            Gltf(children=[0]).text(),
            "`a.gltf`, nodes[0]: a node that is its own ancestor",
            "expected a tree of nodes",
        ),
        (
            Gltf().moves((0, "translation"), [0, 1], [[0, 0, 0], [1, 0, 0]]).text("../secret.bin"),
            "`a.gltf`: it names `'../secret.bin'`",
            "expected a file beside it or below",
        ),
        (
            Gltf().moves((0, "translation"), [0, 1], [[0, 0, 0], [1, 0, 0]]).text("data:;base64,AAAA"),
            "`a.gltf`, accessors[0]: bytes 0 to 8 of 3",
            "expected them inside its buffer",
        ),
        (
            Gltf().moves((0, "translation"), [0, 1], [[0, 0, 0]]).text(),
            "`a.gltf`, animations[0].samplers[0]: 1 values for 2 times",
            "expected 2",
        ),
        (
            Gltf().moves((0, "translation"), [2, 1], [[0, 0, 0], [1, 0, 0]]).text(),
            "`a.gltf`, animations[0].samplers[0]: a time of 1 s after a later one",
            "expected times that rise",
        ),
        (
            Gltf().moves((0, "translation"), [0, 1], [[0, 0, 0], [np.nan, 0, 0]]).text(),
            "`a.gltf`, accessors[1]: value 1 is no number",
            "expected finite numbers",
        ),
        (
            Gltf().moves("/cameras/0/perspective/yfov", [0, 1], [0.5, 4]).text(),
            "`a.gltf`, cameras[0].perspective.yfov: a vertical angle of view of 175.707 degrees",
            "expected 0.1 to 175 degrees",
        ),
        (
            Gltf(scale=[1, -1, 1]).text(),
            "`a.gltf`, node `cam` at 0 s: a mirrored pose",
            "expected a rotation, whose determinant is 1",
        ),
    ],
    "a.glb": [
        (b"glTF", "`a.glb`, byte 0: this is no .glb file", "expected `glTF`, version 2, and its JSON"),
        (Gltf().glb()[:-4], None, None),
    ],
    "a.fbx": [("", "`a.fbx`: the ending `.fbx`", "expected one of: .json, .txt, .gltf, .glb")],
}
CASES = [(name, *case) for name, cases in BROKEN.items() for case in cases]


@pytest.mark.parametrize(("name", "content", "message", "expected"), CASES, ids=[str(c[2])[:60] for c in CASES])
def test_what_is_broken_is_told(tmp_path, name, content, message, expected):
    (tmp_path / "cameras.txt").write_text(CAMERAS)
    with pytest.raises(Wrong) as wrong:
        opened(tmp_path, name, content)
    if message is None:  # lengths vary with the file
        assert wrong.value.message.startswith("`a.glb`, byte ")
    else:
        assert (wrong.value.message, *wrong.value.expected) == (message, expected)


def test_too_much_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(camera_files, "MOST_TEXT_BYTES", 1 << 20)
    with pytest.raises(Wrong, match=r"more than 1 MiB"):
        opened(tmp_path, "a.json", " " * (2 << 20))
    monkeypatch.setattr("composer.camera.formats.pose_file.MOST_POSES", 3)
    with pytest.raises(Wrong, match=r"`a\.json`, camera_path: 4 poses"):
        opened(tmp_path, "a.json", nerf(*[LOOKS_NORTH] * 4))


def test_pipes_folders_and_links_that_lead_out_are_refused(tmp_path):
    with pytest.raises(Wrong, match="there is no file"):
        read(tmp_path / "none.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(Wrong, match="cannot be read"):
        read(tmp_path / "folder.json")
    model = tmp_path / "model"
    model.mkdir()
    (tmp_path / "elsewhere.txt").write_text(CAMERAS)
    (model / "cameras.txt").symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(Wrong, match=r"it names `'cameras\.txt'`"):
        opened(model, "images.txt", IMAGES)


@pytest.mark.parametrize("form", [*FORMS, "glb"])
def test_damage_is_told_or_harmless(tmp_path, form):
    """Bytes changed, cut and doubled at random: a good file, or a `Wrong` with a sentence; nothing else."""
    if form == "glb":
        path = tmp_path / "a.glb"
        path.write_bytes(Gltf().moves((0, "translation"), [0, 1], [[0, 0, 0], [4, 0, 0]]).glb())
    else:
        path = written(track(3), Fraction(24), tmp_path, form)
    good, told, rng = path.read_bytes(), [], Random(7)  # noqa: S311 - damage by chance
    for _ in range(150):
        data = bytearray(good)
        for _ in range(rng.choice((1, 1, 3))):
            at = rng.randrange(len(data))
            kind = rng.choice(("byte", "cut", "digit", "double"))
            if kind == "byte":
                data[at] = rng.randrange(256)
            elif kind == "digit":
                data[at] = rng.choice(b"0123456789-e.,[]{} ")
            elif kind == "cut":
                del data[at : at + rng.choice((1, 9, 200))]
            else:
                data[at:at] = data[at : at + rng.choice((1, 30))]
            data = data or bytearray(b" ")
        path.write_bytes(data)
        try:
            file = read(path)
        except Wrong as wrong:
            told.append(wrong.message)
        else:
            assert np.isfinite(file.T_world_camera).all()
            assert (np.diff(file.times_s) > 0).all()
    assert len(told) > 20
    assert all(message.isprintable() for message in told)
