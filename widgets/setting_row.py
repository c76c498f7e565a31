"""One setting on its sheet: what it is, what it does, the floor under it, and its value."""

from math import ceil

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.preferences import Preference
from app.settings import LONGEST_TEXT, SettingValue
from app.texts import Texts
from widgets.buttons import SIGNS, Tappable
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.layouts import column, row
from widgets.reader_roles import reads_as
from widgets.text_block import elided
from widgets.words import Words

MINUTE_S = 60


def value_words(texts: Texts, preference: Preference, value: SettingValue) -> str:
    """Return a value in words: its own, or a number with its unit."""
    own = f"setting.{_as_text_id(preference.name)}_{value}".lower()
    if own in texts:
        return texts(own)
    if isinstance(value, str):
        return value
    unit = preference.described.unit
    if unit == "level":
        return texts(f"setting.level_{value}")
    if unit == "seconds" and value >= MINUTE_S and value % MINUTE_S == 0:
        return texts("setting.minutes", n=value // MINUTE_S)
    return texts(f"setting.{unit}", n=value)


def _as_text_id(name: str) -> str:
    return name.replace(".", "_")


class Stepper(Tappable):
    """A value between two arrows; where there is nothing further the arrow is pale."""

    stepped = Signal(int)  # one on, or with -1 one back

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit)
        self._click_keys = ()  # Enter closes the sheet
        self._ways = (False, False)
        reads_as(self, QAccessible.Role.SpinBox)

    def show_value(self, words: str, *, back: bool, on: bool) -> None:
        """Show a value, and whether there is one before and after it."""
        self.setText(words)
        self._ways = (back, on)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the longest value there is."""
        return QSize(self._look.px("stepper"), self._look.px("button"))

    def minimumSizeHint(self) -> QSize:
        """The same: the values stand below each other."""
        return self.sizeHint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The left half is less, the right half is more."""
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.stepped.emit(1 if event.position().x() > self.width() / 2 else -1)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the box, the arrows and the value in the middle."""
        painter, look = QPainter(self), self._look
        self._box(painter)
        font = look.font(figures=True)
        painter.setFont(font)
        pad = look.px("s3")
        # They are keys: that to the left is less in every language.
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        place = self.rect().adjusted(pad, 0, -pad, 0)
        for there, side, key in zip(self._ways, sides, ("Left", "Right"), strict=True):
            painter.setPen(look.colour("text2" if there else "line"))
            painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, SIGNS[key])
        arrow = ceil(QFontMetricsF(font).horizontalAdvance(SIGNS["Right"])) + look.px("s1")
        place = place.adjusted(arrow, 0, -arrow, 0)
        painter.setPen(look.colour("text"))
        shown = elided(self.text(), font, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)


class SettingRow(QWidget):
    """Title, sentence, floor and value of one setting."""

    wanted = Signal(object, object)  # the Preference, and the value that the person asks for

    def __init__(self, fit: Fittings, preference: Preference) -> None:
        super().__init__()
        self._fit = fit
        self._preference = preference
        look, texts = fit.look, fit.texts
        self._title = texts(f"setting.{_as_text_id(preference.name)}")
        self._say = texts(f"setting.say_{_as_text_id(preference.name)}")
        self._floor = Words(fit, "", kind="aside", tone="text3")
        self._fault = Words(fit, "", tone="attention")
        self._fault.hide()
        words = column(gap=look.px("s1") // 2)
        words.addWidget(Words(fit, self._title, strong=True))
        words.addWidget(Words(fit, self._say, tone="text2"))
        for one in (self._floor, self._fault):
            words.addWidget(one)
        box = row(self, gap=look.px("s5"))
        box.addLayout(words, 1)
        is_stepped = bool(preference.described.choices)
        self.control: Stepper | Line = self._stepper() if is_stepped else self._line()
        box.addWidget(self.control)
        box.setAlignment(self.control, Qt.AlignmentFlag.AlignTop)
        self.show_preference(preference)

    @property
    def name(self) -> str:
        """The setting's name."""
        return self._preference.name

    def show_preference(self, preference: Preference) -> None:
        """Show it as it stands, with the floor under it."""
        self._preference = preference
        self._fault.hide()
        texts, said = self._fit.texts, value_words(self._fit.texts, preference, preference.value)
        self.control.setAccessibleName(texts("setting.named", title=self._title, value=said))
        self.control.setAccessibleDescription(self._say)
        if isinstance(self.control, Line):
            self.control.setText(str(preference.value))
            self.control.setCursorPosition(0)
        else:
            ways = (preference.beside(-1), preference.beside(1))
            back, on = (to is not None and not preference.forbids(to) for to in ways)
            self.control.show_value(said, back=back, on=on)
        self._floor.setVisible(preference.floor is not None)
        self._floor.say(self._floor_words())

    def step(self, by: int) -> None:
        """Ask for the value after the one in force, or before it with -1."""
        to = self._preference.beside(by)
        if to is not None and isinstance(self.control, Stepper):
            self.wanted.emit(self._preference, to)

    def keep_typed(self) -> None:
        """Ask for what stands in the field."""
        if isinstance(self.control, Line) and self.control.text() != self._preference.value:
            self.wanted.emit(self._preference, self.control.text())

    def refuse(self, version: int) -> None:
        """Say that the policy of that version is why nothing changed."""
        preference, texts = self._preference, self._fit.texts
        if preference.floor is not None:
            said = value_words(texts, preference, preference.floor)
            self.show_fault(texts("setting.refused", version=version, value=said))

    def show_fault(self, sentence: str) -> None:
        """Say why nothing changed."""
        self._fault.say(sentence)
        self._fault.show()
        self.control.setAccessibleDescription(sentence)

    # -- inside -------------------------------------------------------------------------------

    def _stepper(self) -> Stepper:
        stepper = Stepper(self._fit)
        stepper.stepped.connect(self.step)
        return stepper

    def _line(self) -> Line:
        line = Line(self._fit, self._title, self._fit.texts("setting.supporters_hint"))
        line.setFixedWidth(self._fit.look.px("stepper"))
        line.setMaxLength(LONGEST_TEXT)
        line.editingFinished.connect(self.keep_typed)
        return line

    def _floor_words(self) -> str:
        preference, texts = self._preference, self._fit.texts
        if preference.floor is None or preference.is_open:
            return texts("setting.open")
        return texts("setting.floor", value=value_words(texts, preference, preference.floor))
