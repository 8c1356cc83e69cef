"""`benchmarks/faults.py`: its lists stay what they were, its films fall into groups, and its figures are right of known rows."""

from pathlib import Path

import pytest

import composer
from composer.composing import rehearse

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def parts():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        import faults_figures  # noqa: PLC0415 - it is no package
        import faults_held_out  # noqa: PLC0415
        import faults_lists  # noqa: PLC0415
        import faults_report  # noqa: PLC0415

        yield {
            "figures": faults_figures,
            "held out": faults_held_out,
            "lists": faults_lists,
            "report": faults_report,
        }


def row(film, fault, value, join=0, near=True, verdict="pass"):
    told = {"anchor colour": [value, verdict, 6.0], "motion": [0.1, "pass", 1.0]}
    return {"film": film, "near": near, "join": join, "frames": [1, 2], "fault": fault, "measures": told}


def rows(film, *, apart):
    """Ten joins, clean and with a thing gone: of larger values where `apart`, of the same where not."""
    clean = [row(film, "clean", 1.0 + 0.1 * n, n) for n in range(10)]
    return clean + [row(film, "anchor vanished", (20.0 if apart else 1.0) + 0.1 * n, n) for n in range(10)]


def test_lists_are_those_that_were_frozen_and_none_has_a_fault(parts):
    for lists in (parts["lists"], parts["held out"]):
        assert lists.digest() == lists.DIGEST
        for text in (*lists.FILMS.values(), *lists.sounds().values()):
            assert rehearse(composer.read(text, "faults.yaml")).faults == ()
    assert not set(parts["lists"].FILMS) & set(parts["held out"].FILMS)


def test_what_was_held_out_is_told_by_itself(parts):
    figures, held_out = parts["figures"], parts["held out"]
    assert {figures.whose({"film": name}) for name in (*held_out.FILMS, *held_out.sounds())} == {"held out"}
    assert {figures.whose({"film": name}) for name in (*parts["lists"].FILMS, *parts["lists"].sounds())} == {"embedded"}
    assert figures.whose({"film": "footage"}) == "footage"
    made, kept = rows("hall, named", apart=True), rows("market, named, held out", apart=False)
    found = {one.group: one.auc for one in figures.figures(made + kept) if one.meant.fault == "anchor vanished"}
    assert found == {"embedded, hidden joins": 1.0, "held out, hidden joins": pytest.approx(0.5)}


def test_a_target_that_was_missed_is_told_as_such(parts):
    figures, report = parts["figures"], parts["report"]
    found = figures.figures(rows("hall, named", apart=False))
    assert "| anchor vanished | embedded, hidden joins | 0.500 (" in report.targets(found)
    assert "**MISSED**" in report.targets(found)
    assert "**MISSED**" not in report.targets(figures.figures(rows("hall, named", apart=True)))


def test_what_cannot_be_measured_counts_as_the_least(parts):
    figures = parts["figures"]
    assert figures.auc([-float("inf")], [1.0]) == 0.0
    assert figures.auc([1.0, 3.0], [1.0, 2.0]) == pytest.approx((0.5 + 0 + 1 + 1) / 4)
