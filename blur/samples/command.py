"""``main.py --samples FOLDER [--seed N]``: paint the demo batch into a folder."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from blur.samples.painting import paint_demo

DEFAULT_SEED = 1


def run(arguments: Sequence[str]) -> int:
    """Paint the batch and return 0."""
    parser = argparse.ArgumentParser(prog="main.py --samples", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    asked = parser.parse_args(arguments)
    paint_demo(asked.folder, asked.seed)
    return 0
