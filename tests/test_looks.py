"""The vocabulary: known answers for phrases, laws of what the digest leaves open, styles, and the page about it."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.looks import Grade, grade, ground_look, known_words, look, weather
from composer.looks.colours import COLOURS, MODIFIERS, linear, luminance, modified
from composer.looks.reference import reference
from composer.looks.words import PATTERNS

PAGE = Path(__file__).parent.parent / "docs" / "looks.md"


def hue(colour):
    """Which channel leads, and by how much over the least."""
    return "rgb"[max(range(3), key=lambda i: colour[i])], max(colour) / min(colour)


@pytest.mark.parametrize(
    ("text", "material", "pattern", "lead"),
    [
        ("red brick warehouse with a slate roof", "brick", "bricks", "r"),
        ("green timber shed", "timber", "planks", "g"),
        ("stained concrete loading dock", "concrete", "panels", "r"),
        ("worn steel plate", "steel", "plates", "b"),
        ("yellow steel crane tower", "steel", "lattice", "r"),
        ("blue steel oil drum", "steel", "hoops", "b"),
        ("black harbour water", "water", "ripples", "b"),
        ("scratched oak desk", "wood", "planks", "r"),
        ("white marble plinth", "marble", "veins", "r"),
        ("clipped hedge", "leaf", "leaves", "g"),
        ("corrugated roof over a stone barn", "stone", "blocks", "r"),
        ("checkered red and white box", "wood", "checks", "r"),
        ("a wooden crate", "wood", "crate", "r"),
        ("cobblestones", "cobbles", "cobbles", "r"),
    ],
)
def test_phrases(text, material, pattern, lead):
    """A phrase names material, pattern and colour."""
    found = look(text, "thing")
    assert (found.material, found.pattern, hue(found.albedo)[0]) == (material, pattern, lead)


def test_roof_is_on_top():
    """What is said of the roof is said of the top faces alone."""
    found = look("red brick warehouse with a green slate roof", "warehouse")
    assert found.top is not None
    assert found.top.material == "slate"
    assert hue(found.top.albedo)[0] == "g"
    assert hue(found.albedo)[0] == "r"
    assert found.openings is not None


def test_rows_take_turns():
    """Two colours alternate by item of a row; one colour does not."""
    row = [
        look("shipping containers, blue and rust", f"containers_{k}" if k > 1 else "containers") for k in range(1, 6)
    ]
    assert "".join(hue(item.albedo)[0] for item in row) == "brbrb"
    assert row[0].albedo != row[2].albedo  # its own tone within the bucket
    plain = [look("blue containers", name) for name in ("containers", "containers_2")]
    assert all(hue(item.albedo)[0] == "b" for item in plain)


def test_two_colours_before_a_patterned_material_make_its_pattern():
    """The colour next to the material does not take it all."""
    found = look("green and white checkered tiles", "floor")
    assert found.pattern == "checks"
    assert found.albedo[1] > 2 * found.albedo[0]
    assert min(found.second) > 0.7


def test_a_draw_is_a_reading_and_none_is_the_usual_one():
    """What is named stays in its bucket; what is not named may be anything."""
    red = [look("red brick wall", "wall", draw=n) for n in range(1, 30)]
    assert all(found.pattern == "bricks" and found.albedo[0] > 2.5 * found.albedo[2] for found in red)
    assert len({found.phase for found in red}) == len(red)
    assert len({look("thing", "it", draw=n).pattern for n in range(1, 40)}) > 4
    assert look("thing", "it", draw=0) == look("thing", "it")
    assert look("thing", "it", draw=4) == look("thing", "it", draw=4)


def test_pattern_takes_both_colours():
    """With a pattern named, the second colour is the pattern's."""
    found = look("black and white striped pole", "pole")
    assert luminance(found.albedo) < 0.05
    assert luminance(found.second) > 0.6


def test_docker_wears_an_oilskin():
    """Garments colour the parts that they cover; legs stay dark, the head skin."""
    docker = look("docker in an orange oilskin", "mara", person=True)
    torso, legs, head = docker.part("torso"), docker.part("legs"), docker.part("head")
    assert torso.material == "oilskin"
    assert torso.albedo == docker.part("arms").albedo == docker.part("pelvis").albedo
    assert torso.albedo[0] > 4 * torso.albedo[1] > 4 * torso.albedo[2]
    assert luminance(legs.albedo) < 0.1
    assert head.material == "skin"


def test_beard_and_dress():
    """A beard has the colour before it; a dress covers the hips and bares the shins."""
    keeper = look("grey-bearded harbour keeper", "keeper", person=True)
    assert keeper.noun == "bearded"
    assert hue(keeper.part("hair").albedo)[1] < 1.2
    woman = look("woman in a red dress", "woman", person=True)
    assert hue(woman.part("pelvis").albedo) == hue(woman.part("legs").albedo)
    assert woman.part("shins").material == "skin"


def test_people_words_do_not_dress_things():
    """A keeper's house is a house."""
    assert look("keeper's stone house", "house").material == "stone"


def test_ground_follows_its_place():
    """Plain concrete gives way to the place; a ground with words of its own does not."""
    assert ground_look("concrete", "cobbled brewery yard, overcast").pattern == "cobbles"
    assert ground_look("asphalt", "cobbled brewery yard").material == "asphalt"
    assert ground_look("wet concrete", "working quay").wet > 0.5
    assert ground_look("concrete", "working quay after rain, low mist").wet > 0.5
    assert ground_look("concrete", "quiet room").wet == 0


def test_finish_and_wear():
    """Finish and wear words set their numbers."""
    assert look("glowing grey monitor", "m").glow == 1
    assert look("rusty iron tank", "t").wear > look("iron tank", "t").wear
    assert look("glossy red van", "v").gloss > look("matt red van", "v").gloss
    assert look("wet slate roof", "r").wet > 0


def test_unknown_words_change_nothing():
    """Words off the list leave every number alone but for the digest's."""
    a, b = look("red brick wall", "w"), look("red zorgly brick qux wall", "w")
    assert (a.material, a.pattern, a.gloss, a.openings) == (b.material, b.pattern, b.gloss, b.openings)
    assert look("zorgly qux", "w").material == "plaster"


@given(st.text(max_size=80), st.text(max_size=12), st.booleans())
def test_any_text_is_a_look(text, name, person):
    """Any text reads, twice the same, to reflectances and patterns that exist."""
    found = look(text, name, person)
    look.cache_clear()
    assert look(text, name, person) == found
    for surface in (found, *(part for _, part in found.parts), *([found.top] if found.top else [])):
        assert surface.pattern in PATTERNS
        assert all(0 < c <= 0.9 for c in (*surface.albedo, *surface.second))
        assert 0 <= surface.gloss <= 1
        assert 0 <= surface.wet <= 1
        assert surface.scale_m > 0


def test_digest_separates_names():
    """Phase and tone differ between things of one text, and stay close to the word."""
    looks = [look("red brick wall", name) for name in "abcdefgh"]
    assert len({found.phase for found in looks}) == 8
    tones = [luminance(found.albedo) for found in looks]
    assert 1 < max(tones) / min(tones) < 1.2


def test_modifiers():
    """Modifiers do to light and colour what they say."""
    red = linear(COLOURS["red"])
    assert (
        luminance(modified(red, "dark"))
        < luminance(modified(red, "deep"))
        < luminance(red)
        < luminance(modified(red, "pale"))
    )
    assert hue(modified(red, "faded"))[1] < hue(red)[1] < hue(modified(red, "vivid"))[1]
    assert luminance(look("dark green door", "d").albedo) < 0.5 * luminance(look("green door", "d").albedo)
    assert len(MODIFIERS) >= 5
    assert len(COLOURS) >= 40


def test_weather():
    """Words of a place about its air."""
    assert weather("working quay after rain, low mist").fog_m == pytest.approx(176)
    assert weather("thick fog").fog_m < weather("fog").fog_m < weather("thin fog").fog_m
    assert weather("brewery yard, overcast").cloud == 1
    assert weather("brewery yard").cloud is None
    assert weather("office, warm desk lamp").warm > 0


def test_styles():
    """Words of a style, and that one neither known nor named changes nothing."""
    assert grade("zorgly") == Grade()
    assert grade("black and white").saturation == 0
    film = grade("35mm film, soft grain, muted teal")
    assert film.saturation < 0.8
    assert film.tint[0] < 1 < film.tint[2]
    assert 0.005 < film.grain < 0.03
    game = grade("2000s console game, flat shading")
    assert game.bands
    assert game.flat == 1
    assert grade("heavy grain").grain > grade("grain").grain > grade("soft grain").grain > 0
    assert grade("noir").contrast > 1 > grade("low contrast").contrast
    assert grade("warm").tint[0] > 1 > grade("warm").tint[2]


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("material", "material"),
        ("wear", "wear_colour"),
        ("noun", "noun"),
        ("pattern", "pattern"),
        ("colour", "albedo"),
        ("modifier", "albedo"),
    ],
)
def test_known_words_are_heard(kind, field):
    """Every listed word changes what a look reads to."""
    text = "blue door" if kind == "modifier" else "glass door" if kind in ("material", "wear") else ""
    silence = getattr(look(text, "x"), field)
    same = {word for word in known_words()[kind] if getattr(look(f"{word} {text}", "x"), field) == silence}
    assert same <= {"glass", "glazed", "plain", "smooth", "flat"}


def test_finishes_are_heard():
    """Every finish changes gloss, wetness or glow of something damp and half glossy."""
    start = look("damp glossy paint", "x")
    for word in known_words()["finish"]:
        found = look(f"damp glossy {word} paint", "x")
        assert (found.gloss, found.wet, found.glow) != (start.gloss, start.wet, start.glow), word


def test_page_is_current():
    """docs/looks.md says what the code says. Repair: `python -m composer.looks > docs/looks.md`."""
    printed = subprocess.run([sys.executable, "-m", "composer.looks"], capture_output=True, text=True, check=True)
    assert printed.stdout == reference()
    assert PAGE.read_text() == reference(), "stale: run `python -m composer.looks > docs/looks.md`"
