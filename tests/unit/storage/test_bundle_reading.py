"""Reading a bundle that came from anywhere: a hostile file is refused, in one sentence."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.errors import BundleError, UnwritableStoreError
from storage.exchange.bundle import write_bundle
from storage.exchange.bundle_reading import read_bundle
from tests.unit.storage.bundles import bundle_of, faults, files_of, rewrite
from tests.unit.storage.office import Office


@pytest.fixture
def written(tmp_path: Path) -> Path:
    office = Office()
    office.graded(6)
    path = tmp_path / "batch.assay.zip"
    write_bundle(path, bundle_of(office), public_keys=[office.key.public])
    return path


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle.json", b" " * 50_000_000)


def twice(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bundle.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("bundle.json", b"{}")


def nested(path: Path) -> None:
    rewrite(path, {"bundle.json": b"[" * 60_000, "contents.txt": b""})


def lying(path: Path) -> None:
    rewrite(path, {"bundle.json": b"{}"})
    raw = path.read_bytes()
    at = raw.rfind(b"PK\5\6")
    path.write_bytes(raw[: at + 12] + (0x40000000).to_bytes(4, "little") + raw[at + 16 :])


def cut(path: Path) -> None:
    whole = path.with_name("batch.assay.zip")
    path.write_bytes(whole.read_bytes()[:-200])


def no_zip(path: Path) -> None:
    path.write_bytes(b"not a zip" * 1000)


def before_its_beginning(path: Path) -> None:
    raw = path.with_name("batch.assay.zip").read_bytes()
    at = raw.rfind(b"PK\5\6")
    beyond = (len(raw) * 2).to_bytes(4, "little")  # where its list would be: files lie before it
    path.write_bytes(raw[: at + 16] + beyond + raw[at + 20 :])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def odd_list(path: Path) -> None:
    files = files_of(path.with_name("batch.assay.zip"))
    rewrite(path, files | {"contents.txt": b"0000  ../../etc/passwd\n"})


@pytest.mark.parametrize(
    "make",
    [bomb, twice, nested, lying, cut, no_zip, before_its_beginning, empty, odd_list],
)
def test_that_a_hostile_file_is_refused_in_one_sentence(
    written: Path, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "hostile.zip"
    make(path)
    with pytest.raises(BundleError) as caught:
        read_bundle(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a\\b", "envelopes/x.json", "\n"])
def test_that_a_name_no_bundle_has_is_a_fault_and_never_a_path(written: Path, name: str) -> None:
    rewrite(written, files_of(written) | {name: b"x"})
    (fault,) = faults(written)
    assert "a file that no bundle has" in fault
    assert "\n" not in fault


def test_that_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnwritableStoreError, match="No such file"):
        read_bundle(tmp_path / "none.zip")
