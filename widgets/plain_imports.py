"""Imports as Python does them: PySide's own hook reads the source of each module that is loaded.

It looks there for `__feature__`, a way to write Qt's names that nothing here uses. That is a sixth
of what a start loads, every source kept in memory, and the interpreter held by each library that
loads on a thread while the window is at work.
"""

import builtins

import PySide6.QtCore  # noqa: F401 - sets the hook


def leave_imports_alone() -> None:
    """Give Python's own import back its place; nothing happens where PySide has set no hook."""
    own = getattr(builtins, "__orig_import__", None)
    if own is not None:
        builtins.__import__ = own
