"""Assay: open the window, or run one command; ``python main.py --help`` lists them."""

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

NEEDED = ("cryptography", "sqlalchemy", "cv2", "PIL")
VENV = Path(__file__).resolve().parent / ".venv"


def main(argv: list[str]) -> int:
    """Run what ``argv`` names; a module is imported only when its work is asked for."""
    if argv[:1] == ["--decoder"]:
        return int(import_module("blur.child.start").run(argv[1:]))
    if Path(sys.prefix) != VENV and not all(map(find_spec, NEEDED)):
        return _again_in_venv(argv)
    if argv[:1] == ["--samples"]:
        return int(import_module("blur.samples.command").run(argv[1:]))
    if not import_module("app.asked_for").opens_window(argv):
        return int(import_module("app.cli").run(argv))
    if sys.platform == "linux" and not any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    ):
        print(import_module("app.display").no_display(), file=sys.stderr)
        return 3
    return int(import_module("widgets.launch").run(argv, demo=argv[:1] == ["demo"]))


def _again_in_venv(argv: list[str]) -> int:
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists():
        os.execv(python, [str(python), __file__, *argv])  # noqa: S606 - our own interpreter
    print("Needed packages are missing here: run `make setup` first.", file=sys.stderr)
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
