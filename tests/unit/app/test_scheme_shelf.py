"""The shelf of schemes: finds them, and tells what is wrong with one without hiding the rest."""

from pathlib import Path

import pytest

from app.schemes import SCHEMES, SchemeShelf
from grading.errors import SchemeError, UnknownSchemeError

UK_EW = (SCHEMES / "uk-ew.toml").read_bytes()


def version(number: str) -> bytes:
    return UK_EW.replace(b'version = "2026.1"', f'version = "{number}"'.encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in ("2026.2", "2026.10", "2025.9"):
        (tmp_path / f"uk-{number}.toml").write_bytes(version(number))
    return tmp_path


def test_that_the_schemes_of_the_program_are_sound() -> None:
    shelf = SchemeShelf()
    assert shelf.faults == ()
    assert shelf.newest("uk-ew").id == "uk-ew"


def test_that_the_newest_version_is_the_one_with_the_greatest_number(folder: Path) -> None:
    shelf = SchemeShelf(folder)
    assert [scheme.version for scheme in shelf.all()] == ["2025.9", "2026.2", "2026.10"]
    assert shelf.newest("uk-ew").version == "2026.10"
    assert shelf.find("uk-ew").version == "2026.10"
    assert shelf.find("uk-ew@2026.2").version == "2026.2"


@pytest.mark.parametrize("name", ["nowhere", "uk-ew@1999.1", "", "@"])
def test_that_a_scheme_that_is_not_there_is_named(folder: Path, name: str) -> None:
    with pytest.raises(UnknownSchemeError, match="There is no"):
        SchemeShelf(folder).find(name)


def test_that_a_scheme_is_found_by_its_exact_bytes_only(folder: Path) -> None:
    shelf = SchemeShelf(folder)
    scheme = shelf.find("uk-ew@2026.2")
    assert shelf.exact("uk-ew", "2026.2", scheme.sha256) == scheme
    assert shelf.exact("uk-ew", "2026.10", scheme.sha256) is None
    assert shelf.exact("uk-ew", "2026.2", "0" * 64) is None
    assert shelf.bytes_of(scheme) == version("2026.2")


def test_that_a_damaged_file_is_told_and_hides_no_other(folder: Path) -> None:
    (folder / "de.toml").write_bytes(b"[scheme]\nid = \n")
    shelf = SchemeShelf(folder)
    assert [str(fault) for fault in shelf.faults] == ["de.toml, line 2: not TOML: invalid value"]
    assert shelf.newest("uk-ew").version == "2026.10"
    with pytest.raises(SchemeError, match=r"de\.toml, line 2"):
        shelf.newest("de")


def test_that_two_files_that_give_one_version_are_a_fault(folder: Path) -> None:
    (folder / "uk-other.toml").write_bytes(version("2026.2") + b"# other bytes\n")
    (fault,) = SchemeShelf(folder).faults
    assert fault.why == "another file already gives uk-ew@2026.2"


def test_that_a_file_that_cannot_be_read_is_a_fault(folder: Path) -> None:
    (folder / "broken.toml").symlink_to(folder / "gone.toml")
    (fault,) = SchemeShelf(folder).faults
    assert fault.why == "the file cannot be read (no such file or directory)"


def test_that_a_scheme_that_came_with_records_is_kept_beside_the_others(folder: Path) -> None:
    shelf = SchemeShelf(folder)
    scheme = shelf.add(version("2027.1"), "bundle")
    assert shelf.exact("uk-ew", "2027.1", scheme.sha256) == scheme
    with pytest.raises(SchemeError, match="another file already gives"):
        shelf.add(version("2027.1") + b"\n", "bundle")
