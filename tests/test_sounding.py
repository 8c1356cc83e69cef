"""Music, lines and effects in a film: one loudness, ducking, stems, subtitles, chapters; what is told of mistakes."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.io import wavfile
from typer.testing import CliRunner

import composer
from composer import generators, media
from composer.audio import (
    CEILING_DBTP,
    STEMS,
    Faded,
    Mix,
    Placed,
    Scenes,
    Score,
    Span,
    Tune,
    ambience,
    excerpt,
    loudness_lufs,
    master,
    true_peak_db,
)
from composer.audio.noise import CHUNK
from composer.cli import app
from composer.composing.options import RenderOptions
from composer.composing.rehearsal import rehearse
from composer.composing.rendering import render as render_film
from composer.composing.sounding import Sounding
from composer.media import Subtitle, srt, vtt
from composer.planning import PlanOptions
from composer.store import Entry, Store
from composer.timing import SAMPLE_RATE, FrameRange, to_samples
from composer.types import Capabilities, Clip, FrameGrid, Waveform

FILM = """\
version: 1
fps: 24
size: 128x72
loudness: -20LUFS
music: {mood: calm, tempo: 90, key: D minor, bars: cuts}
places:
  quay: {ambience: wind, anchors: {tower: {box: 2 x 2 x 8m}}}
  hall: {ambience: room tone, anchors: {desk: {box: 2 x 2 x 1m}}}
subjects:
  mara: {person: 1.7m, place: quay, at: [4, -4]}
shots:
  - shot: out
    duration: 2s
    place: quay
    camera: WS tower
    dialogue: {who: mara, line: "Who left that up there?", at: 0.5s, file: line.wav}
  - shot: inside
    duration: 1s
    place: hall
    camera: WS desk
    sound: {j_cut: 0.5s, effects: {file: line.wav, at: 0.5s, level: -20dB}}
    dialogue: {who: mara, line: Nobody., at: 0.25s}
"""


def noise(seconds, seed=0, level=0.1):
    return (level * np.random.default_rng(seed).standard_normal((2, int(seconds * SAMPLE_RATE)))).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("film")
    t = np.arange(int(0.8 * SAMPLE_RATE)) / SAMPLE_RATE
    voice = 0.1 * np.sin(2 * np.pi * 300 * t) * np.sin(2 * np.pi * 2 * t)
    wavfile.write(folder / "line.wav", SAMPLE_RATE, voice.astype(np.float32))
    (folder / "list.yaml").write_text(FILM)
    return folder


@pytest.fixture(scope="module")
def film(folder):
    shotlist = composer.load(folder / "list.yaml")
    return composer.compose(shotlist, generator="previz", out=folder / "out", cache=folder / "cache", stems=True)


def test_a_film_has_its_loudness_its_subtitles_and_a_chapter_a_shot(film):
    sound = media.read_sound(film.path)
    assert abs(loudness_lufs(Waveform(sound.samples[:, : 3 * SAMPLE_RATE])) + 20) <= 0.2
    assert true_peak_db(sound) <= -1
    with media.opened(film.path) as container:
        chapters = [(c["metadata"]["title"], c["start"] * c["time_base"]) for c in container.chapters()]
        told = [bytes(packet)[2:] for packet in container.demux(container.streams.subtitles[0]) if packet.size > 2]
    assert chapters == [("out", 0), ("inside", 2)]
    assert told == [b"Who left that up there?", b"Nobody."]
    assert "00:00:00,500 --> 00:00:01,300\nWho left that up there?" in (film.folder / "film.srt").read_text()
    assert "00:00:02.250 --> 00:00:03.000\nNobody." in (film.folder / "film.vtt").read_text()
    assert film.plan.losses == ("lines without a file are not spoken: they are subtitles alone",)


def test_stems_sum_to_the_film_where_nothing_is_limited(film):
    stems = [media.written_sound(film.folder / "stems" / f"{name}.wav") for name in STEMS]
    whole = np.sum(stems, axis=0)
    assert whole.shape == (2, 3 * SAMPLE_RATE)
    assert all(stem.any() for stem in stems)
    heard = media.read_sound(film.path).samples[:, : whole.shape[1]]
    correlation = (heard * whole).sum() / np.sqrt((heard**2).sum() * (whole**2).sum())
    assert correlation > 0.97  # the film's has been through AAC


def test_sound_edits_generate_nothing(film, folder):
    quieter = FILM.replace("-20LUFS", "-23LUFS").replace("Nobody.", "No one.").replace("j_cut: 0.5s", "j_cut: 0.25s")
    again = composer.compose(
        composer.read(quieter, "list.yaml", folder), generator="previz", out=folder / "again", cache=folder / "cache"
    )
    assert (again.made, again.kept) == (0, film.made)
    assert again.path.read_bytes() != film.path.read_bytes()


@pytest.mark.parametrize("wanted", [-14.0, -16.0, -23.0])
@pytest.mark.parametrize("peaks", [0, 40])
def test_a_mix_comes_to_its_loudness_under_the_ceiling(wanted, peaks):
    samples = noise(6, level=0.05)
    at = np.random.default_rng(1).integers(0, samples.shape[1], peaks)
    samples[:, at] = 0.9
    track = Placed(0, samples)
    mastered = master(track.read, samples.shape[1], wanted)
    once, twice = (np.concatenate(list(mastered.blocks()), axis=1) for _ in range(2))
    assert np.array_equal(once, twice)
    assert once.shape == samples.shape
    assert abs(loudness_lufs(Waveform(once)) - wanted) <= 0.2
    assert true_peak_db(Waveform(once)) <= -1
    if not peaks and wanted == -23:
        np.testing.assert_allclose(once / samples, np.float32(10 ** (mastered.gain_db / 20)), rtol=1e-5)
    if peaks and wanted == -14:
        unlimited = samples * 10 ** (mastered.gain_db / 20)
        assert true_peak_db(Waveform(unlimited)) > 0 > CEILING_DBTP


def test_no_true_peak_passes_a_decibel_below_full_scale_out_of_the_encoder_either(tmp_path):
    fire = ambience("hearth", ("fire",), 7, tmp_path)
    count = 12 * SAMPLE_RATE

    def heard(mastered):
        coded = np.concatenate(list(media.through_aac(mastered.blocks())), axis=1)
        return true_peak_db(Waveform(coded)), loudness_lufs(Waveform(coded[:, 1024 : 1024 + count]))

    held = master(fire.read, count, -16.0, coded=media.through_aac)
    assert heard(master(fire.read, count, -16.0))[0] > -1  # an encoder adds to crackles
    assert heard(held)[0] <= -1
    assert abs(heard(held)[1] + 16) < 0.6  # what AAC itself takes from crackles
    assert abs(loudness_lufs(Waveform(np.concatenate(list(held.blocks()), axis=1))) + 16) <= 0.2


@pytest.mark.parametrize("samples", [1, 1023, 1024, 5000])
def test_the_encoder_adds_its_priming_before_sound_and_padding_after_it(samples):
    tone = np.sin(2 * np.pi * 440 * np.arange(samples) / SAMPLE_RATE).astype(np.float32)
    parts = np.array_split(np.stack([tone, tone]), 3, axis=1)
    heard = np.concatenate([np.zeros((2, 0)), *media.through_aac(iter(parts))], axis=1)
    assert 0 <= heard.shape[1] - samples - 1024 < 1024
    assert np.abs(heard[:, 1024 : 1024 + samples] - tone).max() < 0.2


def test_a_lone_click_is_not_made_as_loud_as_a_film():
    samples = np.zeros((2, 4 * SAMPLE_RATE), np.float32)
    samples[:, SAMPLE_RATE] = 0.5
    mastered = master(Placed(0, samples).read, samples.shape[1], -16.0)
    assert 20 * np.log10(0.5) + mastered.gain_db <= CEILING_DBTP + 30.001
    assert true_peak_db(Waveform(np.concatenate(list(mastered.blocks()), axis=1))) <= -1


@pytest.mark.parametrize("samples", [0, 1, 1000, CHUNK, CHUNK + 1])
def test_what_is_silent_or_short_keeps_its_length(samples):
    silent = master(Placed(0, np.zeros((2, 0), np.float32)).read, samples, -16.0)
    blocks = [np.zeros((2, 0), np.float32), *silent.blocks()]
    whole = np.concatenate(blocks, axis=1)
    assert whole.shape == (2, samples)
    assert not whole.any()


def test_music_gives_way_to_a_line_before_it_begins():
    ones = Placed(0, np.ones((2, 6 * SAMPLE_RATE), np.float32))
    mix = Mix(6 * SAMPLE_RATE, {"music": [ones], "effects": [ones]}, [(2 * SAMPLE_RATE, 3 * SAMPLE_RATE)])
    music = 20 * np.log10(mix.stem("music", 0, mix.length)[0])
    assert np.allclose(music[: int(1.6 * SAMPLE_RATE)], 0, atol=1e-4)
    assert np.allclose(music[2 * SAMPLE_RATE : 3 * SAMPLE_RATE], -12, atol=1e-4)
    assert np.allclose(music[int(3.75 * SAMPLE_RATE) :], 0, atol=1e-4)
    assert np.abs(np.diff(music)).max() < 0.01  # dB a sample: no click
    assert (mix.stem("effects", 0, mix.length) == 1).all()
    whole = mix.read(0, mix.length)
    parts = [mix.read(n, min(n + 7001, mix.length)) for n in range(0, mix.length, 7001)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


def test_a_j_cut_leads_and_an_l_cut_outlasts_the_picture(tmp_path):
    beds = {"quay": ("wind",), "hall": ("hum",)}
    fps = composer.read(FILM, "x").fps
    second = SAMPLE_RATE

    def heard(leads=0, outlasts=0):
        spans = [Span("quay", FrameRange(0, 48), None, 0, outlasts), Span("hall", FrameRange(48, 96), None, leads)]
        return Scenes(spans, beds, fps, 7, tmp_path).read(0, 4 * second)

    quay = Scenes([Span("quay", FrameRange(0, 96))], beds, fps, 7, tmp_path).read(0, 4 * second)
    hall = Scenes([Span("hall", FrameRange(0, 96))], beds, fps, 7, tmp_path).read(0, 4 * second)
    early, late = heard(leads=second), heard(outlasts=second)
    assert early.shape == late.shape == heard().shape
    middle = slice(int(1.6 * second), int(1.9 * second))
    assert np.array_equal(early[:, middle], hall[:, middle])
    assert np.array_equal(heard()[:, middle], quay[:, middle])
    after = slice(int(2.1 * second), int(2.4 * second))
    assert np.array_equal(late[:, after], quay[:, after])
    assert np.array_equal(heard()[:, after], hall[:, after])
    assert np.array_equal(
        late[:, int(3.1 * second) : int(3.9 * second)], hall[:, int(3.1 * second) : int(3.9 * second)]
    )


def test_two_hundred_joins_without_a_click(tmp_path):
    fps = composer.read(FILM, "x").fps
    beds = {"quay": ("room tone",), "hall": ("hum",)}
    spans = [Span(("quay", "hall")[n % 2], FrameRange(6 * n, 6 * n + 6)) for n in range(201)]
    scenes = Scenes(spans, beds, fps, 3, tmp_path)
    sound = scenes.read(0, scenes.length)[0]
    for n in range(1, 201):
        at = to_samples(6 * n, fps)
        third = np.abs(np.diff(sound[at - 4800 : at + 4800], 3))
        assert third[4790:4810].max() / third.mean() <= 12


def test_bars_of_a_score_begin_at_cuts():
    cuts = [0, 150_000, 391_111, 500_000]
    score = Score(Tune("tense", 120, "C# minor"), 7, 0, 700_000, cuts)
    assert set(cuts) <= set(score.bars)
    lengths = np.diff(score.bars[: score.bars.index(500_000) + 1]) / (2 * SAMPLE_RATE)
    assert (np.abs(np.log2(lengths)) <= 0.6).all()
    whole = score.read(0, 700_000)
    assert np.array_equal(score.read(123_456, 234_567), whole[:, 123_456:234_567])
    assert np.array_equal(Score(Tune("tense", 120, "C# minor"), 7, 0, 700_000, cuts).read(0, 700_000), whole)
    assert not np.array_equal(Score(Tune("tense", 120, "C# minor"), 8, 0, 700_000, cuts).read(0, 700_000), whole)
    pitch = np.fft.rfft(Score(Tune("calm", 60, "A minor"), 7, 0, 200_000).read(0, 190_000)[0])
    octaves = np.log2(np.argmax(np.abs(pitch)) * SAMPLE_RATE / 190_000 / 110)
    assert abs(octaves - round(octaves)) < 0.01  # its root is an A


def test_what_comes_and_goes_does_so_over_its_fade():
    ones = Placed(100, np.ones((2, 1000), np.float32))
    faded = Faded(ones, 100, 1100, -6.0, 200).read(0, 1200)[0]
    assert not faded[:100].any()
    assert not faded[1100:].any()
    assert faded[101] < 0.02 > faded[1098]
    assert np.allclose(faded[300:900], 10 ** (-6 / 20))


def test_subtitle_files_hold_what_is_said():
    said = [Subtitle(Fraction(3723, 1) + Fraction(1, 8), Fraction(3725), "a < b & c\n\nd")]
    assert srt(said) == "1\n01:02:03,125 --> 01:02:05,000\na < b & c\nd\n"
    assert vtt(said) == "WEBVTT\n\n01:02:03.125 --> 01:02:05.000\na &lt; b &amp; c\nd\n"


MISTAKES = {
    "file: line.wav}\n  - shot": ("file: lyne.wav}\n  - shot", "no-file"),
    "at: 0.5s, file": ("at: 2s, file", "outside-shot"),
    "who: mara, line: Nobody.": ("who: marra, line: Nobody.", "unknown-name"),
    "j_cut: 0.5s": ("j_cut: 3s", "sound-times"),
    "level: -20dB": ("level: -20", "no-unit"),
    "loudness: -20LUFS": ("loudness: -20dB", "wrong-unit"),
    "mood: calm, tempo": ("tempo", "music"),
    "music: {mood: calm, tempo: 90": ("music: {file: line.wav, in: 3s, out: 2s, tempo: 90", "sound-times"),
    "key: D minor": ("key: D moll", "key"),
    "bars: cuts": ("at: outt + 1s", "unknown-name"),
}


@pytest.mark.parametrize("before", MISTAKES)
def test_mistakes_are_located_and_named(folder, before):
    after, code = MISTAKES[before]
    assert FILM.count(before) == 1
    with pytest.raises(composer.ShotListError) as raised:
        composer.read(FILM.replace(before, after), "list.yaml", folder)
    assert [fault.code for fault in raised.value.faults] == [code]


def test_a_file_that_is_no_sound_is_told_at_its_key(folder):
    (folder / "text.wav").write_text("no sound")
    shotlist = composer.read(FILM.replace("at: 0.5s, file: line.wav", "at: 0.5s, file: text.wav"), "list.yaml", folder)
    (fault,) = [fault for fault in composer.check(shotlist) if fault.severity == "error"]
    assert (fault.line, fault.code) == (16, "unreadable")


# --- what edits do to sound -------------------------------------------------------------------------------------------


def scenes(tmp_path, *made, beds=None):
    return Scenes(made, beds or {"quay": ("wind",), "hall": ("hum",)}, Fraction(24), 7, tmp_path)


def level_db(sound):
    return 20 * np.log10(max(float(np.sqrt((sound**2).mean())), 1e-9))


def test_a_bed_passes_into_another_over_a_dissolve(tmp_path):
    quay, hall = FrameRange(0, 48), FrameRange(48, 120)
    plain = [scenes(tmp_path, Span(name, FrameRange(0, 120))).read(0, 240_000) for name in ("quay", "hall")]
    cut = scenes(tmp_path, Span("quay", quay), Span("hall", hall)).read(0, 240_000)
    heard = scenes(tmp_path, Span("quay", quay), Span("hall", hall, dissolves=48_000)).read(0, 240_000)
    assert np.array_equal(heard[:, 2000:96_000], plain[0][:, 2000:96_000]), "it begins at the cut"
    assert np.array_equal(heard[:, 144_000:230_000], plain[1][:, 144_000:230_000]), "and ends with the dissolve"
    middle = slice(118_000, 122_000)
    mixed = np.sqrt(0.5) * (plain[0] + plain[1])
    assert np.abs(heard[:, middle] - mixed[:, middle]).max() < 0.1 * np.abs(mixed[:, middle]).max()
    assert np.array_equal(cut[:, 100_000:230_000], plain[1][:, 100_000:230_000]), "where a cut is heard at once"


def test_a_clips_own_sound_runs_on_under_a_dissolve(tmp_path):
    own = np.full((2, 60_000), 0.5, np.float32)  # 12 frames of handle
    one, two = Span("quay", FrameRange(0, 18), own), Span("void", FrameRange(18, 48), dissolves=24_000)
    heard = scenes(tmp_path, one, two).read(0, 96_000)[0]
    assert np.allclose(heard[2000:36_000], 0.5)
    share = (np.arange(24_000) + 0.5) / 24_000
    assert np.allclose(heard[36_000:60_000], 0.5 * np.cos(share * np.pi / 2), atol=1e-3)
    assert not heard[60_000:].any()


def test_sound_comes_and_goes_with_a_fade_of_the_picture(tmp_path):
    frames = FrameRange(0, 96)
    plain = scenes(tmp_path, Span("hall", frames)).read(0, 192_000)
    faded = scenes(tmp_path, Span("hall", frames, rises=48_000, falls=24_000)).read(0, 192_000)
    assert np.array_equal(faded[:, 48_000:168_000], plain[:, 48_000:168_000])
    half = np.sqrt(0.5)
    for at in (24_000, 180_000):
        near = slice(at - 100, at + 100)
        assert np.allclose(faded[:, near], half * plain[:, near], atol=0.01 * np.abs(plain).max())
    assert level_db(faded[:, :2400]) < level_db(plain[:, 2000:4400]) - 20
    assert level_db(faded[:, -1200:]) < level_db(plain[:, -4000:-2000]) - 20


def test_a_place_that_goes_on_after_a_fade_is_heard_again(tmp_path):
    spans = Span("hall", FrameRange(0, 48), falls=24_000), Span("hall", FrameRange(48, 96), rises=24_000)
    faded, plain = scenes(tmp_path, *spans), scenes(tmp_path, Span("hall", FrameRange(0, 96)))
    heard, whole = faded.read(0, 192_000), plain.read(0, 192_000)
    assert level_db(heard[:, 95_000:97_000]) < level_db(whole[:, 95_000:97_000]) - 20
    assert np.array_equal(heard[:, 130_000:190_000], whole[:, 130_000:190_000])
    third = np.abs(np.diff(heard[0, 91_200:100_800], 3))
    assert third[4790:4810].max() / third.mean() <= 12


@pytest.mark.parametrize(("word", "louder", "quieter"), [("birds", "dawn", "night"), ("crickets", "night", "day")])
def test_a_bed_knows_the_time_of_day(tmp_path, word, louder, quieter):
    def heard(light, words):
        return ambience("quay", words, 7, tmp_path, light).read(0, 4 * SAMPLE_RATE)

    assert level_db(heard(louder, [word])) > level_db(heard(quieter, [word])) + 12
    assert np.array_equal(heard(louder, ["wind"]), heard(quieter, ["wind"])), "the wind does not"


def test_a_shot_may_have_a_bed_of_its_own(tmp_path):
    spans = [Span("hall", FrameRange(0, 48)), Span("hall", FrameRange(48, 96), words=("wind",))]
    heard = scenes(tmp_path, *spans).read(0, 192_000)
    wind = scenes(tmp_path, Span("hall", FrameRange(0, 96)), beds={"hall": ("wind",)}).read(0, 192_000)
    assert np.array_equal(heard[:, 100_000:190_000], wind[:, 100_000:190_000])


# --- recordings -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """Half a minute at 44.1 kHz, mono: each sample of it is another."""
    folder = tmp_path_factory.mktemp("long")
    wavfile.write(folder / "long.wav", 44_100, noise(28, seed=4)[0][: 30 * 44_100])
    return folder


def test_a_recording_is_the_same_in_whatever_blocks_it_is_read(long):
    whole, recording = media.read_sound(long / "long.wav").samples, media.Recording(long / "long.wav")
    assert recording.length == whole.shape[1]
    assert not recording.silent
    for start, stop in (
        (0, 7000),
        (7000, 7001),
        (500_000, 600_000),
        (550_000, 650_000),
        (10, 20),
        (1_200_000, 1_400_000),
    ):
        expected = np.zeros((2, stop - start), np.float32)
        found = whole[:, start:stop]
        expected[:, : found.shape[1]] = found
        assert np.array_equal(recording.read(start, stop), expected)


@pytest.mark.parametrize("times", [1, 25])
def test_an_excerpt_is_laid_at_its_sample(times, tmp_path):
    """A short one is held, a long one is decoded as it is read."""
    samples = np.tile(noise(1, seed=2), times)
    wavfile.write(tmp_path / "sound.wav", SAMPLE_RATE, samples.T)
    laid = excerpt(1000, "sound.wav", tmp_path, 200, 40_000)
    heard = np.concatenate([laid.read(n, n + 9000) for n in range(0, 54_000, 9000)], axis=1)
    assert not heard[:, :1000].any()
    assert np.array_equal(heard[:, 1000:40_800], samples[:, 200:40_000])
    assert not heard[:, 40_800:].any()


def test_a_spool_gives_back_what_it_was_given(tmp_path):
    samples = noise(1)
    with media.Spool(tmp_path) as spool:
        for n in range(0, samples.shape[1], 7001):
            spool.append(samples[:, n : n + 7001])
        assert np.array_equal(spool.read(100, 30_000), samples[:, 100:30_000])
        assert not list(tmp_path.iterdir()), "and leaves nothing behind"


# --- what is touched is heard ------------------------------------------------------------------------------------------

BALL = """\
version: 1
fps: 24
size: 128x72
places:
  yard: {ground: stone, anchors: {deck: {box: 4 x 3 x 0.1m, look: timber deck, at: [0, 0]}}, marks: {far: {at: [6, 2]}}}
  hall: {anchors: {desk: {box: 2 x 2 x 1m}}}
subjects:
  ball: {sphere: 0.24m, look: steel ball, mass: 20kg, at: [-1, -1, 0.1]}
shots:
  - shot: throw
    duration: 1s
    camera: WS deck
    motion: {ball: throw to far in 0.9s}
  - shot: inside
    duration: 1s
    place: hall
    camera: WS desk
"""


@pytest.fixture(scope="module")
def blow(tmp_path_factory):
    """Makes the mix of a changed list, of which no picture is made; and the sample at which the ball lands."""
    folder = tmp_path_factory.mktemp("ball")

    def made(*changes):
        text = BALL
        for before, after in changes:
            assert text.count(before) == 1
            text = text.replace(before, after)
        rehearsal = rehearse(composer.read(text, "list.yaml", folder))
        assert [fault.message for fault in rehearsal.faults if fault.severity == "error"] == []
        plan = rehearsal.plan(generators.load("previz").capabilities, PlanOptions())
        silent = Entry("", folder, "delivery", {}, {}, {}, lambda *_: None)
        mix = Sounding(rehearsal, plan, [silent] * len(plan.shots)).mix()
        lands = next(c.time_s for c in rehearsal.story.contacts["yard"] if c.kind == "blow" and c.time_s > 0.5)
        return mix.stem("effects", 0, mix.length), round(lands * SAMPLE_RATE)

    return made


CONTACTS = "    motion: {ball"


def test_a_blow_is_heard_when_it_lands_and_ends_with_its_shot(blow):
    heard, at = blow()
    assert level_db(heard[:, at : at + 2000]) > level_db(heard[:, at - 3000 : at - 100]) + 20
    assert not heard[:, SAMPLE_RATE:].any()


@pytest.mark.parametrize("louder_db", [3, -12])
def test_contacts_are_as_loud_as_the_list_says(blow, louder_db):
    plain, _ = blow()
    heard, _ = blow((CONTACTS, f"    sound: {{contacts: {louder_db:+d}dB}}\n{CONTACTS}"))
    assert np.allclose(heard, plain * 10 ** (louder_db / 20), atol=1e-5)
    assert np.abs(plain).max() > 0.01


def test_contacts_may_be_mute(blow):
    heard, _ = blow((CONTACTS, f"    sound: {{contacts: mute}}\n{CONTACTS}"))
    assert not heard.any()


def test_a_blow_rings_on_under_the_next_shot(blow):
    plain, at = blow()
    heard, _ = blow((CONTACTS, f"    sound: {{l_cut: 0.6s}}\n{CONTACTS}"))
    assert np.allclose(heard[:, : SAMPLE_RATE - 300], plain[:, : SAMPLE_RATE - 300], atol=1e-6)
    assert level_db(heard[:, SAMPLE_RATE - 200 : SAMPLE_RATE + 2000]) > -60
    assert not heard[:, round(1.6 * SAMPLE_RATE) :].any()
    third = np.abs(np.diff(heard[0], 3))
    assert third[SAMPLE_RATE - 500 : SAMPLE_RATE + 500].max() <= third[at : at + 2000].max(), (
        "and the cut does not click"
    )


def test_a_blow_rings_on_under_a_dissolve(blow):
    heard, _ = blow(("    place: hall\n", "    place: hall\n    edit: dissolve 0.5s\n"))
    assert level_db(heard[:, SAMPLE_RATE + 2000 : SAMPLE_RATE + 6000]) > -70
    assert not heard[:, round(1.5 * SAMPLE_RATE) :].any()


def test_a_blow_fades_with_its_picture(blow):
    plain, at = blow()
    heard, _ = blow((CONTACTS, f"    out: fade 0.5s\n{CONTACTS}"))
    assert np.allclose(heard[:, : SAMPLE_RATE // 2], plain[:, : SAMPLE_RATE // 2], atol=1e-6)
    gain = np.sin(np.pi / 2 * (SAMPLE_RATE - np.arange(at, at + 500) - 0.5) / (SAMPLE_RATE / 2))
    assert np.allclose(heard[:, at : at + 500], gain * plain[:, at : at + 500], atol=1e-4)


# --- edits of sound cost nothing ----------------------------------------------------------------------------------------


class Counting:
    """A generator that says how often it is asked."""

    capabilities = Capabilities(
        name="counting", version="1", licence="MIT", grid=FrameGrid(step=8, longest=33), invents=False
    )

    def __init__(self):
        self.calls = 0

    def generate(self, request, /, on_progress):  # noqa: ARG002
        self.calls += 1
        return Clip(np.full((request.plan.length, *request.plan.size[::-1], 3), 90, np.uint8))


def test_levels_music_lines_and_effects_make_no_generator_work(folder, tmp_path, own_cache):
    maker, made = Counting(), set()
    changes = {
        "as it is": ("x", "x"),
        "a level": ("level: -20dB", "level: -10dB"),
        "music": ("mood: calm", "mood: sad"),
        "a line": ("Who left that up there?", "Who was that?"),
        "an effect": ("file: line.wav, at: 0.5s, level", "file: line.wav, at: 0.25s, level"),
        "a bed": ("j_cut: 0.5s,", "j_cut: 0.5s, ambience: rain,"),
        "contacts": ("j_cut: 0.5s,", "j_cut: 0.5s, contacts: mute,"),
        "loudness": ("-20LUFS", "-14LUFS"),
    }
    for name, change in changes.items():
        rehearsal = rehearse(composer.read(FILM.replace(*change), "list.yaml", folder))
        plan = rehearsal.plan(maker.capabilities, PlanOptions())
        calls = maker.calls
        film = render_film(rehearsal, plan, maker, Store(own_cache), tmp_path, None, RenderOptions())
        assert (maker.calls > calls) == (name == "as it is")
        made.add(film.path.read_bytes())
    assert len(made) == len(changes) - 1, "each is another film, but for contacts: nothing touches"


def test_a_rerun_notices_that_music_has_changed(tmp_path):
    for n in range(2):
        wavfile.write(tmp_path / "song.wav", SAMPLE_RATE, noise(3, seed=n).T)
        text = FILM.replace(
            "{mood: calm, tempo: 90, key: D minor, bars: cuts}", "{file: song.wav, level: 6dB}"
        ).replace(", file: line.wav", "")
        (tmp_path / "list.yaml").write_text(text.replace(", effects: {file: line.wav, at: 0.5s, level: -20dB}", ""))
        words = ["render", str(tmp_path / "list.yaml"), "-g", "previz", "-o", str(tmp_path / "out")]
        assert CliRunner().invoke(app, words).exit_code == 0
        heard = media.read_sound(tmp_path / "out" / "film.mp4").samples[0, 40_000:60_000]
        played = noise(3, seed=n)[0, 40_000:60_000]
        assert np.corrcoef(heard, played)[0, 1] > 0.5
