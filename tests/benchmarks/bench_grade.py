"""`grade`: rows a second from the start of the process to its exit, key derivation included."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import ROOT, Workstation, workstation_of
from app.policies import default_policy
from grading.policy import policy_fields
from storage.home import init_home
from tests.benchmarks.measure import Measure, in_turns
from tests.unit.storage.homes import item_row

ROWS = 10_000
COMMAND = "python -m tests.benchmarks --only grade"
PASSPHRASE = "a passphrase of the benchmark"
TITLE = "Bench"
COLUMNS = "sha256,person,appears_photograph,severity,age_band,sex,adult_content,ai,active_ms"
ANSWERS = (
    "child,yes,C,7-10,female,,suspected,21000",
    "off-remit,,,,,,generated,1500",
    "known-adult,yes,,,,none,no-sign-seen,9000",
    "child,yes,A,0-2,both,,generated,30500",
)
# What cannot be left out: derive the key, sign as many payloads of the size of a verdict.
FLOOR = """
import sys
from storage.keyfile import MINIMUM_COST, _time_once
from storage.signing import SigningKey
_time_once(MINIMUM_COST)
key = SigningKey(bytes(32))
for number in range(int(sys.argv[1])):
    key.sign(b"%032d" % number * 25)
"""


def measure(rounds: int) -> list[Measure]:
    """Grade a table of 10,000 rows in a fresh home, `rounds` times."""
    with TemporaryDirectory(prefix="assay-bench-") as folder:
        stage = Stage(Path(folder))
        pair = in_turns(stage.grade, stage.floor, rounds)
    return [
        Measure(
            f"grade a table of {ROWS:,} rows, start to exit",
            ROWS / pair.work_median_s,
            "rows/s",
            ROWS / pair.floor_median_s,
            "start, derive the key, sign as many messages",
            COMMAND,
            "facts walked and checked, verdicts signed and kept in an encrypted store, "
            "1,000 a transaction",
        )
    ]


class Stage:
    """A home with a batch, copied for each round, and a table for all its items."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        (folder / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
        made = made_home(folder / "fresh")
        items = [f"{number:064x}" for number in range(ROWS)]
        fill_batch(made, items)
        made.close()
        rows = (f"{item},{ANSWERS[n % len(ANSWERS)]}" for n, item in enumerate(items))
        (folder / "table.csv").write_text("\n".join([COLUMNS, *rows]), encoding="utf-8")
        self._next_home()

    def grade(self) -> None:
        """Run the command on a home that has graded nothing yet."""
        environment = {
            **os.environ,
            "ASSAY_HOME": str(self._folder / f"home-{self._number}"),
            "ASSAY_PASSPHRASE_FILE": str(self._folder / "passphrase"),
        }
        table = self._folder / "table.csv"
        command = [sys.executable, str(ROOT / "main.py"), "grade", str(table), "--batch", TITLE]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)

    def floor(self) -> None:
        """Do what no program could leave out, and make the next home ready outside the clock."""
        subprocess.run([sys.executable, "-c", FLOOR, str(ROWS)], check=True, cwd=ROOT)
        self._next_home()

    def _next_home(self) -> None:
        self._number += 1
        shutil.copytree(self._folder / "fresh", self._folder / f"home-{self._number}")


def made_home(place: Path) -> Workstation:
    """Make a home at the cost a person's home has."""
    return workstation_of(
        init_home(
            place,
            person_name="Bench",
            role="analyst",
            policy_fields=policy_fields(default_policy()),
            keys="file",
            passphrase=lambda: PASSPHRASE,
        )
    )


def fill_batch(ws: Workstation, items: list[str]) -> None:
    """Put items into a batch without evidence."""
    batch = ws.home.local.intake_begin(ws.home.place.parent / "in", TITLE).batch_id
    ws.home.local.add_items(item_row(item, batch, (f"{item[-6:]}.png",)) for item in items)
