"""When which worker did what, as chrome://tracing and Perfetto open it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from composer.run.work import Span


def trace(spans: Iterable[Span], start_s: float) -> str:
    """Spans as a JSON trace whose time begins at `start_s`: a row for each process and thread. Trace Event Format, 2016."""
    return json.dumps({"displayTimeUnit": "ms", "traceEvents": list(_events(list(spans), start_s))}, indent=0)


def _events(spans: list[Span], start_s: float) -> Iterator[dict[str, Any]]:
    rows: dict[tuple[int, str], int] = {}
    for span in sorted(spans, key=lambda span: span.start_s):
        row = rows.setdefault((span.process, span.thread), len(rows) + 1)
        yield {
            "name": f"{span.name} {span.task}",
            "cat": span.name,
            "ph": "X",
            "ts": round((span.start_s - start_s) * 1e6),
            "dur": max(1, round((span.stop_s - span.start_s) * 1e6)),
            "pid": span.process,
            "tid": row,
            "args": {"task": span.task},
        }
    for (process, thread), row in rows.items():
        yield {"name": "thread_name", "ph": "M", "pid": process, "tid": row, "args": {"name": thread}}
