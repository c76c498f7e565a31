"""`kill -9`, 200 times on a writer of the storage room alone; 1,000 times with DEEP=1."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.depth import DEEP
from tests.faults.storage_room import lost, store_in

ROOT = Path(__file__).parents[2]
KILLS = 1_000 if DEEP else 200
PATIENCE_S = 3_600 if DEEP else 300  # on a busy machine


@pytest.mark.timeout(PATIENCE_S)
def test_that_what_was_shown_as_kept_survives_every_kill(
    tmp_path: Path, dice: random.Random
) -> None:
    command = [sys.executable, "-m", "tests.faults.killing", str(tmp_path), str(KILLS)]
    ended = subprocess.run(
        [*command, str(dice.getrandbits(32))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    kills, kept = map(int, ended.stdout.split())
    assert kills == KILLS
    assert kept > KILLS
    with store_in(tmp_path) as store:
        assert store.count() >= kept
        assert lost(store, []) == ""
