"""The end of a path: the outcome in words, what stands beside it, and the signature."""

from collections.abc import Mapping

from PySide6.QtWidgets import QGridLayout, QWidget

from app.session.types import Decided, Extras, StillsState, Worst
from grading.scheme import Option
from widgets.buttons import Choice, KeyButton
from widgets.fittings import Fittings
from widgets.layouts import column, row, rule
from widgets.moments import moment
from widgets.words import Words


class Leaf(QWidget):
    """Rows of label and value; Enter signs."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        look, texts = fit.look, fit.texts
        self.sign = Choice(fit, fit.keymap.key("sign"), texts("keys.sign"), texts("desk.sign_hint"))
        self.name_worst = KeyButton(fit, texts("keys.worst"), fit.keymap.key("worst"))
        self._of_several = False
        self._could_name = False
        self._law_rows = _Rows(fit, ("law", "category", "reason", "lea"))
        beside = ("worst", "tags", "basis", "confidence", "comment", "second_opinion")
        self._beside_rows = _Rows(fit, beside)
        self._unnamed = self._build_unnamed()
        self._rule = rule()
        box = column(self, gap=look.px("s3"))
        box.addWidget(self.sign)  # where the answers begin: it stays in place whatever was decided
        box.addLayout(self._law_rows)
        box.addWidget(self._unnamed)
        box.addWidget(self._rule)
        box.addLayout(self._beside_rows)
        box.addStretch(1)

    @property
    def stops(self) -> list[QWidget]:
        """What the Tab key goes to, in order."""
        return [self.sign, self.name_worst]

    def show_stills(self, stills: StillsState) -> None:
        """Take how many frames the item has: of several, one decides."""
        self._of_several = stills.of > 1
        self._nudge()

    def show_outcome(self, decided: Decided, extras: Extras) -> None:
        """Show what was decided and what is said beside it."""
        self._could_name = decided.outcome.category is not None and extras.worst is None
        outcome, texts, scheme = decided.outcome, self._fit.texts, decided.scheme
        self._law_rows.show_values(
            {
                "law": outcome.law,
                "category": outcome.category,
                "reason": in_sentence_case(outcome.reason),
                "lea": outcome.lea,
            }
        )
        tags = ", ".join(_labels(scheme.tags, extras.tags))
        if extras.series:
            tags = texts("desk.with_series", tags=tags, series=extras.series)
        opinion, asked = extras.second_opinion, None
        if opinion is not None:
            title = scheme.question(opinion.question).title
            asked = texts("desk.opinion_on", title=title, line=opinion.line)
        sure = (extras.confidence,) if extras.confidence else ()
        beside = {
            "worst": self._worst_said(extras.worst),
            "tags": tags,
            "basis": ", ".join(_labels(scheme.bases, extras.ai_basis)),
            "confidence": ", ".join(_labels(scheme.confidences, sure)),
            "comment": extras.comment,
            "second_opinion": asked,
        }
        self._beside_rows.show_values(beside)
        self._rule.setVisible(any(beside.values()))
        self._nudge()
        self.show_saving(False)

    def _nudge(self) -> None:
        self._unnamed.setVisible(self._could_name and self._of_several)

    def _worst_said(self, worst: Worst | None) -> str | None:
        if worst is None:
            return None
        if worst.ms is None:
            return self._fit.texts("desk.worst_picture", n=worst.frame)
        at = moment(worst.ms, exact=True)
        return self._fit.texts("desk.worst_still", n=worst.frame, at=at)

    def _build_unnamed(self) -> QWidget:
        """The nudge of an item of several frames that fell in a category: none of them is named."""
        nudge = QWidget()
        box = column(nudge, gap=self._fit.look.px("s2"))
        box.addWidget(Words(self._fit, self._fit.texts("desk.worst_unnamed"), tone="text2"))
        line = row()
        line.addWidget(self.name_worst)
        line.addStretch(1)
        box.addLayout(line)
        nudge.hide()
        return nudge

    def show_saving(self, saving: bool) -> None:
        """Draw the signature pressed while the verdict is on its way to the disk."""
        if saving == self.sign.isEnabled():
            self.sign.setEnabled(not saving)
            self.sign.setDown(saving)  # after it: a button that is disabled is let go


def in_sentence_case(name: str | None) -> str | None:
    """Write a name that reports keep in capitals as the window writes all others."""
    if name is None:
        return None
    first, *others = name.split(" ")
    head = first if first.isupper() else first[:1] + first[1:].lower()
    return " ".join([head, *(word if word.isupper() else word.lower() for word in others)])


class _Rows(QGridLayout):
    """Labels with their values; a row without a value is not shown."""

    def __init__(self, fit: Fittings, names: tuple[str, ...]) -> None:
        super().__init__()
        look = fit.look
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(look.px("s3"))
        self.setVerticalSpacing(look.px("s1"))
        self.setColumnStretch(1, 1)
        self._rows: dict[str, tuple[Words, Words]] = {}
        for number, name in enumerate(names):
            label = Words(fit, fit.texts(f"desk.{name}"), tone="text3", wrap=False)
            label.setMinimumWidth(look.px("s8") * 3)
            value = Words(fit, "")
            self.addWidget(label, number, 0)
            self.addWidget(value, number, 1)
            self._rows[name] = (label, value)

    def show_values(self, values: Mapping[str, str | None]) -> None:
        """Show the values by the names of their rows."""
        for name, (label, words) in self._rows.items():
            value = values.get(name)
            words.say(value or "")
            label.setVisible(bool(value))
            words.setVisible(bool(value))


def _labels(options: tuple[Option, ...], values: tuple[str, ...]) -> list[str]:
    known = {option.value: option.label for option in options}
    return [known.get(value, value) for value in values]
