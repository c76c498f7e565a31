"""What a command shows of long work on a terminal: each its stages, and then its answer alone."""

import io
import json
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app import cli
from app.cli import batch, grade
from app.cli.output import Output
from app.intake.folder import IntakeSummary, add_folder
from app.intake.request import IntakeRequest
from app.passphrase import PASSPHRASE_FILE
from app.policies import default_policy
from app.record import Recorder
from app.table_signing import TableSummary
from tests.unit.app.desks import DRAWING, FOUNDER, REMIT, Bureau, settled
from tests.unit.app.folders import PASSPHRASE, opened_workstation, write_bitmaps
from tests.unit.storage.homes import an_older_one

TITLE = "Orchard"
ERASED = "\r\x1b[K"
COUNTED = re.compile(
    r"([a-z]+(?: [a-z]+)?) [\d,.]+ of [\d,.]+ ([a-zA-Z ]+)(, about \d+ \w+ left)?$"
)
BATCH = ("--batch", TITLE)


class Terminal(io.StringIO):
    """A terminal that somebody watches."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The items of a batch at a supervisor's desk, of which three persons graded three."""
    policy = default_policy()
    policy = replace(policy, known=replace(policy.known, confirm=True))
    bureau = Bureau(tmp_path / "homes", policy, ann="analyst", ben="analyst")
    folder = write_bitmaps(tmp_path / "found", 4)
    ws = bureau[FOUNDER].ws
    batch = add_folder(ws, IntakeRequest(folder, TITLE)).batch
    found = [row.item for row in ws.home.local.items(batch)]
    for name, seat in bureau.seats.items():
        last = DRAWING if name == "ben" else REMIT
        for item, facts in zip(found[:3], (REMIT, DRAWING, last), strict=True):
            Recorder(seat.ws).keep(settled(facts), item, batch)
    bureau.sync()
    bureau.close()
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "homes" / FOUNDER))
    monkeypatch.setenv(PASSPHRASE_FILE, str(secret))
    monkeypatch.setattr("app.pace.TELL_EVERY_S", 0)
    for module in ("second_opinion.voices", "second_opinion.queue", "quality.gradings"):
        monkeypatch.setattr(f"app.{module}.KEPT_AT_ONCE", 1)
    monkeypatch.setattr("app.table_signing.ROWS_A_TRANSACTION", 1)
    return found


def on_terminal(monkeypatch: pytest.MonkeyPatch, *argv: object) -> tuple[int, str]:
    """The exit status of a command, and all that it writes to its terminal."""
    terminal = Terminal()

    def output(*, as_json: bool) -> Output:
        return Output(as_json=as_json, stdout=terminal, stderr=terminal)

    with monkeypatch.context() as patch:
        patch.setattr(cli, "Output", output)
        status = cli.run([str(one) for one in argv])
    return status, terminal.getvalue()


def stages(shown: str) -> list[str]:
    """What a command counted before its answer, in order, each once: `sending records`."""
    *before, answer = shown.split(ERASED)
    assert answer.endswith("\n")
    counted = [COUNTED.match(one) for one in before if one]
    assert all(counted), shown
    return list(dict.fromkeys(f"{one[1]} {one[2]}" for one in counted if one))


def test_that_each_command_with_long_work_shows_its_stages_and_wipes_them_before_its_answer(
    items: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, policy = on_terminal(monkeypatch, "policy", "show")
    proposed, table, known, ratings, bundle, cells = (
        tmp_path / name for name in ("p.toml", "t.csv", "k.csv", "r.csv", "bundle", "c.csv")
    )
    proposed.write_text(policy.replace("trusted = 3", "trusted = 2"))
    table.write_text(f"sha256,person,ai\n{items[3]},off-remit,no-sign-seen\n")
    known.write_text(f"{'ab' * 16}\n")
    ratings.write_text("Ann,Ben\nA,A\nB,A\n")
    new = ("calibration", "new", "Pears", *BATCH, "--with", "Ann,Ben", *items[:2])
    assert on_terminal(monkeypatch, *new)[0] == 0
    reading, judging = "reading records", "going through items"
    wanted: dict[tuple[object, ...], list[str]] = {
        ("import", "hashes", known): ["reading MB"],
        ("assign", TITLE, "--to", "Ann"): [reading],
        ("calibration", "show", "Pears"): [reading],
        ("queue", "list"): [reading, judging],
        ("batch", "known", TITLE): ["checking items"],
        ("batch", "show", TITLE, "--json"): ["reading items"],
        ("batch", "list"): ["reading batches"],
        ("batch", "carry-over", TITLE): [reading],
        ("agreement", *BATCH): [reading, judging, "drawing resamples", "comparing questions"],
        ("agreement", "--ratings", ratings): ["drawing resamples"],
        ("policy", "preview", proposed): [reading, judging],
        ("policy", "propose", proposed): [reading, judging],
        ("feedback",): [reading],
        ("grade", table, *BATCH): ["signing rows"],
        ("referral", "add", items[0], "--to", "Eve", "--fact", "place=Oak"): [reading],
        ("report", *BATCH, "--out", tmp_path / "r.json"): [
            "reading verdicts",
            "counting parts of the report",
        ],
        ("export", "csv", *BATCH, "--out", cells): ["writing items"],
        ("export", "bundle", *BATCH, "--out", bundle): [
            reading,
            "proving records",
            "writing records",
        ],
        ("import", "bundle", bundle): ["checking records"],
        ("sync",): ["sending records", "taking in records"],
        ("verify",): ["checking records"],
        ("batch", "shred", TITLE): ["destroying files"],
    }
    found = {}
    for argv in wanted:
        status, shown = on_terminal(monkeypatch, *argv)
        assert status == 0, (argv, shown)
        found[argv] = stages(shown)
    assert found == wanted


@pytest.mark.usefixtures("items")
def test_that_a_command_that_finds_an_older_home_counts_how_far_its_upgrade_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(opened_workstation(tmp_path / "homes" / FOUNDER)) as ws:
        an_older_one(ws.home)
    status, shown = on_terminal(monkeypatch, "batch", "list")
    assert status == 0
    copied, upgraded, read = stages(shown)
    assert copied == "copying MB of the earlier version"
    assert (upgraded, read) == ("upgrading steps", "reading batches")


@pytest.mark.usefixtures("items")
def test_that_a_document_on_a_terminal_stands_on_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    status, shown = on_terminal(monkeypatch, "verify", "--json")
    assert status == 0
    assert "checking" in shown
    document = shown.split(ERASED)[-1].splitlines()[0]
    assert json.loads(document)["faults"] == []


def test_that_counts_in_the_words_of_a_command_have_their_thousands_as_its_progress_has() -> None:
    terminal = Terminal()
    out = Output(as_json=False, stdout=terminal, stderr=terminal)
    grade._tell(TableSummary(4000, 1200, ()), out)
    batch._tell(IntakeSummary("b" * 12, 4000, 1200, 2400, (), ()), out)
    said = terminal.getvalue()
    assert re.findall(r"\d{4,}", said) == []
    assert said.startswith("4,000 signed, 1,200 skipped")
