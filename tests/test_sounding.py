"""Music, lines and effects in a film: one loudness, ducking, stems, subtitles, chapters; what is told of mistakes."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.io import wavfile

import composer
from composer import media
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
    loudness_lufs,
    master,
    true_peak_db,
)
from composer.audio.noise import CHUNK
from composer.media import Subtitle, srt, vtt
from composer.timing import SAMPLE_RATE, FrameRange, to_samples
from composer.types import Waveform

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
