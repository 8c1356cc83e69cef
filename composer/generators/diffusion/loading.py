"""A pipeline, loaded once and kept: placed, cast and sped up as it was told."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import torch
from diffusers import hooks
from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from composer.generators.diffusion.checking import Family, Place
from composer.generators.diffusion.folder import ModelFolder
from composer.generators.diffusion.options import DiffusionOptions

THREADS = 2  # a constant: on a processor, pictures may depend on it in their last bits

_KERNELS = {
    "native": "native",
    "math": "_native_math",
    "efficient": "_native_efficient",
    "cudnn": "_native_cudnn",
    "flex": "flex",
    "flash": "flash",
    "flash_3": "_flash_3",
    "sage": "sage",
    "xformers": "xformers",
}


@contextmanager
def quiet() -> Iterator[None]:
    """Models loaded and called without bars and remarks of the libraries; a constant number of threads."""
    levels = diffusers_logging.get_verbosity(), transformers_logging.get_verbosity()
    bars = transformers_logging.is_progress_bar_enabled()
    threads = torch.get_num_threads()
    diffusers_logging.set_verbosity_error()
    transformers_logging.set_verbosity_error()
    diffusers_logging.disable_progress_bar()
    transformers_logging.disable_progress_bar()
    torch.set_num_threads(THREADS)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        diffusers_logging.set_verbosity(levels[0])
        transformers_logging.set_verbosity(levels[1])
        diffusers_logging.enable_progress_bar()
        if bars:
            transformers_logging.enable_progress_bar()


def load(family: Family, folder: ModelFolder, told: DiffusionOptions, place: Place) -> Any:
    """The pipeline of `family` from a folder, safetensors alone, ready to be called."""
    module, kind = family.pipeline.split(":")
    with quiet():
        pipe = getattr(import_module(module), kind).from_pretrained(
            folder.root, dtype=getattr(torch, place.dtype), local_files_only=True, use_safetensors=True
        )
        pipe.set_progress_bar_config(disable=True)
        _speed_up(pipe, family, told)
        _settle(pipe, told, place)
    return pipe


def _settle(pipe: Any, told: DiffusionOptions, place: Place) -> None:
    """The pipeline on its device, as far as it stays there."""
    device = torch.device(place.device)
    if told.tiling:
        pipe.vae.enable_tiling()
        pipe.vae.use_framewise_encoding = pipe.vae.use_framewise_decoding = True
    if told.offload == "model":
        pipe.enable_model_cpu_offload(device=device)
    elif told.offload == "sequential":
        pipe.enable_sequential_cpu_offload(device=device)
    elif told.offload == "group":
        pipe.enable_group_offload(
            onload_device=device, offload_type="block_level", num_blocks_per_group=1, use_stream=device.type == "cuda"
        )
    elif told.offload == "text":
        for name, part in pipe.components.items():
            if isinstance(part, torch.nn.Module) and name != "text_encoder":
                part.to(device)
    else:
        pipe.to(device)


def _speed_up(pipe: Any, family: Family, told: DiffusionOptions) -> None:
    """Kernels, caches and compiled blocks. The kernels are those of the attention among pixels: to words it is masked,
    which half of them refuse, and cheap.
    """
    for block in pipe.transformer.transformer_blocks:
        for name in family.self_attention:
            getattr(block, name).set_attention_backend(_KERNELS[told.attention])
    if told.cache != "none":
        pipe.transformer.enable_cache(_cache(pipe, told))
    if told.compile:
        pipe.transformer.compile_repeated_blocks()


def _cache(pipe: Any, told: DiffusionOptions) -> Any:
    if told.cache == "first_block":
        return hooks.FirstBlockCacheConfig(threshold=told.cache_threshold)
    if told.cache == "mag":
        return hooks.MagCacheConfig(
            threshold=told.cache_threshold, num_inference_steps=told.steps, mag_ratios=list(told.cache_ratios)
        )
    if told.cache == "taylorseer":
        return hooks.TaylorSeerCacheConfig(cache_interval=told.cache_every)
    return hooks.PyramidAttentionBroadcastConfig(
        spatial_attention_block_skip_range=told.cache_every,
        spatial_attention_timestep_skip_range=(100, 800),
        current_timestep_callback=lambda: pipe.current_timestep,
    )
