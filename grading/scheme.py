"""A scheme: which facts are asked for, in which order, and what the law makes of them."""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

from grading.datafile import Section, read_toml
from grading.errors import SchemeError
from grading.outcome import Outcome
from grading.scheme_parts import Choice, Leaf, Option, Question, Route, Scheme, Source
from grading.scheme_paths import check_paths

__all__ = [
    "Choice",
    "Leaf",
    "Option",
    "Question",
    "Route",
    "Scheme",
    "Source",
    "read_scheme",
]

QUESTIONS_MAX = 60
_NAME = re.compile(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
_KEY = re.compile(r"[1-9]")


@lru_cache(maxsize=32)  # pure, and every command that opens a home reads the same few
def read_scheme(data: bytes, where: str) -> Scheme:
    """Read and check a scheme file.

    Args:
        data: The exact bytes; their SHA-256 becomes part of every verdict.
        where: The name of the file, for messages.

    Raises:
        SchemeError: The file is refused, with the line that is wrong and why. Refused are bad
            TOML, unknown keys, wrong types, a fact or value spelt otherwise than declared, two
            choices on one key, an outcome without its law or its discount reason, a path without
            an outcome, a cycle, and anything that no path reaches.
    """
    root = read_toml(data, where, SchemeError)
    root.only("scheme", "kind", "question", "route", "outcome", "tag", "basis", "confidence")
    head = root.section("scheme")
    last, tag, derives_from = _ending(head)
    questions = _questions(root)
    kinds = _options(root, "kind")
    leas, reasons = head.texts("lea"), head.texts("reasons")
    categories = head.texts_or_empty("categories")
    leaves = _leaves(root, _Lists(tuple(kind.value for kind in kinds), categories, reasons, leas))
    bases, never_alone = _bases(root)
    scheme = Scheme(
        id=_name(head, "id"),
        version=_name(head, "version"),
        sha256=hashlib.sha256(data).hexdigest(),
        title=head.text("title"),
        first=head.text("first"),
        last=last,
        tag=tag,
        derives_from=derives_from,
        verified=head.flag("verified") if head.has("verified") else True,
        questions=questions,
        routes=tuple(_route(section) for section in root.sections("route")),
        leaves=leaves,
        kinds=kinds,
        categories=categories,
        leas=leas,
        reasons=reasons,
        tags=_options(root, "tag"),
        bases=bases,
        confidences=_options(root, "confidence"),
        never_alone=never_alone,
    )
    check_paths(scheme, root)
    return scheme


def _ending(head: Section) -> tuple[str | None, str, tuple[str, ...]]:
    """Read what is asked last and split by: of a scheme for grading, or of one that derives."""
    shared = ("id", "version", "title", "first", "categories", "lea", "reasons", "verified")
    if head.has("derives_from"):
        head.only(*shared, "derives_from", "tag")
        return None, head.text("tag"), head.texts("derives_from")
    head.only(*shared, "last")
    return head.text("last"), head.text("last"), ()


def _name(section: Section, key: str) -> str:
    value = section.text(key)
    if len(value) > 60 or not _NAME.fullmatch(value):
        section.refuse(
            f"{key} may hold letters and digits, joined by single - _ or ., and at most 60", key
        )
    return value


def _distinct(sections: Iterable[Section], key: str, what: str) -> None:
    seen: set[str] = set()
    for section in sections:
        value = section.text(key)
        if value in seen:
            section.refuse(f"two {what} are called {value[:60]!r}", key)
        seen.add(value)


def _questions(root: Section) -> tuple[Question, ...]:
    sections = root.sections("question")
    if not sections:
        root.refuse("the scheme asks no question")
    if len(sections) > QUESTIONS_MAX:
        sections[QUESTIONS_MAX].refuse(f"a scheme asks at most {QUESTIONS_MAX} questions")
    _distinct(sections, "fact", "questions")
    return tuple(_question(section) for section in sections)


def _question(section: Section) -> Question:
    section.only("fact", "title", "guidance", "choice", "source")
    choices = section.sections("choice")
    if not choices:
        section.refuse("the question offers no choice")
    _distinct(choices, "value", "choices")
    question = Question(
        fact=_name(section, "fact"),
        title=section.text("title"),
        choices=tuple(_choice(choice) for choice in choices),
        guidance=section.text_or("guidance", "").strip(),
        sources=tuple(_source(source) for source in section.sections("source")),
    )
    taken: set[str] = set()
    for choice, read in zip(choices, question.choices, strict=True):
        if read.key in taken:
            choice.refuse(f"two choices of {question.fact} stand on the key {read.key}", "key")
        taken.add(read.key)
    return question


def _choice(section: Section) -> Choice:
    section.only("value", "key", "label", "hint")
    choice = Choice(
        value=_name(section, "value"),
        key=section.text("key"),
        label=section.text("label"),
        hint=section.text_or("hint", ""),
    )
    if not _KEY.fullmatch(choice.key):
        section.refuse('key must be one of "1" to "9"', "key")
    return choice


def _source(section: Section) -> Source:
    section.only("cite", "quote")
    return Source(cite=section.text("cite"), quote=section.text_or("quote", ""))


def _options(root: Section, key: str) -> tuple[Option, ...]:
    sections = root.sections(key)
    _distinct(sections, "value", f"entries of [[{key}]]")
    return tuple(_option(section) for section in sections)


def _option(section: Section, *more: str) -> Option:
    section.only("value", "label", "note", *more)
    return Option(
        value=_name(section, "value"),
        label=section.text("label"),
        note=section.text_or("note", ""),
    )


def _bases(root: Section) -> tuple[tuple[Option, ...], tuple[tuple[str, str], ...]]:
    """Read the bases of the last question, and which of its values each cannot support alone."""
    sections = root.sections("basis")
    _distinct(sections, "value", "entries of [[basis]]")
    bases = tuple(_option(section, "never_alone_for") for section in sections)
    pairs = (
        (basis.value, value)
        for basis, section in zip(bases, sections, strict=True)
        if section.has("never_alone_for")
        for value in section.texts("never_alone_for")
    )
    return bases, tuple(pairs)


class _Lists:
    """What the head of the file declares for its outcomes."""

    def __init__(
        self,
        kinds: tuple[str, ...],
        categories: tuple[str, ...],
        reasons: tuple[str, ...],
        leas: tuple[str, ...],
    ) -> None:
        self.allowed = {"outcome": kinds, "category": categories, "reason": reasons, "lea": leas}

    def value(self, section: Section, key: str) -> str:
        """Return the text under ``key``, spelt as declared."""
        value = section.text(key)
        if value not in self.allowed[key]:
            section.refuse(f"{key} {value[:60]!r} is not one of those declared", key)
        return value

    def value_or_none(self, section: Section, key: str) -> str | None:
        """Return the same, or None where the key is absent."""
        return self.value(section, key) if section.has(key) else None


def _leaves(root: Section, lists: _Lists) -> tuple[Leaf, ...]:
    sections = root.sections("outcome")
    _distinct(sections, "name", "outcomes")
    return tuple(_leaf(section, lists) for section in sections)


def _leaf(section: Section, lists: _Lists) -> Leaf:
    section.only("name", "outcome", "law", "category", "reason", "actionable", "lea", "words")
    outcome = Outcome(
        outcome=lists.value(section, "outcome"),
        law=section.text("law") if section.has("law") else None,
        category=lists.value_or_none(section, "category"),
        reason=lists.value_or_none(section, "reason"),
        actionable=section.flag("actionable"),
        lea=lists.value(section, "lea"),
    )
    if (outcome.law is None) == (outcome.reason is None):
        section.refuse("an outcome names either its law or its discount reason")
    return Leaf(_name(section, "name"), outcome, section.text("words"))


def _route(section: Section) -> Route:
    section.only("from", "answers", "when", "to", "end")
    to = section.text("to") if section.has("to") else None
    end = section.text("end") if section.has("end") else None
    if (to is None) == (end is None):
        section.refuse("a route leads either to a question (to) or to an outcome (end)")
    return Route(section.text("from"), section.texts("answers"), _when(section), to, end)


def _when(section: Section) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not section.has("when"):
        return ()
    conditions = section.section("when")
    if not conditions.keys():
        section.refuse("when names no fact", "when")
    return tuple((fact, conditions.texts(fact)) for fact in conditions.keys())  # noqa: SIM118
