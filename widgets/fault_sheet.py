"""What a person is told when the program made a mistake, and what catches it.

Qt calls our code, and what our code raises there ends nowhere by itself. Here it is written to the
log by class and line of code, what is revealed is hidden, and the person is told, once a place.
"""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.fault_log import FAULTS, FaultLog
from app.messages import log_of_the_person
from widgets.buttons import KeyButton
from widgets.dress import Dress
from widgets.fittings import Fittings
from widgets.flow import flowing
from widgets.keys import key_name
from widgets.layouts import column
from widgets.overlay import Overlay
from widgets.words import Words

PLACE = "fault"


class FaultSheet(Overlay):
    """Says that work is kept, where the log is, and offers to go on or to close."""

    place = PLACE
    ending = Signal()

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "dialog")
        look, texts = fit.look, fit.texts
        self.where = Words(fit, "", tone="text2")
        self._on = KeyButton(fit, texts("keys.go_on"), fit.keymap.key("go_on"))
        self._on.clicked.connect(self.close_sheet)
        self._end = KeyButton(fit, texts("keys.end_here"), fit.keymap.key("end_here"))
        self._end.clicked.connect(self.ending)
        box = column(self.sheet, margin=look.px("s6"), gap=look.px("s4"))
        box.addWidget(Words(fit, texts("fault.title"), kind="question", strong=True))
        box.addWidget(Words(fit, texts("fault.kept")))
        box.addWidget(Words(fit, texts("fault.advice")))
        box.addWidget(self.where)
        box.addLayout(flowing(look.px("s2"), self._on, self._end))
        self.setAccessibleName(texts("fault.title"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the whole window at any size of it."""
        parent = self.parentWidget()
        if event.type() == QEvent.Type.Resize and parent is not None and watched is parent:
            self.setGeometry(parent.rect())
        return super().eventFilter(watched, event)

    def tell(self, file: Path | None) -> None:
        """Come up, and name the log."""
        texts = self._fit.texts
        said = texts("fault.not_logged", folder=log_of_the_person())
        if file is not None:
            said = texts("fault.logged", file=file)
        self.where.say(said)
        self.setAccessibleDescription(said)
        self.open()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Its two keys, and the calm screen; nothing else reaches what may be broken."""
        action = self._fit.keymap.find(key_name(event), PLACE)
        asked = "" if action is None else action.id
        if asked == "calm":
            event.ignore()
        elif asked == "go_on" and not event.isAutoRepeat():
            self.close_sheet()
        elif asked == "end_here" and not event.isAutoRepeat():
            self.ending.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside it does nothing: it is to be read."""
        event.accept()


class FaultWatch(QObject):
    """Hears of every fault that nothing caught, on whatever thread, while `start`ed.

    `conceal` hides what is revealed, before anything else is done.
    """

    closed = Signal()  # the person goes on: the keyboard goes back to the room
    _fell = Signal(object)  # comes from any thread

    def __init__(
        self,
        fit: Fittings,
        window: QWidget,
        home: Callable[[], Path],
        conceal: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._fit, self._window, self._conceal = fit, window, conceal
        self.log = FaultLog(home)
        self.sheet: FaultSheet | None = None
        self._before = (sys.excepthook, threading.excepthook)
        self._fell.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Listen."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._hear
        threading.excepthook = self._hear_thread
        FAULTS.addHandler(self.log)

    def stop(self) -> None:
        """Leave it to whoever listened before."""
        sys.excepthook, threading.excepthook = self._before
        FAULTS.removeHandler(self.log)

    def _hear(
        self, kind: type[BaseException], error: BaseException, _: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            self._window.close()
        else:
            self._fell.emit(error)

    def _hear_thread(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
            self._fell.emit(told.exc_value)

    @Slot(object)
    def _tell(self, error: BaseException) -> None:
        try:
            self._conceal()
        except Exception as second:  # whatever is broken, the mistake is told
            self.log.write(second)
        if self.log.knows(error):
            return
        file = self.log.write(error)
        if self.sheet is None:
            self.sheet = FaultSheet(self._fit, self._window)
            self.sheet.ending.connect(self._window.close)
            self.sheet.closed.connect(self.closed)
            Dress(self._fit.look, self.sheet)
        self.sheet.tell(file)
