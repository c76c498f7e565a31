"""Lists that are longer than what is sorted at once: set aside in parts, and none of it lost."""

import random
from pathlib import Path

import pytest

import storage.known.store
from app.bootstrap import Workstation
from app.known.reading import LONGEST_LINE_BYTES
from storage.errors import DiskFullError
from storage.known.runs import Runs
from tests.unit.app.known.digest_lists import drawn, taken_in, written

PIECE = 250  # digests sorted at once


@pytest.fixture(autouse=True)
def _short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.known.store, "SORTED_AT_ONCE", PIECE)
    monkeypatch.setattr("app.known.reading.PIECE_BYTES", 4096)


def test_that_a_list_set_aside_in_parts_is_whole_and_says_of_each_what_it_said(
    ws: Workstation, tmp_path: Path
) -> None:
    sha256, md5 = drawn("sha256", 900), drawn("md5", 700)
    said = {one: "ABC"[number % 3] for number, one in enumerate((*sha256, *md5))}
    rows = [f"{one},,{said[one]}" for one in sha256] + [f",{one},{said[one]}" for one in md5]
    again = random.sample(rows, 300)
    random.shuffle(rows)
    summary = taken_in(
        ws.home, written(tmp_path / "long.csv", ["sha256,md5,category", *rows, *again])
    )
    assert (summary.lines, summary.new, summary.repeated) == (1_900, 1_600, 300)
    store = ws.home.known()
    asked = [{"sha256": one} for one in sha256] + [{"md5": one} for one in md5]
    told = store.matches_of_many(asked)  # type: ignore[arg-type]
    assert [[match.stated.category for match in some] for some in told] == [
        [said[one]] for one in (*sha256, *md5)
    ]
    assert list(store.codes()) == []


@pytest.mark.parametrize("beyond", [0, 1, 2])
@pytest.mark.parametrize("more", [1, 2])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_that_a_line_after_one_that_is_too_long_has_its_own_number(
    ws: Workstation, tmp_path: Path, end: str, more: int, beyond: int
) -> None:
    """Wherever a piece that is read ends: before, within and after what ends the long line.

    The piece is that in which it is found to be too long, or the next one.
    """
    good = drawn("md5", 3)
    mark = 4  # bytes that are looked at before the first piece
    begun = len("".join(one + end for one in ["md5", good[0]]).encode())
    longest = (LONGEST_LINE_BYTES // 4096 + more) * 4096
    long = "x" * (mark + longest - begun - beyond)
    lines = ["md5", good[0], long, good[1], "no digest", good[2]]
    summary = taken_in(ws.home, written(tmp_path / "long.csv", lines, end=end))
    assert [fault.row for fault in summary.faults] == [3, 5]
    assert "longer than" in summary.faults[0].reason
    assert (summary.new, summary.lines) == (3, 5)


def test_that_each_page_of_the_tree_is_filled_in_its_order(
    ws: Workstation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[tuple[int, bytes]] = []
    insert = storage.known.store.ListWriter._insert

    def watched(self: object, kind: int, found: list[bytes], said: object) -> None:
        put.extend((kind, one) for one in found)
        insert(self, kind, found, said)  # type: ignore[arg-type]

    monkeypatch.setattr(storage.known.store.ListWriter, "_insert", watched)
    lines = [*drawn("sha1", 1_000), *drawn("sha256", 1_000)]
    random.shuffle(lines)
    taken_in(ws.home, written(tmp_path / "long.txt", lines))
    assert len(put) == 2_000
    assert put == sorted(put)


def test_that_nothing_set_aside_stays_behind_whether_it_ends_well_or_not(
    ws: Workstation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "long.txt", drawn("sha256", 1_000))
    taken = Runs._row
    left = [3]

    def full(self: Runs, number: int) -> object:
        left[0] -= 1
        if not left[0]:
            raise DiskFullError("the disk is full")
        return taken(self, number)

    with monkeypatch.context() as patched:
        patched.setattr(Runs, "_row", full)
        with pytest.raises(DiskFullError):
            taken_in(ws.home, file)
    store = ws.home.known()
    assert store.is_empty()
    assert store._database.look_up("SELECT COUNT(*) FROM digests", ()) == [(0,)]
    assert taken_in(ws.home, file).new == 1_000
    names = store._database.look_up("SELECT name FROM sqlite_master WHERE name = 'runs'", ())
    assert names == []
