"""Bundles: what bundle.json states must be there, and no record of the batch be withheld."""

import hashlib
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.canonical import canonical, read_canonical
from storage.exchange.bundle import write_bundle
from tests.unit.storage.bundles import Files, bundle_of, faults, files_of, rewrite
from tests.unit.storage.office import BATCH, Office, digest

TOOLS = ("sh", "jq", "openssl", "sha256sum", "base64")
UNKNOWN = dict.fromkeys(("type", "width", "height", "frames", "unreadable"))
HASHES = {"sha256": digest("a"), "sha1": "0" * 40, "md5": "0" * 32}
ITEM = {**HASHES, "size": 1, "names": ["a.png"], **UNKNOWN}
MANIFEST = {"batch": BATCH, "title": "first", "items": [ITEM], "part": 1}

pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    office = Office()
    office.sign("batch", MANIFEST, BATCH)
    office.graded(8)
    path = tmp_path / "batch.assay.zip"
    write_bundle(path, bundle_of(office), public_keys=[office.key.public])
    return path


def by_script(path: Path, folder: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        ["sh", "verify.sh"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert done.returncode == (1 if lines[0].startswith("FAULT") else 0)
    return [line for line in lines if line.startswith("FAULT")]


def relist(files: Files) -> None:
    files["contents.txt"] = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n"
        for name in sorted(files)
        if name != "contents.txt"
    ).encode()


def withhold_the_newest(files: Files) -> None:
    """Take out the newest records of the chain, as if they were of other work."""
    (chain,) = (name for name in files if name.startswith("chains/"))
    lines = files[chain].decode().splitlines(keepends=True)
    for at, line in enumerate(lines[-3:], start=len(lines) - 3):
        record = line.split()[1]
        del files[f"envelopes/{record}.json"]
        del files[f"proofs/{record}.tlog-proof"]
        lines[at] = line.replace("here", "withheld")
    files[chain] = "".join(lines).encode()


def drop_the_proofs(files: Files) -> None:
    for name in [name for name in files if name.startswith("proofs/")]:
        del files[name]
    del files["checkpoint.txt"]


def drop_a_proof_and_say_so(files: Files) -> None:
    (chain,) = (name for name in files if name.startswith("chains/"))
    record = files[chain].decode().splitlines()[2].split()[1]
    del files[f"proofs/{record}.tlog-proof"]
    about = read_canonical(files["bundle.json"])
    files["bundle.json"] = canonical(about | {"proofs": about["proofs"] - 1})


def name_another_batch(files: Files) -> None:
    about = read_canonical(files["bundle.json"])
    files["bundle.json"] = canonical(about | {"batch": digest("another")})


def state_nothing(files: Files) -> None:
    about = read_canonical(files["bundle.json"])
    del about["withheld_by_key"]
    files["bundle.json"] = canonical(about)


def test_that_the_numbers_stated_are_those_of_all_envelopes(written: Path, tmp_path: Path) -> None:
    files = files_of(written)
    about = read_canonical(files["bundle.json"])
    assert about["records"] == sum(name.startswith(("envelopes/", "roster/")) for name in files)
    assert (about["batch_records"], about["withheld"]) == (1, 2)
    assert list(about["withheld_by_key"].values()) == [2]
    assert about["proofs"] == sum(name.startswith("proofs/") for name in files)
    assert faults(written) == []
    assert by_script(written, tmp_path / "unpacked") == []


@pytest.mark.parametrize(
    ("tamper", "why"),
    [
        (withhold_the_newest, "withheld"),
        (drop_the_proofs, "proofs"),
        (drop_a_proof_and_say_so, "proof"),
        (name_another_batch, "another batch"),
        (state_nothing, "withheld"),
    ],
)
def test_that_a_bundle_is_held_to_what_it_states_even_if_its_list_is_made_anew(
    written: Path, tmp_path: Path, tamper: Callable[[Files], None], why: str
) -> None:
    files = files_of(written)
    tamper(files)
    relist(files)
    rewrite(written, files)
    assert any(why in fault for fault in faults(written))
    assert any(why in fault for fault in by_script(written, tmp_path / "unpacked"))


def test_that_a_key_is_held_to_its_sum_in_the_list(written: Path, tmp_path: Path) -> None:
    files = files_of(written)
    (name,) = (name for name in files if name.startswith("keys/"))
    files[name] += b"\n"
    rewrite(written, files)
    assert any("contents.txt lists" in fault for fault in faults(written))
    found = by_script(written, tmp_path / "unpacked")
    assert found == [f"FAULT  {name} is not the file that contents.txt lists"]
