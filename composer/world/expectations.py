"""What the list says must hold at a shot's end, held against the world before anything renders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from composer.errors import Path, Problem
from composer.layout import Extent, Layout, extent_of
from composer.schema import ShotList, Slate, slates
from composer.schema.quantities import plain
from composer.schema.words import Condition
from composer.types import Solid
from composer.world.changes import touches_between
from composer.world.footprint import apart
from composer.world.story import Story
from composer.world.surroundings import at_pose

TOUCH_M = 0.02
"""Edges nearer than this touch."""

STILL_M_S = 0.05
FACING_DEG = 20.0

InFrame = Callable[[str, str], bool | None]
"""Whether a named thing is in a shot's last frame; None where that cannot be known."""


def unmet(shotlist: ShotList, layouts: Mapping[str, Layout], story: Story, in_frame: InFrame) -> list[Problem]:
    """A fault for each `expect` that does not hold, with what is so instead."""
    problems = []
    for slate in slates(shotlist):
        if slate.place not in layouts:
            continue
        for name, conditions in slate.shot.expect.items():
            moment = _Moment(slate, layouts[slate.place], story)
            for index, condition in enumerate(conditions):
                if (holds := moment.holds(name, condition, in_frame)) is None or holds != condition.negated:
                    continue
                path: Path = ("shots", slate.index, "expect", name)
                path = (*path, index) if len(conditions) > 1 else path
                said = f"at the end of `{slate.name}` {moment.told(name, condition)}"
                problems.append(Problem(path, "expect", said, tuple(moment.hints(name, condition)), condition.text))
    return problems


@dataclass(frozen=True, eq=False)
class _Moment:
    """A shot's end."""

    slate: Slate
    layout: Layout
    story: Story

    @property
    def now(self) -> float:
        return float(self.slate.stop_s)

    def solids(self, name: str) -> tuple[Solid, ...]:
        """What a name means, as it stands at the end; of a mark nothing."""
        course = self.story.courses.get(name)
        if course is None:
            return self.layout.anchor(name)
        if course.place_at(self.now) != self.layout.name:
            return ()
        return (at_pose(course.body.solid, course.pose(self.now)),)

    def extent(self, name: str) -> Extent | None:
        solids = self.solids(name)
        if not solids:
            return self.layout.extent(name) if name in self.layout.marks else None
        whole = extent_of(solids[0])
        for solid in solids[1:]:
            whole = whole.union(extent_of(solid))
        return whole

    def speed(self, name: str) -> float:
        course = self.story.courses.get(name)
        return 0.0 if course is None else float(np.linalg.norm(course.track(np.array([self.now])).linear_m_s[0]))

    def gap(self, name: str, other: str) -> float:
        """Metres between the edges of two, in plan or in height, whichever is more."""
        mine, theirs = self.solids(name), self.solids(other)
        if not mine:
            return np.inf
        if not theirs and other in self.layout.marks:
            return apart(mine[0], self.layout.marks[other].position)
        return min((apart(a, b) for a in mine for b in theirs), default=np.inf)

    def holds(self, name: str, condition: Condition, in_frame: InFrame) -> bool | None:
        """Whether a condition holds, its `not` aside; None where that cannot be known."""
        relation, other = condition.relation, condition.name
        if relation in ("in_frame", "out_of_frame"):
            seen = in_frame(self.slate.name, name)
            return None if seen is None else seen == (relation == "in_frame")
        course = self.story.courses.get(name)
        answers: dict[str, Callable[[], bool]] = {
            "near": lambda: self.gap(name, other) <= condition.within_m,
            "touching": lambda: self.gap(name, other) <= TOUCH_M,
            "still": lambda: self.speed(name) < STILL_M_S,
            "moving": lambda: self.speed(name) >= STILL_M_S,
            "in": lambda: (course.place_at(self.now) if course else self.layout.name) == other,
            "looks": lambda: self.look(name) == other,
            "facing": lambda: self.turned_from(name, other) <= FACING_DEG,
        }
        return answers[relation]() if relation in answers else self.placed(name, condition)

    def look(self, name: str) -> str:
        return self.story.changes.at(self.layout.name, name, self.now)

    def turned_from(self, name: str, other: str) -> float:
        """Degrees between the way one faces and where the other is."""
        mine, there = self.solids(name), self.extent(other)
        if not mine or there is None:
            return np.inf
        pose = mine[0].T_world_solid
        front, way = -pose[:2, 1], there.centre[:2] - pose[:2, 3]
        cosine = front @ way / max(float(np.hypot(*front) * np.hypot(*way)), 1e-9)
        return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))

    def placed(self, name: str, condition: Condition) -> bool:
        mine, theirs = self.extent(name), self.extent(condition.name)
        if mine is None or theirs is None:
            return False
        slack = TOUCH_M
        match condition.relation:
            case "left_of":
                return bool(mine.high[0] <= theirs.low[0] + slack)
            case "right_of":
                return bool(mine.low[0] >= theirs.high[0] - slack)
            case "in_front_of":
                return bool(mine.high[1] <= theirs.low[1] + slack)
            case "behind":
                return bool(mine.low[1] >= theirs.high[1] - slack)
        over = (mine.low[:2] < theirs.high[:2]).all() and (mine.high[:2] > theirs.low[:2]).all()
        return bool(over and abs(mine.low[2] - theirs.high[2]) <= 0.05)

    # --- what is said of it ---------------------------------------------------------------------------------------------

    def told(self, name: str, condition: Condition) -> str:
        course = self.story.courses.get(name)
        who = name if course is not None and course.body.is_person else f"the {name.replace('_', ' ')}"
        if course is not None and course.place_at(self.now) != self.layout.name:
            return f"{who} is in `{course.place_at(self.now)}`" if course.place_at(self.now) else f"{who} is nowhere"
        said = {
            "still": f"moves at {plain(self.speed(name), 2)} m/s",
            "moving": f"moves at {plain(self.speed(name), 2)} m/s",
            "in": f"is in `{self.layout.name}`",
            "looks": f"looks {self.look(name)}",
            "in_frame": f"is {'in' if condition.negated else 'out of'} frame",
            "out_of_frame": f"is {'out of' if condition.negated else 'in'} frame",
        }
        if condition.relation in said:
            return f"{who} {said[condition.relation]}"
        if condition.relation == "facing":
            return (
                f"{who} faces {plain(self.turned_from(name, condition.name), 0)} degrees away from `{condition.name}`"
            )
        away = self.gap(name, condition.name)
        return f"{who} is {plain(away, 1)} m from `{condition.name}`{self._moving(name, condition.name)}"

    def _moving(self, name: str, other: str) -> str:
        speed = self.speed(name)
        course, there = self.story.courses.get(name), self.extent(other)
        if speed < STILL_M_S or course is None or there is None:
            return ""
        track = course.track(np.array([self.now]))
        word = "rolling" if not course.body.is_person and np.linalg.norm(track.angular_rad_s[0]) > 0.1 else "moving"
        towards = float(track.linear_m_s[0, :2] @ (there.centre - track.T_world_body[0, :3, 3])[:2])
        return f", {word} {'towards it' if towards > 0 else 'away'} at {plain(speed, 1)} m/s"

    def hints(self, name: str, condition: Condition) -> list[str]:
        expected = (
            f"expected {condition.text}" if not condition.name else f"expected {condition.text.partition(' ')[0]}"
        )
        expected = "expected not" if condition.negated else expected.replace("_", " ")
        if condition.relation in ("near", "touching") and not condition.negated:
            return [f"{expected}.{self._touched(name, condition.name)}{self._near(name, condition.name)}"]
        opposite = condition.text.removeprefix("not ") if condition.negated else f"not {condition.text}"
        return [f"{expected}. `{opposite}` holds"]

    def _touched(self, name: str, other: str) -> str:
        start, stop = float(self.slate.start_s), float(self.slate.stop_s)
        touches = touches_between(name, other, self.story.contacts.get(self.layout.name, ()))
        within = [c.time_s for c in touches if start <= c.time_s < stop]
        if not within:
            return ""
        return f" It touches {plain(within[0] - start, 1)} s into the shot and rebounds."

    def _near(self, name: str, other: str) -> str:
        away = self.gap(name, other)
        return "" if not np.isfinite(away) else f" `near {other} {plain(float(np.ceil(away - 1e-9)), 0)}m` holds"
