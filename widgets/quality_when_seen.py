"""The pages of Quality beside those of a first visit: each is built when somebody first sees it.

All of them at once would hold the window for three frames. What came before a page was built is
kept, and shown on it then.
"""

from functools import cached_property, partial
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from app.quality.review import Agreement, Graders
from app.session.quality import QualitySession
from app.session.sitting import Sitting
from widgets.doors import open_to
from widgets.fittings import Fittings
from widgets.late_pages import RoomOfPages
from widgets.notice import Notice
from widgets.quality_calibration import CalibrationPage
from widgets.quality_classifiers import ClassifiersPage
from widgets.quality_filter import FilterPage
from widgets.quality_items import ItemsPage
from widgets.quality_names import NamesPage
from widgets.quality_overview import Overview
from widgets.quality_pages import OVERVIEW, QualityPages
from widgets.quality_pairs import Pairs
from widgets.quality_plan import PlanPage
from widgets.room import ADMINISTRATION, QUALITY

EMPTY = "empty"
Page = TypeVar("Page", bound=QWidget)


class QualityPagesWhenSeen(RoomOfPages):
    """The room as far as it builds pages late."""

    name = QUALITY

    overview: Overview
    items: ItemsPage
    pages: QualityPages
    _empty: Notice

    def __init__(self, fit: Fittings, sitting: Sitting) -> None:
        super().__init__()
        self._fit, self._sitting = fit, sitting
        self._session: QualitySession = sitting.quality
        self._fact: str | None = None
        self._agreement: Agreement | None = None
        self._graders: Graders | None = None

    def turn_to(self, name: str) -> None:
        """Show a page."""
        raise NotImplementedError

    @cached_property
    def pairs(self) -> Pairs:
        """Two graders beside each other; built when it is first seen, as those below."""
        page, session = self._kept(Pairs(self._fit)), self._session
        page.pair_wanted.connect(lambda a, b: session.cross((a, b), self._fact))
        page.cell_opened.connect(session.list_cell)
        page.golden_opened.connect(
            lambda items: session.list_items(items, self._fit.texts("quality.golden_otherwise"))
        )
        session.crossed.connect(page.show_crossed)
        if session.basis is not None:
            page.show_basis(session.basis)
        if self._agreement is not None:
            page.show_agreement(self._agreement)
        if self._graders is not None:
            page.show_graders(self._graders)
        return page

    @cached_property
    def plan(self) -> PlanPage:
        """How many items are to be graded twice."""
        page = self._kept(PlanPage(self._fit))
        page.left.connect(partial(self.turn_to, OVERVIEW))
        self._show_pilot(page)
        return page

    @cached_property
    def filter(self) -> FilterPage:
        """What the figures are to be of."""
        return self._declared(self._kept(FilterPage(self._fit)))

    @cached_property
    def names(self) -> NamesPage:
        """Why names are to stand where pseudonyms stand."""
        return self._declared(self._kept(NamesPage(self._fit)))

    @cached_property
    def calibration(self) -> CalibrationPage:
        """The sets that everybody answers."""
        page = self._kept(CalibrationPage(self._fit, self._sitting.calibrating))
        page.moved.connect(self.moved)
        page.told.connect(partial(self.pages.tell, tone="ok"))
        return self._declared(page)

    @cached_property
    def classifiers(self) -> ClassifiersPage:
        """How classifiers do beside people."""
        may_go = any(door.name == ADMINISTRATION for door in open_to(self._sitting.roles))
        session = self._sitting.measuring
        page = self._kept(ClassifiersPage(self._fit, session, may_go_to_policy=may_go))
        page.filled.connect(self.moved)
        if self._deeds is not None:
            page.empty.pressed.connect(self._deeds.do)
        return page

    # -- inside -------------------------------------------------------------------------------

    def _page_named(self, name: str) -> QWidget:
        """A page, built where nobody has seen it yet."""
        found: QWidget = self._empty if name == EMPTY else getattr(self, name)
        return found

    def _kept(self, page: Page) -> Page:
        self.pages.keep(page)
        return page

    def _built(self, name: str, kind: type[Page]) -> Page | None:
        """A page if somebody has seen it; what comes before is shown as it is built."""
        page = self.__dict__.get(name)
        return page if isinstance(page, kind) else None

    def _show_pilot(self, page: PlanPage | None) -> None:
        if self._agreement is not None and page is not None:
            title = self.overview.title_of(self._fact)
            page.show_agreement(self._agreement, self._fact, title)
