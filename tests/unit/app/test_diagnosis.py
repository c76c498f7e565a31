"""A report for support: it says what runs here, and nothing of what lies here."""

import json
import re
import secrets
from contextlib import closing
from pathlib import Path

import pytest

from app.bootstrap import Workstation, open_workstation, workstation_of
from app.cli import run
from app.diagnosis import diagnose, rounded
from app.fault_log import FaultLog, past_faults
from app.intake.folder import IntakeRequest, add_folder
from app.policies import default_policy
from grading.policy import policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST
from tests.widgets.patterns import write_patterns

PASSPHRASE = "a passphrase of the tests"
WORDS = ("Person", "Title", "file", "Comment", "setting", "supporters", "fault", "folder")


@pytest.fixture(scope="module")
def planted() -> dict[str, str]:
    """Words that stand nowhere but in one home, drawn anew each time."""
    return {word: f"{word}{secrets.token_hex(5)}" for word in WORDS}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, planted: dict[str, str]) -> Path:
    """A home with a batch, settings and a log, and planted words wherever a word can lie."""
    root = tmp_path_factory.mktemp(planted["folder"])
    found = root / planted["folder"]
    write_patterns(found, 3)
    for number, file in enumerate(sorted(found.iterdir())):
        file.rename(found / f"{planted['file']}-{number}{file.suffix}")
    opened = init_home(
        root / "home",
        person_name=planted["Person"],
        role="analyst",
        policy_fields=policy_fields(default_policy()),
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
    )
    ws = workstation_of(opened)
    add_folder(ws, IntakeRequest(found, planted["Title"]))
    hashes_of(ws)
    (root / "home" / "settings.toml").write_text(
        f'"{planted["setting"]}" = 1\n"desk.supporters" = "{planted["supporters"]}"\n'
    )
    fall(FaultLog(lambda: root / "home"), planted["fault"])
    strange = root / "home" / "log" / "crash-20300101T000000-1.txt"
    strange.write_text(f"2030-01-01T00:00:00Z\n{planted['fault']}\n  x/{planted['file']}.py:1 f\n")
    (root / "hashes").write_text("\n".join(hashes_of(ws)))
    ws.close()
    return root / "home"


def fall(log: FaultLog, word: str) -> None:
    """Let a fault of the program be written to a log."""
    try:
        _ = {}[word]
    except KeyError as error:
        log.write(error)


def hashes_of(ws: Workstation) -> list[str]:
    """Every digest and id that lies in the home."""
    identity = ws.home.identity
    with ws.home.local.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT item, batch_id, sha1, md5 FROM items").all()
        records = connection.exec_driver_sql("SELECT record_id FROM records").all()
    values = [value for row in [*rows, *records] for value in row]
    named = [identity.home, identity.deployment, identity.person, identity.keyid, identity.roster]
    return named + [value.hex() if isinstance(value, bytes) else str(value) for value in values]


def test_that_no_planted_name_and_no_hash_is_in_the_report(
    home: Path, planted: dict[str, str]
) -> None:
    text = diagnose(home, lambda: PASSPHRASE).text()
    assert "records of kind roster: under 10" in text  # it did open the home
    assert "items: under 10" in text
    assert "desk.supporters: set" in text
    assert "lines skipped: 1" in text
    assert "KeyError at app/test_diagnosis.py:" in text
    assert [word for word in planted.values() if word in text] == []
    hashes = (home.parent / "hashes").read_text().split()
    assert len(hashes) > 10
    assert [value for value in hashes if value[:8] in text] == []
    assert re.findall(r"[0-9a-f]{16}", text) == []
    assert str(home) not in text


def test_that_the_command_writes_the_same_and_says_where(
    home: Path,
    planted: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "secret").write_text(PASSPHRASE)
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(tmp_path / "secret"))
    target = tmp_path / "report.txt"
    assert run(["diagnose", "--home", str(home), "--out", str(target), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["file"] == str(target)
    text = target.read_text()
    assert document["parts"]["Home"]["keys"] == "file"
    assert [word for word in planted.values() if word in text] == []


def test_that_a_line_of_settings_that_is_skipped_is_named_where_one_works(
    home: Path, planted: dict[str, str]
) -> None:
    with closing(open_workstation(home, lambda: PASSPHRASE)) as ws:
        (told,) = [words for words in ws.warnings() if planted["setting"] in words]
        assert told.endswith("; the line is skipped.")
        assert ws.settings.text("desk.supporters") == planted["supporters"]


def test_that_a_home_that_does_not_open_is_reported_by_the_kind_of_fault(
    home: Path, tmp_path: Path
) -> None:
    wrong = diagnose(home, lambda: "another passphrase")
    assert wrong.parts["Stores"] == {"local store": "does not open (WrongPassphraseError)"}
    assert diagnose(tmp_path).parts["Home"] == {"home": "cannot be read (NoHomeError)"}


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "none"), (1, "under 10"), (9, "under 10"), (10, "about 10"), (14_960, "about 10,000"),
     (96, "about 100"), (250_001, "about 300,000")],
)  # fmt: skip
def test_that_a_count_is_one_digit_and_noughts(number: int, said: str) -> None:
    assert rounded(number) == said


def test_that_the_log_forgets_its_oldest_and_writes_a_place_once(tmp_path: Path) -> None:
    log = FaultLog(lambda: tmp_path)
    (tmp_path / "log").mkdir()
    for number in range(60):
        (tmp_path / "log" / f"crash-20200101T0000{number:02}-1.txt").write_text("old")
    for _ in range(3):
        fall(log, "x")
    names = sorted(file.name for file in (tmp_path / "log").iterdir())
    assert len(names) == 50
    assert "crash-20200101T000059-1.txt" in names
    assert len(past_faults(tmp_path)) == 1
