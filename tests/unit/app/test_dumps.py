"""No dump of the program is made, whoever asks for one."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import ctypes, os, resource, sys
sys.path.insert(0, sys.argv[1])
from app import dumps
libc = ctypes.CDLL(None)
before = libc.prctl(3, 0, 0, 0, 0)
dumps.leave_none()
print(before, libc.prctl(3, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE), flush=True)
os.abort()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_that_a_crash_leaves_no_dump_and_no_process_may_look_in(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT)],
        capture_output=True,
        cwd=tmp_path,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stdout.split() == ["1", "0", "0", "0"]
    assert ended.returncode < 0
    assert not list(tmp_path.iterdir())
