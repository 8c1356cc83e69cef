"""The reference and the JSON Schema: generated from the models, true, and up to date."""

import re
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from composer import ShotListError, read
from composer.schema.conditions import parse_conditions
from composer.schema.motions import parse_motion
from composer.schema.moves import parse_moves
from composer.shotlist import json_schema, reference
from composer.shotlist.documents import EXAMPLE, EXPECTS, MOTIONS, MOVES
from composer.shotlist.parts import parts

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "shotlists").glob("*.yaml"))
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def parsed(text):
    return YAML(typ="safe", pure=True).load(text)


def test_the_reference_is_up_to_date():
    page = (ROOT / "docs" / "shotlist.md").read_text(encoding="utf-8")
    assert page == reference(), (
        "docs/shotlist.md is stale; repair it by: python -m composer.shotlist > docs/shotlist.md"
    )


def test_its_example_is_the_minimal_sample():
    assert (ROOT / "shotlists" / "minimal.yaml").read_text(encoding="utf-8") == EXAMPLE


def phrases(table, column=0):
    return [phrase for row in table for phrase in re.findall(r"`([^`]+)`", row[column])]


@pytest.mark.parametrize("phrase", phrases(MOVES))
def test_every_camera_phrase_of_the_reference_reads(phrase):
    assert parse_moves(phrase)


@pytest.mark.parametrize("phrase", phrases(MOTIONS))
def test_every_motion_of_the_reference_reads(phrase):
    assert parse_motion(phrase)


@pytest.mark.parametrize("phrase", phrases(EXPECTS))
def test_every_expectation_of_the_reference_reads(phrase):
    assert parse_conditions(phrase)


def test_every_key_has_a_description_and_a_row():
    page = reference()
    for part in parts():
        for name, field in part.model.model_fields.items():
            assert field.description, f"{part.kind}.{name}"
            assert f"| `{field.alias or name}` |" in page


def test_every_part_has_one_heading_and_levels_their_unit():
    headings = re.findall(r"^### .*", reference(), re.MULTILINE)
    assert len(headings) == len(set(headings))
    assert "| `loudness` | `-16LUFS` | -16LUFS |" in reference()
    assert "| `contacts` | `+3dB` | 0dB |" in reference()


def test_the_schema_is_valid_and_describes_every_key():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    mappings = [SCHEMA, *SCHEMA["$defs"].values()]
    assert len(mappings) == len({part.model for part in parts()})
    for mapping in mappings:
        assert all("description" in key for key in mapping["properties"].values())
        assert mapping["additionalProperties"] is False


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_schema_takes_the_samples(path):
    VALIDATOR.validate(parsed(path.read_text(encoding="utf-8")))


GOOD = (
    ("camera: WS tower shed", "camera: {frame: MCU tower, height: low, distance: 3m}"),
    ("camera: WS tower shed", "camera: {at: [1, -20.5, 2], frame: tower, lens: 28mm}"),
    ("camera: WS tower shed", "camera: {frame: tower, move: [dolly in 1m for 1s + pan with tower, truck left 40cm ease-in]}"),
    ("title: Two sides", "title: 1984\nfps: 29.97\nseed: 3\nsize: 1280x720\nsensor: 24.9mm\nversion: 1"),
    ("title: Two sides", "styles: {film: soft grain, game: {look: flat}}"),
    ("    anchors:", "    ambience: wind\n    sun: west 12deg\n    fog: 200m\n    anchors:"),
    ("    anchors:", "    ambience: [wind, room tone]\n    marks: {spot: {at: [0, -8], facing: tower}}\n    anchors:"),
    ("red brick water tower}", "red brick water tower, repeat: 3 every 9m west, lamp: '#ffd9a0', facing: 45deg}"),
    ("shots:", "subjects: {mara: {person: 1.70m, at: [0, -9]}}\nshots:"),
    ("shot: front", "shot: 12A"),
    ("duration: 3s", "duration: 72f"),
)  # fmt: skip

BAD = (
    ("duration: 3s", "duration: 3"),
    ("camera: WS tower shed", "camera: {frame: WS tower shed, lense: 3mm}"),
    ("camera: WS tower shed", "camera: ''"),
    ("move: arc left 20deg", "move: arc sideways 20deg"),
    ("move: arc left 20deg", "move: []"),
    ("box: 4 x 4 x 9m", "box: 4 x 4 x 9"),
    ("box: 4 x 4 x 9m, ", ""),
    ("box: 4 x 4 x 9m, ", "box: 4 x 4 x 9m, sphere: 3m, "),
    ("tower: {", "Tower: {"),
    ("title: Two sides", "fps: 26"),
    ("title: Two sides", "version: 2"),
    ("from: north-east", "from: nord"),
)


@pytest.mark.parametrize("change", GOOD)
def test_schema_and_reader_both_take_it(change):
    text = EXAMPLE.replace(*change)
    assert text != EXAMPLE
    VALIDATOR.validate(parsed(text))
    read(text)


@pytest.mark.parametrize("change", BAD)
def test_schema_and_reader_both_refuse_it(change):
    text = EXAMPLE.replace(*change)
    assert text != EXAMPLE
    assert not VALIDATOR.is_valid(parsed(text))
    with pytest.raises(ShotListError):
        read(text)
