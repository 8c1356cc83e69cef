"""What a clip costs, from a model's own configs and the headers of its weights: operations and bytes, before it is loaded.

Operations are those of the linear layers (two a weight and token), of attention (four a pair of tokens and channel) and of
the convolutions that decode. Bytes are weights as far as they stay on the device, and the most that one phase holds beside
them: reading the prompt, a pass of the transformer, decoding.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

from composer.generators.diffusion.folder import ModelFolder, Weights
from composer.generators.diffusion.options import GRID, STEP, DiffusionOptions
from composer.types import Size

_TILE = 512 * 512  # px that a decoder holds at once where it works in tiles
_BLOCK_WIDTHS = 28
"""Widths of a token that a transformer holds at most: six of modulation a token, six as a block adds its own, eight of a
feed-forward, four of queries, keys, values and what is turned, four of states and norms."""
_DECODER_COPIES = 4  # pictures of a decoder's last stage: what enters a convolution, padded, what leaves it, a norm
_GROUPS = 2  # a group of layers is there while the next one is fetched


@dataclass(frozen=True)
class Clip:
    """A clip as the models count it: latents along time, height and width, and tokens."""

    size: Size
    frames: int
    extra: int  # latents beside the clip's own: keyframes
    words: int

    @property
    def latents(self) -> tuple[int, int, int]:
        return (self.frames - 1) // STEP + 1, self.size[1] // GRID, self.size[0] // GRID

    @property
    def tokens(self) -> int:
        f, h, w = self.latents
        return (f + self.extra) * h * w


@dataclass(frozen=True)
class Costs:
    """Of a model and what it was told."""

    folder: ModelFolder
    told: DiffusionOptions
    passes: int  # of the transformer, a step
    item_bytes: int  # of a number on its device

    def clip(self, size: Size, frames: int) -> Clip:
        return Clip(size, frames, self.told.keyframes, self.told.tokens)

    def operations(self, clip: Clip) -> float:
        """Of a whole clip: every pass of every step, and the decoder once."""
        return self.told.steps * self.passes * self.of_a_pass(clip) + self.of_decoding(clip)

    def of_a_pass(self, clip: Clip) -> float:
        """Of one pass of the transformer over one clip."""
        config, weights = self.folder.config("transformer"), self.folder.weights("transformer")
        sound = _sound_tokens(config, clip.frames)
        total = 0.0
        for name, shape in weights.shapes.items():
            if len(shape) == 2 and "scale_shift_table" not in name:
                total += 2 * prod(shape) * _seen_by(name, clip, sound)
        width = _width(config)
        layers = int(config.get("num_layers", 28))
        pairs = clip.tokens * (clip.tokens + clip.words) * width
        if sound:
            narrow = int(config["audio_num_attention_heads"]) * int(config["audio_attention_head_dim"])
            pairs += sound * (sound + clip.words + 2 * clip.tokens) * narrow
        return total + 4 * layers * pairs

    def of_decoding(self, clip: Clip) -> float:
        """Of the pictures' decoder."""
        config, weights = self.folder.config("vae"), self.folder.weights("vae")
        grows = list(reversed(config.get("decoder_spatio_temporal_scaling", (True, True, True))))
        f, h, w = clip.latents
        stages = [(f, h, w)]
        for grow in grows:
            f, h, w = (2 * f - 1, 2 * h, 2 * w) if grow else (f, h, w)
            stages.append((f, h, w))
        total = 0.0
        for name, shape in weights.shapes.items():
            if name.startswith("decoder.") and len(shape) == 5:
                total += 2 * prod(shape) * prod(stages[_stage(name, len(grows))])
        return total

    def peak_bytes(self, clip: Clip) -> int:
        """The most that its device holds at once."""
        parts = {name: self.folder.weights(name) for name in self.folder.parts}
        size = {name: weights.numbers * self.item_bytes for name, weights in parts.items()}
        sampling, decoding, reading = self._sampling(clip), self._decoding(clip), self._reading()
        phases = {"text_encoder": reading, "transformer": sampling, "vae": decoding}
        held = sum(size.values())
        offload = self.told.offload
        if offload == "none":
            return held + max(phases.values())
        if offload == "text":
            without = held - size.get("text_encoder", 0)
            return max(held + reading, without + max(sampling, decoding))
        if offload == "model":
            return max(size.get(name, 0) + extra for name, extra in phases.items())
        share = {"sequential": _largest, "group": _largest_group}[offload]
        return max(share(parts[name]) * self.item_bytes + extra for name, extra in phases.items() if name in parts)

    def _sampling(self, clip: Clip) -> int:
        config = self.folder.config("transformer")
        width = _width(config)
        together = 2 if self.told.guidance > 1 else 1
        turned = 2 * 4 * width * clip.tokens * together  # cosines and sines, single precision
        held = _BLOCK_WIDTHS * width * clip.tokens * together * self.item_bytes
        return held + turned + 4 * 4 * int(config.get("in_channels", 128)) * clip.tokens

    def _decoding(self, clip: Clip) -> int:
        config = self.folder.config("vae")
        patch = int(config.get("patch_size", 4))
        out = self.folder.weights("vae").shapes.get("decoder.conv_out.conv.weight", (48, 128))
        width = out[1]  # of the last stage
        area = clip.size[0] * clip.size[1]
        at_once = min(area, _TILE) if self.told.tiling else area
        last_stage = _DECODER_COPIES * width * at_once * clip.frames // patch**2 * self.item_bytes
        return last_stage + 3 * area * clip.frames * (self.item_bytes + 4)

    def _reading(self) -> int:
        config = self.folder.config("text_encoder")
        inner = config.get("text_config", config)
        width = int(inner.get("d_model") or inner.get("hidden_size") or 4096)
        layers = int(inner.get("num_hidden_layers") or inner.get("num_layers") or 24)
        return 3 * self.told.tokens * width * (layers + 1) * self.item_bytes


def _width(config: dict[str, Any]) -> int:
    """Numbers of a token inside the transformer."""
    return int(config.get("num_attention_heads", 32)) * int(config.get("attention_head_dim", 64))


def _seen_by(name: str, clip: Clip, sound: int) -> int:
    """Tokens that go through a linear layer of the transformer."""
    words = name.split(".")
    if name.startswith(("av_cross_attn", "audio_time_embed")):
        return 1  # the time of a step, the same for all
    if "caption_projection" in name or "attn2.to_k" in name or "attn2.to_v" in name:
        return clip.words
    across = {"audio_to_video_attn": (clip.tokens, sound), "video_to_audio_attn": (sound, clip.tokens)}
    for part, (asking, asked) in across.items():
        if part in words:
            return asked if words[-2] in ("to_k", "to_v") else asking
    return sound if any(word.startswith("audio_") for word in words) else clip.tokens


def _sound_tokens(config: dict[str, Any], frames: int) -> int:
    """Latents of sound beside a clip; 0 for models of pictures alone. They make 25 a second, pictures 24."""
    return round(frames / 24 * 25) if "audio_num_attention_heads" in config else 0


def _stage(name: str, stages: int) -> int:
    """Of a decoder's convolution: how often the picture has grown before it."""
    words = name.split(".")
    if words[1] == "up_blocks":
        return int(words[2]) + 1 if "upsamplers" not in words else int(words[2])
    return stages if words[1] in ("conv_out", "norm_out") else 0


def _largest(weights: Weights) -> int:
    """Numbers of the largest layer."""
    return max(map(prod, weights.shapes.values()), default=0)


def _largest_group(weights: Weights) -> int:
    """Numbers of the largest groups of layers that are there together."""
    groups: dict[str, int] = {}
    for name, shape in weights.shapes.items():
        numbered = [i for i, word in enumerate(name.split(".")) if word.isdigit()]
        group = ".".join(name.split(".")[: numbered[0] + 1]) if numbered else name
        groups[group] = groups.get(group, 0) + prod(shape)
    return _GROUPS * max(groups.values(), default=0)
