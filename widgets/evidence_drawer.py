"""The evidence drawer below the item: a bar that says why it is shut, and what lies in it."""

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.drawer.gate import HINDRANCES
from app.session.evidence import DrawerState, Section
from widgets.buttons import KeyButton
from widgets.fact_row import FactRow
from widgets.fittings import Fittings
from widgets.layouts import column, row, rule
from widgets.scrolled import Scrolled
from widgets.words import Words

HINTS = ("shut", "open", "reading", *(f"shut_{why}" for why in HINDRANCES))  # beside the button
AT_ONCE = 4  # facts added to the screen in one go
MOST_PERCENT = 46  # of the room's height that the drawer takes from the item


class EvidenceDrawer(QWidget):
    """Shows what the session says, and reports what is pressed."""

    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("drawer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        look, texts = fit.look, fit.texts
        self._room_px = 0
        self._state = DrawerState()
        self._shown: dict[Section, SectionView] = {}
        self._button = KeyButton(fit, texts("drawer.title"), fit.keymap.key("evidence"))
        self._button.clicked.connect(partial(self.pressed.emit, "evidence"))
        self._why = Words(fit, tone="text2", measured=False)
        self._why.keep_room_for([texts(f"drawer.{name}") for name in HINTS])
        self._fault = Words(fit, tone="stop")
        bar = self._bar = row(gap=look.px("s3"))
        bar.setContentsMargins(look.px("s3"), look.px("s1"), look.px("s4"), look.px("s1"))
        bar.addWidget(self._button)
        bar.addWidget(self._why, 1, Qt.AlignmentFlag.AlignVCenter)
        inner = QWidget()
        self._body = column(inner, gap=look.px("s4"))
        self._body.setContentsMargins(look.px("s4"), look.px("s3"), look.px("s4"), look.px("s4"))
        self._body.addWidget(self._fault)
        self._body.addStretch(1)
        self._area = Scrolled(inner, look.px("row"))
        self._line = rule()
        box = column(self)
        box.addLayout(bar)
        box.addWidget(self._line)
        box.addWidget(self._area, 1)
        self.show_state(self._state)

    def hasHeightForWidth(self) -> bool:
        """No: it says how high it wants to be, and takes less."""
        return False

    def sizeHint(self) -> QSize:
        """The bar; open, a share of the room as well."""
        return QSize(0, self._bar_px() + self._wanted_px())

    def minimumSizeHint(self) -> QSize:
        """The bar, and open a line or two: a window can be made smaller."""
        least = self._fit.look.px("row") * 2 if self._state.is_open else 0
        return QSize(0, self._bar_px() + min(least, self._wanted_px()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrower, the texts are higher."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _bar_px(self) -> int:
        return max(
            self._bar.totalHeightForWidth(max(self.width(), 1)), self._bar.sizeHint().height()
        )

    def _wanted_px(self) -> int:
        if not self._state.is_open:
            return 0
        inner = self._area.widget()
        wide = max(self.width() - self._fit.look.px("s2"), 1)
        layout = inner.layout() if inner is not None else None
        wanted = layout.totalHeightForWidth(wide) if layout is not None else 0
        return 1 + min(wanted, self._room_px * MOST_PERCENT // 100)

    def give_room(self, height: int) -> None:
        """Take how high item and drawer are together."""
        if height != self._room_px:
            self._room_px = height
            self.updateGeometry()

    def turn(self, pages: int) -> None:
        """Scroll by most of a page."""
        self._area.turn(pages)

    @Slot(object)
    def show_state(self, state: DrawerState) -> None:
        """Take what the drawer shows."""
        was_open, self._state = self._state.is_open, state
        texts = self._fit.texts
        if state.hindrance:
            self._why.say(texts(f"drawer.shut_{state.hindrance}"))
        elif state.is_reading:
            self._why.say(texts("drawer.reading"))
        else:
            self._why.say(texts("drawer.open" if state.is_open else "drawer.shut"))
        self._button.setAccessibleDescription(self._why.text())
        self._fault.say_or_hide(state.fault)
        self._show_sections(state.sections)
        self._line.setVisible(state.is_open)
        self._area.setVisible(state.is_open)
        if state.is_open and not was_open:
            self._area.to_top()
        self.updateGeometry()

    def _show_sections(self, sections: tuple[Section, ...]) -> None:
        """Show sections; those that were shown before stay as they are."""
        for section in [one for one in self._shown if one not in sections]:
            view = self._shown.pop(section)
            self._body.removeWidget(view)
            view.hide()
            view.deleteLater()
        for place, section in enumerate(sections):
            if section not in self._shown:
                view = self._shown[section] = SectionView(self._fit, section)
                view.pressed.connect(self.pressed)
                self._body.insertWidget(place + 1, view)
                view.show()


class SectionView(QWidget):
    """A title, its facts, and what can be done about them.

    Facts come some at a time: a file can hold hundreds, and the window goes on meanwhile.
    """

    pressed = Signal(str)

    def __init__(self, fit: Fittings, section: Section) -> None:
        super().__init__()
        self._fit = fit
        self._left = list(section.facts)
        look, texts = fit.look, fit.texts
        box = column(self, gap=look.px("s1"))
        box.addWidget(Words(fit, texts(f"drawer.{section.name}"), kind="aside", strong=True))
        self._facts = column(gap=look.px("s1"))
        box.addLayout(self._facts)
        if section.note:
            box.addWidget(Words(fit, texts(section.note), kind="aside", tone="text3"))
        if section.action:
            words = texts(f"short.{section.action}")
            button = KeyButton(fit, words, fit.keymap.key(section.action))
            button.clicked.connect(partial(self.pressed.emit, section.action))
            box.addWidget(button)
        self._more = QTimer(self)
        self._more.setInterval(0)
        self._more.timeout.connect(self._add_some)
        self._add_some()

    @Slot()
    def _add_some(self) -> None:
        some, self._left = self._left[:AT_ONCE], self._left[AT_ONCE:]
        for fact in some:
            self._facts.addWidget(FactRow(self._fit, fact))
        if not self._left:
            self._more.stop()
        elif not self._more.isActive():
            self._more.start()
