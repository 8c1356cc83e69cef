"""The continuity report as a file: whole, closed to the network, proof against hostile names, the same every time."""

import re
from dataclasses import replace
from importlib.resources import files
from math import inf, nan
from typing import get_args

import numpy as np
import pytest
from conftest import SMALL
from measured_films import MeasuredFilm
from pages import Reading

import composer
from composer.composing.rehearsal import rehearse
from composer.metrics import Common, anchor_colour
from composer.report.continuity import JoinView, PlaceView, continuity_page
from composer.report.continuity.embedding import Budget, data_uri
from composer.report.continuity.illustrating import FULL_DE, fitting, heat, illustrate
from composer.report.continuity.joins import title_of
from composer.report.continuity.markup import Markup, element, joined, text
from composer.report.continuity.notes import MEANINGS
from composer.report.continuity.placing import Drift
from composer.report.continuity.telling import bar, figure, seconds
from composer.report.continuity.tracks import segments_of
from composer.store.digests import sources_of
from composer.timing import FRAME_RATES
from composer.types import MeasureName

HOSTILE = "</title></script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;\x00{}$title"


@pytest.fixture(scope="module")
def film(small_film):
    known = rehearse(composer.read(SMALL, "small.yaml"))
    return MeasuredFilm(known, small_film.plan, small_film.path, frozenset({"onward"}))


@pytest.fixture(scope="module")
def page(film):
    return film.page()


@pytest.fixture(scope="module")
def reading(page):
    return Reading(page)


# --- the file -----------------------------------------------------------------------------------------------------------


def test_every_tag_is_closed_and_every_address_on_the_page_is_there(reading):
    assert reading.open == []
    ids = [said["id"] for _, said in reading.elements if "id" in said]
    assert len(ids) == len(set(ids))
    named = {said["href"][1:] for said, _ in reading.all("a") if said["href"].startswith("#")}
    assert {"inspector", "join-0", "join-1"} <= named <= set(ids)
    labelled = {said["aria-labelledby"] for _, said in reading.elements if "aria-labelledby" in said}
    assert labelled <= set(ids)


def test_it_holds_all_it_shows_but_the_film(page, reading):
    fetched = [said[key] for _, said in reading.elements for key in ("src", "href", "poster", "srcset") if key in said]
    assert {address for address in fetched if address[:5] != "data:" and address[0] != "#"} == {
        "./film.mp4",
        "./report.json",
    }
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(|fetch\(|XMLHttpRequest|<link|<iframe", page)
    policy = next(said["content"] for said, _ in reading.all("meta") if "http-equiv" in said)
    assert policy.startswith("default-src 'none'; img-src data:;")


def test_pictures_have_words_and_buttons_names(reading):
    pictures = reading.all("img")
    assert len(pictures) == 8
    for said, _ in pictures:
        assert said["alt"]
        assert int(said["width"]) * 72 == int(said["height"]) * 128, "their room is kept while they load"
    for said, words in reading.all("button"):
        assert words.strip()
        assert said["type"] == "button"
    assert all("aria-label" in said for said, _ in [*reading.all("select"), *reading.all("video"), *reading.all("nav")])
    drawings = [said for said, _ in reading.all("svg")]
    assert all(said.get("aria-hidden") == "true" or said.get("role") == "img" for said in drawings)
    assert [words for _, words in reading.all("h1")] == ["Small"]
    assert all("scope" in said for said, _ in reading.all("th"))


def test_the_same_figures_give_the_same_bytes(film, page):
    assert film.page() == page


def test_its_parts_are_in_the_distribution():
    parts = files("composer.report.continuity")
    assert all(parts.joinpath(f"page.{kind}").is_file() for kind in ("html", "css", "js"))
    counted = {path.name for path in sources_of("report")}
    assert {"page.html", "page.css", "page.js", "page.py", "ground_plan.py"} <= counted, "else an old page would stay"


def test_names_cannot_become_tags(film, page):
    one = film.measures
    join = one.joins[1]
    measures = tuple(
        replace(m, says=HOSTILE, where=replace(m.where, thing=HOSTILE, place=HOSTILE)) for m in join.measures
    )
    things = tuple(replace(thing, name=HOSTILE) for thing in measures[0].things)
    measures = (replace(measures[0], things=things), *measures[1:])
    bad = replace(
        one,
        title=HOSTILE,
        video=f"javascript:{HOSTILE}",
        generator=HOSTILE,
        losses=(HOSTILE,),
        joins=(
            one.joins[0],
            replace(join, before=HOSTILE, after=HOSTILE, places=(HOSTILE, HOSTILE), measures=measures),
        ),
        shots=tuple(replace(shot, shot=HOSTILE, place=HOSTILE) for shot in one.shots),
        places=tuple(replace(p, place=HOSTILE, anchors=(replace(p.anchors[0], anchor=HOSTILE),)) for p in one.places),
    )
    layout = film.places["yard"].layout
    solids = tuple(replace(solid, name=HOSTILE, anchor=HOSTILE) for solid in layout.solids)
    shown = {HOSTILE: PlaceView(replace(layout, solids=solids), film.places["yard"].cameras)}
    hostile = continuity_page(bad, film.join_view, shown)
    read = Reading(hostile)
    assert read.open == []
    assert len(read.all("script")) == len(Reading(page).all("script")) == 1
    assert not [said for _, said in read.elements if any(key.startswith("on") for key in said)]
    assert {said["src"][:5] for said, _ in read.all("img")} == {"data:"}
    assert read.all("h1")[0][1] == HOSTILE.replace("\x00", "\ufffd")
    assert read.all("title")[0][1] == HOSTILE.replace("\x00", "\ufffd") + ": continuity"
    assert read.all("video")[0][0]["src"].startswith("./javascript%3A")
    assert "\x00" not in hostile


def test_a_film_without_joins_or_places_has_a_page_too(film):
    one = film.measures
    bare = replace(one, joins=(), places=(), shots=one.shots[:1], losses=())
    read = Reading(continuity_page(bare, film.join_view, {}))
    assert read.open == []
    assert "no joins to measure." in [words for _, words in read.all("span")]
    assert "The film has no joins." in read.all("nav")[0][1]
    assert "The plan declares none." in read.all("main")[0][1]
    nothing = replace(bare, shots=())
    assert Reading(continuity_page(nothing, film.join_view, {})).open == []


# --- what it says -------------------------------------------------------------------------------------------------------


def test_every_figure_of_the_document_is_on_the_page(film, reading):
    cells = [(said["data-measure"], words) for said, words in reading.all("td") if "data-measure" in said]
    meant = [m for join in film.measures.worst() for m in join.measures]
    meant += [m for shot in film.measures.shots for m in shot.measures]
    assert cells == [(m.measure, figure(m.value, m.unit)) for m in meant]
    losses = [words for _, words in reading.all("li")]
    assert all(loss in losses for loss in film.measures.losses)


def test_every_measure_is_explained():
    assert set(MEANINGS) == set(get_args(MeasureName))


def test_the_worst_join_comes_first(film, reading):
    rows = [said["data-join"] for said, _ in reading.all("a") if "data-rank" in said]
    assert rows == [str(join.index) for join in film.measures.worst()] == ["1", "0"]
    tallies = [re.search(r"\d of \d \w+$", words).group() for said, words in reading.all("a") if "data-rank" in said]
    assert tallies == ["1 of 6 fail", "3 of 6 pass"], "what is not measurable has not passed"
    articles = [said["data-number"] for said, _ in reading.all("article") if "data-number" in said]
    assert articles == rows
    verdict = next(words for said, words in reading.all("p") if said.get("class") == "verdict-line")
    assert re.match(
        r"fail1 of 2 joins fails; worst at back → onward: anchor colour [\d.]+ dE of \w+, limit 6 dE; \d of \d+ figures not measurable\.",
        verdict,
    )


def test_what_fails_beside_the_joins_is_named_at_once(film):
    """Else all that one sees is green, and the film fails."""
    first, *others = film.measures.shots
    bad = replace(first.measures[0], value=2.5, limit=1.0, verdict="fail")
    worse = replace(film.measures, joins=(), shots=(replace(first, measures=(bad,)), *others), verdict="fail")
    page = Reading(continuity_page(worse, film.join_view, {}))
    verdict = next(words for said, words in page.all("p") if said.get("class") == "verdict-line")
    assert "; 1 figure within shots or of returns fails, the worst in front: flicker 2.5 L*, limit 1 L*" in verdict


def test_what_is_not_measurable_never_reads_as_passed(film):
    join = film.measures.joins[0]
    assert any(m.verdict == "not measurable" and m.value is None for m in join.measures)
    unsure = replace(join, measures=tuple(m for m in join.measures if m.verdict == "not measurable"))
    page = Reading(
        continuity_page(replace(film.measures, joins=(unsure,), shots=(), verdict="not measurable"), film.join_view, {})
    )
    flag = next(said for said, _ in page.all("a") if said.get("class", "").startswith("flag"))
    assert flag["class"] == "flag unsure"
    assert flag["aria-label"].endswith(": not measurable")
    verdict = next(words for said, words in page.all("p") if said.get("class") == "verdict-line")
    nothing = "no anchor is found again in any picture, so the film cannot be held to its list"
    assert verdict == (
        f"not measurableno join of 1 fails; 1 cannot be measured; {nothing}; 3 of 3 figures not measurable."
    )


def test_shots_and_segments_lie_where_the_film_has_them(film):
    shot, (cut, _) = film.measures.shots[1], film.measures.joins
    assert shot.frames == (24, 60)
    inner = replace(cut, kind="segment", frame=40)
    assert segments_of(shot, [cut, inner, replace(inner, frame=12), replace(inner, frame=66)]) == [(24, 40), (40, 60)]
    assert title_of(inner) == "front/0 → back/0"
    assert title_of(cut) == "front → back"


def test_the_map_shows_by_colour_what_fails(film, reading):
    drifts = {anchor.anchor: anchor for anchor in film.measures.places[0].anchors}
    failed = [name for name, anchor in drifts.items() if anchor.verdict == "fail"]
    assert len(failed) == 1
    shapes = [said["class"] for said, _ in reading.all("path") if said.get("class", "").startswith("solid")]
    assert [shape.split()[1] for shape in shapes].count("d3") == 1
    assert sum("worst-one" in shape for shape in shapes) == 1
    titles = [words for _, words in reading.all("title")]
    assert titles[1] == f"Map of yard, north up: 2 anchors compared at joins, 1 over a limit ({failed[0]})"


@pytest.mark.parametrize(
    ("share", "floor", "verdict", "style"),
    [
        (0.1, 0.2, "pass", "d0"),
        (0.3, 0.2, "pass", "d1"),
        (0.9, 0.2, "pass", "d2"),
        (1.4, 0.2, "fail", "d3"),
        (0.4, 1.4, "not measurable", "dn"),
    ],
)
def test_drift_is_told_by_its_verdict(share, floor, verdict, style):
    assert Drift(share, floor, verdict).style == style


def test_a_colour_that_could_not_be_judged_does_not_colour_the_map(film):
    place = film.measures.places[0]
    anchor = replace(place.anchors[0], colour=17.1, position=0.1, joins=1, verdict="pass")
    lenient = replace(film.measures, places=(replace(place, anchors=(anchor,)),))
    read = Reading(continuity_page(lenient, lambda _: None, film.places))
    shapes = [said["class"].split()[1] for said, _ in read.all("path") if said.get("class", "").startswith("solid")]
    assert set(shapes) <= {"d0", "d1", "dn"}
    assert shapes.count("dn") == len(shapes) - 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (nan, "—"),
        (inf, "—"),
        (0.0, "0 px"),
        (-0.001, "0 px"),
        (0.126, "0.13 px"),
        (4.0, "4 px"),
        (14.24, "14.2 px"),
        (-2.71, "-2.71 px"),
        (340.6, "341 px"),
        (100.0, "100 px"),
    ],
)
def test_figures_have_the_digits_that_they_are_good_for(value, shown):
    assert figure(value, "px") == shown


def test_times_are_exact_at_any_rate():
    assert seconds(1500, FRAME_RATES["24"]) == "1:02.500"
    assert seconds(1798, FRAME_RATES["29.97"]) == "0:59.993"
    assert seconds(3596, FRAME_RATES["59.94"]) == "0:59.993"
    assert seconds(1799, FRAME_RATES["29.97"]) == "1:00.027"


def test_a_bar_ends_at_twice_the_limit():
    drawn = Reading(bar(3.0, 6.0, (1.0, 2.0), "pass"))
    by_class = {said["class"]: said for said, _ in drawn.all("rect")}
    assert float(by_class["value pass"]["width"]) == pytest.approx(28)
    assert float(by_class["floor"]["x"]) == pytest.approx(9.33)
    assert float(by_class["floor"]["width"]) == pytest.approx(9.33)
    assert float(by_class["limit"]["x"]) == pytest.approx(55.25)
    over = Reading(bar(99.0, 6.0, None, "fail"))
    assert {said["class"]: said for said, _ in over.all("rect")}["value fail"]["width"] == "112"
    assert Reading(bar(None, 0.0, None, "not measurable")).open == []


# --- pictures -----------------------------------------------------------------------------------------------------------


def planted(shift):
    """Two grey frames of one anchor in the middle; its lightness differs by `shift` codes."""
    here = np.full((90, 160, 3), 120, np.uint8)
    ids = np.zeros((90, 160), np.int16)
    ids[20:70, 40:120] = 2
    there = here.copy()
    there[ids == 2] += np.uint8(shift)
    seen = ids == 2
    inner = np.zeros_like(seen)
    inner[22:68, 42:118] = True
    return Common(here, there, ids, seen, inner)


def test_a_difference_is_black_where_nothing_differs_and_grey_where_nothing_can_be_compared():
    both = planted(0)
    shown = illustrate(JoinView((4, 5), both.there, both.here, both), 480)
    assert shown.difference[45, 80].max() < 8
    red, green, blue = shown.difference[5, 5].astype(int)
    assert red == green == blue > 30
    assert shown.seen == pytest.approx(50 * 80 / (90 * 160))


def test_a_difference_has_the_colour_of_the_figure():
    both = planted(20)
    de = anchor_colour(both)[0].value
    assert 4 < de < FULL_DE
    black, white_hot = heat([0.0, 1.0])
    assert max(black) < 8
    assert min(white_hot) > 150
    shown = illustrate(JoinView((4, 5), both.there, both.here, both), 480)
    assert shown.difference[45, 80].astype(int) == pytest.approx(np.array(heat([de / FULL_DE])[0]), abs=4)


def test_the_worst_anchor_is_outlined_in_what_is_compared_alone():
    both = planted(0)
    plain = illustrate(JoinView((4, 5), both.there, both.here, both), 480)
    shown = illustrate(JoinView((4, 5), both.there, both.here, both, outline=2), 480)
    assert shown.outlined
    assert not plain.outlined
    assert shown.difference[20, 80].tolist() == [255, 255, 255]
    assert (shown.after == plain.after).all()
    missing = illustrate(JoinView((4, 5), both.there, both.here, both, outline=9), 480)
    assert not missing.outlined


def test_frames_of_two_places_are_shown_without_a_warp():
    both = planted(0)
    assert len(illustrate(JoinView((4, 5), both.there, both.here), 480).pictures) == 2
    unseen = replace(both, seen=np.zeros_like(both.seen))
    assert len(illustrate(JoinView((4, 5), both.there, both.here, unseen), 480).pictures) == 2


def test_pictures_get_smaller_the_more_there_are():
    both = planted(0)
    view = JoinView((4, 5), both.there, both.here, both)
    assert [fitting(joins) for joins in (1, 40, 41, 100, 101)] == [480, 480, 360, 360, 256]
    assert {p.shape for p in illustrate(view, 80).pictures} == {(45, 80, 3)}
    assert {p.shape for p in illustrate(view, 480).pictures} == {(90, 160, 3)}, "never larger than the frames are"


def test_the_worst_joins_are_shown_while_there_is_room(film, page):
    worst = film.measures.worst()[0]
    asked = []

    def view(join):
        asked.append(join.index)
        return film.join_view(join)

    room = sum(len(data_uri(p)) for p in illustrate(film.join_view(worst), 480).pictures)
    tight = Reading(continuity_page(film.measures, view, film.places, budget_bytes=room))
    assert asked == [worst.index, 0]
    assert len(tight.all("img")) == 4
    assert "The page has no room for its frames." in tight.all("main")[0][1]
    none = Reading(continuity_page(film.measures, lambda _: None, film.places))
    assert none.all("img") == []
    assert len(Reading(page).all("img")) == 8


def test_a_budget_takes_pictures_that_belong_together_or_none():
    picture = np.zeros((9, 16, 3), np.uint8)
    size = len(data_uri(picture))
    budget = Budget(3 * size)
    assert len(budget.take(picture, picture)) == 2
    assert budget.take(picture, picture) is None
    assert len(budget.take(picture)) == 1
    assert (budget.left, budget.refused) == (0, 1)


# --- markup and colours -------------------------------------------------------------------------------------------------


def test_markup_escapes_all_but_markup():
    assert element("p", "<b>", Markup("<i>x</i>"), 7, class_='"', hidden=True, id=None, data_is=False) == (
        '<p class="&quot;" hidden>&lt;b&gt;<i>x</i>7</p>'
    )
    assert element("img", src="x") == '<img src="x">'
    assert joined("&", text("<")) == "&amp;&lt;"
    assert text("a\ud800b\x1b") == "a\ufffdb\ufffd"


def themes():
    style = files("composer.report.continuity").joinpath("page.css").read_text()
    blocks = re.findall(r"(:root[^{]*)\{([^}]*--paper[^}]*)\}", style)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for _, block in blocks]


def contrast(one, other):
    def luminance(colour):
        codes = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
        linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_dark_by_request_is_dark_by_preference():
    light, dark, preferred = themes()
    assert dark == preferred
    assert light.keys() == dark.keys()


@pytest.mark.parametrize("theme", [0, 1])
def test_all_text_has_the_contrast_that_wcag_asks_for(theme):
    colours = themes()[theme]
    pairs = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("paper", "sheet", "well")]
    pairs += [(verdict, f"{verdict}-fill") for verdict in ("fail", "pass", "unsure")]
    pairs += [(verdict, "sheet") for verdict in ("fail", "pass", "unsure")]
    pairs += [("ink", f"place-{k}") for k in range(6)] + [("ink", f"drift-{k}") for k in (0, 1, "none")]
    pairs += [("on-drift-2", "drift-2"), ("on-drift-3", "drift-3")]
    poor = {
        pair: round(contrast(*map(colours.get, pair)), 2) for pair in pairs if contrast(*map(colours.get, pair)) < 4.5
    }
    assert not poor
    marks = [("focus", "paper"), ("limit", "sheet"), ("line", "sheet")]
    assert all(contrast(*map(colours.get, pair)) >= 3 for pair in marks)
