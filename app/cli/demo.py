"""`demo --no-window`: a home with a generated batch that stays, for tries on the command line."""

import argparse
import os
from pathlib import Path

from app.cli.output import Output
from app.demo import TITLE, make_demo
from app.errors import UsageError

_ABOUT = """\
Make a home with a generated sample batch and open the window on it. Home and pictures go when
the window closes.

With --no-window no window opens: the home is made in the folder that --home names, stays there,
and the file `passphrase` in that folder opens it:

  python main.py demo --no-window --home /tmp/try
  export ASSAY_HOME=/tmp/try/home ASSAY_PASSPHRASE_FILE=/tmp/try/passphrase
  python main.py batch list"""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``demo`` its options."""
    parser.description = _ABOUT
    parser.add_argument(
        "--no-window", action="store_true", help="make the home, keep it, and open no window"
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Make the home and say where it is."""
    if not arguments.no_window:
        raise UsageError(
            "The demo with its window takes no options: its home is a throw-away one.",
            advice="Leave them out, or add --no-window.",
        )
    folder: Path | None = arguments.home
    if folder is None:
        raise UsageError(
            "The demo without a window needs a folder.", advice="Name a new one with --home."
        )
    if folder.exists():
        raise UsageError(f"{folder}: this is there already.", advice="Name a new folder.")
    demo = make_demo(keep_at=folder)
    secret_file = folder / "passphrase"
    descriptor = os.open(secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(demo.passphrase() + "\n")
    out.document(
        {"home": str(demo.place), "passphrase_file": str(secret_file), "batch": demo.batch}
    )
    out.line(f"{TITLE}: {demo.summary.added:,} items in {demo.place}")
    out.line(f"export ASSAY_HOME={demo.place} ASSAY_PASSPHRASE_FILE={secret_file}")
    return 0
