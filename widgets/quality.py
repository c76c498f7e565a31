"""Quality: how far graders agree, where they part, and whether that drifts."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent

from app.quality.basis import Basis
from app.quality.left_out import NOTHING_LEFT_OUT
from app.quality.partings import ItemRow, Listed
from app.quality.review import Agreement, Graders
from app.quality.twin import Twin
from app.session.reports import proposed_name
from app.session.sitting import Sitting
from widgets.chart import AnyChart
from widgets.chart_files import KINDS
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.late_pages import weakly
from widgets.layouts import column
from widgets.notice import Notice
from widgets.quality_files import asked_path, write_chart
from widgets.quality_items import ItemsPage
from widgets.quality_overview import Overview
from widgets.quality_pages import APART, CALIBRATION, CLASSIFIERS, OVERVIEW, TABS, QualityPages
from widgets.quality_pairs import Pairs
from widgets.quality_plan import PlanPage
from widgets.quality_view import ReviewedItem
from widgets.quality_when_seen import EMPTY, QualityPagesWhenSeen
from widgets.room import QUALITY
from widgets.sightlines import Sightlines
from widgets.viewing_keys import declare_viewing

FILTER, NAMES = "filter", "names"


class QualityRoom(QualityPagesWhenSeen):
    """Six pages, four under one filter; every chart turns into a table and goes into a file.

    A first visit builds the page that is seen: all of them would hold the window for three frames.
    """

    def __init__(self, fit: Fittings, sitting: Sitting, sightlines: Sightlines) -> None:
        super().__init__(fit, sitting)
        self._viewing = sitting.viewing
        self.setObjectName("room")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.overview, self.items = Overview(fit), ItemsPage(fit)
        self.view = ReviewedItem(fit, sitting, sightlines, self.items)
        self._empty = Notice(fit)
        self.pages = QualityPages(fit, weakly(self._page_named))
        for page in (self.items, self._empty):
            self.pages.keep(page)
        self._listed = False  # whether the list of items was asked for since the figures came
        self._left_out = NOTHING_LEFT_OUT
        column(self).addWidget(self.pages)
        self._connect()
        sitting.sync.ended.connect(self._look_after)

    @property
    def place(self) -> str:
        """Which keys work here."""
        if self.page in (FILTER, NAMES, "plan"):  # its fields take digits, which are keys elsewhere
            return "input"
        if self.page == CALIBRATION:
            return "input" if self.calibration.takes_text else CALIBRATION
        if self.page == "items" and self.view.is_open:
            veil, stills = self._viewing.state, self._viewing.stills.state
            by_stills = stills.of > 1 and veil.zoom <= 1 and veil.lens is None
            return "quality_stills" if by_stills else "quality_item"
        return QUALITY

    @property
    def legend(self) -> str:
        """Which keys the status line names: the plan keeps nothing, it follows every digit."""
        if self.page == "items" and not self.view.is_open:
            return "quality_list"
        is_bare = self.page == CLASSIFIERS and self.pages.card() is None
        if is_bare or self.page == EMPTY:
            return "quality_empty"
        return self.page if self.page == "plan" else self.place

    @property
    def page(self) -> str:
        """The page that is shown."""
        return self.pages.at

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the room do."""
        self._deeds = deeds
        for name in TABS:
            there = (lambda: True) if name in APART else self._has_figures
            deeds.on(f"quality_{name}", partial(self.turn_to, name), allowed=there)
            self.pages.tabs[name].clicked.connect(partial(deeds.do, f"quality_{name}"))
        deeds.on("quality_open", self._open)
        deeds.on("quality_left_out", self._list_left_out, allowed=lambda: self._left_out.items > 0)
        deeds.on("quality_table", self._turn, allowed=lambda: self.pages.card() is not None)
        deeds.on("quality_export", self._export, allowed=self._can_export)
        deeds.on("quality_filter", self._ask_filter, allowed=self._has_figures)
        deeds.on("quality_names", self._ask_names, allowed=lambda: not self._session.by_name)
        for by, name in ((1, "next"), (-1, "previous")):
            deeds.on(f"quality_{name}_pair", partial(self._step, by), allowed=self._has_pairs)
        deeds.on("keep_input", self._keep, allowed=lambda: self.page in (FILTER, NAMES))
        deeds.on("drop_input", lambda: self.turn_to(OVERVIEW))
        self._empty.pressed.connect(deeds.do)
        declare_viewing(deeds, self._viewing, self.items.canvas, lambda: self.view.is_open)

    def hide_everything(self) -> None:
        """Forget every pixel; they are given again, veiled."""
        self.items.canvas.clear()

    def enter(self) -> None:
        """The person comes in: what was signed since is counted."""
        self.pages.told.hide()
        if self._session.basis is None:
            self.pages.rests.say_reading()
        self._session.look()
        if self._agreement is None:
            self._session.tell()
        self.focus()

    def leave(self) -> None:
        """Nothing of an item stays here."""
        self._close_item()

    def focus(self) -> None:
        """Give the keyboard to what is shown."""
        self.pages.take_keyboard(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page keys scroll; every other key is the window's."""
        if not self.pages.turn(Qt.Key(event.key())):
            event.ignore()

    def turn_to(self, name: str) -> None:
        """Show a page."""
        if self.page == "items" and name != "items":
            self._close_item()
        self.pages.show_page(name)
        if name == "items" and not self._listed:
            self._session.partings(self._fit.texts("quality.partings"))
        elif name == CALIBRATION:
            self.calibration.enter()
        elif name == CLASSIFIERS:
            self.classifiers.enter()
        self.focus()
        self.moved.emit()

    # -- inside -------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        self.pairs.step(by)

    def _connect(self) -> None:
        session = self._session
        session.reading.connect(self.pages.rests.say_progress)
        session.based.connect(self._take_basis)
        session.agreed.connect(self._take_agreement)
        session.compared.connect(self._take_graders)
        session.trended.connect(self.overview.show_trend)
        session.listed.connect(self._list)
        session.written.connect(self._written)
        session.failed.connect(self._failed)
        session.unmasked.connect(self._unmasked)
        self.overview.question_chosen.connect(self._choose_question)
        self.overview.question_opened.connect(self._open_question)
        self.overview.pair_opened.connect(self._open_pair)
        self.items.wanted.connect(self._show_item)

    @Slot()
    def _look_after(self) -> None:
        """Read what a sync brought to a room that had nothing; figures under the eyes stay."""
        if self.page == EMPTY and self.isVisible():
            self._session.look()

    @Slot(object)
    def _take_basis(self, basis: Basis) -> None:
        self._agreement, self._graders, self._listed = None, None, False
        self.pages.rests.say_basis(basis)
        self.items.name_batches(dict(basis.choices.batches))
        self.overview.show_basis(basis)
        if (pairs := self._built("pairs", Pairs)) is not None:
            pairs.show_basis(basis)
        if not basis.choices.schemes and self.page not in APART:
            self._say_empty("empty_alone" if basis.alone else "empty_more")
        elif self.page == EMPTY:
            self.turn_to(OVERVIEW)

    def _say_empty(self, why: str) -> None:
        texts, keymap = self._fit.texts, self._fit.keymap
        sync = ("sync", texts("keys.sync"), keymap.key("sync"))
        self._empty.say(texts("quality.empty"), texts(f"quality.{why}"), [sync])
        self.turn_to(EMPTY)

    @Slot(object)
    def _take_agreement(self, found: Agreement) -> None:
        self._agreement = found
        self.overview.show_agreement(found)
        self._take_keyboard()
        if (pairs := self._built("pairs", Pairs)) is not None:
            pairs.show_agreement(found)
        self._show_pilot(self._built("plan", PlanPage))

    @Slot(object)
    def _take_graders(self, found: Graders) -> None:
        self._graders, self._left_out = found, found.left_out
        self.overview.show_graders(found)
        if (pairs := self._built("pairs", Pairs)) is not None:
            pairs.show_graders(found)
        if self.page == "items" and not self._listed:
            self._session.partings(self._fit.texts("quality.partings"))

    def _take_keyboard(self) -> None:
        """Before there were figures nothing here could take it."""
        now = self.window().focusWidget()
        if self.isVisible() and (now is None or not self.isAncestorOf(now)):
            self.focus()

    @Slot(object)
    def _choose_question(self, fact: str | None) -> None:
        self._fact = fact
        self._session.trend(fact)
        self._show_pilot(self._built("plan", PlanPage))

    def _open_question(self, fact: str | None) -> None:
        """List the items that part at a question; at the outcome, all that part anywhere."""
        title = self.overview.title_of(fact)
        for one in self._agreement.questions if self._agreement is not None else ():
            if one.table.fact == fact:
                name = self._fit.texts("quality.parted_at", title=title)
                self._session.list_items(one.table.parted, name)
                return
        self._session.partings(self._fit.texts("quality.partings"))

    @Slot(int, int)
    def _open_pair(self, first: int, second: int) -> None:
        self.turn_to("pairs")
        self.pairs.ask_pair(first, second)

    def _list_left_out(self) -> None:
        """List what was left out in Select and assessed by somebody all the same."""
        out = self._left_out
        self._session.list_items(out.assessed, self._fit.texts("quality.left_out", **out.counts))

    @Slot(str, object)
    def _list(self, name: str, found: Listed) -> None:
        self._listed = True
        self._close_item()
        self.items.show_items(name, found)
        self.turn_to("items")

    def _open(self) -> None:
        if self.page == "items":
            self.items.open()
        elif (card := self.pages.card()) is not None:
            card.chart.open()

    def _turn(self) -> None:
        if (card := self.pages.card()) is not None:
            card.turn()

    def _has_figures(self) -> bool:
        basis = self._session.basis
        return basis is not None and bool(basis.choices.schemes)

    def _has_pairs(self) -> bool:
        return self.page == "pairs" and self.pairs.has_pairs

    @Slot(object)
    def _show_item(self, row: ItemRow) -> None:
        self.view.show(row)
        self.moved.emit()

    def _close_item(self) -> None:
        self.view.leave()
        self.items.close_item()

    # -- questions and names ------------------------------------------------------------------

    def _ask_filter(self) -> None:
        basis = self._session.basis
        if basis is not None:
            self.filter.show_choices(basis)
            self.turn_to(FILTER)

    def _ask_names(self) -> None:
        self.names.clear()
        self.turn_to(NAMES)

    def _keep(self) -> None:
        if self.page == NAMES:
            self._session.unmask(self.names.reason)
            return
        asked = self.filter.asked()
        if asked is not None:
            self._session.look(asked)
            self.turn_to(OVERVIEW)

    @Slot()
    def _unmasked(self) -> None:
        self.pages.tell(self._fit.texts("quality.unmasked"), "ok")
        self.turn_to(OVERVIEW)

    # -- files --------------------------------------------------------------------------------

    def _can_export(self) -> bool:
        return self.pages.card() is not None or (
            self.page == "items" and bool(self.items.twin().rows)
        )

    def _export(self) -> None:
        card = self.pages.card()
        twin = card.twin() if card is not None else self.items.twin()
        kinds = KINDS if card is not None else ("csv",)
        path = asked_path(self, texts := self._fit.texts, proposed_name([twin.title], texts), kinds)
        if path is not None:
            self.write(path, twin, card.chart if card is not None else None)

    def write(self, path: Path, twin: Twin, chart: AnyChart | None) -> None:
        """Write a chart into a file, as its ending says."""
        write_chart(self._session, self._fit.look, path, twin, chart)

    @Slot(str)
    def _written(self, name: str) -> None:
        self.pages.tell(self._fit.texts("reports.written", name=name), "ok")

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        self.pages.tell(sentence, "stop")
