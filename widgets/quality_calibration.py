"""The fifth page of Quality: sets that several people grade blind, compared, put into words."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QWidget

from app.session.calibrating import CalibratingSession, Calibration, ItemBeside, SetBeside, Wanted
from widgets.asking_form import AskingForm, Field
from widgets.casebook_form import CasebookForm
from widgets.comparison import ComparisonTable, Row
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.layouts import column, row
from widgets.moments import day
from widgets.notice import Notice
from widgets.scrolled import lay_scrolled
from widgets.tables import Column, Table
from widgets.words import Words

SETS, ONE, BEGIN, ENTRY, EMPTY = range(5)
BEGIN_ACTION, ENTER_ACTION = "calibration_begin", "calibration_enter"
PROPOSED_ITEMS = "12"


class CalibrationPage(QWidget):
    """A list of sets; one of them item by item; a form for a new one, and for its entry."""

    moved = Signal()  # other keys work
    told = Signal(str)  # what came of it

    def __init__(self, fit: Fittings, session: CalibratingSession) -> None:
        super().__init__()
        self._fit, self._session = fit, session
        texts = fit.texts
        self._sets: dict[str, SetBeside] = {}
        self._chosen: SetBeside | None = None
        heads = ("set", "items", "people", "answered", "begun")
        numbers = ("items", "people", "answered")
        self.sets = Table(
            fit,
            texts("calibration.sets"),
            [Column(texts(f"calibration.head_{name}"), name in numbers) for name in heads],
            whole=False,
        )
        self._title = Words(fit, "", kind="question", strong=True)
        self._note = Words(fit, "", tone="text2", figures=True)
        of_items = ("number", "stands")
        self.items = Table(
            fit,
            texts("calibration.items"),
            [Column(texts(f"calibration.head_{name}"), figures=True) for name in of_items],
            whole=False,
        )
        self.beside = ComparisonTable(fit)
        self._nothing = Words(fit, "", tone="text2")
        self.begin_form, self.entry_form = AskingForm(fit), CasebookForm(fit)
        self._empty = Notice(fit)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._views = QStackedWidget()
        self._build()
        self._connect()

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the page do."""
        there = self._is_shown
        deeds.on("calibration_open", self.open, allowed=lambda: there() and self.at == SETS)
        deeds.on(BEGIN_ACTION, self.begin, allowed=lambda: there() and not self.takes_text)
        deeds.on(ENTER_ACTION, self._begin_entry, allowed=lambda: there() and self.at == ONE)
        self._empty.pressed.connect(deeds.do)

    @property
    def at(self) -> int:
        """Which view is shown."""
        return self._views.currentIndex()

    @property
    def takes_text(self) -> bool:
        """Whether a form is open."""
        return self.at in (BEGIN, ENTRY)

    def enter(self) -> None:
        """Show the list, and read it again."""
        self._chosen = None
        self._turn(SETS if self._sets else EMPTY)
        self._session.look()

    def open(self) -> None:
        """Open the chosen set."""
        if self.at == SETS:
            found = self._sets.get(self.sets.chosen() or "")
            if found is not None:
                self._show_set(found)
                self._turn(ONE)

    def begin(self) -> None:
        """Ask what a new set is to be."""
        texts = self._fit.texts
        fields = [
            Field(texts("calibration.title"), texts("calibration.title_hint")),
            Field(texts("calibration.batch"), texts("calibration.batch_hint")),
            Field(texts("calibration.persons"), texts("people.persons_hint")),
            Field(texts("calibration.count"), text=PROPOSED_ITEMS),
        ]
        self.begin_form.ask(texts(f"keys.{BEGIN_ACTION}"), texts("calibration.begin_about"), fields)
        self._turn(BEGIN)

    def focus(self) -> None:
        """Give the keyboard to what is shown."""
        form = self._form()
        if form is not None:
            form.take_focus()
        else:
            places: dict[int, QWidget] = {SETS: self.sets, ONE: self.items}
            places.get(self.at, self._empty).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay items and answers one below the other where there is no room beside each other."""
        narrow = self.width() < self._fit.look.px("page") * 3 // 2
        way = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        self._split.setOrientation(way)
        super().resizeEvent(event)

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        look = self._fit.look
        for place in (self._listed(), self._one()):
            self._views.addWidget(place)
        for form in (self.begin_form, self.entry_form):
            page, card = QWidget(), QFrame()
            card.setObjectName("card")
            card.setMaximumWidth(look.px("page"))
            column(card).addWidget(form)
            lay_scrolled(page, card)
            self._views.addWidget(page)
        self._views.addWidget(self._empty)
        outer = column(self)
        outer.setContentsMargins(look.px("s4"), look.px("s3"), look.px("s4"), look.px("s4"))
        outer.addWidget(self._views)
        self._views.setCurrentIndex(EMPTY)

    def _listed(self) -> QWidget:
        look, texts = self._fit.look, self._fit.texts
        card = QFrame()
        card.setObjectName("card")
        box = column(card, gap=look.px("s2"))
        box.setContentsMargins(look.px("s1"), look.px("s3"), look.px("s1"), look.px("s2"))
        title = Words(self._fit, texts("calibration.sets"), kind="question", strong=True)
        about = Words(self._fit, texts("calibration.about"), tone="text2")
        box.addLayout(self._indented(title))
        box.addLayout(self._indented(about))
        box.addWidget(self.sets, 1)
        return card

    def _one(self) -> QWidget:
        look = self._fit.look
        page, boxes = QWidget(), []
        for card in (QFrame(), QFrame()):
            card.setObjectName("card")
            box = column(card, gap=look.px("s1"))
            box.setContentsMargins(look.px("s1"), look.px("s1"), look.px("s1"), look.px("s1"))
            self._split.addWidget(card)
            boxes.append(box)
        boxes[0].addWidget(self.items)
        boxes[1].addLayout(self._indented(self._nothing))
        boxes[1].addWidget(self.beside, 1)
        boxes[1].addStretch(0)
        for at, share in enumerate((3, 7)):
            self._split.setStretchFactor(at, share)
        self._split.setSizes([300, 700])
        self._split.setChildrenCollapsible(False)
        box = column(page, gap=look.px("s2"))
        head = row(gap=look.px("s4"))
        head.addWidget(self._title)
        head.addWidget(self._note, 1, Qt.AlignmentFlag.AlignVCenter)
        box.addLayout(head)
        box.addWidget(self._split, 1)
        return page

    def _indented(self, words: Words) -> QHBoxLayout:
        line = row()
        line.setContentsMargins(self._fit.look.px("s3"), 0, self._fit.look.px("s3"), 0)
        line.addWidget(words)
        return line

    def _connect(self) -> None:
        session = self._session
        session.listed.connect(self._take)
        session.begun.connect(self._begun)
        session.entered.connect(self._entered)
        session.failed.connect(self._failed)
        self.sets.picked.connect(lambda _: self.open())
        self.items.selectionModel().currentRowChanged.connect(lambda *_: self._show_item())
        self.begin_form.kept.connect(lambda said: session.begin(Wanted(*said)))
        self.begin_form.left.connect(self.enter)
        self.entry_form.kept.connect(self._sign_entry)
        self.entry_form.left.connect(lambda: self._turn(ONE))

    def _turn(self, view: int) -> None:
        self._views.setCurrentIndex(view)
        if self._is_shown():
            self.focus()
        self.moved.emit()

    def _form(self) -> AskingForm | CasebookForm | None:
        if self.at == BEGIN:
            return self.begin_form
        return self.entry_form if self.at == ENTRY else None

    def _is_shown(self) -> bool:
        return self.isVisible()

    @Slot(object)
    def _take(self, found: tuple[SetBeside, ...]) -> None:
        texts = self._fit.texts
        self._sets = {one.made.record: one for one in found}
        self.sets.show_rows([(one.made.record, self._cells(one)) for one in found])
        if not found:
            begin = (
                BEGIN_ACTION,
                texts(f"keys.{BEGIN_ACTION}"),
                self._fit.keymap.key(BEGIN_ACTION),
            )
            self._empty.say(texts("calibration.empty"), texts("calibration.about"), [begin])
        if self.at in (SETS, EMPTY):
            self._turn(SETS if found else EMPTY)
        elif self._chosen is not None and self._chosen.made.record in self._sets:
            self._show_set(self._sets[self._chosen.made.record])

    def _cells(self, one: SetBeside) -> tuple[str, ...]:
        texts, n = self._fit.texts, len(one.items)
        answered = texts("quality.n_of", n=one.answered, of=n)
        at = day(texts, one.made.at)
        return (one.made.title, str(n), str(len(one.made.persons)), answered, at)

    def _show_set(self, found: SetBeside) -> None:
        texts = self._fit.texts
        self._chosen = found
        self._title.say(found.made.title)
        n, people = len(found.items), len(found.made.persons)
        self._note.say(texts("calibration.rests", n=found.answered, of=n, people=people))
        rows = [
            (one.item, (texts("calibration.item", n=at, of=n), self._stands(one)))
            for at, one in enumerate(found.items, 1)
        ]
        self.items.show_rows(rows)
        self._show_item()

    def _stands(self, one: ItemBeside) -> str:
        texts = self._fit.texts
        if one.waits:
            return texts("calibration.waits")
        if one.lacking:
            return texts("calibration.lacking", n=one.lacking)
        fact = _parting(one)
        if fact is None:
            return texts("calibration.alike")
        return texts("calibration.parts", question=self._asked(fact))

    def _show_item(self) -> None:
        one = self._item()
        nothing = ""
        if one is None or not one.lines:
            nothing = self._stands(one) if one is not None else ""
            if one is not None and one.waits:
                nothing = self._fit.texts("calibration.waits_more")
            elif one is not None:
                nothing = self._fit.texts("calibration.lacking_more", n=one.lacking)
        self._nothing.say_or_hide(nothing)
        self.beside.setVisible(not nothing)
        if one is not None and one.lines:
            self.beside.show_rows(one.names, self._lines(one))

    def _lines(self, one: ItemBeside) -> list[Row]:
        texts, scheme = self._fit.texts, self._session.scheme
        none = texts("opinions.not_asked")
        rows = []
        for line in one.lines:
            known = scheme.question(line.fact) if scheme.has(line.fact) else None
            labels = {choice.value: choice.label for choice in known.choices} if known else {}
            values = tuple(labels.get(value or "", value or none) for value in line.values)
            rows.append(Row(self._asked(line.fact), values, line.parts, line.first))
        apart = len(set(one.outcomes)) > 1
        return [*rows, Row(texts("desk.outcome"), one.outcomes, apart)]

    def _item(self) -> ItemBeside | None:
        items = self._chosen.items if self._chosen is not None else ()
        chosen = self.items.chosen()
        return next((one for one in items if one.item == chosen), None)

    def _asked(self, fact: str) -> str:
        scheme = self._session.scheme
        return scheme.question(fact).title if scheme.has(fact) else fact

    def _begin_entry(self) -> None:
        one = self._item()
        fact = _parting(one) if one is not None else None
        self.entry_form.ask(fact, self._asked(fact) if fact is not None else "")
        self._turn(ENTRY)

    @Slot(str, str, object)
    def _sign_entry(self, title: str, words: str, fact: str | None) -> None:
        if self._chosen is not None:
            self._session.enter(self._chosen.made, title, words, fact)

    @Slot(object)
    def _begun(self, made: Calibration) -> None:
        self.told.emit(self._fit.texts("calibration.begun", n=len(made.items)))
        self.enter()

    @Slot(str)
    def _entered(self, title: str) -> None:
        self.told.emit(self._fit.texts("calibration.entered", title=title))
        self._turn(ONE)

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        form = self._form()
        if form is not None:
            form.show_fault(sentence)
            form.take_focus()
        else:
            self._empty.say(sentence)
            self._turn(EMPTY)


def _parting(one: ItemBeside) -> str | None:
    """Return the question at which the answers to an item part first."""
    return next((line.fact for line in one.lines if line.first), None)
