"""Before the rooms open: the passphrase, a new home, or what stands in the way."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.intake.folder import IntakeProgress
from app.session.opening import ROLES, NewHome, OpeningSession, Refusal, Wanted
from widgets.buttons import KeyButton
from widgets.chips import Switch
from widgets.dress import Dress
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keys import key_name
from widgets.layouts import column, row
from widgets.progress_panel import Bar
from widgets.scrolled import Scrolled
from widgets.words import Words


class _Form(QWidget):
    """A title, fields with their labels, a sentence where it failed, and one button."""

    done = Signal()

    def __init__(self, fit: Fittings, title: str, words: str, button: str) -> None:
        super().__init__()
        self._fit = fit
        look = fit.look
        self._words = Words(fit, words, tone="text2")
        self._fault = Words(fit, "", tone="stop")
        self._button = KeyButton(fit, button, fit.keymap.key("sign"), strong=True)
        self._button.clicked.connect(self.done)
        self.body = column(gap=look.px("s2"))
        inner = QWidget()
        inner.setMaximumWidth(look.px("dialog"))
        box = column(inner, margin=look.px("s8"), gap=look.px("s3"))
        box.addStretch(2)
        box.addWidget(Words(fit, title, kind="calm"))
        box.addWidget(self._words)
        box.addSpacing(look.px("s2"))
        box.addLayout(self.body)
        box.addWidget(self._fault)
        box.addSpacing(look.px("s2"))
        buttons = row()
        buttons.addWidget(self._button)
        buttons.addStretch(1)
        box.addLayout(buttons)
        box.addStretch(3)
        across = row()
        across.addStretch(1)
        across.addWidget(inner, 6)
        across.addStretch(1)
        holder = QWidget()
        holder.setLayout(across)
        column(self).addWidget(Scrolled(holder))

    def say(self, words: str) -> None:
        """Replace the words under the title."""
        self._words.say(words)

    def show_fault(self, sentence: str) -> None:
        """Say what failed, under the fields."""
        self._fault.say(sentence)
        self._fault.setVisible(bool(sentence))

    def add_field(self, label: str, field: QWidget) -> None:
        """Add a field under its label."""
        self.body.addWidget(Words(self._fit, label, kind="aside", tone="text3", strong=True))
        self.body.addWidget(field)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the button."""
        if key_name(event) == "Enter":
            if not event.isAutoRepeat():
                self.done.emit()
        else:
            super().keyPressEvent(event)


class SignIn(QStackedWidget):
    """The pages before the rooms."""

    def __init__(self, fit: Fittings, opening: OpeningSession) -> None:
        super().__init__()
        self._fit = fit
        self._opening = opening
        self.setObjectName("room")
        self._busy = self._busy_page()
        self._locked = self._locked_page()
        self._new = self._new_page()
        texts = fit.texts
        self._help = _Form(fit, texts("opening.help"), "", texts("opening.again"))
        self._help.done.connect(opening.start)
        for page in (self._busy, self._locked, self._new, self._help):
            self.addWidget(page)
        Dress(fit.look, self)
        opening.working.connect(self._work)
        opening.progressed.connect(self._progress)
        opening.refused.connect(self._refuse)

    # -- pages --------------------------------------------------------------------------------

    def _busy_page(self) -> QWidget:
        fit = self._fit
        page = QWidget()
        self._working = Words(fit, "", kind="field", tone="text2")
        self._bar = Bar(fit.look)
        inner = QWidget()
        inner.setMaximumWidth(fit.look.px("dialog"))
        box = column(inner, margin=fit.look.px("s8"), gap=fit.look.px("s4"))
        box.addWidget(Words(fit, fit.texts("window.name"), kind="calm"))
        box.addWidget(self._working)
        box.addWidget(self._bar)
        across = row()
        across.addStretch(1)
        across.addWidget(inner, 6)
        across.addStretch(1)
        outer = column(page)
        outer.addStretch(2)
        outer.addLayout(across)
        outer.addStretch(3)
        return page

    def _locked_page(self) -> _Form:
        texts = self._fit.texts
        page = _Form(
            self._fit, texts("opening.locked"), texts("opening.locked_more"), texts("opening.go")
        )
        self._passphrase = Line(self._fit, texts("opening.passphrase"), secret=True)
        page.add_field(texts("opening.passphrase"), self._passphrase)
        page.setFocusProxy(self._passphrase)
        page.done.connect(self._unlock)
        return page

    def _new_page(self) -> _Form:
        fit, texts = self._fit, self._fit.texts
        page = _Form(fit, texts("opening.new"), texts("opening.new_more"), texts("opening.make_it"))
        self._name = Line(fit, texts("opening.name"), texts("opening.name_hint"))
        page.add_field(texts("opening.name"), self._name)
        self._roles = self._switches(page, "role", ROLES)
        self._places = self._switches(page, "keys", ("file", "keyring"))
        self._places["keyring"].toggled.connect(self._by_keyring)
        self._first = Line(fit, texts("opening.passphrase"), secret=True)
        self._again = Line(fit, texts("opening.passphrase_again"), secret=True)
        page.add_field(texts("opening.passphrase"), self._first)
        page.add_field(texts("opening.passphrase_again"), self._again)
        page.setFocusProxy(self._name)
        page.done.connect(self._make)
        return page

    def _switches(self, page: _Form, title: str, values: tuple[str, ...]) -> dict[str, Switch]:
        holder = QWidget()
        flow = FlowLayout(holder, self._fit.look.px("s2"))
        found = {}
        for value in values:
            switch = Switch(self._fit, self._fit.texts(f"opening.{title}_{value}"))
            switch.setAutoExclusive(True)
            switch.setChecked(value == values[0])
            flow.addWidget(switch)
            found[value] = switch
        page.add_field(self._fit.texts(f"opening.{title}"), holder)
        return found

    # -- what happens -------------------------------------------------------------------------

    @Slot(str)
    def _work(self, text_id: str) -> None:
        self._working.say(self._fit.texts(text_id))
        self._bar.setVisible(text_id == "opening.demo")
        self.setCurrentWidget(self._busy)

    @Slot(object)
    def _progress(self, progress: IntakeProgress) -> None:
        self._working.say(self._fit.texts("opening.demo_n", done=progress.done, of=progress.of))
        self._bar.show_share(progress.done / progress.of if progress.of else 0.0)

    @Slot(object)
    def _refuse(self, refusal: Refusal) -> None:
        page = {Wanted.PASSPHRASE: self._locked, Wanted.NEW_HOME: self._new}.get(
            refusal.wanted, self._help
        )
        if page is self._help:
            page.say(refusal.sentence)
            page.show_fault("")
        else:
            page.show_fault(refusal.sentence)
        if page is self._locked:
            self._passphrase.clear()
        self.setCurrentWidget(page)
        # What is typed next must not stand readable in the name: a passphrase was refused.
        by_passphrase = page is self._new and self._name.text() and self._first.isEnabled()
        (self._first if by_passphrase else page).setFocus()

    @Slot()
    def _unlock(self) -> None:
        passphrase = self._passphrase.text()
        self._passphrase.clear()
        if passphrase:
            self._opening.unlock(passphrase)

    @Slot()
    def _make(self) -> None:
        role = next(name for name, switch in self._roles.items() if switch.isChecked())
        self._opening.make(
            NewHome(
                self._name.text(),
                role,
                self._first.text(),
                self._again.text(),
                keyring=self._places["keyring"].isChecked(),
            )
        )

    @Slot(bool)
    def _by_keyring(self, chosen: bool) -> None:
        for field in (self._first, self._again):
            field.setEnabled(not chosen)
