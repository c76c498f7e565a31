"""The first start: a short assistant, a page a step, with a way back from every one.

Who signs and where the home is; where the keys go; where the central store is; veil and limits.
What an answer lacks is said at the step that asked for it. Whoever joins a deployment is not asked
for limits: its policy says them.
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.messages import sentence
from app.policies import default_policy
from app.session.new_home import (
    ALONE,
    BY_FILE,
    SERVER,
    STORES,
    Limits,
    NewHome,
    NewHomeError,
    Step,
    check,
)
from app.session.opening import ROLES, OpeningSession
from app.session.refusal import Refusal
from widgets.buttons import KeyButton
from widgets.chips import Switch
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keys import key_name
from widgets.opening_form import OpeningForm
from widgets.site import Site
from widgets.words import Words

PLACE = "first_run"
HOUR_S, MINUTE_S = 3600, 60
# What is offered; the policy can say anything between later.
RESTING = ("0", "1", "2")
BREAKS_MIN = ("30", "45", "60", "90")
DAYS_H = ("2", "3", "4", "6")
ENDS = ("15:00", "16:00", "17:00", "18:00", "none")


class FirstRun(OpeningForm):
    """Asks step by step and has the home made."""

    stays = True

    def __init__(self, fit: Fittings, opening: OpeningSession) -> None:
        texts = fit.texts
        super().__init__(fit, texts("opening.new"), texts("opening.new_more"), "")
        self._opening = opening
        self._step = Step.WHO
        self._at_first: QWidget = self  # what has the keyboard where a step begins
        self._holders: dict[Step, list[QWidget]] = {step: [] for step in Step}
        self.name = Line(fit, texts("opening.name"), texts("opening.name_hint"))
        self._means = Words(fit, "", tone="text2")
        self.site = Site(fit)
        self._asks_site = False  # whether a home can be in the folder is being looked at
        self.first = Line(fit, texts("opening.passphrase"), secret=True)
        self.again = Line(fit, texts("opening.passphrase_again"), secret=True)
        self.address = Line(fit, texts("opening.address"), texts("opening.address_hint"))
        self.password = Line(fit, texts("opening.password"), secret=True)
        self.fingerprint = Line(
            fit, texts("opening.fingerprint"), texts("opening.fingerprint_hint")
        )
        self._back = KeyButton(fit, texts("keys.back_step"), fit.keymap.key("back_step"))
        self._back.clicked.connect(self._go_back)
        self.buttons.addWidget(self._back)
        self._ask_who()
        self._ask_keys()
        self._ask_store()
        self._ask_limits()
        self.done.connect(self._go_on)
        opening.place_taken.connect(self._take_place)
        opening.keyring_looked.connect(self._take_keyring)
        opening.look_for_keyring()
        self._show_step(Step.WHO)

    @property
    def step(self) -> Step:
        """The step that is asked now."""
        return self._step

    def take_refusal(self, refusal: Refusal) -> None:
        """Go to the step whose answer is to be mended, and say why."""
        self._asks_site = False
        self._show_step(refusal.step or self._step)
        self._mend(refusal.field, refusal.sentence)

    def forget_secrets(self) -> None:
        """Keep no passphrase and no password once the home is made; the page outlives it."""
        for field in (self.first, self.again, self.password):
            field.forget()

    def wanted(self) -> NewHome:
        """What was answered so far."""
        store = _chosen(self.stores)
        return NewHome(
            name=self.name.text(),
            role=_chosen(self.roles),
            passphrase=self.first.text(),
            again=self.again.text(),
            keyring=self.places["keyring"].isChecked(),
            store=store,
            address=self.address.text(),
            password=self.password.text(),
            fingerprint=self.fingerprint.text() if store != ALONE else "",
            limits=self._limits(),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on; its key goes back."""
        action = self._fit.keymap.find(key_name(event), PLACE)
        if action is not None and action.id == "back_step":
            self._go_back()
        else:
            super().keyPressEvent(event)

    # -- what is asked ------------------------------------------------------------------------

    def _ask_who(self) -> None:
        self._ask(Step.WHO, "name", self.name)
        self.roles = self._choice(Step.WHO, "role", ROLES, below=self._means)
        for role, switch in self.roles.items():
            switch.setAccessibleDescription(self._fit.texts(f"opening.role_{role}_is"))
            switch.toggled.connect(self._by_role)
        self._by_role()
        self.site.show_place(self._opening.place)
        self._ask(Step.WHO, "where", self.site)

    def _ask_keys(self) -> None:
        self._no_keyring = Words(self._fit, self._fit.texts("opening.no_keyring"), tone="text2")
        self._no_keyring.hide()
        places = ("file", "keyring")
        self.places = self._choice(Step.KEYS, "keys", places, below=self._no_keyring)
        self.places["keyring"].toggled.connect(self._by_keyring)
        self._ask(Step.KEYS, "passphrase", self.first)
        self._ask(Step.KEYS, "passphrase_again", self.again)

    def _ask_store(self) -> None:
        self.stores = self._choice(Step.STORE, "store", STORES)
        for switch in self.stores.values():
            switch.toggled.connect(self._by_store)
        self._ask(Step.STORE, "address", self.address)
        self._ask(Step.STORE, "password", self.password)
        self._ask(Step.STORE, "fingerprint", self.fingerprint)

    def _ask_limits(self) -> None:
        shipped = default_policy()
        exposure = shipped.exposure
        break_min = str(exposure.break_every_s // MINUTE_S)
        day_h = str(exposure.desk_time_a_day_s // HOUR_S)
        ends = exposure.viewing_ends or "none"
        self.resting = self._choice(Step.LIMITS, "resting", RESTING, str(shipped.veil.resting))
        self.breaks = self._choice(Step.LIMITS, "breaks", BREAKS_MIN, break_min)
        self.days = self._choice(Step.LIMITS, "days", DAYS_H, day_h)
        self.ends = self._choice(Step.LIMITS, "ends", ENDS, ends)

    def _limits(self) -> Limits:
        ends = _chosen(self.ends)
        return Limits(
            resting=int(_chosen(self.resting)),
            break_every_s=int(_chosen(self.breaks)) * MINUTE_S,
            desk_time_a_day_s=int(_chosen(self.days)) * HOUR_S,
            viewing_ends=None if ends == "none" else ends,
        )

    def _ask(self, step: Step, label: str, field: QWidget) -> None:
        self._holders[step].append(self.add_field(self._fit.texts(f"opening.{label}"), field))

    def _choice(
        self,
        step: Step,
        title: str,
        values: tuple[str, ...],
        first: str = "",
        below: Words | None = None,
    ) -> dict[str, Switch]:
        """Ask for one of several; `first`, or the first of them, is chosen until another is.

        What is said `below` them is of the choice.
        """
        holder = QWidget()
        flow = FlowLayout(holder, self._fit.look.px("s2"))
        found = {}
        for value in values:
            name = value.replace(":", "")
            switch = Switch(self._fit, self._fit.texts(f"opening.{title}_{name}"))
            switch.setAutoExclusive(True)
            switch.setChecked(value == (first if first in values else values[0]))
            flow.addWidget(switch)
            found[value] = switch
        self._ask(step, title, holder)
        layout = self._holders[step][-1].layout()
        if below is not None and layout is not None:
            layout.addWidget(below)
        return found

    # -- step by step -------------------------------------------------------------------------

    def _steps(self) -> tuple[Step, ...]:
        """The steps of this person: who joins a deployment has its limits."""
        joins = self.wanted().joins is not None
        return tuple(step for step in Step if step is not Step.LIMITS or not joins)

    @Slot()
    def _go_on(self) -> None:
        wanted, steps = self.wanted(), self._steps()
        try:
            check(wanted, self._step)
        except NewHomeError as error:
            self._mend(error.field, sentence(error))
            return
        if self._step is steps[-1]:
            self._opening.make(wanted)
        elif self._step is not Step.WHO:
            self._show_step(steps[steps.index(self._step) + 1])
        elif not self._asks_site:
            self._asks_site = True
            self._opening.choose_place(self.site.typed)

    @Slot()
    def _take_place(self) -> None:
        """A home can be made in the folder: go on."""
        if self._asks_site:
            self._asks_site = False
            self.site.show_place(self._opening.place)  # as it was read
            self._show_step(Step.KEYS)

    @Slot(bool)
    def _take_keyring(self, is_there: bool) -> None:
        """Say before anything is chosen that keys can only go into a file."""
        self._no_keyring.setVisible(not is_there)
        self.places["keyring"].setEnabled(is_there)
        if not is_there:
            self.places["file"].setChecked(True)

    @Slot()
    def _go_back(self) -> None:
        steps = tuple(Step)
        if self._step is not steps[0]:
            self._show_step(steps[steps.index(self._step) - 1])

    def _show_step(self, step: Step) -> None:
        texts, steps = self._fit.texts, self._steps()
        self._step = step
        for one, holders in self._holders.items():
            for holder in holders:
                holder.setVisible(one is step)
        number = tuple(Step).index(step) + 1
        self.say(texts(f"opening.step_{step.value}", number=number, of=len(steps)))
        self._back.setVisible(step is not Step.WHO)
        self._by_store()
        self._by_keyring()
        first = {
            Step.WHO: self.name,
            Step.KEYS: self.first,
            Step.STORE: self.stores[_chosen(self.stores)],
        }
        field = first.get(step, self.resting[_chosen(self.resting)])
        if step is Step.KEYS and _chosen(self.places) == "keyring":
            field = self.places["keyring"]
        # Not a focus proxy: Tab would come to the page itself on its way round, and be sent back.
        self._at_first = field
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _mend(self, field: str, sentence: str) -> None:
        """Say what is wrong below its field, which takes the keyboard."""
        fields: Mapping[str, QWidget] = {
            "name": self.name,
            "passphrase": self.first,
            "keys": self.places[_chosen(self.places)],  # from there an arrow takes the other
            "where": self.site.line,
            "address": self.address,
            "fingerprint": self.fingerprint,
        }
        to_mend = fields.get(field, self._at_first)
        under = [to_mend]
        if field == "passphrase":
            under.append(self.again)  # they may differ: either is mended by typing
        self.show_fault(sentence, *under)
        if field == "keys":
            self._opening.look_for_keyring()  # it was there before, or nobody had looked
        to_mend.setFocus(Qt.FocusReason.ShortcutFocusReason)  # by the keyboard: with the ring

    @Slot()
    def _by_role(self) -> None:
        """Say what the chosen role may do."""
        self._means.say(self._fit.texts(f"opening.role_{_chosen(self.roles)}_is"))

    @Slot()
    def _by_store(self) -> None:
        """Ask for what the chosen store needs, and name the button by what it does."""
        self.show_fault("")  # what it said was of the other choice
        store, asked = _chosen(self.stores), self._step is Step.STORE
        for field, stores in (
            (self.address, (SERVER,)),
            (self.password, (SERVER,)),
            (self.fingerprint, (SERVER, BY_FILE)),
        ):
            holder = field.parentWidget()
            if holder is not None:
                holder.setVisible(asked and store in stores)
        last = self._step is self._steps()[-1]
        words = self._fit.texts("opening.make_it" if last else "opening.next_step")
        self._button.setText(words)
        self._button.setAccessibleName(words)
        self._button.updateGeometry()

    @Slot()
    def _by_keyring(self) -> None:
        """Ask for a passphrase where the keys go into a file."""
        self.show_fault("")  # what it said was of the other choice
        in_file = _chosen(self.places) == "file"
        for field in (self.first, self.again):
            holder = field.parentWidget()
            if holder is not None:
                holder.setVisible(in_file and self._step is Step.KEYS)


def _chosen(switches: Mapping[str, Switch]) -> str:
    return next(name for name, switch in switches.items() if switch.isChecked())
