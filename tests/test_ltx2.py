"""`ltx2`: what it is told reaches the model in the model's units, its sound fits its pictures, its latents are handed over."""

import shutil
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
import torch
from segment_requests import PLAN, H, W, cameras, clip_of, pictures, quiet, request_of

import composer
from composer import generators
from composer.composing.clips import HANDOVER, NATIVE
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.errors import GeneratorError, OptionError
from composer.generators.diffusion.conditions import shown
from composer.generators.diffusion.ltx2 import TAIL, _condition, _sound, first_shown, latent_index
from composer.planning import PlanOptions
from composer.store import Store
from composer.timing import FrameRange, to_samples
from composer.types import Keyframe

CHAIN = """\
title: Chain
fps: 24
size: 96x64
places:
  yard:
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick tower}
shots:
  - {shot: long, duration: 0.5s, camera: WS tower}
"""


@pytest.fixture(scope="module")
def ltx2(tiny):
    return generators.load("ltx2", {**tiny["ltx2"], "handover": "pixels"})


@pytest.fixture(scope="module")
def plain(ltx2):
    return clip_of(ltx2, request_of())


@pytest.fixture(scope="module")
def handing(tiny):
    return generators.load("ltx2", tiny["ltx2"])


# --- what reaches the model -------------------------------------------------------------------------------------------


KEY = Keyframe(15, pictures(1, 2)[0], 0.7)


@pytest.mark.parametrize(
    "changed",
    [
        {"prefix": pictures(9, 3)},
        {"keyframes": (replace(KEY, image=pictures(1, 4)[0]),)},
        {"keyframes": (replace(KEY, strength=0.2),)},
        {"seed": 6},
        {"prompt": "a green boat at night"},
    ],
    ids=["prefix", "keyframe", "strength", "seed", "prompt"],
)
def test_what_it_takes_alters_pictures_and_sound(ltx2, plain, changed):
    clip = clip_of(ltx2, request_of(**changed))
    assert np.abs(clip.frames[9:].astype(int) - plain.frames[9:]).max() > 0
    assert np.abs(clip.audio.samples - plain.audio.samples).max() > 0


def test_what_it_cannot_take_alters_nothing_and_its_capabilities_say_so(ltx2, plain):
    can = ltx2.capabilities
    assert (can.channels, can.style, can.keyframe_step, can.audio) == (frozenset(), False, 8, True)
    told = request_of(cameras=cameras(shift_m=3), style="teal", keyframes=(replace(KEY, frame=13),))
    clip = clip_of(ltx2, told)
    np.testing.assert_array_equal(clip.frames, plain.frames)
    assert plain.provenance["keyframes"] == [[15, 0.7]]
    assert plain.provenance["shown_at"] == [9], "the only latent after the prefix"


def test_a_picture_is_put_where_a_latent_begins_nearest_to_its_frame():
    """Latent 0 is frame 0, latent i the frames 8 (i - 1) + 1 to 8 i: a multiple of 8 is met one frame later."""
    assert [first_shown(latent) for latent in range(4)] == [0, 1, 9, 17]
    for frame in range(97):
        at = first_shown(latent_index(frame, 97))
        assert abs(at - frame) <= (7 if frame > 93 else 4)
        assert latent_index(frame, 97) <= 12, "a later latent is left out by diffusers with a warning"
    assert [first_shown(latent_index(8 * k, 97)) for k in range(5)] == [0, 9, 17, 25, 33]


def test_that_is_where_the_model_has_it(ltx2):
    """The coordinates that diffusers gives a keyframe's tokens, in seconds."""
    pipe, seen = ltx2.engine.pipe, []
    coords = pipe._prepare_keyframe_coords
    pipe._prepare_keyframe_coords = lambda **told: seen.append(coords(**told)) or seen[-1]
    try:
        plan = replace(PLAN, frames=FrameRange(0, 33))
        keys = tuple(Keyframe(frame, pictures(1, frame)[0], 1.0) for frame in (16, 24))
        clip_of(ltx2, request_of(plan=plan, cameras=cameras(), keyframes=keys))
    finally:
        del pipe._prepare_keyframe_coords
    assert [one[0, 0, 0].mul(24).tolist() for one in seen] == [[17, 18], [25, 26]]


def test_single_pictures_are_not_compressed_on_the_way(ltx2):
    """By default diffusers sends them through H.264."""
    (_, key) = shown(request_of())
    frames, strengths, indices, lengths = ltx2.engine.pipe.preprocess_conditions([_condition(key, 17)], H, W, 17)
    np.testing.assert_allclose(frames[0][0, :, 0].permute(1, 2, 0), KEY.image / 127.5 - 1, atol=1e-6)
    assert (strengths, indices, lengths) == ([0.7], [2], [1])


# --- sound ------------------------------------------------------------------------------------------------------------


def test_its_sound_is_as_long_as_its_pictures_and_says_what_was_added(plain):
    samples = plain.audio.samples
    assert samples.shape == (2, to_samples(17, PLAN.fps))
    assert samples.dtype == np.float32
    silent = round(plain.provenance["sound_padded_s"] * 48000)
    assert 0 < silent < 2400, "a latent of sound at most"
    assert np.abs(samples[:, -silent:]).max() == 0
    assert samples[:, :-silent].std() > 0.01


@pytest.mark.parametrize("rate", [24000, 48000, 44100])
def test_sound_of_any_rate_is_brought_to_48_khz(rate):
    """440 Hz stay 440 Hz."""
    tone = torch.sin(2 * torch.pi * 440 * torch.arange(2 * rate) / rate).expand(1, 2, -1) * 0.5
    wave, padded_s = _sound(tone, rate, PLAN)
    wanted = 0.5 * np.sin(2 * np.pi * 440 * np.arange(34000) / 48000)
    assert padded_s == 0
    np.testing.assert_allclose(wave.samples[1, 500:-500], wanted[500:-500], atol=5e-3)


# --- hand-over --------------------------------------------------------------------------------------------------------


def test_latents_that_are_handed_over_go_on_unchanged(handing):
    first = clip_of(handing, request_of())
    tail = first.handover[TAIL]
    assert (tail.shape, tail.dtype) == ((8, 1, 2, 3), np.float32), "of 9 frames all but the first"
    told = request_of(prefix=first.frames[-9:], keyframes=())
    pipe, seen = handing.engine.pipe, []
    kept = pipe.tail
    pipe.tail = lambda tokens, *rest: seen.append(tokens) or kept(tokens, *rest)
    try:
        by_latents = clip_of(handing, replace(told, handover=first.handover))
        by_pixels = clip_of(handing, told)
    finally:
        del pipe.tail
    # tokens of the second latent, 6 of them, one column a channel
    np.testing.assert_allclose(seen[0][0, 6:12].T.reshape(8, 2, 3), tail[:, 0], atol=1e-6)
    assert np.abs(seen[1][0, 6:12].T.reshape(8, 2, 3).numpy() - tail[:, 0]).max() > 0.01, "coded anew"
    assert [clip.provenance["handover"] for clip in (by_latents, by_pixels)] == ["latents", "pixels"]
    assert np.abs(by_latents.frames[9:].astype(int) - by_pixels.frames[9:]).max() > 0


def test_more_latents_than_a_prefix_has_are_refused(handing):
    long = {TAIL: np.zeros((8, 2, 2, 3), np.float32)}
    with pytest.raises(GeneratorError, match="was handed 2 latents, more than its prefix has"):
        handing.generate(request_of(handover=long), quiet)


def test_latents_alter_nothing_where_pixels_are_handed_over(ltx2, plain):
    clip = clip_of(ltx2, request_of(handover={TAIL: np.zeros((8, 1, 2, 3), np.float32)}))
    np.testing.assert_array_equal(clip.frames, plain.frames)
    assert not clip.handover


def test_a_chain_that_was_interrupted_goes_on_as_if_it_had_not_been(handing, tmp_path):
    """Latents are stored with the clip that they end, and are part of its digest."""
    rehearsal = rehearse(composer.read(CHAIN, "chain.yaml"))
    plan = rehearsal.plan(handing.capabilities, PlanOptions())
    first, second, *_ = plan.segments
    assert second.prefix_from == first.id

    def render():
        with closing(Studio(rehearsal, plan, handing, Store(tmp_path), None)) as studio:
            kept = [studio.render(segment).kept for segment in (first, second)]
        return studio.clips.entry(first.id), studio.clips.entry(second.id), studio, kept

    one, two, studio, _ = render()
    assert one.path(HANDOVER).is_file()
    assert studio.requests.handover(second).keys() == {TAIL}
    assert two.notes["provenance"]["handover"] == "latents"
    shutil.rmtree(two.folder)
    _, again, _, kept = render()
    assert kept == [True, False]
    assert again.digests[NATIVE] == two.digests[NATIVE]
    assert again.digests == two.digests


# --- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"stg": 1}, "option `stg_block` of generator `ltx2` is 28: the transformer has 2 blocks; nearest: 1"),
        (
            {"cache": "first_block"},
            (
                "option `cache` of generator `ltx2` is 'first_block': the transformer of ltx2 refuses this cache; "
                "it takes: none, taylorseer, pab (what of a step is reused in the next ones)"
            ),
        ),
    ],
)
def test_what_diffusers_would_pass_over_or_refuse_late_is_refused_early(tiny, options, words):
    with pytest.raises(OptionError) as told_of:
        generators.load("ltx2", {**tiny["ltx2"], **options})
    assert str(told_of.value) == words


def test_an_ltx_model_is_refused_by_ltx2(tiny):
    with pytest.raises(OptionError, match="with the transformer LTXVideoTransformer3DModel; expected LTX2VideoTransf"):
        generators.load("ltx2", {"model": tiny["ltx"]["model"]})
