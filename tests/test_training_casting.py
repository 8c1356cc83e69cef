"""What a machine with torch alone draws is what the product shows: casts, shadows, light and looks, pixel by pixel."""

import subprocess
import sys
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from places import body, camera, crowd, person, solid, standing

import composer
from composer import controls
from composer.composing import rehearse
from composer.controls import Moment, SourceView, shadows
from composer.layout import Layout
from composer.looks import PATTERNS, grade
from composer.scene import Primitive, Scene
from composer.shade import Shader
from composer.types import FIRST_SUBJECT, WorldState

torch = pytest.importorskip("torch")

from composer.training.device import ring  # noqa: E402 - torch may be missing
from composer.training.device.casting import KINDS, hidden  # noqa: E402
from composer.training.device.drawing import draw  # noqa: E402
from composer.training.device.recalling import Memory  # noqa: E402
from composer.training.device.recipes import load, save  # noqa: E402
from composer.training.device.serving import serve  # noqa: E402
from composer.training.device.staging import Stage  # noqa: E402
from composer.training.device.traces import traces  # noqa: E402
from composer.training.preparing import prepare, unfit  # noqa: E402

SIZE = (96, 54)
_GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
DEVICES = ["cpu", pytest.param("cuda", marks=[pytest.mark.requires_cuda, _GPU])]


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Two that wait for one another are slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


LAMP = (1.0, 0.7, 0.4)
LOOKS = (
    "red brick warehouse with a slate roof", "blue shipping container", "rusty corrugated shed", "blue steel oil drum",
    "black harbour water", "yellow van", "oak crate", "glass office", "glowing sign", "worn green checkered tiles",
    "steel lattice mast", "tram", "hedge", "white marble", "cobbles",
)  # fmt: skip


def wide_place(seed=0, look="yard after rain", ground="wet cobbles", light="day", room=None):
    """Every shape, strewn about, in every kind of look; a person and a ball that come and go."""
    rng = np.random.default_rng(seed)
    solids = [replace(s, look=LOOKS[i % len(LOOKS)]) for i, s in enumerate(crowd(14, seed))]
    for i in range(3):
        a, b, c = rng.uniform(2, 6, 3)
        T = standing(rng.uniform(-12, 12), rng.uniform(8, 25), c / 2, rng.uniform(0, 6))
        solids.append(replace(solid(40 + i, "ramp", (a, b, c), T), look=LOOKS[(i + seed) % len(LOOKS)]))
    post = replace(solid(60, "cylinder", (0.3, 0.3, 5), standing(-3, 6, 2.5)), lamp=LAMP, look="iron lamp post")
    globe = replace(solid(61, "sphere", (0.8, 0.8, 0.8), standing(4, 5, 1.4)), lamp=LAMP, look="globe")
    ada = replace(person(), look="bearded man in a red coat")
    ball = replace(solid(1, "sphere", (1, 1, 1), standing(0, 0, 0.5), FIRST_SUBJECT), look="striped rubber ball")
    return Layout("yard", look, ground, light, None, None, (*solids, post, globe), {}, {"ada": ada, "ball": ball}, room)


def frames(count=3):
    """A camera that moves among bodies that move; one is gone at the end."""
    for k in range(count):
        bodies = {"ada": body(standing(1 + 0.3 * k, 3, 0.85, 0.4 * k), 1.2, 0.8 * k)}
        if k < count - 1:
            bodies["ball"] = body(standing(-1, 4 + k, 0.5))
        yield camera((k - 1, -4, 1.8 + k), (0, 9, 1.2), SIZE, 80 + 9 * k), WorldState(k, bodies, 0.4 * k)


def pieces(drawn):
    """Which geom of its scene each pixel shows, -1 the sky."""
    met, (w, h) = drawn.shot.met, SIZE
    ranks = drawn.shot.stage.rank[drawn.shot.recipe].gather(1, met.geom.clamp(min=0))
    return torch.where(met.geom < 0, -1, ranks).reshape(-1, h, w).cpu().numpy()


def span(start, stop, device="cpu"):
    """Frames of a stage."""
    return torch.arange(start, stop, device=device)


def pixels(drawn):
    """Of a picture in tensors, as numbers that may be subtracted."""
    return drawn.cpu().numpy().astype(int)


def test_it_knows_every_primitive_but_meshes():
    assert {*KINDS, "mesh"} == {*get_args(Primitive)}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("seed", range(4))
def test_rays_meet_what_the_scene_meets(seed, device):
    """Depth, normal, shape and coordinates of all shapes, frame by frame, less some pixels at edges."""
    scene = Scene(wide_place(seed))
    film = list(frames())
    stage = Stage([prepare([Shader(scene)], film, size=SIZE, light="day")], device)
    drawn = draw(stage, span(0, 3, device), SIZE, smooth=False)
    met = set()
    for f, (view, state) in enumerate(film):
        hits = scene.cast(view, SIZE, state)
        same = pieces(drawn)[f] == hits.geom
        assert same.mean() > 0.998
        np.testing.assert_array_equal(pixels(drawn.anchor_id[f])[same], hits.anchor_id[same])
        np.testing.assert_allclose(drawn.depth[f].cpu().numpy()[same], hits.depth[same], rtol=2e-5)
        apart = np.abs(drawn.normal[f].cpu().numpy() - hits.normal)[same].max(-1)
        assert np.quantile(apart, 0.998) < 1e-3
        met |= {scene.geoms[g].shape for g in np.unique(hits.geom[hits.geom >= 0])}
    assert met >= {"plane", "box", "cylinder", "sphere", "capsule", "ellipsoid"}


@pytest.mark.parametrize("device", DEVICES)
def test_shadows_fall_where_the_scene_has_them(device):
    """Of a sun in two places and of a lamp, which lets its own light through."""
    scene = Scene(wide_place(3))
    [(view, state), *_] = frames()
    stage = Stage([prepare([Shader(scene)], [(view, state)], size=SIZE, light="day")], device)
    hits = scene.cast(view, SIZE, state)
    at = hits.geom >= 0
    across = view.T_world_camera[:3, :3] @ np.linalg.inv(view.K)
    v, u = np.nonzero(at)
    rays = np.stack([u + 0.5, v + 0.5, np.ones(len(u))], 1) @ across.T
    points = (view.T_world_camera[:3, 3] + rays * hits.depth[at][:, None]).astype(np.float32)
    tensor = torch.tensor(points.T[:, None], device=device)
    lamp = next(g for g, geom in enumerate(scene.geoms) if geom.lamp)
    for way in ((0.3, 0.4, 0.6), (-0.8, 0.2, 0.1)):
        ours = scene.occluded(points, np.array(way), state)
        theirs = (
            hidden(stage.posed(span(0, 1, device)), tensor, torch.tensor(way, device=device)[:, None, None])[0]
            .cpu()
            .numpy()
        )
        facing = hits.normal[at] @ way > 0
        assert ours[facing].any()
        assert (ours != theirs)[facing].mean() < 0.002
    to = (scene.T_world_geom(state)[lamp, :3, 3] + (0, 0, 2) - points).astype(np.float32)
    ours = scene.occluded(points, to, state, 0.99, (lamp,))
    theirs = hidden(
        stage.posed(span(0, 1, device)),
        tensor,
        torch.tensor(to.T[:, None], device=device),
        0.99,
        int(stage.slots[0][lamp]),
    )
    facing = (hits.normal[at] * to).sum(1) > 0
    assert 0 < ours[facing].mean() < 1
    assert (ours != theirs[0].cpu().numpy())[facing].mean() < 0.002


def agreement(scene, film, light, style, device="cpu", draw_=0):
    """Mean and 99th percentile of what previz, light and albedo differ by, in codes."""
    shader = Shader(scene, light, replace(grade(style), grain=0.0), draw=draw_)
    recipe = prepare([shader], film, size=SIZE, light=light, style=style)
    drawn = draw(Stage([recipe], device), span(0, len(film), device), SIZE)
    apart = []
    for f, (view, state) in enumerate(film):
        hits = scene.cast(view, SIZE, state)
        ours = shader(hits, view, state), *shader.parts(hits, view, state)
        theirs = drawn.previz[f], drawn.light[f], drawn.albedos[0][f]
        apart.append([np.abs(a - pixels(b)) for a, b in zip(ours, theirs, strict=True)])
    differ = np.array(apart)
    return differ.mean(), np.quantile(differ, 0.99)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(
    ("seed", "light", "style", "look", "ground"),
    [
        (0, "day", "film", "yard after rain", "wet cobbles"),
        (1, "night", "", "quay", "wet asphalt"),
        (2, "dusk", "flat shading", "misty yard", "grass"),
        (3, "overcast", "noir", "snowy yard", "green checkered tiles"),
    ],
)
def test_pictures_are_the_shaders(seed, light, style, look, ground, device):
    """Sun, lamps, haloes, mirrors, fog, bloom, grades and soft edges included."""
    scene = Scene(wide_place(seed, look, ground, light))
    mean, most = agreement(scene, list(frames()), light, style, device)
    assert mean < 0.1
    assert most <= 1


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_is_painted_alike(pattern):
    """On flat and round faces and on the ground, in two readings."""
    solids = [
        replace(solid(i, shape, (3, 3, 3), standing(4 * i - 4, 7, 1.5, 0.5)), look=f"red and white {pattern} thing")
        for i, shape in enumerate(("box", "cylinder", "ramp"))
    ]
    scene = Scene(Layout("yard", "yard", f"{pattern} ground", "day", None, None, tuple(solids), {}, {}))
    film = [(camera((0, -2, 3), (0, 7, 1), SIZE), WorldState(0, {}))]
    for draw_ in (0, 5):
        mean, most = agreement(scene, film, "day", "", draw_=draw_)
        assert mean < 0.05
        assert most <= 1


ROOM = """\
fps: 24
size: 192x108
places:
  hall:
    room: 7 x 6 x 3m
    look: timber hall
    light: dusk
    anchors:
      desk: {box: 2 x 0.8 x 0.8m, look: oak desk}
      drum: {cylinder: 0.6 x 0.9m, look: rusted steel drum, left_of: desk, gap: 0.5m}
subjects:
  ada: {person: 1.7m, look: woman in a striped dress, in_front_of: desk, gap: 1m}
shots:
  - shot: one
    duration: 1s
    camera: WS ada
"""


def test_a_room_is_drawn_from_within():
    """Walls, ceiling, dark corners, and lights that nobody sees."""
    scene = Scene(rehearse(composer.read(ROOM, "room.yaml")).layouts["hall"])
    bodies = {"ada": body(standing(0.5, 0.5, 0.85, 0.4))}
    film = [(camera((2.5 - k, -2.5, 1.6), (0, 0.5, 1), SIZE), WorldState(k, bodies)) for k in range(2)]
    mean, most = agreement(scene, film, "dusk", "film")
    assert mean < 0.1
    assert most <= 1


@pytest.fixture(scope="module")
def remembered():
    """A recipe of two frames, the one before them, and two that are remembered, in two readings; and its shader."""
    scene, film = Scene(wide_place(1, ground="wet asphalt")), list(frames(5))
    readings = [Shader(scene, "day", draw=draw_) for draw_ in (2, 3)]
    recipe = prepare(readings, film[:2], film[2:3], film[3:], size=SIZE, light="day", style="film")
    return recipe, readings, film


def test_memory_is_what_the_films_own_holds(remembered):
    """The same pixels are valid and nearly the same colours recalled; what bodies do to their place is left out alike."""
    recipe, [shader, _], film = remembered
    stage = Stage([recipe])
    now, then = draw(stage, span(0, 2), SIZE), draw(stage, span(2, 5), SIZE, parts=False)
    masked = traces(then.shot)
    images, valid = Memory(then, masked).recall(now, span(0, 3)[:, None].expand(-1, 2))
    moments = [Moment(view, state, shader.scene.cast(view, SIZE, state)) for view, state in film]
    marks = [shadows.traces(shader.scene, "day", moment) for moment in moments[2:]]
    assert np.mean(marks) > 0.02
    assert (np.array(marks) != masked.numpy()).mean() < 0.002
    kept = [
        SourceView(picture.numpy(), moment, mark)
        for picture, moment, mark in zip(then.previz, moments[2:], marks, strict=True)
    ]
    memory = controls.Memory(shader.scene, kept)
    for f in range(2):
        image, ok = memory.recall(moments[f])
        assert ok.mean() > 0.2
        assert (ok != valid[f].numpy()).mean() < 0.002
        assert np.abs(image.astype(int) - pixels(images[f]))[ok].mean() < 0.6
        assert not images[f].numpy()[~valid[f].numpy()].any()


def test_a_recipe_is_read_as_it_was_written(remembered, tmp_path):
    """In a file that holds no code, small, and drawn to the very same pixels; through windows too."""
    recipe, *_ = remembered
    save(tmp_path / "recipes.npz", [recipe, recipe])
    assert (tmp_path / "recipes.npz").stat().st_size < 60_000
    one, again = load(tmp_path / "recipes.npz")
    assert one.setting == again.setting == recipe.setting
    assert (one.size, one.clip, one.last) == (SIZE, 2, 1)
    for name in ("times_s", "eye", "across", "T_world_geom", "there"):
        np.testing.assert_array_equal(getattr(one, name), getattr(recipe, name))
    whole, part = (
        values(serve(Stage([r]), *window)) for r, *window in ((recipe, SIZE, [(0, 0)]), (one, (64, 40), [(8, 10)]))
    )
    assert {name: str(v.dtype).removeprefix("torch.") for name, v in whole.items()} == KINDS_SERVED
    for name in ("anchor_id", "carried_mask", "memory_mask"):
        assert torch.equal(part[name], whole[name][:, 10:50, 8:72])
        assert part[name].any()
    assert (whole["albedo"] != whole["other"]).any()
    assert (part["light"].int() - whole["light"][:, 10:50, 8:72].int()).abs().float().mean() < 1


def values(served):
    """Of the one clip that was served."""
    return {name: value[0] for name, value in served.items()}


KINDS_SERVED = {
    "truth": "uint8", "light": "uint8", "albedo": "uint8", "other": "uint8", "depth": "float16", "normal": "int8",
    "anchor_id": "int16", "surface": "float16", "carried": "uint8", "carried_mask": "bool", "memory": "uint8",
    "memory_mask": "bool",
}  # fmt: skip


def test_places_are_drawn_together_as_each_alone():
    """Of other lights, styles, rooms and numbers of frames, to the very same pixels."""
    recipes = []
    for k, (light, style, ground) in enumerate((("day", "film", "wet cobbles"), ("night", "flat shading", "grass"))):
        scene, film = (
            Scene(wide_place(k, ground=ground, light=light, room=(60, 90, 20) if k else None)),
            list(frames(4)),
        )
        readings = [Shader(scene, light, grade(style), draw=draw_) for draw_ in (2, 3)]
        recipes.append(prepare(readings, film[:2], film[2 : 2 + k], film[2 + k :], size=SIZE, light=light, style=style))
    corners = [(8, 10), (20, 5)]
    together = serve(Stage(recipes), (48, 32), corners)
    for k, recipe in enumerate(recipes):
        for name, value in serve(Stage([recipe]), (48, 32), corners[k : k + 1]).items():
            assert torch.equal(value[0], together[name][k]), name
    assert together["memory_mask"].any()


def test_a_ring_of_examples_is_used_before_it_is_drawn_anew(remembered, monkeypatch):
    """Seeded; each drawn example is handed on so many times on the whole; both readings are shown."""
    recipe, *_ = remembered
    drawn = []

    def counted(stage, window, corners):
        assert window == (48, 30)
        drawn.append((tuple(setting.wears for setting in stage.settings), tuple(corners)))
        return {"truth": torch.tensor(corners)}

    monkeypatch.setattr(ring, "serve", counted)
    made = [ring.Ring([recipe], (48, 30), "cpu", seed, room=4, together=2, uses=3) for seed in (7, 7, 8)]
    first, again, other = ([next(one)[0]["truth"].tolist() for _ in range(60)] for one in made)
    assert first == again != other
    assert len(drawn) == 3 * 10
    assert len({tuple(corner) for corner in first}) > 10
    assert len({wears for pair, _ in drawn for wears in pair}) == 2
    assert all(0 <= x <= 48 and 0 <= y <= 24 for _, corners in drawn for x, y in corners)
    assert next(made[0])[1] == ("day", "film")
    with pytest.raises(ValueError, match="0 of 1 recipes have pictures of 97x30 pixels"):
        ring.Ring([recipe], (97, 30), "cpu", 0)


def test_what_cannot_be_drawn_is_said():
    """Washes and lamps that move; a place without them is fit."""
    scene, [(view, state), *_] = Scene(wide_place()), frames()
    assert not unfit(Shader(scene), [(view, state)])
    assert unfit(Shader(scene, grade=grade("watercolour")), [(view, state)]) == "its style washes colours"
    with pytest.raises(ValueError, match="no recipe of yard: its style washes colours"):
        prepare([Shader(scene, grade=grade("watercolour"))], [(view, state)], size=SIZE, light="day")


BARE = """
import sys
for name in ("mujoco", "numba", "cv2", "pydantic", "ruamel", "scipy", "av", "typer", "rich", "jaxtyping", "trimesh", "PIL"):
    sys.modules[name] = None
from pathlib import Path
import torch
torch.set_num_threads(1)
from composer.training.device.recipes import load
from composer.training.device.serving import serve
from composer.training.device.staging import Stage
[recipe] = load(Path(sys.argv[1]))
print(int(serve(Stage([recipe]), (32, 18), [(9, 9)])["memory"].long().sum()))
"""


def test_torch_and_numpy_are_enough(remembered, tmp_path):
    """Recipes are drawn, to the very same pixels, where nothing else is installed."""
    recipe, *_ = remembered
    save(tmp_path / "recipes.npz", [recipe])
    command = [sys.executable, "-c", BARE, str(tmp_path / "recipes.npz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == int(serve(Stage([recipe]), (32, 18), [(9, 9)])["memory"].long().sum())
