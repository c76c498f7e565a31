"""Trainees are told after their own answer; calibration ends in words; commands do all of it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.calibration import (
    begin_calibration,
    calibration_named,
    casebook,
    close_set,
    compare_set,
)
from app.cli import run
from app.errors import CalibrationError, RightError
from app.exchange.reader import Reader
from app.feedback import feedback
from app.intake.folder import IntakeRequest, add_folder
from app.passphrase import PASSPHRASE_FILE
from app.policies import default_policy
from app.worklist import Worklist
from tests.unit.app.desks import DRAWING, REMIT, SCHEME, Bureau, settled
from tests.unit.app.folders import PASSPHRASE, write_bitmaps
from tests.unit.storage.homes import BATCH, digest

PHOTOGRAPH: Mapping[str, str] = {
    "person": "known-adult",
    "appears_photograph": "yes",
    "adult_content": "none",
    "ai": "no-sign-seen",
}


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path, ann="analyst", ben="analyst", tom="trainee")
    yield made
    made.close()


def test_that_a_trainee_is_no_vote_and_is_told_question_by_question_once_others_graded(
    bureau: Bureau,
) -> None:
    bureau["ann"].grade("x", PHOTOGRAPH)
    bureau.sync()
    tom = bureau["tom"]
    assert feedback(tom.ws, SCHEME).items == ()  # nothing before the own answer
    tom.grade("x", DRAWING)
    tom.grade("y", DRAWING)
    bureau.sync()
    stands = bureau["chief"].opinions.queue.consensus_of(digest("x"))
    bureau["chief"].opinions.queue.waiting()
    stands = bureau["chief"].opinions.queue.consensus_of(digest("x"))
    assert (stands.state, len(stands.votes)) == ("graded", 1)
    told = feedback(tom.ws, SCHEME)
    (one,) = told.items
    assert told.waiting == 1
    assert (one.item, one.number) == (digest("x"), 1)
    parted = {line.title: (line.own, line.stands) for line in one.lines if not line.alike}
    assert ("no", "yes") in parted.values()
    assert any(asked.alike == 0 and asked.of == 1 for asked in told.questions)
    bureau["ann"].grade("y", DRAWING)
    bureau.sync()
    told = feedback(tom.ws, SCHEME)
    assert [one.alike for one in told.items] == [True, False]  # the newest answer first
    assert told.waiting == 0


def test_that_a_trainee_reads_the_reasons_of_a_resolution(bureau: Bureau) -> None:
    for name, facts in (("ann", DRAWING), ("ben", REMIT), ("tom", DRAWING)):
        bureau[name].grade("x", facts)
    bureau.sync()
    chief = bureau["chief"].opinions
    chief.answer(digest("x"), SCHEME, settled(REMIT))
    chief.resolve(digest("x"), SCHEME, settled(REMIT), reasons="Nobody is shown.")
    bureau.sync()
    (one,) = feedback(bureau["tom"].ws, SCHEME).items
    assert (one.reasons, one.alike) == ("Nobody is shown.", False)


def test_that_a_set_is_compared_only_once_everybody_has_answered_and_ends_in_words(
    bureau: Bureau,
) -> None:
    chief = bureau["chief"].ws
    items = [digest("x"), digest("y")]
    made = begin_calibration(chief, "Edges", BATCH, items, ["Ann", "Ben"])
    bureau.sync()
    ann = bureau["ann"]
    ann.grade("x", DRAWING)
    bureau.sync()
    for seat in (ann, bureau["chief"], bureau["ben"]):
        one = calibration_named(seat.ws.home, "Edges")
        assert one.items == tuple(items)
        compared = compare_set(seat.ws, one, SCHEME)
        assert [(beside.names, beside.lines) for beside in compared] == [((), ())] * 2
    bureau["ben"].grade("x", REMIT)
    bureau.sync()
    first, second = compare_set(ann.ws, calibration_named(ann.ws.home, made.record[:8]), SCHEME)
    assert set(first.names) == {"Ann", "Ben"}
    assert [line.fact for line in first.lines if line.first] == ["person"]
    assert second.lacking == 2
    close_set(chief, made, "Drawn figures", "A figure drawn in outline is no person.", "person")
    bureau.sync()
    for seat in bureau.seats.values():
        (entry,) = casebook(seat.ws.home, "outline FIGURE")
        assert (entry.title, entry.by) == ("Drawn figures", "Chief")
        assert entry.question == "person"
        assert casebook(seat.ws.home, "outline photograph") == ()
        (entry,) = casebook(seat.ws.home, "outline shown", lambda fact: SCHEME.question(fact).title)
        assert entry.question == "Who is shown?"
    record = bureau["tom"].ws.home.local.record(entry.record)
    assert not any(item.encode() in record.envelope for item in items)
    assert not Reader(chief.home, bureau["tom"].ws.home.person.id).may_read(
        chief.home.local.record(made.record).envelope
    )


def test_that_a_set_or_an_entry_that_cannot_be_is_refused(bureau: Bureau) -> None:
    chief, ann = bureau["chief"].ws, bureau["ann"].ws
    with pytest.raises(CalibrationError, match="two people"):
        begin_calibration(chief, "Edges", BATCH, [digest("x")], ["Ann", "Ann"])
    with pytest.raises(CalibrationError, match="each once"):
        begin_calibration(chief, "Edges", BATCH, [], ["Ann", "Ben"])
    with pytest.raises(CalibrationError, match="title"):
        begin_calibration(chief, " ", BATCH, [digest("x")], ["Ann", "Ben"])
    with pytest.raises(RightError):
        begin_calibration(ann, "Edges", BATCH, [digest("x")], ["Ann", "Ben"])
    made = begin_calibration(chief, "Edges", BATCH, [digest("x")], ["Ann", "Ben"])
    with pytest.raises(CalibrationError, match="text of the entry is empty"):
        close_set(chief, made, "Title", " ")


def test_that_items_of_a_set_are_among_the_work_of_those_named(
    bureau: Bureau, tmp_path: Path
) -> None:
    write_bitmaps(tmp_path / "in", 6)
    for name in ("ann", "ben"):
        add_folder(bureau[name].ws, IntakeRequest(tmp_path / "in", "Batch 1"))
    bureau.sync()
    ann = bureau["ann"].ws
    batch = ann.home.local.batches()[0].batch_id
    order = Worklist(ann).order(batch)
    begin_calibration(bureau["chief"].ws, "Edges", batch, order[:2], ["Ann", "Ben"])
    bureau.sync()
    assert Worklist(ann).order(batch) == order  # it is marked by nothing


def test_that_the_commands_deal_out_hand_over_calibrate_and_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Bureau(tmp_path, default_policy(), ann="analyst", ben="analyst")
    # So many that lots leave somebody out once in many millions of runs.
    count = 24
    write_bitmaps(tmp_path / "in", count)
    for name in ("ann", "ben"):
        add_folder(made[name].ws, IntakeRequest(tmp_path / "in", name))
    made.sync()
    items = Worklist(made["ann"].ws).order(made["ann"].ws.home.local.batches()[0].batch_id)
    made.close()
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    monkeypatch.setenv(PASSPHRASE_FILE, str(tmp_path / "passphrase"))

    def told(home: str, *words: str, status: int = 0) -> object:
        monkeypatch.setenv("ASSAY_HOME", str(tmp_path / home))
        assert run([*words, "--json"]) == status, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    dealt = told("chief", "assign", "ann", "--to", "Ann,Ben")
    assert sum(dealt["items"].values()) >= count  # type: ignore[index]
    taken = told("chief", "assign", "ann", "--from", "Ann")
    assert taken["taken_back"] == dealt["items"]["Ann"]  # type: ignore[index]
    assert run(["assign", "ann"]) == 2
    handed = told("ben", "handover", "ben", "--to", "Ann", "--why", "Away")
    assert (handed["to"], handed["items"]) == ("Ann", count)  # type: ignore[index]
    assert told("ben", "handover", "ben", "--recall") == {
        "batch": handed["batch"],  # type: ignore[index]
        "recalled": count,
    }
    assert run(["handover", "ben", "--recall"]) == 3
    wanted = ("new", "Edges", "--batch", "ann", "--with", "Ann,Ben", items[0])
    new = told("chief", "calibration", *wanted)
    assert told("chief", "calibration", "list") == [new]
    shown = told("chief", "calibration", "show", "Edges")
    assert [one["lacking"] for one in shown["answers"]] == [2]  # type: ignore[index]
    close = ("calibration", "close", "Edges", "--title", "A", "--words", "In words.")
    told("chief", *close)
    assert len(told("chief", "casebook", "words")) == 1  # type: ignore[arg-type]
    assert told("chief", "casebook", "nothing") == []
    assert told("ann", "feedback")["waiting"] == 0  # type: ignore[index]
    assert run(["verify"]) == 0
