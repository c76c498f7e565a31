"""How far the suites of faults go: every step with DEEP=1, a part of them else."""

import os

DEEP = os.environ.get("DEEP") == "1"


def steps(stride: int) -> int:
    """Return how many steps apart faults are tried: each one, or so many."""
    return 1 if DEEP else stride
