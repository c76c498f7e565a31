"""One batch that grows from a thousand to two hundred thousand items: taking in, opening, grading.

The pictures are of two by two pixels: what grows is the index, the records and the window, and the
work on pixels, which `intake` and `desk` measure, is left as small as it can be.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.bench_start import Stage, made_home, run_command, run_window
from tests.benchmarks.measure import Measure, timed_s
from tests.screen import virtual_screen
from tests.unit.app.folders import write_bitmaps

COMMAND = "python -m tests.benchmarks --only size"
SIZES = tuple(
    int(size) for size in os.environ.get("SIZES", "1000,10000,20000,100000,200000").split(",")
)
SCREEN_PX = (1920, 1200)
KEYS = 40
WORDS = ("--pause-ms", "90", "--memory-every", "10")


def measure(_: int) -> list[Measure]:
    """Let one batch grow, once; open it and grade in it at each size."""
    with TemporaryDirectory(prefix="assay-bench-") as folder, virtual_screen(*SCREEN_PX) as display:
        stage = made_home(Path(folder), display)
        rates, opened = [], []
        here = 0
        for size in SIZES:
            pictures = write_bitmaps(Path(folder) / "pictures", size - here, first=here)
            os.sync()  # what was written here is no work of the program's
            took_s = timed_s(lambda folder=pictures: _take_in(stage, folder))
            rates.append((size - here) / took_s)
            opened.append(run_window(stage, items=KEYS + 1, words=WORDS))
            here = size
    return [
        *_growing(
            "batch add of 2x2 pixels, those not there before",
            "files/s",
            rates,
            "once; each file three digests, decoded, encrypted, signed",
        ),
        *_growing(
            "start to the first veiled item",
            "s",
            [noted.first[0] / 1000 for noted in opened],
            "once; key file at its least cost; page cache warm",
        ),
        *_growing(
            "key to the next veiled item, median",
            "ms",
            [median(noted.painted) for noted in opened],
            f"{KEYS} keys, the next ten fetched meanwhile",
        ),
        *_growing(
            "memory of window and decoders",
            "MB",
            [noted.memory_mb[-1] for noted in opened],
            f"after {KEYS} keys",
        ),
    ]


def _take_in(stage: Stage, pictures: Path) -> None:
    run_command(stage, "batch", "add", str(pictures), "--title", "Bench")


def _growing(what: str, unit: str, figures: Sequence[float], note: str) -> list[Measure]:
    """Show a figure at every size beside the same at the smallest."""
    return [
        Measure(
            f"{what}, a batch of {size:,}",
            figure,
            unit,
            figures[0],
            f"the same at {SIZES[0]:,}",
            COMMAND,
            note,
        )
        for size, figure in zip(SIZES, figures, strict=True)
    ]
