"""A trainee works on a batch that was assigned to them, and signs none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assignment.dealing import assign
from app.errors import FolderError, RightError
from app.intake.folder import IntakeRequest, add_folder
from app.record import Recorder
from app.worklist import Worklist
from tests.unit.app.desks import REMIT, Bureau, settled
from tests.unit.app.folders import write_bitmaps

ITEMS = 4


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """Ann has taken a folder in; Tom is in training."""
    made = Bureau(tmp_path / "homes", ann="analyst", tom="trainee")
    write_bitmaps(tmp_path / "found", ITEMS)
    add_folder(made["ann"].ws, IntakeRequest(tmp_path / "found", "Orchard"))
    made.sync()
    yield made
    made.close()


def test_that_a_trainee_grades_what_was_assigned_and_signs_no_batch(
    bureau: Bureau, tmp_path: Path
) -> None:
    tom, ann = bureau["tom"].ws, bureau["ann"].ws
    batch = ann.home.local.batches()[0].batch_id
    assert sum(assign(bureau["chief"].ws, batch, ["Ann", "Tom"]).items.values()) >= ITEMS
    bureau.sync()
    (tmp_path / "found" / "stray.bmp").write_bytes(b"BM another file")
    done = add_folder(tom, IntakeRequest(tmp_path / "found", "Orchard"))
    assert (done.batch, done.added) == (batch, ITEMS)
    assert [one.file for one in done.refused] == ["stray.bmp"]
    theirs = Worklist(tom).order(batch)
    assert len(theirs) == ITEMS  # trainees share the items once more among themselves
    Recorder(tom).keep(settled(REMIT), theirs[0], batch)
    bureau.sync()
    assert {row.author for row in ann.home.local.records(kind="batch")} == {ann.home.person.id}
    (verdict,) = [
        row for row in ann.home.local.records(kind="verdict") if row.author == tom.home.person.id
    ]
    assert verdict.subject == theirs[0]
    again = add_folder(tom, IntakeRequest(tmp_path / "found", "Orchard"))
    assert (again.batch, again.added, again.already) == (batch, 0, ITEMS)


def test_that_a_folder_of_no_signed_batch_is_refused_to_a_trainee(
    bureau: Bureau, tmp_path: Path
) -> None:
    tom = bureau["tom"].ws
    with pytest.raises(RightError, match="no batch that others signed is called 'Harbour'"):
        add_folder(tom, IntakeRequest(tmp_path / "found", "Harbour"))
    table = tmp_path / "manifest.csv"
    table.write_text("file,report\n000.bmp,R1\n")
    with pytest.raises(FolderError, match="manifest"):
        add_folder(tom, IntakeRequest(tmp_path / "found", "Orchard", manifest=table))
    assert tom.home.local.batches() == []
