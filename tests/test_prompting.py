"""Prompts: what is told, in which words and which order, and what goes when there is no room."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st

import composer
from composer import generators
from composer.cli import app
from composer.composing.rehearsal import rehearse
from composer.planning import PlanOptions, plan_json
from composer.printing import prompt_lines
from composer.prompting import (
    Body,
    BodyMoment,
    CameraMotion,
    CameraMove,
    Named,
    Thing,
    Told,
    View,
    compile_prompt,
    estimated_tokens,
)
from composer.prompting.naming import Speaker, core, several, with_article
from composer.schema.words import Arc, Dolly, Handheld, Pan, PanWith, Static, Zoom
from composer.types import Capabilities, FrameGrid

GOLDEN = Path(__file__).parent / "data" / "prompts" / "harbour.txt"
REPAIR = "if it was meant: COMPOSER_WRITE_GOLDENS=1 pytest tests/test_prompting.py"
BLIND = Capabilities(
    name="words",
    version="1",
    licence="MIT",
    grid=FrameGrid(8, 97),
    size_multiple=32,
    fps=Fraction(24),
    prefix=9,
    prompt=True,
    seed=True,
)
NAMES = {
    "ball": Named("red ball"),
    "ada": Named("brewer in a yellow apron"),
    "tower": Named("red brick water tower"),
    "crates": Named("oak crate with a lid", 3),
    "shed": Named("green timber shed, half open"),
}
QUIET = CameraMotion(2.0)


def moments(*xs, doing="rolling", across=1.0, ahead=0.0, speeds=(1.0, 1.0)):
    step = (speeds[1] - speeds[0]) / max(1, len(xs) - 1)
    return tuple(
        BodyMoment(0 <= x <= 1, x, 0.3, 5.0, doing, across, ahead, speeds[0] + k * step) for k, x in enumerate(xs)
    )


def told(**values):
    return Told(**{"names": NAMES, "place": "brewery yard", "light": "day", "ground": "cobbles", **values})


def text_of(can=BLIND, **values):
    return compile_prompt(told(**values), can, estimated_tokens).text


def body(name="ball", *, is_person=False, **values):
    return Body(name, is_person, **{"moments": moments(0.5, 0.5), **values})


SETTING = " The place is a brewery yard. It is day, and the light is bright."
STILL = View("WS", (), 35.0, 1.6, 0.0)
LEAD = "A wide shot, at eye level. The camera does not move. "


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (body(moments=moments(0.1, 0.5, 0.9)), "A red ball rolls from the left of the picture to the right."),
        (
            body(moments=moments(0.5, 0.5, across=0.0, ahead=-1.0, speeds=(1, 3))),
            "In the middle of the picture, a red ball rolls towards the camera, faster and faster.",
        ),
        (
            body(moments=moments(0.9, 0.5, across=-4.0, ahead=4.0, speeds=(5, 5))),
            "A red ball rolls fast from the right of the picture to the middle, away from the camera.",
        ),
        (
            body(moments=moments(-0.2, 0.1, 0.3)),
            "A red ball comes into the picture on the left and rolls to the right.",
        ),
        (
            body(moments=moments(0.7, 0.9, 1.2)),
            "On the right, a red ball rolls to the right, and leaves the picture on the right.",
        ),
        (
            body(moments=(*moments(0.2, doing="still"), *moments(0.5, 0.8))),
            "A red ball is still at first, then begins to roll from the left of the picture to the right.",
        ),
        (
            body(moments=(*moments(0.2, 0.5), *moments(0.5, doing="still"))),
            "A red ball rolls from the left of the picture to the middle, and comes to a stop.",
        ),
        (
            body(moments=moments(0.5, 0.9), strikes="tower", struck=1, becomes="flat, without air"),
            (
                "A red ball rolls from the middle of the picture to the right, and strikes a red brick water tower"
                ". From then on the red ball is flat, without air."
            ),
        ),
        (
            body("ada", is_person=True, moments=moments(0.2, 0.2, doing="still")),
            "A brewer in a yellow apron stands still on the left, facing the camera.",
        ),
        (
            body(moments=(*moments(0.5, doing="still"), replace(moments(0.5)[0], bearer="ada"))),
            "A brewer in a yellow apron takes a red ball.",
        ),
    ],
)
def test_a_body_is_told_as_it_goes_through_the_picture(one, words):
    assert text_of(view=STILL, bodies=(one,)) == LEAD + words + SETTING


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ((), "The camera does not move."),
        ((CameraMove(Static(), QUIET),), "The camera does not move."),
        ((CameraMove(Dolly(2.0), replace(QUIET, ahead_m=2.0)),), "The camera dollies in."),
        (
            (CameraMove(Dolly(to="MCU"), replace(QUIET, ahead_m=0.5)), CameraMove(Handheld(0.5), QUIET)),
            "The camera dollies in slowly to a medium close-up and is handheld, swaying softly.",
        ),
        (
            (CameraMove(Pan(-90.0), replace(QUIET, pan_deg=-90.0)), CameraMove(PanWith("ball"), QUIET, 1)),
            "The camera pans left fast, then keeps a red ball where it is in the picture.",
        ),
        ((CameraMove(Arc(20.0), replace(QUIET, pan_deg=-40, right_m=3)),), "The camera arcs right."),
        ((CameraMove(Zoom(85.0), replace(QUIET, zoom=2.0)),), "The camera zooms in."),
        (
            (CameraMove(None, replace(QUIET, ahead_m=-3.0, up_m=2.0, right_m=0.1, pan_deg=9.0, tilt_deg=-20.0)),),
            "The camera moves back and up, pans right and tilts down.",
        ),
    ],
)
def test_a_camera_is_told_as_it_moves(moves, words):
    assert text_of(view=replace(STILL, moves=moves)) == "A wide shot, at eye level. " + words + SETTING


@pytest.mark.parametrize(
    ("view", "goes_on", "words"),
    [
        (View("ECU", ("ball",), 85.0, 0.3, 0.0), False, "An extreme close-up of a red ball, from near the ground, through a long lens."),
        (View("MS", ("ada", "ball"), 24.0, 5.0, -20.0), True, "The medium shot of a brewer in a yellow apron and a red ball goes on, from above, through a wide-angle lens."),
        (View(None, (), 35.0, 3.0, 0.0), False, "The camera does not move."),
        (View(None, (), 35.0, 3.0, 0.0), True, "The shot goes on."),
    ],
)  # fmt: skip
def test_a_framing_is_told_as_on_a_slate(view, goes_on, words):
    assert text_of(view=view, goes_on=goes_on).startswith(words)


def test_things_are_told_by_how_much_of_the_picture_they_fill():
    things = (
        Thing("tower", 0.1, 0.2, 0.2, 5.0),
        Thing("crates", 0.02, 0.5, 0.3, 30.0),
        Thing("shed", 0.3, 0.5, 0.9, 6.0),
        Thing("ada", 0.001, 0.5, 0.1, 6.0),
    )
    seen = text_of(view=STILL, things=things, ground_share=0.2, sky_share=0.4)
    assert seen == (
        LEAD
        + "We see a green timber shed, half open, across the picture, a red brick water tower on the left and a row of oak "
        "crates with a lid in the middle in the background. The ground is cobbles. The sky fills much of the picture."
        + SETTING
    )


def test_a_plate_says_that_nobody_is_there():
    assert text_of().startswith("Nobody is in the picture, and the camera does not move. The place is")


def test_what_a_generator_reads_otherwise_is_left_out():
    everything = {
        "view": replace(STILL, framed=("ball",)),
        "bodies": (body(moments=moments(0.1, 0.9)),),
        "things": (Thing("shed", 0.3, 0.5, 0.9, 6.0),),
        "style": "sepia",
        "action": "the @ball is on fire",
    }
    sees = replace(BLIND, channels=frozenset({"depth"}), style=True)
    assert text_of(sees, **everything) == (
        "The red ball is on fire. We see the red ball and a green timber shed, half open." + SETTING
    )
    assert compile_prompt(told(**everything), sees, estimated_tokens).in_words_alone == ()
    looks = replace(sees, channels=frozenset({"depth", "looks"}))
    assert "a green timber shed." in text_of(looks, **everything)
    assert compile_prompt(told(**everything), BLIND, estimated_tokens).in_words_alone == (
        "where ball is, and how that changes",
        "where things stand",
        "the camera and its move",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@ada lifts the @ball", "a brewer in a yellow apron lifts the red ball"),
        ("@ada lifts @ball. @ball is light", "a brewer in a yellow apron lifts a red ball. the red ball is light"),
        ("an @ball, the wet @ball", "a red ball, the wet red ball"),
        ("a @old, another hand on @spot", "an old mill, another hand on the spot"),
        ("@ada's hand in the shade of @shed opens", "a brewer's hand in the shade of a green timber shed, half open, opens"),
        ("past @crates, behind the @crates", "past a row of oak crates with a lid, behind the oak crates"),
        ("mail to me@ada.org", "mail to me@ada.org"),
    ],
)  # fmt: skip
def test_names_are_told_in_full_once(text, said):
    names = {**NAMES, "old": Named("old mill")}
    assert Speaker(names, {"spot": "spot"}).say(text) == said


def test_two_of_one_look_are_told_apart():
    speaker = Speaker({"one": Named("crate"), "two": Named("crate")}, {})
    assert speaker.say("@one and @two") == "a crate and another crate"


@pytest.mark.parametrize(
    ("look", "bare", "new", "many"),
    [
        ("docker in an orange oilskin", "docker", "a docker in an orange oilskin", "dockers in an orange oilskin"),
        ("orange cup", "orange cup", "an orange cup", "orange cups"),
        ("uniform", "uniform", "a uniform", "uniforms"),
        ("black harbour water", "black harbour water", "black harbour water", "black harbour water"),
        ("oak boards", "oak boards", "oak boards", "oak boards"),
        ("glass bus", "glass bus", "a glass bus", "glass buses"),
        ("the old mill", "old mill", "the old mill", "the old mills"),
        ("tall ivy of steel", "tall ivy of steel", "a tall ivy of steel", "tall ivies of steel"),
    ],
)
def test_looks_are_told_in_english(look, bare, new, many):
    assert (core(look), with_article(look), several(look)) == (bare, new, many)


FULL = {
    "view": replace(STILL, framed=("ball",), moves=(CameraMove(Dolly(2.0), replace(QUIET, ahead_m=2.0)),)),
    "bodies": (body(moments=moments(0.1, 0.9)), body("ada", is_person=True)),
    "things": (Thing("shed", 0.3, 0.5, 0.9, 6.0), Thing("tower", 0.1, 0.2, 0.2, 5.0)),
    "ground_share": 0.2,
    "sky_share": 0.5,
    "style": "sepia, soft grain",
    "action": "@ada shouts. The @ball is on fire!",
}


@given(st.integers(0, 260))
@settings(max_examples=30, deadline=None)
def test_a_prompt_is_never_longer_than_its_limit_and_nothing_is_lost_unsaid(limit):
    whole = compile_prompt(told(**FULL), BLIND, estimated_tokens)
    cut = compile_prompt(told(**FULL), replace(BLIND, prompt_tokens=limit), estimated_tokens)
    assert estimated_tokens(cut.text) <= limit or cut.text == ""
    assert sorted((*cut.said, *cut.left_out)) == sorted(whole.said)
    assert cut == compile_prompt(told(**FULL), replace(BLIND, prompt_tokens=limit), estimated_tokens)


def test_the_least_important_goes_first():
    """Light, place, sky, what fills least, the camera, bodies, then the shot's own prompt; the style last of all."""
    order, known = [], set()
    for limit in range(300, 0, -3):
        left_out = compile_prompt(told(**FULL), replace(BLIND, prompt_tokens=limit), estimated_tokens).left_out
        order += [phrase for phrase in left_out if phrase not in known]
        known |= set(left_out)
    firsts = [" ".join(phrase.split()[:3]) for phrase in order]
    assert firsts == [
        "it is day,",
        "the place is",
        "the sky fills",
        "a red brick",
        "the ground is",
        "a green timber",
        "the camera dollies",
        "a wide shot",
        "in the middle",
        "a red ball",
        "The red ball",
        "a brewer in",
        "the look is",
    ]


def test_a_style_that_alone_is_too_long_leaves_room_for_the_rest():
    prompt = compile_prompt(
        told(view=STILL, style="sepia " * 100, action="rain"), replace(BLIND, prompt_tokens=40), estimated_tokens
    )
    assert prompt.text == LEAD + "Rain. The place is a brewery yard."
    assert prompt.left_out[-1].startswith("the look is sepia")


def test_the_shots_own_prompt_is_never_cut_silently(small_text):
    shotlist = composer.read(small_text.replace("shot: back", "shot: back\n    prompt: rain falls hard"), "small.yaml")
    plan = rehearse(shotlist).plan(replace(BLIND, prompt_tokens=6), PlanOptions())
    (back,) = plan.shots[1].segments
    assert "rain falls hard" in back.left_out
    assert "the prompt has no room for all of the shot's own" in back.losses
    assert f"the prompt has no room for {len(back.left_out)} phrases" in back.losses


def test_the_estimate_errs_on_the_safe_side():
    """A token for three letters begun, where vocabularies of models hold most words of English whole."""
    text = "A docker in an orange oilskin walks from the left of the picture to the right."
    assert estimated_tokens(text) >= 1.3 * len(text.split())
    assert [estimated_tokens(one) for one in ("", "dock", "\u00e9", "2024!")] == [1, 3, 3, 6]


class Chars:
    """A generator that counts letters."""

    capabilities = replace(BLIND, prompt_tokens=200)

    def generate(self, request, /, on_progress):
        raise NotImplementedError

    def count_tokens(self, text):
        return len(text)


def test_a_generator_that_counts_is_asked(small_text):
    told_less = generators.withhold(Chars(), "seed")
    for maker in (Chars(), told_less):
        count = generators.counter_of(maker)
        plan = rehearse(composer.read(small_text, "small.yaml")).plan(maker.capabilities, PlanOptions(), count)
        for segment in plan.segments:
            assert segment.prompt_tokens == len(segment.prompt) <= 200
    assert generators.counter_of(generators.load("previz")) is None


def test_what_changes_in_the_state_changes_the_prompt_that_tells_of_it_and_no_other(small_text):
    """A look that is seen in one shot alone rerenders that shot alone: keys hold the prompt."""
    text = small_text.replace("motion: {ada: walk to door}", "motion: {ada: walk to door}\n    prompt: rain")
    before, after = (
        rehearse(composer.read(t, "small.yaml")).plan(BLIND, PlanOptions())
        for t in (text, text.replace("prompt: rain", "prompt: hail"))
    )
    changed = [a.shot for a, b in zip(before.segments, after.segments, strict=True) if a.prompt != b.prompt]
    assert changed == ["front"]


def test_variants_are_told_once_they_are_there():
    plan = rehearse(composer.load(SAMPLES / "harbour.yaml")).plan(BLIND, PlanOptions())
    prompts = {segment.id: segment.prompt for segment in plan.segments}
    assert "strikes a yellow steel crane tower. From then on the blue steel oil drum is dented" in prompts["hit/0"]
    assert "crushed" not in prompts["roll/0"]
    assert "a blue steel oil drum, one side crushed and leaking oil," in prompts["after/0"]
    assert "The docker crouches over the leaking blue steel oil drum." in prompts["after/0"]


def test_generators_without_prompts_and_those_told_none_are_as_before(small_text):
    shotlist = composer.read(small_text.replace("shot: back", "shot: back\n    prompt: rain"), "small.yaml")
    plan = composer.plan(shotlist, generator="previz")
    assert [segment.prompt for segment in plan.segments] == ["", "rain", ""]
    assert list(prompt_lines(plan)) == ["previz reads no prompts"]
    assert "prompt_limit" not in plan_json(plan)
    silent = rehearse(shotlist).plan(generators.withhold(Chars(), "prompt").capabilities, PlanOptions())
    assert {segment.prompt for segment in silent.segments} == {""}


def harbour_prompts():
    limited = replace(BLIND, prompt_tokens=240)
    plan = rehearse(composer.load(SAMPLES / "harbour.yaml")).plan(limited, PlanOptions())
    return "\n".join(prompt_lines(plan)) + "\n"


def test_the_harbours_prompts_are_as_their_golden_file_has_them():
    text = harbour_prompts()
    if "COMPOSER_WRITE_GOLDENS" in os.environ:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text(), REPAIR


def test_the_page_about_prompts_shows_what_the_command_prints():
    page = (ROOT / "docs" / "prompts.md").read_text()
    (example,) = re.findall(r"```\n(.*?)```", page, re.DOTALL)
    assert example in GOLDEN.read_text(), "put a prompt of tests/data/prompts/harbour.txt into docs/prompts.md"
    looks = "told in words alone: where barrel is, and how that changes; where things stand; the camera and its move"
    plan = rehearse(composer.load(SAMPLES / "harbour.yaml")).plan(BLIND, PlanOptions())
    assert looks in page
    assert looks in next(segment.losses for segment in plan.segments if segment.id == "slip/0")


def test_the_command_prints_prompts(small_file, plugin, capsys):
    app(["plan", str(small_file), "-g", plugin, "--prompts"], standalone_mode=False)
    assert capsys.readouterr().out.splitlines()[:3] == [
        "front/0: 63 tokens",
        "We see a brewer in a yellow apron, a red brick water tower and a green timber shed. The ground is",
        "concrete. The place is a brewery yard. It is morning, and the light is clear.",
    ]


def test_the_page_about_generators_is_fresh():
    fresh = subprocess.run(
        [sys.executable, ROOT / "docs" / "generator_pages.py"], capture_output=True, text=True, check=True
    ).stdout
    assert (ROOT / "docs" / "generators.md").read_text() == fresh, "run: make docs"
    assert (ROOT / "tests" / "plugin" / "recall.py").read_text().rstrip() in fresh
    assert "| `embedded` |" in fresh
