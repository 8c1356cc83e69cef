"""Recordings that a list names: what cannot be used is told at its line before anything renders."""

import io
import struct
import wave

import numpy as np
import pytest

import composer
from composer import ShotListError
from composer.composing.publishing import Publication

SECOND = (np.sin(np.arange(8000) / 9) * 9000).astype(np.int16)


def wav(samples=SECOND, rate=8000):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


GOOD = wav()
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{folder}/good.wav\n#EXT-X-ENDLIST\n"
BAD = {
    "text": b"hello",
    "nothing": b"",
    "no samples": wav(SECOND[:0]),
    "silence": wav(np.zeros(8000, np.int16)),
    "a header alone": GOOD[:20],
    "noise": np.random.default_rng(0).bytes(50_000),
    "no rate": GOOD[:24] + struct.pack("<I", 0) + GOOD[28:],
    "65535 channels": GOOD[:22] + struct.pack("<H", 65535) + GOOD[24:],
    "a playlist": PLAYLIST.encode(),
    "a list of files": b"ffconcat version 1.0\nfile 'good.wav'\n",
    "a session": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
}


@pytest.fixture
def film(tmp_path, small_text):
    """Reads the small list with `word` as ambience, from a folder where `good.wav` lies."""
    (tmp_path / "good.wav").write_bytes(GOOD)

    def read(word):
        text = small_text.replace("[wind]", f"[wind, {word}]").replace("1.5s", "2f").replace("1s", "2f")
        (tmp_path / "list.yaml").write_text(text)
        return composer.load(tmp_path / "list.yaml")

    return read


@pytest.mark.parametrize("name", BAD)
def test_a_recording_that_cannot_be_used_is_told_at_its_line(tmp_path, film, name):
    (tmp_path / "bad.wav").write_bytes(BAD[name].replace(b"{folder}", str(tmp_path).encode()))
    (fault,) = composer.check(film("bad.wav"))
    assert (fault.line, fault.column) == (9, 22)
    assert "`bad.wav`" in fault.message
    with pytest.raises(ShotListError):
        composer.compose(film("bad.wav"), generator="previz", out=tmp_path / "out", draft=True)
    assert not (tmp_path / "out").exists()


def test_a_recording_that_goes_while_the_film_renders_is_told(tmp_path, film, monkeypatch):
    def gone(self, folder, on_progress):
        (tmp_path / "good.wav").unlink()
        return publish(self, folder, on_progress)

    publish = Publication.publish
    monkeypatch.setattr(Publication, "publish", gone)
    with pytest.raises(ShotListError, match=r"good\.wav.*what is done is kept"):
        composer.compose(film("good.wav"), generator="previz", out=tmp_path / "out", draft=True)
    assert not (tmp_path / "out" / "film.mp4").exists()


def test_a_good_recording_is_heard(tmp_path, film):
    assert composer.check(film("good.wav")) == ()
    assert composer.compose(film("good.wav"), generator="previz", out=tmp_path / "out", draft=True).path.exists()
