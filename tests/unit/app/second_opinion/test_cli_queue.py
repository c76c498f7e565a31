"""`queue` and `agreement --batch` as a supervisor's shell sees them."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from app.cli import run
from app.passphrase import PASSPHRASE_FILE
from app.record import Recorder
from tests.unit.app.desks import DRAWING, REMIT, Bureau, settled
from tests.unit.app.folders import PASSPHRASE, opened_workstation, write_bitmaps
from tests.unit.storage.homes import digest

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def chief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a supervisor, with one dispute and one agreement in it."""
    bureau = Bureau(tmp_path, ann="analyst", ben="analyst")
    for item, second in (("x", REMIT), ("y", DRAWING)):
        bureau["ann"].grade(item, DRAWING)
        bureau["ben"].grade(item, second)
    bureau.sync()
    bureau.close()
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "chief"))
    monkeypatch.setenv(PASSPHRASE_FILE, str(tmp_path / "passphrase"))
    return tmp_path / "chief"


def told(capsys: Captured, *words: str) -> object:
    """What a command prints as JSON."""
    status = run([*words, "--json"])
    out, err = capsys.readouterr()
    assert status == 0, err
    return json.loads(out)


@pytest.mark.usefixtures("chief")
def test_that_an_item_is_listed_answered_shown_and_resolved(capsys: Captured) -> None:
    (row,) = told(capsys, "queue", "list")  # type: ignore[misc]
    assert (row["item"], row["why"], row["may_take"]) == (digest("x"), ["disputed"], True)
    assert run(["queue", "show", row["item"]]) == 3
    assert "open after your own" in capsys.readouterr().err
    facts = json.dumps(dict(REMIT))
    told(capsys, "queue", "answer", row["item"][:12], "--facts", facts)
    shown = told(capsys, "queue", "show", row["item"])
    assert [one["person"] for one in shown["answers"]] == ["Ann", "Ben", "Chief"]  # type: ignore[index]
    (first,) = [line for line in shown["lines"] if line["first"]]  # type: ignore[index]
    assert first["fact"] == "person"
    told(capsys, "queue", "resolve", row["item"], "--facts", facts, "--reason", "Nobody is shown.")
    assert told(capsys, "queue", "list") == []
    assert run(["queue", "resolve", row["item"], "--facts", facts, "--reason", "Again."]) == 3
    assert "Chief resolved it" in capsys.readouterr().err
    assert run(["verify"]) == 0


@pytest.mark.usefixtures("chief")
@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("take", "ffff0000"), 3, "Nothing here is called"),
        (("answer", "x", "--facts", "no JSON"), 2, "not JSON"),
        (("send", "ITEM", "--to", "Nobody"), 3, "No persons of the roster are called 'Nobody'"),
        (("release", "ITEM"), 3, "You have not taken"),
    ],
)
def test_that_what_the_queue_refuses_is_one_sentence(
    words: tuple[str, ...], status: int, said: str, capsys: Captured
) -> None:
    asked = [digest("x") if word == "ITEM" else word for word in words]
    assert run(["queue", *asked]) == status
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1


def test_that_agreement_on_a_batch_is_told_question_by_question_under_pseudonyms(
    chief: Path, tmp_path: Path, capsys: Captured
) -> None:
    write_bitmaps(tmp_path / "in", 1)
    batch = told(capsys, "batch", "add", str(tmp_path / "in"), "--title", "Empty")
    said = told(capsys, "agreement", "--batch", "Empty")
    assert said["units"] == 0  # type: ignore[index]
    assert run(["agreement", "--batch", "Empty"]) == 0
    out = capsys.readouterr().out
    assert "Ann" not in out
    assert "0 items, 0 graders" in out
    assert "criminal-" not in out  # outcomes are counted, not listed by their ids
    assert out.count("nothing can be compared") == 2  # of the whole, and of all questions at once
    with closing(opened_workstation(chief)) as ws:
        (row,) = ws.home.local.items(batch["batch"])  # type: ignore[index]
        Recorder(ws).keep(settled(REMIT), row.item, row.batch)
    assert run(["agreement", "--batch", "Empty"]) == 0
    out = capsys.readouterr().out
    assert out.count("Only one person has graded this: there is nothing to compare yet.") == 1
    assert "There is no rating" not in out
    assert run(["agreement", "--batch", "Empty", "--level", "ordinal"]) == 2
    assert chief.exists()
