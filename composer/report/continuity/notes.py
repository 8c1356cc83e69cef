"""What a reader needs to know of the figures, and of the keys."""

from collections.abc import Mapping, Sequence

from composer.report.continuity.markup import Markup, element
from composer.types import MeasureName

MEANINGS: Mapping[MeasureName, str] = {
    "anchor colour": "mean difference of colour (CIE dE76) of an anchor, one frame seen from the other's camera; the worst anchor counts.",
    "anchor position": "how far an anchor is found from where its geometry puts it; the worst anchor counts.",
    "body position": "how far the outline of a body is seen from where the story puts it; the worst body counts.",
    "motion": "optical flow against the flow that camera and bodies declare, on both sides of a join.",
    "body motion": "how far a body that moves by itself is found from where its track leads it; the worst body counts.",
    "acceleration": "how much that difference changes from one frame to the next, as a share of the speed.",
    "flicker": "how unsteadily the lightness of what keeps still changes from frame to frame.",
    "light drift": "how fast the lightness of what keeps still goes one way, over half a second.",
    "ghosting": "what contrast a dissolve loses half way, where its two pictures do not lie on one another.",
    "cut detectors": "how many detectors of cuts fire at a join that nobody is meant to see.",
    "re-observation": "an anchor that left the picture and came back, against what it was.",
    "click": "how a join stands out in the sound around it.",
    "fade dip": "how much loudness is lost in the middle of a cross-fade of sound.",
    "loudness step": "how much louder or softer it gets than the plan has it.",
    "event offset": "how far a sound is from the blow or step that makes it.",
    "expectation": "how far from its place in the story is seen what the list expects something of as a shot ends.",
}
"""Each measure in a sentence; docs/metrics.md has the formulas."""

_KEYS = (
    (("←", "→"), "the join before, the next one, in the film's order"),
    (("↑", "↓"), "along the list of joins, in its order"),
    (("P",), "play across the join, a second before to a second after"),
    (("Space",), "play and pause"),
    ((",", "."), "a frame back, a frame on"),
    (("Tab",), "between film, list, join and tracks; each is one stop"),
)


def reading(names: Sequence[MeasureName], full_de: float) -> Markup:
    """What floor, limit and verdict mean, and each measure that is on the page."""
    floors = (
        "Never read a value without its floor. The floor is what the same measure says of pairs of frames within shots of "
        "this film, where nothing can be wrong: its median and its 90th percentile. A value over the limit fails. Where the "
        "floor itself passes the limit, or nothing was found to measure, the verdict is “not measurable”, never “pass”."
    )
    colours = (
        f"In a difference black is 0 and the brightest colour {full_de:g} dE or more; grey is what only one of the frames "
        "shows, what moves, and the sky; hatched is where the film's own layers or subtitles lie over one of them, which no figure counts. "
        "White outlines are the worst anchor."
    )
    terms = [part for name in names for part in (element("dt", name), element("dd", MEANINGS[name]))]
    return element("div", *(element("p", paragraph) for paragraph in (floors, colours)), element("dl", *terms))


def keyboard() -> Markup:
    """What the keys do."""
    rows = []
    for keys, told in _KEYS:
        caps = [part for key in keys for part in (element("kbd", key), " ")]
        rows.append(element("li", *caps, told))
    return element("ul", *rows)
