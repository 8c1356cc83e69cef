"""The plans of all places of a film on one sheet."""

from collections.abc import Sequence
from math import ceil

import cv2
import numpy as np
from jaxtyping import UInt8

from composer.report.inks import GRID_BOLD, INK, PAPER, SOFT
from composer.typography import BOLD, Face, Picture, fitted, text_width, write

MARGIN, HEAD_PX, GAP_PX, TALLEST = 40, 74, 18, 12_000  # px


def map_sheet(plans: Sequence[UInt8[np.ndarray, "_ _ 3"]], title: str) -> UInt8[np.ndarray, "H W 3"]:
    """Plans below one another in order; more columns, then smaller, when they would be taller than 12,000 pixels."""
    plans = list(plans)
    columns = 1
    while columns < len(plans) and _height(plans, columns) > TALLEST:
        columns += 1
    lines = [plans[k : k + columns] for k in range(0, len(plans), columns)]
    width = max([sum(p.shape[1] for p in line) + GAP_PX * (len(line) - 1) for line in lines], default=800)
    sheet: Picture = np.full((_height(plans, columns), width, 3), PAPER, np.uint8)
    _head(sheet, title, len(plans))
    top = HEAD_PX
    for k, line in enumerate(lines):
        if k:
            cv2.line(sheet, (MARGIN, top - GAP_PX // 2), (width - MARGIN, top - GAP_PX // 2), GRID_BOLD, 1)
        left = 0
        for plan in line:
            sheet[top : top + len(plan), left : left + plan.shape[1]] = plan
            left += plan.shape[1] + GAP_PX
        top += max(len(plan) for plan in line) + GAP_PX
    if len(sheet) <= TALLEST:
        return sheet
    shrunk: Picture = cv2.resize(
        sheet, (max(1, round(width * TALLEST / len(sheet))), TALLEST), interpolation=cv2.INTER_AREA
    )
    return shrunk


def _height(plans: Sequence[Picture], columns: int) -> int:
    lines = ceil(len(plans) / columns)
    tallest = [max(len(p) for p in plans[k * columns : (k + 1) * columns]) for k in range(lines)]
    return HEAD_PX + sum(tallest) + GAP_PX * max(lines - 1, 0) + MARGIN // 2


def _head(sheet: Picture, title: str, places: int) -> None:
    large, small, width = Face(30, BOLD), Face(17), sheet.shape[1] - 2 * MARGIN
    summary = f"{places} place{'' if places == 1 else 's'}"
    write(sheet, summary, (MARGIN + width, 44), small, SOFT, "right")
    write(sheet, fitted(title, width - text_width(summary, small) - 24, large), (MARGIN, 44), large, INK)
    cv2.line(sheet, (MARGIN, 60), (MARGIN + width - 1, 60), INK, 1)
