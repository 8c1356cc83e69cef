"""Pipelines of the real sizes with random weights: what they take is a real model's, what they show is noise.

Transformers and coders of pictures are as published; readers of prompts are cut to one layer, since their pass is not what
is measured.
"""

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    AutoencoderKLLTXVideo,
    FlowMatchEulerDiscreteScheduler,
    LTX2ConditionPipeline,
    LTX2VideoTransformer3DModel,
    LTXConditionPipeline,
    LTXVideoTransformer3DModel,
)
from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
from transformers import Gemma3Config, Gemma3ForConditionalGeneration, T5Config, T5EncoderModel

LTX2_LAYERS = 12  # of 48: a quarter of the weights, so that they are made and saved in minutes


def ltx_parts() -> dict[str, Any]:
    """Parts of LTX-Video 0.9.5, 2B."""
    return {
        "transformer": LTXVideoTransformer3DModel(),  # diffusers' defaults are its config
        "vae": AutoencoderKLLTXVideo(
            block_out_channels=(128, 256, 512, 1024, 2048),
            down_block_types=("LTXVideo095DownBlock3D",) * 4,
            decoder_block_out_channels=(256, 512, 1024),
            layers_per_block=(4, 6, 6, 2, 2),
            decoder_layers_per_block=(5, 5, 5, 5),
            spatio_temporal_scaling=(True,) * 4,
            decoder_spatio_temporal_scaling=(True,) * 3,
            decoder_inject_noise=(False,) * 4,
            downsample_type=("spatial", "temporal", "spatiotemporal", "spatiotemporal"),
            upsample_residual=(True,) * 3,
            upsample_factor=(2, 2, 2),
            timestep_conditioning=True,
        ),
        "text_encoder": T5EncoderModel(T5Config(vocab_size=64, d_model=4096, d_kv=64, num_heads=64, num_layers=1)),
        "scheduler": FlowMatchEulerDiscreteScheduler(),
    }


def ltx2_parts() -> dict[str, Any]:
    """Parts of LTX-2, its transformer cut to `LTX2_LAYERS`."""
    text = {"vocab_size": 64, "hidden_size": 3840, "num_hidden_layers": 1, "intermediate_size": 1024}
    sight = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    return {
        "transformer": LTX2VideoTransformer3DModel(num_layers=LTX2_LAYERS),
        "vae": AutoencoderKLLTX2Video(decoder_causal=False),
        "audio_vae": AutoencoderKLLTX2Audio(),
        "vocoder": LTX2Vocoder(),
        "connectors": LTX2TextConnectors(text_proj_in_factor=2),
        "text_encoder": Gemma3ForConditionalGeneration(
            Gemma3Config(
                text_config=text, vision_config={**sight, "image_size": 28, "patch_size": 14}, mm_tokens_per_image=4
            )
        ),
        "scheduler": FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
    }


def save(name: str, folder: Path, tokenizer: Any) -> Path:
    """The pipeline of generator `name` in a folder, bfloat16; made once."""
    if not (folder / "model_index.json").is_file():
        torch.manual_seed(0)
        parts = {"ltx": ltx_parts, "ltx2": ltx2_parts}[name]()
        pipeline = {"ltx": LTXConditionPipeline, "ltx2": LTX2ConditionPipeline}[name]
        pipeline(tokenizer=tokenizer, **parts).to(torch.bfloat16).save_pretrained(folder)
    return folder
