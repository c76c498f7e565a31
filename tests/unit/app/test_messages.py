"""What a person is told, and what a crash log may hold."""

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import FolderError, UsageError
from app.fault_log import past_faults
from app.messages import exit_status, is_ours, log_of_the_person, sentence, told_in_log
from app.sentences import speak
from app.texts import read_texts
from grading.errors import RefusedFactsError
from storage.errors import DiskFullError, HomeExistsError, NoHomeError
from tests.unit.storage.homes import made_home, opened_home


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("No."), 2),
        (FolderError("No."), 2),
        (RefusedFactsError("no"), 2),
        (DiskFullError("No."), 3),
        (NoHomeError(Path("x")), 3),
        (OSError(errno.ENOSPC, "x"), 3),
        (MemoryError(), 3),
        (KeyError("x"), 3),
    ],
)
def test_that_each_kind_of_error_has_its_exit_status(error: Exception, status: int) -> None:
    assert exit_status(error) == status


@pytest.fixture
def german() -> Iterator[None]:
    speak(read_texts("de"), in_window=True)
    yield
    speak(read_texts())


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("code", sorted(errno.errorcode))
def test_that_every_error_of_the_system_is_told_in_the_language_of_the_window(code: int) -> None:
    told = sentence(OSError(code, "strerror", "/some/place"))
    assert told.startswith("/some/place: ")
    assert re.search(r" (?:Sie|es) ", told)
    assert not re.search(r"\b(?:the|this|is|and|your)\b", told)


@pytest.mark.usefixtures("german")
def test_that_what_went_wrong_and_what_to_do_are_both_told_in_the_language_of_the_window() -> None:
    assert sentence(NoHomeError(Path("/some/place"))) == (
        "/some/place: hier ist kein Arbeitsordner. "
        "Legen Sie einen an, oder wählen Sie einen anderen Ordner."
    )
    assert sentence(MemoryError()).startswith("Dafür reicht der Speicher nicht. ")
    assert sentence(KeyError("x")).startswith("Das ist ein Fehler des Programms (KeyError bei ")


@pytest.mark.parametrize("code", sorted(errno.errorcode))
def test_that_every_error_of_the_system_becomes_plain_words(code: int) -> None:
    told = sentence(OSError(code, "strerror", "/some/place"))
    assert told.startswith("/some/place: ")
    assert told.endswith(".")
    assert "Errno" not in told


def test_that_a_system_error_without_a_path_is_still_a_sentence() -> None:
    assert sentence(OSError(errno.ENOSPC, "x")).startswith("There is no space left")


def test_that_advice_follows_what_happened() -> None:
    told = sentence(NoHomeError(Path("there")))
    assert told.startswith("there: there is no home here. ")
    assert "home init" in told


def test_that_a_hostile_path_cannot_act_on_the_terminal() -> None:
    assert "\x1b" not in sentence(OSError(errno.ENOENT, "x", "a\x1b[2Jb"))


def looked_up(secret: str) -> int:
    try:
        return {"": 1}[secret]
    except KeyError as error:
        raise ValueError(secret) from error


def raised(secret: str) -> Exception:
    try:
        looked_up(secret)
    except ValueError as error:
        return error
    raise AssertionError


def test_that_our_fault_is_told_by_class_and_place_and_never_by_value() -> None:
    error = raised("the name of a file")
    assert is_ours(error)
    told = sentence(error)
    assert "ValueError at app/test_messages.py:" in told
    assert "the name of a file" not in told


def test_that_the_crash_log_holds_classes_and_lines_only(tmp_path: Path) -> None:
    target = told_in_log(raised("the name of a file"), tmp_path)
    assert target is not None
    text = target.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "KeyError" in text
    assert "test_messages.py" in text
    assert "the name of a file" not in text
    assert str(tmp_path) not in text
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o700


def test_that_a_fault_without_a_home_is_noted_in_the_log_of_the_person(tmp_path: Path) -> None:
    told = told_in_log(raised("the name of a file"), tmp_path / "nowhere")
    assert told is not None
    assert told.is_relative_to(os.environ["XDG_STATE_HOME"])
    assert told.parent == log_of_the_person()
    assert "ValueError" in told.read_text()
    assert list(tmp_path.iterdir()) == []
    (fault,) = past_faults(tmp_path / "nowhere")  # and is in the report for support
    assert fault.kind == "ValueError"


def test_that_where_the_log_of_a_home_cannot_be_written_that_of_the_person_is(
    tmp_path: Path,
) -> None:
    (tmp_path / "log").touch()
    told = told_in_log(raised("x"), tmp_path)
    assert told is not None
    assert told.parent == log_of_the_person()
    shutil.rmtree(os.environ["XDG_STATE_HOME"])
    Path(os.environ["XDG_STATE_HOME"]).touch()
    assert told_in_log(raised("x"), tmp_path) is None


def test_that_a_fault_before_the_home_is_made_does_not_keep_it_from_being_made(
    tmp_path: Path,
) -> None:
    place = tmp_path / "home"
    place.mkdir()
    told = told_in_log(raised("the name of a file"), place)
    assert told is not None
    (told.parent / "letter.txt").write_text("mine")
    with pytest.raises(HomeExistsError, match="not empty"):  # the folder is somebody's own
        made_home(place)
    (told.parent / "letter.txt").unlink()
    made_home(place).close()
    assert told.exists()  # it is in the log of the home then
    opened_home(place).close()
