"""The bottom line: exposure today, the next pause, and the keys of the room in short."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.session.types import Today
from app.texts import Texts
from widgets.buttons import draw_keycap, keycap_width
from widgets.fittings import Fittings
from widgets.layouts import row
from widgets.words import Words

SHORT = {
    "desk": ("reveal", "lighter", "grey", "legend", "calm"),
    "stills": ("reveal", "lighter", "grey", "legend", "calm"),
    "desk_without_item": ("batches", "palette", "legend", "calm"),
    "batches": ("open_batch", "add_folder", "palette", "legend", "calm"),
    "reports": ("choose_batch", "export_html", "palette", "legend", "calm"),
    "administration": ("page_on", "palette", "legend", "calm"),
    "roster": ("enrol_key", "revoke_key", "palette", "legend", "calm"),
    "input": ("keep_input", "drop_input", "calm"),
}
MINUTE_MS = 60_000


class Legend(QWidget):
    """The keys in short: key cap and word, as many as fit."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._shown: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def show_place(self, place: str) -> None:
        """Show the keys of a room."""
        keymap, texts = self._fit.keymap, self._fit.texts
        self._shown = [
            (keymap.key(action), texts(f"short.{action}")) for action in SHORT.get(place, ())
        ]
        self.setAccessibleName(", ".join(f"{key} {word}" for key, word in self._shown))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as all of them."""
        return QSize(round(sum(self._width(*one) for one in self._shown)), 0)

    def minimumSizeHint(self) -> QSize:
        """The last ones are the most needed; the first ones give way."""
        return QSize(0, 0)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw from the right, as far as there is room."""
        painter, look = QPainter(self), self._fit.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right, middle = float(self.width()), self.height() / 2
        for key, word in reversed(self._shown):
            width = self._width(key, word)
            if right - width < -look.px("s4") - 1:
                break
            left = right - width + look.px("s4")
            cap = draw_keycap(painter, look, key, left, middle)
            painter.setPen(look.colour("text2"))
            painter.setFont(look.font("aside"))
            place = self.rect().adjusted(round(left + cap + look.px("s1")), 0, 0, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, word)
            right -= width

    def _width(self, key: str, word: str) -> float:
        look = self._fit.look
        words = QFontMetricsF(look.font("aside")).horizontalAdvance(word)
        return keycap_width(look, key) + look.px("s1") + words + look.px("s4")


class StatusLine(QWidget):
    """What the day amounts to so far, in one line."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look = fit.look
        self._item = Words(fit, "", kind="aside", tone="text2", wrap=False, figures=True)
        self._item.hide()
        self._day = Words(fit, "", kind="aside", tone="text2", wrap=False, figures=True)
        self._pause = Words(fit, "", kind="aside", tone="text2", wrap=False, figures=True)
        self._legend = Legend(fit)
        box = row(self, gap=look.px("s4"))
        box.setContentsMargins(look.px("s4"), 0, look.px("s4"), 0)
        for words in (self._item, self._day, self._pause):
            words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            box.addWidget(words)
        box.addStretch(1)
        box.addWidget(self._legend)

    def show_place(self, place: str) -> None:
        """Show the keys of a room."""
        self._legend.show_place(place)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """The figures of the day give way first; place and pause are needed more."""
        look = self._fit.look
        needed = [words.sizeHint().width() for words in (self._item, self._pause) if words.text()]
        full = sum(needed) + self._legend.sizeHint().width() + self._day.sizeHint().width()
        gaps = look.px("s4") * 6
        self._day.setVisible(full + gaps <= self.width())
        self._legend.setMaximumWidth(max(self.width() - sum(needed) - gaps, 0))

    def show_item(self, text: str) -> None:
        """Say where the person is in the batch, where the left panel has no room."""
        self._item.say(text)
        self._item.setVisible(bool(text))
        self._make_room()

    def show_fault(self, sentence: str) -> None:
        """Say that the day could not be counted."""
        self._pause.say(sentence)
        self._pause.tone("stop")

    def show_today(self, today: Today) -> None:
        """Show exposure and the next pause."""
        texts = self._fit.texts
        self._day.say(
            texts("status.day", revealed=clock(today.revealed_ms), desk=clock(today.desk_ms))
        )
        self._pause.say(_next_pause(texts, today))
        self._pause.tone("attention" if today.notice or today.pause_due else "text2")
        self._make_room()


def _next_pause(texts: Texts, today: Today) -> str:
    """Say what comes first: a break, the end of the day's desk time, or the hour of the policy."""
    if today.over_limit or today.too_late:
        return texts("status.over")
    if today.break_due or today.heavy_left_ms:
        return texts("status.break_due")
    nearest = [(today.next_break_in_ms, "break_in"), (today.limit_left_ms, "limit_in")]
    if today.ends_in_ms is not None:
        nearest.append((today.ends_in_ms, "ends_in"))
    left_ms, said = min(nearest)
    return texts(f"status.{said}", n=-(-left_ms // MINUTE_MS))


def clock(ms: int) -> str:
    """Write milliseconds as hours, minutes and seconds, 0:18:42."""
    seconds = ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
