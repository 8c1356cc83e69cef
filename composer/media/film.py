"""A film as a file: packets of picture that are encoded already, sound beside them, and what it says of itself."""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

import av
import numpy as np
from av.codec.context import Flags
from jaxtyping import Float

from composer.errors import TimingError
from composer.media.encoding import CONTAINER, container_of
from composer.media.files import whole
from composer.media.lossy import AAC_BITS_PER_S, AAC_FRAME, audio_frame
from composer.media.subtitles import Subtitle
from composer.timing import SAMPLE_RATE, FrameRange, round_half_up, to_samples
from composer.types import Waveform

_SUBTITLE_TICKS = 1000  # a second
_TAGS = {"hevc": "hvc1"}  # without which some players do not play it
_XMP = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac")  # the box in which MP4 carries XMP
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@dataclass(frozen=True)
class FilmFile:
    """What a film file says: frames a second, and tags such as title and comment.

    `digital_source_type` is IPTC's word for how the pictures came about, such as `algorithmicMedia` for a render and
    `compositeWithTrainedAlgorithmicMedia` for a film made from clips of a model; empty says nothing.
    """

    fps: Fraction
    title: str = ""
    digital_source_type: str = ""
    filmed: bool = False  # some of it is footage
    tags: Mapping[str, str] = field(default_factory=dict)
    chapters: Sequence[tuple[FrameRange, str]] = ()
    subtitles: Sequence[Subtitle] = ()

    @property
    def metadata(self) -> dict[str, str]:
        """Tags of the container, by name."""
        said = {"title": self.title} if self.title else {}
        if self.digital_source_type:
            which = (
                "Partly synthetic film: cameras recorded its footage"
                if self.filmed
                else "Synthetic film: no camera recorded it"
            )
            said["comment"] = f"{which} (IPTC {self.digital_source_type})."
            said["synthetic"] = self.digital_source_type
            said["digital_source_type"] = _IPTC + self.digital_source_type
        return said | dict(self.tags)


def write_film(
    path: Path,
    template: Any,
    packets: Iterable[Any],
    sound: Iterator[Waveform],
    film: FilmFile,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write encoded pictures and sound into an MP4, interleaved, and return the number of frames; a `.mov` has PCM sound.

    `template` is a video stream with the packets' codec and parameter sets; `packets` stand in decoding order, one a
    frame, timed in frames. `sound` is stereo at 48 kHz, `to_samples(frames)` samples in all; `on_progress` gets the
    frames written. Raises `TimingError` when sound and picture differ in length, `StorageError` when the disk fails.
    """
    frames = 0
    with whole(path) as temporary:
        ticks = {"movie_timescale": str(lcm(film.fps.numerator, SAMPLE_RATE))}  # so that no duration is rounded
        form = container_of(path)
        with av.open(str(temporary), "w", format=form, options=CONTAINER | ticks) as container:
            container.metadata.update(film.metadata)
            container.set_chapters(_chapters(film))
            picture = container.add_stream_from_template(template, opaque=True)  # no encoder is needed
            if tag := _TAGS.get(template.codec_context.name):
                picture.codec_context.codec_tag = tag
            picture.time_base = 1 / film.fps
            track = _SoundTrack(container, sound, "pcm_s24le" if form == "mov" else "aac")
            subtitles = _SubtitleTrack(container, film.subtitles) if film.subtitles else None
            for packet in packets:
                packet.stream, packet.time_base = picture, 1 / film.fps
                frames += 1
                track.encode_until(to_samples(frames, film.fps))
                container.mux(packet)
                if subtitles is not None:
                    subtitles.write_until(Fraction(frames) / film.fps)
                if on_progress is not None:
                    on_progress(frames)
            track.close()
            if subtitles is not None:
                subtitles.write_until(None)
            if track.samples != to_samples(frames, film.fps):
                raise TimingError(
                    f"{track.samples} samples of sound beside {frames} frames; expected {to_samples(frames, film.fps)}"
                )
        with temporary.open("ab") as file:
            file.write(_xmp_box(film))
    return frames


class _SubtitleTrack:
    """Writes each subtitle once the picture has come to it."""

    def __init__(self, container: Any, subtitles: Sequence[Subtitle]) -> None:
        self.container, self._left = container, list(subtitles)
        self.stream = container.add_mux_stream("mov_text")
        self.stream.time_base = Fraction(1, _SUBTITLE_TICKS)

    def write_until(self, stop_s: Fraction | None) -> None:
        while self._left and (stop_s is None or self._left[0].start_s < stop_s):
            subtitle = self._left.pop(0)
            text = subtitle.text.encode()
            packet = av.Packet(struct.pack(">H", len(text)) + text)
            start, stop = (round_half_up(t * _SUBTITLE_TICKS) for t in (subtitle.start_s, subtitle.stop_s))
            packet.stream, packet.time_base = self.stream, Fraction(1, _SUBTITLE_TICKS)
            packet.pts = packet.dts = start
            packet.duration = stop - start
            self.container.mux(packet)


def _chapters(film: FilmFile) -> list[Any]:
    """As PyAV takes them, in frames."""
    return [
        {"id": n, "start": c.start, "end": c.stop, "time_base": 1 / film.fps, "metadata": {"title": name}}
        for n, (c, name) in enumerate(film.chapters, 1)
    ]


class _SoundTrack:
    """Takes waveforms of any length and encodes them in AAC's frames."""

    def __init__(self, container: Any, sound: Iterator[Waveform], codec: str) -> None:
        self.container, self.sound = container, sound
        self.stream = container.add_stream(codec, rate=SAMPLE_RATE, layout="stereo")
        if codec == "aac":
            self.stream.bit_rate = AAC_BITS_PER_S
        self.stream.codec_context.flags |= Flags.bitexact
        self.pending: Float[np.ndarray, "2 n"] = np.zeros((2, 0), np.float32)
        self.samples = 0
        self.encoded = 0

    def encode_until(self, sample: int) -> None:
        while self.encoded < sample and (more := next(self.sound, None)) is not None:
            self.samples += more.samples.shape[1]
            self.pending = np.concatenate([self.pending, more.samples.astype(np.float32)], axis=1)
            while self.pending.shape[1] >= AAC_FRAME:
                self._encode(AAC_FRAME)

    def close(self) -> None:
        for more in self.sound:
            self.samples += more.samples.shape[1]
            self.pending = np.concatenate([self.pending, more.samples.astype(np.float32)], axis=1)
        while self.pending.shape[1]:
            self._encode(min(AAC_FRAME, self.pending.shape[1]))
        self.container.mux(self.stream.encode())

    def _encode(self, samples: int) -> None:
        block, self.pending = self.pending[:, :samples], self.pending[:, samples:]
        frame = audio_frame(block, self.encoded)
        self.encoded += samples
        self.container.mux(self.stream.encode(frame))


def _xmp_box(film: FilmFile) -> bytes:
    if not film.digital_source_type:
        return b""
    packet = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(film.title)}</rdf:li></rdf:Alt></dc:title>
<Iptc4xmpExt:DigitalSourceType>{escape(_IPTC + film.digital_source_type)}</Iptc4xmpExt:DigitalSourceType>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()
    return struct.pack(">I4s", 24 + len(packet), b"uuid") + _XMP.bytes + packet
