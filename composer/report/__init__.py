"""Pictures that show a film at a glance: the contact sheet and the plan of its places."""

from composer.report.contact_sheet import SheetRow, contact_sheet, evenly_spaced
from composer.report.ground_plan import ground_plan
from composer.report.map_sheet import map_sheet
from composer.report.pictures import png, write_png
from composer.report.records import manifest, shot_state
from composer.report.view import CameraTrace, trace
from composer.report.ways import Leg, Way

__all__ = [
    "CameraTrace",
    "Leg",
    "SheetRow",
    "Way",
    "contact_sheet",
    "evenly_spaced",
    "ground_plan",
    "manifest",
    "map_sheet",
    "png",
    "shot_state",
    "trace",
    "write_png",
]
