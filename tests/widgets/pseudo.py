"""A language that nobody speaks: every text in brackets, a third longer, and as long as in German.

What is seen without brackets was not looked up; what is cut would be cut in many a language.
"""

import re
from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QTableView, QWidget

from app.sentences import Sentences, table_of
from app.texts import Text, Texts, texts_of
from widgets.buttons import KeyButton
from widgets.help_page import HelpText
from widgets.keycaps import Keycaps
from widgets.text_block import elided
from widgets.words import Words

OPEN, CLOSE, MORE = "[", "]", "~"
LONGER = 3  # one letter more for so many
UNTOUCHED = re.compile(r"language\.(?!name)|\.(?:gap|cite_gap|chip_gap|list_gap)$|^key\.")
_HORIZONTAL = Qt.Orientation.Horizontal
_KEY = re.compile(r"(?:Alt|Ctrl|Shift)\+\S+|\b(?:Backspace|Enter|Esc|Space|Tab|Pg\w+)\b")
_BETWEEN = re.compile("  ·  |, ")
_WORD = re.compile(r"[^\W\d_]{2,}")


def pseudo_texts() -> Texts:
    """The English texts as they would look in a language with longer words."""
    german = texts_of("de")

    def told(text_id: str, text: Text) -> Text:
        if UNTOUCHED.search(text_id):
            return text
        beside = german.get(text_id, "")
        if isinstance(text, str):
            return _stretched(text, beside if isinstance(beside, str) else "")
        forms = beside if isinstance(beside, dict) else {}
        return {form: _stretched(words, forms.get(form, "")) for form, words in text.items()}

    return Texts({text_id: told(text_id, text) for text_id, text in texts_of("en").items()})


def pseudo_sentences() -> Sentences:
    """What the rooms say, in the same way."""
    return Sentences(
        {one: _stretched(one) for part in table_of("de").values() for one in part}, pseudo_texts()
    )


def _stretched(text: str, least: str = "") -> str:
    bare = re.sub(r"\{\w+\}", "", text)
    more = max(len(bare) // LONGER, len(least) - len(text) - len(OPEN + CLOSE))
    return f"{OPEN}{text}{MORE * more}{CLOSE}" if _WORD.search(bare) else text


def untranslated(window: QWidget, data: Iterable[str]) -> list[str]:
    """What is seen, or told to a screen reader, and is neither a text nor part of the data."""
    known = " ".join(data)
    return sorted(
        {
            f"{type(widget).__name__}: {text}"
            for widget, text in _told(window)
            if OPEN not in text
            for part in _BETWEEN.split(_KEY.sub("", text))
            for bare in [" ".join(part.split()).strip("0123456789:,. ")]
            if bare not in known and _WORD.search(bare)
        }
    )


def clipped(window: QWidget) -> list[str]:
    """Lines that do not fit where they stand."""
    return sorted(
        {f"{type(widget).__name__}: {cut}" for widget in _seen(window) if (cut := _cut(widget))}
    )


def _cut(widget: QWidget) -> str:
    """The words of a widget that it does not show whole; nothing if it does."""
    words = ""
    if isinstance(widget, Words) and not widget._wrap:
        words = widget.text()
        whole = elided(words, widget._font(), widget.width()) == words
    elif isinstance(widget, Keycaps):
        words, whole = widget.accessibleName(), widget.width() >= widget.whole_width
    elif isinstance(widget, KeyButton):  # it could be narrower, and would be cut
        words, whole = widget.text(), widget.width() >= widget.sizeHint().width()
    elif isinstance(widget, QAbstractButton):
        words, whole = widget.text(), widget.width() >= widget.minimumSizeHint().width()
    elif isinstance(widget, QLineEdit) and not widget.text():
        words = widget.placeholderText()
        whole = QFontMetricsF(widget.font()).horizontalAdvance(words) <= widget.width()
    return "" if not words or whole else words


def _seen(window: QWidget) -> Iterator[QWidget]:
    """What is visible; the pages of the help are documents, and not texts of the window."""
    return (
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and not isinstance(widget, HelpText)
    )


def _told(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    for widget in _seen(window):
        yield widget, widget.accessibleName()
        yield widget, widget.accessibleDescription()
        yield widget, widget.toolTip()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget, widget.text()
        elif isinstance(widget, QLineEdit):
            yield widget, widget.placeholderText()
        elif isinstance(widget, QTableView):
            model = widget.model()
            for column in range(model.columnCount()):
                head = model.headerData(column, _HORIZONTAL)
                yield widget, str(head or "")
