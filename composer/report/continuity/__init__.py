"""The continuity report as a page: `continuity_page` makes HTML of `FilmMeasures`, frames of joins, and places."""

from composer.report.continuity.embedding import BUDGET_BYTES
from composer.report.continuity.illustrating import JoinView, join_view
from composer.report.continuity.making import FindStills, TakeStills
from composer.report.continuity.page import Beside, FindJoin, continuity_page
from composer.report.continuity.places import PlaceView

__all__ = [
    "BUDGET_BYTES",
    "Beside",
    "FindJoin",
    "FindStills",
    "JoinView",
    "PlaceView",
    "TakeStills",
    "continuity_page",
    "join_view",
]
