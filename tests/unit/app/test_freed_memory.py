"""What is let go of is gone from the memory of the process, searched from outside."""

import random
import subprocess
import sys

import pytest

from tests.house.tree import HOUSE
from tests.memory import occurrences

PROGRAM = """
import sys
from app.freed_memory import leave_nothing_when_freed

leave_nothing_when_freed()
sizes = [int(size) for size in sys.argv[2:]]
kept = [bytearray(bytes.fromhex(sys.argv[1]) * (size // 16)) for size in sizes]
for step in ("held", "freed"):
    print(step, flush=True)
    sys.stdin.readline()
    kept.clear()
"""
SIZES = (2_000, 8_000, 20_000, 31_000, 40_000, 500_000)  # bytes: rows, small frames, frames


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc and reads /proc")
def test_that_freed_memory_holds_nothing_of_what_was_in_it(dice: random.Random) -> None:
    marker = dice.randbytes(16)
    arguments = [marker.hex(), *map(str, SIZES)]
    command = [sys.executable, "-c", PROGRAM, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=HOUSE, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "held\n"
            held = occurrences(process.pid, {"marker": marker * 2})["marker"]
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == "freed\n"
            left = occurrences(process.pid, {"marker": marker * 2})["marker"]
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert held >= sum(SIZES) // 32 - len(SIZES)
    assert left == 0
