"""The left side of Select: what was found, and what became of it, in counts."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.session.select_types import SelectionCounts
from widgets.fittings import Fittings
from widgets.layouts import column
from widgets.progress_panel import Bar, Count
from widgets.scrolled import Scrolled
from widgets.words import Words

COUNTS = (
    "found",
    "to_look_at",
    "selected",
    "no_child",
    "child_non_criminal",
    "unreadable",
    "other_files",
    "previews",
)
RARE = ("unreadable", "other_files", "previews")  # shown where there are any


def figures_of(counts: SelectionCounts) -> dict[str, int]:
    """Return what the counts are called here; the parts add up to what was found."""
    return {
        "found": counts.found,
        "to_look_at": counts.undecided,
        "selected": counts.selected - counts.undecided,
        "no_child": counts.no_child,
        "child_non_criminal": counts.child_non_criminal,
        "unreadable": counts.unreadable,
        "other_files": counts.other_files,
        "previews": counts.previews,
    }


class SelectCounts(QWidget):
    """Title of the batch, and the counts."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("left")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look, texts = fit.look, fit.texts
        self._title = Words(fit, tone="text3", strong=True)
        self._bar = Bar(look)
        self._counts = {
            name: Count(fit, texts(f"select.count_{name}"), wrap=True) for name in COUNTS
        }
        inner = QWidget()
        box = column(inner)
        box.setContentsMargins(look.px("s4"), look.px("s4"), look.px("s4"), look.px("s4"))
        box.addWidget(self._title)
        box.addSpacing(look.px("s1"))
        box.addWidget(self._counts["found"])
        box.addWidget(self._bar)
        box.addSpacing(look.px("s3"))
        for name in COUNTS[1:]:
            box.addWidget(self._counts[name])
        box.addStretch(1)
        column(self).addWidget(Scrolled(inner))

    def show_batch(self, title: str) -> None:
        """Name the batch."""
        self._title.say(title)

    def show_counts(self, counts: SelectionCounts) -> None:
        """Show the counts."""
        figures = figures_of(counts)
        for name, count in self._counts.items():
            count.show_figure(self._fit.texts.figure(figures[name], 0))
            count.setVisible(name not in RARE or figures[name] > 0)
        left, of = counts.undecided, counts.selected + counts.not_selected
        self._bar.show_share((of - left) / of if of else 0.0)
        self._bar.setAccessibleName(self._fit.texts("desk.bar_name", done=of - left, of=of))
