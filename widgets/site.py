"""Where the home is: a folder, typed or chosen from those there are."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from widgets.buttons import KeyButton
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.layouts import row


class Site(QWidget):
    """A line for the path, and a button for who would rather look than type."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.line = Line(fit, fit.texts("opening.where"))
        self.browse = KeyButton(fit, fit.texts("opening.browse"))
        self.browse.clicked.connect(self._choose)
        across = row(self, gap=fit.look.px("s2"))
        across.addWidget(self.line, 1)
        across.addWidget(self.browse)
        self.setFocusProxy(self.line)

    @property
    def typed(self) -> str:
        """The path as it stands there."""
        return self.line.text()

    def show_place(self, place: Path) -> None:
        """Let a folder stand there."""
        self.line.setText(str(place))

    @Slot()
    def _choose(self) -> None:
        chosen = self._asked_folder()
        if chosen is not None:
            self.line.setText(chosen)
            self.line.textEdited.emit(chosen)  # as if it had been typed
            self.line.setFocus()

    def _asked_folder(self) -> str | None:
        there = next((one for one in _and_above(self.typed) if one.is_dir()), Path.home())
        dialog = QFileDialog(self, self._fit.texts("opening.where"), str(there))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        return dialog.selectedFiles()[0] if dialog.exec() else None


def _and_above(typed: str) -> tuple[Path, ...]:
    place = Path(typed.strip())
    return (place, *place.parents) if place.is_absolute() else ()
