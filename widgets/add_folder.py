"""The form for a folder to add: where it is, what it is called, what is declared of it."""

from pathlib import Path

from PySide6.QtCore import Slot
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


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, and what was said of it."""

    folder: str = ""
    title: str = ""
    source: str = ""
    country: str = ""
    ai: bool = False
    fault: str = ""


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
        self._proposed = ""
        self._build()
        self.setFocusProxy(self._folder)

    def begin(self) -> None:
        """Start without a fault."""
        self.show_fault("")

    def clear(self) -> None:
        """Be empty again: the folder is in."""
        self.fill(Filled())

    def filled(self) -> Filled:
        """What was typed so far."""
        return Filled(
            folder=self._folder.text(),
            title=self._title.text(),
            source=self._source.text(),
            country=self._country.text(),
            ai=self._ai.isChecked(),
            fault=self._fault.text(),
        )

    def fill(self, filled: Filled) -> None:
        """Show what was typed before."""
        self._folder.setText(filled.folder)
        self._title.setText(filled.title)
        self._title.setCursorPosition(0)
        self._source.setText(filled.source)
        self._country.setText(filled.country)
        self._ai.setChecked(filled.ai)
        self.show_fault(filled.fault)

    def _build(self) -> None:
        look, texts = self._fit.look, self._fit.texts
        box = self._as_page(texts("keys.add_folder"), texts("add.words"))
        box.addSpacing(look.px("s2"))
        folder = row(gap=look.px("s2"))
        folder.addWidget(self._folder, 1)
        folder.addWidget(self._browse)
        self._add(box, texts("add.folder"))
        box.addLayout(folder)
        self._add(box, texts("add.title"), self._title)
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
            self.show_fault(sentence(error))
            return
        self.show_fault("")
        self._intake.add(request)

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
