"""Where a child process begins: as a decoder, or as the one that becomes a foreign program."""

from collections.abc import Sequence
from importlib import import_module

from blur.keeper import PROGRAM_WORD


def run(words: Sequence[str]) -> int:
    """Run what the words ask for; codecs are loaded for a decoder alone."""
    programs = [word.split("=", 1)[1] for word in words if word.startswith(PROGRAM_WORD + "=")]
    if programs:
        import_module("blur.child.launching").launch(programs[0])
    return int(import_module("blur.child.serve").run(words))
