"""What every part of the window is given: the look, the words, the keys."""

from app.keymap import Keymap
from app.texts import Texts
from grading.late_methods import dataclass
from widgets.look import Look

NAMED_KEYS = ("Space", "Ctrl", "Shift", "Esc", "Tab", "PgUp", "PgDown", "Home", "End")


@dataclass(frozen=True, slots=True)
class Fittings:
    """Built once by `widgets.window` and passed down."""

    look: Look
    texts: Texts
    keymap: Keymap

    def __post_init__(self) -> None:
        """Have key caps drawn with the names that keys have in the language."""
        names = {key: self.texts(f"key.{key.lower()}") for key in NAMED_KEYS}
        self.look.key_names.update(names)
