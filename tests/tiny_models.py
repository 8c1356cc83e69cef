"""Tiny random models of the real classes: made and saved by diffusers, so that the product loads them as it loads big ones."""

import torch
from diffusers import (
    AutoencoderKLLTXVideo,
    FlowMatchEulerDiscreteScheduler,
    LTXConditionPipeline,
    LTXVideoTransformer3DModel,
)
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast, T5Config, T5EncoderModel

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
