"""Boxes and rules with the spacing of the look."""

from itertools import pairwise

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from widgets.look import Look


def column(parent: QWidget | None = None, *, margin: int = 0, gap: int = 0) -> QVBoxLayout:
    """Return a column for the children of `parent`."""
    box = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    box.setContentsMargins(margin, margin, margin, margin)
    box.setSpacing(gap)
    return box


def row(parent: QWidget | None = None, *, margin: int = 0, gap: int = 0) -> QHBoxLayout:
    """Return a row for the children of `parent`."""
    box = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    box.setContentsMargins(margin, margin, margin, margin)
    box.setSpacing(gap)
    return box


def lay_above_the_middle(page: QWidget, inner: QWidget) -> None:
    """Lay what a page has to say where the eye rests: a little above its middle."""
    across = row()
    across.addStretch(1)
    across.addWidget(inner, 6)
    across.addStretch(1)
    outer = column(page)
    outer.addStretch(2)
    outer.addLayout(across)
    outer.addStretch(3)


def rule() -> QFrame:
    """Return a hairline across."""
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedHeight(1)
    return line


def card_column(card: QFrame, look: Look) -> QVBoxLayout:
    """Return a column that keeps square content off the round corners of a card."""
    box = column(card)
    box.setContentsMargins(1, look.px("radius_small"), 1, look.px("radius_small"))
    return box


def in_turn(*stops: QWidget) -> None:
    """Have Tab go from each to the next: what is made later would else come after all others."""
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def emptied(layout: QLayout) -> None:
    """Remove every widget of a layout."""
    removed(layout, 0)


def removed(layout: QLayout, first: int) -> None:
    """Remove the widgets of a layout from number `first` on."""
    while layout.count() > first:
        item = layout.takeAt(first)
        if item is not None and (widget := item.widget()) is not None:
            # Hidden, not made an orphan: Qt shows a freshly added widget with the next event, and
            # without a parent that would be a window of its own.
            widget.hide()
            widget.deleteLater()
