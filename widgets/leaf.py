"""The end of a path: the outcome in words, what stands beside it, and the signature."""

from PySide6.QtWidgets import QGridLayout, QWidget

from app.session_types import Decided, Extras
from widgets.buttons import Choice
from widgets.fittings import Fittings
from widgets.layouts import column, emptied, rule
from widgets.words import Words


class Leaf(QWidget):
    """Rows of label and value; Enter signs."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        look, texts = fit.look, fit.texts
        self.sign = Choice(fit, fit.keymap.key("sign"), texts("keys.sign"), texts("desk.sign_hint"))
        self._law_rows = QGridLayout()
        self._beside_rows = QGridLayout()
        for grid in (self._law_rows, self._beside_rows):
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(look.px("s3"))
            grid.setVerticalSpacing(look.px("s1"))
            grid.setColumnStretch(1, 1)
        box = column(self, gap=look.px("s3"))
        box.addLayout(self._law_rows)
        box.addWidget(self.sign)
        box.addWidget(rule())
        box.addLayout(self._beside_rows)
        box.addStretch(1)

    def show_outcome(self, decided: Decided, extras: Extras) -> None:
        """Show what was decided and what is said beside it."""
        outcome, texts = decided.outcome, self._fit.texts
        law = [
            ("desk.law", outcome.law),
            ("desk.category", outcome.category),
            ("desk.reason", outcome.reason),
            ("desk.lea", outcome.lea),
        ]
        _fill(self._fit, self._law_rows, [(texts(i), v) for i, v in law if v])
        scheme = decided.scheme
        tags = {option.value: option.label for option in scheme.tags}
        bases = {option.value: option.label for option in scheme.bases}
        sure = {option.value: option.label for option in scheme.confidences}
        none = texts("desk.none")
        shown_tags = ", ".join(tags.get(tag, tag) for tag in extras.tags)
        if extras.series:
            shown_tags = texts("desk.with_series", tags=shown_tags, series=extras.series)
        rows = [
            (texts("desk.tags"), shown_tags or none),
            (texts("desk.basis"), ", ".join(bases.get(b, b) for b in extras.ai_basis) or none),
            (texts("desk.confidence"), sure.get(extras.confidence or "", none)),
            (texts("desk.comment"), extras.comment or none),
        ]
        if extras.second_opinion is not None:
            title = scheme.question(extras.second_opinion.question).title
            said = texts("desk.opinion_on", question=title, line=extras.second_opinion.line)
            rows.append((texts("desk.second_opinion"), said))
        _fill(self._fit, self._beside_rows, rows)
        self.show_saving(False)

    def show_saving(self, saving: bool) -> None:
        """Draw the signature pressed while the verdict is on its way to the disk."""
        self.sign.setDown(saving)
        self.sign.setEnabled(not saving)
        self.sign.repaint()


def _fill(fit: Fittings, grid: QGridLayout, rows: list[tuple[str, str]]) -> None:
    emptied(grid)
    for number, (label, value) in enumerate(rows):
        name = Words(fit, label, tone="text3", wrap=False)
        name.setMinimumWidth(fit.look.px("s8") * 3)
        grid.addWidget(name, number, 0)
        grid.addWidget(Words(fit, value), number, 1)
