"""What every part of the window is given: the look, the words, the keys."""

from dataclasses import dataclass

from app.keymap import Keymap
from app.texts import Texts
from widgets.look import Look


@dataclass(frozen=True, slots=True)
class Fittings:
    """Built once by `widgets.window` and passed down."""

    look: Look
    texts: Texts
    keymap: Keymap
