"""The packaged window beside that of the checkout: from the start to the first veiled item seen.

A packaged program takes no probe, so both are watched from outside: the virtual screen keeps what
it shows in a file, and a veiled item has many colours where an empty canvas has one.
"""

import mmap
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.bench_start import HOUSE, Stage, prepared
from tests.benchmarks.measure import Measure
from tests.screen import virtual_screen

COMMAND = "python -m tests.benchmarks --only package"
SCREEN_PX = (1366, 768)
ACROSS, DOWN = range(300, 600, 37), range(250, 500, 31)  # places in the middle of the canvas
COLOURS = 25  # of the 81 places; a page of words has a few
LOOK_S = 0.002  # nothing tells that the file changed; between looks the processor is the window's
PATIENCE_S = 60.0
NOTE = "12-megapixel JPEG; key file at its least cost; seen on a virtual screen of 1366x768"
WHAT = "start to the first veiled item seen"


def measure(rounds: int) -> list[Measure]:
    """Start both `rounds` times, in turns; where nothing is packaged, the checkout alone."""
    packaged = next(iter(sorted(HOUSE.glob("dist/*/assay"))), None)
    starts = {"checkout": [sys.executable, str(HOUSE / "main.py")]}
    if packaged is None:
        print("  dist holds no build: make package first", file=sys.stderr)
    else:
        starts["package"] = [str(packaged)]
    taken: dict[str, list[float]] = {name: [] for name in starts}
    with (
        TemporaryDirectory(prefix="assay-bench-") as folder,
        virtual_screen(*SCREEN_PX, seen_in=Path(folder)) as display,
    ):
        stage = prepared(Path(folder), display, items=4)
        for number in range(rounds + 1):
            for name, start in starts.items():
                took_s = seen_after_s(start, stage, Path(folder) / "Xvfb_screen0")
                taken[name] += [took_s] if number else []  # not the first: nothing in memory yet
    here_s = median(taken["checkout"])
    if packaged is None:
        return [Measure(f"window of the checkout, {WHAT}", here_s, "s", None, "", COMMAND, NOTE)]
    there_s, floor = median(taken["package"]), "the window of the checkout"
    return [Measure(f"packaged window, {WHAT}", there_s, "s", here_s, floor, COMMAND, NOTE)]


def seen_after_s(start: list[str], stage: Stage, screen: Path) -> float:
    """Start a window, return after how many seconds its first item was seen, and end it."""
    with screen.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as shown:
        wait_until(lambda: colours(shown) == 1)
        begun = time.monotonic()
        command = [*start, "--home", str(stage.home)]
        with subprocess.Popen(command, cwd=HOUSE, env=stage.environment) as window:
            wait_until(lambda: colours(shown) >= COLOURS)
            took_s = time.monotonic() - begun
            window.terminate()
    return took_s


def colours(shown: mmap.mmap) -> int:
    """Count the colours at the places looked at, in a picture as X keeps it (XWD, 32 bits)."""
    size, line = (struct.unpack_from(">I", shown, at)[0] for at in (0, 48))
    entries = struct.unpack_from(">I", shown, 76)[0]
    first = size + 12 * entries
    places = (first + y * line + 4 * x for y in DOWN for x in ACROSS)
    return len({shown[at : at + 3] for at in places})


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look again and again; raises TimeoutError."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("nothing that was waited for is on the screen")
        time.sleep(LOOK_S)
