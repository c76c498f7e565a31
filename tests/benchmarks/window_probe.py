"""Runs `main.py` on a home and notes when a veiled item is painted; presses keys if asked to.

A process of its own, started by `bench_start`: the clock it is given began when it was started, so
that the interpreter, every import and the opening of the home count. It loads nothing large before
the program does. Prints one JSON document; all times in milliseconds.
"""

import argparse
import json
import os
import runpy
import sys
from pathlib import Path

from widgets import launch

MAIN = Path(__file__).resolve().parents[2] / "main.py"


def listen_in(asked: argparse.Namespace) -> list[dict[str, list[float]]]:
    """Watch the window from the moment it stands; return where it will be noted."""
    noted: list[dict[str, list[float]]] = []
    has_display = launch.has_display

    def ask_and_watch(argv: list[str]) -> bool:
        # Only now, and no more than the program has loaded: what the probe loads for it earlier is
        # loaded in another order, and beside other work.
        from app.session import opening  # noqa: PLC0415

        start = opening.OpeningSession.start

        def start_and_watch(session: opening.OpeningSession) -> None:
            from tests.benchmarks.window_watch import Watch  # noqa: PLC0415

            if not noted:
                noted.append(Watch(asked).begin())
            start(session)

        opening.OpeningSession.start = start_and_watch  # type: ignore[method-assign]
        return has_display(argv)

    launch.has_display = ask_and_watch  # type: ignore[assignment]
    return noted


def main(arguments: list[str]) -> int:
    """Run the window until the items asked for were graded; print what was noted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--began", type=float, required=True, help="time.monotonic at the start")
    parser.add_argument("--items", type=int, default=0, help="how many to grade")
    parser.add_argument("--key-ms", type=int, default=60, help="from key to key: a quick hand")
    parser.add_argument("--pause-ms", type=int, default=300, help="before the first: a quick eye")
    parser.add_argument("--reveal", action="store_true", help="reveal each item first")
    parser.add_argument("--unfetched", type=Path, help="fetch nothing ahead; a picture to decode")
    parser.add_argument("--memory-every", type=int, default=0, help="items from note to note")
    parser.add_argument("home", type=Path)
    asked = parser.parse_args(arguments)
    noted = listen_in(asked)
    sys.argv = [str(MAIN), "--home", str(asked.home)]
    try:
        runpy.run_path(str(MAIN), run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            return int(ended.code)
    print(json.dumps(noted[0]))
    # What the process holds goes with it; taking the interpreter apart is not measured.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
