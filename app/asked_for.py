"""What the words after ``main.py`` ask for: the window, or a command wherever it stands."""

from collections.abc import Sequence

_WITH_VALUE = ("--home",)
_SHARED = ("--home", "--json")
_PLATFORM = ("--platform", "-platform")  # Qt's own, for the window


def opens_window(argv: Sequence[str]) -> bool:
    """Whether the words ask for the window: no command, or the demo, whose home is its own."""
    is_demo = list(argv[:1]) == ["demo"]
    options = _PLATFORM if is_demo else (*_WITH_VALUE, *_PLATFORM)
    left = list(argv[is_demo:])
    while left and _is_option(left[0], options):
        size = 1 if "=" in left[0] else 2
        if len(left) < size:
            return False
        del left[:size]
    return not left


def command_first(argv: Sequence[str]) -> list[str]:
    """Return the words with the command at the front: shared options may stand before it."""
    at = 0
    while at < len(argv) and _is_option(argv[at], _SHARED):
        at += 2 if argv[at] in _WITH_VALUE else 1
    if at >= len(argv):
        return list(argv)
    return [argv[at], *argv[:at], *argv[at + 1 :]]


def _is_option(word: str, options: Sequence[str]) -> bool:
    return word.partition("=")[0] in options
