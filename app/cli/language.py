"""`--language`: in which language a paper for people is written."""

import argparse
from typing import TYPE_CHECKING

from app.texts import AS_THE_SYSTEM, ENGLISH, Texts, languages, read_texts

if TYPE_CHECKING:
    from app.bootstrap import Workstation


def declare_language(parser: argparse.ArgumentParser) -> None:
    """Give a command the option."""
    parser.add_argument(
        "--language",
        choices=languages(),
        help="in whose words it is written; the one set in the window, else English",
    )


def texts_asked(arguments: argparse.Namespace, ws: "Workstation") -> Texts:
    """Return the words of the language asked for, else of the one that this person has set."""
    wished = arguments.language or ws.settings.text("look.language")
    return read_texts(ENGLISH if wished == AS_THE_SYSTEM else wished)
