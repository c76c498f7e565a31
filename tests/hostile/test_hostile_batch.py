"""A whole batch of hostile files, on the way that a batch goes: folder, vault, decoder, screen."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.bootstrap import Workstation
from app.intake.folder import IntakeRequest, add_folder
from app.viewing import Viewing
from blur.errors import UnreadableError
from blur.look import Look
from tests.hostile.bombs import BOMBS
from tests.hostile.test_hostile_files import CORPUS, good
from tests.unit.app.folders import made_workstation

ROOM = (640, 480)
WAIT_S = 90.0
# Those of a few kilobytes: the large ones are met one by one elsewhere.
QUICK_BOMBS = ("a JPEG of headers", "JPEG and ZIP", "a directory that points at itself")


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workstation]:
    workstation = made_workstation(tmp_path / "home")
    yield workstation
    workstation.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every hostile file there is, and one good picture that comes last."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of hostile files is not beside the checkout")
    made = tmp_path / "found"
    shutil.copytree(CORPUS, made)
    for folder in (made, *(below for below in made.rglob("*") if below.is_dir())):
        folder.chmod(0o755)
    for number, name in enumerate(QUICK_BOMBS):
        (made / f"bomb {number}").write_bytes(BOMBS[name]())
    (made / "zz good.png").write_bytes(good())
    return made


@pytest.mark.timeout(900)
def test_that_a_batch_of_hostile_files_is_kept_whole_and_its_good_picture_shown(
    ws: Workstation, folder: Path
) -> None:
    files = [file for file in folder.rglob("*") if file.is_file()]
    summary = add_folder(ws, IntakeRequest(folder, "Hostile"))
    rows = ws.home.local.items(summary.batch)
    counted = summary.added + summary.copies + len(summary.unreadable) + len(summary.refused)
    assert counted == len(files)
    kept = {name for row in rows for name in row.names}
    refused = {fault.file for fault in summary.refused}
    assert kept | refused == {str(file.relative_to(folder)) for file in files}
    assert all(row.unreadable is None or row.unreadable for row in rows)
    readable = [row.item for row in rows if row.unreadable is None]
    assert 0 < len(readable) < len(rows)
    shown = 0
    viewing = Viewing(ws)
    try:
        for item in readable:
            viewing.want([item], summary.batch, ROOM)
            with suppress(UnreadableError):  # which has no form without a reason
                assert viewing.veiled(item, WAIT_S).veiled.channels == 1
                viewing.view(item, Look(level=6, grey=False, fit_px=ROOM))
                shown += 1
        assert shown > len(readable) // 2
        [last] = [row.item for row in rows if "zz good.png" in row.names]
        viewing.want([last], summary.batch, ROOM)
        assert viewing.veiled(last, WAIT_S).facts.width_px == 256
    finally:
        viewing.close()
