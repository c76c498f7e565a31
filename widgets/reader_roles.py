"""What kind of thing a widget of our own is, for a screen reader.

Qt knows the roles of its own widgets; one that we draw ourselves is nothing in particular to it.
Such a widget says with `reads_as` what it is, and the tree that a screen reader walks tells it.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_PROPERTY = "reader_role"


def reads_as(widget: QWidget, role: QAccessible.Role) -> None:
    """Say what a widget is; its name and description are its accessible ones."""
    widget.setProperty(_PROPERTY, role.value)


def tell_roles() -> None:
    """Have Qt ask for what was said with `reads_as`; once, when the application is made."""
    QAccessible.installFactory(_described)


def _described(_: str, thing: QObject) -> QAccessibleWidget | None:
    """Return how a widget is described; None leaves it to Qt."""
    role = thing.property(_PROPERTY) if isinstance(thing, QWidget) else None
    if role is None or not isinstance(thing, QWidget):
        return None
    return QAccessibleWidget(thing, QAccessible.Role(role))
