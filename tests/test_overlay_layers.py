"""How layers look: sharp, steady, inside the safe area, and the same alone as over a picture."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.overlay import FIGURE_SPACE, Cue, Gauge, Item, Layer, Lines, Motion, Picture, alone, lay_over, subtitles
from composer.overlay.drawing import Artist, Page
from composer.overlay.layering import Canvas
from composer.overlay.lettering import Letters, broken_to, lettered
from composer.overlay.sprites import arc, blank, placed, put, rounded
from composer.overlay.subtitles import LONGEST, broken, paged
from composer.schema.layers import SPOTS

SIZES = [(128, 72), (768, 432), (432, 768), (1920, 1080)]
ONE = {
    "text": Lines(("BARREL 12 km/h",)),
    "title": Lines(("The Drum", "a film")),
    "lower_third": Lines(("Mara Lind", "Docker")),
    "bar": Gauge(0.6, label="Speed"),
    "dial": Gauge(0.6, "13", "km/h", "drum"),
    "subtitle": Lines(("Who left that up there?",)),
}


def layer(*items):
    return [Layer("hud", items)]


def flat(size, code=120):
    return np.full((size[1], size[0], 3), code, np.uint8)


def over(frame, rgba):
    alpha = rgba[..., 3:] / 255
    return frame * (1 - alpha) + rgba[..., :3] * alpha


def middle_x(alpha):
    return float((alpha.sum(axis=0) * np.arange(alpha.shape[1])).sum() / alpha.sum())


@pytest.mark.parametrize("kind", ONE)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_that_is_read_leaves_the_safe_area(kind, size):
    for at in SPOTS:
        item = Item(kind, (ONE[kind],), at)
        sprite = Artist(item, Page(*size)).sprite(ONE[kind])
        canvas = Canvas(layer(item), size).drawn(0)
        left, top, right, bottom = Page(*size).safe
        solid = np.argwhere(canvas[..., 3] > 0.99)
        assert len(solid) > 8, at
        assert sprite.width <= right - left + 1
        assert solid[:, 1].min() >= left - 1
        assert solid[:, 1].max() < right + 1
        if sprite.height < bottom - top:
            assert solid[:, 0].min() >= top - 1
            assert solid[:, 0].max() < bottom + 1


@pytest.mark.parametrize("kind", ONE)
def test_a_layer_alone_laid_over_a_picture_is_what_is_delivered(kind):
    size, rng = (320, 180), np.random.default_rng(3)
    frame = rng.integers(0, 256, (180, 320, 3), dtype=np.uint8)
    before = frame.copy()
    layers = layer(Item(kind, (ONE[kind],), "left", coming=Motion("slide", 9.0)))
    delivered = list(lay_over([frame] * 6, layers))
    single = list(alone(layers, "hud", size, 6))
    assert (frame == before).all(), "the frame that came in was written into"
    for seen, rgba in zip(delivered, single, strict=True):
        assert np.abs(over(frame, rgba) - seen).max() <= 1.6
    assert (delivered[5] != frame).any()


def test_each_layer_alone_stands_where_it_stands_among_all():
    size = (320, 180)
    items = [Item("text", (Lines((name,)),), "top-left") for name in ("first", "second")]
    layers = [Layer(name, (item,)) for name, item in zip("ab", items, strict=True)]
    both = Canvas(layers, size).drawn(0)
    first, second = (Canvas(layers, size).drawn(0, name) for name in "ab")
    rows = [np.flatnonzero((one[..., :3] > 0.9).any(axis=(1, 2))) for one in (first, second)]
    assert rows[0].max() < rows[1].min(), "the two are stacked"
    np.testing.assert_allclose(both, first * (1 - second[..., 3:]) + second, atol=1e-6)


@pytest.mark.parametrize(("code", "least"), [(245, 90), (128, 90), (10, 200)])
@pytest.mark.parametrize("size", [(128, 72), (768, 432)])
def test_letters_stand_out_from_light_and_dark(code, least, size):
    seen = next(lay_over([flat(size, code)], layer(Item("text", (Lines(("HHHHH",)),), "centre"))))
    band = seen[size[1] // 2 - 2 : size[1] // 2 + 2].astype(int)
    inside = band[:, (band.max(axis=(0, 2)) > 250)]
    assert inside.size, "there is white in it"
    around = band[:, size[0] // 2 - 8 : size[0] // 2 + 8]
    assert around.max() - around.min() >= least


@given(st.integers(100, 998), st.sampled_from([9.0, 19.9, 49.7]))
def test_a_counter_does_not_tremble(number, size):
    letters = Letters(size, 500)
    one, next_one = (lettered(f"Speed {n} km/h", letters) for n in (number, number + 1))
    assert one.shape == next_one.shape
    changed = np.flatnonzero((one != next_one).any(axis=0))
    start = letters.margin + letters.width("Speed ")
    assert changed.min() >= start - 1
    assert changed.max() <= start + letters.width("000") + 1


def test_a_figure_space_is_as_wide_as_a_figure():
    letters = Letters(31.3, 500)
    assert letters.width(f"{FIGURE_SPACE}9 km/h") == pytest.approx(letters.width("19 km/h"), abs=0.3)
    assert letters.width("111") == letters.width("888")


def test_letters_are_anti_aliased():
    drawn = lettered("SO", Letters(24.0, 500))
    partly = ((drawn > 0.05) & (drawn < 0.95)).sum()
    assert partly > 60
    assert len(np.unique(drawn)) > 40


@given(st.floats(0.02, 0.98))
def test_a_bar_fills_by_its_share(share):
    def filled(value):
        item = Item("bar", (Gauge(value),), "centre", colour=(255, 0, 0))
        canvas = Canvas(layer(item), (384, 216)).drawn(0)
        red = (canvas[..., 0] - canvas[..., 1]).clip(0).sum(axis=1)
        return float(red.max())

    assert filled(share) / filled(1.0) == pytest.approx(share, abs=0.012)


def test_a_dial_fills_by_its_share():
    whole = arc(200, 100.0, 80.0, 12.0, (-2.0, 2.0)).sum() - arc(200, 100.0, 80.0, 12.0, (-2.0, -2.0)).sum()
    part = arc(200, 100.0, 80.0, 12.0, (-2.0, -1.0)).sum() - arc(200, 100.0, 80.0, 12.0, (-2.0, -2.0)).sum()
    assert part / whole == pytest.approx(0.25, abs=0.003)
    assert whole == pytest.approx(4.0 * 80.0 * 12.0, rel=0.01)


@given(st.floats(2, 20), st.floats(2, 20), st.floats(20, 60), st.floats(20, 60), st.floats(0, 9))
def test_a_rounded_box_covers_its_area(left, top, right, bottom, radius):
    covered = rounded(80, 80, (left, top, right, bottom), radius)
    exact = (right - left) * (bottom - top)
    round_off = (4 - np.pi) * min(radius, (right - left) / 2, (bottom - top) / 2) ** 2
    assert covered.sum() == pytest.approx(exact - round_off, rel=0.02, abs=6)


@given(st.floats(-6, 40), st.floats(-6, 40))
def test_a_sprite_moves_by_fractions_of_a_pixel(x, y):
    canvas, dot = blank(48, 48), np.ones((5, 5, 4), np.float32)
    put(canvas, placed(dot, x, y))
    if 0 <= x <= 42 and 0 <= y <= 42:
        assert canvas[..., 3].sum() == pytest.approx(25, abs=1e-3)
        assert middle_x(canvas[..., 3]) == pytest.approx(x + 2, abs=1e-3)


def test_what_slides_and_fades_comes_smoothly_and_goes():
    item = Item(
        "text",
        (Lines(("SLIDE",)),),
        "left",
        start=4.0,
        stop=40.0,
        coming=Motion("slide", 12.0),
        going=Motion("fade", 8.0),
    )
    canvas = Canvas(layer(item), (320, 180))
    drawn = [canvas.drawn(frame)[..., 3] for frame in range(44)]
    amount = np.array([alpha.sum() for alpha in drawn])
    assert (amount[:4] == 0).all()
    assert (amount[40:] == 0).all()
    assert (np.diff(amount[4:16]) > 0).all()
    assert (np.diff(amount[32:40]) < 0).all()
    assert np.ptp(amount[16:32]) == 0
    places = [middle_x(alpha) for alpha in drawn[5:17]]
    steps = np.diff(places)
    assert (steps > 0).all(), "it comes in from the left"
    assert steps.max() < 4
    assert steps.min() < 1, "by fractions of a pixel at its ends"


def test_items_of_one_spot_are_stacked_only_while_they_meet():
    texts = [
        Item("text", (Lines((name,)),), "bottom", start=a, stop=b)
        for name, a, b in (("HE", 0, 9), ("HE", 5, 20), ("HE", 30, 40))
    ]
    canvas = Canvas(layer(*texts), (320, 180))

    def rows(frame):
        return np.flatnonzero((canvas.drawn(frame)[..., :3] > 0.9).any(axis=(1, 2)))

    alone_rows, both = rows(35), rows(7)
    assert both.max() == alone_rows.max(), "the last one stands at the edge"
    assert len(both) == 2 * len(alone_rows)
    assert rows(2).max() < both.max() - len(alone_rows)


def test_rows_are_kept_free_for_what_lies_in_front():
    item = Item("bar", (Gauge(0.5),), "bottom-left")
    high, low = (Canvas(layer(item), (384, 216), below).drawn(0) for below in (40, 0))
    assert np.flatnonzero((high[..., 3] > 0.99).any(axis=1)).max() < 216 - 40
    assert np.flatnonzero((low[..., 3] > 0.99).any(axis=1)).max() >= 216 - 40


def test_a_long_line_is_made_smaller_then_cut_with_an_ellipsis():
    for size in ((128, 72), (768, 432)):
        page = Page(*size)
        for text in ("a" * 60, "b" * 400):
            sprite = Artist(Item("text", (Lines((text,)),), "top"), page).sprite(Lines((text,)))
            assert sprite.width <= page.safe[2] - page.safe[0] + 0.5


def test_a_picture_keeps_its_transparency_and_proportions():
    pixels = np.zeros((40, 80, 4), np.uint8)
    pixels[:, 40:] = (255, 0, 0, 128)
    canvas = Canvas(layer(Item("image", (Picture(pixels),), "centre", size=0.5)), (320, 180)).drawn(0)
    seen = np.argwhere(canvas[..., 3] > 0.25)
    high, wide = np.ptp(seen, axis=0) + 1
    assert high == 90
    assert abs(wide - 90) <= 2
    assert canvas[90, 200, 3] == pytest.approx(128 / 255, abs=0.01)
    assert canvas[90, 200, 0] == pytest.approx(128 / 255, abs=0.01)


# --- subtitles ----------------------------------------------------------------------------------------------------------

LONG = "I told them twice that the chock under the drum would not hold, and nobody listened to me."


def test_two_lines_are_even_and_break_at_pauses():
    assert broken("Who left that up there?") == ("Who left that up there?",)
    assert broken("- Did you see it?\n- No.") == ("- Did you see it?", "- No.")
    assert broken("Nobody heard the chock give way, and nobody saw the drum.") == (
        "Nobody heard the chock give way,",
        "and nobody saw the drum.",
    )


@given(st.text(st.sampled_from("ab .,?港番人é\n"), max_size=400))
def test_a_cue_is_shown_whole_in_pages_of_two_lines(text):
    pages = paged(Cue(10, 2010, text))
    assert "".join("".join(page.text.split()) for page in pages) == "".join(text.split())
    for page in pages:
        lines = broken(page.text)
        assert 1 <= len(lines) <= 2
        assert all(len(line) <= LONGEST for line in lines)
    if pages:
        assert (pages[0].start_frame, pages[-1].stop_frame) == (10, 2010)
        assert all(a.stop_frame == b.start_frame for a, b in pairwise(pages))


def test_subtitles_of_a_clip_are_those_of_its_frames():
    cues = [Cue(0, 10, "before"), Cue(18, 30, "across"), Cue(40, 50, "after")]
    (item,) = subtitles(cues, 20, 20).items
    assert (item.shows[0].lines, item.start, item.stop) == (("across",), -2.0, 10.0)


def test_subtitles_are_burnt_in_from_their_first_frame_to_their_last():
    frames = list(lay_over([flat((320, 180))] * 20, [subtitles([Cue(105, 110, LONG)], 100, 20)]))
    changed = [k for k, frame in enumerate(frames) if (frame != 120).any()]
    assert changed == [5, 6, 7, 8, 9]
    rows = np.flatnonzero((frames[5] > 240).all(axis=2).any(axis=1))
    assert rows.min() > 90
    assert rows.max() < 171


def white_rows(layers, frame):
    return np.flatnonzero((Canvas(layers, (640, 360)).drawn(frame)[..., :3] > 0.9).all(axis=2).any(axis=1))


def test_subtitles_stand_above_what_is_below_while_it_is_there():
    third = Item("lower_third", (Lines(("Mara Lind", "Docker")),), "bottom-left", start=0, stop=10)
    said = subtitles([Cue(0, 8, LONG), Cue(12, 20, "No one.")], 0, 24)
    raised, alone_rows = (white_rows([*layers, said], 4) for layers in (layer(third), ()))
    third_rows = white_rows(layer(third), 4)
    assert raised.min() < third_rows.min() - 30, "two lines above the plate"
    assert alone_rows.min() > raised.min()
    assert set(third_rows) <= set(raised), "the plate has not moved"
    assert np.array_equal(white_rows([*layer(third), said], 14), white_rows([said], 14)), "and down again"


def test_two_lines_that_are_said_at_once_stand_one_above_the_other():
    both = white_rows([subtitles([Cue(0, 8, "Hold it!"), Cue(2, 8, "I hold it!")], 0, 8)], 4)
    one = white_rows([subtitles([Cue(2, 8, "I hold it!")], 0, 8)], 4)
    assert both.max() == one.max()
    assert len(both) >= 2 * len(one) - 2


@pytest.mark.parametrize("kind", ["title", "text", "lower_third"])
def test_a_text_that_is_too_long_for_the_smallest_letters_is_broken_not_cut(kind):
    words = [
        "A",
        "very",
        "long",
        "title",
        "that",
        "no",
        "picture",
        "of",
        "this",
        "size",
        "could",
        "ever",
        "hold",
        "on",
        "a",
        "single",
        "line",
        "of",
        "text",
    ]
    shown, page = Lines((" ".join(words),)), Page(256, 144)
    artist = Artist(Item(kind, (shown,)), page)
    sprite, one = artist.sprite(shown), artist.sprite(Lines(("A",)))
    left, top, right, bottom = page.safe
    assert sprite.width <= right - left + 1
    assert 1.9 * one.height < sprite.height + one.height <= bottom - top
    letters = Letters(9.0, 600)
    lines = broken_to(shown.lines[0], letters, right - left)
    assert " ".join(lines).split() == words
    assert all(letters.width(line) <= right - left for line in lines)
    assert all(letters.width(f"{one} {two.split()[0]}") > right - left for one, two in pairwise(lines))


def test_a_word_that_no_line_holds_stands_alone():
    assert broken_to("a " + "w" * 80 + " b", Letters(9.0, 600), 200.0) == ["a", "w" * 80, "b"]
    assert broken_to("two  spaces", Letters(9.0, 600), 200.0) == ["two  spaces"]
