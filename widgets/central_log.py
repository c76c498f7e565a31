"""The page Central log in Administration: whether this desk agrees with it, and going on."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QWidget

from app.interruption import Agreement, Head, LogView
from app.session.sitting import Sitting
from widgets.asking_form import Field, in_blocks
from widgets.asking_page import AskingPage
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.layouts import column, row
from widgets.words import Words


class CentralLogPage(AskingPage):
    """What happened in a sentence, both heads, who agreed; one key to go on."""

    own_place = "central_log"

    def __init__(self, fit: Fittings, sitting: Sitting) -> None:
        super().__init__(fit)
        self._session = sitting.central_log
        self._view: LogView | None = None
        self._news_due = False  # whether this person has just signed
        self.button = KeyButton(fit, fit.texts("keys.go_on_with_log"), _key(fit))
        self._state = Words(fit, "")
        self._stopped = Words(fit, "", kind="question", tone="attention")
        self._more = Words(fit, "", tone="text2")
        self._heads = [Words(fit, "", figures=True) for _ in range(2)]
        self._agreed = Words(fit, "")
        self._news = Words(fit, "", tone="text2")
        self._fault = Words(fit, "", tone="stop")
        self._build()
        session = self._session
        session.told.connect(self._show)
        session.failed.connect(self._fail)
        self._show_none()

    def declare(self, deeds: Deeds) -> None:
        """Say what the key of the page does."""
        deeds.on("go_on_with_log", self.open_form, allowed=lambda: self._may_agree)
        self.button.clicked.connect(lambda _=False: deeds.do("go_on_with_log"))

    def enter(self) -> None:
        """Compare with the central log anew."""
        self._news.hide()
        if self._session.has_central:
            self._session.look()

    def open_form(self) -> None:
        """Ask for the reason, or for a second person behind the one that stands there."""
        view, texts = self._view, self._fit.texts
        if view is None:
            return
        agreement = view.agreement
        self._fault.hide()
        if agreement is None:
            fields = [Field(texts("central_log.reason"), texts("central_log.reason_hint"))]
            words = texts("central_log.first_words", n=view.found.size)
        else:
            fields = []
            words = texts("central_log.second_words", why=agreement.why)
        self.form.ask(texts("keys.go_on_with_log"), words, fields, in_blocks(view.found.root))
        self._show_form()

    def typed(self) -> object:
        """Return what is typed here and not signed, for ``type_again``; None without any."""
        return (self._view, self.form.texts()) if self._is_asking else None

    def type_again(self, typed: object) -> None:
        """Show again what was typed before the page was built anew."""
        match typed:
            case (LogView() as view, [*texts]):
                self._show(view)
                self.open_form()
                self.form.fill([*map(str, texts)])

    # -- inside -------------------------------------------------------------------------------

    def _at_first(self) -> QWidget:
        return self.button

    @property
    def _may_agree(self) -> bool:
        return self._view is not None and self._view.may_agree

    def _build(self) -> None:
        fit, look = self._fit, self._fit.look
        title = fit.texts("administration.central_log")
        head = row(gap=look.px("s2"))
        head.addWidget(Words(fit, title, kind="question", strong=True, wrap=False))
        head.addStretch(1)
        head.addWidget(self.button)
        standing = QWidget()
        standing.setMaximumWidth(look.px("table"))
        box = column(standing, gap=look.px("s3"))
        box.addLayout(head)
        card = QFrame()
        card.setObjectName("card")
        inner = column(card, margin=look.px("s4"), gap=look.px("s3"))
        words = (self._stopped, self._state, self._more, *self._heads, self._agreed)
        for one in (*words, self._news, self._fault):
            inner.addWidget(one)
        box.addWidget(card)
        box.addStretch(1)
        self._lay(standing)

    def _show_none(self) -> None:
        texts = self._fit.texts
        known = self._session.has_central
        self._state.say(texts("central_log.comparing" if known else "central_log.none"))
        hidden = (self._stopped, self._more, *self._heads, self._agreed, self._news, self._fault)
        for words in hidden:
            words.hide()
        self.button.hide()

    @Slot(object)
    def _show(self, view: LogView) -> None:
        texts = self._fit.texts
        self._view = view
        self._fault.hide()
        self._stopped.say_or_hide(view.stopped)
        self._more.say(texts("central_log.stopped_more"))
        self._more.setVisible(bool(view.stopped))
        self._state.say(texts("central_log.same", n=view.known.size))
        self._state.setVisible(not view.stopped)
        said = self._head("known", view.known), self._head("found", view.found)
        for words, sentence in zip(self._heads, said, strict=True):
            words.say(sentence)
            words.show()
        self._heads[1].setVisible(bool(view.stopped))
        self._agreed.say(self._who(view.agreement))
        self._agreed.setVisible(view.agreement is not None)
        self.button.setVisible(view.may_agree)
        if self._news_due:
            self._news_due = False
            self._news.say(texts("central_log.one_more" if view.waits else "central_log.goes_on"))
            self._news.show()
            self._leave()

    def _head(self, which: str, head: Head) -> str:
        return self._fit.texts(f"central_log.{which}", n=head.size, root=in_blocks(head.root))

    def _who(self, agreement: Agreement | None) -> str:
        if agreement is None:
            return ""
        texts = self._fit.texts
        names = texts("central_log.gap").join(agreement.names)
        return texts(
            "central_log.agreed",
            names=names,
            why=agreement.why,
            n=len(agreement.names),
            of=agreement.needed,
        )

    @Slot(object)
    def _keep(self, said: list[str]) -> None:
        view = self._view
        if view is not None:
            self._news_due = True
            self._session.agree(said[0] if said else view.agreement.why if view.agreement else "")

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._news_due = False
        if not self._is_asking:
            self._state.setVisible(self._view is not None and not self._view.stopped)
        super()._fail(sentence)


def _key(fit: Fittings) -> str:
    return fit.keymap.key("go_on_with_log")
