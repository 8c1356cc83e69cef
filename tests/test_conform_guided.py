"""Native frames brought to the film's size and rate by what is declared."""

from fractions import Fraction

import cv2
import numpy as np
import pytest
from places import NOBODY, camera, place, solid, standing

import composer
from composer import generators
from composer.composing import rehearse
from composer.composing.options import RenderOptions
from composer.composing.studio import Studio
from composer.conform import CONFORMINGS, PLAIN, Conforming, Declared, Guidance, conform_frames, guided_frames, resize
from composer.conform.sight import SIDES, look
from composer.conform.upscaling import upscaled
from composer.geometry import directions, pixel_centres
from composer.planning import PlanOptions
from composer.scene import Scene
from composer.shade import Shader
from composer.store import Store
from composer.timing import FrameRange, Rates
from composer.types import FIRST_SUBJECT, BodyTrack, CameraTrack, WorldTrack

SIZE = (96, 54)
TWICE = Rates(film=Fraction(24), native=Fraction(12))
INKS = np.array([[90, 140, 220], [120, 110, 100], [210, 60, 40], [30, 160, 70], [240, 220, 60]], np.uint8)
"""Of the sky, and of geoms in their order."""

CRATE = solid(0, "box", (2, 2, 2), standing(0, 4, 1), FIRST_SUBJECT)
WALL = solid(0, "box", (30, 0.5, 12), standing(0, 12, 6))
EYE, AIM = (0.0, -5.0, 2.0), (0.0, 4.0, 1.5)


def still(count, eye=EYE, aim=AIM, size=SIZE):
    view = camera(eye, aim, size, 80.0 * size[0] / 96)
    return CameraTrack(np.tile(view.K, (count, 1, 1)), np.tile(view.T_world_camera, (count, 1, 1)), size)


def panned(angles_rad, size=SIZE):
    views = [camera(EYE, (EYE[0] + np.sin(a), EYE[1] + np.cos(a), EYE[2] + 0.3), size) for a in angles_rad]
    return CameraTrack(np.stack([v.K for v in views]), np.stack([v.T_world_camera for v in views]), size)


def crate_at(xs):
    poses = np.stack([standing(x, 4, 1) for x in xs])
    rest = np.zeros((len(xs), 3))
    return WorldTrack({CRATE.name: BodyTrack(poses, rest, rest, np.zeros(len(xs)))}, np.arange(len(xs)) / 24)


def nobody(count):
    return WorldTrack({}, np.arange(count) / 24)


def inked(sight, inks=INKS):
    """The samples of a moment, every geom in its ink."""
    return inks[sight.face // SIDES + 1]


def smaller(picture, by):
    h, w = picture.shape[0] // by, picture.shape[1] // by
    return np.round(picture.reshape(h, by, w, by, 3).mean((1, 3))).astype(np.uint8)


def between_two(scene, film, natives, how=None, workers=1):
    """Film frames 0 to 2 from two native frames; `film` are the tracks of the three."""
    cameras, world = film
    native = (
        CameraTrack(cameras.K[::2], cameras.T_world_camera[::2], cameras.size),
        WorldTrack(
            {n: BodyTrack(b.T_world_body[::2], b.linear_m_s[::2], b.angular_rad_s[::2], b.gait_rad[::2]) for n, b in world.bodies.items()},
            world.times_s[::2],
        ),
    )  # fmt: skip
    guidance = Guidance(Declared(scene, film, native), how or Conforming())
    return list(guided_frames(natives, FrameRange(0, 3), TWICE, guidance, workers))


@pytest.fixture(scope="module")
def yard():
    return Scene(place(WALL, **{CRATE.name: CRATE}))


def look_at_yard(yard, x=0.0):
    return look(yard, still(1)[0], crate_at([x])[0], SIZE)


def test_flat_surfaces_keep_their_colours_exactly_up_to_their_edges(yard):
    sight = look_at_yard(yard)
    truth = sight.resolved(inked(sight))
    made = sight.resolved(upscaled(smaller(truth, 3), sight))
    np.testing.assert_array_equal(made, truth)
    blurred = cv2.resize(smaller(truth, 3), SIZE, interpolation=cv2.INTER_CUBIC)
    assert np.abs(blurred.astype(int) - truth).max() > 40


def test_nothing_of_the_guides_colours_is_imprinted(yard):
    """A guide of noise over flat surfaces changes no pixel."""
    sight = look_at_yard(yard)
    native = smaller(sight.resolved(inked(sight)), 3)
    noise = np.random.default_rng(0).integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    plain, led = (sight.resolved(upscaled(native, sight, guide)) for guide in (None, noise))
    np.testing.assert_array_equal(led, plain)
    one = np.full_like(native, 77)
    np.testing.assert_array_equal(upscaled(one, sight, noise), 77)


def test_a_guide_tells_where_a_surface_changes(yard):
    """Stripes finer than native pixels come back where the guide has them, in the native colours, and only if those agree."""
    sight = look_at_yard(yard)
    columns = np.arange(SIZE[0])
    ramp = np.clip((columns - 20) * 4, 0, 255)
    fine = ramp + np.where(columns % 4 < 2, -24, 24)
    truth = np.repeat(np.tile(255 - 0.8 * np.clip(fine, 0, 255), (SIZE[1], 1))[..., None], 3, axis=2)
    guide = np.repeat(np.tile(np.clip(fine, 0, 255), (SIZE[1], 1))[..., None], 3, axis=2).astype(np.uint8)
    native = smaller(truth, 3)
    middle = (slice(12, 40), slice(28, 78))
    errors = [
        np.abs(sight.resolved(upscaled(native, sight, g))[middle].astype(float) - truth[middle]).mean()
        for g in (None, guide)
    ]
    assert errors[1] < 0.25 * errors[0]


def test_thin_things_keep_their_colour():
    """A pole half a native pixel wide is as strong as it was; plain resizing leaves less than half of it."""
    pole = solid(1, "box", (0.17, 0.17, 6), standing(0.31, 4, 3))
    scene = Scene(place(WALL, pole))
    sight = look(scene, still(1)[0], NOBODY, SIZE)
    truth = sight.resolved(inked(sight))
    seen = (sight.faces // SIDES == 2) & (np.arange(SIZE[1]) < 30)[:, None]
    assert 1 <= np.count_nonzero(seen) / np.count_nonzero(seen.any(axis=1)) < 2.5
    contrast = INKS[3].astype(float) - INKS[2]

    def strength(picture):
        return float(((picture[seen] - INKS[2].astype(float)) @ contrast / (contrast @ contrast)).mean())

    native = smaller(truth, 3)
    guided = sight.resolved(upscaled(native, sight))
    blurred = cv2.resize(native, SIZE, interpolation=cv2.INTER_CUBIC)
    assert strength(guided) > 0.85 * strength(truth)
    assert strength(blurred) < 0.5 * strength(truth)


def test_native_frames_of_the_films_size_pass_unchanged(yard):
    rng = np.random.default_rng(1)
    natives = [rng.integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8) for _ in range(2)]
    frames = between_two(yard, (still(3), crate_at([0, 0.1, 0.2])), natives)
    np.testing.assert_array_equal(frames[0], natives[0])
    np.testing.assert_array_equal(frames[2], natives[1])


def test_a_body_that_moves_is_found_half_way(yard):
    film = still(3), crate_at([-1, 0, 1])
    first, middle, last = (look_at_yard(yard, x) for x in (-1, 0, 1))
    natives = [sight.resolved(inked(sight)) for sight in (first, last)]
    truth = middle.resolved(inked(middle))
    for source in (natives, [smaller(native, 3) for native in natives]):
        np.testing.assert_array_equal(between_two(yard, film, source)[1], truth)
    blended = cv2.addWeighted(natives[0], 0.5, natives[1], 0.5, 0)
    assert np.abs(blended.astype(int) - truth).max() > 60


def test_what_one_frame_alone_shows_is_taken_from_it(yard):
    """The wall is red before and green after; behind the crate it is only what the frame shows that sees it."""
    first, middle, last = (look_at_yard(yard, x) for x in (-1, 0, 1))
    red, green = INKS.copy(), INKS.copy()
    red[2], green[2] = (200, 0, 0), (0, 200, 0)
    natives = [first.resolved(inked(first, red)), last.resolved(inked(last, green))]
    made = between_two(yard, (still(3), crate_at([-1, 0, 1])), natives)[1]
    wall, soft = middle.faces // SIDES == 1, np.ones((5, 5), np.uint8)

    def well_inside(mask):
        return cv2.erode(mask.astype(np.uint8), soft).astype(bool)

    seen_first, seen_last = (sight.faces // SIDES == 1 for sight in (first, last))
    only_last, only_first = well_inside(wall & ~seen_first), well_inside(wall & ~seen_last)
    assert only_last.sum() > 20
    assert only_first.sum() > 20
    np.testing.assert_array_equal(made[only_last], np.tile(green[2], (only_last.sum(), 1)))
    np.testing.assert_array_equal(made[only_first], np.tile(red[2], (only_first.sum(), 1)))
    both = well_inside(wall & seen_first & seen_last)
    np.testing.assert_array_equal(made[both], np.tile([100, 100, 0], (both.sum(), 1)))


def test_a_spot_on_a_turning_body_goes_round_with_it():
    """A sphere painted by its own coordinates turns by 0.4 rad; half-way it has turned by half."""
    ball = solid(1, "sphere", (2, 2, 2), standing(0, 0, 1), FIRST_SUBJECT)
    scene = Scene(place(**{ball.name: ball}))
    turns = [0.0, 0.2, 0.4]
    poses = np.stack([standing(0, 0, 1, a) for a in turns])
    rest = np.zeros((3, 3))
    world = WorldTrack({ball.name: BodyTrack(poses, rest, rest, np.zeros(3))}, np.arange(3) / 24)
    film = still(3, aim=(0, 0, 1))

    def painted(k):
        sight = look(scene, film[k], world[k], SIZE)
        rays = directions(film[k].K, sight.points.astype(float)) @ film[k].T_world_camera[:3, :3].T
        spots = film[k].T_world_camera[:3, 3] + rays * np.where(np.isfinite(sight.depth), sight.depth, 1)[:, None]
        own = (spots - [0, 0, 1]) @ poses[k][:3, :3]
        on_ball = sight.face // SIDES == 1
        return sight, sight.resolved(np.where(on_ball[:, None], 128 + 110 * np.sin(7 * own), 60).astype(np.uint8))

    (sight, truth), natives = painted(1), [painted(0)[1], painted(2)[1]]
    made = between_two(scene, (film, world), natives)[1]
    inner = cv2.erode((sight.faces // SIDES == 1).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    assert np.abs(made[inner].astype(int) - truth[inner]).max() <= 12
    blended = cv2.addWeighted(natives[0], 0.5, natives[1], 0.5, 0)
    assert np.abs(blended[inner].astype(int) - truth[inner]).max() > 40


def test_a_shadow_goes_with_what_casts_it(yard):
    """A dark square moves over the wall; the guide knows where it is half-way, though not in which colours it is painted."""
    film = still(3), nobody(3)
    sight = look(yard, film[0][0], film[1][0], SIZE)

    def lit(left, light, dark):
        picture = sight.resolved(inked(sight))
        picture[8:18, 30:70] = light
        picture[10:16, left : left + 12] = dark
        return picture

    natives = [lit(left, (200, 180, 90), (60, 50, 40)) for left in (36, 48)]
    guides = {0.0: lit(36, 128, 30), 1 / 24: lit(42, 128, 30), 2 / 24: lit(48, 128, 30)}
    native = (still(2), WorldTrack({}, np.array([0, 2 / 24])))
    declared = Declared(yard, film, native)
    truth = lit(42, (200, 180, 90), (60, 50, 40))
    errors = []
    for how in (True, False):
        guidance = Guidance(declared, Conforming(), lambda hits, camera, state: guides[state.time_s], how)  # noqa: ARG005
        made = list(guided_frames(natives, FrameRange(0, 3), TWICE, guidance))[1]
        errors.append(np.abs(made[6:20, 28:72].astype(int) - truth[6:20, 28:72]).max())
    assert errors[0] <= 2
    assert errors[1] > 60


def test_the_sky_turns_with_the_camera():
    scene = Scene(place())
    film = panned([0.0, 0.06, 0.12])

    def sky(k):
        rays = directions(film[k].K, pixel_centres(SIZE)) @ film[k].T_world_camera[:3, :3].T
        rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
        return (128 + 100 * np.sin(14 * rays)).astype(np.uint8)

    made = between_two(scene, (film, nobody(3)), [sky(0), sky(2)])[1]
    above = np.s_[2:20, 8:-8]
    assert np.abs(made[above].astype(int) - sky(1)[above]).max() <= 3
    blended = cv2.addWeighted(sky(0), 0.5, sky(2), 0.5, 0)
    assert np.abs(blended[above].astype(int) - sky(1)[above]).max() > 20


def test_each_half_can_be_switched_off(yard):
    film = still(3), crate_at([-1, 0, 1])
    natives = [smaller(s.resolved(inked(s)), 3) for s in (look_at_yard(yard, x) for x in (-1, 1))]
    made = {name: between_two(yard, film, natives, how) for name, how in CONFORMINGS.items()}
    plain = list(conform_frames(natives, FrameRange(0, 3), TWICE, SIZE))
    np.testing.assert_array_equal(made["plain"], plain)
    np.testing.assert_array_equal(made["rate"][::2], plain[::2])
    np.testing.assert_array_equal(made["size"][::2], made["guided"][::2])
    halves = cv2.addWeighted(made["size"][0], 0.5, made["size"][2], 0.5, 0)
    np.testing.assert_array_equal(made["size"][1], halves)
    seen = [made[name][1].tobytes() for name in CONFORMINGS]
    assert len(set(seen)) == 4


def test_more_workers_make_the_same_frames(yard):
    film = still(3), crate_at([-1, 0, 1])
    rng = np.random.default_rng(2)
    natives = [rng.integers(0, 256, (18, 32, 3), dtype=np.uint8) for _ in range(2)]
    one, four = (between_two(yard, film, natives, workers=workers) for workers in (1, 4))
    np.testing.assert_array_equal(one, four)


def test_taller_native_frames_show_the_middle(yard):
    """What a generator renders above and below the film's picture is left out, to the pixel."""
    sight = look_at_yard(yard)
    truth = sight.resolved(inked(sight))
    native = smaller(truth, 3)
    taller = np.concatenate([np.full((3, 32, 3), 255, np.uint8), native, np.full((3, 32, 3), 255, np.uint8)])
    np.testing.assert_array_equal(upscaled(taller, sight), upscaled(native, sight))
    assert resize(taller, (32, 18)).shape == (18, 32, 3)


def test_a_native_frame_that_is_missing_is_told(yard):
    film = still(3), crate_at([-1, 0, 1])
    with pytest.raises(ValueError, match="film frame 1 needs native frames 0 to 1; there are 0 to 0"):
        between_two(yard, film, [np.zeros((18, 32, 3), np.uint8)])


@pytest.fixture(scope="module")
def rehearsed(small_text):
    return rehearse(composer.read(small_text.replace("128x72", "192x108"), "small.yaml"))


def test_rendered_shots_come_nearer_to_the_truth_than_plainly(rehearsed):
    """A walk at 64x36 and 12 a second, of a film of 192x108 and 24: the gain in dB over bicubic frames, blended."""
    scene, size, count = rehearsed.scenes["yard"], (192, 108), 9
    shade = Shader(scene, "morning")

    def tracks(frames, fps, size):
        times = 0.4 + np.arange(frames) / fps
        return rehearsed.cameras["back"].track(times, size), rehearsed.story.sample("yard", 1.0 + times)

    def drawn(cameras, world, size):
        return [shade(scene.cast(c, size, s), c, s) for c, s in ((cameras[k], world[k]) for k in range(len(cameras)))]

    truth = drawn(*tracks(count, 24, size), size)
    native = drawn(*tracks(count // 2 + 1, 12, (64, 36)), (64, 36))
    declared = Declared(scene, tracks(count, 24, size), tracks(count // 2 + 1, 12, size))
    made = [
        list(guided_frames(native, FrameRange(0, count), TWICE, Guidance(declared, Conforming(), guide)))
        for guide in (None, shade)
    ]
    large = [cv2.resize(frame, size, interpolation=cv2.INTER_CUBIC) for frame in native]
    plain = [cv2.addWeighted(large[k // 2], 0.5, large[(k + 1) // 2], 0.5, 0) for k in range(count)]

    def psnr(frames):
        return 10 * np.log10(255**2 / np.mean((np.array(frames, float) - truth) ** 2))

    gains = [psnr(frames) - psnr(plain) for frames in made]
    assert gains[0] > 1.2, "ids and normals alone"
    assert gains[1] > 3.8, "and a picture"


def test_a_generator_is_guided_when_it_reads_the_place_and_its_frames_do_not_fit(rehearsed, plugin, tmp_path):
    for name, how, guided in (
        (plugin, Conforming(), True),
        (plugin, PLAIN, False),
        (generators.PREVIZ, Conforming(), False),
    ):
        maker = generators.load(name)
        plan = rehearsed.plan(maker.capabilities, PlanOptions())
        studio = Studio(rehearsed, plan, maker, Store(tmp_path / name), options=RenderOptions(conforming=how))
        guidance = studio.deliveries.guidance(plan.shots[0])
        assert (guidance is not None) is guided
        if guidance:
            film, native = guidance.declared.film, guidance.declared.native
            assert (len(film[0]), len(native[0])) == (plan.shots[0].clip_length, plan.shots[0].segments[-1].frames.stop)
            np.testing.assert_allclose(film[0].T_world_camera[::2][:5], native[0].T_world_camera[:5], atol=1e-9)
