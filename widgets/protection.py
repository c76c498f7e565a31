"""The page that says what protects this workstation, part by part, as each part reports it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.protection import Protections
from app.sentences import said
from app.session.sitting import Sitting
from widgets.capture import Capture, CaptureGuard, keep_out_of_capture
from widgets.dot import Dot
from widgets.fittings import Fittings
from widgets.layouts import column, emptied, row
from widgets.read_page import ReadPage
from widgets.scrolled import Scrolled
from widgets.words import Words


class Standing(QWidget):
    """One protection: a dot and a word say whether it holds, a sentence what it means."""

    def __init__(self, fit: Fittings, said: str, *, holds: bool) -> None:
        super().__init__()
        look, texts = fit.look, fit.texts
        dot = Dot(look)
        dot.tone("ok" if holds else "attention")
        word = Words(fit, texts("protection.holds" if holds else "protection.lacks"), tone="text2")
        word.setFixedWidth(look.px("standing"))
        head = row(gap=look.px("s2"))  # one line high, whatever the sentence is
        head.addWidget(dot)
        head.addWidget(word)
        box = row(self, gap=look.px("s2"))
        box.addLayout(head)
        box.setAlignment(head, Qt.AlignmentFlag.AlignTop)
        box.addWidget(Words(fit, said), 1)
        self.setAccessibleName(f"{word.text()}: {said}")


class ProtectionPage(ReadPage):
    """Decoder, screen, keys, stores and central store, a card each."""

    def __init__(
        self, fit: Fittings, sitting: Sitting, guard: CaptureGuard = keep_out_of_capture
    ) -> None:
        super().__init__()
        self._fit = fit
        self._session = sitting.protection
        self._guard = guard
        look, texts = fit.look, fit.texts
        inner = QWidget()
        inner.setMaximumWidth(look.px("table"))
        self._cards = column(inner, gap=look.px("s4"))
        self._scroll = Scrolled(inner)
        self._fault = Words(fit, "", tone="stop")
        self._fault.hide()
        self._asking = Words(fit, texts("protection.asking"), tone="text3")
        box = column(self, gap=look.px("s3"))
        title = texts("administration.protection")
        box.addWidget(Words(fit, title, kind="question", strong=True))
        box.addWidget(Words(fit, texts("protection.about"), tone="text2"))
        box.addWidget(self._fault)
        box.addWidget(self._asking)
        box.addWidget(self._scroll, 1)
        self._session.told.connect(self._show)
        self._session.failed.connect(self._fail)

    def enter(self) -> None:
        """Ask every part anew."""
        self._session.ask()

    @Slot(object)
    def _show(self, told: Protections) -> None:
        self._fault.hide()
        self._asking.hide()
        emptied(self._cards)
        texts = self._fit.texts
        self._card("decoder", self._decoder(told))
        self._card("screen", [self._screen()])
        self._card("keys", [Standing(self._fit, texts(f"protection.keys_{told.keys}"), holds=True)])
        self._card("stores", self._stores(told))
        self._card("central", self._central(told))
        self._card("lock", [Words(self._fit, texts("protection.lock_words"))])
        self._cards.addStretch(1)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._asking.hide()
        self._fault.say(sentence)
        self._fault.show()

    def _decoder(self, told: Protections) -> list[QWidget]:
        if told.fault:
            return [Words(self._fit, told.fault, tone="stop")]
        texts = self._fit.texts
        lines: list[QWidget] = [
            Standing(
                self._fit,
                texts("protection.layer", does=_begun_large(said(one.meaning))),
                holds=one.in_force,
            )
            for one in told.layers
        ]
        if not all(one.is_tested for one in told.layers):
            lines.append(Words(self._fit, texts("protection.untested"), tone="text2"))
        return lines

    def _screen(self) -> QWidget:
        capture = self._guard(self.window())
        said = self._fit.texts(f"protection.capture_{capture.value}")
        return Standing(self._fit, said, holds=capture is Capture.EXCLUDED)

    def _stores(self, told: Protections) -> list[QWidget]:
        texts, cipher = self._fit.texts, told.cipher
        plain = texts("protection.store_plain")
        said = plain if cipher is None else texts("protection.store_cipher", cipher=cipher)
        return [
            Standing(self._fit, said, holds=cipher is not None),
            Standing(self._fit, texts("protection.vault"), holds=True),
        ]

    def _central(self, told: Protections) -> list[QWidget]:
        texts, serves = self._fit.texts, told.central == "server"
        return [
            Standing(self._fit, texts(f"protection.central_{told.central}"), holds=serves),
            Standing(self._fit, texts(f"protection.pin_{told.pin}"), holds=told.pin == "outside"),
        ]

    def _card(self, name: str, rows: list[QWidget]) -> None:
        look = self._fit.look
        card = QFrame()
        card.setObjectName("card")
        box: QVBoxLayout = column(card, margin=look.px("s4"), gap=look.px("s2"))
        box.addWidget(Words(self._fit, self._fit.texts(f"protection.{name}"), strong=True))
        for one in rows:
            box.addWidget(one)
        self._cards.addWidget(card)


def _begun_large(said: str) -> str:
    """A meaning as a sentence begins; commands say it within one."""
    return f"{said[:1].upper()}{said[1:]}"
