"""The legend: every key of the window, by group."""

from PySide6.QtWidgets import QWidget

from app.keymap import Action
from widgets.doors import is_behind
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keycaps import Keycaps
from widgets.layouts import column
from widgets.reading import ReadingSheet
from widgets.words import Words

COLUMNS = (("answer", "item"), ("viewing", "input"), ("window",), ("rooms",))


class LegendOverlay(ReadingSheet):
    """Columns of key caps with their words, side by side as far as there is room."""

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        title = fit.texts("legend.title")
        super().__init__(fit, window, title, width_token="legend", opened_by="legend")
        look, texts = fit.look, fit.texts
        flow = FlowLayout(self._inner, look.px("s5"))
        self._lines: list[tuple[Action, QWidget]] = []
        groups = fit.keymap.groups()
        for names in COLUMNS:
            holder, widest = QWidget(), look.px("legend_column")
            box = column(holder, gap=look.px("s1"))
            for name in names:
                box.addWidget(Words(fit, texts(f"legend.{name}"), tone="text3", strong=True))
                box.addSpacing(look.px("s1"))
                for action in groups.get(name, ()):
                    if not action.beside:
                        keys = fit.keymap.keys_beside(action)
                        several = keys != action.keys
                        words = f"legend.{action.id}" if several else action.text_id
                        line = Keycaps(fit, keys, texts(words))
                        widest = max(widest, line.whole_width)
                        self._lines.append((action, line))
                        box.addWidget(line)
                box.addSpacing(look.px("s4"))
            box.addStretch(1)
            holder.setFixedWidth(widest)  # in a language of long words fewer stand in a row
            flow.addWidget(holder)

    def leave_out(self, closed: frozenset[str]) -> None:
        """Show no key of a room that is closed to the person."""
        for action, line in self._lines:
            line.setVisible(not is_behind(action, closed))
