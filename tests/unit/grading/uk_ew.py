"""The scheme of England and Wales, and the outcomes of its newest version derived a second time.

The derivation below was written from the description of the scheme, not from its file: it is the
second opinion that the tests compare with.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from grading.scheme import Scheme, read_scheme
from grading.tree import Asking, Decided, advance, start
from tests.first_scheme import newest_shipped

ROOT = Path(__file__).parents[3]
SCHEME_FILE = ROOT / "resources" / "schemes" / "uk-ew.toml"

# Of the newest version, as all below.
FACTS: Mapping[str, tuple[str, ...]] = {
    "person": ("child", "age-in-question", "suspected-adult", "known-adult", "off-remit"),
    "appears_photograph": ("yes", "no"),
    "severity": ("A", "B", "C", "not-indecent"),
    "borderline": ("yes", "no"),
    "age_band": ("0-2", "3-6", "7-10", "11-13", "14-15", "16-17"),
    "sex": ("female", "male", "both", "not-determined"),
    "adult_content": ("none", "sexual", "extreme"),
    "pornographic": ("yes", "no"),
    "depicts": ("focus", "act", "neither"),
    "obscene": ("yes", "no"),
    "ai": ("no-sign-seen", "suspected", "generated", "edited"),
}
REASONS = (
    "None",
    "Age in Question",
    "Suspected Adult",
    "Known Adult",
    "Extreme Adult Porn",
    "Child No Sexual Activity",
    "Adult No Sexual Activity",
    "Non-Photographic Imagery",
    "Off Remit",
)
Facts = dict[str, str]
Leaf = tuple[Facts, dict[str, object]]  # without the tag, which is asked last and decides nothing


def uk_ew() -> Scheme:
    """The first version."""
    return read_scheme(SCHEME_FILE.read_bytes(), SCHEME_FILE.name)


def newest_uk_ew() -> Scheme:
    """The version that the program grades under."""
    return newest_shipped("uk-ew")


def discounted(reason: str, lea: str = "non-illegal") -> dict[str, object]:
    return {
        "outcome": "discounted",
        "law": None,
        "category": None,
        "reason": reason,
        "actionable": False,
        "lea": lea,
    }


def criminal(outcome: str, law: str, category: str | None, lea: str) -> dict[str, object]:
    return {
        "outcome": outcome,
        "law": law,
        "category": category,
        "reason": None,
        "actionable": True,
        "lea": lea,
    }


DRAWN = discounted("Non-Photographic Imagery")


def second_derivation() -> Iterator[Leaf]:
    """Every complete set of facts with its outcome, in words of the description."""
    for facts, outcome in _leaves():
        for tag in FACTS["ai"]:
            yield {**facts, "ai": tag}, outcome


def _leaves() -> Iterator[Leaf]:
    yield {"person": "off-remit"}, discounted("Off Remit")
    yield _shown("age-in-question", "yes"), discounted("Age in Question")
    yield _shown("age-in-question", "no"), DRAWN
    yield from _of_adults()
    yield from _of_a_photograph_of_a_child()
    yield from _of_a_drawing_of_a_child()


def _of_adults() -> Iterator[Leaf]:
    for adult, reason in (("suspected-adult", "Suspected Adult"), ("known-adult", "Known Adult")):
        yield _shown(adult, "no"), DRAWN
        for content, why in (
            ("none", "Adult No Sexual Activity"),
            ("sexual", reason),
            ("extreme", "Extreme Adult Porn"),
        ):
            yield {**_shown(adult, "yes"), "adult_content": content}, discounted(why)


def _of_a_photograph_of_a_child() -> Iterator[Leaf]:
    photograph = _shown("child", "yes")
    for answer, lea in (("yes", "indicative"), ("no", "non-illegal")):
        facts = {**photograph, "severity": "not-indecent", "borderline": answer}
        yield facts, discounted("Child No Sexual Activity", lea)
    for category in ("A", "B", "C"):
        outcome = criminal("criminal-indecent-photograph", "PoCA 1978 s.1", category, category)
        for band in FACTS["age_band"]:
            for sex in FACTS["sex"]:
                yield {**photograph, "severity": category, "age_band": band, "sex": sex}, outcome


def _of_a_drawing_of_a_child() -> Iterator[Leaf]:
    drawing = _shown("child", "no")
    yield {**drawing, "pornographic": "no"}, DRAWN
    yield {**drawing, "pornographic": "yes", "depicts": "neither"}, DRAWN
    prohibited = criminal("criminal-prohibited-image", "CJA 2009 s.62", None, "prohibited")
    for depicts in ("focus", "act"):
        facts = {**drawing, "pornographic": "yes", "depicts": depicts}
        yield {**facts, "obscene": "yes"}, prohibited
        yield {**facts, "obscene": "no"}, DRAWN


def _shown(person: str, photograph: str) -> Facts:
    return {"person": person, "appears_photograph": photograph}


def every_end(scheme: Scheme) -> Iterator[Decided]:
    """Every end that the keys can reach, by walking."""
    waiting: list[Asking] = [start(scheme)]
    while waiting:
        state = waiting.pop()
        for choice in state.question.choices:
            following = advance(state, choice.value)
            if isinstance(following, Asking):
                waiting.append(following)
            else:
                yield following


def facts_of(end: Asking | Decided) -> Facts:
    return {answer.fact: answer.value for answer in end.answers}
