"""How many takes of each segment are rendered, and how many more may be while the best of them fails a gate."""

from collections.abc import Mapping

from composer.schema import GATED, ShotList, Slate
from composer.types import Capabilities, FilmPlan, MeasureName, TakesPlan


def same_again(can: Capabilities) -> str:
    """Why another take by a generator shows nothing else; empty where it does."""
    if "seed" in can.withheld:
        return f"{can.name} is told not to read its seed"
    if not can.seed and can.deterministic:
        return f"{can.name} takes no seed"
    return "" if can.invents else f"{can.name} draws what is declared, and invents nothing"


def derive_seed(film_seed: int, shot: Slate, segment: int, take: int = 0, candidate: int = 0) -> int:
    """63-bit seed of one segment's take, and of those that are rendered beside it: other shots may come, go or change
    without touching it.
    """
    beside = f" candidate {candidate}" if candidate else ""
    return shot.seeded(film_seed, f"segment {segment} take {take}{beside}")


def takes_asked(shotlist: ShotList, slate: Slate, told: int | None) -> int:
    """The takes that a shot is to have; `told` goes over what the list says."""
    return told or slate.shot.takes or shotlist.takes or 1


def takes_plan(
    shotlist: ShotList, slate: Slate, can: Capabilities, told: int | None, root: tuple[int, int, int]
) -> TakesPlan | None:
    """The takes of a segment; None where there is one, whatever it is like. `root` are the film's seed, the segment's index
    and the take that is chosen of it.
    """
    if slate.shot.footage:
        return None
    gates = shotlist.gates
    wanted, more = takes_asked(shotlist, slate, told), can.retakes
    if gates and gates.retakes is not None:
        more = gates.retakes
    if same_again(can):
        wanted, more = 1, 0
    if wanted == 1 and not more and not (gates and gates.limits):
        return None
    seed, index, take = root
    return TakesPlan(
        wanted, more, tuple(derive_seed(seed, slate, index, take, candidate) for candidate in range(1, wanted + more))
    )


def limits_of(shotlist: ShotList, plan: FilmPlan) -> Mapping[MeasureName, float]:
    """The limits of the gates of a film; none where no take is held to any."""
    if all(segment.takes is None for segment in plan.segments):
        return {}
    return gate_limits(shotlist)


def gate_limits(shotlist: ShotList) -> dict[MeasureName, float]:
    """The limits of a list's gates, by measure: docs/metrics.md's where it gives none."""
    from composer.metrics import LIMITS  # noqa: PLC0415 - it loads what looks at pictures, which no other plan needs

    given = shotlist.gates.limits if shotlist.gates else {}
    return {measure: given.get(measure, LIMITS[measure].value) for measure in GATED.values()}
