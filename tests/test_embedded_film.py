"""Films of the generator that ships: a real first frame carries through, bodies keep their looks, the same list the same film."""

import cv2
import numpy as np
import pytest

import composer
from composer.composing.rehearsal import rehearse

LIST = """\
fps: 24
size: 256x144
seed: 4
places:
  yard:
    look: yard
    light: overcast
    anchors:
      tower: {{box: 4 x 4 x 7m, look: {tower}}}
      shed: {{box: 6 x 4 x 3m, look: grey plaster, right_of: tower, gap: 3m}}
{plate}shots:
  - {{shot: front, duration: 12f, camera: {{frame: WS tower shed, height: 3m}}}}
  - {{shot: side, duration: 12f, camera: {{frame: WS tower shed, from: south-west, height: 4m}}}}
"""
PLATE = "    plate: {image: plate.png, camera: {frame: WS tower shed, height: 3m}}\n"
SHOTS = ("front", "side")


def colour_of(film, rehearsal, shot, anchor_id=2):
    """Mean colour (RGB codes) of an anchor in the middle frame of a shot."""
    frames = film.clip(shot).frames
    planned = next(s for s in film.plan.shots if s.shot == shot)
    camera, world = rehearsal.film_tracks(planned, film.plan.size)
    middle = len(planned.frames) // 2
    ids = rehearsal.scenes["yard"].cast(camera[middle], film.plan.size, world[middle]).anchor_id
    return frames[middle][ids == anchor_id].mean(0)


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """The same grey yard without and with a plate on which its tower is orange; and the rehearsal of its geometry."""
    folder = tmp_path_factory.mktemp("plates")
    painted = composer.read(LIST.format(tower="orange plaster", plate=""))
    shown = composer.compose(painted, generator="previz", out=folder / "painted")
    cv2.imwrite(str(folder / "plate.png"), cv2.cvtColor(shown.clip("front").frames[0], cv2.COLOR_RGB2BGR))
    made = {}
    for name, plate in (("plain", ""), ("plated", PLATE)):
        path = folder / f"{name}.yaml"
        path.write_text(LIST.format(tower="grey plaster", plate=plate))
        made[name] = composer.compose(composer.load(path), out=folder / name)
    return made, rehearse(painted), folder


@pytest.mark.parametrize("shot", SHOTS)
def test_a_real_first_frame_carries_through_the_film(films, shot):
    """The words say grey, the picture shows orange: the film is orange, also from a side that the picture does not show."""
    made, rehearsal, _ = films
    plain, plated = (colour_of(made[name], rehearsal, shot) for name in ("plain", "plated"))
    assert abs(plain[0] - plain[2]) < 25, "grey, as the words have it"
    assert plated[0] - plated[2] > 50, "orange, as the picture has it"


def test_the_default_generator_made_it_and_says_so(films):
    made, _, _ = films
    assert made["plain"].plan.generator == "embedded"
    assert made["plain"].plan.native_size == (256, 144)


def test_the_same_list_gives_the_same_film(films, tmp_path):
    made, _, folder = films
    again = composer.compose(composer.load(folder / "plain.yaml"), out=tmp_path)
    assert again.path.read_bytes() == made["plain"].path.read_bytes()


def test_another_seed_reads_the_words_otherwise(films, tmp_path):
    made, rehearsal, folder = films
    other = composer.compose(composer.load(folder / "plain.yaml"), out=tmp_path, seed=5)
    assert np.abs(other.clip("front").frames[0].astype(int) - made["plain"].clip("front").frames[0]).mean() > 0.5
    assert np.abs(colour_of(other, rehearsal, "front") - colour_of(made["plain"], rehearsal, "front")).max() < 45
