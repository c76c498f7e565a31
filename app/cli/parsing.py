"""Command line grammar: argparse in one plain sentence, and the options all commands take."""

import argparse
from pathlib import Path
from typing import Any, NoReturn

from app.errors import UsageError


class CommandParser(argparse.ArgumentParser):
    """An argument parser whose mistakes are a UsageError, and that always takes --home and --json.

    Sub-commands made with ``add_subparsers`` are of this class too, so that the two options may
    stand before or after the sub-command.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - handed to argparse as it is
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**options, allow_abbrev=False)
        shared = self.add_argument_group("every command")
        # SUPPRESS: a sub-command must not overwrite with its default what stood before its name.
        shared.add_argument(
            "--home",
            type=Path,
            metavar="DIR",
            default=argparse.SUPPRESS,
            help="the home folder (else ASSAY_HOME, else the platform's data folder)",
        )
        shared.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,
            help="print one JSON document on standard output, and the rest on standard error",
        )

    def error(self, message: str) -> NoReturn:
        """Refuse the command line with one sentence."""
        raise UsageError(
            f"{self.prog}: {message.rstrip('.')}.", advice=f"`{self.prog} --help` shows its use."
        )


def parsed(parser: CommandParser, argv: list[str]) -> argparse.Namespace:
    """Return the arguments with ``home`` (a path or None) and ``json`` always set."""
    return parser.parse_args(argv, argparse.Namespace(home=None, json=False))
