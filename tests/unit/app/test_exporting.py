"""`export bundle`: a batch's records out of a real home, checked by us and by a shell."""

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli import run as run_command
from app.exporting import export_bundle
from app.sync import sync
from storage.cosignature import cosign
from storage.exchange.bundle_audit import BundleAudit
from storage.exchange.bundle_reading import read_bundle
from storage.signing import SigningKey
from tests.unit.app.study_home import StudyHome

PASSPHRASE = "pears and apples"  # as in study_home
TOOLS = ("sh", "jq", "openssl", "sha256sum", "base64")
VERIFIED = "9 records verified\n6 withheld: they belong to other work\n"
DRAWING: Mapping[str, str] = {"person": "known-adult", "appears_photograph": "no", "ai": "edited"}


@pytest.fixture
def study(tmp_path: Path) -> Iterator[StudyHome]:
    """A home in which two batches were graded by turns."""
    made = StudyHome(tmp_path / "home")
    yield made
    made.ws.close()


def graded(study: StudyHome) -> tuple[str, str]:
    """Grade items of two batches by turns; return the batches."""
    names = [f"item {number}" for number in range(6)]
    first = study.batch("first", {name: (f"{name}.png",) for name in names})
    second = study.batch("second", {f"other {name}": (f"{name}.png",) for name in names})
    for name in names:
        record = study.grade(first, name, DRAWING)
        study.grade(second, f"other {name}", DRAWING)
    study.withdraw(record)
    return first, second


def test_that_a_bundle_holds_the_batch_and_names_what_it_withholds(
    study: StudyHome, tmp_path: Path
) -> None:
    first, _ = graded(study)
    sync(study.ws.home)
    summary = export_bundle(study.ws, first, tmp_path / "first.zip")
    # roster, policy, six verdicts, one withdrawal; six verdicts of the other batch are withheld
    assert (summary.records, summary.withheld, summary.proofs) == (9, 6, 15)
    audit = BundleAudit(read_bundle(tmp_path / "first.zip"), study.ws.home.identity.roster)
    assert list(audit.faults()) == []
    assert (audit.checked, audit.pending, audit.unseen) == (9, 0, 6)


def test_that_the_checkpoint_is_cosigned_and_a_false_cosignature_is_found(
    study: StudyHome, tmp_path: Path
) -> None:
    batch, _ = graded(study)
    sync(study.ws.home)
    export_bundle(study.ws, batch, tmp_path / "bundle.zip")
    bundle = read_bundle(tmp_path / "bundle.zip")
    (said,) = bundle.cosignatures
    assert said.keyid == study.ws.home.signer.keyid
    assert said.checkpoint == bundle.checkpoint
    assert list(BundleAudit(bundle).faults()) == []
    stranger = cosign(said.checkpoint, SigningKey.generate(), said.seconds)
    for false in (replace(said, seconds=said.seconds + 1), stranger):
        proofs = {id_: replace(one, signed=false.line()) for id_, one in bundle.proofs.items()}
        changed = replace(bundle, cosignatures=(false,), proofs=proofs)
        faults = list(BundleAudit(changed).faults())
        assert ["cosignature" in fault.why for fault in faults] == [True]


def test_that_each_proof_has_the_checkpoint_as_it_was_signed(
    study: StudyHome, tmp_path: Path
) -> None:
    batch, _ = graded(study)
    sync(study.ws.home)
    export_bundle(study.ws, batch, tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        checkpoint = archive.read("checkpoint.txt")
        proofs = [archive.read(name) for name in archive.namelist() if "proofs/" in name]
    assert proofs
    for proof in proofs:
        assert proof.partition(b"\n\n")[2] == checkpoint
    bundle = read_bundle(tmp_path / "bundle.zip")
    other = cosign(bundle.cosignatures[0].checkpoint, SigningKey.generate(), 0).line()
    strange = {id_: replace(one, signed=other) for id_, one in bundle.proofs.items()}
    (fault,) = BundleAudit(replace(bundle, proofs=strange)).faults()
    assert "another checkpoint" in fault.why
    older = {id_: replace(one, signed="") for id_, one in bundle.proofs.items()}
    assert list(BundleAudit(replace(bundle, proofs=older)).faults()) == []


def test_that_no_record_of_another_batch_leaves_with_it(study: StudyHome, tmp_path: Path) -> None:
    first, second = graded(study)
    export_bundle(study.ws, first, tmp_path / "first.zip")
    others = {one.record_id for one in study.ws.home.local.records(batch=second)}
    read = read_bundle(tmp_path / "first.zip")
    assert others
    assert not others & read.envelopes.keys()
    lines = [line for chain in read.chains.values() for line in chain]
    assert {line.record_id for line in lines if not line.here} == others


def test_that_a_batch_that_was_never_synced_can_leave_without_proofs(
    study: StudyHome, tmp_path: Path
) -> None:
    first, _ = graded(study)
    assert export_bundle(study.ws, first, tmp_path / "first.zip").proofs == 0
    audit = BundleAudit(read_bundle(tmp_path / "first.zip"))
    assert list(audit.faults()) == []
    assert (audit.checked, audit.pending) == (9, 9)


def test_that_what_was_signed_after_the_last_sync_is_pending(
    study: StudyHome, tmp_path: Path
) -> None:
    first, _ = graded(study)
    sync(study.ws.home)
    study.batch("first", {"late": ("late.png",)})
    study.grade(first, "late", DRAWING)
    export_bundle(study.ws, first, tmp_path / "first.zip")
    audit = BundleAudit(read_bundle(tmp_path / "first.zip"))
    assert list(audit.faults()) == []
    assert (audit.checked, audit.pending) == (10, 1)


def test_that_exporting_twice_gives_the_same_bytes(study: StudyHome, tmp_path: Path) -> None:
    first, _ = graded(study)
    sync(study.ws.home)
    for name in ("once", "twice"):
        export_bundle(study.ws, first, tmp_path / name)
    assert (tmp_path / "once").read_bytes() == (tmp_path / "twice").read_bytes()


@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"
)
def test_that_the_script_in_it_passes(study: StudyHome, tmp_path: Path) -> None:
    first, _ = graded(study)
    sync(study.ws.home)
    export_bundle(study.ws, first, tmp_path / "first.zip")
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    done = subprocess.run(
        ["sh", "verify.sh"], cwd=tmp_path / "unpacked", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, VERIFIED, "")


@pytest.fixture
def closed(study: StudyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same home, graded, synced and closed; the commands know its passphrase."""
    graded(study)
    sync(study.ws.home)
    study.ws.close()
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    monkeypatch.setenv("ASSAY_HOME", str(study.place))
    return study.place


def test_that_the_commands_write_a_bundle_and_check_it_without_a_home(
    closed: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = str(tmp_path / "out.zip")
    assert run_command(["export", "bundle", "--batch", "first", "--out", path, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["out"], made["records"], made["withheld"], made["proofs"]) == (path, 9, 6, 15)
    monkeypatch.delenv("ASSAY_HOME")
    monkeypatch.delenv("ASSAY_PASSPHRASE_FILE")
    assert (
        run_command(["verify", "--bundle", path, "--roster", made["first_roster"], "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told == {"checked": 9, "pending": 0, "unseen": 6, "faults": []}
    assert run_command(["verify", "--bundle", path]) == 0
    whole = capsys.readouterr()
    assert "compare it with what the organisation tells you" in whole.err
    assert "6 withheld: they belong to other work." in whole.out
    assert run_command(["verify", "--bundle", path, "--roster", "ab" * 32]) == 1
    told_wrong = capsys.readouterr()
    assert "step 3" in told_wrong.out
    assert "1 fault." in told_wrong.out


def test_that_a_damaged_bundle_is_a_fault_and_a_missing_one_is_a_wrong_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\3\4 nothing")
    assert run_command(["verify", "--bundle", str(tmp_path / "bad.zip")]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("step 1  record -  bundle: ")
    assert "It agrees with itself" not in told.err
    assert run_command(["verify", "--bundle", str(tmp_path / "none.zip")]) == 2
    assert "none.zip: there is no such file" in capsys.readouterr().err
    assert run_command(["verify", "--bundle", str(tmp_path)]) == 2
    assert "this is a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        (("vics", "--batch", "first", "--out", "x"), 2, "says of no outcome"),
        (("bundle", "--batch", "third", "--out", "x"), 2, "no batch called 'third'"),
        (("bundle", "--batch", "first", "--out", "/"), 2, "this is a folder"),
        (("bundle", "--batch", "first", "--out", "/nowhere/x"), 3, "/nowhere/x"),
        (("bundle", "--out", "x"), 2, "--batch"),
    ],
)
@pytest.mark.usefixtures("closed")
def test_that_a_bundle_that_cannot_be_made_is_said_so(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, why: str
) -> None:
    assert run_command(["export", *words]) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert why in told.err
    assert told.err.count("\n") == 1
