"""The plans of the samples, byte for byte: what changes in one of them was meant, or it is a fault."""

import json
import os
from pathlib import Path

import pytest
from conftest import SAMPLES

import composer
from composer.planning import plan_json

GOLDENS = Path(__file__).parent / "data" / "plans"


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize("generator", ["previz", "recall"])
@pytest.mark.parametrize("sample", ["minimal", "harbour", "footage"])
def test_a_plan_is_as_its_golden_file_has_it(sample, generator):
    plan = composer.plan(composer.load(SAMPLES / f"{sample}.yaml"), generator=generator)
    text = json.dumps(plan_json(plan), indent=1) + "\n"
    golden = GOLDENS / f"{sample}.{generator}.json"
    if "COMPOSER_WRITE_GOLDENS" in os.environ:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text)
    assert text == golden.read_text(), "if it was meant: COMPOSER_WRITE_GOLDENS=1 pytest tests/test_plan_goldens.py"
