"""`report` as a command: where it writes, and what it refuses."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import run
from app.schemes import SCHEMES
from tests.unit.app.study_home import StudyHome

CRIMINAL = {
    "person": "child",
    "appears_photograph": "yes",
    "severity": "B",
    "age_band": "7-10",
    "sex": "both",
    "ai": "edited",
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a home in it that one item was graded in."""
    home = StudyHome(tmp_path / "home")
    batch = home.batch("Orchard", {"apple": ("a.png",), "pear": ("b.png", "c.png")})
    home.grade(batch, "apple", CRIMINAL)
    home.ws.close()
    secret = tmp_path / "secret"
    secret.write_text("pears and apples\n", "utf-8")
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(secret))
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))
    return tmp_path


def test_that_a_report_goes_to_standard_output_unless_told(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "--batch", "Orchard", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["items"], said["files"], said["graded"]) == (2, 3, 1)
    assert run(["report", "--batch", "Orchard", "--out", "-"]) == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")
    assert run(["report", "--batch", "Orchard", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"] == "study"


@pytest.mark.parametrize("form", ["html", "csv", "json"])
def test_that_a_file_is_replaced_whole(
    form: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = place / f"report.{form}"
    out.write_text("the report of yesterday", "utf-8")
    wanted = ["report", "--batch", "Orchard", "--format", form, "--out", str(out)]
    assert run([*wanted, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"out": str(out), "format": form, "items": 2, "files": 3, "graded": 1}
    text = out.read_text("utf-8")
    assert "yesterday" not in text
    assert "Orchard" in text
    assert sorted(path.name for path in place.iterdir()) == ["home", f"report.{form}", "secret"]


def test_that_a_link_to_a_file_stays_a_link(place: Path) -> None:
    real, link = place / "real.html", place / "link.html"
    link.symlink_to(real)
    assert run(["report", "--batch", "Orchard", "--out", str(link)]) == 0
    assert link.is_symlink()
    assert real.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_that_a_device_is_written_to_and_not_replaced(place: Path) -> None:
    assert run(["report", "--batch", "Orchard", "--out", os.devnull]) == 0
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


WRONG_USAGE = [
    ([], "either batches (--batch) or a period"),
    (["--batch", "Orchard", "--from", "2026-01-01"], "either batches (--batch) or a period"),
    (["--from", "yesterday"], "is no day"),
    (["--from", "2026-02-30"], "is no day"),
    (["--from", "2026-02-02", "--to", "2026-02-01"], "before it begins"),
    (["--batch", "Market"], "There is no batch called 'Market'"),
    (["--batch", "Orchard", "--scheme", "uk-ew@1999.1"], "There is no version '1999.1'"),
    (["--batch", "Orchard", "--json", "--format", "csv"], "takes JSON alone"),
    (["--batch", "Orchard", "--out", "."], "this is a folder"),
]


@pytest.mark.parametrize(("words", "why"), WRONG_USAGE, ids=[" ".join(c[0]) for c in WRONG_USAGE])
def test_that_wrong_usage_is_one_sentence_and_two(
    words: list[str], why: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert why in told.err
    assert len(told.err.splitlines()) == 1


@pytest.mark.parametrize("out", ["gone/report.html", "secret/report.html"])
def test_that_a_place_that_cannot_be_written_is_one_sentence_and_three(
    out: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "--batch", "Orchard", "--out", str(place / out)]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert str(place / out) in told.err


def test_that_a_full_disk_is_told_in_one_sentence(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    assert run(["report", "--batch", "Orchard", "--out", "/dev/full"]) == 3
    assert capsys.readouterr().err.startswith("/dev/full: there is no space left")


def test_that_a_version_that_is_not_installed_is_seen_before_without_a_new_look(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (SCHEMES / "uk-ew.toml").read_text("utf-8")
    (version,) = (line for line in text.splitlines() if line.startswith("version = "))
    text = text.replace(version, 'version = "2027.1"').replace(
        'law = "PoCA 1978 s.1"', 'law = "s.9"'
    )
    words = ["report", "--batch", "Orchard", "--format", "json", "--scheme"]
    # Another name of the law is the same outcome; another category is not.
    (place / "named.toml").write_text(text, "utf-8")
    assert run([*words, str(place / "named.toml")]) == 0
    assert json.loads(capsys.readouterr().out)["outcomes_changed"] == 0
    b, c = 'end = "indecent-b"', 'end = "indecent-c"'
    text = text.replace(b, "@").replace(c, b).replace("@", c)
    (place / "new.toml").write_text(text, "utf-8")
    assert run([*words, str(place / "new.toml")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["derived_anew"] == {"scheme": "uk-ew@2027.1", "unanswered": []}
    assert said["outcomes_changed"] == 1
    assert said["criminal"]["items"] == 1
    assert run([*words, str(place / "gone.toml")]) != 0
    assert "gone.toml" in capsys.readouterr().err
    assert run([*words, "interpol-baseline"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [row["items"] for row in said["by_law"]] == [1, 0, 0]
    assert said["derived_anew"]["unanswered"] == []


def test_that_a_report_is_narrowed_and_compared_by_options(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["report", "--batch", "Orchard", "--format", "json"]
    beside = ["--baseline-figures", "category: A=10 B=90", "--baseline-name", "Before"]
    assert run([*words, *beside, "--poster", "nobody"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["items"], said["narrowed"]["poster"]) == (0, "nobody")
    assert said["baseline"]["name"] == "Before"
    assert run([*words, "--baseline-figures", "category: A=x"]) == 2
    assert run([*words, "--baseline", str(place / "gone.csv")]) == 2
    assert "gone.csv" in capsys.readouterr().err
