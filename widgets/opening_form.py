"""The pages before the rooms: a column in the middle, fields with their labels, one button."""

from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QSpacerItem, QWidget

from widgets.buttons import KeyButton
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.flow import FlowLayout, flowing
from widgets.keys import key_name
from widgets.layouts import column, row
from widgets.scrolled import Scrolled
from widgets.words import Words


class OpeningPage(QWidget):
    """A column in the middle of the window, as wide as the scale wants it, and a note below.

    What it asks lies a little above the middle, whatever that is; where it `stays`, its title does
    not move as more or less is asked.
    """

    stays = False

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._inner = QWidget()
        self.box = column(self._inner)
        self._note = Words(fit, "", kind="aside", tone="text3")
        self._note.hide()
        self._above = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Maximum)
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
        self.box.addItem(self._above)
        if not self.stays:
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Measure the space above a title that stays anew."""
        super().resizeEvent(event)
        self._measure_above()

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
        self._measure_above()

    def _measure_above(self) -> None:
        """A title that stays has above it its share of what the longest page leaves free."""
        if self.stays:
            above = max(self.height() - self._fit.look.px("opening"), 0) * 2 // 5
            self._above.changeSize(0, above, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Maximum)
            self.box.invalidate()


class OpeningForm(OpeningPage):
    """A title, fields with their labels, a sentence where it failed, and one button."""

    done = Signal()

    def __init__(self, fit: Fittings, title: str, words: str, button: str) -> None:
        super().__init__(fit)
        self._words = Words(fit, words, tone="text2")
        self._fault = Words(fit, "", tone="stop")
        self._button = KeyButton(fit, button, fit.keymap.key("sign"), strong=True)
        self._button.clicked.connect(self.done)
        self._fields: list[QWidget] = []
        self._to_mend: tuple[QWidget, ...] = ()
        self.buttons = flowing(fit.look.px("s2"), self._button)
        self._fault.hide()
        self.place(Words(fit, title, kind="calm"), self._words, self._fault, self.buttons)

    def offer_help(self) -> KeyButton:
        """Add the button that opens the help, after all others; return it."""
        button = KeyButton(self._fit, self._fit.texts("keys.help"), self._fit.keymap.key("help"))
        self.buttons.addWidget(button)
        self._order_tabs()
        return button

    def _order_tabs(self) -> None:
        """Have Tab go as one reads: from the last field to the buttons, one after the other."""
        fields = [one for both in self._fields for one in both.findChildren(QWidget)]
        stops = [one for one in fields if one.focusPolicy() & Qt.FocusPolicy.TabFocus][-1:]
        items = (self.buttons.itemAt(number) for number in range(self.buttons.count()))
        stops += [one for item in items if item is not None and (one := item.widget()) is not None]
        for one, following in pairwise(stops):
            QWidget.setTabOrder(one, following)

    def say(self, words: str) -> None:
        """Replace the words under the title."""
        self._words.say(words)

    def show_fault(self, sentence: str, *fields: QWidget) -> None:
        """Say what failed: under the field that is to be mended, else under all of them.

        It is said until one types in that field, or in another of `fields`.
        """
        self._to_mend = fields if sentence else ()
        under = [both for both in self._fields if fields and both.isAncestorOf(fields[0])]
        if under:
            self.box.removeWidget(self._fault)
            self.box.insertWidget(self.box.indexOf(under[0]) + 1, self._fault)
        self._fault.say_or_hide(sentence)
        QTimer.singleShot(0, self, self._bring_fault)  # when it is laid out

    @Slot()
    def _bring_fault(self) -> None:
        if self._fault.isVisible():
            self._area.ensureWidgetVisible(self._fault)

    @Slot()
    def _typed(self) -> None:
        """What is told of a field is of what it held before."""
        if self.sender() in self._to_mend:
            self.show_fault("")

    def add_field(self, label: str, field: QWidget) -> QWidget:
        """Add a field under its label; return what holds both."""
        holder = QWidget()
        both = column(holder, gap=self._fit.look.px("s1"))  # nearer to each other than to the next
        if label:
            both.addWidget(Words(self._fit, label, kind="aside", tone="text3", strong=True))
        both.addWidget(field)
        self.box.insertWidget(self.box.indexOf(self._fault), holder)
        self._fields.append(holder)
        for line in [field] if isinstance(field, Line) else field.findChildren(Line):
            line.textEdited.connect(self._typed)
        return holder

    def _measure(self) -> None:
        super()._measure()
        for both in self._fields:
            layout = both.layout()
            if layout is not None:
                layout.setSpacing(self._fit.look.px("s1"))
        for flow in self.findChildren(FlowLayout):
            flow.set_gap(self._fit.look.px("s2"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the button."""
        if key_name(event) == "Enter":
            if not event.isAutoRepeat():
                self.done.emit()
        else:
            super().keyPressEvent(event)


class HelpForm(OpeningForm):
    """What stands in the way of a home, and what can be done: try again, or begin anew."""

    anew = Signal()

    def __init__(self, fit: Fittings) -> None:
        texts = fit.texts
        super().__init__(fit, texts("opening.help"), "", texts("opening.again"))
        self._anew = KeyButton(fit, texts("opening.anew"), fit.keymap.key("back_step"))
        self._anew.clicked.connect(self.anew)
        self._more = Words(fit, texts("opening.anew_more"), tone="text2")
        self.buttons.addWidget(self._anew)
        self.box.insertWidget(self.box.indexOf(self._words) + 1, self._more)
        self.offer_anew(False)

    def offer_anew(self, offered: bool) -> None:
        """Offer to set the home aside and make another, or not."""
        self._anew.setVisible(offered)
        self._more.setVisible(offered)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter tries again; the key of the way back begins anew."""
        action = self._fit.keymap.find(key_name(event), "first_run")
        if action is not None and action.id == "back_step" and self._anew.isVisible():
            self.anew.emit()
        else:
            super().keyPressEvent(event)
