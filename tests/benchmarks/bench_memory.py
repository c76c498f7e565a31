"""A thousand items graded in one sitting: what window and decoders hold as it goes on."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.bench_start import SCREEN_PX, prepared, run_window
from tests.benchmarks.measure import Measure
from tests.screen import virtual_screen

COMMAND = "python -m tests.benchmarks --only memory"
ITEMS = 1_000
EVERY = 100
SIZE_PX = (1600, 1200)
WORDS = ("--key-ms", "10", "--pause-ms", "90", "--reveal", "--memory-every", str(EVERY))


def measure(_: int) -> list[Measure]:
    """Grade them once, each revealed first."""
    with TemporaryDirectory(prefix="assay-bench-") as folder, virtual_screen(*SCREEN_PX) as display:
        stage = prepared(Path(folder), display, items=ITEMS + 20, size_px=SIZE_PX)
        noted = run_window(stage, items=ITEMS + 1, words=WORDS)  # the last note before it ends
    held = noted.memory_mb
    course = ", ".join(f"{mb:.0f}" for mb in held)
    return [
        Measure(
            f"memory of window and decoders after {ITEMS:,} items",
            held[-1],
            "MB",
            held[0],
            f"the same after {EVERY} items",
            COMMAND,
            f"JPEGs of {SIZE_PX[0]}x{SIZE_PX[1]}, each revealed; every {EVERY} items: {course} MB",
        )
    ]
