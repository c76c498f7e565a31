"""The page Policy in Administration: every field with its sentence, a change previewed, signed."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from app.pace import Progress
from app.policy_form import PolicyLine
from app.policy_words import (
    allowed_in_words,
    by_title,
    changed_in_words,
    field_part,
    field_sentence,
    field_title,
    shifts_in_words,
    value_from_words,
    value_in_words,
)
from app.sentences import said
from app.session.policy import PolicySession, PolicyVersion, PolicyView, Preview, Signed
from app.session.sitting import Sitting
from widgets.asking_form import Field
from widgets.asking_page import AskingPage
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.head import page_head
from widgets.keys import Deeds
from widgets.layouts import card_column, column
from widgets.moments import day_and_time, time_left
from widgets.tables import Column, Table
from widgets.words import Words

_FIELDS = 0  # which of the two tables is shown
_CHANGES = ("change_field", "preview_policy", "drop_policy")


class PolicyPage(AskingPage):
    """A table of fields, one of versions in its place, and one form in the place of both."""

    own_place = "policy"

    def __init__(self, fit: Fittings, sitting: Sitting) -> None:
        super().__init__(fit)
        self._session: PolicySession = sitting.policy
        self._view: PolicyView | None = None
        self._keep_form: Callable[[list[str]], object] | None = None  # what the open form is for
        self._asked: PolicyLine | Preview | None = None  # what it is about
        self._is_sent = False  # what was filled in is being looked at
        texts = fit.texts
        self.fields = Table(fit, texts("policy.fields"), _columns(fit, _FIELD_COLUMNS), whole=False)
        self.versions = Table(
            fit, texts("policy.versions"), _columns(fit, _VERSION_COLUMNS), whole=False
        )
        self._summary = Words(fit, "", tone="text2")
        self._proposal = Words(fit, "", tone="text2")
        self._about = Words(fit, "", tone="text2")
        self._far = Words(fit, "", tone="text2", figures=True)  # how far a preview is
        self._news = Words(fit, "", tone="ok")
        self._fault = Words(fit, "", tone="stop")
        self._tables = QStackedWidget()
        self._build()
        self._connect()

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the page do."""
        session = self._session
        changed = self._has_proposal
        deeds.on("change_field", self.open_field, allowed=lambda: session.may_change)
        deeds.on("preview_policy", session.preview, allowed=changed)
        deeds.on("drop_policy", session.drop, allowed=changed)
        deeds.on("policy_versions", self.turn)
        for action, button in self._buttons.items():
            button.clicked.connect(lambda _=False, name=action: deeds.do(name))

    def enter(self) -> None:
        """Read the policy anew."""
        self._news.hide()
        self._session.look()

    def turn(self) -> None:
        """Change between the fields and the versions."""
        self._tables.setCurrentIndex(1 - self._tables.currentIndex())
        self._about.setVisible(self._tables.currentIndex() == _FIELDS)
        self.focus()

    def open_field(self) -> None:
        """Ask for another value of the chosen field."""
        line = self._chosen()
        if line is None or self._tables.currentIndex() != _FIELDS:
            return
        self._ask_value(line)

    def typed(self) -> object:
        """Return the form that lies open with what is typed in it; None without one."""
        if not self._is_asking:
            return None
        return (self._view, self._asked, self.form.texts(), self._is_sent)

    def type_again(self, typed: object) -> None:
        """Show again the form that lay open."""
        match typed:
            case (PolicyView() as view, asked, [*texts], bool() as is_sent):
                self._show(view)
                if isinstance(asked, Preview):
                    self._show_preview(asked)
                elif isinstance(asked, PolicyLine):
                    self.fields.choose(asked.name)
                    self._ask_value(asked)
                    self.form.fill([*map(str, texts)])
                self._is_sent = is_sent  # its answer is on the way

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        self._buttons = {
            action: KeyButton(fit, texts(f"policy.{action}"), fit.keymap.key(action))
            for action in (*_CHANGES, "policy_versions")
        }
        head = page_head(fit, texts("administration.policy"), *self._buttons.values())
        for table in (self.fields, self.versions):
            card = QFrame()
            card.setObjectName("card")
            card_column(card, look).addWidget(table)
            self._tables.addWidget(card)
        listed = QWidget()
        box = column(listed, gap=look.px("s3"))
        box.addWidget(head)
        for words in (self._summary, self._proposal, self._far, self._news, self._fault):
            box.addWidget(words)
        box.addWidget(self._tables, 1)
        box.addWidget(self._about)
        for hidden in (self._far, self._news, self._fault):
            hidden.hide()
        self._lay(listed)

    def _at_first(self) -> QWidget:
        return self._table()

    def _connect(self) -> None:
        session = self._session
        session.told.connect(self._show)
        session.previewing.connect(self._say_how_far)
        session.seen.connect(self._show_preview)
        session.signed.connect(self._said)
        session.failed.connect(self._fail)
        self.fields.selectionModel().currentRowChanged.connect(
            lambda _new, _old: self._tell_field()
        )

    def _table(self) -> Table:
        return self.fields if self._tables.currentIndex() == _FIELDS else self.versions

    def _has_proposal(self) -> bool:
        return self._session.may_change and self._view is not None and self._view.changed > 0

    def _chosen(self) -> PolicyLine | None:
        chosen = self.fields.chosen()
        lines = self._view.lines if self._view else ()
        return next((line for line in lines if line.name == chosen), None)

    def _ask_value(self, line: PolicyLine) -> None:
        texts, name = self._fit.texts, line.name
        say, allowed = field_sentence(texts, name), allowed_in_words(texts, line.allowed)
        value = value_in_words(texts, line.in_force)
        words = texts("policy.type_it", say=say, allowed=allowed, value=value)
        self._asked = line
        self._open(
            field_title(texts, name),
            words,
            [Field(texts("policy.value"), allowed, value_in_words(texts, line.proposed))],
            lambda said: self._session.change(name, value_from_words(texts, said[0])),
        )

    def _open(
        self,
        title: str,
        words: str,
        fields: list[Field],
        keep: Callable[[list[str]], object],
    ) -> None:
        self._keep_form = keep
        self._is_sent = False
        for line in (self._fault, self._news, self._far):
            line.hide()
        self.form.ask(title, words, fields)
        self._show_form()

    @Slot(object)
    def _keep(self, said: list[str]) -> None:
        if self._keep_form is not None:
            self._is_sent = True
            self._keep_form(said)

    @Slot()
    def _leave(self) -> None:
        self._keep_form = self._asked = None
        super()._leave()

    @Slot(object)
    def _say_how_far(self, progress: Progress) -> None:
        """Say how far a preview is, once it takes longer than a moment."""
        if self._is_asking:
            return
        if progress.left_s is None:  # nothing is known yet of how long it takes
            self._far.hide()
            return
        texts, left = self._fit.texts, time_left(self._fit.texts, progress.left_s)
        figures = {"n": progress.done, "of": progress.of, "left": left}
        self._far.say(texts(f"policy.{progress.stage}_of", **figures))
        self._far.show()

    @Slot(object)
    def _show_preview(self, seen: Preview) -> None:
        texts = self._fit.texts
        version = self._view.version + 1 if self._view else 0
        last = texts("policy.sign_words", version=version)
        if seen.refusals:
            last = texts("policy.refuse_words")
        self._asked = seen
        changed, shifts = changed_in_words(texts, seen), shifts_in_words(texts, seen)
        told = [by_title(texts, said(one)) for one in seen.warnings]
        parts = ["\n".join(lines) for lines in (changed, shifts, told, [last]) if lines]
        self._open(texts("policy.preview"), "\n\n".join(parts), [], lambda _: self._session.sign())
        self.form.show_fault("\n".join(by_title(texts, said(one)) for one in seen.refusals))

    @Slot(object)
    def _said(self, signed: Signed) -> None:
        texts = self._fit.texts
        if signed.in_force:
            self._news.say(texts("policy.signed_in_force"))
        else:
            self._news.say(texts("policy.signed_lacking", n=signed.lacking))
        self._leave()
        self._news.show()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        if self._is_asking:
            self._is_sent = False
        else:
            self._far.hide()
        super()._fail(by_title(self._fit.texts, sentence))

    @Slot(object)
    def _show(self, view: PolicyView) -> None:
        texts = self._fit.texts
        before = self._view.version if self._view is not None else view.version
        # A preview says what would change of the version that it was made from.
        is_stale = isinstance(self._asked, Preview) and before != view.version
        self._view = view
        self._fault.hide()
        self._far.hide()
        self._summary.say(texts("policy.summary", version=view.version))
        self._proposal.say(self._proposal_words(view))
        rows = [(line.name, _field_cells(self._fit, line)) for line in view.lines]
        self.fields.show_rows(rows)
        versions = [(one.record, _version_cells(self._fit, one)) for one in reversed(view.versions)]
        self.versions.show_rows(versions)
        for action in _CHANGES:
            self._buttons[action].setVisible(self._session.may_change)
        for action in ("preview_policy", "drop_policy"):
            self._buttons[action].setEnabled(view.changed > 0)
        self._tell_field()
        if self._is_asking and (self._is_sent or is_stale):  # else it was only read anew
            self._leave()

    def _proposal_words(self, view: PolicyView) -> str:
        texts = self._fit.texts
        if not self._session.may_change:
            return texts("policy.may_not")
        if not view.changed:
            return texts("policy.unchanged")
        return texts("policy.proposed_n", n=view.changed)

    def _tell_field(self) -> None:
        line = self._chosen()
        if line is not None:
            texts = self._fit.texts
            allowed = allowed_in_words(texts, line.allowed)
            say = field_sentence(texts, line.name)
            self._about.say(texts("policy.about_field", say=say, allowed=allowed))


_FIELD_COLUMNS = ("field", "part", "in_force", "proposed", "allowed")
_VERSION_COLUMNS = ("version", "by", "at", "state")


def _columns(fit: Fittings, names: tuple[str, ...]) -> list[Column]:
    return [Column(fit.texts(f"policy.{name}")) for name in names]


def _field_cells(fit: Fittings, line: PolicyLine) -> tuple[str, ...]:
    texts = fit.texts
    proposed = value_in_words(texts, line.proposed) if line.changed else ""
    in_force, allowed = value_in_words(texts, line.in_force), allowed_in_words(texts, line.allowed)
    title, part = field_title(texts, line.name), field_part(texts, line.name)
    return (title, part, in_force, proposed, allowed)


def _version_cells(fit: Fittings, one: PolicyVersion) -> tuple[str, ...]:
    texts = fit.texts
    if one.lacking:
        state = texts("policy.lacking", n=one.lacking)
    else:
        state = texts("policy.is_in_force" if one.is_newest else "policy.was_in_force")
    return (str(one.version), one.by, day_and_time(texts, one.at), state)
