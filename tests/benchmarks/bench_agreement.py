"""Agreement on a million units under three graders: figures, resamples, memory, growth.

The `krippendorff` package is measured beside it in the same run: `make bench` fetches it into a
folder of its own. It is no dependency.
"""

import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from grading.agreement.bootstrap import blocks_of, resampled_values
from grading.agreement.coefficients import Totals, alpha, gwet
from grading.agreement.matrix import NO_RATING, Codes, Matrix, matrix_of_codes
from grading.agreement.scale import Level, declared_scale
from grading.agreement.tally import Tally
from tests.benchmarks.measure import Measure, in_turns

HOUSE = Path(__file__).resolve().parents[2]
COMMAND = "python -m tests.benchmarks --only agreement"
UNITS = 1_000_000
GRADERS = 3
CATEGORIES = 10
RESAMPLES = 1_000
FLOOR_NAME = "one pass over the matrix: counting the categories"
MEMORY_PROGRAM = (
    "import resource; from tests.benchmarks import bench_agreement as b;"
    "codes = b.codes_of(b.UNITS);"
    "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
    "b.figures(codes); b.resampled(codes);"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)


def measure(rounds: int) -> list[Measure]:
    """Measure on ratings that agree on four of five, with a tenth missing."""
    codes = codes_of(UNITS)
    shape = f"{UNITS:,} x {GRADERS}, {CATEGORIES} categories, a tenth missing"
    return [
        _beside_floor("alpha (ordinal) and AC1", lambda: figures(codes), codes, rounds, shape),
        _beside_floor(
            f"{RESAMPLES:,} resamples of both", lambda: resampled(codes), codes, rounds, shape
        ),
        Measure("peak memory of both", _peak_mb(), "MB", None, "", COMMAND, "numpy included"),
        *_growth(rounds),
        *_peer(codes, rounds, shape),
    ]


def codes_of(units: int) -> Codes:
    """Ratings of a made-up desk."""
    generator = np.random.default_rng(7)
    truth = generator.integers(0, CATEGORIES, units)
    wrong = generator.integers(0, CATEGORIES, (units, GRADERS))
    codes = np.where(generator.random(wrong.shape) < 0.8, truth[:, None], wrong)
    return np.where(generator.random(codes.shape) < 0.1, NO_RATING, codes).astype(np.int16)


def matrix_of(codes: Codes, level: Level = "ordinal") -> Matrix:
    """The matrix of a made-up desk."""
    scale = declared_scale(level, [str(category) for category in range(CATEGORIES)])
    return matrix_of_codes(codes, scale, [f"g{column}" for column in range(GRADERS)])


def figures(codes: Codes) -> list[float]:
    """Alpha and AC1, from the codes on."""
    tally = Tally(matrix_of(codes))
    totals = Totals(tally, tally.times[None, :])
    return [float(statistic(totals)[0]) for statistic in (alpha(tally), gwet(tally))]


def resampled(codes: Codes) -> None:
    """Both in a thousand resamples, from the codes on."""
    matrix = matrix_of(codes)
    tally = Tally(matrix)
    statistics = {"alpha": alpha(tally), "ac1": gwet(tally)}
    resampled_values(tally, statistics, blocks_of(matrix), RESAMPLES)


def _beside_floor(
    name: str, work: Callable[[], object], codes: Codes, rounds: int, note: str
) -> Measure:
    pair = in_turns(work, lambda: np.bincount(codes.ravel() + 1), rounds)
    return Measure(
        f"agreement: {name}",
        pair.work_median_s,
        "s",
        pair.floor_median_s,
        FLOOR_NAME,
        COMMAND,
        note,
    )


def _peak_mb() -> float:
    done = subprocess.run(
        [sys.executable, "-c", MEMORY_PROGRAM],
        cwd=HOUSE,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def _growth(rounds: int) -> list[Measure]:
    found = []
    for units in (1_000, 10_000, 100_000):
        codes = codes_of(units)
        found.append(
            _beside_floor(
                f"alpha and AC1, {units:,} units",
                lambda codes=codes: figures(codes),  # type: ignore[misc]
                codes,
                rounds,
                "how cost grows",
            )
        )
    return found


def _peer(codes: Codes, rounds: int, note: str) -> list[Measure]:
    if importlib.util.find_spec("krippendorff") is None:
        print("krippendorff is not installed here: no peer beside our figures.", file=sys.stderr)
        return []
    peer = importlib.import_module("krippendorff")
    data = np.where(codes == NO_RATING, np.nan, codes).T

    def work() -> None:
        peer.alpha(reliability_data=data, level_of_measurement="ordinal")

    pair = in_turns(work, lambda: figures(codes), rounds)
    name = "agreement: alpha alone by the krippendorff package"
    taken, ours = pair.work_median_s, pair.floor_median_s
    return [Measure(name, taken, "s", ours, "our alpha and AC1", COMMAND, note)]
