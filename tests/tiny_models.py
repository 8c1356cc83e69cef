"""Tiny random models of the real classes: made and saved by diffusers, so that the product loads them as it loads big ones."""

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
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    PreTrainedTokenizerFast,
    T5Config,
    T5EncoderModel,
)

UNKNOWN = "<unk>"
SPECIAL = ("<pad>", "</s>", UNKNOWN, "<s>")
WORDS = (
    "a",
    "the",
    "of",
    "at",
    "on",
    "in",
    "red",
    "green",
    "brick",
    "tower",
    "shed",
    "boat",
    "yard",
    "day",
    "night",
    "left",
)


def tokenizer(**told):
    """Words by blanks, an end after the last."""
    known = Tokenizer(models.WordLevel({word: i for i, word in enumerate(SPECIAL + WORDS)}, unk_token=UNKNOWN))
    known.pre_tokenizer = pre_tokenizers.Whitespace()
    known.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    names = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": UNKNOWN, "bos_token": "<s>"}
    return PreTrainedTokenizerFast(tokenizer_object=known, model_max_length=64, **names, **told)


def save_ltx(folder, *, seed=0, heads=4, layers=2, width=8):
    """`LTXConditionPipeline` with the real ratios, 8 frames and 32 pixels to a latent."""
    torch.manual_seed(seed)
    text = T5EncoderModel(
        T5Config(
            vocab_size=64, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4, relative_attention_num_buckets=8
        )
    )
    transformer = LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=heads,
        attention_head_dim=8,
        cross_attention_dim=8 * heads,
        num_layers=layers,
        caption_channels=32,
    )
    vae = AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(width,) * 4,
        decoder_block_out_channels=(width,) * 4,
        layers_per_block=(1,) * 5,
        decoder_layers_per_block=(1,) * 5,
        spatio_temporal_scaling=(True, True, True, False),
        decoder_spatio_temporal_scaling=(True, True, True, False),
        decoder_inject_noise=(False,) * 5,
        patch_size=4,
    )
    pipe = LTXConditionPipeline(FlowMatchEulerDiscreteScheduler(), vae, text.eval(), tokenizer(), transformer)
    pipe.save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: other\nlicense_name: tiny-open-weights\n---\n# Tiny\n")
    return folder


def save_ltx2(folder, *, seed=0):
    """`LTX2ConditionPipeline` with the real ratios and a vocoder of 24 kHz."""
    torch.manual_seed(seed)
    text = Gemma3ForConditionalGeneration(
        Gemma3Config(
            text_config={
                "vocab_size": 64,
                "hidden_size": 32,
                "intermediate_size": 37,
                "num_hidden_layers": 2,
                "num_attention_heads": 2,
                "num_key_value_heads": 1,
                "head_dim": 16,
            },
            vision_config={
                "hidden_size": 16,
                "intermediate_size": 16,
                "num_hidden_layers": 1,
                "num_attention_heads": 2,
                "image_size": 28,
                "patch_size": 14,
            },
            mm_tokens_per_image=4,
        )
    )
    heads = {
        f"{side}_connector_{name}": value
        for side in ("video", "audio")
        for name, value in {
            "num_attention_heads": 4,
            "attention_head_dim": 8,
            "num_layers": 1,
            "num_learnable_registers": None,
        }.items()
    }
    connectors = LTX2TextConnectors(
        caption_channels=32, text_proj_in_factor=3, connector_rope_base_seq_len=32, rope_double_precision=False, **heads
    )
    transformer = LTX2VideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=4,
        attention_head_dim=8,
        cross_attention_dim=32,
        audio_in_channels=8,
        audio_out_channels=8,
        audio_num_attention_heads=2,
        audio_attention_head_dim=8,
        audio_cross_attention_dim=16,
        num_layers=2,
        caption_channels=32,
        rope_double_precision=False,
    )
    vae = AutoencoderKLLTX2Video(
        latent_channels=8,
        block_out_channels=(8,) * 3,
        down_block_types=("LTX2VideoDownBlock3D",) * 3,
        decoder_block_out_channels=(8,) * 3,
        layers_per_block=(1,) * 4,
        decoder_layers_per_block=(1,) * 4,
        spatio_temporal_scaling=(True,) * 3,
        downsample_type=("spatiotemporal",) * 3,
        upsample_residual=(False,) * 3,
        upsample_factor=(1,) * 3,
        decoder_causal=False,
    )
    audio_vae = AutoencoderKLLTX2Audio(
        base_channels=8, ch_mult=(1, 2, 4), num_res_blocks=1, resolution=32, latent_channels=2, mel_bins=16
    )
    vocoder = LTX2Vocoder(
        in_channels=32,
        hidden_channels=32,
        upsample_kernel_sizes=[32, 29],
        upsample_factors=[16, 15],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3]],
    )
    scheduler = FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True)
    words = tokenizer(padding_side="left")  # set before it is saved: a reload would pad on the other side
    parts = (scheduler, vae, audio_vae, text.eval(), words, connectors, transformer, vocoder)
    LTX2ConditionPipeline(*parts).save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: other\nlicense_name: tiny-open-weights\n---\n# Tiny\n")
    return folder
