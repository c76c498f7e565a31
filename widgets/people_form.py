"""In the room Batches: a batch is dealt out among people, taken back, handed over, recalled."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.session.assigning import AssigningSession, Dealt, HandedOver
from widgets.asking_form import AskingForm, Field
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.layouts import column
from widgets.scrolled import Scrolled


class PeopleForm(QWidget):
    """One form for each of the four, about the batch that is chosen in the table."""

    wanted = Signal()  # the form is to be seen
    left = Signal()
    news = Signal(str)  # what came of it

    def __init__(
        self, fit: Fittings, session: AssigningSession, chosen: Callable[[], str | None]
    ) -> None:
        super().__init__()
        self._fit = fit
        self._session = session
        self._chosen = chosen
        self._keep: Callable[[list[str]], object] | None = None
        self.form = AskingForm(fit)
        inner = QWidget()
        column(inner, margin=fit.look.px("s4")).addWidget(self.form.as_card())
        column(self).addWidget(Scrolled(inner))
        self.form.kept.connect(self._kept)
        self.form.left.connect(self.left)
        session.dealt.connect(self._tell_dealt)
        session.handed.connect(self._tell_handed)
        session.recalled.connect(lambda n: self._tell(fit.texts("people.recalled", n=n)))
        session.taken_back.connect(lambda n: self._tell(fit.texts("people.taken_back", n=n)))
        session.failed.connect(self._fail)

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys do."""
        session = self._session

        def there() -> bool:
            return self._chosen() is not None

        deeds.on("assign_batch", self.open_assign, allowed=lambda: session.may_assign and there())
        deeds.on("take_from", self.open_take, allowed=lambda: session.may_assign and there())
        may_hand = session.may_hand_over
        deeds.on("hand_over", self.open_hand_over, allowed=lambda: may_hand and there())
        deeds.on("recall_batch", self.open_recall, allowed=lambda: may_hand and there())

    def open_assign(self) -> None:
        """Ask among whom the batch is to be dealt out."""
        texts = self._fit.texts
        fields = [Field(texts("people.persons"), texts("people.persons_hint"))]
        self._open("assign_batch", fields, lambda batch, said: self._session.assign(batch, said[0]))

    def open_take(self) -> None:
        """Ask from whom the batch is to be taken."""
        fields = [Field(self._fit.texts("people.person"), self._fit.texts("people.person_hint"))]
        self._open("take_from", fields, lambda batch, said: self._session.take_back(batch, said[0]))

    def open_hand_over(self) -> None:
        """Ask to whom what is left of the batch goes."""
        texts = self._fit.texts
        fields = [
            Field(texts("people.person"), texts("people.person_hint")),
            Field(texts("people.why"), texts("people.why_hint")),
        ]
        self._open(
            "hand_over",
            fields,
            lambda batch, said: self._session.hand_over(batch, said[0], said[1]),
        )

    def open_recall(self) -> None:
        """Ask before what was handed over is taken back."""
        self._open("recall_batch", [], lambda batch, _: self._session.recall(batch))

    def take_focus(self) -> None:
        """Give the keyboard to the first field."""
        self.form.take_focus()

    # -- inside -------------------------------------------------------------------------------

    def _open(
        self, action: str, fields: list[Field], sign: Callable[[str, list[str]], object]
    ) -> None:
        batch = self._chosen()
        if batch is None:
            return
        texts = self._fit.texts
        self._keep = lambda said: sign(batch, said)
        self.form.ask(texts(f"keys.{action}"), texts(f"people.{action}"), fields)
        self.wanted.emit()

    @Slot(object)
    def _kept(self, said: list[str]) -> None:
        if self._keep is not None:
            self._keep(said)

    @Slot(object)
    def _tell_dealt(self, dealt: Dealt) -> None:
        texts = self._fit.texts
        who = [texts("people.theirs", who=name, n=n) for name, n in dealt.items.items()]
        drawn = texts("people.drawn", base=dealt.base, extra=dealt.extra, golden=dealt.golden)
        said = [*who, drawn]
        if dealt.without_evidence:
            said.append(texts("people.without_evidence", n=dealt.without_evidence))
        if dealt.without_second:
            said.append(texts("people.without_second", n=dealt.without_second))
        self._tell(" ".join(said))

    @Slot(object)
    def _tell_handed(self, handed: HandedOver) -> None:
        self._tell(self._fit.texts("people.handed", n=handed.items, who=handed.to))

    def _tell(self, words: str) -> None:
        self._keep = None
        self.news.emit(words)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.form.show_fault(sentence)
        self.form.take_focus()
