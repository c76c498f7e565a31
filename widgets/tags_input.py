"""Tags, basis of the AI tag, and confidence: one sheet of switches, each with its key."""

import dataclasses
import json
from collections.abc import Iterator

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.session.types import Extras, Typed
from grading.scheme import Option, Scheme
from widgets.chips import Switch
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.inputs import InputPanel
from widgets.keys import key_name
from widgets.words import Words

SERIES = "series"  # the tag that has a name
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "123456789"


class TagsInput(InputPanel):
    """Letters switch tags, digits switch bases and the confidence."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, "tags")
        self._by_key: dict[str, Switch] = {}
        self._tags: dict[str, Switch] = {}
        self._bases: dict[str, Switch] = {}
        self._sure: dict[str, Switch] = {}
        self._extras = Extras()
        self._series = Line(fit, fit.texts("input.series"), fit.texts("input.series_hint"))
        self._series.textEdited.connect(self._named)

    def offer(self, scheme: Scheme, extras: Extras) -> None:
        """Offer what the scheme has; what is said already is on."""
        self._extras = extras
        if not self._tags:
            digits = iter(_DIGITS)
            self._tags = self._section("desk.tags", scheme.tags, iter(_LETTERS))
            self.body.addWidget(self._series)
            self._bases = self._section("desk.basis", scheme.bases, digits)
            self._sure = self._section("desk.confidence", scheme.confidences, digits)
            for value, switch in self._sure.items():
                switch.clicked.connect(lambda _=False, v=value: self._one_confidence(v))
            if SERIES in self._tags:
                self._tags[SERIES].toggled.connect(self._series.setEnabled)
            for switch in (*self._tags.values(), *self._bases.values(), *self._sure.values()):
                switch.clicked.connect(self._changed)
        self._series.setVisible(SERIES in self._tags)
        self._show(extras)
        first = next(iter(self._tags.values()), None)
        if first is not None:
            self.setFocusProxy(first)

    def words(self) -> Typed:
        """What is on, as text: it is a draft until it is kept."""
        said = self.extras()
        parts = {"tags": said.tags, "basis": said.ai_basis, "sure": said.confidence}
        return Typed(self.kind, json.dumps({**parts, "series": self._series.text()}))

    def fill(self, typed: Typed) -> None:
        """Switch on what was on before it was kept."""
        try:
            said = json.loads(typed.text)
            tags, basis = tuple(said["tags"]), tuple(said["basis"])
            sure, series = said["sure"], said["series"]
        except (ValueError, KeyError, TypeError):
            return  # a draft of another version of the program is not worth a fault
        self._show(Extras(tags=tags, ai_basis=basis, confidence=sure, series=series))

    def extras(self) -> Extras:
        """What is on, put into what was said before."""
        series = self._series.text().strip()
        tags = tuple(value for value, switch in self._tags.items() if switch.isChecked())
        return dataclasses.replace(
            self._extras,
            tags=tags,
            series=series if SERIES in tags and series else None,
            ai_basis=tuple(v for v, switch in self._bases.items() if switch.isChecked()),
            confidence=next((v for v, s in self._sure.items() if s.isChecked()), None),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch what stands on the key."""
        switch = self._by_key.get(key_name(event))
        if switch is None:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            switch.click()

    def _show(self, extras: Extras) -> None:
        for value, switch in self._tags.items():
            switch.setChecked(value in extras.tags)
        for value, switch in self._bases.items():
            switch.setChecked(value in extras.ai_basis)
        for value, switch in self._sure.items():
            switch.setChecked(value == extras.confidence)
        self._series.setEnabled(SERIES in extras.tags)
        self._series.setText(extras.series or "")

    @Slot()
    def _changed(self) -> None:
        self.typed.emit(self.words())

    def _section(
        self, title: str, options: tuple[Option, ...], keys: Iterator[str]
    ) -> dict[str, Switch]:
        found: dict[str, Switch] = {}
        if not options:
            return found
        fit = self._fit
        self.body.addWidget(Words(fit, fit.texts(title), kind="aside", tone="text3", strong=True))
        holder = QWidget()
        flow = FlowLayout(holder, fit.look.px("s2"))
        for option in options:
            key = next(keys, "")
            switch = Switch(fit, option.label, key, option.note)
            flow.addWidget(switch)
            found[option.value] = switch
            if key:
                self._by_key[key] = switch
        self.body.addWidget(holder)
        return found

    def _one_confidence(self, chosen: str) -> None:
        for value, switch in self._sure.items():
            if value != chosen:
                switch.setChecked(False)

    def _named(self, name: str) -> None:
        if name and SERIES in self._tags:
            self._tags[SERIES].setChecked(True)
        self._changed()
