"""The pages of Quality under their tabs: which one is shown, and what on it has the keyboard."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from widgets.chart_card import ChartCard
from widgets.chips import Switch
from widgets.fittings import Fittings
from widgets.flow import flow_of
from widgets.late_pages import LatePages
from widgets.layouts import column, row
from widgets.quality_calibration import CalibrationPage
from widgets.quality_classifiers import ClassifiersPage
from widgets.quality_filter import FilterPage
from widgets.quality_items import ItemsPage
from widgets.quality_names import NamesPage
from widgets.quality_overview import Overview
from widgets.quality_pairs import Pairs
from widgets.quality_plan import PlanPage
from widgets.quality_rests import RestsOn
from widgets.words import Words

OVERVIEW, CALIBRATION, CLASSIFIERS = "overview", "calibration", "classifiers"
TABS = (OVERVIEW, "pairs", "items", "plan", CALIBRATION, CLASSIFIERS)
APART = (CALIBRATION, CLASSIFIERS)  # pages that rest on other figures than agreement
WITH_FIELDS = ItemsPage | PlanPage | FilterPage | NamesPage | CalibrationPage
WITH_CARDS = Overview | Pairs | ClassifiersPage


class QualityPages(QWidget):
    """Tabs, what the figures rest on, a line for what was done or failed, and one page."""

    def __init__(self, fit: Fittings, page_named: Callable[[str], QWidget]) -> None:
        """Take what gives a page by its name, when it is first seen; ``TABS`` have a tab."""
        super().__init__()
        self._page_named = page_named
        self._at = OVERVIEW
        self._stack = LatePages()
        self.rests = RestsOn(fit)
        self.told = Words(fit, "", tone="ok")
        self.tabs = {
            name: Switch(fit, fit.texts(f"keys.quality_{name}"), fit.keymap.key(f"quality_{name}"))
            for name in TABS
        }
        self._build(fit)

    @property
    def at(self) -> str:
        """The name of the page that is shown."""
        return self._at

    @property
    def shown(self) -> QWidget:
        """The page that is shown."""
        return self._page_named(self._at)

    def keep(self, page: QWidget) -> None:
        """Take charge of a page that was built; it is laid out when it is turned to."""
        self._stack.keep(page)

    def show_page(self, name: str) -> None:
        """Show a page, its tab pressed."""
        self._at = name
        self._stack.turn_to(self.shown)
        self.rests.setVisible(name not in APART)
        for tab, switch in self.tabs.items():
            switch.setChecked(tab == name)

    def take_keyboard(self, room: QWidget) -> None:
        """Give the keyboard to what is shown: a field, a table, or the first panel."""
        page = self.shown
        if isinstance(page, WITH_FIELDS):
            page.focus()
        elif isinstance(page, WITH_CARDS):
            page.cards[0].take_keyboard(room)
        else:
            page.setFocus()

    def turn(self, key: Qt.Key) -> bool:
        """Scroll by a page key; return whether it was one, and there is what scrolls."""
        by = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(key)
        page = self.shown
        if by is None or not isinstance(page, WITH_CARDS | ItemsPage):
            return False
        page.area.turn(by)
        return True

    def card(self) -> ChartCard | None:
        """The panel with the keyboard, else the first of the page that has figures."""
        page = self.shown
        cards: Sequence[ChartCard] = page.cards if isinstance(page, WITH_CARDS) else ()
        there = [card for card in cards if card.has_figures]
        return next((card for card in there if card.holds_focus()), next(iter(there), None))

    def tell(self, sentence: str, tone: str) -> None:
        """Say above the page what was done, or what failed."""
        self.told.tone(tone)
        self.told.say(sentence)
        self.told.show()

    def _build(self, fit: Fittings) -> None:
        look = fit.look
        tabs, flow = flow_of(look.px("s2"))  # what the figures are of goes below, where need be
        for switch in self.tabs.values():
            flow.addWidget(switch)
        self.rests.setMinimumHeight(self.tabs[OVERVIEW].sizeHint().height())
        flow.addWidget(self.rests)
        head, told = row(), row()
        head.setContentsMargins(look.px("s4"), look.px("s3"), look.px("s4"), 0)
        head.addWidget(tabs)
        self._stack.turn_to(self.shown)
        told.setContentsMargins(look.px("s4"), look.px("s2"), look.px("s4"), 0)
        told.addWidget(self.told)
        self.told.hide()
        box = column(self)
        for line in (head, told):
            box.addLayout(line)
        box.addWidget(self._stack, 1)
        self.tabs[self._at].setChecked(True)
