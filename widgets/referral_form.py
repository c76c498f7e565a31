"""The form of a referral: whom it is for, what identifies, and why a real child is believed shown.

Enter goes to the next field and Ctrl+Enter signs, so that nothing is signed in passing.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from app.session.referring import KINDS, Begun, Identifying, Referral
from widgets.buttons import KeyButton
from widgets.fields import Line, Lines
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keys import key_name
from widgets.layouts import column
from widgets.overlay import go_round
from widgets.words import Words

REASON_ROWS, NOTE_ROWS = 3, 2
MOST_HEIGHTS = 2  # of the height that a field of lines has at least
COLUMNS = 2  # of facts beside each other


class ReferralForm(QWidget):
    """Fields, a fault where it happened, and two buttons. It signs nothing itself."""

    typed = Signal(object)  # everything typed, as what a draft holds
    kept = Signal(object)  # Referral
    left = Signal()

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        texts = fit.texts
        self._filling = self._busy = False
        self.about = Words(fit, "", strong=True, figures=True)
        self.tag = Words(fit, "", tone="text2")
        self.to = Line(fit, texts("referral.to"), texts("referral.to_hint"))
        self.facts = {
            kind: Line(fit, texts(f"referral.kind_{kind}"), texts(f"referral.hint_{kind}"))
            for kind in KINDS
        }
        self.reason = Lines(
            fit, texts("referral.real_child"), texts("referral.real_child_hint"), REASON_ROWS
        )
        self.note = Lines(fit, texts("referral.note"), texts("referral.note_hint"), NOTE_ROWS)
        self._faults = {
            name: Words(fit, "", tone="stop") for name in ("to", "identifying", "real_child", "")
        }
        self._buttons: tuple[KeyButton, ...] = ()
        self._build()

    def begin(self, begun: Begun) -> None:
        """Show the form of an item, with what was typed before."""
        texts, about = self._fit.texts, begun.about
        which = "last" if begun.is_last else "this"
        self.about.say(texts(f"referral.about_{which}", item=about.item[:12]))
        tagged = "tagged" if about.tagged_ai else "not_tagged"
        tag = texts(f"referral.ai_{about.ai.replace('-', '_')}")
        self.tag.say(texts(f"referral.{tagged}", tag=tag))
        self.show_fault("")
        self._fill(begun.typed)

    def clear(self) -> None:
        """Forget every word of it; what was typed stays in the home."""
        for words in (self.about, self.tag):
            words.say("")
        self.show_fault("")
        self.set_busy(False)
        self._fill({})

    def words(self) -> dict[str, str]:
        """Everything typed."""
        facts = {kind: field.text() for kind, field in self.facts.items()}
        texts = {"real_child": self.reason.toPlainText(), "note": self.note.toPlainText()}
        return {"to": self.to.text(), **facts, **texts}

    def referral(self) -> Referral:
        """What was filled in; fields left empty say nothing."""
        said = self.words()
        return Referral(
            to=said["to"],
            identifying=tuple(
                Identifying(kind, said[kind]) for kind in KINDS if said[kind].strip()
            ),
            real_child=said["real_child"].strip() or None,
            note=said["note"].strip() or None,
        )

    def show_fault(self, sentence: str, about: str = "") -> None:
        """Say why it was not signed, where it happened; what was typed stays."""
        place = about if about in self._faults else ""
        for name, words in self._faults.items():
            words.say(sentence if name == place else "")
            words.setVisible(bool(sentence) and name == place)
        field = {"to": self.to, "identifying": self.facts["name"], "real_child": self.reason}
        if sentence and place in field:
            field[place].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_busy(self, busy: bool) -> None:
        """Hold still while it is being signed; the keyboard stays where it is."""
        self._busy = busy
        for line in (self.to, *self.facts.values()):
            line.setReadOnly(busy)
        for lines in (self.reason, self.note):
            lines.setReadOnly(busy)
        for button in self._buttons:
            button.setEnabled(not busy)

    def take_focus(self) -> None:
        """Give the keyboard to the first field that is empty."""
        first = self.to if not self.to.text() else self.facts["name"]
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, Ctrl+Enter signs, Ctrl+D leaves; the rest is the window's."""
        name = key_name(event)
        if name == "Ctrl+Enter":
            if not event.isAutoRepeat():
                self._go()
        elif name == "Enter":
            go_round(self, forward=True)
        elif name == "Ctrl+D":
            self.left.emit()
        else:
            event.ignore()

    def _build(self) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        box = column(self, gap=look.px("s2"))
        box.setContentsMargins(0, 0, look.px("s2"), 0)
        for words in (self.about, self.tag):
            box.addWidget(words)
        self._add(box, "to", self.to, self._faults["to"])
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.px("s3"))
        grid.setVerticalSpacing(look.px("s1"))
        box.addWidget(Words(fit, texts("referral.identifying"), tone="text2"))
        for number, (kind, field) in enumerate(self.facts.items()):
            at_row, at_column = divmod(number, COLUMNS)
            said = texts(f"referral.kind_{kind}")
            label = Words(fit, said, kind="aside", tone="text3", strong=True)
            grid.addWidget(label, 2 * at_row, at_column)
            grid.addWidget(field, 2 * at_row + 1, at_column)
        box.addLayout(grid)
        box.addWidget(self._faults["identifying"])
        self._add(box, "real_child", self.reason, self._faults["real_child"])
        self._add(box, "note", self.note, self._faults[""])
        buttons = FlowLayout(gap_px=look.px("s2"))
        keep = KeyButton(fit, texts("referral.sign"), "Ctrl+Enter")
        drop = KeyButton(fit, texts("referral.later"), fit.keymap.key("drop_input"))
        keep.clicked.connect(self._go)
        drop.clicked.connect(self.left)
        self._buttons = (keep, drop)
        for button in self._buttons:
            buttons.addWidget(button)
        box.addLayout(buttons)
        for lines in (self.reason, self.note):  # on a large screen they would fill it
            lines.setMaximumHeight(MOST_HEIGHTS * lines.sizeHint().height())
        box.addStretch(1)
        self._follow()

    def _add(self, box: QBoxLayout, name: str, field: QWidget, fault: Words) -> None:
        label = self._fit.texts(f"referral.{name}")
        box.addWidget(Words(self._fit, label, kind="aside", tone="text3", strong=True))
        box.addWidget(field)
        box.addWidget(fault)

    def _follow(self) -> None:
        for line in (self.to, *self.facts.values()):
            line.textChanged.connect(self._changed)
        for lines in (self.reason, self.note):
            lines.changed.connect(self._changed)

    @Slot()
    def _changed(self) -> None:
        if not self._filling:
            self.typed.emit(self.words())

    def _fill(self, said: Mapping[str, Any]) -> None:
        self._filling = True
        self.to.setText(_text(said, "to"))
        for kind, field in self.facts.items():
            field.setText(_text(said, kind))
        self.reason.setPlainText(_text(said, "real_child"))
        self.note.setPlainText(_text(said, "note"))
        self._filling = False

    def _go(self) -> None:
        if not self._busy:
            self.kept.emit(self.referral())


def _text(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    return found if isinstance(found, str) else ""
