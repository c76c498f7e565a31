"""The demo: a throw-away home with a generated batch, and nothing left of it."""

import stat
import sys
import tempfile
from pathlib import Path

import pytest

from app import demo as demos
from app.bootstrap import open_workstation
from app.cli import run
from app.demo import DemoError, make_demo
from app.worklist import Worklist

# Writes one picture, quickly, where the real painter takes its time over seventy.
QUICK = """
import sys
from pathlib import Path
from tests.unit.app.folders import write_bitmaps
write_bitmaps(Path(sys.argv[1]), 3)
"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw three small pictures instead of the demo's."""
    root = str(demos.__file__).rpartition("app")[0]
    monkeypatch.setenv("PYTHONPATH", root)
    monkeypatch.setattr(
        demos, "samples_command", lambda folder: [sys.executable, "-c", QUICK, str(folder)]
    )


def test_that_the_demo_is_a_whole_batch_of_all_kinds(tmp_path: Path) -> None:
    demo = make_demo(keep_at=tmp_path / "demo")
    ws = open_workstation(demo.place, demo.passphrase)
    (batch,) = Worklist(ws).batches()
    rows = ws.home.local.items(demo.batch)
    ws.close()
    assert batch.signed
    assert batch.counts.to_grade >= 60
    assert batch.counts.unreadable >= 1  # the truncated JPEG
    assert batch.counts.files > batch.counts.items  # the exact copy
    assert demo.summary.refused == ()
    assert any(row.frames is not None and row.frames > 1 for row in rows)
    assert {"image/jpeg", "image/png", "image/gif"} <= {row.media_type for row in rows}


@pytest.mark.usefixtures("quick")
def test_that_the_demo_is_closed_to_others_and_goes_without_a_trace() -> None:
    demo = make_demo()
    folder = demo.place.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert opens_without_a_last_hour(demo)
    demo.close()
    demo.close()
    assert not folder.exists()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("asked", [0, 1, 2])
def test_that_a_demo_given_up_leaves_nothing(
    asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given up while its pictures are drawn, or while they are taken in."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(demos, "LOOK_S", 60.0)  # so that drawing is asked about once
    times = iter(range(1000))
    with pytest.raises(DemoError, match="given up"):
        make_demo(cancelled=lambda: next(times) >= asked)
    assert list(tmp_path.iterdir()) == []


def opens_without_a_last_hour(demo: demos.Demo) -> bool:
    ws = open_workstation(demo.place, demo.passphrase)
    try:
        return ws.policy.exposure.viewing_ends is None
    finally:
        ws.close()


@pytest.mark.usefixtures("quick")
def test_that_a_demo_without_a_window_stays_and_says_how_to_open_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "try"
    assert run(["demo", "--no-window", "--home", str(folder)]) == 0
    assert str(folder / "passphrase") in capsys.readouterr().out
    assert stat.S_IMODE((folder / "passphrase").stat().st_mode) == 0o600
    monkeypatch.setenv("ASSAY_HOME", str(folder / "home"))
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(folder / "passphrase"))
    assert run(["batch", "list"]) == 0
    assert run(["demo", "--no-window", "--home", str(folder)]) == 2


def test_that_pictures_that_cannot_be_drawn_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demos, "samples_command", lambda folder: [sys.executable, "-c", "1 / 0"])
    with pytest.raises(DemoError, match="could not be drawn"):
        make_demo(keep_at=tmp_path / "demo")
