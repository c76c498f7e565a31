"""Two hundred workstations on one server, 50,000 verdicts, faults drawn: what one server carries.

`SCALE_DESKS` and `SCALE_VERDICTS` make it smaller or larger; `SCALE_AT_ONCE` says how many of the
processes work side by side (on two cores more of them only wait for each other). It runs once,
whatever the rounds.
"""

import os
import random
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import Measure, percentile
from tests.faults.fleet import Fleet, Report, drawn
from tests.integration.servers import Server, wheel_programs

DESKS = int(os.environ.get("SCALE_DESKS", "200"))
VERDICTS = int(os.environ.get("SCALE_VERDICTS", "50000"))
SYNCS = 2  # of each workstation, with half of its verdicts each
AT_ONCE = int(os.environ.get("SCALE_AT_ONCE", "4"))
FAULTY = 0.2  # share of the workstations that meet a fault
SEED = 20261130
COMMAND = "python -m tests.benchmarks --only scale"


def measure(_: int) -> list[Measure]:
    """Run it once, and hold every record that was shown as kept against the log."""
    settings = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on"}
    settings |= {"max_connections": str(DESKS + AT_ONCE + 20)}
    server = Server(wheel_programs(18), settings)
    try:
        server.start()
        with TemporaryDirectory(prefix="assay-bench-") as folder:
            fleet = Fleet(server, Path(folder) / "fleet", DESKS, AT_ONCE)
            chance = random.Random(SEED)  # noqa: S311  # which faults, and where
            shifts = drawn(fleet, VERDICTS, SYNCS, FAULTY, chance)
            report = fleet.run(shifts, AT_ONCE, server_dies_after=DESKS // 2)
            held_mb = fleet.connected_mb()
            last = fleet.run([fleet.shift(number, (), 1) for number in range(DESKS)], AT_ONCE)
            assert report.alarms + last.alarms == 0
            verdicts = fleet.check(shifts, last)
            assert verdicts == VERDICTS // DESKS * DESKS
            fleet.close()
    finally:
        server.remove()
    return _measures(report, verdicts, held_mb)


def _measures(report: Report, verdicts: int, held_mb: float) -> list[Measure]:
    seconds, half = report.syncs_s, VERDICTS // DESKS // SYNCS
    many = f"{DESKS} workstations, {verdicts:,} verdicts"
    found = [
        Measure(
            f"scale, {many}, faults drawn",
            verdicts / report.seconds,
            "verdicts/s",
            None,
            "",
            COMMAND,
            f"{AT_ONCE} at once beside the server on one machine: start, open, sign, send, read "
            "back, pull what the verdicts open, verify, pin; nothing lost, doubled or out of order",
        ),
        Measure(
            f"scale, a sync of {half} verdicts, p99",
            percentile(seconds, 0.99),
            "s",
            median(seconds),
            "the median",
            COMMAND,
            f"{len(seconds)} syncs, those that met a fault among them",
        ),
        Measure(
            "scale, memory of the largest workstation process",
            report.peak_mb,
            "MB",
            None,
            "",
            COMMAND,
            f"of {AT_ONCE} at once",
        ),
        Measure(
            f"scale, memory of the server with {DESKS} workstations connected",
            held_mb,
            "MB",
            None,
            "",
            COMMAND,
            "all its processes, what they share counted once; 64 MB of it are its shared buffers",
        ),
    ]
    for fault, times in sorted(report.recovered_s.items()):
        if times:
            found.append(
                Measure(
                    f"scale, from the fault to a whole sync: {_NAMES[fault]}",
                    median(times),
                    "s",
                    None,
                    "",
                    COMMAND,
                    f"{len(times)} of them, the longest {max(times):.1f} s",
                )
            )
    return found


_NAMES = {
    "cut": "the line was cut",
    "kill": "the workstation was killed",
    "stop": "the workstation stood still",
    "server": "the server was killed",
}
