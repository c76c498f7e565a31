"""`import hashes`: good lines are kept, bad ones named, and a match says who asserted what."""

import random
import secrets
from pathlib import Path

import pytest

from app.bootstrap import Workstation
from app.errors import TableError, UsageError
from app.known.profiles import profile_named
from app.known.reading import ListReader
from storage.known import store as known_store
from storage.known.assertion import KIND_BYTES, DigestKind
from storage.known.store import ListWriter
from tests.unit.app.folders import PASSPHRASE, opened_workstation
from tests.unit.app.known.digest_lists import drawn, taken_in, written


def test_that_every_digest_of_a_mixed_list_is_found_again_and_no_other(
    ws: Workstation, tmp_path: Path
) -> None:
    kinds: list[DigestKind] = ["md5", "sha1", "sha256"]
    known = [(kind, one) for kind in kinds for one in drawn(kind, 200)]
    random.shuffle(known)
    odd = [one.upper() if number % 3 else f"  {one} " for number, (_, one) in enumerate(known)]
    summary = taken_in(ws.home, written(tmp_path / "A list.txt", odd, end="\r\n"))
    assert (summary.new, summary.lines, summary.refused) == (600, 600, 0)
    store = ws.home.known()
    for kind, one in known:
        (match,) = store.matches({kind: one})
        assert (match.kind, match.about.source, match.is_exact) == (kind, "A list", True)
    strangers = [{kind: one} for kind in kinds for one in drawn(kind, 50)]
    assert store.matches_of_many(strangers) == [()] * 150


def test_that_a_match_says_who_asserted_what_and_when(ws: Workstation, tmp_path: Path) -> None:
    (md5,), (sha1,), (sha256,) = drawn("md5", 1), drawn("sha1", 1), drawn("sha256", 1)
    header = "Category;MD5;SHA-1;sha256;victim_identified;AI;Series;Date;PhotoDNA"
    row = f"A;{md5};{sha1};{sha256};True;no;The garden;2024-05-01;AAAA"
    file = written(tmp_path / "list.csv", [header, row])
    summary = taken_in(ws.home, file, source="A unit", dated="2025-01-31")
    assert (summary.new, summary.unused) == (3, ("PhotoDNA",))
    (match,) = ws.home.known().matches({"md5": md5, "sha1": sha1, "sha256": sha256})
    assert match.kind == "sha256"  # once, by the strongest
    assert (match.about.source, match.about.dated) == ("A unit", "2025-01-31")
    stated = match.stated
    assert (stated.category, stated.series, stated.dated) == ("A", "The garden", "2024-05-01")
    assert (stated.real_child, stated.generated, stated.harmless) == (True, False, None)


def test_that_two_lists_that_contradict_are_both_told(ws: Workstation, tmp_path: Path) -> None:
    (one,) = drawn("sha1", 1)
    taken_in(ws.home, written(tmp_path / "a.txt", [one]), "harmless")
    taken_in(ws.home, written(tmp_path / "b.csv", ["sha1,real_child", f"{one},yes"]))
    told = {m.about.source: m.stated for m in ws.home.known().matches({"sha1": one})}
    assert told["a"].harmless is True
    assert told["b"].real_child is True


def test_that_the_same_file_again_changes_nothing(ws: Workstation, tmp_path: Path) -> None:
    file = written(tmp_path / "a.txt", drawn("md5", 3))
    taken_in(ws.home, file)
    again = taken_in(ws.home, file)
    assert again.here_already
    assert again.new == 0
    assert len(ws.home.known().lists()) == 1


def test_that_a_repeated_line_is_counted_and_kept_once(ws: Workstation, tmp_path: Path) -> None:
    some = drawn("sha256", 4)
    summary = taken_in(ws.home, written(tmp_path / "a.txt", [*some, *some, some[0].upper()]))
    assert (summary.lines, summary.new, summary.repeated) == (9, 4, 5)
    assert len(ws.home.known().matches({"sha256": some[0]})) == 1


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("12345", "not a digest"),
        ("1.23457E+31", "not a digest"),
        ("ab" * 17, "34 hexadecimal digits"),
        ("zz" * 32, "not a digest"),
        ("=cmd|' /C calc'!A0", "not a digest"),
        ("\x00" * 64, "not a digest"),
        ("\uff10" * 64, "not a digest"),
    ],
)
def test_that_a_bad_line_is_named_and_the_rest_kept(
    ws: Workstation, tmp_path: Path, bad: str, why: str
) -> None:
    good = drawn("sha256", 5)
    summary = taken_in(ws.home, written(tmp_path / "a.txt", [*good[:3], bad, *good[3:]]))
    assert summary.new == 5
    ((row, reason),) = [(fault.row, fault.reason) for fault in summary.faults]
    assert row == 4
    assert why in reason


def test_that_bad_cells_are_refused_by_row(ws: Workstation, tmp_path: Path) -> None:
    good = drawn("md5", 2)
    lines = [
        "md5,real_child,category",
        f"{good[0]},yes,A",
        f"{drawn('md5', 1)[0]},2,A",
        f"{drawn('sha1', 1)[0]},no,A",
        f"{drawn('md5', 1)[0]},yes",
        f'{drawn("md5", 1)[0]},"yes,A',
        ",yes,A",
        f"{good[1]},,\ufffd",
    ]
    file = written(tmp_path / "a.csv", lines)
    file.write_bytes(file.read_bytes() + bytes.fromhex("ff") * 32 + b",yes,A\n")
    summary = taken_in(ws.home, file)
    assert [fault.row for fault in summary.faults] == [3, 4, 5, 6, 7, 9]
    assert (summary.new, summary.refused, summary.lines) == (2, 6, 8)


def test_that_a_list_that_was_cut_off_says_so(ws: Workstation, tmp_path: Path) -> None:
    some = drawn("sha256", 3)
    file = tmp_path / "a.txt"
    file.write_text("\n".join(some)[:-24])  # the last one has now the length of a SHA-1
    summary = taken_in(ws.home, file)
    assert summary.new == 2
    assert [fault.row for fault in summary.faults] == [3]
    assert "cut off" in summary.faults[0].reason


def test_that_a_list_whose_last_line_may_be_cut_off_is_kept_and_says_so(
    ws: Workstation, tmp_path: Path
) -> None:
    """Of a bare digest the length tells; of the last cell under a header nothing does."""
    one, other = drawn("md5", 2)
    file = tmp_path / "a.csv"
    file.write_text(f"md5,series\n{one},Garden\n{other},Gar")
    summary = taken_in(ws.home, file)
    assert (summary.new, summary.refused, summary.open_end) == (2, 0, 3)
    whole = taken_in(ws.home, written(tmp_path / "b.csv", ["md5,series", f"{one},Garden"]))
    assert whole.open_end is None
    file.write_text(f"md5,series\n{one},Garden\n{other[:9]}")
    cut = taken_in(ws.home, file)
    assert ([fault.row for fault in cut.faults], cut.open_end) == ([3], None)
    bare = tmp_path / "c.txt"
    bare.write_text(f"{one}\n{other}")
    assert taken_in(ws.home, bare).open_end is None


def test_that_a_digest_in_two_categories_is_kept_in_both_and_named(
    ws: Workstation, tmp_path: Path
) -> None:
    one, other = drawn("sha256", 2)
    rows = ["sha256,category", f"{one},A", f"{other},B", f"{one.upper()},B", f"{one},A"]
    summary = taken_in(ws.home, written(tmp_path / "a.csv", rows))
    assert (summary.conflicting, summary.conflicts) == (1, (one,))
    assert {m.stated.category for m in ws.home.known().matches({"sha256": one})} == {"A", "B"}
    alike = taken_in(ws.home, written(tmp_path / "b.csv", rows[:3]))
    assert alike.conflicting == 0


def test_that_digests_in_quotation_marks_are_digests(ws: Workstation, tmp_path: Path) -> None:
    bare = [f'"{one}"' for one in drawn("md5", 3)]
    assert taken_in(ws.home, written(tmp_path / "a.txt", bare)).new == 3
    under_a_header = written(tmp_path / "b.csv", ['"sha1",""', f'"{drawn("sha1", 1)[0]}",'])
    summary = taken_in(ws.home, under_a_header)
    assert (summary.new, summary.unused) == (1, ())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        ("ab".encode("utf-16"), "UTF-16"),
        ("ab".encode("utf-32"), "UTF-32"),
        (b"\xe4\xf6\xfc\n", "UTF-8"),
        (b"name,size\na,1\n", "no column"),
        (b"md5,MD5\n", "two columns"),
        (b"md5\n", "empty"),
        (b"hello\nworld\n", "no line"),
        (b"\x1f\x8b\x08\x00" + bytes(60), "UTF-8"),
    ],
)
def test_that_a_file_that_is_no_list_leaves_nothing(
    ws: Workstation, tmp_path: Path, content: bytes, why: str
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(content)
    with pytest.raises(TableError, match=why):
        taken_in(ws.home, file)
    assert ws.home.known().lists() == []


def test_that_a_list_that_fails_half_way_leaves_nothing(
    ws: Workstation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = drawn("sha256", 40)
    file = written(tmp_path / "a.txt", some)
    monkeypatch.setattr(known_store, "_ROWS_A_STATEMENT", 10)
    left = [2]
    whole = ListWriter._changes

    def failing(writer: ListWriter) -> int:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(28, "no space left")
        return whole(writer)

    with monkeypatch.context() as patched:
        patched.setattr(ListWriter, "_changes", failing)
        with pytest.raises(OSError, match="no space"):
            taken_in(ws.home, file)
    assert ws.home.known().lists() == []
    assert ws.home.known().matches_of_many([{"sha256": one} for one in some]) == [()] * 40
    assert taken_in(ws.home, file).new == 40


def test_that_a_list_in_pieces_is_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [*drawn("sha256", 50), *drawn("md5", 50), "bad", *drawn("sha256", 50)]
    file = written(tmp_path / "a.txt", some)
    monkeypatch.setattr("app.known.reading.PIECE_BYTES", 7 + secrets.randbelow(400))
    reader = ListReader(file, profile_named("digests"))
    found = [(kind, one.hex()) for kind, many, _ in reader.groups() for one in many]
    wanted = [("md5" if len(one) == 32 else "sha256", one) for one in some if one != "bad"]
    assert sorted(found) == sorted(wanted)
    assert [fault.row for fault in reader.faults] == [101]


def test_that_a_line_without_end_is_not_held_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.known.reading.PIECE_BYTES", 200_000)
    (one,) = drawn("sha1", 1)
    file = tmp_path / "a.txt"
    file.write_bytes(b"a" * 900_000 + b"\n" + one.encode() + b"\n")
    reader = ListReader(file, profile_named("digests"))
    assert [many for _, many, _ in reader.groups()] == [[bytes.fromhex(one)]]
    assert [fault.row for fault in reader.faults] == [1]


def test_that_only_so_many_faults_are_kept(ws: Workstation, tmp_path: Path) -> None:
    file = written(tmp_path / "a.txt", ["bad"] * 1_500 + drawn("md5", 1))
    summary = taken_in(ws.home, file)
    assert (summary.refused, len(summary.faults)) == (1_500, 1_000)


def test_that_the_store_is_encrypted_and_opens_again(ws: Workstation, tmp_path: Path) -> None:
    some = drawn("sha256", 30)
    taken_in(ws.home, written(tmp_path / "a.txt", some), source="A unit of somewhere")
    place = ws.home.place
    ws.close()
    kept = b"".join(file.read_bytes() for file in place.glob("known.db*"))
    assert kept
    assert b"A unit of somewhere" not in kept
    assert not any(bytes.fromhex(one)[:8] in kept for one in some)
    again = opened_workstation(place)
    assert len(again.home.known().matches({"sha256": some[7]})) == 1
    again.close()
    assert PASSPHRASE.encode() not in kept


def test_that_pdq_hashes_are_kept_by_a_profile_or_a_column(ws: Workstation, tmp_path: Path) -> None:
    bare, named = drawn("pdq", 20), drawn("pdq", 20)
    taken_in(ws.home, written(tmp_path / "a.txt", bare), "pdq")
    taken_in(ws.home, written(tmp_path / "b.csv", ["pdq", *named]))
    codes = b"".join(ws.home.known().codes())
    found = {codes[at : at + 32].hex() for at in range(0, len(codes), KIND_BYTES["pdq"])}
    assert found == {*bare, *named}
    assert not ws.home.known().matches({"pdq": bare[0]})[0].is_exact


def test_that_an_unknown_profile_is_a_wrong_usage() -> None:
    with pytest.raises(UsageError, match="no profile"):
        profile_named("mine")
