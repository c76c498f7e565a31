"""`main.py` as a person starts it, but that an intake takes its time once a group is on the disk.

Whoever stops it then comes before its end, however busy the machine is, and needs no long folder.
"""

import sys
import time

from app.intake.shelving import GROUP_FILES, Shelving
from main import main
from tests.least_cost import use_least_cost

A_FILE_S = 1.0


def take_time() -> None:
    """Have every file after the first group wait before it is taken."""
    take = Shelving.take
    taken = iter(range(sys.maxsize))

    def slow(shelving: Shelving, one: object) -> None:
        if next(taken) > GROUP_FILES:
            time.sleep(A_FILE_S)
        take(shelving, one)  # type: ignore[arg-type]

    Shelving.take = slow  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    use_least_cost()
    take_time()
    sys.exit(main(sys.argv[1:]))
