"""A verdict: one grader's judgement of one item, as it is signed. Never edited, only superseded."""

import re
from collections.abc import Mapping

from grading.errors import InvalidVerdictError, RefusedFactsError
from grading.facts import Answer
from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.scheme import Option, Scheme
from grading.tree import settle

VIEWED = ("individually", "group", "not")  # by itself, in a group of near-copies, not at all
TEXT_MAX_CHARS = 4_000  # of a comment or a line; a record holds words, not documents
LIST_MAX = 64  # answers, tags, bases
INTEGER_MAX = 2**53 - 1  # beyond it JSON readers disagree

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """A request for another opinion on one question, with a line that says what is in doubt."""

    question: str
    line: str


@dataclass(frozen=True, slots=True)
class Frames:
    """How many frames of a moving item were seen, of how many."""

    seen: int
    of: int


@dataclass(frozen=True, slots=True)
class Worst:
    """The frame that decided: its number from 1 as it was shown, and of a video its time."""

    frame: int
    ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided on an item, from which facts, under which scheme.

    Attributes:
        item: SHA-256 of the file, hex.
        batch: Id of the batch it was graded in, hex.
        answers: The facts, in the order in which they were answered.
        series: The name of the series; given exactly where the tag ``series`` is.
        supersedes: Record id of the verdict that this one corrects.
        group: The group of near-copies in which it was answered.
        viewed: One of ``VIEWED``.
        frames: Of a video or a moving picture: how much of it was seen.
        worst: Of such an item: the frame that decided, where the grader named one.
        active_ms: Time at the desk with the item open, in milliseconds.
        revealed_ms: Time for which it was shown under less than the resting veil.
    """

    item: str
    batch: str
    scheme_id: str
    scheme_version: str
    scheme_sha256: str
    answers: tuple[Answer, ...]
    outcome: Outcome
    tags: tuple[str, ...] = ()
    series: str | None = None
    ai_basis: tuple[str, ...] = ()
    confidence: str | None = None
    comment: str | None = None
    second_opinion: SecondOpinion | None = None
    supersedes: str | None = None
    group: str | None = None
    viewed: str = "individually"
    frames: Frames | None = None
    worst: Worst | None = None
    active_ms: int = 0
    revealed_ms: int = 0

    def facts(self) -> dict[str, str]:
        """Return the stated values by fact, in the order answered."""
        return {answer.fact: answer.value for answer in self.answers}


def check_verdict(verdict: Verdict, scheme: Scheme) -> None:
    """Refuse a verdict that its scheme does not bear out.

    Raises:
        InvalidVerdictError: It names another scheme, its facts do not give the stated outcome in
            the order answered, a tag, basis or confidence is not of the scheme's list, a series
            lacks its name or its tag, or the bases do not support the answer to the last question.
    """
    named = (verdict.scheme_id, verdict.scheme_version, verdict.scheme_sha256)
    if named != (scheme.id, scheme.version, scheme.sha256):
        raise InvalidVerdictError(f"the verdict was not given under {scheme.name} as it is here")
    _check_facts(verdict, scheme)
    _check_beside(verdict, scheme)
    _check_basis(verdict, scheme)


def _check_facts(verdict: Verdict, scheme: Scheme) -> None:
    stated = verdict.facts()
    if len(stated) != len(verdict.answers):
        raise InvalidVerdictError("a fact is stated twice")
    try:
        settled = settle(scheme, stated)
    except RefusedFactsError as error:
        raise InvalidVerdictError(f"the facts are refused: {error.why}") from error
    if [answer.fact for answer in settled.answers] != list(stated):
        raise InvalidVerdictError("the facts do not stand in the order in which they are asked")
    if settled.outcome != verdict.outcome:
        raise InvalidVerdictError("the facts do not give the stated outcome")


def _check_beside(verdict: Verdict, scheme: Scheme) -> None:
    _check_known(verdict.tags, scheme.tags, "tag")
    _check_known(verdict.ai_basis, scheme.bases, "basis")
    if verdict.confidence is not None:
        _check_known((verdict.confidence,), scheme.confidences, "confidence")
    if ("series" in verdict.tags) != (verdict.series is not None):
        raise InvalidVerdictError("the tag series and the name of the series go together")
    asked = verdict.second_opinion
    if asked is not None and not scheme.has(asked.question):
        raise InvalidVerdictError(f"{scheme.name} asks no question {asked.question[:60]!r}")


def _check_known(values: tuple[str, ...], options: tuple[Option, ...], what: str) -> None:
    known = {option.value for option in options}
    for value in values:
        if value not in known:
            raise InvalidVerdictError(f"the scheme knows no {what} {value[:60]!r}")
    if len(set(values)) != len(values):
        raise InvalidVerdictError(f"a {what} is given twice")


def _check_basis(verdict: Verdict, scheme: Scheme) -> None:
    tagged = verdict.facts()[scheme.tag]
    if len(verdict.ai_basis) == 1 and (verdict.ai_basis[0], tagged) in scheme.never_alone:
        labels = {option.value: option.label for option in scheme.bases}
        choice = scheme.question(scheme.tag).choice(tagged)
        raise InvalidVerdictError(
            f"“{labels[verdict.ai_basis[0]]}” alone does not support"
            f" “{choice.label if choice else tagged}”: name another basis"
        )


def predicate_fields(verdict: Verdict) -> dict[str, object]:
    """Return what a verdict adds to the predicate of its record, in JSON types without floats."""
    asked, frames = verdict.second_opinion, verdict.frames
    fields: dict[str, object] = {
        "item": verdict.item,
        "batch": verdict.batch,
        "scheme": {
            "id": verdict.scheme_id,
            "version": verdict.scheme_version,
            "sha256": verdict.scheme_sha256,
        },
        "facts": [
            {"fact": answer.fact, "value": answer.value, "ms": answer.ms}
            for answer in verdict.answers
        ],
        "outcome": verdict.outcome.as_json(),
        "tags": list(verdict.tags),
        "series": verdict.series,
        "ai_basis": list(verdict.ai_basis),
        "confidence": verdict.confidence,
        "comment": verdict.comment,
        "second_opinion": asked and {"question": asked.question, "line": asked.line},
        "supersedes": verdict.supersedes,
        "group": verdict.group,
        "viewed": verdict.viewed,
        "frames": frames and {"seen": frames.seen, "of": frames.of},
        "active_ms": verdict.active_ms,
        "revealed_ms": verdict.revealed_ms,
    }
    if verdict.worst is not None:
        fields["worst"] = {"frame": verdict.worst.frame, "ms": verdict.worst.ms}
    return fields


def verdict_from_predicate(predicate: Mapping[str, object]) -> Verdict:
    """Return the verdict that a predicate describes.

    Keys that every record has are left aside. Whether the scheme bears the verdict out is for
    ``check_verdict``.

    Raises:
        InvalidVerdictError: A field is missing, of the wrong type or out of its range.
    """
    read = _Fields(predicate)
    scheme = read.table("scheme", ("id", "version", "sha256"))
    return Verdict(
        item=read.digest("item"),
        batch=read.digest("batch"),
        scheme_id=scheme.text("id"),
        scheme_version=scheme.text("version"),
        scheme_sha256=scheme.digest("sha256"),
        answers=tuple(_answer(entry) for entry in read.tables("facts", ("fact", "value", "ms"))),
        outcome=_outcome(read),
        tags=read.texts("tags"),
        series=read.text_or_none("series") if "series" in predicate else None,
        ai_basis=read.texts("ai_basis"),
        confidence=read.text_or_none("confidence"),
        comment=read.text_or_none("comment"),
        second_opinion=_second_opinion(read),
        supersedes=read.digest("supersedes") if read.given("supersedes") else None,
        group=read.text_or_none("group"),
        viewed=read.one_of("viewed", VIEWED),
        frames=_frames(read),
        worst=_worst(read) if "worst" in predicate else None,
        active_ms=read.integer("active_ms"),
        revealed_ms=read.integer("revealed_ms"),
    )


def _answer(entry: "_Fields") -> Answer:
    ms = entry.integer("ms") if entry.given("ms") else None
    return Answer(entry.text("fact"), entry.text("value"), ms)


def _outcome(read: "_Fields") -> Outcome:
    keys = ("outcome", "law", "category", "reason", "actionable", "lea")
    entry = read.table("outcome", keys)
    return Outcome(
        outcome=entry.text("outcome"),
        law=entry.text_or_none("law"),
        category=entry.text_or_none("category"),
        reason=entry.text_or_none("reason"),
        actionable=entry.flag("actionable"),
        lea=entry.text_or_none("lea"),
    )


def _second_opinion(read: "_Fields") -> SecondOpinion | None:
    if not read.given("second_opinion"):
        return None
    entry = read.table("second_opinion", ("question", "line"))
    return SecondOpinion(entry.text("question"), entry.text("line"))


def _frames(read: "_Fields") -> Frames | None:
    if not read.given("frames"):
        return None
    entry = read.table("frames", ("seen", "of"))
    frames = Frames(entry.integer("seen"), entry.integer("of"))
    if frames.seen > frames.of:
        raise InvalidVerdictError("more frames were seen than there are")
    return frames


def _worst(read: "_Fields") -> Worst | None:
    if not read.given("worst"):
        return None
    entry = read.table("worst", ("frame", "ms"))
    worst = Worst(entry.integer("frame"), entry.integer("ms") if entry.given("ms") else None)
    if not worst.frame:
        raise InvalidVerdictError("frames are counted from 1")
    return worst


class _Fields:
    """Strict reading of one JSON object that came from outside."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def _take(self, key: str) -> object:
        if key not in self._values:
            raise InvalidVerdictError(f"{key} is missing")
        return self._values[key]

    def given(self, key: str) -> bool:
        return self._take(key) is not None

    def text(self, key: str) -> str:
        return _text(self._take(key), key)

    def text_or_none(self, key: str) -> str | None:
        return self.text(key) if self.given(key) else None

    def one_of(self, key: str, values: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in values:
            raise InvalidVerdictError(f"{key} must be one of: {', '.join(values)}")
        return value

    def digest(self, key: str) -> str:
        value = self.text(key)
        if not _DIGEST.fullmatch(value):
            raise InvalidVerdictError(f"{key} must be 64 hexadecimal digits")
        return value

    def integer(self, key: str) -> int:
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= INTEGER_MAX:
            raise InvalidVerdictError(f"{key} must be a whole number from 0 to 2^53 - 1")
        return value

    def flag(self, key: str) -> bool:
        value = self._take(key)
        if not isinstance(value, bool):
            raise InvalidVerdictError(f"{key} must be true or false")
        return value

    def _list(self, key: str) -> list[object]:
        value = self._take(key)
        if not isinstance(value, list) or len(value) > LIST_MAX:
            raise InvalidVerdictError(f"{key} must be a list of at most {LIST_MAX} entries")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(_text(entry, key) for entry in self._list(key))

    def table(self, key: str, keys: tuple[str, ...]) -> "_Fields":
        return _table(self._take(key), key, keys)

    def tables(self, key: str, keys: tuple[str, ...]) -> list["_Fields"]:
        return [_table(entry, key, keys) for entry in self._list(key)]


def _text(value: object, key: str) -> str:
    if type(value) is str and value.isascii() and len(value) <= TEXT_MAX_CHARS:
        return value  # as nearly all are
    if not isinstance(value, str):
        raise InvalidVerdictError(f"{key} must be a text")
    if len(value) > TEXT_MAX_CHARS:
        raise InvalidVerdictError(f"{key} is longer than {TEXT_MAX_CHARS:,} characters")
    try:
        value.encode()
    except UnicodeEncodeError as error:  # half a surrogate pair, which no signed text may hold
        raise InvalidVerdictError(f"{key} is no valid text") from error
    return value


def _table(value: object, key: str, keys: tuple[str, ...]) -> _Fields:
    if not isinstance(value, Mapping) or value.keys() != set(keys):
        raise InvalidVerdictError(f"{key} must be an object with exactly: {', '.join(keys)}")
    return _Fields(value)
