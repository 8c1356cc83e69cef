"""Pictures and sound in and out of files, by PyAV: lossless clips, delivery clips, films, recordings, video
files from elsewhere.

Every file appears whole or not at all, and the same input gives the same bytes.
"""

from composer.media.cursors import FrameCursor, SoundCursor
from composer.media.encoding import DeliveryFormat, encoders, write_delivery, write_lossless
from composer.media.files import opened, whole
from composer.media.film import FilmFile, write_film
from composer.media.frames import Footage, probe, read_frames
from composer.media.pictures import picture_size, read_picture
from composer.media.recordings import read_sound
from composer.media.reel_sound import read_reel_sound
from composer.media.reels import Reel, probe_reel, read_reel
from composer.media.sound_files import write_sound, write_sound_blocks, written_sound
from composer.media.subtitles import Subtitle, srt, vtt

__all__ = [
    "DeliveryFormat",
    "FilmFile",
    "Footage",
    "FrameCursor",
    "Reel",
    "SoundCursor",
    "Subtitle",
    "encoders",
    "opened",
    "picture_size",
    "probe",
    "probe_reel",
    "read_frames",
    "read_picture",
    "read_reel",
    "read_reel_sound",
    "read_sound",
    "srt",
    "vtt",
    "whole",
    "write_delivery",
    "write_film",
    "write_lossless",
    "write_sound",
    "write_sound_blocks",
    "written_sound",
]
