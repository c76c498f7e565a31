"""One stylesheet for the whole window, written from tokens."""

from string import Template
from typing import Protocol

_SHEET = Template("""
* { font-family: "$family"; font-size: ${body}px; outline: none; }
QWidget#panel, QWidget#header, QWidget#status { background: $surface; }
QWidget#fault { background: $surface; border-bottom: 1px solid $line; }
QWidget#header { border-bottom: 1px solid $line; }
QWidget#status { border-top: 1px solid $line; }
QWidget#left { background: $surface; border-right: 1px solid $line; }
QWidget#right { background: $surface; border-left: 1px solid $line; }
QWidget#drawer { background: $surface; border-top: 1px solid $line; }
QWidget#room { background: $bg; }
QFrame#card { background: $surface; border: 1px solid $line; border-radius: ${radius}px; }
QFrame#sheet { background: $surface; border: 1px solid $line; border-radius: ${radius}px; }
QFrame#rule { background: $line; border: none; max-height: 1px; min-height: 1px; }
QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: none; }
QLineEdit, QPlainTextEdit, QComboBox {
    background: $raised; color: $text; border: 1px solid $line; border-radius: ${radius_small}px;
    padding: ${pad_v}px ${pad_h}px; font-size: ${field}px;
    selection-background-color: $accent; selection-color: $bg; placeholder-text-color: $text3;
}
QLineEdit:disabled, QPlainTextEdit:disabled { color: $text3; }
QTableView {
    background: $surface; color: $text; border: none; gridline-color: transparent;
    selection-background-color: $accent_bg; selection-color: $text;
}
QTableView::item { border: none; border-bottom: 1px solid $line; padding: 0 ${pad_item}px; }
QTableView::item:selected { background: $accent_bg; color: $text; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section {
    background: $surface; color: $text3; border: none; border-bottom: 1px solid $line;
    padding: ${pad_v}px ${pad_h}px; font-weight: 600; font-size: ${aside}px;
}
QListView { background: transparent; border: none; color: $text; }
QListView::item { padding: ${pad_v}px ${pad_h}px; border-radius: ${radius_small}px; }
QListView::item:selected { background: $accent_bg; color: $text; }
QScrollBar:vertical { background: transparent; width: ${bar}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${bar}px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: ${bar_radius}px; min-height: ${grip}px;
    min-width: ${grip}px; }
QScrollBar::handle:hover { background: $text3; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: transparent; border: none; width: 0; height: 0; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: ${s1}px; }
QCheckBox { spacing: ${s2}px; color: $text; }
""")

STYLE_MARGIN_PX = 3  # Fusion adds it inside a cell, and not inside a heading
_COLOURS = ("bg", "surface", "raised", "line", "text", "text3", "accent", "accent_bg")


class Measures(Protocol):
    """What the stylesheet asks of the look."""

    def hex(self, token: str) -> str:
        """A colour."""

    def px(self, token: str) -> int:
        """A size."""

    def type_px(self, token: str) -> int:
        """A size of type."""

    def family(self) -> str:
        """The family of the type."""


def stylesheet(look: Measures) -> str:
    """Return the stylesheet for the theme and scale in force."""
    return _SHEET.substitute(
        {name: look.hex(name) for name in _COLOURS},
        family=look.family(),
        body=look.type_px("body"),
        field=look.type_px("field"),
        aside=look.type_px("aside"),
        radius=look.px("radius"),
        radius_small=look.px("radius_small"),
        pad_v=look.px("s1") + 2,
        pad_h=look.px("s3"),
        pad_item=look.px("s3") - STYLE_MARGIN_PX,
        bar=look.px("s2"),
        bar_radius=look.px("s1"),
        grip=look.px("s8"),
        s1=look.px("s1"),
        s2=look.px("s2"),
    )
