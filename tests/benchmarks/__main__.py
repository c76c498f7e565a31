"""`make bench`: run every benchmark, print it, and write docs/measures.md.

With `--only NAME` one benchmark runs and nothing is written; with `--renew NAME` its rows on the
page are replaced, on the machine the page names; `--rounds N` sets how often (5).
"""

import argparse
import importlib
import sys
from pathlib import Path

from tests.benchmarks.machine import describe_machine
from tests.benchmarks.measure import Measure
from tests.benchmarks.page import measures_page, one_line, renewed

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[1] / "docs" / "measures.md"
ROUNDS = 5


def main(arguments: list[str]) -> int:
    """Run what is asked for. Return 0, or 1 if a benchmark has nothing to show."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    names = sorted(file.stem.removeprefix("bench_") for file in FOLDER.glob("bench_*.py"))
    parser.add_argument("--only", choices=names, help="run this one and write nothing")
    parser.add_argument("--renew", choices=names, help="run this one and replace its rows")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds each (default 5)")
    asked = parser.parse_args(arguments)
    taken: list[Measure] = []
    one = asked.only or asked.renew
    for name in [one] if one else names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        measures = importlib.import_module(f"tests.benchmarks.bench_{name}").measure(asked.rounds)
        if not measures:
            print(f"The benchmark {name} gave no figure.", file=sys.stderr)
            return 1
        for measure in measures:
            print(one_line(measure), flush=True)
        taken += measures
    if asked.only is None:
        page = (
            renewed(PAGE.read_text(encoding="utf-8"), taken)
            if asked.renew
            else measures_page(taken, describe_machine(), asked.rounds)
        )
        PAGE.write_text(page, encoding="utf-8")
        print(f"Written to {PAGE.relative_to(FOLDER.parents[1])}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
