"""A folder becomes a batch: once, whole, and however often it is begun."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import Workstation
from app.errors import FolderError, RightError
from app.intake import folder as intake
from app.intake import manifest as manifests
from app.intake import shelving
from app.intake.folder import IntakeProgress, IntakeRequest, IntakeSummary, add_folder
from app.selection.signing import is_image
from blur.decoder import Decoder
from blur.errors import UnreadableError
from blur.fingerprints import Studied
from blur.reasons import SENTENCES, Reason
from storage import vault
from storage.envelope import open_envelope
from storage.errors import DiskFullError
from tests.unit.app.dying_intake import Doomed, died
from tests.unit.app.folders import (
    bitmap,
    jpeg,
    made_workstation,
    opened_workstation,
    write_bitmaps,
    write_files,
)


def added(ws: Workstation, folder: Path, title: str = "Orchard") -> IntakeSummary:
    return add_folder(ws, IntakeRequest(folder, title))


def predicates(ws: Workstation, batch: str) -> list[dict[str, Any]]:
    return [
        open_envelope(record.envelope).predicate
        for kind in ("batch", "batch-supplement")
        for record in ws.home.local.records(kind=kind, batch=batch)
    ]


def manifest(ws: Workstation, batch: str) -> list[tuple[str, list[str]]]:
    return [
        (entry["sha256"], entry["names"])
        for predicate in predicates(ws, batch)
        for entry in predicate["items"]
    ]


def test_that_every_file_of_a_folder_is_counted_once(ws: Workstation, tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "in",
        {
            "a.jpg": jpeg(1),
            "b/copy.jpg": jpeg(1),
            "c.bmp": bitmap(3),
            "cut.jpg": jpeg(2, (640, 480))[:1500],
            "words.png": b"no picture at all",
            "none.gif": b"",
        },
    )
    (folder / "link").symlink_to("a.jpg")
    summary = added(ws, folder)
    assert (summary.added, summary.copies, summary.already) == (2, 1, 0)
    assert [fault.file for fault in summary.unreadable] == ["cut.jpg", "none.gif", "words.png"]
    assert [fault.file for fault in summary.refused] == ["link"]
    assert not summary.cancelled


def test_that_the_manifest_says_what_each_file_is(ws: Workstation, tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "in",
        {"a.jpg": jpeg(1), "b/copy.jpg": jpeg(1), "cut.jpg": jpeg(2, (640, 480))[:1500]},
    )
    request = IntakeRequest(
        folder, "Orchard", source_url="https://example.org/x", country="GB", declared_ai=True
    )
    batch = add_folder(ws, request).batch
    (predicate,) = predicates(ws, batch)
    assert predicate["title"] == "Orchard"
    assert predicate["source_url"] == "https://example.org/x"
    assert (predicate["country"], predicate["declared_ai"]) == ("GB", True)
    whole, cut = predicate["items"]
    assert whole["names"] == ["a.jpg", "b/copy.jpg"]
    assert (whole["type"], whole["width"], whole["height"]) == ("image/jpeg", 64, 48)
    assert whole["unreadable"] is None
    assert cut["type"] == "image/jpeg"
    assert cut["unreadable"]


def test_that_evidence_is_in_the_vault_and_nothing_plain_is_in_the_home(
    ws: Workstation, tmp_path: Path
) -> None:
    data = jpeg(1, (640, 480))
    batch = added(ws, write_files(tmp_path / "in", {"secret name.jpg": data})).batch
    (row,) = ws.home.local.items(batch)
    assert ws.home.vault.get(batch, row.item) == data
    for file in ws.home.place.rglob("*"):
        assert "secret" not in file.name
        if file.is_file():
            held = file.read_bytes()
            assert data[:64] not in held
            assert b"secret name" not in held
            assert row.item.encode() not in held


def test_that_the_same_folder_and_title_again_is_the_same_batch(
    ws: Workstation, tmp_path: Path
) -> None:
    folder = write_files(write_bitmaps(tmp_path / "in", 3), {"words.txt": b"words"})
    first, again = added(ws, folder), added(ws, folder)
    assert again.batch == first.batch
    assert (again.added, again.copies, again.already) == (0, 0, 3)
    assert again.unreadable == first.unreadable
    assert len(predicates(ws, first.batch)) == 1


def test_that_new_files_make_a_supplement_with_nothing_but_them(
    ws: Workstation, tmp_path: Path
) -> None:
    folder = write_bitmaps(tmp_path / "in", 2)
    batch = added(ws, folder).batch
    write_files(folder, {"late.bmp": bitmap(9), "also.bmp": bitmap(0)})
    summary = added(ws, folder)
    assert (summary.added, summary.copies, summary.already) == (1, 1, 2)
    first, supplement = predicates(ws, batch)
    assert (first["part"], supplement["part"]) == (1, 2)
    assert supplement["kind"] == "batch-supplement"
    assert [entry["names"] for entry in supplement["items"]] == [["also.bmp"], ["late.bmp"]]


def test_that_another_title_is_another_batch_of_copies(ws: Workstation, tmp_path: Path) -> None:
    folder = write_bitmaps(tmp_path / "in", 3)
    first, second = added(ws, folder), added(ws, folder, "Meadow")
    assert second.batch != first.batch
    assert (second.added, second.copies) == (0, 3)
    assert ws.home.vault.get(second.batch, ws.home.local.items(second.batch)[0].item)


def test_that_a_file_whose_content_changed_since_is_refused(
    ws: Workstation, tmp_path: Path
) -> None:
    folder = write_bitmaps(tmp_path / "in", 2)
    batch = added(ws, folder).batch
    before = manifest(ws, batch)
    write_files(folder, {"001.bmp": bitmap(77)})
    summary = added(ws, folder)
    assert [fault.file for fault in summary.refused] == ["001.bmp"]
    assert summary.already == 1
    assert manifest(ws, batch) == before


def test_that_a_manifest_of_many_items_is_signed_in_parts(
    ws: Workstation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "ITEMS_A_RECORD", 4)
    batch = added(ws, write_bitmaps(tmp_path / "in", 10)).batch
    parts = predicates(ws, batch)
    assert [(part["kind"], part["part"], len(part["items"])) for part in parts] == [
        ("batch", 1, 4),
        ("batch-supplement", 2, 4),
        ("batch-supplement", 3, 2),
    ]
    assert len(manifest(ws, batch)) == 10


def test_that_items_stand_in_the_order_of_names(ws: Workstation, tmp_path: Path) -> None:
    folder = write_bitmaps(tmp_path / "in", 40)
    batch = added(ws, folder).batch
    names = [names[0] for _, names in manifest(ws, batch)]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda at: at / "nowhere", "no such folder"),
        (lambda at: write_files(at, {"x.bmp": b"x"}) / "x.bmp", "not a folder"),
        (lambda at: at, "no file"),
        (lambda at: at / "home" / "vault", "inside the home"),
    ],
)
def test_that_a_folder_that_cannot_be_a_batch_is_one_sentence(
    ws: Workstation, tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    place = tmp_path if words == "inside the home" else tmp_path / "at"
    place.mkdir(exist_ok=True)
    with pytest.raises(FolderError, match=words):
        added(ws, make(place))
    assert ws.home.local.batches() == []


def test_that_a_folder_of_nothing_but_refused_things_says_so(
    ws: Workstation, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    with pytest.raises(FolderError, match="1 refused, first pipe: a pipe"):
        added(ws, folder)


def test_that_progress_ends_at_the_whole(ws: Workstation, tmp_path: Path) -> None:
    told: list[IntakeProgress] = []
    folder = write_bitmaps(tmp_path / "in", 5)
    add_folder(ws, IntakeRequest(folder, "Orchard"), progress=told.append)
    assert (told[-1].done, told[-1].of) == (5, 5)
    assert told[-1].done_bytes == told[-1].of_bytes == 5 * len(bitmap(0))


def test_that_a_cancelled_intake_is_not_signed_and_goes_on_when_run_again(
    ws: Workstation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_bitmaps(tmp_path / "in", 30)
    monkeypatch.setattr(intake, "TELL_EVERY_S", 0.0)
    done = [0]
    summary = add_folder(
        ws,
        IntakeRequest(folder, "Orchard"),
        progress=lambda now: done.append(now.done),
        cancelled=lambda: done[-1] >= 12,
    )
    assert summary.cancelled
    assert summary.added == 12
    assert predicates(ws, summary.batch) == []
    again = added(ws, folder)
    assert again.batch == summary.batch
    assert (again.added, again.already) == (30 - summary.added, summary.added)
    assert len(manifest(ws, again.batch)) == 30


def test_that_a_full_disk_keeps_what_is_there_and_a_new_run_goes_on(
    ws: Workstation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_bitmaps(tmp_path / "in", 12)
    monkeypatch.setattr(shelving, "GROUP_FILES", 4)
    monkeypatch.setattr(shelving, "GROUP_S", 1000.0)
    calls = iter(range(100))
    really = vault.flush_files

    def full_at_the_second(handles: list[int]) -> None:
        if next(calls) == 1:
            raise OSError(28, "No space left on device")
        really(handles)

    with monkeypatch.context() as patch:
        patch.setattr(vault, "flush_files", full_at_the_second)
        with pytest.raises(DiskFullError):
            added(ws, folder)
    (row,) = ws.home.local.batches()
    assert (row.items, row.signed) == (4, False)
    assert list((ws.home.place / "vault" / "incoming").iterdir()) == []
    summary = added(ws, folder)
    assert (summary.added, summary.already) == (8, 4)
    assert len(manifest(ws, summary.batch)) == 12


@pytest.mark.parametrize("failures", [1, 2])
def test_that_a_decoder_that_died_is_tried_once_more(
    ws: Workstation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    folder = write_files(tmp_path / "in", {"a.jpg": jpeg(1)})
    left = iter(range(failures))
    really = Decoder.study

    def dying(self: Decoder, untrusted: bytes, *, in_small: bool = False) -> Studied:
        if next(left, None) is not None:
            raise UnreadableError(SENTENCES[Reason.CRASHED])
        return really(self, untrusted, in_small=in_small)

    monkeypatch.setattr(Decoder, "study", dying)
    assert added(ws, folder).added == 2 - failures


def test_that_who_may_not_sign_a_batch_is_told_before_the_work(tmp_path: Path) -> None:
    ws = made_workstation(tmp_path / "home", role="qa")
    try:
        with pytest.raises(RightError, match="Ada may not add batches"):
            added(ws, write_bitmaps(tmp_path / "in", 1))
        assert ws.home.local.batches() == []
    finally:
        ws.close()


def test_that_a_run_killed_at_any_step_ends_with_the_same_batch_when_run_again(
    tmp_path: Path,
) -> None:
    folder = write_bitmaps(tmp_path / "in", 2)
    write_files(folder, {"copy.bmp": bitmap(1), "words": b"words"})
    made_workstation(tmp_path / "fresh").close()
    expected = manifest_of_a_clean_run(tmp_path, folder)
    for step in range(1, 100):
        place = Path(shutil.copytree(tmp_path / "fresh", tmp_path / f"home-{step}"))
        is_dead = died(Doomed(place, folder, step))
        ws = opened_workstation(place)
        summary = added(ws, folder)
        assert manifest(ws, summary.batch) == expected, step
        assert len(ws.home.local.batches()) == 1
        assert all(
            ws.home.vault.has(summary.batch, row.item)
            for row in ws.home.local.items(summary.batch)
            if is_image(row)
        )
        ws.close()
        if not is_dead:
            assert step > 10  # it did die, more than a few times
            return
    pytest.fail("the intake has no end")


def manifest_of_a_clean_run(tmp_path: Path, folder: Path) -> list[tuple[str, list[str]]]:
    ws = opened_workstation(Path(shutil.copytree(tmp_path / "fresh", tmp_path / "clean")))
    try:
        return manifest(ws, added(ws, folder).batch)
    finally:
        ws.close()


def test_that_odd_names_come_through_to_the_manifest_as_valid_json(
    ws: Workstation, tmp_path: Path
) -> None:
    folder = os.fsencode(tmp_path / "in") + b"\xff"
    os.mkdir(folder)
    odd = [b"NUL.bmp", b"bad\xff.bmp", "gpj.\u202eexe".encode(), b"line\nend.bmp", b"-rf"]
    for number, name in enumerate(odd):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(bitmap(number))
    batch = added(ws, Path(os.fsdecode(folder))).batch
    names = {name for _, names in manifest(ws, batch) for name in names}
    assert names == {"NUL.bmp", "bad\\xff.bmp", "gpj.\u202eexe", "line\nend.bmp", "-rf"}
    assert json.loads(json.dumps(sorted(names), ensure_ascii=False).encode())
