"""Evidence that is gone from the vault: `verify` says so, and adding its folder brings it back."""

from pathlib import Path

from app.bootstrap import Workstation
from app.intake.folder import IntakeRequest, add_folder
from app.schemes import SchemeShelf
from app.verify import HomeAudit
from tests.unit.app.folders import jpeg, write_bitmaps, write_files


def told(ws: Workstation) -> list[tuple[str, str]]:
    faults = HomeAudit(ws.home, SchemeShelf().exact).faults()
    return [(fault.where, fault.why) for fault in faults]


def vault_files(ws: Workstation) -> list[Path]:
    return sorted(path for path in (ws.home.place / "vault").rglob("*") if path.is_file())


def test_that_missing_and_cut_evidence_is_found_and_missing_is_put_back(
    ws: Workstation, tmp_path: Path
) -> None:
    data = jpeg(1)
    files = {"a.jpg": data, "b/copy.jpg": data, "none.gif": b"", "words.png": b"no picture"}
    request = IntakeRequest(write_files(tmp_path / "in", files), "Orchard")
    batch = add_folder(ws, request).batch
    item = next(row.item for row in ws.home.local.items(batch) if row.unreadable is None)
    assert told(ws) == []
    (file,) = vault_files(ws)
    whole = file.read_bytes()
    for length in (0, 60, len(whole) - 1):
        file.write_bytes(whole[:length])
        ((where, why),) = told(ws)
        assert where == "vault"
        assert item in why
    file.unlink()
    assert told(ws) == [("vault", f"the evidence of item {item} is not in the vault")]
    again = add_folder(ws, request)
    assert (again.batch, again.added, again.copies, again.already) == (batch, 0, 0, 2)
    assert told(ws) == []
    assert ws.home.vault.get(batch, item) == data
    assert len(vault_files(ws)) == 1


def test_that_much_missing_evidence_is_a_few_lines_and_a_count(
    ws: Workstation, tmp_path: Path
) -> None:
    request = IntakeRequest(write_bitmaps(tmp_path / "in", 9), "Orchard")
    add_folder(ws, request)
    for file in vault_files(ws):
        file.unlink()
    lines = told(ws)
    assert len(lines) == 6
    assert lines[-1] == ("vault", "the evidence of 4 more items is missing or cut")
    add_folder(ws, request)
    assert told(ws) == []
