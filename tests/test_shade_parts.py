"""Light and looks apart: what a generator is given in their place."""

import numpy as np
import pytest

from composer.geometry import intrinsics, look_at, rotation_z
from composer.layout import Layout
from composer.looks import Grade
from composer.scene import Scene
from composer.shade import Shader
from composer.shade.painting import GREY, parted
from composer.types import Camera, Solid, WorldState

SIZE = (160, 90)
NOBODY = WorldState(0, {})


def yard(look, light="day", fog_m=4000.0):
    T = rotation_z(0.0)
    T[:3, 3] = 0, 0, 2
    solid = Solid("tower", "tower", 2, "box", (4.0, 4.0, 4.0), T, look)
    return Scene(Layout("yard", "yard", "dry concrete", light, None, fog_m, (solid,), {}, {}))


def seen(scene, draw=0):
    view = Camera(intrinsics(120.0, SIZE), look_at(np.array([5.0, -9, 3]), np.array([0.0, 0, 2])))
    return scene.cast(view, SIZE, NOBODY), view, Shader(scene, grade=Grade(), draw=draw)


def linear(codes):
    x = codes / 255
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("light", ["day", "dusk", "overcast"])
def test_their_product_is_the_light_of_the_place(light):
    """Far from fog, reflectance times the light of grey surfaces over grey is what the previz shows before its grade."""
    hits, view, shader = seen(yard("matt red plaster wall", light))
    planes = shader._painted(parted, hits, view, NOBODY)
    whole = shader.light(hits, view, NOBODY)
    inner = np.zeros(hits.depth.shape, bool)
    inner[4:-4, 4:-4] = True
    solid = inner & (hits.anchor_id == 2)
    product = planes[:3] * planes[3:] / GREY
    assert np.median(np.abs(product - whole)[:, solid] / (whole[:, solid] + 0.01)) < 0.02


def test_albedo_is_the_looks_own_and_light_knows_no_look():
    red, blue = (seen(yard(f"matt {tint} plaster wall")) for tint in ("red", "blue"))
    tower = red[0].anchor_id == 2
    (light_r, albedo_r), (light_b, albedo_b) = (shader.parts(hits, view, NOBODY) for hits, view, shader in (red, blue))
    assert np.abs(light_r[tower].astype(int) - light_b[tower]).mean() < 3
    assert albedo_r[tower].mean(0)[0] > albedo_r[tower].mean(0)[2] + 40
    assert albedo_b[tower].mean(0)[2] > albedo_b[tower].mean(0)[0] + 40
    sky = albedo_r[red[0].anchor_id == 0]
    assert np.abs(linear(sky) - GREY).max() < 0.01


def test_a_draw_changes_looks_and_no_light():
    scene = yard("matt plaster wall")
    hits, view, shader = seen(scene)
    other = seen(scene, draw=5)[2]
    (light_a, albedo_a), (light_b, albedo_b) = (s.parts(hits, view, NOBODY) for s in (shader, other))
    tower = hits.anchor_id == 2
    assert np.abs(albedo_a[tower].astype(int) - albedo_b[tower]).mean() > 10
    assert np.abs(light_a[tower].astype(int) - light_b[tower]).mean() < 4


def test_what_shines_is_light():
    hits, view, shader = seen(yard("glowing cyan sign", "night"))
    light, albedo = shader.parts(hits, view, NOBODY)
    tower = hits.anchor_id == 2
    assert light[tower].mean() > 2 * light[hits.anchor_id == 1].mean()
    assert np.abs(linear(albedo[tower]) - GREY).mean() < 0.12
