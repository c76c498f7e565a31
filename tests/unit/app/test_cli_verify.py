"""The command `verify`: what it prints, and what it makes of a home that is in pieces."""

import json
import random
from pathlib import Path

import pytest

from app.cli import run as run_command
from storage.database import PAGE_BYTES
from tests.unit.app.intruder import PASSPHRASE, RECORDS, Intruder, record_at, somewhere


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = run_command(["verify", *words])
    told_to = capsys.readouterr()
    return status, told_to.out, told_to.err


@pytest.fixture
def with_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE)
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(secret))


@pytest.mark.usefixtures("with_passphrase")
def test_that_the_command_says_that_all_is_well(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(capsys, "--home", str(place)) == (
        0,
        f"{RECORDS} records checked, no fault.\n",
        "",
    )
    status, out, _ = command(capsys, "--home", str(place), "--json")
    assert status == 0
    assert json.loads(out) == {"checked": RECORDS, "pending": 0, "unseen": 0, "faults": []}


@pytest.mark.usefixtures("with_passphrase")
def test_that_the_command_prints_a_line_a_fault_with_its_step(
    place: Path, dice: random.Random, capsys: pytest.CaptureFixture[str]
) -> None:
    at = somewhere(dice)
    after = record_at(place, at + 1)
    Intruder(place).do("local", ("DELETE FROM records WHERE position = ?", (at,)))
    status, out, err = command(capsys, "--home", str(place))
    line, summary = out.splitlines()
    assert (status, err) == (1, "")
    assert line.startswith(f"step 8  record {after[:16]}…  local store: the record before it")
    assert summary == f"{RECORDS} records checked, 1 fault."
    status, out, _ = command(capsys, "--home", str(place), "--json")
    (fault,) = json.loads(out)["faults"]
    assert status == 1
    assert (fault["step"], fault["record"], fault["where"]) == (8, after, "local store")


@pytest.mark.usefixtures("with_passphrase")
@pytest.mark.parametrize("name", ["local.db", "central.db"])
@pytest.mark.parametrize("how", ["overwritten", "one byte", "cut", "empty", "gone"])
def test_that_a_corrupt_database_is_a_fault_and_no_crash(
    place: Path, dice: random.Random, capsys: pytest.CaptureFixture[str], name: str, how: str
) -> None:
    path = place / name
    raw = bytearray(path.read_bytes())
    if how == "overwritten":
        raw[:] = dice.randbytes(len(raw))
    elif how == "one byte":
        raw[dice.randrange(100, 4000)] ^= 0xFF  # in the first page
    else:
        del raw[0 if how == "empty" else len(raw) // 3 :]
    path.write_bytes(raw)
    if how == "gone":
        path.unlink()
    status, out, err = command(capsys, "--home", str(place))
    assert status == 1
    assert out.startswith("step 1  record -  ")
    assert "Traceback" not in out + err


@pytest.mark.usefixtures("with_passphrase")
@pytest.mark.parametrize("name", ["local", "central"])
def test_that_one_flipped_byte_in_any_page_is_one_fault_of_its_store(
    place: Path, dice: random.Random, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = place / f"{name}.db"
    whole = path.read_bytes()
    for page in dice.sample(range(1, len(whole) // PAGE_BYTES), 8):
        raw = bytearray(whole)
        raw[page * PAGE_BYTES + dice.randrange(PAGE_BYTES)] ^= dice.randrange(1, 256)
        path.write_bytes(raw)
        status, out, _ = command(capsys, "--home", str(place), "--json")
        (fault,) = json.loads(out)["faults"]
        assert (status, fault["step"], fault["where"]) == (1, 1, f"{name} store"), page
        assert f"{name}.db" in fault["why"]


@pytest.mark.usefixtures("with_passphrase")
def test_that_a_damaged_first_roster_is_one_fault(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    intruder = Intruder(place)
    envelope = intruder.envelope(1)
    intruder.set_envelope("local", 1, envelope.replace(b'"payload":"e', b'"payload":"f'))
    status, out, _ = command(capsys, "--home", str(place))
    assert status == 1
    assert out.startswith("step ")
    assert out.count("\n") == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--central", "postgresql://a@b/c", "--bundle", "x.zip"), "goes with a home"),
        (("--roster", "ab" * 32), "goes with --bundle"),
        (("--bundle", "x.zip", "--roster", "abc"), "64 hexadecimal"),
    ],
)
def test_that_a_wrong_use_is_said_so(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    status, out, err = command(capsys, *words)
    assert (status, out) == (2, "")
    assert why in err


@pytest.mark.usefixtures("with_passphrase")
def test_that_a_central_store_that_cannot_be_opened_is_no_fault_and_status_3(
    place: Path, dice: random.Random, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "central.db-wal").mkdir()  # SQLite cannot open that, whoever asks
    status, out, err = command(capsys, "--home", str(place))
    assert (status, out) == (3, "")
    assert "central.db: the database cannot be used" in err
    Intruder(place).do("local", ("DELETE FROM records WHERE position = ?", (somewhere(dice),)))
    status, out, _ = command(capsys, "--home", str(place))
    assert status == 3
    assert "local store" in out  # what can be read is checked all the same
