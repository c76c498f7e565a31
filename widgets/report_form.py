"""Which part of a report is wanted: days, source, scheme, and a baseline to stand beside."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.report.asking import Filled
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.form import Form
from widgets.layouts import column, row
from widgets.words import Words

# As they stand on the page, two or three in a row.
FIELDS = (
    ("first", "last"),
    ("source", "country", "poster"),
    ("scheme",),
    ("name", "file"),
    ("category",),
    ("age_band",),
)


class ReportForm(Form):
    """Enter makes the report anew, Ctrl+D leaves; an empty field leaves its side open."""

    kept = Signal(object)  # Filled

    def __init__(self, fit: Fittings, schemes: tuple[str, ...]) -> None:
        super().__init__(fit)
        texts = fit.texts
        names = [name for line in FIELDS for name in line]
        self.fields = {
            name: Line(fit, texts(f"reports.{name}"), texts(f"reports.{name}_hint"))
            for name in names
        }
        self.fields["country"].setMaxLength(2)
        self._build(schemes)
        self.setFocusProxy(self.fields["first"])

    def filled(self) -> Filled:
        """What was typed."""
        return Filled(**{name: field.text() for name, field in self.fields.items()})

    def fill(self, filled: Filled) -> None:
        """Show what is asked now."""
        for name, field in self.fields.items():
            field.setText(getattr(filled, name))
        self.show_fault("")

    def _go(self) -> None:
        self.kept.emit(self.filled())

    def _build(self, schemes: tuple[str, ...]) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        box = self._as_page(texts("keys.report_filter"), texts("reports.filter_words"))
        for names in FIELDS:
            across = row(gap=look.px("s3"))
            for name in names:
                across.addLayout(self._named(name), 1)
            box.addLayout(across)
            if names == ("scheme",):
                known = texts("reports.schemes_known", names=", ".join(schemes))
                box.addWidget(Words(fit, known, kind="aside", tone="text3"))
        self._end_page(box, texts("reports.filter_go"), texts("reports.filter_leave"))

    def _named(self, name: str) -> QVBoxLayout:
        box = column(gap=self._fit.look.px("s1"))
        self._add(box, self._fit.texts(f"reports.{name}"), self.fields[name])
        return box
