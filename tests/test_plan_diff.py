"""`composer plan --diff`: exactly what a render makes anew, and through which field or which other segment."""

import json
from itertools import permutations

import pytest
from takes import SEGMENTS, TEXT
from test_cli import run

import composer
from composer import generators
from composer.composing.changes import as_list, by_name, changes
from composer.composing.differing import Cause, Difference, Verdict
from composer.composing.recording import RECORD, read_record
from composer.errors import GeneratorError
from composer.printing import diff_lines
from composer.shotlist import document


def test_where_nothing_was_rendered_all_would_be(room):
    assert room.told() == "Takes into out: nothing was rendered there yet; 5 of 5 segments would render"
    assert not room.out.exists()


def test_after_a_render_nothing_would_be(room):
    assert room.render() == SEGMENTS
    assert room.told() == "Takes into out, last rendered by recall 1: no segment would render, 5 kept"
    assert room.render() == []


def test_one_shot_edited_in_the_middle_renders_its_dependents_and_nothing_else(room):
    room.begin()
    room.edit("lens: 35mm", "lens: 50mm")
    expected = """\
Takes into out, last rendered by recall 1: 2 of 5 segments would render, 3 kept
renders  s03/0  shots.s03.camera.lens: 35mm -> 50mm (camera)
renders  s04/0  shots.s03.camera.lens: 35mm -> 50mm (camera, memory)
                continues s03/0"""
    assert room.told() == expected
    assert list(room.diff().renders) == room.render() == ["s03/0", "s04/0"]
    room.edit("lens: 50mm", "lens: 35mm")
    expected = """\
Takes into out, last rendered by recall 1: no segment would render, 5 kept
kept  s03/0  found in the store
kept  s04/0  found in the store
renders nothing: shots.s03.camera.lens: 50mm -> 35mm
only the film is put together anew"""
    assert room.told() == expected
    assert room.render() == []


def test_a_shot_that_others_remember_renders_them_too(room):
    room.begin()
    room.edit(
        "duration: 0.3s\n    camera: {frame: WS tower",
        "duration: 0.3s\n    prompt: at dawn\n    camera: {frame: WS tower",
    )
    expected = """\
Takes into out, last rendered by recall 1: 3 of 5 segments would render, 2 kept
renders  s01/0  shots.s01.prompt: added at dawn (prompt)
renders  s03/0  remembers s01/0
renders  s04/0  continues s03/0"""
    told = room.told()
    assert told == expected
    assert list(room.diff().renders) == room.render() == ["s01/0", "s03/0", "s04/0"]


def test_what_only_the_film_shows_renders_nothing(room):
    room.begin()
    before = (room.out / "film.mp4").read_bytes()
    room.edit("title: Takes", "title: Other")
    room.edit("[wind]", "[wind, rain]")
    expected = """\
Other into out, last rendered by recall 1: no segment would render, 5 kept
renders nothing: title: Takes -> Other
renders nothing: places.yard.ambience: [wind] -> [wind, rain]
only the film is put together anew"""
    assert room.told() == expected
    assert room.render() == []
    assert (room.out / "film.mp4").read_bytes() != before


def test_a_shot_that_is_inserted_reseeds_none(room):
    room.begin()
    seeds = {s.id: s.seed for s in composer.plan(composer.load("takes.yaml"), generator="recall").segments}
    room.edit(
        "  - shot: s05",
        "  - shot: 04A\n    duration: 0.3s\n    camera: MS desk\n    place: office\n  - shot: s05".replace(
            "s04A", "04A"
        ),
    )
    again = {s.id: s.seed for s in composer.plan(composer.load("takes.yaml"), generator="recall").segments}
    assert seeds == {name: seed for name, seed in again.items() if name != "04A/0"}
    difference = room.diff()
    assert [cause.said for cause in difference.segments[4].why] == ["shots.04A: added"]
    assert list(difference.renders) == room.render()
    assert room.diff().renders == ()


def test_several_fields_are_told_apart(room):
    room.begin()
    room.edit("look: oak", "look: dark walnut")
    room.edit("lens: 35mm", "lens: 40mm")
    room.edit("title: Takes", "title: Two")
    room.edit("from: east", "from: west")
    expected = """\
Two into out, last rendered by recall 1: 4 of 5 segments would render, 1 kept
renders  s02/0  places.office.anchors.desk.look: oak -> dark walnut (place, prompt)
renders  s03/0  shots.s03.camera.lens: 35mm -> 40mm (camera)
renders  s04/0  shots.s03.camera.lens: 35mm -> 40mm (camera)
                continues s03/0
renders  s05/0  places.office.anchors.desk.look: oak -> dark walnut (place, prompt)
                shots.s05.camera.from: east -> west (camera)
                remembers s02/0
renders nothing: title: Takes -> Two"""
    assert room.told() == expected
    assert list(room.diff().renders) == room.render()


def test_changes_that_are_no_list_alone_are_told_together(room):
    """Neither the new name of an anchor nor the framing that uses it is a good list without the other."""
    room.begin()
    room.edit("desk: {box", "table: {box")
    room.edit("WS desk\n", "WS table\n")
    room.edit("frame: WS desk", "frame: WS table")
    expected = """\
Takes into out, last rendered by recall 1: 2 of 5 segments would render, 3 kept
renders  s02/0  places.office.anchors.table: added; places.office.anchors.desk: removed; shots.s02.camera: WS desk -> WS table; and 1 more (place, prompt)
renders  s05/0  places.office.anchors.table: added; places.office.anchors.desk: removed; shots.s02.camera: WS desk -> WS table; and 1 more (place, prompt)
                remembers s02/0"""
    assert room.told() == expected


def test_what_is_no_part_of_the_list_is_told_too(room):
    room.begin()
    assert [c.said for c in room.diff(seed=5).segments[0].why] == ["seed: 0 -> 5"]
    assert [c.said for c in room.diff(without=["normal"]).segments[1].why] == ["generator withheld: none -> normal"]
    told = {c.said: c.parts for c in room.diff(generator="previz").segments[1].why}
    assert "generator" in told["generator: recall -> previz"]
    assert room.diff().renders == ()


def test_a_file_that_the_list_names_is_named(room):
    mesh = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nv 0.5 0.5 1\nf 1 3 2\nf 1 4 3\nf 1 2 5\nf 2 3 5\nf 3 4 5\nf 4 1 5\n"
    (room.folder / "tent.obj").write_text(mesh)
    room.edit("desk: {box: 2 x 1 x 1m, look: oak}", "desk: {mesh: tent.obj, look: oak}")
    room.render()
    (room.folder / "tent.obj").write_text(mesh.replace("0.5 0.5 1", "0.5 0.5 1.2"))
    difference = room.diff()
    assert difference.renders == ("s02/0", "s05/0")
    assert [cause.said for cause in difference.segments[1].why] == ["tent.obj: the file has changed"]


def test_clips_that_are_gone_and_another_code_are_told(room):
    room.begin()
    for clip in room.folder.rglob("clip.mkv"):
        clip.unlink()
    assert [c.said for c in room.diff().segments[1].why] == ["its clip is no longer in the store"]
    record = json.loads((room.out / RECORD).read_text())
    for segment in record["segments"].values():
        segment["parts"]["code"] = "0" * 40
    (room.out / RECORD).write_text(json.dumps(record))
    assert [c.said for c in room.diff().segments[1].why] == ["composer itself: the code that makes it is another"]


def test_a_render_that_failed_leaves_a_record_of_what_it_made(room, monkeypatch):
    import recall  # noqa: PLC0415 - `room` has installed it

    room.begin()
    generate = recall.Recall.generate

    def failing(self, request, /, on_progress):
        if request.plan.id == "s03/0":
            raise GeneratorError("out of luck")
        return generate(self, request, on_progress)

    monkeypatch.setattr(recall.Recall, "generate", failing)
    room.edit("look: red brick", "look: blue brick")
    with pytest.raises(GeneratorError, match="out of luck"):
        room.render()
    record = read_record(room.out)
    assert [name for name, segment in record.segments.items() if segment.earlier] == ["s03/0", "s04/0"]
    assert [c.said for c in room.diff().segments[2].why] == ["the last render ended before it"]
    monkeypatch.setattr(recall.Recall, "generate", generate)
    assert list(room.diff().renders) == room.render() == ["s03/0", "s04/0"]


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        '{"version": 1}',
        '{"version": 2}',
        '{"version": 1, "segments": {"x": {}}}',
        '{"version": 1, "document": "", "generator": {}, "seed": 0, "segments": {}}',
        "[" * 9999,
    ],
)
def test_a_record_that_cannot_be_read_is_none(room, damage):
    (room.out / RECORD).parent.mkdir(parents=True)
    (room.out / RECORD).write_text(damage)
    assert read_record(room.out) is None


OTHER = TEXT.replace("35mm", "50mm").replace("      tower:", "      mill: {box: 1 x 1 x 1m}\n      tower:")


@pytest.mark.parametrize("order", list(permutations(range(3)))[1:])
def test_all_changes_together_are_the_other_document(order):
    """Shots that are moved, added, gone and edited, and one change after the other gives what the new text says."""
    old, new = document(TEXT), document(OTHER)
    shots = new["shots"]
    new["shots"] = [shots[i] for i in order] + [{"shot": "s06", "duration": "1s"}, shots[4]]
    made = by_name(old)
    for change in changes(by_name(old), by_name(new)):
        made = change.apply(made)
    assert as_list(made) == new
    assert list(made["places"]["yard"]["anchors"]) == ["mill", "tower", "shed"]
    assert changes(by_name(new), by_name(new)) == []


def test_the_command_line_prints_it(room):
    room.render(generator="previz")
    room.edit("title: Takes", "title: Other")
    told = run("plan", "takes.yaml", "-g", "previz", "-o", "out", "--diff", cwd=room.folder)
    version = generators.load("previz").capabilities.version
    assert told.stdout == (
        f"Other into out, last rendered by previz {version}: no segment would render, 5 kept\n"
        "renders nothing: title: Takes -> Other\nonly the film is put together anew\n"
    )
    room.edit("lens: 35mm", "lens: 50mm")
    said = json.loads(
        run("plan", "takes.yaml", "-g", "previz", "-o", "out", "--diff", "--json", cwd=room.folder).stdout
    )
    assert [s["segment"] for s in said["segments"] if s["renders"]] == ["s03/0", "s04/0"]
    assert said["segments"][2]["why"] == [{"said": "shots.s03.camera.lens: 35mm -> 50mm", "parts": ["camera"]}]
    assert run("plan", "takes.yaml", "-o", "out", cwd=room.folder).returncode == 2


def test_the_time_is_that_of_the_last_render_and_of_new_segments_the_mean():
    told = (
        Verdict("a/0", True, (Cause("x"),), 4.0),
        Verdict("b/0", False, (), 2.0),
        Verdict("c/0", True, (Cause("y"),)),
    )
    difference = Difference("Film", "out", "recall 1", told)
    assert difference.seconds == 4.0 + 3.0
    assert list(diff_lines(difference))[-1] == "about 7 s of rendering, as the last ones took"
    assert Difference("Film", "out", "recall 1", (told[2],)).seconds is None
