"""The help: a field to search, the pages or what was found at the left, the page at the right."""

import re
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QRect, QSize, Qt, Slot, qVersion
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QWidget

from app.help import Help, Page, read_help
from app.session.diagnosis import DiagnosisSession
from app.session.opening import OpeningSession
from app.session.refusal import Wanted
from app.session.sitting import Sitting
from widgets.buttons import KeyButton
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.help_page import HelpText
from widgets.keys import key_name
from widgets.layouts import column, row
from widgets.overlay import Overlay
from widgets.short_keys import ShortKeys
from widgets.words import Words

PLACE, BEFORE = "help", "help_before"
STEPS = {"help_down": 1, "help_up": -1}
TURNS = {"help_page_down": 1, "help_page_up": -1}
FIRST_STEPS, TROUBLE = "first-steps", "trouble"  # pages; the last section is of the assistant
REPORT_NAME = "assay-report.txt"
# Where a screen is plugged in, such as HDMI-1; another name may be one that somebody gave it.
_CONNECTOR = re.compile(r"screen|(?:e?DP|HDMI|DVI|VGA|LVDS|Virtual)(?:-[A-Z])?(?:-?\d+)+")


class HelpSheet(Overlay):
    """Opens at the page of the room one is in; typing searches all pages."""

    place = PLACE

    def __init__(self, fit: Fittings, window: QWidget, opening: OpeningSession) -> None:
        super().__init__(fit, window, "help")
        look, texts = fit.look, fit.texts
        self._opening = opening
        self._sitting: Sitting | None = None
        self._heard: DiagnosisSession | None = None  # that a report was asked of last
        self._help: Help | None = None
        self._places: list[tuple[Page, int]] = []
        self.field = Line(fit, texts("help.search"), texts("help.hint"))
        self.field.textChanged.connect(self._search)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(texts("help.pages"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        self.list.currentRowChanged.connect(self._show)
        self.none = Words(fit, texts("help.none"), tone="text2")
        self.text = HelpText(fit)
        self.told = Words(fit, "", tone="text2")
        self.told.hide()
        self._report = KeyButton(fit, texts("keys.diagnose"), fit.keymap.key("diagnose"))
        self._report.clicked.connect(self._write_report)
        self._foot = ShortKeys(fit)
        across = row(gap=look.px("s5"))
        across.addWidget(self.list)
        across.addWidget(self.text, 1)
        bottom = row(gap=look.px("s4"))
        bottom.addWidget(self._report)
        bottom.addWidget(self._foot, 1)
        box = column(self.sheet, margin=look.px("s6"), gap=look.px("s3"))
        box.addWidget(Words(fit, texts("keys.help"), kind="question", strong=True))
        box.addWidget(self.field)
        box.addWidget(self.none)
        box.addLayout(across, 1)
        box.addWidget(self.told)
        box.addLayout(bottom)
        self.setFocusProxy(self.field)

    def follow(self, sitting: Sitting | None) -> None:
        """Help with one sitting, as long as it lasts."""
        self._sitting, self._help = sitting, None

    def open_at(self, room: str) -> None:
        """Open at the page of a room; before there are any, at what says more of what is asked."""
        fit, sitting, section = self._fit, self._sitting, 0
        if self._help is None:
            scheme = None if sitting is None else sitting.scheme
            self._help = read_help(fit.texts, fit.keymap, scheme)
        self._foot.show_place(PLACE if sitting is not None else BEFORE)
        self.told.hide()
        self.field.clear()
        self._search("")
        if sitting is None and self._opening.wanted is not Wanted.RETURN:
            asks_anew = self._opening.wanted is Wanted.NEW_HOME
            room = FIRST_STEPS if asks_anew else TROUBLE
            section = len(self._help.page(room).sections) - 1 if asks_anew else 0
        page = self._help.page(room)
        self.list.setCurrentRow(self._help.pages.index(page))
        self.text.show_page(page, section)

    def open(self) -> None:
        """Lie over the window, the field with the keyboard."""
        super().open()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose, pages scroll, the key that opened it closes it; the rest is typed."""
        action = self._fit.keymap.find(key_name(event), PLACE)
        asked = "" if action is None else action.id
        if asked in STEPS and self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + STEPS[asked]) % self.list.count())
        elif asked in TURNS:
            self.text.turn(TURNS[asked])
        elif asked in self._closing() and not event.isAutoRepeat():
            self.close_sheet()
        elif asked == "diagnose" and not event.isAutoRepeat():
            self._write_report()
        else:
            event.ignore()

    def _closing(self) -> tuple[str, ...]:
        """What closes it; before there are rooms there is nothing to hide by Esc."""
        return (
            ("help", "close_help") if self._sitting is not None else ("help", "close_help", "calm")
        )

    # -- inside -------------------------------------------------------------------------------

    @Slot(str)
    def _search(self, words: str) -> None:
        if self._help is None:
            return
        found = self._help.search(words)
        searching = bool(words.split())
        self.none.setVisible(searching and not found)
        self.list.blockSignals(True)
        self.list.clear()
        self._places = [(one.page, one.section) for one in found]
        if searching:
            for one in found:
                self._add(one.heading or one.page.title, one.page.title if one.heading else "")
        else:
            self._places = [(page, 0) for page in self._help.pages]
            for page in self._help.pages:
                self._add(page.title)
        self.list.blockSignals(False)
        self.list.setCurrentRow(0)
        self._show(0)

    def _add(self, words: str, page: str = "") -> None:
        shown = self._fit.texts("help.found", section=words, page=page) if page else words
        item = QListWidgetItem(shown)
        self._fit_item(item)
        self.list.addItem(item)

    def _fit_item(self, item: QListWidgetItem) -> None:
        """Have a heading take a second line where it needs one."""
        look = self._fit.look
        metrics = QFontMetrics(look.font())
        room = self.list.width() - look.px("s3") * 2 - look.px("s4")
        flags = Qt.TextFlag.TextWordWrap
        high = metrics.boundingRect(QRect(0, 0, room, 0), flags, item.text()).height()
        item.setSizeHint(QSize(0, look.px("s8") + high - metrics.height()))

    @Slot(int)
    def _show(self, number: int) -> None:
        if 0 <= number < len(self._places):
            page, section = self._places[number]
            marks = self._help.marks(self.field.text()) if self._help is not None else ()
            self.text.show_page(page, section, marks)

    @Slot()
    def _write_report(self) -> None:
        file = self._asked_path()
        if file is not None:
            self._tell(self._fit.texts("help.writing"))
            self._diagnosis().write(file, _window_facts())

    def _diagnosis(self) -> DiagnosisSession:
        """What reports on the home: of the sitting, or of a home that is not open."""
        sitting = self._sitting
        found = self._opening.diagnosis if sitting is None else sitting.diagnosis
        if found is not self._heard:
            self._heard = found
            found.written.connect(self._written)
            found.failed.connect(self._failed)
        return found

    def _asked_path(self) -> Path | None:
        dialog = QFileDialog(self, self._fit.texts("keys.diagnose"))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(REPORT_NAME)
        return Path(dialog.selectedFiles()[0]) if dialog.exec() else None

    @Slot(str)
    def _written(self, file: str) -> None:
        self._tell(self._fit.texts("help.written", file=file), "ok")

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        self._tell(sentence, "stop")

    def _tell(self, words: str, tone: str = "text2") -> None:
        self.told.tone(tone)
        self.told.say(words)
        self.told.show()

    def _place(self) -> None:
        """Leave most of the width to what is read."""
        super()._place()
        most = self.sheet.width() // 3
        self.list.setFixedWidth(min(self._fit.look.px("help_list"), most))
        for number in range(self.list.count()):
            self._fit_item(self.list.item(number))

    def _wanted_height(self, width: int) -> int:
        parent = self.parentWidget()
        return parent.height() if parent is not None else width


def _window_facts() -> dict[str, str]:
    """What the window adds to a report: how it is drawn, and on what."""
    screens = [
        f"{_connector(screen.name())}{screen.size().width()}x{screen.size().height()} "
        f"at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    ]
    build = QLibraryInfo.version().toString()
    return {
        "window": f"Qt {qVersion()} (built {build}) on {QGuiApplication.platformName()}",
        "display": ", ".join(screens),
    }


def _connector(name: str) -> str:
    return f"{name} " if _CONNECTOR.fullmatch(name) else ""
