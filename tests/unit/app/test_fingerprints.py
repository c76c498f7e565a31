"""Fingerprints are taken at intake, stay in this home, and go with the evidence."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from app.bootstrap import Workstation
from app.intake.folder import IntakeRequest, add_folder
from blur.decoder import Decoder
from storage.fingerprints import forget_prints, printed_items, prints_of
from tests.unit.app.folders import write_files
from tests.unit.blur.pdq_pictures import picture
from tests.unit.blur.pictures import COMMAND, saved


def jpeg(number: int, wide: int = 1400, high: int = 1050, quality: int = 90) -> bytes:
    return saved(picture(number, wide, high), "JPEG", quality=quality)


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_that_each_item_that_can_be_shown_is_fingerprinted_once(
    ws: Workstation, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    files = {"a.jpg": jpeg(0), "copy.jpg": jpeg(0), "b.png": saved(picture(1, 300, 200))}
    folder = write_files(tmp_path / "in", {**files, "cut.jpg": jpeg(2)[:4000], "no.txt": b"words"})
    batch = add_folder(ws, IntakeRequest(folder, "Orchard")).batch
    found = printed_items(ws.home.local, batch)
    readable = [row for row in ws.home.local.items(batch) if row.unreadable is None]
    assert [one.item for one in found] == [row.item for row in readable]
    assert [one.pixels for one in found] == [1400 * 1050, 300 * 200]
    decoder = Decoder(COMMAND)
    request.addfinalizer(decoder.close)
    for row, name in zip(readable, ("a.jpg", "b.png"), strict=True):
        kept, studied = prints_of(ws.home.local, batch, row.item), decoder.study(files[name]).prints
        assert kept is not None
        # From a scaled decode, so some bits from what `inspect` tells of all pixels. Of photographs
        # they are 4 at most (`test_pdq`); fields of one slope have more waves near the median.
        assert distance(kept.pdq, studied.pdq) <= 10
        assert distance(kept.phash, studied.phash) <= 4
        assert distance(kept.dhash, studied.dhash) <= 4
        assert abs(kept.pdq_quality - studied.pdq_quality) <= 3


def test_that_no_record_holds_a_perceptual_fingerprint(ws: Workstation, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "in", {"a.jpg": jpeg(0)})
    batch = add_folder(ws, IntakeRequest(folder, "Orchard")).batch
    (item,) = printed_items(ws.home.local, batch)
    signed = b"".join(record.envelope for record in ws.home.local.records())
    assert signed
    assert item.pdq.hex() not in json.dumps(signed.decode())


def test_that_items_of_an_earlier_version_are_fingerprinted_when_met_again(
    ws: Workstation, tmp_path: Path
) -> None:
    folder = write_files(tmp_path / "in", {"a.jpg": jpeg(0), "b.jpg": jpeg(1)})
    batch = add_folder(ws, IntakeRequest(folder, "Orchard")).batch
    before = printed_items(ws.home.local, batch)
    forget_prints(ws.home.local, batch)
    assert printed_items(ws.home.local, batch) == []
    again = add_folder(ws, IntakeRequest(folder, "Orchard"))
    assert (again.added, again.already) == (0, 2)
    assert printed_items(ws.home.local, batch) == before


def test_that_a_picture_is_decoded_once_at_intake(ws: Workstation, tmp_path: Path) -> None:
    """Counted: what the decoder is asked, whatever is taken of a file."""
    asked: list[str] = []
    really = Decoder._ask

    def counted(self: Decoder, op: object, *given: object, **named: object) -> object:
        asked.append(str(op))
        return really(self, op, *given, **named)  # type: ignore[arg-type]

    Decoder._ask = counted  # type: ignore[method-assign, assignment]
    try:
        folder = write_files(tmp_path / "in", {"a.jpg": jpeg(0), "b.jpg": jpeg(1)})
        add_folder(ws, IntakeRequest(folder, "Orchard"))
    finally:
        Decoder._ask = really  # type: ignore[method-assign]
    assert len(asked) == 2


def test_that_a_moving_picture_is_fingerprinted_by_its_first_frame(
    ws: Workstation, tmp_path: Path
) -> None:
    frames = [Image.fromarray(picture(number, 300, 200)) for number in (0, 1)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    folder = write_files(tmp_path / "in", {"a.webp": out.getvalue(), "b.png": saved(frames[0])})
    batch = add_folder(ws, IntakeRequest(folder, "Orchard")).batch
    one, other = printed_items(ws.home.local, batch)
    assert distance(one.pdq.hex(), other.pdq.hex()) <= 2
