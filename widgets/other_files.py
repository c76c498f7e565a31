"""Files of a batch that are no pictures: listed with digest and type, and never opened."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from app.session.select_types import OtherFile
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.layouts import card_column, column, row
from widgets.tables import Column, Table
from widgets.words import Words

HEADS = ("file", "type", "size", "preview", "digest")


class OtherFiles(QWidget):
    """A table; one of its rows is marked as offered with an actionable preview, or not."""

    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        look, texts = fit.look, fit.texts
        self._files: dict[str, OtherFile] = {}
        self.table = Table(
            fit,
            texts("keys.other_files"),
            [Column(texts(f"select.head_{name}"), number=name == "size") for name in HEADS],
            whole=False,
        )
        head = row(gap=look.px("s2"))
        title = Words(fit, texts("keys.other_files"), kind="question", strong=True, wrap=False)
        head.addWidget(title, 1)
        for action in ("mark_preview", "close_other_files"):
            button = KeyButton(fit, texts(f"keys.{action}"), fit.keymap.key(action))
            button.clicked.connect(lambda _=False, name=action: self.pressed.emit(name))
            head.addWidget(button)
        card = QFrame()
        card.setObjectName("card")
        card_column(card, look).addWidget(self.table)
        box = column(self, margin=look.px("s4"), gap=look.px("s3"))
        box.addLayout(head)
        box.addWidget(Words(fit, texts("select.others_about"), tone="text2"))
        box.addWidget(card, 1)
        self.table.picked.connect(lambda _: self.pressed.emit("mark_preview"))

    def show_files(self, files: tuple[OtherFile, ...]) -> None:
        """List files; the row that was chosen stays so."""
        chosen = self.table.chosen()
        self._files = {one.item: one for one in files}
        self.table.show_rows([(one.item, self._cells(one)) for one in files])
        if chosen is not None:
            self.table.choose(chosen)

    @property
    def chosen(self) -> OtherFile | None:
        """The file of the row that is chosen."""
        return self._files.get(self.table.chosen() or "")

    def focus(self) -> None:
        """Give the keyboard to the table."""
        self.table.setFocus()

    def _cells(self, one: OtherFile) -> tuple[str, ...]:
        texts = self._fit.texts
        return (
            ", ".join(one.names),
            one.type or texts("select.no_type"),
            texts("select.bytes", n=one.size),
            texts("select.offered" if one.preview else "select.not_marked"),
            one.item,
        )
