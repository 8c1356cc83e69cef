"""`ltx`: what it is told reaches the model, one pipeline serves all segments, and what cannot be is said beforehand."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from segment_requests import PLAN, H, W, cameras, clip_of, pictures, quiet, request_of

from composer import generators
from composer.errors import GeneratorError, OptionError
from composer.generators.diffusion import running
from composer.generators.diffusion.conditions import shown
from composer.generators.diffusion.ltx import Ltx
from composer.timing import FrameRange
from composer.types import Keyframe


def after_the_prefix(maker, **changed):
    return clip_of(maker, request_of(**changed)).frames[9:].astype(int)


@pytest.fixture(scope="module")
def ltx(tiny):
    return generators.load("ltx", tiny["ltx"])


@pytest.fixture(scope="module")
def plain(ltx):
    return after_the_prefix(ltx)


def told(tiny, **options):
    return {**tiny["ltx"], **options}


# --- what reaches the model -------------------------------------------------------------------------------------------


def altered():
    prefix, key = pictures(9, 1), Keyframe(15, pictures(1, 2)[0], 0.7)
    later = prefix.copy()
    later[8] = 255 - later[8]
    return {
        "the prefix": {"prefix": pictures(9, 3)},
        "its last frame alone": {"prefix": later},
        "a keyframe": {"keyframes": (replace(key, image=pictures(1, 4)[0]),)},
        "a keyframe's strength": {"keyframes": (replace(key, strength=0.2),)},
        "a keyframe's frame": {"keyframes": (replace(key, frame=12),)},
        "one keyframe more": {"keyframes": (key, Keyframe(11, pictures(1, 6)[0], 0.4))},
        "no keyframe": {"keyframes": ()},
        "the seed": {"seed": 6},
        "the prompt": {"prompt": "a green boat at night"},
    }


@pytest.mark.parametrize("changed", altered().values(), ids=altered())
def test_what_it_takes_alters_the_clip(ltx, plain, changed):
    assert np.abs(after_the_prefix(ltx, **changed) - plain).max() > 0


@pytest.mark.parametrize(
    "changed",
    [
        {"cameras": cameras(shift_m=3.0)},
        {"style": "muted teal"},
        {"keyframes": (Keyframe(4, pictures(1, 9)[0], 1.0), Keyframe(15, pictures(1, 2)[0], 0.7))},
    ],
    ids=["cameras", "style apart from the prompt", "a keyframe inside the prefix"],
)
def test_what_it_cannot_take_alters_nothing_and_its_capabilities_say_so(ltx, plain, changed):
    can = ltx.capabilities
    assert (can.channels, can.style, can.prompt, can.seed, can.keyframes) == (frozenset(), False, True, True, 3)
    np.testing.assert_array_equal(after_the_prefix(ltx, **changed), plain)


def test_a_clip_begins_with_the_prefix_as_the_model_shows_it(ltx):
    clip = clip_of(ltx, request_of())
    assert np.abs(clip.frames[:9].astype(int) - pictures(9, 1)).max() > 0, "a random model shows something else"
    assert clip.provenance["keyframes"] == [[15, 0.7]]
    assert clip.provenance["model"] in ltx.capabilities.version


def test_keyframes_come_in_the_order_of_their_frames_after_the_prefix():
    keys = tuple(Keyframe(frame, pictures(1, frame)[0], frame / 20) for frame in (16, 3, 9))
    found = [(one.start, len(one.frames), one.strength) for one in shown(request_of(keyframes=keys))]
    assert found == [(0, 9, 1.0), (9, 1, 0.45), (16, 1, 0.8)]


def test_it_makes_a_clip_of_nothing_but_words(ltx):
    """Pipelines crash on an empty list of conditions."""
    plan = replace(PLAN, prefix=0, prefix_from="", frames=FrameRange(0, 17))
    clip = clip_of(ltx, request_of(plan=plan, prefix=None, keyframes=()))
    assert clip.frames.std() > 1


def test_the_pipelines_own_crash_on_an_empty_list_is_still_there(ltx):
    with pytest.raises(TypeError, match="'NoneType' and 'float'"):
        ltx.engine.pipe(conditions=[], prompt="a", height=H, width=W, num_frames=9, num_inference_steps=1)


def test_progress_follows_the_steps(ltx):
    shares = []
    ltx.generate(request_of(), shares.append)
    assert shares == pytest.approx([0.45, 0.9, 1.0])


# --- kept warm --------------------------------------------------------------------------------------------------------


def test_generators_with_equal_options_share_one_pipeline_and_others_replace_it(tiny, ltx):
    pipe = ltx.engine.pipe
    assert generators.load("ltx", told(tiny)).engine.pipe is pipe
    other = generators.load("ltx", told(tiny, guidance=1))
    assert other.engine.pipe is not pipe
    assert len(running._engines) == 1, "two big ones would not fit"


def test_a_prompt_is_read_once_and_the_negative_one_once_for_all(tiny):
    maker = generators.load("ltx", told(tiny, guidance=2))
    engine, texts = maker.engine, []
    read = engine.pipe.encode_prompt
    engine.pipe.encode_prompt = lambda text, **options: texts.append(text) or read(text, **options)
    try:
        for prompt in ("a red tower", "a green shed", "a red tower"):
            words = maker.embeddings(engine, prompt)
    finally:
        del engine.pipe.encode_prompt
    assert texts == ["a red tower", maker.told.negative_prompt, "a green shed"]
    assert set(words) == {f"{sign}prompt_{part}" for sign in ("", "negative_") for part in ("embeds", "attention_mask")}


def test_few_prompts_are_kept_where_they_are_large(tiny):
    maker = generators.load("ltx", told(tiny, guidance=2))
    for prompt in ("a", "red", "shed"):
        maker.engine.encoded((prompt, "night"), maker.told.tokens, most=2)
    assert set(maker.engine.read) == {"shed", "night"}


def test_threads_and_remarks_are_as_they_were_after_a_clip(ltx):
    import torch  # noqa: PLC0415
    from diffusers.utils import logging  # noqa: PLC0415

    before, level = torch.get_num_threads(), logging.get_verbosity()
    torch.set_num_threads(1)
    try:
        one = after_the_prefix(ltx)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
    np.testing.assert_array_equal(after_the_prefix(ltx), one)
    assert logging.get_verbosity() == level


# --- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"size": "500x300"}, "size 500x300 is not divisible by 32 (ltx); nearest: 512x288"),
        ({"size": "wide"}, "expected a width and a height in pixels, as in 768x448"),
        ({"frames": 30}, "30 frames are not 8k + 1 (ltx); nearest: 33"),
        ({"prefix": 8}, "8 frames are not 8k + 1 (ltx); nearest: 9"),
        ({"frames": 17, "prefix": 17}, "prefix 17 leaves nothing new of 17 frames; longest prefix: 9"),
        ({"cache": "mag"}, "cache mag needs `cache_ratios`; first_block needs none"),
        ({"model": "a/b"}, "`revision` is missing; a model on the hub is pinned by the 40 hex digits of a commit"),
        ({"model": "a/b", "revision": "main"}, "`revision` is 'main'; a model on the hub is pinned by"),
        ({"stepz": 3}, "generator `ltx` has no option `stepz`"),
        ({"prefix_noise": 2}, "option `prefix_noise` of generator `ltx` is 2: input should be less than or equal to 1"),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest_that_can(options, words):
    with pytest.raises(OptionError) as told_of:
        generators.load("ltx", options)
    assert words in str(told_of.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"attention": "flash"},
            "option `attention` of generator `ltx` is flash: the package flash_attn is not installed; nearest: native",
        ),
        (
            {"attention": "cudnn"},
            "option `attention` of generator `ltx` is cudnn: it runs on CUDA alone (device cpu); nearest: native",
        ),
        (
            {"offload": "model"},
            "option `offload` of generator `ltx` is model: there is no GPU to leave (device cpu); nearest: none",
        ),
        (
            {"dtype": "float16"},
            "option `dtype` of generator `ltx` is float16: processors lack half of its kernels; nearest: bfloat16",
        ),
        ({"device": "tpu9"}, "option `device` of generator `ltx` is tpu9: torch knows no such device; nearest: auto"),
    ],
)
def test_what_this_machine_cannot_keep_is_refused_before_anything_is_loaded(tiny, monkeypatch, options, words):
    monkeypatch.setattr(running, "_engines", {})
    with pytest.raises(OptionError) as told_of:
        generators.load("ltx", told(tiny, device="cpu") | options)
    assert str(told_of.value) == words
    assert not running._engines


def test_what_makes_no_sense_as_a_model_is_told(tmp_path):
    with pytest.raises(OptionError, match=r"there is no folder \./nowhere"):
        generators.load("ltx", {"model": "./nowhere"})
    with pytest.raises(OptionError, match=r"holds no model_index.json; expected a pipeline as diffusers saves it"):
        generators.load("ltx", {"model": str(tmp_path)})
    (tmp_path / "model_index.json").write_text('{"_class_name": "WanPipeline", "transformer": ["diffusers", "Wan"]}')
    with pytest.raises(OptionError, match="is a WanPipeline with the transformer Wan; expected LTXVideoTransformer3D"):
        generators.load("ltx", {"model": str(tmp_path)})
    (tmp_path / "model_index.json").write_text("[")
    with pytest.raises(GeneratorError, match="cannot read the model's"):
        generators.load("ltx", {"model": str(tmp_path)})


def test_nothing_is_fetched_unless_it_may_be(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(GeneratorError) as told_of:
        generators.load("ltx", {"model": "owner/name", "revision": "0" * 40})
    words = "owner/name at 000000000000 is not on this machine, and nothing is fetched unless `download` is true"
    assert str(told_of.value) == words


def test_without_a_model_it_lists_and_says_what_to_set():
    assert {listing.name: listing.error for listing in generators.available()}["ltx"] == ""
    words = "generator `ltx` needs the option `model`: a folder (./NAME), or a hub id with a pinned `revision`"
    with pytest.raises(OptionError) as told_of:
        generators.load("ltx")
    assert str(told_of.value) == words
    with pytest.raises(OptionError, match="needs the option `model`"):
        Ltx(None).generate(request_of(), quiet)


def test_listing_loads_no_library_of_models():
    code = (
        "import sys; from composer import generators; generators.available();"
        "print({'torch', 'diffusers', 'transformers', 'accelerate'} & set(sys.modules))"
    )
    told_of = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told_of.strip() == "set()"


def test_a_missing_extra_is_told_with_what_installs_it(tiny, monkeypatch):
    from composer.generators.diffusion import checking  # noqa: PLC0415

    there = checking.find_spec
    monkeypatch.setattr(checking, "find_spec", lambda name: None if name == "accelerate" else there(name))
    with pytest.raises(GeneratorError) as told_of:
        generators.load("ltx", tiny["ltx"])
    assert str(told_of.value) == "generator `ltx` lacks accelerate: pip install '.[local]' in a checkout"


def test_a_tokenizer_that_needs_more_packages_is_told_with_them(tiny, tmp_path, monkeypatch):
    from composer.generators.diffusion import checking  # noqa: PLC0415

    there = checking.find_spec
    monkeypatch.setattr(checking, "find_spec", lambda name: None if name == "sentencepiece" else there(name) or True)
    shutil.copytree(tiny["ltx"]["model"], tmp_path / "pieces")
    (tmp_path / "pieces" / "tokenizer" / "tokenizer.json").rename(tmp_path / "pieces" / "tokenizer" / "spiece.model")
    with pytest.raises(GeneratorError) as told_of:
        generators.load("ltx", told(tiny, model=str(tmp_path / "pieces")))
    words = "the model's tokenizer holds no tokenizer.json; its pieces are read by sentencepiece"
    assert str(told_of.value) == f"generator `ltx`: {words}: pip install sentencepiece"


@pytest.mark.parametrize(("size", "length"), [((100, 64), 17), ((W, H), 20)])
def test_a_plan_off_the_grid_is_refused_and_not_rounded(ltx, size, length):
    plan = replace(PLAN, size=size, frames=FrameRange(0, length))
    with pytest.raises(GeneratorError, match=r"nearest: (96x64|25|17)"):
        ltx.generate(request_of(plan=plan), quiet)


@pytest.mark.parametrize(
    "options",
    [
        {"cache": "first_block", "cache_threshold": 1.0, "steps": 4},
        {"cache": "mag", "cache_ratios": "1,1,1,1,1,1", "cache_threshold": 1.0, "steps": 6},
        {"cache": "taylorseer", "steps": 6},
        {"cache": "pab", "steps": 6},
        {"attention": "math"},
        {"dtype": "bfloat16"},
        {"tiling": True},
        {"prefix_noise": 0.9},
        {"guidance": 1},
    ],
    ids=lambda options: "-".join(str(value) for value in options.values()),
)
def test_options_that_change_pictures_are_part_of_its_capabilities_and_make_the_same_clip_twice(tiny, options):
    maker = generators.load("ltx", told(tiny, **options))
    assert maker.capabilities.options != generators.load("ltx", tiny["ltx"]).capabilities.options
    assert maker.capabilities.version == generators.load("ltx", tiny["ltx"]).capabilities.version
    first, second = (clip_of(maker, request_of()).frames for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_where_it_runs_is_no_part_of_what_it_makes(tiny):
    places = {"device": "cpu", "offload": "none", "download": True}
    same = generators.load("ltx", told(tiny, **places)).capabilities
    assert same == generators.load("ltx", tiny["ltx"]).capabilities


def test_another_model_is_another_version_even_with_the_same_shapes(tmp_path, tiny):
    import tiny_models  # noqa: PLC0415

    other = generators.load("ltx", told(tiny, model=str(tiny_models.save_ltx(tmp_path / "other", seed=1))))
    one = generators.load("ltx", tiny["ltx"])
    assert other.capabilities.version != one.capabilities.version
    assert one.capabilities.licence == "tiny-open-weights"


def test_tokens_are_counted_as_the_model_counts_them(ltx):
    assert ltx.count_tokens("a red brick tower") == 5, "and an end"
    assert ltx.capabilities.prompt_tokens == 16


def test_the_page_of_options_is_not_stale():
    docs = Path(__file__).parent.parent / "docs"
    fresh = subprocess.run([sys.executable, str(docs / "local_models.py")], capture_output=True, text=True, check=True)
    page = (docs / "local-models.md").read_text()
    assert page == fresh.stdout, "run: python docs/local_models.py > docs/local-models.md"
