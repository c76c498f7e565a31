"""Theme and size of text before anybody has signed in: kept on the machine, and nothing else."""

import os
from pathlib import Path

from app.session.opening import OpeningSession


def test_that_the_look_chosen_before_a_home_is_open_is_there_the_next_time(tmp_path: Path) -> None:
    first = OpeningSession(tmp_path / "home")
    assert first.look == ("system", 100)
    first.keep_look("light", 175)
    first.close()
    again = OpeningSession(tmp_path / "another home")
    assert again.look == ("light", 175)
    again.close()


def test_that_the_file_holds_the_look_alone(tmp_path: Path, nobodys_home: Path) -> None:
    opening = OpeningSession(tmp_path / "home")
    opening.keep_look("light", 175)
    opening.close()
    written = [file for file in nobodys_home.rglob("*") if file.is_file()]
    assert [file.name for file in written] == ["look.toml"]
    assert written[0].read_text() == '"look.text_percent" = 175\n"look.theme" = "light"\n'


def test_that_a_demo_leaves_nothing_behind(tmp_path: Path, nobodys_home: Path) -> None:
    opening = OpeningSession(None, demo=True)
    opening.keep_look("light", 175)
    opening.close()
    assert [file for file in nobodys_home.rglob("*") if file.is_file()] == []


def test_that_a_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, nobodys_home: Path
) -> None:
    (nobodys_home / "config").write_text("a file stands where the folder would be")
    opening = OpeningSession(tmp_path / "home")
    opening.keep_look("light", 175)
    opening.close()
    assert os.listdir(nobodys_home) == ["config"]
