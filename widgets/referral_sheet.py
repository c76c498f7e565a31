"""Referrals for victim identification: the form for the item at hand, and the list of all."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.session.referring import Begun, ReferringSession, Signed
from app.session.sitting import Sitting
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keys import key_name
from widgets.layouts import column
from widgets.moments import day
from widgets.overlay import Overlay
from widgets.quality_files import asked_path
from widgets.referral_form import ReferralForm
from widgets.scrolled import Scrolled
from widgets.short_keys import ShortKeys
from widgets.tables import Column, Table
from widgets.words import Words

PLACE, LIST_PLACE = "referral", "referrals"
FORMS = ("pdf", "json")
HEADS = ("to", "item", "date", "by", "facts", "stands")


class ReferralSheet(Overlay):
    """The rule stands above the form, so that nobody types for nothing."""

    turned = Signal()  # other keys work: the form came, or the list

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "settings")
        texts = fit.texts
        self._session: ReferringSession | None = None
        self._sitting: Sitting | None = None
        self._item = ""
        self._signed: tuple[Signed, ...] = ()
        self.form = ReferralForm(fit)
        self.told = Words(fit, "", tone="text2")
        heads = [Column(texts(f"referral.head_{name}")) for name in HEADS]
        self.table = Table(fit, texts("keys.referrals"), heads, whole=False)
        self._pages = QStackedWidget()
        self._foot = ShortKeys(fit)
        self._build()

    @property
    def place(self) -> str:  # type: ignore[override]
        """Whose keys the status line names."""
        return PLACE if self.shows_form else LIST_PLACE

    @property
    def shows_form(self) -> bool:
        """Whether the form is shown, and not the list."""
        return self._pages.currentIndex() == 0

    def follow(self, sitting: Sitting | None) -> None:
        """Refer for one sitting, as long as it lasts; what was typed stays in the home."""
        self._sitting = sitting
        self._session = None if sitting is None else sitting.referring
        self.form.clear()
        self._show_list("")
        self._forget_list()
        if self._session is not None:
            session = self._session
            session.begun.connect(self._begin)
            session.refused.connect(self._refuse)
            session.signed.connect(self._sign)
            session.failed.connect(self._fail)
            session.listed.connect(self._list)
            session.written.connect(self._written)
            session.signing.connect(self.form.set_busy)

    def begin(self) -> None:
        """Show the form of the item at hand, where it may be referred; the list stays else."""
        item = self._sitting.item_at_hand if self._sitting is not None else None
        if self._session is None:
            return
        if item is None:
            self._say(self._fit.texts("referral.no_item"))
        else:
            self._session.begin(item)

    def open(self) -> None:
        """Open with the list, which is read anew."""
        self._show_list("")
        self._forget_list()
        super().open()
        if self._session is not None:
            self._session.list()
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In the list letters write a file; Enter and Ctrl+D close; the rest is the window's."""
        name = key_name(event)
        if self.shows_form:
            event.ignore()
        elif name in ("Enter", "Ctrl+D"):
            if not event.isAutoRepeat():
                self.close_sheet()
        elif name in ("P", "J"):
            self.export("pdf" if name == "P" else "json")
        else:
            event.ignore()

    def export(self, form: str) -> None:
        """Ask where the chosen referral is to be written, and write it."""
        one = self._chosen()
        if one is None:
            return
        name = f"referral-{one.record[:12]}.{form}"
        path = asked_path(self, self._fit.texts, name, (form,))
        if path is not None:
            self.write(one, path)

    def write(self, one: Signed, path: Path) -> None:
        """Write one into a file."""
        if self._session is not None:
            self._session.write(one, path, self._fit.texts)

    def _build(self) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        holder = QWidget()
        listed = column(holder, gap=look.px("s3"))
        buttons = FlowLayout(gap_px=look.px("s2"))
        for form, key in zip(FORMS, ("P", "J"), strict=True):
            button = KeyButton(fit, texts(f"referral.as_{form}"), key)
            button.clicked.connect(lambda _=False, chosen=form: self.export(chosen))
            buttons.addWidget(button)
        listed.addWidget(self.table, 1)
        listed.addLayout(buttons)
        for page in (Scrolled(self.form), Scrolled(holder)):  # with large text room is scarce
            self._pages.addWidget(page)
        box = column(self.sheet, margin=look.px("s6"), gap=look.px("s3"))
        box.addWidget(Words(fit, texts("keys.refer"), kind="question", strong=True))
        box.addWidget(Words(fit, texts("referral.rule"), tone="text2"))
        box.addWidget(self.told)
        box.addWidget(self._pages, 1)
        box.addWidget(self._foot)
        self.form.typed.connect(self._keep)
        self.form.kept.connect(self._ask)
        self.form.left.connect(self.close_sheet)
        self._show_list("")

    def _show_list(self, said: str) -> None:
        self._item = ""
        self._pages.setCurrentIndex(1)
        self._foot.show_place(LIST_PLACE)
        self._say(said)
        self.turned.emit()

    def _say(self, said: str, tone: str = "text2") -> None:
        self.told.tone(tone)
        self.told.say_or_hide(said)

    @Slot(object)
    def _begin(self, begun: Begun) -> None:
        if not self.isVisible():
            return
        self._item = begun.about.item
        self._say("")
        self.form.begin(begun)
        self._pages.setCurrentIndex(0)
        self._foot.show_place(PLACE)
        self.turned.emit()
        self.form.take_focus()

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        self._say(sentence, "attention")

    @Slot(object)
    def _keep(self, typed: dict[str, str]) -> None:
        if self._session is not None and self._item:
            self._session.keep(self._item, typed)

    @Slot(object)
    def _ask(self, referral: object) -> None:
        if self._session is not None and self._item:
            self._session.sign(self._item, referral)  # type: ignore[arg-type]  # the form's own

    @Slot(object)
    def _sign(self, one: Signed) -> None:
        self._show_list(self._fit.texts("referral.signed", to=one.referral.to))
        self.told.tone("ok")
        if self._session is not None:
            self._session.list()
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(str, str)
    def _fail(self, sentence: str, about: str) -> None:
        if self.shows_form:
            self.form.show_fault(sentence, about)
        else:
            self._say(sentence, "stop")

    @Slot(object)
    def _list(self, found: tuple[Signed, ...]) -> None:
        self._signed = found
        self.table.show_rows([(one.record, self._cells(one)) for one in found])
        if not found and not self.told.text():
            self._say(self._fit.texts("referral.none"))

    def _forget_list(self) -> None:
        self._signed = ()
        self.table.show_rows([])

    def _cells(self, one: Signed) -> tuple[str, ...]:
        texts = self._fit.texts
        stands = texts("referral.withdrawn" if one.withdrawn else "referral.stands")
        facts = texts("referral.facts", n=len(one.referral.identifying))
        return (one.referral.to, one.item[:12], day(texts, one.at), one.by, facts, stands)

    def _chosen(self) -> Signed | None:
        chosen = self.table.chosen()
        return next((one for one in self._signed if one.record == chosen), None)

    @Slot(str)
    def _written(self, name: str) -> None:
        self._say(self._fit.texts("reports.written", name=name), "ok")

    def _wanted_height(self, width: int) -> int:
        parent = self.parentWidget()
        return parent.height() if parent is not None else width
