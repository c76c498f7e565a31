"""The study report over as many items as the study assessed: HTML, PDF, CSV, JSON.

Each is a process of its own, start to exit. `REPORT_ITEMS` changes the sizes.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import ROOT, Workstation
from app.clock import as_rfc3339, utc_now
from app.intake.manifest import manifest_entry
from app.intake.sources import Source, signed_rows
from app.record import Extras, verdict_of
from grading.scheme import Scheme
from grading.tree import settle
from grading.verdict import predicate_fields
from storage.statement import Draft
from tests.benchmarks.bench_grade import PASSPHRASE, made_home
from tests.benchmarks.measure import Measure, in_turns
from tests.unit.grading.study_figures import OF_THE_STUDY
from tests.unit.storage.homes import item_row

SIZES = tuple(map(int, os.environ.get("REPORT_ITEMS", "1000,11108,100000").split(",")))
FORMS = ("html", "pdf", "csv", "json")
COMMAND = "python -m tests.benchmarks --only report"
ITEMS_A_RECORD = 5_000
TITLE = "Bench"
# What cannot be left out: open the home and read every record that the report is made of.
FLOOR = """
import json, sys
from pathlib import Path
from storage.envelope import open_envelope
from storage.home import open_home
home = open_home(Path(sys.argv[1]), passphrase=lambda: sys.argv[2])
for row in home.local.records():
    open_envelope(row.envelope)
home.close()
"""


def measure(rounds: int) -> list[Measure]:
    """Report on each number of items in each form."""
    found = []
    with TemporaryDirectory(prefix="assay-bench-") as folder:
        (Path(folder) / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
        for size in SIZES:
            place = Path(folder) / f"home-{size}"
            made = made_home(place)
            fill(made, size)
            made.close()
            found += [_measured(place, size, form, rounds) for form in FORMS]
    return found


def _measured(place: Path, size: int, form: str, rounds: int) -> Measure:
    out = place.parent / f"report.{form}"
    words = ["report", "--batch", TITLE, "--format", form, "--out", str(out)]
    environment = {
        **os.environ,
        "ASSAY_HOME": str(place),
        "ASSAY_PASSPHRASE_FILE": str(place.parent / "passphrase"),
    }
    command = [sys.executable, str(ROOT / "main.py"), *words]
    floor = [sys.executable, "-c", FLOOR, str(place), PASSPHRASE]
    pair = in_turns(
        lambda: subprocess.run(
            command, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=600
        ),
        lambda: subprocess.run(floor, cwd=ROOT, check=True, timeout=600),
        rounds,
    )
    return Measure(
        f"report on {size:,} items as {form}, start to exit",
        pair.work_median_s,
        "s",
        pair.floor_median_s,
        "open the home and read every record",
        COMMAND,
        f"{out.stat().st_size / 1e3:,.0f} kB; with a manifest of posters, countries and reports",
    )


def fill(ws: Workstation, size: int) -> None:
    """Put a signed batch of so many items into a home, each with a verdict as in the study."""
    local = ws.home.local
    batch = local.intake_begin(ws.home.place.parent / f"in-{size}", TITLE).batch_id
    rows = [item_row(f"{number:064x}", batch, (f"{number:06}.png",)) for number in range(size)]
    local.add_items(rows)
    sources = [
        Source(
            file=f"{number:06}.png",
            report=f"R{number // 40:05}",
            source_url=f"https://host{number % 17}.example/{number}",
            poster=f"poster-{number % (number % 97 + 1)}",
            country=("GB", "NL", "US", "DE")[number % 4],
            posted_at=f"2026-{number % 12 + 1:02}-01",
            route="public",
        )
        for number in range(size)
    ]
    at = as_rfc3339(utc_now())
    for part, start in enumerate(range(0, size, ITEMS_A_RECORD), 1):
        some = slice(start, start + ITEMS_A_RECORD)
        items = [manifest_entry(row) for row in rows[some]]
        fields = {"batch": batch, "title": TITLE, "items": items, "part": part}
        kind = "batch" if part == 1 else "batch-supplement"
        fields |= signed_rows(sources[some])
        local.keep([Draft(kind=kind, subject=batch, fields=fields, decided_at=at)])
        local.keep(list(study_verdicts(ws.schemes.newest("uk-ew"), batch, some, size, at)))


def study_verdicts(scheme: Scheme, batch: str, some: slice, size: int, at: str) -> Iterator[Draft]:
    """Yield verdicts on some of ``size`` items, in the proportions of the study."""
    facts = [facts for many, facts in OF_THE_STUDY for _ in range(many)]
    settled = {id(one): settle(scheme, one) for _, one in OF_THE_STUDY}
    for number in range(some.start, min(some.stop, size)):
        decided = settled[id(facts[number * len(facts) // size])]
        item = f"{number:064x}"
        extras = Extras(active_ms=28_400, revealed_ms=3_000)
        fields = predicate_fields(verdict_of(decided, item, batch, extras))
        yield Draft(kind="verdict", subject=item, fields=fields, decided_at=at)
