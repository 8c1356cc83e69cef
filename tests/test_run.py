"""One render per folder; tasks side by side; what fails stops only what needs it; estimates that what was kept does not spoil."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from composer.errors import FolderInUseError, GeneratorError, OptionError, StorageError, WorkerLostError
from composer.run import (
    Board,
    Done,
    Inline,
    Nobody,
    Processes,
    Task,
    Threads,
    carry_out,
    hold,
    holder,
    read_status,
    refuse_if_held,
    trace,
)


def test_a_folder_is_held_by_one_and_says_by_whom(tmp_path):
    with hold(tmp_path):
        with pytest.raises(FolderInUseError, match=r"in use by process \d+"), hold(tmp_path):
            pass
        with pytest.raises(FolderInUseError, match=r"in use by process \d+"):
            refuse_if_held(tmp_path)
        assert holder(tmp_path).startswith(f"process {os.getpid()} on ")
    with hold(tmp_path):
        pass
    assert holder(tmp_path) is None
    refuse_if_held(tmp_path / "not there")


def test_a_killed_render_lets_go(tmp_path):
    code = f"import os\nfrom pathlib import Path\nfrom composer.run import hold\nwith hold(Path({str(tmp_path)!r})): os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    with hold(tmp_path):
        pass


def test_what_was_kept_does_not_count_as_speed(monkeypatch):
    steps = []
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    board = Board("film", steps.append)
    board.expect([Task("a", "render", 80), Task("b", "render", 20)])
    board.keep("a")
    board.start("b")
    now = 10.0
    board.share("b", 0.5)
    assert [s.remaining_s for s in steps] == [None, None, pytest.approx(10)]
    assert (steps[-1].done, steps[-1].total) == (90, 100)
    assert [s.happening for s in steps] == ["kept", "started", "progress"]
    assert [(r.item, r.share) for r in steps[-1].running] == [("b", 0.5)]


# --- tasks ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """A job whose workers write down what they did and what they knew of; those named in `fails` fail so many times."""

    folder: Path
    fails: tuple[tuple[str, int], ...] = ()
    error: type[Exception] = GeneratorError
    dies: str = ""
    waits_s: float = 0.0
    says: str = "failed"

    def open(self, listener, /):
        return NameWorker(self, listener)


class NameWorker:
    def __init__(self, job, listener):
        self.job, self.listener = job, listener

    def perform(self, task, known):
        self.listener.share(task, 0.5)
        time.sleep(self.job.waits_s)
        tries = len(list(self.job.folder.glob(f"{task}.*")))
        (self.job.folder / f"{task}.{tries}").write_text(json.dumps(known))
        if tries < dict(self.job.fails).get(task, 0):
            raise self.job.error(f"`{task}` {self.job.says}")
        if task == self.job.dies and not tries:
            os.kill(os.getpid(), signal.SIGKILL)
        return Done(f"key of {task}")

    def settle(self): ...

    def close(self): ...


DIAMOND = [
    Task("a", "render", 1),
    Task("b", "render", 1, ("a",)),
    Task("c", "render", 1, ("a",)),
    Task("shot", "deliver", 0, ("b", "c"), beside=True),
    Task("alone", "render", 1),
]


def engines(job):
    return [Inline(job, Nobody()), Threads(job, Nobody(), 3), Processes(job, Nobody(), 2)]


@pytest.mark.parametrize("index", range(3))
def test_every_engine_does_tasks_after_what_they_need_and_hands_on_keys(tmp_path, index):
    engine, board = engines(Names(tmp_path))[index], Board()
    board.expect(DIAMOND)
    outcome = carry_out(DIAMOND, {}, engine, board, 0)
    engine.close()
    assert outcome.done == {task.name: Done(f"key of {task.name}") for task in DIAMOND}
    assert json.loads((tmp_path / "shot.0").read_text()) == {"b": "key of b", "c": "key of c"}
    assert not outcome.failed
    assert not outcome.blocked


@pytest.mark.parametrize("index", range(3))
def test_what_fails_is_tried_again_then_left_and_all_else_is_done(tmp_path, index):
    steps = []
    job = Names(tmp_path, fails=(("b", 9), ("c", 2)), says="failed:\n  the GPU\nis on fire")
    engine, board = engines(job)[index], Board("film", steps.append, tmp_path)
    board.expect(DIAMOND)
    outcome = carry_out(DIAMOND, {}, engine, board, 2)
    engine.close()
    assert set(outcome.done) == {"a", "c", "alone"}
    assert outcome.failed == {"b": "`b` failed: the GPU is on fire"}
    assert outcome.blocked == {"shot": "b"}
    assert len(list(tmp_path.glob("b.*"))) == len(list(tmp_path.glob("c.*"))) == 3
    board.end("incomplete", "`b` failed: the GPU is on fire")
    status = read_status(tmp_path)
    states = {task.name: (task.state, task.attempts, task.said) for task in status.tasks}
    assert states["b"] == ("failed", 3, "`b` failed: the GPU is on fire")
    assert states["c"] == ("done", 3, "")
    assert states["shot"] == ("blocked", 0, "b")
    assert (status.state, status.done, status.total) == ("incomplete", 3.0, 4)
    assert [s.happening for s in steps if s.item == "b" and s.happening != "progress"] == [
        *("started", "retried") * 2,
        "started",
        "failed",
    ]


@pytest.mark.parametrize("error", [StorageError, OptionError, KeyError])
@pytest.mark.parametrize("index", range(3))
def test_what_no_other_try_would_mend_stops_at_once(tmp_path, index, error):
    engine, board = engines(Names(tmp_path, fails=(("a", 9),), error=error))[index], Board()
    board.expect(DIAMOND)
    with pytest.raises(error, match="`a` failed"):
        carry_out(DIAMOND, {}, engine, board, 5)
    engine.close(now=True)
    assert len(list(tmp_path.glob("a.*"))) == 1


def test_a_worker_that_is_killed_costs_a_try_of_what_it_was_doing(tmp_path):
    job = Names(tmp_path, dies="b")
    for retries, lost in ((1, False), (0, True)):
        for path in tmp_path.iterdir():
            path.unlink()
        engine, board = Processes(job, Nobody(), 2), Board()
        board.expect(DIAMOND)
        outcome = carry_out(DIAMOND, {}, engine, board, retries)
        engine.close()
        assert ("b" in outcome.failed) is lost
        if lost:
            assert outcome.failed["b"] == "the process that worked on `b` ended (SIGKILL) before it was done"
    with pytest.raises(WorkerLostError):
        raise WorkerLostError(outcome.failed["b"])


def test_what_is_known_is_not_done_again(tmp_path):
    engine, board = Inline(Names(tmp_path), Nobody()), Board()
    tasks = DIAMOND[1:4]
    board.expect(tasks)
    outcome = carry_out(tasks, {"a": Done("an older key", kept=True)}, engine, board, 0)
    engine.close()
    assert json.loads((tmp_path / "b.0").read_text()) == {"a": "an older key"}
    assert outcome.done["a"].kept


def test_threads_work_at_once():
    met = threading.Barrier(3, timeout=20)

    class Meeting(NameWorker):
        def perform(self, task, known):  # noqa: ARG002
            met.wait()
            return Done(task)

    class Job(Names):
        def open(self, listener, /):
            return Meeting(self, listener)

    tasks = [Task(name, "render", 1) for name in "abc"]
    board = Board()
    board.expect(tasks)
    engine = Threads(Job(Path()), Nobody(), 3)
    assert len(carry_out(tasks, {}, engine, board, 0).done) == 3
    engine.close()


def test_an_interrupted_render_ends_its_processes(tmp_path):
    engine = Processes(Names(tmp_path, waits_s=60), Nobody(), 1)
    future = engine.submit(Task("a", "render"), {})
    while not engine._all:
        time.sleep(0.01)
    process = engine._all[0]._process
    engine.close(now=True)
    assert process.returncode is not None
    assert future.cancelled() or isinstance(future.exception(), WorkerLostError)


def test_the_trace_has_a_row_for_every_thread(tmp_path):
    board = Board()
    board.expect(DIAMOND)
    engine = Inline(Names(tmp_path), board)
    carry_out(DIAMOND, {}, engine, board, 0)
    engine.close()
    from composer.run import Span  # noqa: PLC0415

    spans = [Span("a/0", "generate", 1.0, 1.5, 7, "MainThread"), Span("a/0", "write", 1.5, 1.6, 7, "natives_0")]
    events = json.loads(trace(spans, 0.5))["traceEvents"]
    whole = [e for e in events if e["ph"] == "X"]
    assert [(e["name"], e["ts"], e["dur"]) for e in whole] == [
        ("generate a/0", 500_000, 500_000),
        ("write a/0", 1_000_000, 100_000),
    ]
    assert {e["args"]["name"] for e in events if e["ph"] == "M"} == {"MainThread", "natives_0"}
    assert len({e["tid"] for e in whole}) == 2
