"""The room of administration: a list of pages at the left, the chosen one at the right.

A page is registered in `PAGES`: its name, what builds it, and who may see it. Its words are
`administration.<name>`, its widget is a `Room` like any other and is given fittings and sitting.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from app.session.sitting import Sitting
from grading.late_methods import dataclass
from widgets.central_log import CentralLogPage
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.late_pages import LatePages, PagesByName, RoomOfPages, weakly
from widgets.layouts import card_column, row
from widgets.policy import PolicyPage
from widgets.protection import ProtectionPage
from widgets.room import ADMINISTRATION, Room
from widgets.roster import RosterPage
from widgets.schemes_page import SchemesPage
from widgets.tables import Column, Names
from widgets.viewed_page import ViewedPage


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the room; without `roles` it is for everybody."""

    name: str
    build: Callable[[Fittings, Sitting], Room]
    roles: frozenset[str] = frozenset()

    def is_for(self, roles: tuple[str, ...]) -> bool:
        """Whether somebody with these roles sees it."""
        return not self.roles or not self.roles.isdisjoint(roles)


PAGES = (
    Page("protection", ProtectionPage),
    Page("roster", RosterPage),
    Page("policy", PolicyPage),
    Page("central_log", CentralLogPage),
    Page("viewed", ViewedPage, frozenset(("supervisor",))),
    Page("schemes", SchemesPage),
)


class Administration(RoomOfPages):
    """The pages that this person's roles allow, one seen at a time."""

    name = ADMINISTRATION

    def __init__(
        self, fit: Fittings, sitting: Sitting, registered: tuple[Page, ...] = PAGES
    ) -> None:
        super().__init__()
        self.setObjectName("room")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look, texts = fit.look, fit.texts
        allowed = [page for page in registered if page.is_for(sitting.roles)]
        self.pages = PagesByName(
            {page.name: partial(page.build, fit, sitting) for page in allowed},
            weakly(self._take_in),
        )
        title = texts("keys.administration")
        self.names = Names(fit, title, [Column(title)], whole=False)
        self._stack = LatePages()
        side = QFrame()
        side.setObjectName("card")
        side.setMaximumWidth(look.px("left_panel"))
        card_column(side, look).addWidget(self.names)
        box = row(self, margin=look.px("s4"), gap=look.px("s4"))
        box.addWidget(side, 1)
        box.addWidget(self._stack, 4)
        self.names.show_rows([(name, (texts(f"administration.{name}"),)) for name in self.pages])
        self.names.selectionModel().currentRowChanged.connect(lambda _new, _old: self._turn())
        self._turn()

    @property
    def place(self) -> str:
        """The keys of the page that is seen."""
        page = self._page()
        return ADMINISTRATION if page is None else page.place

    @property
    def page(self) -> str | None:
        """The name of the page that is seen."""
        return self.names.chosen()

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of every page do, of those to come as they are built."""
        self._deeds = deeds
        for page in self.pages.built.values():
            page.declare(deeds)
        deeds.on("page_on", partial(self.scroll_pages, 1))
        deeds.on("page_back", partial(self.scroll_pages, -1))

    def scroll_pages(self, pages: int) -> None:
        """The page that is seen scrolls."""
        page = self._page()
        if page is not None:
            page.scroll_pages(pages)

    def enter(self) -> None:
        """The person comes in: the page anew."""
        self._turn()
        self.focus()

    def focus(self) -> None:
        """Give the keyboard to a form that lies open, else to the list of pages."""
        page = self._page()
        if page is not None and page.typed() is not None:
            page.focus()
        else:
            self.names.setFocus()

    def show_page(self, name: str) -> None:
        """Turn to a page, if this person may see it."""
        if name in self.pages:
            self.names.choose(name)

    def kept(self) -> tuple[str | None, dict[str, object]]:
        """Return the page that is seen, and what is typed in each and not signed."""
        typed = {name: page.typed() for name, page in self.pages.built.items()}
        return self.page, {name: kept for name, kept in typed.items() if kept is not None}

    def take_up(self, kept: object) -> None:
        """Show the page again that was seen, with what was typed in all of them."""
        match kept:
            case (str(seen), dict(typed)):
                for name, of_page in typed.items():
                    self.pages[name].type_again(of_page)
                self.show_page(seen)

    def _take_in(self, page: Room, /) -> None:
        """A page was built, since somebody turns to it."""
        self._stack.keep(page)
        page.moved.connect(self.moved)
        self._declared(page)

    def _page(self) -> Room | None:
        name = self.names.chosen()
        # `get` would take a KeyError of the building for a page that is not there.
        return self.pages[name] if name is not None and name in self.pages else None

    def _turn(self) -> None:
        page = self._page()
        if page is not None:
            self._stack.turn_to(page)
            if self.isVisible():
                page.enter()
                self.moved.emit()
