"""The report tells what was corrected in clips, and what was refused, as `reconciled.json` beside the film has it."""

import json
from dataclasses import replace

import pytest
from altering import LIST, STAYS_AWAY, Altering
from pages import Reading

import composer
from composer.composing.measuring import measure, report
from composer.composing.publishing import MANIFEST
from composer.composing.reconciled import DOCUMENT
from composer.composing.rehearsal import rehearse
from composer.handover import HandOver
from composer.report.continuity.making import corrections_block
from composer.report.continuity.telling import figure
from composer.schema.report import read_measures
from composer.store import file_digest
from composer.types import AlteredPrefix, Correction, SegmentCorrections


@pytest.fixture(scope="module")
def shotlist():
    return composer.read(LIST.replace("WHERE", STAYS_AWAY), "list.yaml")


@pytest.fixture(scope="module")
def film(shotlist, tmp_path_factory):
    """Three clips, of which a model alters the colours and the place of the second and the third."""
    folder = tmp_path_factory.mktemp("held")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composer.composing, "chosen", lambda *_: Altering(1.04, 4.0, (0.8, 0.0)))
        known = rehearse(shotlist)
        made = composer.compose(
            shotlist,
            out=folder / "out",
            cache=folder / "cache",
            rehearsal=known,
            hand_over=HandOver("clip", steady=True),
        )
        report(made, known, cache=folder / "cache")
    return made


@pytest.fixture(scope="module")
def document(film):
    return json.loads((film.folder / "report.json").read_text())["corrections"]


@pytest.fixture(scope="module")
def page(film):
    return Reading((film.folder / "report.html").read_text(encoding="utf-8"))


def test_the_document_tells_what_the_one_beside_the_film_does(film, document):
    beside = json.loads((film.folder / DOCUMENT).read_text())["segments"]
    assert [one["segment"] for one in document] == list(beside) == [segment.id for segment in film.plan.segments]
    assert [one["join"] for one in document] == [None, 0, 1]
    for one in document:
        meant = beside[one["segment"]]
        assert [told["what"] for told in one["corrections"]] == [w for w in ("position", "colour") if w in meant]
        for told in one["corrections"]:
            said = meant[told["what"]]
            assert (told["done"], told["says"]) == (said["done"], said["said"])
            assert (told["before"], told["after"]) == (said.get("before", {}), said.get("after", {}))
        if "prefix" in meant:
            prefix = {**meant["prefix"], "says": meant["prefix"]["said"]}
            assert one["prefix"] == {key: prefix[key] for key in one["prefix"]}
        else:
            assert one["prefix"] is None
    assert all(told["done"] for one in document[1:] for told in one["corrections"]), "else this shows little"
    assert all(one["prefix"]["says"] for one in document[1:])


def test_the_measures_that_the_page_shows_are_those_of_the_document(film, page, document):
    """At the joins, the worst first, then what begins at none."""
    worst = [join.index for join in read_measures((film.folder / "report.json").read_text()).worst()]
    ordered = sorted(document, key=lambda one: len(worst) if one["join"] is None else worst.index(one["join"]))
    for when in ("before", "after"):
        shown = [(said[f"data-{when}"], words) for said, words in page.all("td") if f"data-{when}" in said]
        meant = [
            (name, figure(told[when].get(name), told["unit"]))
            for one in ordered
            for told in one["corrections"]
            for name in told["before"]
        ]
        assert shown == meant
        assert len(meant) > 6


def test_each_is_told_with_its_outcome_where_the_clip_is_shown(page, document):
    articles = {said["id"]: words for said, words in page.all("article") if "id" in said}
    for one in document[1:]:
        told = articles[f"join-{one['join']}"]
        assert f"Held to its place: {one['segment']}" in told
        assert one["prefix"]["says"].removeprefix("prefix ") in told
        assert told.count("corrected") == 2
    rows = [words for said, words in page.all("td") if words.startswith("position ")]
    assert rows == [
        "position left alone, colour left alone",
        *["position corrected, colour corrected, prefix altered"] * 2,
    ]


def test_a_document_of_another_render_is_not_the_films(film, shotlist):
    """It is written by every render into the folder, the film only by whole ones."""
    path, manifest = film.folder / DOCUMENT, json.loads((film.folder / MANIFEST).read_text())
    assert manifest["digests"][DOCUMENT] == file_digest(path)
    whole = path.read_text()
    try:
        path.write_text(whole.replace('"done": true', '"done": false', 1))
        assert measure(film.path, shotlist).corrections == ()
        path.unlink()
        assert measure(film.path, shotlist).corrections == ()
    finally:
        path.write_text(whole)
    assert [one.segment for one in measure(film.path, shotlist).corrections] == [s.id for s in film.plan.segments]


REFUSED = Correction(
    "colour",
    done=False,
    says="colours left as it was: moved by 2.31 dE: worst anchor 3.00 to 3.40 dE and median anchor 2.00 to 1.90 dE",
    unit="dE",
    before={"worst anchor": 3.0, "median anchor": 2.0},
    after={"worst anchor": 3.4, "median anchor": 1.9},
)
IDLE = Correction("position", done=False, says="it stands where it is declared", unit="px", before={}, after={})


def test_what_was_refused_is_told_with_both_measures_and_what_was_idle_with_its_reason():
    read = Reading(corrections_block(SegmentCorrections("back/1", 3, (IDLE, REFUSED), None)))
    assert read.open == []
    cells = [words for _, words in read.all("td")]
    assert cells == [
        "it stands where it is declared",
        "left alone",
        *("worst anchor", "3 dE", "3.4 dE", "refused"),
        *("median anchor", "2 dE", "1.9 dE"),
    ]
    heads = [words for said, words in read.all("th") if said["scope"] != "col"]
    assert heads == ["position", "colourcolours left as it was: moved by 2.31 dE"]


@pytest.mark.parametrize(
    ("says", "told", "outcome"),
    [
        (
            "prefix came back altered by 8.4 codes; the join may step by as much",
            "came back altered by 8.4 codes; the join may step by as much",
            "altered",
        ),
        ("", "came back altered by up to 8.4 codes of 255, no more than coding does", "kept"),
    ],
)
def test_a_prefix_is_told_by_what_became_of_it(says, told, outcome):
    prefix = AlteredPrefix((1.2, 8.4), says=says)
    read = Reading(corrections_block(SegmentCorrections("back/1", 3, (), prefix)))
    assert [words for _, words in read.all("td")] == [told, outcome]


def test_names_cannot_become_tags():
    bad = "</td><script>alert(1)</script>"
    hostile = SegmentCorrections(
        bad, 3, (replace(REFUSED, says=bad, before={bad: 1.0}, after={}),), AlteredPrefix((1.0,), bad, says=bad)
    )
    read = Reading(corrections_block(hostile))
    assert read.open == []
    assert read.all("script") == []
    assert read.all("h4")[0][1].endswith(bad)
