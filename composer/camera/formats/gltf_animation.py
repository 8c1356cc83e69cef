"""glTF's animation: samplers as the standard tells them, by the property that each one drives."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.camera.formats.gltf_buffers import Numbers
from composer.camera.formats.json_values import Value
from composer.camera.formats.pose_file import LONGEST_S, MOST_POSES, fault

_WIDTHS = {"translation": 3, "rotation": 4, "scale": 3, "yfov": 1}
_BAKED_S = 0.1
_STEP_S = 1 / 60
_JUMP_S = 1e-3


@dataclass(frozen=True, eq=False)
class Sampler:
    """Keys at rising times (s) and what is between them; `turns` are quaternions xyzw."""

    times_s: Float[np.ndarray, " k"]
    values: Float[np.ndarray, "v w"]
    interpolation: str
    turns: bool

    def at(self, times_s: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n w"]:
        """The property at times; before the first key and after the last it is as it is there."""
        keys, cubic = self.times_s, self.interpolation == "CUBICSPLINE"
        values = self.values[1::3] if cubic else self.values
        first = np.clip(np.searchsorted(keys, times_s, side="right") - 1, 0, len(keys) - 1)
        last = np.minimum(first + 1, len(keys) - 1)
        gap = keys[last] - keys[first]
        share = np.clip((times_s - keys[first]) / np.where(gap > 0, gap, 1), 0, 1)[:, None]
        out: Float[np.ndarray, "n w"]
        if self.interpolation == "STEP":
            out = values[first]
        elif cubic:
            leaves, enters = gap[:, None] * self.values[2::3][first], gap[:, None] * self.values[0::3][last]
            out = _hermite(share, values[first], values[last], leaves, enters)
        elif self.turns:
            out = _slerp(share, values[first], values[last])
        else:
            out = values[first] + share * (values[last] - values[first])
        if self.turns:
            out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
        return out


def _hermite(
    u: Float[np.ndarray, "n 1"],
    a: Float[np.ndarray, "n w"],
    b: Float[np.ndarray, "n w"],
    leaves: Float[np.ndarray, "n w"],
    enters: Float[np.ndarray, "n w"],
) -> Float[np.ndarray, "n w"]:
    smooth = u * u * (3 - 2 * u)
    out: Float[np.ndarray, "n w"] = a + smooth * (b - a) + u * (1 - u) ** 2 * leaves + u * u * (u - 1) * enters
    return out


def _slerp(
    u: Float[np.ndarray, "n 1"], a: Float[np.ndarray, "n 4"], b: Float[np.ndarray, "n 4"]
) -> Float[np.ndarray, "n 4"]:
    cos = np.einsum("nk,nk->n", a, b)[:, None]
    b, cos = np.where(cos < 0, -b, b), np.minimum(abs(cos), 1)
    angle = np.arccos(cos)
    sin = np.sin(angle)
    with np.errstate(invalid="ignore", divide="ignore"):
        turned = (np.sin((1 - u) * angle) * a + np.sin(u * angle) * b) / sin
    out: Float[np.ndarray, "n 4"] = np.where(sin < 1e-6, a + u * (b - a), turned)
    return out


def samplers(root: Value, numbers: Numbers, wanted: Mapping[str, str]) -> dict[str, Sampler]:
    """The samplers of properties, by their JSON pointers; `wanted` tells for each pointer what kind of property it is.

    Where several animations drive one property, the first does. Raises `Wrong`.
    """
    found: dict[str, Sampler] = {}
    animations = root.get("animations")
    for animation in animations.items() if animations else ():
        for channel in animation.need("channels", "a list of channels").items():
            pointer = _pointer(channel.need("target", "what it drives"))
            if pointer in wanted and pointer not in found:
                sampler = animation.need("samplers", "a list of samplers").item(
                    channel.need("sampler", "a sampler").count()
                )
                found[pointer] = _sampler(sampler, numbers, wanted[pointer])
    return found


def _pointer(target: Value) -> str:
    path = target.need("path", "a property").text()
    if path != "pointer":
        node = target.get("node")
        return f"/nodes/{node.count()}/{path}" if node else ""
    extensions = target.need("extensions", "`KHR_animation_pointer`")
    return extensions.need("KHR_animation_pointer", "a pointer").need("pointer", "a JSON pointer").text()


def _sampler(sampler: Value, numbers: Numbers, kind: str) -> Sampler:
    times = numbers.read(sampler.need("input", "an accessor"), 1)[:, 0]
    values = numbers.read(sampler.need("output", "an accessor"), _WIDTHS[kind])
    said = sampler.get("interpolation")
    interpolation = said.text() if said else "LINEAR"
    if said and interpolation not in ("LINEAR", "STEP", "CUBICSPLINE"):
        raise said.wrong("LINEAR, STEP or CUBICSPLINE")
    rows = len(times) * (3 if interpolation == "CUBICSPLINE" else 1)
    if not len(times) or len(values) != rows:
        told = f"{len(values)} values for {len(times)} times"
        raise fault(sampler.file, sampler.path, told, f"expected {rows or 'at least one'}")
    if (np.diff(times) < 0).any() or times[0] < 0:
        late = float(times[np.argmin(np.diff(times, prepend=0.0))])
        raise fault(sampler.file, sampler.path, f"a time of {late:.6g} s after a later one", "expected times that rise")
    if times[-1] > LONGEST_S:
        raise fault(sampler.file, sampler.path, f"a time of {times[-1]:.6g} s", "expected a day at most, 86400 s")
    return Sampler(times, values, interpolation, turns=kind == "rotation")


def moments(driving: Mapping[str, Sampler]) -> Float[np.ndarray, " n"]:
    """The times (s), from 0 on, at which properties are looked at: every key, and wide gaps 60 times a second.

    Keys nearer than a tenth of a second are poses that a tool baked, and need none between them. A `STEP` is looked at a
    millisecond before it, too.
    """
    keys = [np.zeros(1), *(s.times_s for s in driving.values())]
    keys += [s.times_s[1:] - _JUMP_S for s in driving.values() if s.interpolation == "STEP"]
    times = np.unique(np.concatenate(keys))
    times = times[np.concatenate([[True], np.diff(times) > _JUMP_S / 100])]
    step = max(_STEP_S, float(times[-1]) / MOST_POSES * 4)
    gaps = np.diff(times)
    parts = np.where(gaps > max(_BAKED_S, step), np.ceil(gaps / step), 1).astype(int)
    filled = [np.linspace(a, b, n, endpoint=False) for a, b, n in zip(times[:-1], times[1:], parts, strict=True)]
    return np.concatenate([*filled, times[-1:]])
