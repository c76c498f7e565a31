"""`main.py` as a person starts it, but that a key file is made at its least cost.

A real one takes a second of two cores, at every opening of the home it was made for.
"""

import sys

import storage.keyfile
from main import main


def least_cost() -> storage.keyfile.Cost:
    """What a calibration finds on the slowest machine."""
    return storage.keyfile.MINIMUM_COST


def use_least_cost() -> None:
    """Make key files of this process so."""
    storage.keyfile.calibrated_cost = least_cost  # type: ignore[assignment]


if __name__ == "__main__":
    use_least_cost()
    sys.exit(main(sys.argv[1:]))
