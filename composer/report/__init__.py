"""Pictures that show a film at a glance: the contact sheet and the plan of its places."""

from composer.report.contact_sheet import SheetRow, contact_sheet, evenly_spaced
from composer.report.pictures import png, write_png

__all__ = ["SheetRow", "contact_sheet", "evenly_spaced", "png", "write_png"]
