"""Which part of a report is wanted: days, source, scheme, and a baseline to stand beside."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.report.asking import Filled
from widgets.buttons import KeyButton
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.form import Form
from widgets.layouts import column, row
from widgets.scrolled import Scrolled
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
        self._fault = Words(fit, "", tone="stop")
        self._fault.hide()
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

    def show_fault(self, sentence: str) -> None:
        """Say what cannot be understood; what was filled in stays."""
        self._fault.say(sentence)
        self._fault.setVisible(bool(sentence))

    def _go(self) -> None:
        self.kept.emit(self.filled())

    def _build(self, schemes: tuple[str, ...]) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        inner = QWidget()
        inner.setMaximumWidth(look.px("page"))
        box = column(inner, margin=look.px("s6"), gap=look.px("s2"))
        box.addWidget(Words(fit, texts("keys.report_filter"), kind="question", strong=True))
        box.addWidget(Words(fit, texts("reports.filter_words"), tone="text2"))
        for names in FIELDS:
            across = row(gap=look.px("s3"))
            for name in names:
                across.addLayout(self._named(name), 1)
            box.addLayout(across)
            if names == ("scheme",):
                known = texts("reports.schemes_known", names=", ".join(schemes))
                box.addWidget(Words(fit, known, kind="aside", tone="text3"))
        box.addWidget(self._fault)
        box.addSpacing(look.px("s3"))
        box.addLayout(self._buttons())
        box.addStretch(1)
        holder = QWidget()
        across = row(holder)
        across.addStretch(1)
        across.addWidget(inner, 6)
        across.addStretch(1)
        column(self).addWidget(Scrolled(holder))

    def _named(self, name: str) -> QVBoxLayout:
        box = column(gap=self._fit.look.px("s1"))
        label = self._fit.texts(f"reports.{name}")
        box.addWidget(Words(self._fit, label, kind="aside", tone="text3", strong=True))
        box.addWidget(self.fields[name])
        return box

    def _buttons(self) -> QHBoxLayout:
        fit, texts = self._fit, self._fit.texts
        keep = KeyButton(fit, texts("reports.filter_go"), fit.keymap.key("keep_input"))
        drop = KeyButton(fit, texts("reports.filter_leave"), fit.keymap.key("drop_input"))
        keep.clicked.connect(self._go)
        drop.clicked.connect(self.left)
        buttons = row(gap=fit.look.px("s2"))
        buttons.addWidget(keep)
        buttons.addWidget(drop)
        buttons.addStretch(1)
        return buttons
