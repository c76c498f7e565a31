"""Where a chart of Quality is to be written."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.texts import Texts


def asked_path(parent: QWidget, texts: Texts, name: str, kinds: tuple[str, ...]) -> Path | None:
    """Ask for a file; one that is there is written over only if the person says so."""
    dialog = QFileDialog(parent, texts("keys.quality_export"))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    filters = {texts(f"quality.as_{kind}"): kind for kind in kinds}
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(kinds[0])
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(filters[chosen]))
    dialog.selectFile(name)
    return Path(dialog.selectedFiles()[0]) if dialog.exec() else None
