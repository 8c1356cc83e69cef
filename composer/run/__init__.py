"""Long work: who holds a folder, tasks that wait for one another, who does them, and how much is left."""

from composer.run.board import Board, OnProgress
from composer.run.engines import Engine, Inline, Processes, Threads
from composer.run.folders import CLIPS, STATE, STEM_FOLDER, hold, holder, refuse_if_held, tidy
from composer.run.scheduling import Outcome, carry_out
from composer.run.status import Status, TaskStatus, read_status, write_status
from composer.run.tracing import trace
from composer.run.work import Done, Job, Listener, Nobody, Span, Task, Worker, spanning

__all__ = [
    "CLIPS",
    "STATE",
    "STEM_FOLDER",
    "Board",
    "Done",
    "Engine",
    "Inline",
    "Job",
    "Listener",
    "Nobody",
    "OnProgress",
    "Outcome",
    "Processes",
    "Span",
    "Status",
    "Task",
    "TaskStatus",
    "Threads",
    "Worker",
    "carry_out",
    "hold",
    "holder",
    "read_status",
    "refuse_if_held",
    "spanning",
    "tidy",
    "trace",
    "write_status",
]
