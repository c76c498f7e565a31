"""What is said where a window cannot be: one sentence, and what works without one."""

import os

from app.bootstrap import DESCRIPTIONS
from app.machine_look import LANGUAGE, read_machine_look
from app.texts import language_spoken, read_texts

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that says anything counts


def no_display() -> str:
    """Return the sentence in the language that the window would have spoken here."""
    wish = read_machine_look(DESCRIPTIONS).text(LANGUAGE)
    system = [said for name in _LOCALE if (said := os.environ.get(name, "").partition(".")[0])]
    return read_texts(language_spoken(wish, system[:1]))("window.no_display")
