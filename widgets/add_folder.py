"""The form for a folder to add: where it is, what it is called, what is declared of it."""

from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFileDialog

from app.messages import sentence
from app.session.intake import FormError, IntakeSession, request_of
from grading.late_methods import dataclass
from widgets.buttons import KeyButton
from widgets.chips import Switch
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.form import Form
from widgets.layouts import row
from widgets.words import Words


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, and what was said of it; `at` names the field, empty: of all."""

    folder: str = ""
    title: str = ""
    source: str = ""
    country: str = ""
    ai: bool = False
    fault: str = ""
    at: str = ""


class AddFolder(Form):
    """Enter adds, Ctrl+D leaves; what was filled in stays until the folder is in."""

    def __init__(self, fit: Fittings, intake: IntakeSession) -> None:
        super().__init__(fit)
        self._intake = intake
        texts = fit.texts
        self._folder = Line(fit, texts("add.folder"), texts("add.folder_hint"))
        self._title = Line(fit, texts("add.title"), texts("add.title_hint"))
        self._source = Line(fit, texts("add.source"), texts("add.source_hint"))
        self._country = Line(fit, texts("add.country"), texts("add.country_hint"))
        self._country.setMaxLength(2)
        self._ai = Switch(fit, texts("add.ai"))
        self._browse = KeyButton(fit, texts("add.browse"))
        self._browse.clicked.connect(self._choose)
        self._folder.textChanged.connect(self._propose_title)
        self._to_mend = {"folder": self._folder, "title": self._title}
        self._faults = {name: Words(fit, "", tone="stop") for name in self._to_mend}
        for name, line in self._to_mend.items():
            self._faults[name].hide()
            line.textEdited.connect(self._typed)
        self._proposed = ""
        self._build()
        self.setFocusProxy(self._folder)

    def begin(self) -> None:
        """Start without a fault."""
        self.show_fault("")

    def show_fault(self, sentence: str, at: str = "") -> None:
        """Say why it was not kept: under the field that is to be mended, else under all."""
        super().show_fault("" if at else sentence)
        for name, words in self._faults.items():
            words.say_or_hide(sentence if name == at else "")

    def clear(self) -> None:
        """Be empty again: the folder is in."""
        self.fill(Filled())

    def filled(self) -> Filled:
        """What was typed so far."""
        said = {"": self._fault.text(), **{at: one.text() for at, one in self._faults.items()}}
        at, fault = next(((at, words) for at, words in said.items() if words), ("", ""))
        return Filled(
            folder=self._folder.text(),
            title=self._title.text(),
            source=self._source.text(),
            country=self._country.text(),
            ai=self._ai.isChecked(),
            fault=fault,
            at=at,
        )

    def fill(self, filled: Filled) -> None:
        """Show what was typed before."""
        self._folder.setText(filled.folder)
        self._title.setText(filled.title)
        self._title.setCursorPosition(0)
        self._source.setText(filled.source)
        self._country.setText(filled.country)
        self._ai.setChecked(filled.ai)
        self.show_fault(filled.fault, filled.at)

    def _build(self) -> None:
        look, texts = self._fit.look, self._fit.texts
        box = self._as_page(texts("keys.add_folder"), texts("add.words"))
        box.addSpacing(look.px("s2"))
        folder = row(gap=look.px("s2"))
        folder.addWidget(self._folder, 1)
        folder.addWidget(self._browse)
        self._add(box, texts("add.folder"))
        box.addLayout(folder)
        box.addWidget(self._faults["folder"])
        self._add(box, texts("add.title"), self._title)
        box.addWidget(self._faults["title"])
        self._add(box, texts("add.source"), self._source)
        self._add(box, texts("add.country"), self._country)
        box.addSpacing(look.px("s1"))
        box.addWidget(self._ai)
        self._end_page(box, texts("add.go"), texts("add.leave"))

    def _go(self) -> None:
        try:
            request = request_of(
                self._folder.text(),
                self._title.text(),
                self._source.text(),
                self._country.text(),
                ai=self._ai.isChecked(),
            )
        except FormError as error:
            self.show_fault(sentence(error), error.field)
            self._to_mend[error.field].setFocus()
            QTimer.singleShot(0, self, self._bring_fault)  # when it is laid out
            return
        self.show_fault("")
        self._intake.add(request)

    @Slot()
    def _bring_fault(self) -> None:
        for words in self._faults.values():
            if words.isVisible():
                self._area.ensureWidgetVisible(words)

    @Slot()
    def _typed(self) -> None:
        """What is told of a field is of what it held before."""
        if self.sender() is self._to_mend.get(self.filled().at):
            self.show_fault("")

    @Slot()
    def _choose(self) -> None:
        dialog = QFileDialog(self, self._fit.texts("add.folder"), self._folder.text())
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if dialog.exec():
            self._folder.setText(dialog.selectedFiles()[0])

    @Slot(str)
    def _propose_title(self, folder: str) -> None:
        if self._title.text() in ("", self._proposed):
            self._proposed = Path(folder.strip()).name
            self._title.setText(self._proposed)
            self._title.setCursorPosition(0)  # a long name is seen from its beginning
