"""Ctrl+C at a terminal while a folder is taken in: one sentence, and the next run goes on."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.intake.shelving import GROUP_FILES
from tests.unit.app.folders import write_bitmaps

ROOT = Path(__file__).parents[2]
FILES = GROUP_FILES + 30  # those after the first group wait a second each to be stopped
COUNTED = re.compile(rb"(\d+) of %d files" % FILES)


def command(*argv: str | Path, program: str = "tests.least_cost") -> list[str]:
    return [sys.executable, "-m", program, *map(str, argv)]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")
def test_that_a_folder_stopped_by_ctrl_c_at_a_terminal_goes_on_from_there(tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("pears and apples\n", encoding="utf-8")
    environment = {**os.environ, "ASSAY_PASSPHRASE_FILE": str(secret)}
    environment["ASSAY_HOME"] = str(tmp_path / "home")
    init = command("home", "init", "--name", "Ada", "--role", "analyst", "--keys", "file")
    subprocess.run(init, cwd=ROOT, env=environment, check=True, capture_output=True)
    add = ("batch", "add", write_bitmaps(tmp_path / "found", FILES), "--title", "Found")

    slow = command(*add, program="tests.stories.slow_intake")
    said, status = stopped_at_a_terminal(slow, environment)
    assert status == 3, said
    assert b"Stopped; what was kept stays, run it again to go on." in said
    assert b"Traceback" not in said

    again = subprocess.run(
        command(*add, "--json"), cwd=ROOT, env=environment, check=True, capture_output=True
    )
    summary = json.loads(again.stdout)
    assert summary["already"] >= GROUP_FILES  # it went on from there
    assert summary["already"] + summary["added"] == FILES
    assert summary["unreadable"] == summary["refused"] == []


def stopped_at_a_terminal(argv: list[str], environment: dict[str, str]) -> tuple[bytes, int]:
    """Run a command on a terminal of its own, press Ctrl+C once it put files on the disk."""
    main, its = pty.openpty()
    process = subprocess.Popen(
        argv,
        cwd=ROOT,
        env=environment,
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    os.close(its)
    said, is_pressed = b"", False
    while True:
        try:
            read = os.read(main, 4096)
        except OSError:  # the last process on the terminal is gone
            read = b""
        if not read:
            break
        said += read
        found = COUNTED.findall(said)
        if found and int(found[-1]) > GROUP_FILES and not is_pressed:
            is_pressed = True
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to all of the group
    os.close(main)
    assert is_pressed, said
    return said, process.wait(60)
