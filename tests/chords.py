"""Keys as the table of keys names them, as Qt presses them."""

from PySide6.QtCore import Qt

HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
}
KEYS = {"Enter": "Return", "Esc": "Escape", "PgDown": "PageDown", "PgUp": "PageUp"}
SIGNS = {"?": "Question", "=": "Equal", "-": "Minus", ",": "Comma", ".": "Period"}


def chord_of(name: str) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    """Return the key of a name such as `Shift+B`, `?` or `Ctrl+K`, and what is held with it."""
    *modifiers, last = name.replace("++", "+Plus").split("+") if name != "+" else ["Plus"]
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= HELD[modifier]
    return Qt.Key[f"Key_{KEYS.get(last) or SIGNS.get(last) or last}"], held
