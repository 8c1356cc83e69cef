"""Which figures of a report fail: `gate.py REPORT KNOWN`. Exits 1 for one that KNOWN does not name.

KNOWN has a line for each figure that is known to fail, as this prints it: the film, where, and the measure.
"""

import json
import sys
from pathlib import Path

report, known = Path(sys.argv[1]), Path(sys.argv[2])
name = report.parent.name
film = json.loads(report.read_text())
found = {
    (f"{join['before']} | {join['after']}", measured["measure"], measured["value"])
    for join in film["joins"]
    for measured in join["measures"]
    if measured["verdict"] == "fail"
}
found |= {
    (measured["where"]["shot"], measured["measure"], measured["value"])
    for measured in (*(m for shot in film["shots"] for m in shot["measures"]), *film["returns"])
    if measured["verdict"] == "fail"
}
told = {f"{name}: {where}: {measure}": value for where, measure, value in found}
expected = {line for line in known.read_text().splitlines() if line.startswith(f"{name}:")}
for line in sorted(told.keys() - expected):
    print(f"        fails: {line} ({told[line]:g})")
for line in sorted(expected - told.keys()):
    print(f"        passes now, and may leave {known}: {line}")
sys.exit(bool(told.keys() - expected))
