"""Where a chart of Quality is to be written, and as what."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.quality.twin import Twin
from app.session.quality import QualitySession
from app.texts import Texts
from widgets.chart import AnyChart
from widgets.chart_files import png_of, svg_of
from widgets.look import Look


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


def write_chart(
    session: QualitySession, look: Look, path: Path, twin: Twin, chart: AnyChart | None
) -> None:
    """Write a chart into a file, as its ending says; without a picture in it, its table."""
    if path.suffix == ".png" and chart is not None:
        session.write(png_of(chart, look), path)
    elif path.suffix == ".svg" and chart is not None:
        session.write(svg_of(chart, look), path)
    else:
        session.write_table(twin, path)
