"""The study behind the product, replayed through the commands: found, selected, graded, reported.

Each analyst has a home, a key and a login, takes in a part of what was found with its manifest,
signs what is not assessed and then a verdict on the rest, and syncs; a supervisor reports on all
of it. The pictures are generated: one colour each. How much of the study is replayed, and by how
many analysts, is said by who runs it.
"""

import csv
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.servers import Server
from tests.stories.organisation import Desk, Organisation
from tests.unit.app.folders import bitmap
from tests.unit.grading.study_figures import (
    FOUND,
    HOURS_87_5_MS,
    ITEMS,
    NOT_SELECTED,
    OF_THE_STUDY,
)

FACTS = ("person", "appears_photograph", "severity", "borderline", "age_band", "sex")
FACTS += ("adult_content", "pornographic", "depicts", "obscene", "ai")
# Of what was assessed, so much came by reports: actionable, beside such, in other reports, gone.
ACTIONABLE_AI, BESIDE, ELSEWHERE, GONE = 15, 9, 69, 11
FOUNDER, REPORTER = "Vera", "Sam"
_CRIMINAL = [facts for _, facts in OF_THE_STUDY[:2]]
COLUMNS = ("file", "report", "poster", "country", "route")


@dataclass(frozen=True, slots=True)
class Found:
    """One file that was found: its facts if it was assessed, else why it was not."""

    name: str
    facts: Mapping[str, str] | None
    selection: str
    active_ms: int
    report: str


def scaled(figure: int, part: int) -> int:
    """Return one of ``part`` parts of a figure, halves up."""
    return (2 * figure + part) // (2 * part)


def plan(part: int) -> list[Found]:
    """Return what was found in one of ``part`` parts of the study."""
    assessed = [facts for many, facts in OF_THE_STUDY for _ in range(scaled(many, part))]
    spent = HOURS_87_5_MS * len(assessed) // ITEMS
    reports = _reports()
    found = []
    for number, facts in enumerate(assessed):
        ms = spent * (number + 1) // len(assessed) - spent * number // len(assessed)
        report = next(reports[facts in _CRIMINAL], "")
        found.append(Found(f"a{number:05}.bmp", facts, "assess", ms, report))
    for number in range(scaled(NOT_SELECTED, part)):
        why = "no-child" if number % 3 else "child-non-criminal"
        found.append(Found(f"n{number:05}.bmp", None, why, 0, ""))
    return found


def _reports() -> dict[bool, Iterator[str]]:
    """Return the reports that criminal items came by, and those of the others."""
    criminal = (f"acted-{n % 4}" for n in range(ACTIONABLE_AI))
    beside = [f"acted-{n % 4}" for n in range(BESIDE)]
    return {True: criminal, False: iter([*beside, *(f"other-{n % 9}" for n in range(ELSEWHERE))])}


class Replay:
    """The organisation of the study; seconds of each step are summed up in ``took_s``."""

    def __init__(self, server: Server, folder: Path, *, part: int, analysts: int) -> None:
        self.analysts = tuple(f"Analyst{number:02}" for number in range(analysts))
        roles = {FOUNDER: "admin", **dict.fromkeys(self.analysts, "analyst")}
        self.took_s: Counter[str] = Counter()
        self._organisation = Organisation(server, folder, roles | {REPORTER: "supervisor"})
        self._found = plan(part)
        self._folder = folder
        self._batches: dict[str, str] = {}
        self._synced = False

    @property
    def found(self) -> int:
        """How many files are replayed."""
        return len(self._found)

    def close(self) -> None:
        """Take the database and the logins away."""
        self._organisation.close()

    def prepare(self) -> None:
        """Found the deployment, enrol everybody, and write the files and tables of each."""
        org = self._organisation
        asking = org.asking(org.founded())
        org[FOUNDER].shift(*org.enrolments(asking), ("sync",))
        for number, name in enumerate(self.analysts):
            self._write(org[name], number)

    def work(self) -> None:
        """Let every analyst take in, select, grade and sync, some of them at once."""
        begun = time.monotonic()
        told = self._organisation.all_of(self.analysts, self._shift)
        self.took_s["from the first batch to the last sync"] = time.monotonic() - begun
        self._batches = {name: documents[1]["batch"] for name, documents in told.items()}

    def report(self, form: str, place: Path) -> Any:
        """Let the supervisor sync and write the report; returns its document, of JSON itself."""
        desk = self._organisation[REPORTER]
        if not self._synced:
            begun = time.monotonic()
            desk.shift(("sync",))
            self.took_s["sync of the supervisor"] = time.monotonic() - begun
            self._synced = True
        begun = time.monotonic()
        words = ("report", "--batch", *self._batches.values(), "--format", form, "--out", place)
        (said,) = desk.shift(words)
        self.took_s[f"report as {form}"] += time.monotonic() - begun
        return said

    def _shift(self, desk: Desk) -> Sequence[Any]:
        folder = desk.folder
        title = ("--batch", desk.name)
        add = ("batch", "add", folder / "found", "--title", desk.name)
        return desk.shift(
            ("sync",),
            (*add, "--manifest", folder / "manifest.csv"),
            ("select", folder / "selected.csv", *title),
            ("grade", folder / "graded.csv", *title),
            ("sync",),
        )

    def _write(self, desk: Desk, number: int) -> None:
        """Write what one analyst works on: every so-manieth file, and the tables about them."""
        step = len(self.analysts)
        mine = list(enumerate(self._found))[number::step]
        found = desk.folder / "found"
        found.mkdir()
        for content, one in mine:
            (found / one.name).write_bytes(bitmap(content))
        rows = [(one.name, one.report, f"p{content % 7}", "GB", "public") for content, one in mine]
        rows += [("-", f"other-{n % 9}", "", "", "") for n in range(GONE)[number::step]]
        _write_table(desk.folder / "manifest.csv", COLUMNS, rows)
        left = [(one.name, one.selection) for _, one in mine if one.facts is None]
        _write_table(desk.folder / "selected.csv", ("file", "selection"), left)
        graded = [
            (one.name, *(one.facts.get(fact, "") for fact in FACTS), one.active_ms)
            for _, one in mine
            if one.facts is not None
        ]
        _write_table(desk.folder / "graded.csv", ("file", *FACTS, "active_ms"), graded)


def _write_table(file: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(rows)


def check(said: Mapping[str, Any], *, part: int, analysts: int) -> None:
    """Hold a report, as JSON, against the figures of the study.

    Percentages, seconds an item and the counts by report are those of the study at any size.
    """
    counts = [scaled(many, part) for many, _ in OF_THE_STUDY]
    criminal, assessed, left = sum(counts[:2]), sum(counts), scaled(NOT_SELECTED, part)
    found = {name: one["items"] for name, one in said["found"].items() if name != "gone"}
    assert (found["found"], found["selected"]) == (assessed + left, assessed)
    assert (found["not_selected"], said["found"]["gone"]) == (left, GONE)
    assert part > 1 or (found["found"], assessed) == (FOUND, ITEMS)
    assert (said["graded"], said["to_grade"]) == (assessed, 0)
    assert [row["items"] for row in said["by_law"]] == [*counts[:2], assessed - criminal]
    assert said["by_law"][0]["as_pseudo_photograph"] == counts[0]
    assert said["criminal"] == {"items": criminal, "files": criminal, "percent": 27}
    age, child, adult, drawn, remit = counts[2:]
    items = [row["items"] for row in said["by_reason"]]
    assert items == [0, age, 0, 0, 0, child, adult, drawn, remit]
    assert [row["percent"] for row in said["by_reason"]] == [0, 5, 0, 0, 0, 53, 6, 20, 16]
    assert said["time"]["graders"] == analysts
    assert said["time"]["seconds_per_item"] == 28.4
    assert said["time"]["hours"] == round(87.5 * assessed / ITEMS, 1)
    of = said["by_report"]
    assert (of["ai_identified"]["lower"], of["ai_identified"]["upper"]) == (93, 104)
    for name, many in (("in_actionable_report", 24), ("actionable_ai", 15)):
        assert (of[name]["lower"], of[name]["upper"]) == (many, many)
