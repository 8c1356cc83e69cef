"""Pictures and sound in and out of files, by PyAV: lossless clips, delivery clips, films, recordings, video
files from elsewhere.

Every file appears whole or not at all, and the same input gives the same bytes.
"""

from composer.media.alpha import write_png_sequence, write_prores
from composer.media.cursors import FrameCursor, SoundCursor
from composer.media.encoding import DeliveryFormat, encoders, to_planes, write_delivery, write_lossless, write_master
from composer.media.files import opened, whole
from composer.media.film import FilmFile, write_film
from composer.media.frames import Footage, Planes, decoded, probe, read_frames, read_planes
from composer.media.lossy import through_aac
from composer.media.pictures import picture_size, read_picture, read_transparent, transparent_png
from composer.media.presets import H264, HARDWARE, PRESETS, Preset, hardware_encoders, preset
from composer.media.recordings import Recording, read_sound
from composer.media.reel_sound import read_reel_sound
from composer.media.reels import Reel, probe_reel, read_reel
from composer.media.sound_files import Spool, write_sound, write_sound_blocks, written_sound
from composer.media.subtitles import Subtitle, srt, vtt

__all__ = [
    "H264",
    "HARDWARE",
    "PRESETS",
    "DeliveryFormat",
    "FilmFile",
    "Footage",
    "FrameCursor",
    "Planes",
    "Preset",
    "Recording",
    "Reel",
    "SoundCursor",
    "Spool",
    "Subtitle",
    "decoded",
    "encoders",
    "hardware_encoders",
    "opened",
    "picture_size",
    "preset",
    "probe",
    "probe_reel",
    "read_frames",
    "read_picture",
    "read_planes",
    "read_reel",
    "read_reel_sound",
    "read_sound",
    "read_transparent",
    "srt",
    "through_aac",
    "to_planes",
    "transparent_png",
    "vtt",
    "whole",
    "write_delivery",
    "write_film",
    "write_lossless",
    "write_master",
    "write_png_sequence",
    "write_prores",
    "write_sound",
    "write_sound_blocks",
    "written_sound",
]
