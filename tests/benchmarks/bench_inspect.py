"""`inspect`: milliseconds a file, beside exiftool on the same files where it is installed.

The files are the samples of declared provenance that lie with the tests; `INSPECT_FILES` sets how
many are inspected in one run. Both are processes of their own, start to exit.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import ROOT
from tests.benchmarks.measure import Measure, in_turns

FILES = int(os.environ.get("INSPECT_FILES", "200"))
SAMPLES = ROOT / "tests" / "vectors" / "provenance"
KINDS = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"}
COMMAND = "python -m tests.benchmarks --only inspect"
ABSENT = "exiftool is not installed here: apt-get install libimage-exiftool-perl"


def measure(rounds: int) -> list[Measure]:
    """Inspect copies of the samples, all in one command; and one file alone."""
    with TemporaryDirectory(prefix="assay-bench-") as name:
        files = _copied(Path(name))
        return [_measured(files, rounds), _measured(files[:1], rounds)]


def _copied(folder: Path) -> list[Path]:
    samples = sorted(file for file in SAMPLES.rglob("*") if file.suffix in KINDS)
    found = []
    for number in range(FILES):
        sample = samples[number % len(samples)]
        found.append(Path(shutil.copy(sample, folder / f"{number:04}{sample.suffix}")))
    return found


def _measured(files: list[Path], rounds: int) -> Measure:
    names = [str(file) for file in files]
    ours = [sys.executable, str(ROOT / "main.py"), "inspect", "--json", *names]
    tool = shutil.which("exiftool")
    theirs = [tool, "-json", "-G", "-struct", *names] if tool else [sys.executable, "-c", ""]
    pair = in_turns(lambda: _run(ours), lambda: _run(theirs), rounds)
    each = 1_000 / len(files)
    return Measure(
        f"inspect {len(files):,} files in one command, each" if files[1:] else "inspect one file",
        pair.work_median_s * each,
        "ms",
        pair.floor_median_s * each if tool else None,
        "exiftool -json on the same files" if tool else "",
        COMMAND,
        "three digests, a full decode in the sandbox and fingerprints besides"
        + ("" if tool else f"; {ABSENT}"),
    )


def _run(command: list[str]) -> None:
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
