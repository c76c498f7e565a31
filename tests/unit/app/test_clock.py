"""A clock set back: signing goes on, and the person is told once, in one sentence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import clock
from app.bootstrap import Workstation
from app.cli import run
from app.clock import as_rfc3339, behind
from app.passphrase import PASSPHRASE_FILE
from storage.statement import Draft
from tests.unit.app.folders import PASSPHRASE, made_workstation, opened_workstation, write_bitmaps

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def signed_at(ws: Workstation, moment: datetime) -> None:
    """Sign a record that claims to be of ``moment``."""
    fields: dict[str, object] = {"record": "a" * 64}
    at = as_rfc3339(moment)
    draft = Draft(kind="withdrawal", subject="a" * 64, fields=fields, decided_at=at)
    ws.home.local.keep([draft])


@pytest.mark.parametrize("late", [timedelta(days=-9), timedelta(0), timedelta(minutes=5)])
def test_that_a_clock_ahead_or_nearly_right_is_no_news(late: timedelta) -> None:
    assert behind(as_rfc3339(NOON + late), NOON) is None


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (timedelta(minutes=6), "about 6 minutes behind"),
        (timedelta(minutes=90), "about 90 minutes behind"),
        (timedelta(hours=5), "about 5 hours behind"),
        (timedelta(days=400), "about 400 days behind"),
    ],
)
def test_that_a_clock_set_back_is_told_with_how_far_and_what_to_do(
    late: timedelta, words: str
) -> None:
    told = behind(as_rfc3339(NOON + late), NOON)
    assert told is not None
    assert words in told
    assert "set the clock" in told
    assert "order by number" in told


def test_that_a_record_signed_meanwhile_does_not_put_the_clock_right(
    tmp_path: Path,
) -> None:
    ws = made_workstation(tmp_path / "home")
    signed_at(ws, NOON + timedelta(days=9000))
    assert ["9000 days" in told for told in ws.warnings(lambda: NOON)] == [True]
    for _ in range(2):
        signed_at(ws, NOON)
        assert ["9000 days" in told for told in ws.warnings(lambda: NOON)] == [True]
    assert ws.warnings(lambda: NOON + timedelta(days=9000)) == []
    ws.close()


def test_that_commands_that_sign_note_it_and_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(PASSPHRASE_FILE, str(tmp_path / "passphrase"))
    made_workstation(tmp_path / "home").close()
    folder = str(write_bitmaps(tmp_path / "orchard", 2))
    table = tmp_path / "table.csv"
    table.write_text("file,person,ai\n000.bmp,off-remit,no-sign-seen\n", encoding="utf-8")
    commands = (
        ["batch", "add", folder, "--title", "Orchard"],
        ["grade", str(table), "--batch", "Orchard"],
        ["sync"],
    )
    present = clock.utc_now()
    for command in commands:
        ws = opened_workstation(tmp_path / "home")
        signed_at(ws, present)
        ws.close()
        monkeypatch.setattr(clock, "utc_now", lambda: present - timedelta(days=9))
        assert run([*command, "--json"]) == 0
        assert "about 9 days behind" in capsys.readouterr().err
