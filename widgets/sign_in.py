"""Before the rooms open: the passphrase, a new home, or what stands in the way."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QStackedWidget, QVBoxLayout, QWidget

from app.session.opening import ROLES, NewHome, OpeningSession, Refusal, Wanted
from widgets.buttons import KeyButton
from widgets.capture import CaptureGuard, keep_out_of_capture
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

if TYPE_CHECKING:
    from app.intake.folder import IntakeProgress


class _Page(QWidget):
    """A column in the middle of the window, as wide as the scale wants it, and a note below."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._inner = QWidget()
        self.box = column(self._inner)
        self._note = Words(fit, "", kind="aside", tone="text3")
        self._note.hide()
        across = row()
        across.addStretch(1)
        across.addWidget(self._inner, 6)
        across.addStretch(1)
        holder = QWidget()
        holder.setLayout(across)
        self._area = Scrolled(holder)
        column(self).addWidget(self._area)

    def place(self, *parts: QWidget | QLayout) -> None:
        """Put the parts below each other, and the note last."""
        self.box.addStretch(2)
        for part in (*parts, self._note):
            if isinstance(part, QWidget):
                self.box.addWidget(part)
            else:
                self.box.addLayout(part)
        self.box.addStretch(3)
        self._measure()

    def note(self, words: str) -> None:
        """Say something below everything else; it is there whatever happens on the page."""
        self._note.say(words)
        self._note.show()

    def changeEvent(self, event: QEvent) -> None:
        """At another size of text the page is as wide as its words need."""
        if event.type() == QEvent.Type.StyleChange:
            self._measure()
        super().changeEvent(event)

    def _measure(self) -> None:
        look = self._fit.look
        edge = look.px("s8")
        self._inner.setMaximumWidth(look.px("dialog") + edge * 2)
        self.box.setContentsMargins(edge, edge, edge, edge)
        self.box.setSpacing(look.px("s4"))


class _Form(_Page):
    """A title, fields with their labels, a sentence where it failed, and one button."""

    done = Signal()

    def __init__(self, fit: Fittings, title: str, words: str, button: str) -> None:
        super().__init__(fit)
        self._words = Words(fit, words, tone="text2")
        self._fault = Words(fit, "", tone="stop")
        self._button = KeyButton(fit, button, fit.keymap.key("sign"), strong=True)
        self._button.clicked.connect(self.done)
        self._fields: list[QVBoxLayout] = []
        buttons = row()
        buttons.addWidget(self._button)
        buttons.addStretch(1)
        self._fault.hide()
        self.place(Words(fit, title, kind="calm"), self._words, self._fault, buttons)

    def say(self, words: str) -> None:
        """Replace the words under the title."""
        self._words.say(words)

    def show_fault(self, sentence: str, field: QWidget | None = None) -> None:
        """Say what failed: under the field that is to be mended, else under all of them."""
        under = [both for both in self._fields if field is not None and both.indexOf(field) >= 0]
        if under:
            self.box.removeWidget(self._fault)
            self.box.insertWidget(self.box.indexOf(under[0]) + 1, self._fault)
        self._fault.say(sentence)
        self._fault.setVisible(bool(sentence))
        QTimer.singleShot(0, self, self._bring_fault)  # when it is laid out

    @Slot()
    def _bring_fault(self) -> None:
        if self._fault.isVisible():
            self._area.ensureWidgetVisible(self._fault)

    def add_field(self, label: str, field: QWidget) -> None:
        """Add a field under its label."""
        both = column(gap=self._fit.look.px("s1"))  # nearer to each other than to the next
        both.addWidget(Words(self._fit, label, kind="aside", tone="text3", strong=True))
        both.addWidget(field)
        self.box.insertLayout(self.box.indexOf(self._fault), both)
        self._fields.append(both)

    def _measure(self) -> None:
        super()._measure()
        for both in self._fields:
            both.setSpacing(self._fit.look.px("s1"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the button."""
        if key_name(event) == "Enter":
            if not event.isAutoRepeat():
                self.done.emit()
        else:
            super().keyPressEvent(event)


class SignIn(QStackedWidget):
    """The pages before the rooms."""

    def __init__(
        self, fit: Fittings, opening: OpeningSession, guard: CaptureGuard = keep_out_of_capture
    ) -> None:
        super().__init__()
        self._fit = fit
        self._guard = guard
        self._opening = opening
        self.setObjectName("room")
        self._busy = self._busy_page()
        self._locked = self._locked_page()
        self._new = self._new_page()
        texts = fit.texts
        self._help = _Form(fit, texts("opening.help"), "", texts("opening.again"))
        self._back = _Form(
            fit, texts("opening.back"), texts("opening.back_more"), texts("opening.go")
        )
        for form in (self._help, self._back):
            form.done.connect(opening.start)
        for page in (self._busy, self._locked, self._new, self._help, self._back):
            self.addWidget(page)
        Dress(fit.look, self)
        opening.working.connect(self._work)
        opening.progressed.connect(self._progress)
        opening.refused.connect(self._refuse)

    def showEvent(self, event: QShowEvent) -> None:
        """Say, before there is anything to see, whether pictures of the screen can hold it."""
        texts, capture = self._fit.texts, self._guard(self.window())
        said = texts("opening.capture", said=texts(f"protection.capture_{capture.value}"))
        for page in (self._busy, self._locked, self._new):
            page.note(said)
        super().showEvent(event)

    # -- pages --------------------------------------------------------------------------------

    def _busy_page(self) -> _Page:
        fit = self._fit
        page = _Page(fit)
        self._working = Words(fit, "", kind="field", tone="text2")
        self._bar = Bar(fit.look)
        page.place(Words(fit, fit.texts("window.name"), kind="calm"), self._working, self._bar)
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
    def _progress(self, progress: "IntakeProgress") -> None:
        self._working.say(self._fit.texts("opening.demo_n", done=progress.done, of=progress.of))
        self._bar.show_share(progress.done / progress.of if progress.of else 0.0)

    @Slot(object)
    def _refuse(self, refusal: Refusal) -> None:
        page = {
            Wanted.PASSPHRASE: self._locked,
            Wanted.NEW_HOME: self._new,
            Wanted.RETURN: self._back,
        }.get(refusal.wanted, self._help)
        if page is self._help:
            page.say(refusal.sentence)
            page.show_fault("")
        else:
            page.show_fault(refusal.sentence, self._to_mend(page))
        if page is self._locked:
            self._passphrase.clear()
        self.setCurrentWidget(page)
        (self._to_mend(page) or page).setFocus()

    def _to_mend(self, page: _Form) -> QWidget | None:
        """Which field is typed in next; what is typed must not stand readable in the name."""
        if page is not self._new:
            return page.focusProxy()
        by_passphrase = self._name.text() and self._first.isEnabled()
        return self._first if by_passphrase else self._name

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
