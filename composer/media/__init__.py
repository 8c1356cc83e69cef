"""Pictures and sound in and out of files, by PyAV: lossless clips, delivery clips, films, recordings, video
files from elsewhere.

Every file appears whole or not at all, and the same input gives the same bytes.
"""

from composer.media.alpha import write_png_sequence, write_prores
from composer.media.cursors import FrameCursor, SoundCursor
from composer.media.encoding import DeliveryFormat, encoders, write_delivery, write_lossless
from composer.media.files import opened, whole
from composer.media.film import FilmFile, write_film
from composer.media.frames import Footage, probe, read_frames
from composer.media.pictures import picture_size, read_picture, read_transparent, transparent_png
from composer.media.recordings import read_sound
from composer.media.reel_sound import read_reel_sound
from composer.media.reels import Reel, probe_reel, read_reel
from composer.media.sound_files import write_sound, written_sound

__all__ = [
    "DeliveryFormat",
    "FilmFile",
    "Footage",
    "FrameCursor",
    "Reel",
    "SoundCursor",
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
    "read_transparent",
    "transparent_png",
    "whole",
    "write_delivery",
    "write_film",
    "write_lossless",
    "write_png_sequence",
    "write_prores",
    "write_sound",
    "written_sound",
]
