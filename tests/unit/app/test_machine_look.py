"""Theme, size of text and language before anybody signs in: kept on the machine, alone."""

import os
from pathlib import Path

from app.session.opening import OpeningSession


def test_that_the_look_chosen_before_a_home_is_open_is_there_the_next_time(tmp_path: Path) -> None:
    first = OpeningSession(tmp_path / "home")
    assert (first.look, first.language) == (("system", 100), "system")
    choose(first)
    first.keep_look("look.language", "de")
    first.close()
    again = OpeningSession(tmp_path / "another home")
    assert (again.look, again.language) == (("light", 175), "de")
    again.close()


def test_that_the_file_holds_the_look_alone(tmp_path: Path, nobodys_home: Path) -> None:
    opening = OpeningSession(tmp_path / "home")
    choose(opening)
    opening.close()
    written = [file for file in nobodys_home.rglob("*") if file.is_file()]
    assert [file.name for file in written] == ["look.toml"]
    assert written[0].read_text() == '"look.text_percent" = 175\n"look.theme" = "light"\n'


def test_that_a_demo_leaves_nothing_behind(tmp_path: Path, nobodys_home: Path) -> None:
    opening = OpeningSession(None, demo=True)
    choose(opening)
    opening.close()
    assert [file for file in nobodys_home.rglob("*") if file.is_file()] == []


def test_that_a_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, nobodys_home: Path
) -> None:
    (nobodys_home / "config").write_text("a file stands where the folder would be")
    opening = OpeningSession(tmp_path / "home")
    choose(opening)
    opening.close()
    assert os.listdir(nobodys_home) == ["config"]


def choose(opening: OpeningSession) -> None:
    """Choose a theme and a size before anybody has signed in."""
    opening.keep_look("look.theme", "light")
    opening.keep_look("look.text_percent", 175)
