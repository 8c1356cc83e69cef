"""JSON Schemas of phrases: what an editor checks while one types."""

from typing import Any

from pydantic import WithJsonSchema

from composer.schema.names import NAME
from composer.schema.phrases import AMBIENCE, AUDIO_FILES, HEIGHTS
from composer.schema.quantities import COMPASS
from composer.schema.words import SIDES

_COMPASS = "|".join(COMPASS)
_N = r"(\d+(\.\d+)?|\.\d+)"


class OneOrText:
    """JSON Schema of a field that takes its mapping, or just the text of its main key."""

    def __init__(self, pattern: str, description: str) -> None:
        self.text = {"type": "string", "pattern": pattern, "description": description}

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [self.text, handler(core_schema)]}


class OneOrList:
    """JSON Schema of a list whose one item needs no list."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        many = handler(core_schema)
        return {"anyOf": [many["items"], many]}


def _sentence(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$", "examples": list(examples)})


_DIRECTION = rf"{_COMPASS}|-?{_N}\s*deg"
_FRAMING = rf"\s*((EWS|WS|MS|MCU|CU|ECU|{NAME})(\s+|$))+"
SPOT_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3, "examples": [[24, -7]]},
            {"type": "string", "pattern": f"^{NAME}$"},
        ]
    }
)
SPACE_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3, "examples": [[20, -12, 1.6]]},
            {"type": "string", "pattern": f"^{NAME}$"},
        ]
    }
)
PAIR_SCHEMA = WithJsonSchema(
    {"type": "array", "items": {"type": "string", "pattern": f"^{NAME}$"}, "minItems": 2, "maxItems": 2}
)
FACING_SCHEMA = _sentence(rf"{_DIRECTION}|{NAME}", "east", "crane")
AXIS_SCHEMA = _sentence(rf"up|{_DIRECTION}", "up", "north")
COLOUR_SCHEMA = _sentence(r"warm|cold|#[0-9a-fA-F]{6}", "warm", "#ffd9a0")
_UNIT = r"\s*(m|cm|mm|km|ft|in)"
BOX_SCHEMA = _sentence(rf"{_N}(\s*x\s*{_N}){{2}}{_UNIT}", "20 x 10 x 8m")
CYLINDER_SCHEMA = _sentence(rf"{_N}\s*x\s*{_N}{_UNIT}", "0.6 x 0.9m")
RAMP_SCHEMA = _sentence(rf"{_N}(\s*x\s*{_N}){{2}}{_UNIT}", "6 x 3 x 1.2m")
ROOM_SCHEMA = _sentence(rf"{_N}(\s*x\s*{_N}){{2}}{_UNIT}", "5 x 4 x 2.6m")
WALL_SCHEMA = _sentence(rf"{_N}(\s*x\s*{_N}){{1,2}}{_UNIT}", "12 x 3m")
MESH_SCHEMA = _sentence(r".+\.([gG][lL][bB]|[oO][bB][jJ])", "props/house.glb")
VIDEO_SCHEMA = _sentence(r".+\.([mM][pP]4|[mM][oO][vV]|[mM]4[vV]|[mM][kK][vV]|[wW][eE][bB][mM])", "film/sea.mp4")
REPEAT_SCHEMA = _sentence(rf"\d+ +every +{_N}(m|cm|mm|km|ft|in) +({_DIRECTION})", "5 every 7m west")
SUN_SCHEMA = _sentence(rf"({_DIRECTION})\s+{_N}\s*deg", "west 12deg")
FRAMING_SCHEMA = _sentence(_FRAMING, "WS tower shed", "MS mara")
SIDE_SCHEMA = _sentence(rf"{'|'.join(SIDES)}|{_DIRECTION}", "south-east", "left-3/4")
HEIGHT_SCHEMA = _sentence(rf"{'|'.join(HEIGHTS)}|{_N}\s*(m|cm|mm|km|ft|in)", "low", "5m")
_AMBIENCE_ITEM = {
    "anyOf": [
        {"enum": list(AMBIENCE)},
        {"type": "string", "pattern": rf"\.({'|'.join(f[1:] for f in AUDIO_FILES)})$", "examples": ["sea.ogg"]},
    ]
}
AMBIENCE_SCHEMA = WithJsonSchema({"anyOf": [_AMBIENCE_ITEM, {"type": "array", "items": _AMBIENCE_ITEM}]})
CAMERA_TEXT = OneOrText(f"^({_FRAMING})$", "A framing: `WS tower` is `{frame: WS tower}`.")
LOOK_TEXT = OneOrText(".", "A look: `soft grain` is `{look: soft grain}`.")
