"""The numbers of a glTF file: accessors into buffers, which are embedded, beside the file, or the binary part of a .glb."""

import base64
import binascii
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

import numpy as np
from jaxtyping import Float

from composer.camera.formats.json_values import Value, parse
from composer.camera.formats.pose_file import MOST_POSES, MOST_TEXT_BYTES, fault
from composer.errors import Wrong

_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
_TYPES = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5126: "<f4"}
_SCALES = {5120: 127, 5121: 255, 5122: 32767, 5123: 65535}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_DATA = "data:"


def split_glb(data: bytes, file: str) -> tuple[bytes, bytes | None]:
    """The JSON and the binary part of a .glb. Raises `Wrong` when it is none, or is cut off."""
    if len(data) < 20 or struct.unpack_from("<I", data)[0] != _MAGIC:
        raise fault(file, "byte 0", "this is no .glb file", "expected `glTF`, version 2, and its JSON")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise fault(file, "byte 4", f"glTF version {version}", "expected version 2")
    if length > len(data):
        raise fault(file, f"byte {len(data)}", "the file ends", f"expected {length:,} bytes, as its head says")
    parts: dict[int, bytes] = {}
    at = 12
    while at + 8 <= length:
        size, kind = struct.unpack_from("<II", data, at)
        if at + 8 + size > length:
            raise fault(file, f"byte {at}", f"a part of {size:,} bytes", f"expected at most {length - at - 8:,}")
        parts.setdefault(kind, data[at + 8 : at + 8 + size])
        at += 8 + size
    if _JSON not in parts:
        raise fault(file, "byte 12", "no JSON", "expected it as the first part")
    return parts[_JSON], parts.get(_BIN)


@dataclass(eq=False)
class Numbers:
    """Accessors of one file, read when they are asked for. `beside` reads a file that lies with it."""

    root: Value
    binary: bytes | None
    beside: Callable[[str], bytes]
    _buffers: dict[int, bytes] = field(default_factory=dict)

    def read(self, index: Value, width: int) -> Float[np.ndarray, "n w"]:
        """Accessor `index` as rows of `width` numbers. Raises `Wrong`."""
        accessor = self.root.need("accessors", "a list of accessors").item(index.count())
        kind = accessor.need("type", f"one of: {', '.join(_WIDTHS)}")
        if _WIDTHS.get(kind.text()) != width:
            raise kind.wrong(next(name for name, w in _WIDTHS.items() if w == width))
        if accessor.get("sparse"):
            raise fault(accessor.file, f"{accessor.path}.sparse", "a sparse accessor", "expected plain numbers")
        code = accessor.need("componentType", "a type of number")
        if code.value not in _TYPES or (code.value in _SCALES and not self._normalized(accessor)):
            raise code.wrong("5126 (float), or normalized whole numbers")
        count = accessor.need("count", "how many").count(4 * MOST_POSES)
        values = self._values(accessor, np.dtype(_TYPES[code.count()]), count, width).astype(float)
        if code.value in _SCALES:
            values = np.maximum(values / _SCALES[code.count()], -1)
        if not np.isfinite(values).all():
            row = int(np.argmax(~np.isfinite(values).all(axis=1)))
            raise fault(accessor.file, accessor.path, f"value {row} is no number", "expected finite numbers")
        return values

    def _normalized(self, accessor: Value) -> bool:
        said = accessor.get("normalized")
        return said is not None and said.value is True

    def _values(self, accessor: Value, dtype: "np.dtype[np.generic]", count: int, width: int) -> np.ndarray:
        view = self.root.need("bufferViews", "a list of views").item(accessor.need("bufferView", "a view").count())
        compressed = view.get("extensions")
        if compressed and (name := next(iter(compressed.value), None)):
            raise fault(view.file, view.path, f"numbers packed by `{name!s:.40}`", "expected them as they are")
        buffer = self._buffer(view.need("buffer", "a buffer").count())
        start = _count(view, "byteOffset") + _count(accessor, "byteOffset")
        row = dtype.itemsize * width
        stride = _count(view, "byteStride") or row
        end = start + stride * (count - 1) + row if count else start
        room = min(len(buffer), _count(view, "byteOffset") + view.need("byteLength", "a length").count(2**40))
        if stride < row or end > room:
            told = f"bytes {start:,} to {end:,} of {room:,}"
            raise fault(accessor.file, accessor.path, told, "expected them inside its buffer")
        rows = np.lib.stride_tricks.as_strided(
            np.frombuffer(buffer, np.uint8, end - start, start), (count, row), (stride, 1), writeable=False
        )
        return np.ascontiguousarray(rows).view(dtype).reshape(count, width)

    def _buffer(self, index: int) -> bytes:
        if index not in self._buffers:
            buffer = self.root.need("buffers", "a list of buffers").item(index)
            uri = buffer.get("uri")
            if uri is None and (self.binary is None or index):
                raise fault(buffer.file, buffer.path, "no `uri`", "expected where its bytes are")
            self._buffers[index] = self.binary or b"" if uri is None else self._fetch(uri)
        return self._buffers[index]

    def _fetch(self, uri: Value) -> bytes:
        text = uri.text()
        if not text.startswith(_DATA):
            return self.beside(unquote(text))
        head, _, body = text.partition(",")
        if not head.endswith(";base64"):
            raise fault(uri.file, uri.path, f"`{head[:40]}`", "expected `data:...;base64,`")
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise fault(uri.file, uri.path, "broken base64", "expected it whole") from None


def _count(value: Value, key: str) -> int:
    found = value.get(key)
    return 0 if found is None else found.count(2**40)


def document(data: bytes, file: str, *, binary: bool) -> tuple[Value, bytes | None]:
    """The JSON of a .gltf or .glb, and the binary part of the latter. Raises `Wrong`."""
    body, rest = split_glb(data, file) if binary else (data, None)
    if len(body) > MOST_TEXT_BYTES:
        raise too_big(file, len(body), MOST_TEXT_BYTES)
    root = parse(body.rstrip(b"\0 "), file)
    version = root.need("asset", "an object that tells the version").need("version", "`2.0`")
    if not version.text().startswith("2."):
        raise version.wrong("`2.0`")
    return root, rest


def too_big(file: str, size: int, most: int) -> Wrong:
    """The fault of a file beyond its limit, both in bytes."""
    return fault(file, "", f"more than {min(size, most) >> 20} MiB", f"expected at most {most >> 20} MiB")
