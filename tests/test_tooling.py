"""The project as a package: what is declared is pinned, what is documented exists."""

import importlib
import os
import re
import subprocess
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REGISTRIES = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "files.python" + "hosted",
    "anaconda" + ".org",
    "index-" + "url",
]
NAME = re.compile(r"[A-Za-z0-9._-]+")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements():
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [requirement for group in groups for requirement in group]


def pins():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return {normal(line.split("==")[0]): line.split("==")[1] for line in lines}


def numbers(version):
    return tuple(int(part) for part in re.findall(r"\d+", version))


def tracked():
    """Files of the project: what git tracks or, outside a checkout, what lies there."""
    git = ["git", "ls-files", "-z"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    return [p for p in ROOT.rglob("*") if p.is_file() and ".venv" not in p.parts]


def text_of(path):
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        return ""


def make(*words, folder=ROOT):
    """What make prints, as if called by hand."""
    outside = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    command = ["make", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=outside).stdout


@pytest.mark.parametrize("requirement", requirements())
def test_every_dependency_has_a_lower_bound_that_its_pin_meets(requirement):
    """Repair: `.venv/bin/pip freeze --exclude-editable > constraints.txt`."""
    name = NAME.match(requirement)[0]
    bound = re.fullmatch(r"[A-Za-z0-9._-]+(?:\[[a-z,]+\])?>=([0-9.]+)", requirement)
    assert bound, f"{requirement} has no lower bound"
    assert normal(name) in pins(), f"{name} is not in constraints.txt"
    assert numbers(pins()[normal(name)]) >= numbers(bound[1])


def test_constraints_are_exact_sorted_and_leave_the_project_out():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.+!]*", line) for line in lines)
    assert lines == sorted(lines, key=str.lower)
    assert normal(PROJECT["name"]) not in pins()


def test_the_program_and_every_generator_resolve():
    module, _, name = PROJECT["scripts"]["composer"].partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    for target in PROJECT["entry-points"]["composer.generators"].values():
        module, _, name = target.partition(":")
        assert hasattr(importlib.import_module(module), name), target


def test_an_installed_program_is_this_one():
    scripts = [e for e in entry_points(group="console_scripts") if e.name == "composer"]
    if not scripts:
        pytest.skip("the project is not installed here")
    assert scripts[0].value == PROJECT["scripts"]["composer"]


def test_types_travel_with_the_package():
    assert (ROOT / "composer" / "py.typed").is_file()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert "py.typed" in settings["package-data"]["composer"]


def test_every_folder_of_code_is_a_package():
    """A folder without `__init__.py` works from a checkout and is missing from a wheel."""
    folders = {path.parent for path in (ROOT / "composer").rglob("*.py")}
    assert [str(f.relative_to(ROOT)) for f in sorted(folders) if not (f / "__init__.py").is_file()] == []


def test_the_licence_is_the_one_declared():
    text = (ROOT / "LICENSE").read_text()
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("document", ["README.md", "docs/development.md", ".ci/run", ".github/workflows/ci.yml"])
def test_every_command_that_is_documented_exists(document):
    path = ROOT / document
    if not path.is_file():
        pytest.fail(f"{document} is missing")
    text = path.read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    said = {
        word for line in re.findall(r"(?:^|`)make ([A-Za-z0-9=. ]+)", text, re.MULTILINE) for word in [target_of(line)]
    }
    assert said <= targets, f"no target for {said - targets}"
    for script in re.findall(r"(?<![\w/])\.ci/\w+", text):
        assert os.access(ROOT / script, os.X_OK), f"{script} is not executable"


def target_of(words):
    return next(word for word in words.split() if "=" not in word)


def test_check_runs_format_lint_types_layers_and_tests():
    plan = make("-n", "check")
    for command in ("ruff format --check .", "ruff check .", "bin/mypy", "bin/lint-imports", "bin/pytest"):
        assert command in plan
    assert make("-n", "test") == plan


def test_an_install_that_is_done_is_not_done_again(tmp_path):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "pip").touch()
    fresh = make("-n", "lint", folder=tmp_path)
    assert "install" in fresh
    (tmp_path / ".venv" / ".installed-dev").touch()
    done = make("-n", "lint", folder=tmp_path)
    assert "install" not in done
    os.utime(tmp_path / "constraints.txt", (4e9, 4e9))
    due = make("-n", "lint", folder=tmp_path)
    assert "install" in due


def test_no_file_names_a_package_registry():
    named = [
        f"{path.relative_to(ROOT)} names {host}"
        for path in tracked()
        for host in REGISTRIES
        if path.stat().st_size < 2_000_000 and host in text_of(path).lower()
    ]
    assert named == []


def test_the_changelog_has_a_place_for_what_comes_next():
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased"
