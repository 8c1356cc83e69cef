"""The whole flow on small films: what comes out, what is kept, what is handed over, what survives trouble."""

import json
import os
import shutil
from fractions import Fraction

import av
import numpy as np
import pytest

import composer
from composer import generators, media
from composer.composing.clips import NATIVE
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.errors import FolderInUseError, StorageError
from composer.run import hold
from composer.schema import ShotList
from composer.store import Store, file_digest
from composer.timing import FRAME_RATES, SAMPLE_RATE, FrameRange, to_samples
from composer.types import GROUND

TOLD = (".lock", ".render/status.json", "timeline.json")
"""What tells of the render, not of the film."""


def listed(text):
    return composer.read(text, "small.yaml")


def everything(folder):
    kept = (".store", ".render")
    files = (p for p in folder.rglob("*") if p.is_file() and not set(kept) & set(p.parts))
    return {p.relative_to(folder).as_posix(): p for p in files}


def stamps(folder):
    files = everything(folder).items()
    return {name: (path.stat().st_mtime_ns, file_digest(path)) for name, path in files if name not in TOLD}


def test_all_that_is_promised_lies_in_the_folder(small_film):
    found = set(everything(small_film.folder)) - {".lock"}
    shots = ("front", "back", "onward")
    assert found == {
        "film.mp4",
        "plan.json",
        "contact_sheet.png",
        "map.png",
        "manifest.json",
        "timeline.json",
        *(f"clips/{s}.mp4" for s in shots),
        *(f"state/{s}.json" for s in shots),
    }


def test_the_film_has_exactly_the_frames_of_its_plan_and_sound_to_match(small_film):
    plan = json.loads((small_film.folder / "plan.json").read_text())
    assert (plan["fps"], plan["frames"]) == ("24/1", 72)
    frames = list(media.read_frames(small_film.path))
    assert len(frames) == 72
    with av.open(str(small_film.path)) as container:
        heard = sum(f.samples for f in container.decode(audio=0))
    assert abs(heard - to_samples(72, Fraction(24))) <= 1024


@pytest.mark.parametrize("rate", FRAME_RATES)
def test_frames_and_sound_are_exact_at_every_rate(small_text, tmp_path, rate):
    text = (
        small_text.replace("fps: 24", f"fps: {rate}")
        .replace("duration: 1.5s", "duration: 0.37s")
        .replace("duration: 1s", "duration: 7f")
    )
    film = composer.compose(listed(text), generator="previz", out=tmp_path, draft=True)
    fps = FRAME_RATES[rate]
    with av.open(str(film.path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.average_rate == fps
        seen = sum(1 for _ in container.decode(picture))
        container.seek(0)
        heard = sum(f.samples for f in container.decode(sound))
    assert seen == film.plan.frames
    assert abs(heard - Fraction(seen) / fps * SAMPLE_RATE) <= 1024


def test_the_film_says_that_it_is_synthetic(small_film, recall_film):
    for film, kind in ((small_film, "algorithmicMedia"), (recall_film, "compositeWithTrainedAlgorithmicMedia")):
        with av.open(str(film.path)) as container:
            assert kind in container.metadata["comment"]
            assert container.metadata["title"] == "Small"


def test_a_frame_of_the_film_is_the_frame_of_its_clip(small_film):
    film = list(media.read_frames(small_film.path))
    for shot in small_film.plan.shots:
        clip = small_film.clip(shot.shot).frames
        assert len(clip) == shot.clip_length
        np.testing.assert_array_equal(clip[: len(shot.frames)], film[shot.frames.start : shot.frames.stop])


def test_an_unknown_clip_is_told_with_those_there_are(small_film):
    with pytest.raises(KeyError, match="front, back, onward"):
        small_film.clip("middle")
    assert len(small_film.clip(-1).frames) == small_film.plan.shots[-1].clip_length


def test_state_tells_where_everyone_is(small_film):
    state = json.loads((small_film.folder / "state" / "front.json").read_text())
    assert state["frames"] == [0, 24]
    assert len(state["camera"]["K"]) == 24 + state["handle"]
    walked = np.array(state["bodies"]["ada"]["T_world_body"])[:, :3, 3]
    assert np.linalg.norm(walked[24] - walked[0]) == pytest.approx(1.4, abs=0.25)
    after = json.loads((small_film.folder / "state" / "back.json").read_text())
    np.testing.assert_allclose(after["bodies"]["ada"]["T_world_body"][0], state["bodies"]["ada"]["T_world_body"][24])


@pytest.mark.usefixtures("warm_cache")
def test_nothing_changed_renders_nothing_and_writes_nothing(small_film, small_text):
    before = stamps(small_film.folder)
    again = composer.compose(listed(small_text), generator="previz", out=small_film.folder)
    assert again.kept == len(again.plan.segments)
    assert stamps(small_film.folder) == before


def test_the_same_list_gives_the_same_bytes(small_film, small_text, tmp_path):
    other = composer.compose(listed(small_text), generator="previz", out=tmp_path)
    for name, path in everything(small_film.folder).items():
        if name not in TOLD:
            assert file_digest(path) == file_digest(everything(other.folder)[name]), name


@pytest.mark.usefixtures("warm_cache")
def test_one_edited_shot_renders_alone_with_what_continues_it(small_film, small_text, tmp_path):
    shutil.copytree(small_film.folder, tmp_path / "out")
    edited = small_text.replace("arc left 20deg", "arc left 25deg")
    film = composer.compose(listed(edited), generator="previz", out=tmp_path / "out")
    assert film.kept == 1, "`front` is kept; `back` was edited, and `onward` goes on from its last frame"
    renamed = composer.compose(
        listed(edited.replace("title: Small", "title: Other")), generator="previz", out=tmp_path / "out"
    )
    assert renamed.kept == 3
    with av.open(str(renamed.path)) as container:
        assert container.metadata["title"] == "Other"


def test_a_shot_that_is_gone_leaves_no_clip_behind(small_film, small_text, tmp_path):
    shutil.copytree(small_film.folder, tmp_path / "out")
    (tmp_path / "out" / "clips" / "mine.txt").write_text("keep me")
    shorter = small_text[: small_text.index("  - shot: onward")]
    composer.compose(listed(shorter), generator="previz", out=tmp_path / "out")
    assert {p.name for p in (tmp_path / "out" / "clips").iterdir()} == {"front.mp4", "back.mp4", "mine.txt"}


def test_a_damaged_film_is_written_again(small_film, small_text, tmp_path):
    shutil.copytree(small_film.folder, tmp_path / "out")
    with (tmp_path / "out" / "film.mp4").open("r+b") as file:
        file.seek(2000)
        file.write(b"\0\0\0\0")
    film = composer.compose(listed(small_text), generator="previz", out=tmp_path / "out")
    assert file_digest(film.path) == file_digest(small_film.path)


def test_a_model_renders_on_its_own_grid_and_the_film_keeps_its_own(recall_film):
    plan = recall_film.plan
    assert plan.native_size == (128, 96)
    assert {s.fps for s in plan.segments} == {Fraction(12)}
    assert all((s.length - 1) % 8 == 0 for s in plan.segments)
    frames = list(media.read_frames(recall_film.path))
    assert len(frames) == 72
    assert frames[0].shape == (72, 128, 3)


def test_memory_carries_what_was_invented_across_a_cut(recall_film, warm_cache, high_text):
    maker = generators.load("recall")
    rehearsal = rehearse(listed(high_text))
    studio = Studio(rehearsal, recall_film.plan, maker, Store(warm_cache), None)
    front, back = recall_film.plan.segments[:2]
    assert {source.segment for source in back.memory} == {front.id}
    assert all(studio.render(segment).kept for segment in (front, back))
    made = [next(iter(media.read_frames(studio.clips.entry(s.id).path(NATIVE)))) for s in (front, back)]
    control = studio.requests.controls(back, *rehearsal.tracks(back)).frame(0)
    ground = control.memory_mask & (control.anchor_id == GROUND)
    assert ground.mean() > 0.03
    np.testing.assert_array_equal(made[1][ground], control.memory[ground])
    seen_before = studio.requests.controls(front, *rehearsal.tracks(front)).frame(0).anchor_id == GROUND
    error = np.abs(np.median(made[1][ground], axis=0) - np.median(made[0][seen_before], axis=0))
    assert error.max() < 3, "the ground keeps the colour that `front` invented for it"
    fresh = np.median(made[1][~control.memory_mask & (control.anchor_id == GROUND)], axis=0)
    assert np.abs(fresh - np.median(made[0][seen_before], axis=0)).max() > 20, "another seed would have chosen another"


def test_an_independent_shot_remembers_nothing(small_text, plugin):
    alone = listed(small_text.replace("    duration: 1.5s", "    duration: 1.5s\n    join: independent"))
    plan = composer.plan(alone, generator=plugin)
    assert plan.segments[1].shot == "back"
    assert plan.segments[1].memory == ()


def test_a_hidden_cut_continues_on_the_last_frame(small_film):
    film = list(media.read_frames(small_film.path))
    onward = small_film.plan.shots[2].frames
    step = [np.abs(film[i].astype(int) - film[i - 1]).mean() for i in range(onward.start - 4, onward.start + 4)]
    cut = np.abs(film[24].astype(int) - film[23]).mean()
    assert max(step) < cut / 3


def test_a_draft_is_small(small_text, tmp_path):
    film = composer.compose(
        listed(small_text.replace("size: 128x72", "size: 768x432")), generator="previz", out=tmp_path, draft=True
    )
    assert media.probe(film.path).size == (384, 216)


def test_a_folder_in_use_is_left_alone(small_text, tmp_path):
    with hold(tmp_path), pytest.raises(FolderInUseError):
        composer.compose(listed(small_text), generator="previz", out=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_a_sentence(small_text, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="permission denied"):
        composer.compose(listed(small_text), generator="previz", out=tmp_path / "out")


def test_a_file_in_the_way_is_a_sentence(small_text, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(StorageError, match="out"):
        composer.compose(listed(small_text), generator="previz", out=tmp_path / "out")


def test_a_list_built_in_python_renders(tmp_path):
    shotlist = ShotList.model_validate(
        {
            "title": "Made in Python",
            "size": (128, 72),
            "places": {"yard": {"anchors": {"tower": {"box": (4, 4, 9)}}}},
            "shots": [{"shot": "one", "duration": "5f", "camera": {"frame": "WS tower"}}],
        }
    )
    film = composer.compose(shotlist, generator="previz", out=tmp_path)
    assert media.probe(film.path).frames == 5


def test_faults_of_a_list_built_in_python_name_their_key(tmp_path):
    shotlist = ShotList.model_validate(
        {
            "places": {"yard": {"anchors": {"tower": {"box": (4, 4, 9), "at": (0, 0, -1)}}}},
            "shots": [{"shot": "one", "duration": "5f", "camera": {"frame": "WS tower"}}],
        }
    )
    with pytest.raises(composer.ShotListError) as caught:
        composer.compose(shotlist, generator="previz", out=tmp_path / "out")
    (fault,) = caught.value.faults
    assert fault.path == ("places", "yard", "anchors", "tower", "at", 2)
    assert "places.yard.anchors.tower.at[2]" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_the_film_is_a_moviepy_clip(small_film):
    clip = small_film.to_moviepy()
    assert clip.duration == pytest.approx(3.0)
    assert clip.fps == 24
    last = next(iter(media.read_frames(small_film.path, FrameRange(71, 72))))
    np.testing.assert_array_equal(clip.get_frame(71 / 24), last)
