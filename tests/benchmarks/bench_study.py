"""The study behind the product through the commands: 20,254 files, twelve analysts, one report.

`STUDY_PART` makes it smaller (40: a fortieth), `STUDY_ANALYSTS` changes how many take part; it runs
once, whatever the rounds. The figures that come out are held against those that were published.
"""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import Measure, timed_s
from tests.integration.servers import Server, wheel_programs
from tests.stories.study_replay import Replay, check

PART = int(os.environ.get("STUDY_PART", "1"))
ANALYSTS = int(os.environ.get("STUDY_ANALYSTS", "12"))
COMMAND = "python -m tests.benchmarks --only study"


def measure(_: int) -> list[Measure]:
    """Replay it, from the first `batch add` to the report in every form."""
    server = Server(wheel_programs(18))
    try:
        server.start()
        with TemporaryDirectory(prefix="assay-bench-") as folder:
            return _replayed(server, Path(folder))
    finally:
        server.remove()


def _replayed(server: Server, folder: Path) -> list[Measure]:
    replay = Replay(server, folder, part=PART, analysts=ANALYSTS)
    replay.prepare()
    start_to_report_s = timed_s(lambda: _worked(replay, folder))
    check(json.loads((folder / "report.json").read_text("utf-8")), part=PART, analysts=ANALYSTS)
    for form in ("html", "pdf", "csv"):
        replay.report(form, folder / f"report.{form}")
    found = replay.found
    replay.close()
    what = f"study replay, {found:,} files, {ANALYSTS} analysts"
    note = "two desks at a time beside the server on one machine; tables as published"
    whole = Measure(f"{what}, start to report", start_to_report_s, "s", None, "", COMMAND, note)
    steps = [
        Measure(f"study replay: {step}", seconds, "s", None, "", COMMAND, _notes(step))
        for step, seconds in replay.took_s.items()
    ]
    return [whole, *steps]


def _worked(replay: Replay, folder: Path) -> None:
    replay.work()
    replay.report("json", folder / "report.json")


def _notes(step: str) -> str:
    return "from the start of the process to its exit" if step.startswith("report") else ""
