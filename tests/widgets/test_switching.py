"""Whoever waits for the interpreter waits a fifth of a millisecond once the first item is seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import switching
from tests.widgets.conftest import PASSPHRASE, MadeHome

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0  # the machine is shared
# The program as it is started; it says how threads take turns before and after they change it.
SAYS_HOW = """
import os, signal, sys
from app import switching
from widgets.launch import run

change = switching.switch_as_at_work

def change_and_end():
    before = sys.getswitchinterval()
    change()
    print(before, sys.getswitchinterval())
    os.kill(os.getpid(), signal.SIGTERM)

switching.switch_as_at_work = change_and_end
sys.exit(run(["--home", sys.argv[1]]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_that_threads_take_turns_quickly_from_the_first_item_on_and_not_before(
    made_home: MadeHome, tmp_path: Path
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", SAYS_HOW, str(made_home.place)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "ASSAY_PASSPHRASE_FILE": str(secret)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    before, after = map(float, ran.stdout.split())
    assert before == pytest.approx(switching.AT_START_S)
    assert after == pytest.approx(switching.AT_WORK_S)
