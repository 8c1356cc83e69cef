"""Sound that comes with clips, from the generator to the film: in step, handed on, as loud as asked, or said not to be."""

import json
from contextlib import closing
from dataclasses import dataclass, field, fields, make_dataclass, replace
from typing import Any

import numpy as np
import pytest

from composer import media, read
from composer.composing.clip_sounds import SOUND, shot_sound
from composer.composing.options import RenderOptions
from composer.composing.rehearsal import rehearse
from composer.composing.rendering import render
from composer.composing.sounding import Sounding
from composer.composing.studio import Studio
from composer.errors import GeneratorError, ShotListError
from composer.planning import PlanOptions
from composer.shotlist import render as told
from composer.store import Store, digest
from composer.types import Capabilities, Clip, FrameGrid, Waveform

LIST = """
size: 128x72
places:
  yard:
    ground: gravel
    anchors:
      deck: {box: 4 x 3 x 0.1m, look: timber deck, at: [0, 0]}
    marks: {far: {at: [6, 2]}}
subjects:
  ball: {sphere: 0.24m, look: rubber ball, mass: 0.6kg, at: [-1, -1, 0.1]}
shots:
  - {shot: throw, duration: 2s, camera: {frame: WS deck, from: south}, motion: {ball: throw to far in 0.9s}}
"""
QUIET = LIST.replace(", motion: {ball: throw to far in 0.9s}", "")


BAND = Capabilities(
    name="band", version="1", licence="MIT", grid=FrameGrid(step=8, longest=33), prefix=9, audio=True, invents=False
)


@dataclass
class Band:
    """A generator whose clips bring what a shot sounds like, each as late as it is told; what it was given it remembers."""

    heard: np.ndarray  # [n] at 48 kHz, from half a second before the shot
    late: dict[int, int] = field(default_factory=dict)  # samples, by segment
    alone: bool = False  # every clip has a sound of its own
    rate: int = 48000
    capabilities: Capabilities = BAND
    given: dict[str, Any] = field(default_factory=dict)

    def generate(self, request, /, on_progress):  # noqa: ARG002 - it is done at once
        plan = request.plan
        self.given[plan.id] = request.sound
        frames = np.full((plan.length, *plan.size[::-1], 3), 90, np.uint8)
        if request.prefix is not None:
            frames[: plan.prefix] = request.prefix
        if self.alone:
            sound = 0.05 * np.random.default_rng(plan.index).standard_normal(plan.length * 2000)
        else:
            start = 24000 + plan.frames.start * 2000 - self.late.get(plan.index, 0)
            sound = self.heard[start : start + plan.length * 2000]
        return Clip(frames, {}, Waveform(sound[None, :: 48000 // self.rate].astype(np.float32), self.rate))


def bed(length_s=4.5):
    return 0.02 * np.random.default_rng(5).standard_normal(int(length_s * 48000))


def studio_of(text, maker, folder):
    rehearsal = rehearse(read(text, "list.yaml"))
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    return Studio(rehearsal, plan, maker, Store(folder))


def delivered(text, maker, folder):
    """The entry of the first shot's delivery."""
    with closing(studio_of(text, maker, folder)) as studio:
        for segment in studio.plan.segments:
            studio.render(segment)
        return studio.deliveries.deliver(studio.plan.shots[0])


def test_clips_that_came_late_are_heard_in_step(tmp_path):
    maker = Band(bed(), {1: 300, 2: -150})
    entry = delivered(QUIET, maker, tmp_path)
    expected = maker.heard[24000:][: 2 * 48000]
    assert np.abs(shot_sound(entry)[0, : 2 * 48000] - expected).max() < 0.002
    said = entry.notes["sound"]
    assert said[0].startswith("the sound of `throw/1` was moved by -6.25 ms to where that of `throw/0` goes on (conf")
    assert said[1].startswith("the sound of `throw/2` was moved by +3.12 ms to where that of `throw/1` goes on (conf")
    assert "sound_unmoved" not in entry.notes


def test_a_shot_is_heard_as_its_blows_are_seen(tmp_path):
    rehearsal = rehearse(read(LIST, "list.yaml"))
    blows = [c.time_s for c in rehearsal.story.contacts["yard"] if c.kind == "blow" and c.time_s < 2.4]
    late_s, heard = 0.03, 0.1 * bed()
    ring = np.exp(-np.arange(9600) / 600) * np.random.default_rng(1).standard_normal(9600)
    for time_s in blows:
        at = 24000 + round((time_s + late_s) * 48000)
        heard[at : at + 9600] += 0.2 * ring[: len(heard) - at]
    entry = delivered(LIST, Band(heard), tmp_path)
    (said,) = entry.notes["sound"]
    assert said.startswith("the sound of `throw` was moved by -")
    assert float(said.split(" ms ")[0].split()[-1]) == pytest.approx(-30, abs=2)
    moved = shot_sound(entry)[0]
    at = round(blows[0] * 48000)
    begins = at - 480 + int(np.argmax(np.abs(moved[at - 480 : at + 480]) > 0.05))
    assert begins == pytest.approx(at, abs=96), "2 ms"


def test_what_is_not_sure_is_left_and_said_where(tmp_path):
    maker = Band(bed(), alone=True)
    rehearsal = rehearse(read(QUIET, "list.yaml"))
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    store, out = Store(tmp_path / "cache"), tmp_path / "out"
    film = render(rehearsal, plan, maker, store, out, None, RenderOptions())
    assert len(film.warnings) == len(plan.segments) - 1
    lines = told(film.warnings[0]).splitlines()
    assert lines[0].startswith(
        "list.yaml:12:5: warning: the sound of `throw/1` was not moved: it does not tell where that of `throw/0` goes on "
        "(confidence 0.00, 0.25 needed) [sound-unmoved]"
    )
    assert lines[-1] == "  it is heard as it came: listen to it"
    said = json.loads((out / "state" / "throw.json").read_text())["sound"]
    assert said[0].startswith("the sound of `throw/1` was not moved")
    again = render(rehearsal, plan, maker, store, out, None, RenderOptions())
    assert (again.made, again.warnings) == (0, film.warnings), "it is said again"


def test_its_own_rate_is_brought_to_the_films(tmp_path):
    tone = 0.2 * np.sin(2 * np.pi * 440 * np.arange(-24000, 192000) / 48000)
    heard = shot_sound(delivered(QUIET, Band(tone, rate=24000), tmp_path))
    assert np.abs(heard[0, 2000:96000] - tone[26000:120000]).max() < 2e-3


def test_a_rate_that_is_none_is_refused(tmp_path):
    with pytest.raises(
        GeneratorError, match="made sound of 480 samples a second for segment `throw/0`; expected 8000 to 192000"
    ):
        delivered(QUIET, Band(bed(), rate=480), tmp_path)


@pytest.mark.parametrize(("level_db", "share"), [(0.0, 1.0), (-6.0, 0.501), (20.0, 10.0)])
def test_its_own_sound_is_as_loud_as_asked(tmp_path, level_db, share):
    entry = delivered(QUIET, Band(bed()), tmp_path)
    np.testing.assert_allclose(shot_sound(entry, level_db), share * np.asarray(shot_sound(entry)), rtol=2e-3, atol=1e-6)
    assert shot_sound(entry, -np.inf) is None


def film_sound(text, maker, folder):
    """What a film of one shot sounds like before it is mastered, its ambience stem, and the key of its delivery."""
    with closing(studio_of(text, maker, folder)) as studio:
        for segment in studio.plan.segments:
            studio.render(segment)
        entry = studio.deliveries.deliver(studio.plan.shots[0])
        mix = Sounding(studio.rehearsal, studio.plan, [entry]).mix()
        return np.concatenate(list(mix.stem_blocks("ambience", 0.0)), axis=1), entry.key


def test_the_list_says_how_loud_its_own_sound_is_and_nothing_is_made_anew(tmp_path):
    heard = {}
    for word in ("0dB", "-6dB", "mute"):
        text = QUIET.replace("from: south}", f"from: south}}, sound: {{own: {word}}}")
        maker = Band(bed())
        heard[word], key = film_sound(text, maker, tmp_path)
        assert bool(maker.given) == (word == "0dB"), "its clips are in the store"
        heard[word, "key"] = key
    assert heard["0dB", "key"] == heard["-6dB", "key"] == heard["mute", "key"]
    inside = slice(4800, 90000)
    np.testing.assert_allclose(heard["-6dB"][:, inside], 0.5012 * heard["0dB"][:, inside], atol=1e-4)
    assert heard["0dB"][:, inside].std() > 0.01
    assert not heard["mute"].any(), "the place has no bed"


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("quiet", ["`quiet` is not a level [quantity]", "expected `-60dB` to `+24dB`, such as `-18dB`"]),
        ("-6", ["`-6` has no unit [no-unit]", "expected `-60dB` to `+24dB`. Did you mean `-6dB`?"]),
        ("90dB", ["a level of 90 dB [range]", "expected `-60dB` to `+24dB`. Did you mean `24dB`?"]),
    ],
)
def test_a_level_that_is_none_is_told_with_its_place(value, lines):
    text = QUIET.replace("from: south}", f"from: south}}, sound: {{own: {value}}}")
    with pytest.raises(ShotListError) as stopped:
        read(text, "list.yaml")
    said = str(stopped.value).splitlines()
    assert said[0] == f"list.yaml:12:85: error: {lines[0]}"
    assert said[-1] == f"  {lines[1]}"


# --- handed on ------------------------------------------------------------------------------------------------------------


def continuing(maker):
    return replace(maker, capabilities=replace(maker.capabilities, continues_sound=True))


def test_the_tail_goes_to_the_next_clip_as_a_waveform(tmp_path):
    maker = continuing(Band(bed()))
    with closing(studio_of(QUIET, maker, tmp_path)) as studio:
        for segment in studio.plan.segments:
            studio.render(segment)
    assert maker.given["throw/0"] is None
    assert len(studio.plan.segments) > 1
    for segment in studio.plan.segments[1:]:
        sound = maker.given[segment.id]
        start = 24000 + segment.frames.start * 2000
        assert (sound.samples.shape, sound.rate) == ((2, 9 * 2000), 48000)
        np.testing.assert_allclose(sound.samples[1], maker.heard[start : start + 18000], atol=1e-6)


def test_whoever_does_not_ask_for_it_is_given_none(tmp_path):
    maker = Band(bed())
    delivered(QUIET, maker, tmp_path)
    assert set(maker.given.values()) == {None}


def test_keys_of_generators_that_do_not_ask_stay_what_they_were():
    """As if the fields that joined later never had."""
    can = Band(bed()).capabilities
    known = [f for f in fields(can) if f.name != "continues_sound" and not f.metadata.get("joined_later")]
    before = make_dataclass("Capabilities", [f.name for f in known])(*(getattr(can, f.name) for f in known))
    assert digest(can) == digest(before)
    assert digest(replace(can, continues_sound=True)) != digest(can)


def test_a_native_clip_keeps_the_sound_as_it_came(tmp_path):
    """Whatever is done to it is done in its shot, and can be done otherwise."""
    maker = Band(bed(), {1: 300})
    with closing(studio_of(QUIET, maker, tmp_path)) as studio:
        for segment in studio.plan.segments[:2]:
            studio.render(segment)
        native = media.written_sound(studio.clips.entry("throw/1").path(SOUND))
    start = 24000 + studio.plan.segments[1].frames.start * 2000 - 300
    np.testing.assert_array_equal(native[0], maker.heard[start : start + 66000].astype(np.float32))
