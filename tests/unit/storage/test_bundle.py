"""Bundles: what is written checks out, by our program and by a shell; what was touched does not."""

import hashlib
import random
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.envelope import seal
from storage.errors import DiskFullError, UnwritableStoreError
from storage.exchange.bundle import Bundle, write_bundle
from storage.exchange.bundle_audit import BundleAudit
from storage.exchange.bundle_reading import read_bundle
from storage.signing import SigningKey
from tests.unit.storage.bundles import Files, bundle_of, faults, files_of, rewrite
from tests.unit.storage.office import BATCH, Office, digest

TOOLS = ("sh", "jq", "openssl", "sha256sum", "base64")
WITHHELD = "2 withheld: they belong to other work"
GERMAN = "Schöne Grüße, \U0001f30d"

needs_tools = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"
)


@pytest.fixture
def office() -> Office:
    made = Office()
    made.graded(9)
    fields = made.verdict_fields("in words") | {"comment": GERMAN}
    made.sign("verdict", fields, digest("in words"))
    return made


@pytest.fixture
def written(office: Office, tmp_path: Path) -> Path:
    path = tmp_path / "batch.assay.zip"
    write_bundle(path, bundle_of(office), public_keys=[office.key.public])
    return path


def run_sh(path: Path, folder: Path) -> tuple[int, list[str]]:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        ["sh", "verify.sh"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_that_a_good_bundle_has_no_fault(office: Office, written: Path) -> None:
    audit = BundleAudit(read_bundle(written), office.records[0].record_id)
    assert list(audit.faults()) == []
    assert (audit.checked, audit.pending, audit.unseen) == (9, 0, 1)


def test_that_a_bundle_of_records_not_logged_yet_has_no_fault(
    office: Office, tmp_path: Path
) -> None:
    whole = bundle_of(office)
    bare = Bundle(
        deployment=whole.deployment,
        batch=None,
        first_roster=whole.first_roster,
        envelopes=whole.envelopes,
        rosters=whole.rosters,
        keys={},
        schemes=whole.schemes,
        chains=whole.chains,
    )
    write_bundle(tmp_path / "bare.zip", bare, public_keys=[office.key.public])
    audit = BundleAudit(read_bundle(tmp_path / "bare.zip"))
    assert list(audit.faults()) == []
    assert (audit.checked, audit.pending, audit.unseen) == (9, 9, 1)


def test_that_the_same_content_gives_the_same_bytes(
    office: Office, written: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.zip"
    write_bundle(again, bundle_of(office), public_keys=[office.key.public])
    assert again.read_bytes() == written.read_bytes()


def test_that_reading_gives_back_what_was_written(office: Office, written: Path) -> None:
    read, whole = read_bundle(written), bundle_of(office)
    assert read.envelopes == whole.envelopes
    assert read.rosters == whole.rosters
    assert read.schemes == whole.schemes
    assert read.chains == whole.chains
    assert read.proofs == whole.proofs
    assert read.checkpoint == whole.checkpoint
    assert read.keys == {office.key.keyid: office.key.public.pem}


@needs_tools
def test_that_the_script_passes_a_good_bundle(written: Path, tmp_path: Path) -> None:
    status, lines = run_sh(written, tmp_path / "unpacked")
    assert (status, lines) == (0, ["9 records verified", WITHHELD])


@needs_tools
def test_that_the_script_may_be_run_from_elsewhere(written: Path, tmp_path: Path) -> None:
    run_sh(written, tmp_path / "un packed")
    script = tmp_path / "un packed" / "verify.sh"
    for command in ([str(script)], [str(script), str(script.parent)]):
        done = subprocess.run(["sh", *command], cwd="/", capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (0, f"9 records verified\n{WITHHELD}\n".encode())


@needs_tools
def test_that_the_script_says_which_tool_is_missing(written: Path, tmp_path: Path) -> None:
    run_sh(written, tmp_path / "unpacked")
    (tmp_path / "bin").mkdir()
    shell = shutil.which("sh")
    assert shell
    done = subprocess.run(
        [shell, "verify.sh"],
        cwd=tmp_path / "unpacked",
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, b"jq is missing on this machine\n")


def _an_envelope(files: Files, dice: random.Random) -> str:
    return dice.choice(sorted(name for name in files if name.startswith("envelopes/")))


def flip_a_byte(files: Files, dice: random.Random) -> None:
    name = _an_envelope(files, dice)
    changed = bytearray(files[name])
    changed[dice.randrange(len(changed))] ^= dice.randrange(1, 256)
    files[name] = bytes(changed)


def drop_an_envelope(files: Files, dice: random.Random) -> None:
    del files[_an_envelope(files, dice)]


def drop_an_envelope_and_its_line(files: Files, dice: random.Random) -> None:
    name = _an_envelope(files, dice)
    del files[name]
    lines = files["contents.txt"].splitlines(keepends=True)
    files["contents.txt"] = b"".join(line for line in lines if name.encode() not in line)


def swap_the_key(files: Files, dice: random.Random) -> None:
    (name,) = (name for name in files if name.startswith("keys/"))
    files[name] = SigningKey.generate().public.pem


def add_a_file(files: Files, dice: random.Random) -> None:
    files["note.txt"] = b"trust me"


def change_the_scheme(files: Files, dice: random.Random) -> None:
    (name,) = (name for name in files if name.startswith("schemes/"))
    files[name] += b"\n# changed\n"


def change_the_readme(files: Files, dice: random.Random) -> None:
    files["README.txt"] += b"The rest may be ignored.\n"


def put_in_a_stranger_s_record(files: Files, dice: random.Random) -> None:
    office = Office()
    said = office.say("pass", {"item": digest("item"), "batch": BATCH}, digest("item"))
    stranger = seal(said, SigningKey.generate())
    name = f"envelopes/{stranger.record_id}.json"
    files[name] = stranger.envelope
    line = f"{stranger.record_id}  {name}\n"
    files["contents.txt"] += line.encode()


def put_in_what_is_no_record(files: Files, dice: random.Random) -> None:
    odd = dice.choice([b"", b"\0", b"\n", b"{", b"[]", b"{}{}", b'{"payload":1}', b"\xff\xfe"])
    digest_of_it = hashlib.sha256(odd).hexdigest()
    name = f"envelopes/{digest_of_it}.json"
    files[name] = odd
    files["contents.txt"] += f"{digest_of_it}  {name}\n".encode()


# What was done to the bundle, and the steps that our program must name.
TAMPERINGS: list[tuple[Callable[[Files, random.Random], None], set[int]]] = [
    (flip_a_byte, {1, 2, 3}),
    (drop_an_envelope, {8}),
    (drop_an_envelope_and_its_line, {8}),
    (swap_the_key, {1, 3}),
    (add_a_file, {1}),
    (change_the_scheme, {7}),
    (change_the_readme, {1}),
    (put_in_a_stranger_s_record, {3, 8}),
    (put_in_what_is_no_record, {1, 8}),
]
BY_NAME = pytest.mark.parametrize(
    ("tamper", "steps"), TAMPERINGS, ids=[tamper.__name__ for tamper, _ in TAMPERINGS]
)


def tampered(written: Path, tamper: Callable[[Files, random.Random], None]) -> None:
    seed = random.SystemRandom().getrandbits(32)
    print(f"seed {seed}")  # shown when the test fails
    files = files_of(written)
    tamper(files, random.Random(seed))  # noqa: S311  # where a fault is planted is no secret
    rewrite(written, files)


@BY_NAME
def test_that_our_program_finds_what_was_touched(
    written: Path, tamper: Callable[[Files, random.Random], None], steps: set[int]
) -> None:
    tampered(written, tamper)
    found = faults(written)
    assert found
    assert {int(line[0]) for line in found} <= steps
    assert len(found) <= 3, found


@needs_tools
def test_that_the_script_counts_each_file_that_is_no_record(written: Path, tmp_path: Path) -> None:
    files = files_of(written)
    for odd in (b"", b"\0", b"\n", b"{", b"[]", b"1 2", b'{"payload":1}', b"\xff\xfe"):
        digest_of_it = hashlib.sha256(odd).hexdigest()
        files[f"envelopes/{digest_of_it}.json"] = odd
        files["contents.txt"] += f"{digest_of_it}  envelopes/{digest_of_it}.json\n".encode()
    rewrite(written, files)
    status, lines = run_sh(written, tmp_path / "unpacked")
    told = {line.split()[1] for line in lines if line.startswith("FAULT  envelopes/")}
    assert (status, len(told)) == (1, 8)
    assert lines[-1].startswith("17 records checked")


@needs_tools
@BY_NAME
def test_that_the_script_finds_what_was_touched(
    written: Path,
    tmp_path: Path,
    tamper: Callable[[Files, random.Random], None],
    steps: set[int],
) -> None:
    tampered(written, tamper)
    status, lines = run_sh(written, tmp_path / "unpacked")
    assert status == 1
    assert any(line.startswith("FAULT  ") for line in lines), lines
    assert "verified" not in lines[-1]


def test_that_a_record_taken_out_of_every_list_still_leaves_its_successor(
    office: Office, written: Path
) -> None:
    files, gone = files_of(written), office.records[7].record_id
    kept = {name: content for name, content in files.items() if gone not in name}
    for name in list(kept):
        if name.endswith(".txt"):
            lines = kept[name].splitlines(keepends=True)
            kept[name] = b"".join(line for line in lines if gone.encode() not in line)
    contents = [
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in kept.items()
        if name != "contents.txt"
    ]
    rewrite(written, kept | {"contents.txt": "".join(contents).encode()})
    found = faults(written)
    assert any(
        fault.startswith(f"8 {office.records[8].record_id} the record before it") for fault in found
    )


def test_that_another_first_roster_than_expected_is_one_fault(written: Path) -> None:
    (fault,) = faults(written, pin=digest("another"))
    assert fault.startswith("3 ")
    assert "expected" in fault


def test_that_a_whole_bundle_of_another_office_fails_against_the_pin(
    office: Office, tmp_path: Path
) -> None:
    other = Office()
    other.graded(3)
    path = tmp_path / "forged.zip"
    write_bundle(path, bundle_of(other, withheld=0), public_keys=[other.key.public])
    assert faults(path) == []
    assert len(faults(path, pin=office.records[0].record_id)) == 1


def test_that_a_roster_nobody_in_office_signed_gives_a_stranger_nothing(
    office: Office, written: Path
) -> None:
    stranger = SigningKey.generate()
    key = office.roster_fields["keys"][0]
    intruder = key | {"keyid": stranger.keyid, "public": stranger.public.raw.hex()}
    fields = dict(office.roster_fields) | {
        "version": 2,
        "previous_roster": office.roster.record_id,
        "keys": [key, intruder],
    }
    forged = seal(office.say("roster", fields), stranger)
    files = files_of(written)
    files[f"roster/{forged.record_id}.json"] = forged.envelope
    rewrite(written, files)
    found = [line for line in faults(written) if "no roster has the key" in line]
    assert [line.split()[:2] for line in found] == [["3", forged.record_id]]


def test_that_a_proof_under_another_log_is_found(office: Office, written: Path) -> None:
    files, name = files_of(written), f"proofs/{office.records[6].record_id}.tlog-proof"
    other = f"proofs/{office.records[7].record_id}.tlog-proof"
    files[name] = files[other]
    rewrite(written, files)
    steps = [line.split()[:2] for line in faults(written)]
    assert ["8", office.records[6].record_id] in steps


def test_that_a_bundle_that_cannot_be_written_leaves_the_old_one(
    office: Office, written: Path, tmp_path: Path
) -> None:
    before = written.read_bytes()
    (tmp_path / f"{written.name}.part").mkdir()
    with pytest.raises(UnwritableStoreError):
        write_bundle(written, bundle_of(office), public_keys=[office.key.public])
    assert written.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_that_a_full_disk_is_said_in_words(office: Office, tmp_path: Path) -> None:
    (tmp_path / "full.zip.part").symlink_to("/dev/full")
    with pytest.raises(DiskFullError):
        write_bundle(tmp_path / "full.zip", bundle_of(office), public_keys=[office.key.public])
    assert not (tmp_path / "full.zip").exists()


def test_that_the_script_may_be_executed_once_unpacked(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        mode = archive.getinfo("verify.sh").external_attr >> 16
    assert stat.S_IMODE(mode) == 0o755
