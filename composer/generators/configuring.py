"""A generator and its options: what it is told about how to render, checked by the model that it declares for them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from composer.errors import OptionError
from composer.spelling import did_you_mean

if TYPE_CHECKING:  # who trains on a GPU machine needs no more than torch, numpy and safetensors
    from pydantic import BaseModel


def configured(name: str, kind: Callable[..., Any], options: Mapping[str, Any]) -> Any:
    """What class `kind` makes, told `options` when it declares a pydantic model `Options` for them.

    Raises `OptionError` for options that it does not have, and for values that it cannot use: all of them at once.
    """
    model = options_of(kind)
    if model is None:
        if options:
            raise OptionError(f"generator `{name}` takes no options; it was told {_listed(options)}")
        return kind()
    from pydantic import ValidationError  # noqa: PLC0415 - as above

    known = _names(model)
    wrong: list[str] = []
    try:
        told = model.model_validate({key: value for key, value in options.items() if key in known})
    except ValidationError as error:
        wrong += [_said(name, model, fault) for fault in error.errors()]
    wrong += [_unknown(name, key, known) for key in options if key not in known]
    if wrong:
        raise OptionError("\n".join(wrong))
    return kind(told)


def options_of(kind: Any) -> "type[BaseModel] | None":
    """The model of a generator's options; None when it takes none."""
    from pydantic import BaseModel  # noqa: PLC0415 - as above

    model = getattr(kind, "Options", None)
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None


def _names(model: "type[BaseModel]") -> list[str]:
    """What the options of a model may be called: as its fields are, or by the other names that those are read from."""
    by_name = model.model_config.get("validate_by_name") or model.model_config.get("populate_by_name")
    known: list[str] = []
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        others = [other for other in getattr(alias, "choices", [alias]) if isinstance(other, str)]
        known += [name] * bool(by_name or not others) + others
    return known


def _unknown(name: str, key: str, known: list[str]) -> str:
    return f"generator `{name}` has no option `{key}`; it has: {', '.join(known)}.{did_you_mean(key, known)}"


def _said(name: str, model: "type[BaseModel]", fault: Any) -> str:
    path = [str(part) for part in fault["loc"]]
    key = path[0] if path else ""
    words = str(fault["msg"]).removeprefix("Value error, ")
    field = model.model_fields.get(key)
    meant = f" ({field.description})" if field is not None and field.description else ""
    at = f"option `{'.'.join(path)}` of generator `{name}`" if path else f"options of generator `{name}`"
    if fault["type"] == "missing":
        return f"{at} is missing{meant}"
    found = f" is {fault['input']!r}" if path else ""
    return f"{at}{found}: {words[:1].lower()}{words[1:]}{meant}"


def _listed(options: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in options)
