"""Beds of sound: exact length, the same in any block, level, no click at any join."""

from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter
from test_media import record

from composer.audio import (
    BEDS,
    LEVEL_LUFS,
    Onward,
    Scenes,
    Span,
    ambience,
    check_word,
    known_words,
    loudness_lufs,
    nearest,
    true_peak_db,
)
from composer.audio.fading import crossfade_gains
from composer.audio.noise import CHUNK, TAPS, Events, Key, drift, filtered, scatter, shape, white
from composer.audio.recorded import looped
from composer.errors import TimingError, Wrong
from composer.schema.phrases import AMBIENCE
from composer.timing import FRAME_RATES, SAMPLE_RATE, FrameRange, to_samples
from composer.types import Waveform

PLACES = {"quay": ("wind", "gulls", "lapping water"), "office": ("room tone", "radio hiss"), "store": ("hum",)}


def spans(*cuts):
    """`("quay", 48)`: so many frames there, one after another."""
    at, made = 0, []
    for place, frames in cuts:
        made.append(Span(place, FrameRange(at, at + frames)))
        at += frames
    return made


def mixed(made, fps, folder, seed=7, places=PLACES):
    scenes = Scenes(made, places, fps, seed, folder)
    return scenes.read(0, scenes.length)


def click(sound, at):
    """The third difference at a join, over its mean round about: more than 12 is a click."""
    third = np.abs(np.diff(sound[at - 4800 : at + 4800], 3))
    return third[4790:4810].max() / third.mean()


def click_db(sound, at):
    """Second difference within 1 ms of a join against the 99.9th percentile within 100 ms, in dB."""
    second = np.abs(np.diff(sound[at - 4800 : at + 4800], 2))
    return 20 * np.log10(second[4752:4848].max() / np.percentile(second, 99.9))


def integrated_lufs(samples):
    """By FFmpeg's own meter."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=SAMPLE_RATE, format="flt", layout="stereo", time_base=Fraction(1, SAMPLE_RATE)
    )
    meter, sink = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    packed = np.ascontiguousarray(samples.T.astype(np.float32)).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, 0, Fraction(1, SAMPLE_RATE)
    graph.push(frame)
    graph.push(None)
    level = -70.0
    while True:
        try:
            level = float(graph.pull().metadata["lavfi.r128.I"])
        except (av.error.BlockingIOError, av.error.EOFError):
            return level


# --- chunks -----------------------------------------------------------------------------------------------------------


def test_filtering_by_chunks_is_filtering_in_one_piece():
    key, by = Key("k"), shape((100, -20), (1000, 0), (4000, -20))
    noise = np.concatenate([white(key, n) for n in range(-1, 3)])
    taps = np.fft.irfft(by, CHUNK + TAPS)[:TAPS]
    whole = np.convolve(noise, taps)[CHUNK : 4 * CHUNK]
    chunks = np.concatenate([filtered(key, n, by) for n in range(3)])
    assert np.abs(chunks - whole).max() < 1e-4 * np.abs(whole).max()


def test_curves_and_scattered_sounds_run_on_across_chunks():
    curve = np.concatenate([drift(Key("d"), n, 0.3) for n in range(-1, 3)])
    assert np.abs(np.diff(curve)).max() < 1e-3
    assert 0.7 < np.std([drift(Key("d"), n, 0.05) for n in range(20)]) < 1.3

    def note(rng):
        return np.full((2, 60_000), rng.uniform(0.5, 1), np.float32)

    events = Events(note, 0.8, 60_000 / SAMPLE_RATE)
    total = np.concatenate([scatter(Key("s"), n, events) for n in range(12)], axis=1)
    changes = np.abs(np.diff(total[0])) > 1e-6
    joins = np.arange(1, 12) * CHUNK - 1
    assert changes.sum() > 8
    assert not changes[joins].any()


@pytest.mark.parametrize("word", known_words())
def test_a_bed_is_the_same_in_any_block_and_from_anywhere(word, tmp_path):
    start, stop = 5 * CHUNK - 1234, 6 * CHUNK + 777
    whole = ambience("quay", [word], 7, tmp_path).read(start, stop)
    again = ambience("quay", [word], 7, tmp_path)
    later = again.read(start + 20_000, stop)
    blocks = np.concatenate([again.read(a, min(a + 4999, stop)) for a in range(start, stop, 4999)], axis=1)
    assert whole.dtype == np.float32
    assert np.array_equal(blocks, whole)
    assert np.array_equal(later, whole[:, 20_000:])
    for other in (ambience("quay", [word], 8, tmp_path), ambience("pier", [word], 7, tmp_path)):
        assert not np.array_equal(other.read(start, stop), whole)


# --- level ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", known_words())
def test_every_word_is_heard_at_the_level_of_beds(word, tmp_path):
    samples = ambience("quay", [word], 11, tmp_path).read(0, 20 * SAMPLE_RATE)
    assert abs(loudness_lufs(Waveform(samples)) - LEVEL_LUFS) <= 2
    assert true_peak_db(Waveform(samples)) <= -1
    left, right = samples
    assert np.corrcoef(left, right)[0, 1] < 0.97  # it is stereo
    assert abs(20 * np.log10(left.std() / right.std())) < 5


@pytest.mark.parametrize("place", PLACES)
def test_a_mix_is_as_loud_as_one_word_by_ffmpegs_meter(place, tmp_path):
    samples = mixed(spans((place, 30 * 24)), Fraction(24), tmp_path)
    measured = integrated_lufs(samples)
    assert abs(measured - LEVEL_LUFS) <= 2
    assert abs(measured - loudness_lufs(Waveform(samples))) <= 0.2
    assert true_peak_db(Waveform(samples)) <= -1


def test_loudness_by_the_standards_own_case():
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS."""
    sine = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE)
    assert abs(loudness_lufs(Waveform(np.stack([sine, sine]))) + 23) <= 0.1
    between = np.sin(2 * np.pi * 12_000 * np.arange(SAMPLE_RATE) / SAMPLE_RATE + np.pi / 4) * np.hanning(SAMPLE_RATE)
    assert abs(20 * np.log10(np.abs(between).max()) + 3) < 0.1  # every sample misses the crest
    assert abs(true_peak_db(Waveform(np.stack([between, between])))) <= 0.2
    assert loudness_lufs(Waveform(np.zeros((2, SAMPLE_RATE)))) == -70


# --- the soundtrack ---------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.sampled_from(["store", "attic", "void"]), st.integers(1, 40)), min_size=1, max_size=8),
    st.sampled_from(sorted(FRAME_RATES)),
)
@settings(max_examples=12, deadline=None)
def test_any_cut_list_has_exactly_its_samples(tmp_path_factory, cuts, fps):
    places = {"store": ("hum",), "attic": ("room tone",)}
    rate = FRAME_RATES[fps]
    samples = mixed(spans(*cuts), rate, tmp_path_factory.getbasetemp(), places=places)
    assert samples.shape == (2, to_samples(sum(frames for _, frames in cuts), rate))
    assert np.isfinite(samples).all()


def test_a_bed_goes_on_unheard(tmp_path):
    """Cuts within a place change nothing, and after a visit elsewhere it is where it would have been."""
    fps = FRAME_RATES["29.97"]
    whole = mixed(spans(("quay", 300)), fps, tmp_path)
    assert np.array_equal(mixed(spans(("quay", 70), ("quay", 1), ("quay", 229)), fps, tmp_path), whole)
    away = mixed(spans(("quay", 100), ("office", 90), ("quay", 110)), fps, tmp_path)
    back = to_samples(190, fps) + 1440
    assert np.array_equal(away[:, back:], whole[:, back:])
    assert np.array_equal(away[:, : to_samples(100, fps) - 1440], whole[:, : to_samples(100, fps) - 1440])


def test_silent_places_are_silent_but_there(tmp_path):
    samples = mixed(spans(("quay", 24), ("void", 24), ("quay", 24)), Fraction(24), tmp_path)
    assert not samples[:, 48_000 + 1440 : 96_000 - 1440].any()
    assert samples[:, 10_000:40_000].std() > 1e-3
    assert not mixed(spans(("void", 24)), Fraction(24), tmp_path).any()
    assert mixed([], Fraction(24), tmp_path).shape == (2, 0)


@pytest.mark.parametrize("pair", [("store", "office"), ("quay", "store"), ("store", "void"), ("void", "office")])
def test_no_join_clicks_and_a_hard_one_would(tmp_path, pair):
    fps = Fraction(25)
    joined = mixed(spans((pair[0], 50), (pair[1], 50)), fps, tmp_path)
    a, b = (mixed(spans((place, 100)), fps, tmp_path) for place in pair)
    for channel in range(2):
        assert click(joined[channel], 96_000) <= 12
        assert click_db(joined[channel], 96_000) <= 6
    hard = [np.concatenate([a[channel, :n], b[channel, n:]]) for channel in range(2) for n in range(95_900, 96_100, 20)]
    ats = [n for _ in range(2) for n in range(95_900, 96_100, 20)]
    assert max(click_db(sound, n) for sound, n in zip(hard, ats, strict=True)) > 6
    assert max(click(sound, n) for sound, n in zip(hard, ats, strict=True)) > 12


def test_the_film_rises_from_silence_and_falls_back(tmp_path):
    samples = mixed(spans(("store", 50)), Fraction(25), tmp_path)
    assert np.abs(samples[:, [0, -1]]).max() < 1e-3 < np.abs(samples[:, 2000:4000]).max()


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.5, 0.9, 1.0])
def test_power_holds_through_a_fade_however_alike_the_sounds(rho):
    rng = np.random.default_rng(3)
    a, other = rng.standard_normal((2, 2, 40_000))
    b = rho * a + np.sqrt(1 - rho**2) * other
    out, into = crossfade_gains(a, b)
    faded = out * a + into * b
    levels = [20 * np.log10(faded[:, n : n + 4000].std()) for n in range(0, 40_000, 4000)]
    assert np.abs(levels).max() < 0.9
    ends = [out[0], into[-1]]
    assert np.allclose(ends, 1, atol=1e-3)
    assert max(into[0], out[-1]) < 1e-3


def test_spans_that_leave_a_gap_are_refused(tmp_path):
    with pytest.raises(TimingError, match="sound of frame 10 is missing"):
        Scenes([Span("quay", FrameRange(0, 10)), Span("quay", FrameRange(11, 20))], {}, Fraction(24), 0, tmp_path)


# --- recordings -------------------------------------------------------------------------------------------------------


def test_a_recording_loops_without_a_seam():
    """A tone whose ends do not meet: looped naively it clicks, looped by us it does not."""
    t = np.arange(int(2.03 * SAMPLE_RATE)) / SAMPLE_RATE
    tone = 0.2 * np.stack([np.sin(2 * np.pi * 220.7 * t), np.sin(2 * np.pi * 331.3 * t)])
    assert click(np.concatenate([tone[0], tone[0]]), tone.shape[1]) > 12
    turn = looped(tone)
    seams = np.concatenate([turn[0], turn[0], turn[0]])
    assert click(seams, turn.shape[1]) <= 12
    assert click_db(seams, 2 * turn.shape[1]) <= 6
    fade = tone.shape[1] - turn.shape[1]
    assert click(seams, turn.shape[1] + fade) <= 12
    assert np.array_equal(turn[:, fade:], tone[:, fade:-fade])


def test_a_recording_is_a_bed(tmp_path):
    rng = np.random.default_rng(0)
    noise = lfilter([1], [1, -0.95], rng.standard_normal((2, 200_000)))
    record(tmp_path / "sea.wav", 0.5 * noise / np.abs(noise).max())
    places = {"quay": ("sea.wav",)}
    samples = mixed(spans(("quay", 500)), Fraction(25), tmp_path, places=places)
    assert samples.shape == (2, 20 * SAMPLE_RATE)
    assert abs(loudness_lufs(Waveform(samples)) - LEVEL_LUFS) <= 2
    assert true_peak_db(Waveform(samples)) <= -1
    with_wind = mixed(spans(("quay", 100)), Fraction(25), tmp_path, places={"quay": ("sea.wav", "wind")})
    assert with_wind.std() > 0


def test_very_short_and_clipped_recordings_still_loop(tmp_path):
    record(tmp_path / "tick.wav", np.sign(np.random.default_rng(1).standard_normal((1, 40))))
    samples = mixed(spans(("quay", 50)), Fraction(25), tmp_path, places={"quay": ("tick.wav",)})
    assert samples.shape[1] == 96_000
    assert true_peak_db(Waveform(samples)) <= -1


def test_what_cannot_be_a_bed_is_told_in_words(tmp_path):
    folder = tmp_path / "list"
    folder.mkdir()
    record(tmp_path / "out.wav", np.ones((1, 4800)))
    (folder / "link.wav").symlink_to(tmp_path / "out.wav")
    (folder / "text.wav").write_text("no sound")
    record(folder / "silent.wav", np.zeros((1, 4800)))
    for word, text in (
        ("wnd", "no bed of sound is called `wnd`"),
        ("../out.wav", "outside the folder"),
        ("link.wav", "outside the folder"),
        ("/etc/passwd.wav", "outside the folder"),
        ("gone.wav", "there is no file `gone.wav`"),
        ("text.wav", "cannot be read as sound"),
    ):
        with pytest.raises(Wrong, match=text):
            check_word(word, folder)
    with pytest.raises(Wrong, match="only silence"):
        ambience("quay", ["silent.wav"], 0, folder)
    assert check_word("wind", folder) is None


def test_the_schemas_words_are_beds():
    assert set(AMBIENCE) <= set(BEDS)
    assert nearest("gull") == "gulls"
    assert nearest("room_tone") == "room tone"
    assert nearest("xylophone") is None


def test_a_track_that_is_read_onward_is_as_it_is_and_no_part_of_it_is_made_twice():
    made = []

    class Numbers:
        def read(self, start, stop):
            made.extend(range(start, stop))
            return np.stack([np.arange(start, stop, dtype=np.float32)] * 2)

    onward = Onward(Numbers())
    for start, stop in [(3, 9), (5, 8), (5, 20), (20, 24), (22, 30), (40, 44), (41, 50)]:
        assert np.array_equal(onward.read(start, stop), Numbers().read(start, stop))
        del made[len(made) - (stop - start) :]
    assert made == [*range(3, 30), *range(40, 50)]
    assert np.array_equal(onward.read(2, 4)[0], [2, 3]), "what lies behind is made anew"
