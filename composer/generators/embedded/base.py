"""diffusers' base classes of models; on a machine that trains and has no diffusers, what little of them training needs."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from torch import nn

__all__ = ["ConfigMixin", "ModelMixin", "register_to_config"]

try:
    from diffusers.configuration_utils import ConfigMixin, register_to_config
    from diffusers.models.modeling_utils import ModelMixin
except ModuleNotFoundError:

    class ModelMixin(nn.Module):  # type: ignore[no-redef]
        """A module."""

    class ConfigMixin:  # type: ignore[no-redef]
        """What a module was made with."""

        config: dict[str, Any]

    def register_to_config(init: Callable[..., None]) -> Callable[..., None]:
        """Keep the arguments of `init` as the module's `config`."""

        @wraps(init)
        def kept(self: Any, *args: Any, **options: Any) -> None:
            init(self, *args, **options)
            bound = signature(init).bind(self, *args, **options)
            bound.apply_defaults()
            self.config = {name: value for name, value in bound.arguments.items() if name != "self"}

        return kept
