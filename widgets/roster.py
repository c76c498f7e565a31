"""The page Roster in Administration: who may sign, what waits, and what an administrator does."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QWidget

from app.roster.listing import ActLine, KeyLine, RosterView
from app.sentences import said
from app.session.roster import Asking, RosterSession, Signed, Wish
from app.session.sitting import Sitting
from grading.late_methods import dataclass
from widgets.asking_form import Field, in_blocks
from widgets.asking_page import AskingPage
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.head import page_head
from widgets.keys import Deeds
from widgets.layouts import card_column, column
from widgets.tables import Column, Table
from widgets.words import Words

_CHANGES = ("enrol_key", "revoke_key", "renew_roster")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form that lies open, and what keeping it means; it outlives the page that opened it."""

    title: str
    words: str
    sign: Callable[["RosterPage", list[str]], object]
    fields: tuple[Field, ...] = ()
    figure: str = ""


class RosterPage(AskingPage):
    """A table of keys, a table of what waits for approval, and one form in their place."""

    own_place = "roster"

    def __init__(self, fit: Fittings, sitting: Sitting) -> None:
        super().__init__(fit)
        self._session: RosterSession = sitting.roster
        self._view: RosterView | None = None
        self._asked: _Asked | None = None  # what the open form is for
        self._wish = Wish()  # for the key that is being enrolled
        texts = fit.texts
        self.keys = Table(fit, texts("roster.keys"), _columns(fit, _KEYS), whole=False)
        self.waiting = Table(fit, texts("roster.waiting"), _columns(fit, _ACTS), whole=False)
        self._summary = Words(fit, "", tone="text2")
        self._first = Words(fit, "", tone="text2", figures=True)
        self._warning = Words(fit, "", tone="attention")
        self._news = Words(fit, "", tone="text2")
        self._fault = Words(fit, "", tone="stop")
        self._build()
        self._connect()

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the page do."""
        session = self._session
        for action, open_form in (
            ("enrol_key", self.open_enrolment),
            ("revoke_key", self.open_revocation),
            ("renew_roster", self.open_renewal),
        ):
            deeds.on(action, open_form, allowed=lambda: session.may_change)
        deeds.on("approve_act", self.open_approval, allowed=lambda: session.may_approve)
        for action, button in self._buttons.items():
            button.clicked.connect(lambda _=False, name=action: deeds.do(name))

    def enter(self) -> None:
        """Read the roster anew."""
        self._news.hide()
        self._session.look()

    def open_enrolment(self) -> None:
        """Ask for the file of a new home."""
        texts = self._fit.texts
        fields = [
            Field(texts("roster.file"), texts("roster.file_hint")),
            Field(texts("roster.login"), texts("roster.login_hint")),
            Field(texts("roster.role"), texts("roster.role_hint")),
            Field(texts("roster.person"), texts("roster.person_hint")),
        ]
        words = texts("roster.enrol_words")
        self._open(_Asked(texts("keys.enrol_key"), words, RosterPage._read, tuple(fields)))

    def open_revocation(self) -> None:
        """Ask why the chosen key is to be revoked."""
        key = self._chosen_key()
        if key is None:
            return
        texts, session = self._fit.texts, self._session
        words = texts("roster.revoke_words", name=key.person_name, desk=key.workstation)
        fields = [Field(texts("roster.reason"), texts("roster.reason_hint"))]
        self._open(
            _Asked(
                texts("keys.revoke_key"),
                words,
                lambda _, said: session.revoke(key.keyid, said[0]),
                tuple(fields),
                key.fingerprint,
            )
        )

    def open_renewal(self) -> None:
        """Ask what is to be otherwise in the next version."""
        view, texts, session = self._view, self._fit.texts, self._session
        expiry = view.expiry[:10] if view and view.expiry else ""
        fields = [
            Field(texts("roster.expiry"), texts("roster.expiry_hint"), expiry),
            Field(texts("roster.persons"), texts("roster.persons_hint")),
        ]
        self._open(
            _Asked(
                texts("keys.renew_roster"),
                texts("roster.renew_words"),
                lambda _, said: session.renew(said[0], said[1]),
                tuple(fields),
            )
        )

    def open_approval(self) -> None:
        """Show what the chosen act says, before this person stands behind it."""
        act = self._chosen_act()
        if act is None:
            return
        texts = self._fit.texts
        words = texts("roster.approve_words", by=act.by, words=said(act.words))
        record, session = act.record_id, self._session
        self._open(_Asked(texts("keys.approve_act"), words, lambda *_: session.approve(record)))

    def typed(self) -> object:
        """Return the form that lies open with what is typed in it; None without one."""
        return (self._asked, self.form.texts(), self._wish) if self._is_asking else None

    def type_again(self, typed: object) -> None:
        """Show again the form that lay open."""
        match typed:
            case (_Asked() as asked, [*texts], Wish() as wish):
                self._wish = wish
                self._open(asked)
                self.form.fill([*map(str, texts)])

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        self._buttons = {
            action: KeyButton(fit, texts(f"roster.{action}"), fit.keymap.key(action))
            for action in (*_CHANGES, "approve_act")
        }
        head = page_head(fit, texts("administration.roster"), *self._buttons.values())
        listed = QWidget()
        box = column(listed, gap=look.px("s3"))
        box.addWidget(head)
        for words in (self._summary, self._first, self._warning, self._news, self._fault):
            box.addWidget(words)
        box.addWidget(self._card(self.keys), 3)
        self._waiting_card = self._card(self.waiting)
        box.addWidget(self._waiting_card, 2)
        for hidden in (self._warning, self._news, self._fault):
            hidden.hide()
        self._lay(listed)

    def _at_first(self) -> QWidget:
        return self.keys

    def _card(self, table: Table) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        card_column(card, self._fit.look).addWidget(table)
        return card

    def _connect(self) -> None:
        session = self._session
        session.told.connect(self._show)
        session.asked.connect(self._compare)
        session.signed.connect(self._said)
        session.failed.connect(self._fail)

    def _open(self, asked: "_Asked") -> None:
        self._asked = asked
        self._fault.hide()
        self._news.hide()
        self.form.ask(asked.title, asked.words, asked.fields, asked.figure)
        self._show_form()

    @Slot(object)
    def _keep(self, said: list[str]) -> None:
        if self._asked is not None:
            self._asked.sign(self, said)

    def _read(self, said: list[str]) -> None:
        self._wish = Wish(login=said[1], roles=said[2], person=said[3])
        self._session.read(said[0], said[3])

    @Slot(object)
    def _compare(self, asking: Asking) -> None:
        """The file is sound: have its fingerprint compared before anything is signed."""
        if not self._is_asking:
            return  # the form was left, or built anew, while the file was read
        texts, wish, session = self._fit.texts, self._wish, self._session
        role = wish.roles.strip() or asking.role
        if asking.person:
            words = texts(
                "roster.compare_known",
                name=asking.name,
                desk=asking.workstation,
                person=asking.person,
                role=role,
            )
        else:
            words = texts(
                "roster.compare_words", name=asking.name, desk=asking.workstation, role=role
            )
        self._open(
            _Asked(
                texts("roster.compare"),
                words,
                lambda *_: session.enrol(asking.file, asking.fingerprint, wish),
                figure=asking.fingerprint,
            )
        )

    @Slot()
    def _leave(self) -> None:
        self._asked = None
        super()._leave()

    @Slot(object)
    def _said(self, signed: Signed) -> None:
        texts = self._fit.texts
        said = texts("roster.in_force") if signed.in_force else ""
        self._news.say(said or texts("roster.lacking", n=signed.lacking))
        self._news.show()
        self._leave()

    @Slot(object)
    def _show(self, view: RosterView) -> None:
        texts = self._fit.texts
        self._view = view
        self._fault.hide()
        words = texts(
            "roster.summary", version=view.version, n=view.persons, of=view.administrators
        )
        ends = texts("roster.until", day=view.expiry[:10]) if view.expiry else ""
        self._summary.say(f"{words} {ends}".rstrip())
        self._first.say(texts("roster.first", id=in_blocks(view.first)))
        self._warning.say(said(view.warning))
        self._warning.setVisible(bool(view.warning))
        self.keys.show_rows([(key.keyid, _key_cells(self._fit, key)) for key in view.keys])
        acts = [(act.record_id, _act_cells(self._fit, act)) for act in view.waiting]
        self.waiting.show_rows(acts)
        self._waiting_card.setVisible(bool(acts))
        for action in _CHANGES:
            self._buttons[action].setVisible(self._session.may_change)
        self._buttons["approve_act"].setVisible(bool(acts) and self._session.may_approve)

    def _chosen_key(self) -> KeyLine | None:
        chosen = self.keys.chosen()
        keys = self._view.keys if self._view else ()
        return next((key for key in keys if key.keyid == chosen), None)

    def _chosen_act(self) -> ActLine | None:
        chosen = self.waiting.chosen()
        acts = self._view.waiting if self._view else ()
        return next((act for act in acts if act.record_id == chosen), None)


_KEYS = ("who", "fingerprint", "roles", "desk", "since", "state")
_ACTS = ("act", "by", "stand")


def _columns(fit: Fittings, names: tuple[str, ...]) -> list[Column]:
    return [Column(fit.texts(f"roster.{name}"), figures=name == "fingerprint") for name in names]


def _key_cells(fit: Fittings, key: KeyLine) -> tuple[str, ...]:
    texts = fit.texts
    own = texts("roster.own") if key.own else ""
    state = own if key.revoked_from is None else texts("roster.revoked", reason=key.reason)
    if key.revoked_from is None:
        since = texts("roster.from", index=key.valid_from)
    else:
        since = texts("roster.span", first=key.valid_from, last=key.revoked_from)
    roles = ", ".join(texts(f"opening.role_{role}") for role in key.roles)
    return (key.person_name, key.fingerprint, roles, key.workstation, since, state)


def _act_cells(fit: Fittings, act: ActLine) -> tuple[str, ...]:
    stand = fit.texts("roster.stand_of", n=act.persons, of=act.needed)
    return (said(act.words), act.by, stand)
