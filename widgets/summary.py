"""What came of an intake, honestly: counts, and every file that was not read or not taken."""

from PySide6.QtWidgets import QFrame, QSizePolicy

from app.intake.folder import IntakeSummary
from app.sentences import said
from widgets.fittings import Fittings
from widgets.layouts import column
from widgets.tables import Column, Table
from widgets.words import Words


class IntakeReport(QFrame):
    """One sentence of counts, and a table of faults with their reasons."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("card")
        look, texts = fit.look, fit.texts
        self.summary: IntakeSummary | None = None
        self._line = Words(fit, "", strong=True)
        self._words = Words(fit, "", tone="text2")
        self._table = Table(
            fit,
            texts("intake.faults"),
            [
                Column(texts("intake.file")),
                Column(texts("intake.what")),
                Column(texts("intake.reason")),
            ],
            whole=False,
        )
        box = column(self, gap=look.px("s2"))
        box.setContentsMargins(1, look.px("s3"), 1, look.px("radius_small"))
        words = column(gap=look.px("s1"))
        words.setContentsMargins(look.px("s3"), 0, look.px("s3"), 0)
        words.addWidget(self._line)
        words.addWidget(self._words)
        box.addLayout(words)
        box.addWidget(self._table, 1)
        box.addStretch(0)

    def show_summary(self, summary: IntakeSummary) -> None:
        """Show what an intake did."""
        self.summary = summary
        texts = self._fit.texts
        line = "intake.stopped" if summary.cancelled else "intake.done"
        self._line.say(texts(line, n=summary.added))
        counts = [
            texts("intake.copies", n=summary.copies),
            texts("intake.already", n=summary.already),
            texts("intake.unreadable", n=len(summary.unreadable) - summary.other_files),
            texts("intake.other_files", n=summary.other_files),
            texts("intake.refused", n=len(summary.refused)),
        ]
        self._words.say(texts("intake.list_gap").join(counts))
        rows = [
            (fault.file, (fault.file, texts(kind), said(fault.reason)))
            for kind, faults in (
                ("intake.kind_unreadable", summary.unreadable),
                ("intake.kind_refused", summary.refused),
            )
            for fault in faults
        ]
        self._table.show_rows(rows)
        self._table.setVisible(bool(rows))
        high = QSizePolicy.Policy.Expanding if rows else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, high)  # no higher than what it says
        self.show()
