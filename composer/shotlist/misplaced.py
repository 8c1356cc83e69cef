"""Keys that stand in the wrong part of the list: where they belong."""

from composer.errors import Path
from composer.shotlist.parts import Part, parts
from composer.shotlist.source import Source
from composer.shotlist.tree import Mapping, Scalar

_NEIGHBOURS = {
    "film": ("place", "shot", "camera"),
    "place": ("film", "shot", "camera"),
    "anchor": ("place", "subject", "shot"),
    "mark": ("anchor",),
    "subject": ("place", "shot", "camera"),
    "style": ("place", "shot", "film"),
    "shot": ("camera", "place", "film"),
    "camera": ("shot", "place", "film"),
    "key": ("camera", "shot"),
}
"""Kinds of parts whose keys people write in each, the likeliest first."""

_WHERE = {
    "film": "at the top of the file",
    "place": "in a place",
    "shot": "in the shot, beside `camera`",
    "camera": "in the shot's `camera`",
    "subject": "in a subject",
    "anchor": "in an anchor",
}
_INSTEAD = {
    ("shot", "look"): "a shot has no look of its own: give it a `style`, or say it in its `prompt`",
    ("camera", "look"): "a camera has no look: give the shot a `style`, or say it in its `prompt`",
    ("film", "look"): "the look of the film is a style: `styles: {film: soft grain}`",
    ("anchor", "light"): "what shines is a `lamp: warm`; `light` belongs in the place",
    ("shot", "ambience"): "`ambience` belongs in the place, or in the shot's `sound`",
}


def belongs(part: Part, parent: Path, key: str, source: Source) -> str:
    """Where the unknown `key` of `part` belongs, in a sentence; "" when that is not certain."""
    if (part.kind, key) in _INSTEAD:
        return _INSTEAD[part.kind, key]
    known = {other.kind: other for other in parts()}
    kind = next((kind for kind in _NEIGHBOURS.get(part.kind, ()) if key in known[kind].keys), "")
    if not kind:
        return ""
    example = _into_camera(parent, key, source) if (part.kind, kind) == ("shot", "camera") else ""
    return f"`{key}` belongs {_WHERE[kind]}" + (f". Did you mean `{example}`?" if example else "")


def _into_camera(shot: Path, key: str, source: Source) -> str:
    """The shot's camera with the keys of a camera that stand beside it."""
    node, _, rest = source.find(shot)
    if rest or not isinstance(node, Mapping) or not isinstance(value := node.values.get(key), Scalar):
        return ""
    camera_keys = next(part.keys for part in parts() if part.kind == "camera")
    strays = [
        f"{name}: {stray.text}"
        for name, stray in node.values.items()
        if name in camera_keys and isinstance(stray, Scalar)
    ]
    camera = node.values.get("camera")
    if value.empty or (camera is None and "frame" not in node.keys):
        return ""
    if isinstance(camera, Scalar):
        return f"camera: {{{', '.join([f'frame: {camera.text}', *strays])}}}"
    if isinstance(camera, Mapping):
        if set(camera.keys) & set(node.keys) or not camera.flow:
            return ""
        inside = source.text[camera.start + 1 : camera.end - 1].strip()
        return f"camera: {{{', '.join([inside, *strays])}}}" if "\n" not in inside else ""
    return f"camera: {{{', '.join(strays)}}}"
