"""`render --report`: the report lies beside its film, is made once, and never beside another film."""

import subprocess
import sys

import pytest
from conftest import SMALL

from composer.schema.report import read_measures


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reported")

    def render(*words, text=SMALL):
        (folder / "small.yaml").write_text(text)
        said = ["render", "small.yaml", "-g", "previz", "-o", "out", "--cache", "cache", *words]
        done = subprocess.run(
            [sys.executable, "-m", "composer", *said], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout, folder / "out"

    return render


def test_the_report_is_written_beside_the_film_and_summed_up(run):
    said, out = run("--report")
    measures = read_measures((out / "report.json").read_text())
    assert measures.video == "film.mp4"
    assert f"continuity {out.relative_to(out.parent) / 'report.html'}: {len(measures.joins)} joins" in said
    assert '<video src="./film.mp4"' in (out / "report.html").read_text(encoding="utf-8")


def test_it_is_made_once_and_made_again_when_it_is_damaged(run):
    _, out = run("--report")
    made = (out / "report.json").stat().st_mtime_ns
    said, _ = run("--report")
    assert (out / "report.json").stat().st_mtime_ns == made
    assert "continuity" in said, "what stands is told all the same"
    whole = (out / "report.json").read_text()
    (out / "report.json").write_text(whole[:-40])
    run("--report")
    assert (out / "report.json").read_text() == whole


def test_another_film_takes_the_report_away(run):
    _, out = run("--report")
    run()
    assert (out / "report.html").exists(), "the film is the same"
    run(text=SMALL.replace("title:", "title: Other") if "title:" in SMALL else f"title: Other\n{SMALL}")
    assert not (out / "report.html").exists()
    assert not (out / "report.json").exists()
    assert (out / "film.mp4").exists()
