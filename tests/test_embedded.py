"""The generator that ships: its state, its network and pipeline, and that the shipped weights have learnt something."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from composer.generators.embedded import WEIGHTS
from composer.generators.embedded.network import COARSEST, SceneUNet
from composer.generators.embedded.pipeline import ScenePipeline
from composer.generators.embedded.sketch import GREY, GREY_CODE, THINGS, sketched
from composer.generators.embedded.state import KNOWN, PARTS, SETTING, Known, Maps, Setting, known, noise, without
from composer.looks import Grade, grade
from composer.shade.tones import graded
from composer.training.batches import maps_of, told
from composer.training.examples import examples_of

B, T, H, W = 1, 3, 20, 36


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def some_maps(seed=0):
    """A ground below, two anchors, a subject and sky, all their pixels at random."""
    rng = np.random.default_rng(seed)
    ids = np.zeros((B, T, H, W), np.int64)
    ids[:, :, 8:] = 1
    ids[:, :, 4:16, 4:14], ids[:, :, 4:16, 18:26], ids[:, :, 10:18, 28:33] = 2, 3, 1024

    def codes():
        return torch.from_numpy(rng.integers(40, 200, (B, T, H, W, 3)).astype(np.uint8))

    return Maps(
        depth=torch.from_numpy(rng.uniform(2, 30, (B, T, H, W)).astype(np.float32)),
        normal=torch.from_numpy(rng.normal(size=(B, T, H, W, 3)).astype(np.float32)),
        anchor_id=torch.from_numpy(ids),
        surface=torch.from_numpy(rng.uniform(-3, 3, (B, T, H, W, 3)).astype(np.float32)),
        light=codes(),
        albedo=codes(),
        memory=codes(),
        memory_mask=torch.from_numpy(rng.random((B, T, H, W)) < 0.5),
        carried=codes(),
        carried_mask=torch.from_numpy(rng.random((B, T, H, W)) < 0.5),
    )


def state_of(maps, gone=(), style=None, *, light="day", read_anew=True):
    setting = Setting(light, style, frozenset(PARTS) - frozenset(gone))
    codes = torch.rand((B, THINGS, 3), generator=generator(1))
    return known(maps, (B, T, H, W), [setting], codes, read_anew=read_anew)


@pytest.fixture(scope="module")
def network():
    """Weights at random that do not leave any part of the network at rest."""
    torch.manual_seed(0)
    made = SceneUNet(widths=(16, 24, 32), embedding=32, head=8)
    with torch.no_grad():
        for value in made.parameters():
            value.add_(0.05 * torch.randn(value.shape, generator=generator(2)))
    return made.eval()


def test_a_state_has_the_channels_that_the_network_reads():
    state = state_of(some_maps())
    assert state.maps.shape == (B, T, KNOWN, H, W)
    assert state.setting.shape == (B, SETTING)


def test_grey_in_its_light_is_the_light():
    light = torch.rand((1, 1, 3, 4, 5), generator=generator()) * 1.2 - 0.9
    light = light.mean(2, keepdim=True).expand_as(light)  # a light without colour, of which grades keep all
    grey = torch.full_like(light, 2 * GREY_CODE - 1)
    for style in ("", "noir", "muted, low contrast"):
        torch.testing.assert_close(
            sketched(light, grey, [replace(grade(style), shadows=(0, 0, 0))]), light, atol=0.02, rtol=0
        )


@pytest.mark.parametrize("style", ["", "film", "vivid", "sepia", "bleach bypass"])
def test_a_sketch_is_what_the_grade_makes_of_look_times_light(style):
    """Known answer: codes of white light on grey and on red, through the grade of the previz itself."""
    levels = np.array([0.05, 0.2, 0.5, 0.9], np.float32)
    red = np.array([0.4, 0.06, 0.05], np.float32)
    graded_ = replace(grade(style), grain=0.0)
    of_grey, of_red = (
        graded(levels[None, :, None] * np.asarray(tint, np.float32)[:, None, None], graded_) / 127.5 - 1
        for tint in ((GREY,) * 3, red)
    )
    albedo = 2 * np.where(red <= 0.0031308, red * 12.92, 1.055 * red ** (1 / 2.4) - 0.055) - 1
    light, colour = (
        torch.from_numpy(np.ascontiguousarray(x, np.float32))[None, None]
        for x in (of_grey, np.broadcast_to(albedo[:, None, None], of_grey.shape))
    )
    made = sketched(light, colour, [graded_])[0, 0].numpy()
    assert np.abs(made - of_red).max() < 0.06


def test_without_saturation_the_sketch_of_white_light_is_grey():
    light, albedo = torch.zeros((1, 1, 3, 4, 5)), torch.rand((1, 1, 3, 4, 5), generator=generator()) * 2 - 1
    sketch = sketched(light, albedo, [Grade(saturation=0.0)])
    torch.testing.assert_close(sketch.amax(2), sketch.amin(2), atol=1e-4, rtol=0)


def test_nothing_seen_leaves_the_sketch_as_the_words_have_it():
    maps = without(without(some_maps(), "memory"), "carried")
    state = state_of(maps)
    alone = sketched(state.maps[:, :, 3:6], state.maps[:, :, 6:9], [Grade()])
    torch.testing.assert_close(state.sketch, alone, atol=1e-5, rtol=0)


def test_what_was_seen_gives_a_thing_its_colour_everywhere():
    """Memory shows half of an anchor, darker than its words have it: all of it is sketched darker; the sky is not."""
    maps = some_maps()
    dark = (maps.light.float() * 0.3).to(torch.uint8)
    half = torch.zeros((B, T, H, W), dtype=torch.bool)
    half[:, :, :, :9] = True
    seen = without(replace(maps, memory=dark, memory_mask=half), "carried")
    before, after = state_of(without(seen, "memory")).sketch, state_of(seen).sketch
    torch.testing.assert_close(state_of(seen, read_anew=False).sketch, before, atol=1e-5, rtol=0)
    tower = maps.anchor_id == 2
    outside = (tower & ~half)[:, :, None].expand_as(after)
    assert after[outside].mean() < before[outside].mean() - 0.3
    for untouched in (maps.anchor_id == 3, maps.anchor_id == 0):
        where = (untouched & ~half)[:, :, None].expand_as(after)
        torch.testing.assert_close(after[where], before[where], atol=1e-5, rtol=0)


def test_each_colour_of_a_subject_is_remembered_on_its_own():
    """A body with a blue half and a white half, whose blue half was seen red: the white half stays white."""
    maps = some_maps()
    albedo = torch.full((B, T, H, W, 3), 230, dtype=torch.uint8)
    albedo[:, :, :, :30] = torch.tensor([30, 40, 200], dtype=torch.uint8)
    body = maps.anchor_id == 1024
    left = body & (torch.arange(W) < 30)
    red = torch.zeros((B, T, H, W, 3), dtype=torch.uint8)
    red[..., 0] = 200
    light = torch.full_like(albedo, 128)
    seen = without(replace(maps, albedo=albedo, light=light, memory=red, memory_mask=left), "carried")
    before, after = state_of(without(seen, "memory")).sketch, state_of(seen).sketch
    assert after[:, :, 0][left].mean() > before[:, :, 0][left].mean() + 0.1
    assert after[:, :, 2][left].mean() < before[:, :, 2][left].mean() - 0.1
    torch.testing.assert_close(
        after.movedim(2, -1)[body & ~left], before.movedim(2, -1)[body & ~left], atol=1e-5, rtol=0
    )


def test_noise_has_unit_variance_and_sticks_to_surfaces():
    ids = torch.arange(2, 42).repeat(8, 1)[None, None].expand(1, 2, 8, 40).contiguous()
    surface = torch.arange(8)[None, None, :, None, None].expand(1, 2, 8, 40, 3).float()
    made = torch.cat([noise((1, 2, 8, 40), ids, surface, generator(s)) for s in range(40)])
    assert float(made.var()) == pytest.approx(1, abs=0.08)
    first, second = made[:, 0].flatten(), made[:, 1].flatten()
    assert float((first * second).mean()) == pytest.approx(0.65, abs=0.08), (
        "all but the pixel's own share stays in place"
    )
    assert torch.equal(
        noise((1, 2, 8, 40), ids, surface, generator(3)), noise((1, 2, 8, 40), ids, surface, generator(3))
    )


def test_memory_counts_where_it_is_valid_and_nowhere_else(network):
    """Altering what is masked alters nothing; altering what is valid alters the clip."""
    maps, start = some_maps(), noise((B, T, H, W), None, None, generator())
    pipeline = ScenePipeline.of(network)
    made = pipeline(state_of(maps), start, 2)
    masked = torch.where(maps.memory_mask[..., None], maps.memory, 255 - maps.memory)
    valid = torch.where(maps.memory_mask[..., None], 255 - maps.memory, maps.memory)
    assert torch.equal(pipeline(state_of(replace(maps, memory=masked)), start, 2), made)
    assert not torch.equal(pipeline(state_of(replace(maps, memory=valid)), start, 2), made)


@pytest.mark.parametrize("part", [part for part in PARTS if part != "style"])
def test_every_part_of_the_state_reaches_the_clip(network, part):
    maps, start = some_maps(), noise((B, T, H, W), None, None, generator())
    pipeline = ScenePipeline.of(network)
    less = state_of(without(maps, part), {part})
    assert not torch.equal(pipeline(state_of(maps), start, 2), pipeline(less, start, 2))


def test_style_and_light_reach_the_clip(network):
    maps, start = some_maps(), noise((B, T, H, W), None, None, generator())
    pipeline = ScenePipeline.of(network)
    plain = pipeline(state_of(maps), start, 2)
    assert not torch.equal(plain, pipeline(state_of(maps, style=grade("noir")), start, 2))
    assert not torch.equal(plain, pipeline(state_of(maps, light="night"), start, 2))


@pytest.mark.parametrize("size", [(COARSEST, 2 * COARSEST), (20, 36), (17, 16)])
def test_clips_are_of_any_size_and_the_last_step_is_the_networks_word(network, size):
    h, w = size
    maps = Known(torch.rand((1, 2, KNOWN, h, w), generator=generator()) * 2 - 1, torch.zeros((1, SETTING)))
    start = torch.randn((1, 2, 3, h, w), generator=generator())
    done = []
    made = ScenePipeline.of(network)(maps, start, 3, done.append)
    assert made.shape == start.shape
    assert done == [1, 2, 3]
    assert float(made.abs().max()) <= 1
    if h % COARSEST == 0:
        with torch.inference_mode():
            once = network(start, torch.ones(1), maps).clamp(-1, 1)
        torch.testing.assert_close(ScenePipeline.of(network)(maps, start, 1), once, atol=1e-5, rtol=0)


def test_a_pipeline_is_saved_and_loaded_without_pickles(network, tmp_path):
    ScenePipeline.of(network).save_pretrained(tmp_path)
    again = ScenePipeline.load(tmp_path)
    start = noise((B, T, H, W), None, None, generator())
    torch.testing.assert_close(
        again(state_of(some_maps()), start, 1), ScenePipeline.of(network)(state_of(some_maps()), start, 1)
    )
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".json", ".safetensors"}


def test_what_ships_is_small_and_holds_no_pickle():
    files = [path for path in WEIGHTS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 24 << 20
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".md"}
    assert Path("assets/embedded").name == WEIGHTS.name


@pytest.fixture(scope="module")
def held_out():
    """Examples of lists that no training has seen, with something to remember."""
    found = []
    for seed in range(40, 60):
        found += [example for example in examples_of(seed) if example.arrays["memory_mask"].mean() > 0.2]
        if len(found) >= 6:
            return found[:6]
    raise AssertionError("no list of these can be filmed")


@pytest.mark.parametrize("gone", [{"memory", "carried"}, {"carried"}])
def test_the_shipped_model_paints_nearer_to_the_truth_than_its_sketch(held_out, gone):
    """First clips, and clips that remember: what the network adds to the sketch is worth something."""
    pipeline, errors = ScenePipeline.load(WEIGHTS), []
    for example in held_out:
        clip = told(maps_of(example.arrays), example.arrays, (example.light, example.style), gone, generator())
        made = pipeline(clip.known, clip.noise, 4)
        errors.append([float(((x - clip.truth) ** 2).mean()) for x in (made, clip.known.sketch)])
    model, sketch = np.mean(errors, 0)
    assert model < 0.9 * sketch, errors
