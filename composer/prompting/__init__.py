"""Prompts: what is to be told of a segment in plain English, within the tokens that a model reads."""

from composer.prompting.bodies import moves
from composer.prompting.compiling import Count, Prompt, compile_prompt
from composer.prompting.tokens import estimated_tokens
from composer.prompting.told import Body, BodyMoment, CameraMotion, CameraMove, Named, Thing, Told, View, Way

__all__ = [
    "Body",
    "BodyMoment",
    "CameraMotion",
    "CameraMove",
    "Count",
    "Named",
    "Prompt",
    "Thing",
    "Told",
    "View",
    "Way",
    "compile_prompt",
    "estimated_tokens",
    "moves",
]
