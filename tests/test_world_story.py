"""One story, one history: physics among orders, stagings, jumps in time, looks that change, what must hold."""

import numpy as np
import pytest

from composer import ShotListError, read
from composer.composing.rehearsal import rehearse
from composer.generators import load
from composer.planning import PlanOptions
from composer.world.props import Props

YARD = """
places:
  yard:
    anchors:
      table: {box: 1.2 x 0.8 x 0.8m, look: oak table, at: [0, 0]}
      wall: {wall: 12 x 2m, look: brick wall, at: [0, 6]}
    marks:
      spot: {at: [-3, 4]}
      far: {at: [6, 1]}
      near_side: {at: [-3, -4]}
  office:
    anchors: {desk: {box: 1.8 x 0.8 x 0.75m}}
subjects:
  mara: {person: 1.70m, at: [-3, 0], facing: east}
  ball: {sphere: 0.24m, looks: {muddy: caked in mud}, on_top_of: table}
  drum: {cylinder: 0.6 x 0.9m, axis: north, at: [4, -3]}
  crate: {box: 0.4 x 0.3 x 0.3m, at: [-2, -1]}
"""


def played(*shots, faults=()):
    rehearsal = rehearse(read(film(*shots)))
    assert [fault.code for fault in rehearsal.faults] == list(faults), [f.message for f in rehearsal.faults]
    return rehearsal.story


def film(*shots):
    """Shots as the rest of a flow mapping: `4s, motion: {...}`."""
    lines = [
        f"  - {{shot: s{i}, camera: WS {'desk' if 'place: office' in shot else 'table'}, duration: {shot}}}"
        for i, shot in enumerate(shots)
    ]
    return YARD + "shots:\n" + "\n".join(lines)


def told(*shots):
    """Message and hints of the one fault of a film."""
    try:
        fault = rehearse(read(film(*shots))).faults[0]
    except ShotListError as error:
        fault = error.faults[0]
    return fault.code, fault.message, fault.expected


def at(story, name, time_s, place="yard"):
    track = story.courses[name].track(np.array([float(time_s)]))
    assert story.courses[name].place_at(float(time_s)) == place
    return track.T_world_body[0, :3, 3]


def speed(story, name, time_s):
    return float(np.linalg.norm(story.courses[name].track(np.array([float(time_s)])).linear_m_s[0]))


# --- things -----------------------------------------------------------------------------------------------------------


def test_things_sleep_until_they_are_told():
    story = played("4s", "4s, motion: {drum: [hold for 1s, push west at 2m/s]}")
    np.testing.assert_array_equal(at(story, "drum", 0), at(story, "drum", 4.99))
    assert speed(story, "drum", 5.01) == pytest.approx(2.0, abs=0.02)
    assert at(story, "drum", 6)[0] == pytest.approx(2.0, abs=0.1)


def test_a_throw_lands_on_its_mark_in_its_time():
    story = played("4s, motion: {ball: throw to far in 0.9s}")
    np.testing.assert_allclose(at(story, "ball", 0.899)[:2], [6, 1], atol=0.02)
    assert at(story, "ball", 0.897)[2] == pytest.approx(0.12, abs=0.03)


def test_a_throw_at_a_speed_takes_the_flat_arc_and_says_what_speed_it_needs():
    story = played("4s, motion: {ball: throw to far at 12m/s}")
    assert speed(story, "ball", 0.001) == pytest.approx(12, abs=0.02)
    assert min(np.linalg.norm(at(story, "ball", t)[:2] - [6, 1]) for t in np.arange(0, 1.2, 0.005)) < 0.05
    code, message, expected = told("4s, motion: {ball: throw to far at 3m/s}")
    assert code == "too-slow"
    assert message == "thrown so, `ball` does not reach `far`"
    assert expected == ("it takes 7.3 m/s at least. Did you mean `throw to far at 7.3m/s`?",)


def test_a_thing_can_be_taken_carried_put_down_and_stays_there():
    story = played(
        "4s, motion: {mara: [walk to crate, take crate]}",
        "5s, motion: {mara: [walk to table, put crate on_top_of table]}",
        "3s, motion: {mara: walk to spot}",
    )
    carried = story.courses["mara"].track(np.array([5.0])), story.courses["crate"].track(np.array([5.0]))
    apart = np.linalg.norm((carried[0].T_world_body - carried[1].T_world_body)[0, :2, 3])
    assert 0.25 < apart < 0.8
    np.testing.assert_allclose(carried[1].linear_m_s, carried[0].linear_m_s, atol=0.8)
    lies = at(story, "crate", 9)
    assert lies[2] == pytest.approx(0.95, abs=0.005), "on the table"
    assert abs(lies[0]) < 0.45
    np.testing.assert_array_equal(lies, at(story, "crate", 11.9))


def test_what_is_carried_can_be_let_go_and_falls():
    story = played("4s, motion: {mara: [walk to crate, take crate]}", "4s, motion: {crate: release}")
    assert at(story, "crate", 4)[2] > 0.9
    assert at(story, "crate", 7.9)[2] == pytest.approx(0.15, abs=0.02)


def test_a_carried_thing_moves_without_a_jump():
    story = played("4s, motion: {mara: [walk to crate, take crate, walk to table]}", "4s")
    times = np.arange(0, 8, 0.001)
    way = np.linalg.norm(np.diff(story.courses["crate"].track(times).T_world_body[:, :3, 3], axis=0), axis=1)
    assert way.max() < 0.008


@pytest.mark.parametrize(
    ("motion", "code", "message"),
    [
        ("mara: take drum", "reach", "`drum` is 6.9 m away from mara, and arms reach 1.2 m"),
        ("mara: put drum on_top_of table", "carried", "mara does not carry `drum`"),
        ("mara: [walk to crate, take crate, take crate]", "carried", "mara carries `crate` already"),
        ("drum: take crate", "gait", "`drum` is a thing: people are told to take"),
        ("mara: push east at 2m/s", "gait", "`mara` is a person: things are told to push"),
        ("mara: take table", "not-a-subject", "`table` is an anchor and never moves"),
        ("ball: push east", "motion-word", "`push` does not say how fast"),
        ("ball: throw to spot", "motion-word", "`throw` does not say how fast"),
        ("ball: release it", "motion-word", "`release` stands alone: it is told to the thing"),
        ("mara: put crate on table", "motion-word", "`put` sets a thing `on_top_of` another"),
        ("ball: roll east at 2m/s", "motion-word", "`roll` is no motion"),
    ],
)
def test_what_cannot_be_done_with_things(motion, code, message):
    try:
        faults = rehearse(read(film(f"8s, motion: {{{motion}}}"))).faults
    except ShotListError as error:
        faults = error.faults
    assert (faults[0].code, faults[0].message) == (code, message)


def test_people_go_to_where_a_rolling_thing_will_be():
    story = played(
        "8s, motion: {drum: push west at 1m/s, mara: [hold for 1s, run via near_side to drum]}", faults=["struck"]
    )
    times = np.arange(1.5, 7.9, 0.01)
    still = [t for t in times if speed(story, "mara", t) == 0 and at(story, "mara", t)[0] > -2.5]
    apart = np.linalg.norm(at(story, "mara", still[0])[:2] - at(story, "drum", still[0])[:2])
    assert apart == pytest.approx(0.6 + 0.25 + 0.3, abs=0.1)
    assert speed(story, "drum", still[0]) > 0.3, "it is met on its way"


def test_a_body_that_strikes_a_person_is_told_and_bounces_off():
    code, message, _ = told("3s, motion: {ball: throw to mara at 9m/s}", "1s")
    assert code == "struck"
    assert message == "`ball` strikes mara 0.2 s into shot `s0`, at 9 m/s"
    story = played("3s, motion: {ball: throw to mara at 9m/s}", faults=["struck"])
    assert at(story, "ball", 0.5)[0] > at(story, "ball", 0.32)[0] + 0.3


def test_a_person_who_walks_into_a_thing_is_told_and_pushes_it():
    code, message, _ = told("5s, motion: {mara: {keys: [{t: 4s, at: [-1, -2]}]}}")
    assert code == "struck"
    assert message == "mara walks into `crate` 1.5 s into shot `s0`, at 1 m/s"


def test_keys_meet_their_poses_and_hold():
    story = played(
        "5s, motion: {mara: {keys: [{t: 0s, at: [-3, 0]}, {t: 2s, at: [-3, -2]}, {t: 3s, at: [-3, -2]}, {t: 5s, at: spot}]}}"
    )
    np.testing.assert_allclose(at(story, "mara", 2)[:2], [-3, -2], atol=1e-9)
    np.testing.assert_allclose(at(story, "mara", 2.5)[:2], [-3, -2], atol=1e-9)
    np.testing.assert_allclose(at(story, "mara", 5)[:2], [-3, 4], atol=1e-9)
    code, message, _ = told("5s, motion: {mara: {keys: [{t: 0s, at: [9, 0]}, {t: 2s, at: spot}]}}")
    assert (code, message) == ("teleport", "mara is 12 m away from the first of its poses")


# --- the clock --------------------------------------------------------------------------------------------------------


def test_what_is_off_screen_goes_on_and_a_moment_can_be_seen_again():
    shots = ("4s, motion: {drum: push west at 2m/s}", "3s, place: office", "2s, place: yard, time: same as s0 + 1s")
    rehearsal = rehearse(read(film(*shots)))
    again = rehearsal.story.sample("yard", np.array([1.5])).bodies["drum"].T_world_body
    np.testing.assert_array_equal(again, rehearsal.story.sample("yard", np.array([1.5])).bodies["drum"].T_world_body)
    assert [float(s.start_s) for s in rehearsal.slates] == [0, 4, 1]
    track = rehearsal.film_tracks(rehearsal_shot(rehearsal, 2), (64, 36))[1]
    first = rehearsal.film_tracks(rehearsal_shot(rehearsal, 0), (64, 36))[1]
    np.testing.assert_array_equal(track.bodies["drum"].T_world_body[:24], first.bodies["drum"].T_world_body[24:48])


def rehearsal_shot(rehearsal, index):
    return rehearsal.plan(load("previz").capabilities, PlanOptions()).shots[index]


def test_later_walks_have_arrived_and_things_have_settled():
    story = played("1s, motion: {mara: walk to spot, drum: push west at 2m/s}", "2s, time: later 0.5s")
    np.testing.assert_allclose(at(story, "mara", 1.5)[:2], [-3, 4], atol=1e-9)
    assert speed(story, "mara", 1.6) == 0
    assert speed(story, "drum", 1.6) == 0
    assert at(story, "drum", 1.6)[0] < at(story, "drum", 1.4)[0] - 2, "it has rolled to its end"


def test_who_is_staged_elsewhere_is_there_and_nowhere_else():
    story = played(
        "2s", "2s, place: office, time: later 1min, stage: {mara: {in_front_of: desk, gap: 1m, facing: desk}}"
    )
    assert "mara" in story.sample("yard", np.array([1.0]))[0].bodies
    assert "mara" not in story.sample("yard", np.array([63.0]))[0].bodies
    np.testing.assert_allclose(at(story, "mara", 63, "office")[:2], [0, -0.4 - 1 - 0.25])
    facing = -story.courses["mara"].pose(63.0)[:2, 1]
    np.testing.assert_allclose(facing, [0, 1], atol=1e-9)


def test_presence_is_told_frame_by_frame():
    story = played("2s", "2s, place: office, stage: {mara: {in_front_of: desk, gap: 1m}}")
    track = story.sample("yard", np.array([1.0, 1.9, 2.0, 2.1]))
    assert track.bodies["mara"].present.tolist() == [True, True, False, False]
    assert "mara" in track[1].bodies
    assert "mara" not in track[2].bodies


def test_nobody_jumps_where_time_goes_on():
    code, message, expected = told("2s, motion: {mara: walk to spot}", "2s, stage: {mara: {at: far}}")
    assert code == "teleport"
    assert message == "mara cannot be put at `far`: time is continuous, and mara is 9.2 m away, walking to `spot`"
    assert expected == (
        "let mara go there (`motion: {mara: walk to far}`, 6.6 s), or let time pass (`time: later 7s`)",
    )


@pytest.mark.parametrize(
    "change",
    ["motion: {ball: push west at 1m/s}", "becomes: {ball: muddy}", "light: night", "stage: {mara: {at: far}}"],
)
def test_what_was_seen_stays_so(change):
    code, message, expected = told("4s", "4s, place: office", f"2s, place: yard, time: same as s0 + 1s, {change}")
    assert code == "history"
    assert message == "`s2` shows 1 s to 3 s of the story, which `s0` already told"
    assert expected == ("what was seen stays so. The yard is free from 4 s on: `time: after s0`",)


def test_a_moment_that_nobody_saw_is_free():
    played("4s", "4s, place: office", "2s, place: yard, time: after s0, motion: {ball: push east at 1m/s}")


# --- looks and expectations -------------------------------------------------------------------------------------------


def test_looks_change_at_their_time_and_a_moment_before_shows_them_as_they_were():
    story = played(
        "2s, motion: {ball: throw to far in 0.9s}, becomes: {ball: muddy at contact with ground}",
        "2s, becomes: {ball: plain at 1s}",
    )
    variants = story.sample("yard", np.array([0.5, 0.95, 2.9, 3.1])).variants
    assert variants == ({}, {"ball": "muddy"}, {"ball": "muddy"}, {})


def test_a_change_at_a_contact_that_never_is():
    code, message, expected = told("2s, becomes: {ball: muddy at contact with wall}")
    assert (code, message) == ("no-contact", "`ball` does not touch `wall` in shot `s0`")
    assert expected == ("it never does. Give the change a time, such as `muddy at 1s`",)


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("drum: still", "at the end of `s0` the drum moves at "),
        ("drum: near wall", "at the end of `s0` the drum is "),
        ("mara: facing wall", "at the end of `s0` mara faces "),
        ("mara: not left_of table", "at the end of `s0` mara is 2.1 m from `table`"),
        ("ball: not on_top_of table", "at the end of `s0` the ball is 0 m from `table`"),
        ("ball: looks muddy", "at the end of `s0` the ball looks plain"),
        ("mara: in office", "at the end of `s0` mara is in `yard`"),
        ("ball: out_of_frame", "at the end of `s0` the ball is in frame"),
    ],
)
def test_what_must_hold_and_does_not(expect, message):
    code, said, _ = told(f"1s, motion: {{drum: push west at 2m/s}}, expect: {{{expect}}}")
    assert code == "expect"
    assert said.startswith(message)


@pytest.mark.parametrize(
    "expect",
    ["drum: [moving, not touching wall]", "mara: [still, left_of table, not facing wall, in yard]",
     "ball: [on_top_of table, looks plain, in_frame, near table, touching table]", "crate: in_front_of table"],
)  # fmt: skip
def test_what_must_hold_and_does(expect):
    played(f"1s, motion: {{drum: push west at 2m/s}}, expect: {{{expect}}}")


def test_position_and_velocity_go_on_across_every_cut():
    story = played(
        "2s, motion: {mara: walk to spot, drum: push west at 2m/s, ball: throw to far in 2.5s}", "2s", "2s", "1s"
    )
    for cut in (2.0, 4.0, 6.0):
        for name in ("mara", "drum", "ball", "crate"):
            before, after = (story.courses[name].track(np.array([cut + e])) for e in (-1e-6, 1e-6))
            np.testing.assert_allclose(before.T_world_body, after.T_world_body, atol=1e-4)
            np.testing.assert_allclose(before.linear_m_s, after.linear_m_s, atol=1e-3)


def test_the_same_list_tells_the_same_story_to_the_bit():
    shots = ("3s, motion: {drum: push west at 2m/s, ball: throw to far in 0.9s}", "3s")
    times = np.arange(0, 6, 0.1)
    one, two = (played(*shots).sample("yard", times) for _ in range(2))
    for name in one.bodies:
        np.testing.assert_array_equal(one.bodies[name].T_world_body, two.bodies[name].T_world_body)


def test_what_is_carried_comes_along_to_another_place():
    story = played(
        "4s, motion: {mara: [walk to crate, take crate]}",
        "2s, place: office, time: later 1min, stage: {mara: {in_front_of: desk, gap: 1m, facing: north}}",
        "3s, place: office, motion: {mara: [walk to desk, put crate on_top_of desk]}",
    )
    assert story.courses["crate"].place_at(3.9) == "yard"
    carried = at(story, "crate", 65, "office")
    assert np.linalg.norm(carried - at(story, "mara", 65, "office")) < 0.7
    assert at(story, "crate", 68.9, "office")[2] == pytest.approx(0.9, abs=0.005), "on the desk"
    assert "crate" not in story.sample("yard", np.array([65.0]))[0].bodies


def test_what_was_played_in_a_place_is_not_played_again(monkeypatch):
    played_places = []
    play = Props.play
    monkeypatch.setattr(
        Props, "play", lambda self, end_s: (played_places.append(sorted(self.layouts)), play(self, end_s))[1]
    )
    text = film("3s, motion: {drum: push west at 2.11m/s}", "2s, place: office").replace(
        "  crate:", "  cup: {cylinder: 0.1 x 0.1m, place: office, on_top_of: desk}\n  crate:"
    )
    first, again = (rehearse(read(text)).story for _ in range(2))
    assert sorted(played_places) == [["office"], ["yard"]]
    moved = rehearse(read(text.replace("place: office}", "place: office, motion: {cup: push east at 1m/s}}"))).story
    assert played_places[2:] == [["office"]], "the yard is as it was"
    times = np.arange(0, 3, 0.25)
    for story in (again, moved):
        ours, theirs = (s.sample("yard", times).bodies["drum"].T_world_body for s in (story, first))
        np.testing.assert_array_equal(ours, theirs)
