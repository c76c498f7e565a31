"""Evidence on its way to the screen, with the real vault and the real decoder children."""

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import Workstation
from app.intake.folder import IntakeRequest, add_folder
from app.viewing import Viewing
from blur.decoder import Decoder
from blur.errors import NotLoadedError, UnreadableError
from blur.look import Look
from blur.shared import LentMemory, SharedPixels
from blur.source import Heed
from storage.chunked import CHUNK_BYTES, READ_CHUNKS, Opener
from storage.evidence_file import EvidenceFile
from tests.unit.app.folders import jpeg, write_files

FIT_PX = (320, 200)
WAIT_S = 60.0


@pytest.fixture
def batch(ws: Workstation, tmp_path: Path) -> str:
    """Three pictures."""
    files = {f"{number}.jpg": jpeg(number * 40, (200, 100)) for number in range(3)}
    return add_folder(ws, IntakeRequest(write_files(tmp_path / "in", files), "Orchard")).batch


@pytest.fixture
def items(ws: Workstation, batch: str) -> list[str]:
    """Their ids."""
    return [row.item for row in ws.home.local.items(batch)]


@pytest.fixture
def viewing(ws: Workstation) -> Iterator[Viewing]:
    """What shows them."""
    viewing = Viewing(ws)
    yield viewing
    viewing.close()


def test_that_an_item_comes_veiled_and_can_be_revealed(
    viewing: Viewing, batch: str, items: list[str]
) -> None:
    viewing.want(items, batch, FIT_PX)
    loaded = viewing.veiled(items[0], WAIT_S)
    assert (loaded.facts.width_px, loaded.facts.height_px) == (200, 100)
    assert loaded.veiled.channels == 1
    clear = viewing.view(items[0], Look(level=6, grey=False, fit_px=FIT_PX))
    assert (clear.width_px, clear.height_px, clear.channels) == (200, 100, 4)
    assert viewing.veiled(items[2], WAIT_S).facts.width_px == 200


def test_that_after_calm_nothing_is_ready_and_want_starts_afresh(
    viewing: Viewing, batch: str, items: list[str]
) -> None:
    viewing.want(items, batch, FIT_PX)
    viewing.veiled(items[0], WAIT_S)
    viewing.calm()
    assert viewing.ready(items[0], batch, FIT_PX) is None
    viewing.want(items, batch, FIT_PX)
    assert viewing.veiled(items[0], WAIT_S).facts.width_px == 200


def children(viewing: Viewing) -> set[int | None]:
    """The processes that decode now."""
    decoders = viewing._running()._decoders
    for decoder in decoders:
        decoder.protections()  # waits until it runs
    return {decoder.pid for decoder in decoders}


def test_that_each_batch_is_decoded_by_children_of_its_own(
    ws: Workstation, tmp_path: Path, viewing: Viewing, batch: str, items: list[str]
) -> None:
    files = {"other.jpg": jpeg(7, (60, 40))}
    other = add_folder(ws, IntakeRequest(write_files(tmp_path / "two", files), "Meadow")).batch
    viewing.want(items, batch, FIT_PX)
    viewing.veiled(items[2], WAIT_S)
    first = children(viewing)
    viewing.want(items[1:], batch, FIT_PX)
    viewing.veiled(items[1], WAIT_S)
    assert children(viewing) == first
    [item] = [row.item for row in ws.home.local.items(other)]
    viewing.want([item], other, FIT_PX)
    assert viewing.veiled(item, WAIT_S).facts.width_px == 60
    assert not children(viewing) & first


def test_that_evidence_missing_from_the_vault_is_unreadable_with_a_reason(
    ws: Workstation, viewing: Viewing, batch: str
) -> None:
    viewing.want(["0" * 64], batch, FIT_PX)
    with pytest.raises(UnreadableError, match="not in the vault"):
        viewing.veiled("0" * 64, WAIT_S)


def test_that_an_item_whose_turn_is_over_is_no_unreadable_one(
    viewing: Viewing, batch: str, items: list[str]
) -> None:
    """Whoever goes on and comes back quickly is shown it, however late it is fetched."""
    viewing.want(items[1:], batch, FIT_PX)
    with pytest.raises(NotLoadedError):
        viewing.veiled(items[0], WAIT_S)
    with pytest.raises(NotLoadedError):
        viewing._fetch(items[0])
    viewing.want(items, batch, FIT_PX)
    assert viewing.veiled(items[0], WAIT_S).facts.width_px


def test_that_nothing_can_be_viewed_after_closing(
    viewing: Viewing, batch: str, items: list[str]
) -> None:
    viewing.want(items, batch, FIT_PX)
    viewing.close()
    viewing.close()
    with pytest.raises(UnreadableError, match="closed"):
        viewing.veiled(items[0], WAIT_S)


def test_that_calm_before_anything_was_viewed_does_nothing(viewing: Viewing) -> None:
    viewing.calm()


def test_that_a_workstation_gives_one_viewing_and_ends_it(ws: Workstation) -> None:
    viewing = ws.viewing()
    assert ws.viewing() is viewing
    ws.close()
    with pytest.raises(UnreadableError, match="closed"):
        viewing.start()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere bytes go by the pipe")
def test_that_the_bytes_of_an_item_lie_nowhere_but_where_its_decoder_reads_them(
    ws: Workstation, viewing: Viewing, batch: str, items: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No copy on the way: none to make, and none to be left in memory."""
    places: list[int] = []
    write_into = EvidenceFile.write_into

    def noted(file: EvidenceFile, room: memoryview, heed: Heed) -> None:
        places.append(ctypes.addressof(ctypes.c_char.from_buffer(room)))
        write_into(file, room, heed)

    def refused(*_: object) -> bytes:
        raise AssertionError("copied")

    monkeypatch.setattr(EvidenceFile, "write_into", noted)
    for owner, name in ((Opener, "read_all"), (SharedPixels, "put"), (LentMemory, "put")):
        monkeypatch.setattr(owner, name, refused)
    viewing.want(items, batch, FIT_PX)
    for item in items:
        assert viewing.veiled(item, WAIT_S).facts.width_px == 200
    blocks = [shared_block(decoder) for decoder in viewing._running()._decoders]
    assert len(places) == len(items)
    assert set(places) <= set(blocks)


def shared_block(decoder: Decoder) -> int:
    """Where the memory begins that is shared with the process of a decoder."""
    child = decoder._keeper.child(WAIT_S)
    assert child is not None
    assert child.shared is not None
    return ctypes.addressof(ctypes.c_char.from_buffer(child.shared._map))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere bytes go by the pipe")
def test_that_evidence_changed_at_its_end_is_never_told_to_a_decoder_and_nothing_of_it_is_left(
    ws: Workstation, viewing: Viewing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes before the change is authentic and decrypted by then."""
    data = jpeg(9, (60, 40))
    data += bytes(range(256)) * 200  # more chunks than one
    folder = write_files(tmp_path / "long", {"long.jpg": data})
    long = add_folder(ws, IntakeRequest(folder, "Long")).batch
    [item] = [row.item for row in ws.home.local.items(long)]
    [file] = [path for path in (ws.home.place / "vault").rglob("*") if path.is_file()]
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(changed)
    sent: list[bytes] = []
    monkeypatch.setattr("blur.decoder.send", lambda *asked: sent.append(asked[1].token))
    viewing.want([item], long, FIT_PX)
    with pytest.raises(UnreadableError, match="were changed"):
        viewing.veiled(item, WAIT_S)
    assert not sent
    for decoder in viewing._running()._decoders:
        child = decoder._keeper.child(WAIT_S)
        assert child is not None
        assert child.shared is not None
        assert not any(child.shared._view[: len(data)])


def test_that_no_more_of_an_item_is_decrypted_once_all_is_calmed(
    ws: Workstation, viewing: Viewing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock does not wait for the rest of a long file, and nothing more of it is in memory."""
    data = jpeg(9, (60, 40)) + bytes(3 * READ_CHUNKS * CHUNK_BYTES)
    folder = write_files(tmp_path / "long", {"long.jpg": data})
    long = add_folder(ws, IntakeRequest(folder, "Long")).batch
    [item] = [row.item for row in ws.home.local.items(long)]
    opened: list[int] = []
    open_block_into = Opener._open_block_into

    def calmed(opener: Opener, first: int, block: memoryview, plain: memoryview) -> None:
        open_block_into(opener, first, block, plain)
        opened.append(first)
        viewing.calm()

    monkeypatch.setattr(Opener, "_open_block_into", calmed)
    viewing.want([item], long, FIT_PX)
    with pytest.raises(NotLoadedError):
        viewing.veiled(item, WAIT_S)
    viewing.close()  # waits for whoever reads
    assert opened == [0]
