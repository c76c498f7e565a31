"""Ctrl+C while `batch shred` runs: what is said is what is left, and the next run ends it."""

from pathlib import Path

import pytest

from app import cli
from app.intake.folder import add_folder
from app.intake.request import IntakeRequest
from app.pace import Pace
from app.passphrase import PASSPHRASE_FILE
from tests.unit.app.folders import (
    PASSPHRASE,
    made_workstation,
    opened_workstation,
    write_bitmaps,
)

Captured = pytest.CaptureFixture[str]
TITLE = "Orchard"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of a supervisor with one batch, closed; commands find and open it."""
    ws = made_workstation(tmp_path / "home", role="supervisor")
    add_folder(ws, IntakeRequest(write_bitmaps(tmp_path / "found", 3), TITLE))
    ws.close()
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(PASSPHRASE_FILE, str(secret))
    monkeypatch.setattr("app.pace.TELL_EVERY_S", 0)
    return tmp_path / "home"


def test_that_a_shred_stopped_at_the_passphrase_says_that_nothing_is_destroyed(
    home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("app.cli.batch.passphrase_source", lambda: pressed)
        assert shredded() == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "nothing is destroyed here yet. The signed act stands: run it again" in err
    assert "what is left" not in err
    assert held(home)
    assert shredded() == 0
    assert "its evidence is destroyed here" in capsys.readouterr().out
    assert not held(home)


def test_that_a_shred_stopped_before_it_is_signed_says_that_nothing_is(
    home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.shredding.require_right", pressed)
    assert shredded() == 3
    assert "nothing is signed and nothing destroyed" in capsys.readouterr().err
    assert held(home)


@pytest.mark.parametrize("step", ["the keys change", "the first file is gone"])
def test_that_a_shred_stopped_among_the_files_says_so_and_the_next_run_says_what_it_did(
    home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        if step == "the keys change":
            patch.setattr("storage.vault.forget_copies", pressed)  # once the batch's key is gone
        else:
            patch.setattr(Pace, "reached", pressed_among_files)
        assert shredded() == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "nothing opens the evidence any more. Run it again to destroy what is left." in err
    assert not held(home)
    assert evidence(home)
    assert shredded() == 0
    said = capsys.readouterr().out
    assert "what a run that was stopped had left of evidence is destroyed now" in said
    assert "no evidence of it was here" not in said
    assert not evidence(home)
    assert shredded() == 0
    assert "no evidence of it was here" in capsys.readouterr().out


def test_that_a_shred_stopped_where_no_evidence_is_promises_nothing(
    home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shredded() == 0
    capsys.readouterr()
    monkeypatch.setattr("app.cli.batch.passphrase_source", lambda: pressed)
    assert shredded() == 3
    assert "no evidence of it is left here" in capsys.readouterr().err


def shredded() -> int:
    """The exit status of the command."""
    return cli.run(["batch", "shred", TITLE])


def held(home: Path) -> bool:
    """Whether there is a key that opens the batch."""
    ws = opened_workstation(home)
    (batch,) = (one.batch_id for one in ws.home.local.batches())
    found = ws.home.vault.holds(batch)
    ws.close()
    return found


def evidence(home: Path) -> list[Path]:
    """The files of the vault."""
    return [file for file in (home / "vault").rglob("*") if file.is_file()]


def pressed(*_given: object) -> str:
    """Ctrl+C."""
    raise KeyboardInterrupt


def pressed_among_files(pace: Pace, _: int) -> None:
    """Ctrl+C, once what is counted are no longer the batches that there are."""
    if pace._stage != "reading":
        pressed()
