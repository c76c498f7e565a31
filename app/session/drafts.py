"""A half-answered item as one JSON value, so that a kill in mid-item loses nothing."""

import dataclasses
from collections.abc import Mapping

from app.record import NO_EXTRAS, Extras
from app.session.types import Typed
from grading.errors import GradingError
from grading.facts import Answer
from grading.late_methods import dataclass
from grading.scheme import Scheme
from grading.tree import Asking, Decided, advance, start
from grading.verdict import SecondOpinion, Worst


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What a person has said of an item so far, under one scheme; times in milliseconds."""

    scheme_sha256: str
    answers: tuple[Answer, ...] = ()
    extras: Extras = NO_EXTRAS
    typed: Typed | None = None
    active_ms: int = 0
    revealed_ms: int = 0
    seen: tuple[int, ...] = ()  # of a video or moving picture: what was revealed, from 0

    @property
    def says_something(self) -> bool:
        """Whether there is anything to lose."""
        return bool(self.answers or self.typed or self.extras != NO_EXTRAS or self.revealed_ms)

    def as_json(self) -> dict[str, object]:
        """Return the draft as a JSON value."""
        return {
            "scheme": self.scheme_sha256,
            "answers": [[a.fact, a.value, a.ms] for a in self.answers],
            "extras": dataclasses.asdict(self.extras),
            "typed": dataclasses.asdict(self.typed) if self.typed else None,
            "active_ms": self.active_ms,
            "revealed_ms": self.revealed_ms,
            "seen": list(self.seen),
        }


def draft_from_json(fields: object, scheme: Scheme) -> ItemDraft:
    """Return the draft that `fields` hold, or an empty one.

    It is empty if there is none or its scheme has changed: what was half answered when a scheme's
    version changes starts again.
    """
    empty = ItemDraft(scheme.sha256)
    if not isinstance(fields, Mapping) or fields.get("scheme") != scheme.sha256:
        return empty
    try:
        return ItemDraft(
            scheme.sha256,
            tuple(Answer(fact, value, ms) for fact, value, ms in fields["answers"]),
            _extras(fields["extras"]),
            Typed(**fields["typed"]) if fields["typed"] else None,
            int(fields["active_ms"]),
            int(fields["revealed_ms"]),
            tuple(int(number) for number in fields.get("seen", ())),
        )
    except (ValueError, KeyError, TypeError):
        return empty  # a draft of another version of the program is not worth a fault


def _extras(fields: dict[str, object]) -> Extras:
    opinion = fields.get("second_opinion")
    tidy = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
    tidy["second_opinion"] = SecondOpinion(**opinion) if isinstance(opinion, dict) else None
    worst = fields.get("worst")
    tidy["frames"] = None  # counted anew from what was seen
    tidy["worst"] = Worst(**worst) if isinstance(worst, dict) else None
    return Extras(**tidy)  # type: ignore[arg-type]  # a wrong field raises, and the draft is dropped


def replay(scheme: Scheme, answers: tuple[Answer, ...]) -> Asking | Decided:
    """Walk `scheme` by the answers given, as far as they lead."""
    state: Asking | Decided = start(scheme)
    for answer in answers:
        if isinstance(state, Decided) or state.question.fact != answer.fact:
            break
        try:
            state = advance(state, answer.value, answer.ms)
        except GradingError:
            break
    return state
