"""A shutdown ends the window at any moment, before its loop runs too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.widgets.conftest import MadeHome

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0  # the machine is shared
# The window stands, and whoever asks anew whether it is open will find that it is not.
TOLD_BEFORE_THE_LOOP = """
import os, signal, sys
from app.session.opening import OpeningSession
from widgets.launch import run

start = OpeningSession.start

def told(opening):
    os.kill(os.getpid(), signal.SIGTERM)
    start(opening)

OpeningSession.start = told
sys.exit(run(["--home", sys.argv[1]]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_that_a_shutdown_before_the_loop_runs_ends_the_window(made_home: MadeHome) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", TOLD_BEFORE_THE_LOOP, str(made_home.place)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
