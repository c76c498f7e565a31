"""`schemes`: what is installed, whether a file is sound, and a drawing of it."""

import json
from itertools import combinations
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from app.cli import run
from app.scheme_drawing import mermaid
from app.schemes import SCHEMES, SchemeShelf
from grading.scheme import Scheme

SVG = "{http://www.w3.org/2000/svg}"
FILE = SCHEMES / "uk-ew.toml"


def test_that_the_schemes_are_listed_with_their_digest(capsys: pytest.CaptureFixture[str]) -> None:
    scheme = SchemeShelf().newest("uk-ew")
    assert run(["schemes", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = (line for line in lines if line.startswith(scheme.name))
    assert line.endswith(scheme.sha256)
    assert run(["schemes", "list", "--json"]) == 0
    listed = [
        (one["id"], one["version"], one["sha256"]) for one in json.loads(capsys.readouterr().out)
    ]
    assert listed.count(("uk-ew", scheme.version, scheme.sha256)) == 1


def test_that_a_sound_file_is_called_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schemes", "check", str(FILE)]) == 0
    assert "is sound: 11 questions, 13 outcomes." in capsys.readouterr().out


def test_that_a_wrong_file_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.toml"
    text = FILE.read_text("utf-8").replace('to = "severity"', 'to = "severe"')
    wrong.write_text(text, "utf-8")
    line = text.split("\n").index('to = "severe"') + 1
    assert run(["schemes", "check", str(wrong)]) == 1
    told = capsys.readouterr().out
    assert told == f"{wrong}, line {line}: to names 'severe', which no question sets.\n"
    assert run(["schemes", "check", "--json", str(wrong)]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["line"]) == (False, line)


@pytest.mark.parametrize("name", ["gone.toml", "."])
def test_that_what_is_no_file_is_wrong_usage(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schemes", "check", str(tmp_path / name)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1


def test_that_a_drawing_shows_every_question_route_and_outcome(
    capsys: pytest.CaptureFixture[str],
) -> None:
    scheme = SchemeShelf().newest("uk-ew")
    assert run(["schemes", "draw", "uk-ew", "--format", "mermaid"]) == 0
    drawing = capsys.readouterr().out
    assert drawing == mermaid(scheme) + "\n"
    assert drawing.startswith("flowchart TD\n")
    assert drawing.count("-->") == len(scheme.routes)
    assert drawing.count("(") >= len(scheme.leaves)
    for question in scheme.questions:
        assert question.title in drawing


@pytest.mark.parametrize("scheme", SchemeShelf().all(), ids=lambda scheme: scheme.id)
def test_that_the_picture_of_a_scheme_is_whole_and_nothing_in_it_overlaps(
    scheme: Scheme, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schemes", "draw", scheme.name]) == 0
    picture = ElementTree.fromstring(capsys.readouterr().out)
    said = " ".join("".join(text.itertext()) for text in picture.iter(f"{SVG}text"))
    for words in (*(q.title for q in scheme.questions), *(leaf.words for leaf in scheme.leaves)):
        assert all(word in said for word in words.split())
    ends = sum(route.to is not None for route in scheme.routes)
    assert len(list(picture.iter(f"{SVG}path"))) == 2 * ends
    cards = [_box(rect) for rect in list(picture.iter(f"{SVG}rect"))[1:]]
    for one, other in combinations(cards, 2):
        assert (
            one[0] + one[2] <= other[0]
            or other[0] + other[2] <= one[0]
            or (one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1])
        )
    for text in picture.iter(f"{SVG}text"):
        at, letters = int(text.get("x", "0")), len("".join(text.itertext()))
        assert at < 2 * 24 or letters * 7 < 300  # it ends within its card


def _box(rect: Element) -> tuple[int, int, int, int]:
    x, y, width, height = (int(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return x, y, width, height


def test_that_a_damaged_installed_scheme_is_told_and_ends_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "uk-ew.toml").write_bytes(b"[scheme")
    monkeypatch.setattr("app.cli.schemes.SchemeShelf", lambda: SchemeShelf(tmp_path))
    assert run(["schemes", "list", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out) == []
    assert told.err.startswith("uk-ew.toml, line 1: not TOML")
