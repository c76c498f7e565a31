"""What another policy changes, in plain words."""

import re

from app.policy_change import Preview
from app.policy_form import HOUR, LISTED, NO, NONE, SPAN, TRUTH, WORD, YES, written
from app.texts import Texts
from grading.policy import Policy
from grading.policy_change import FieldChange, field_changes

_WORDS = (YES, NO, NONE)
_ALLOWED = {TRUTH: "truth", LISTED: "listed", HOUR: "hour", WORD: "word"}
_FIELD = re.compile(r"\b[a-z_]+\.[a-z_]+\b")  # such as votes.trusted


def field_title(texts: Texts, name: str) -> str:
    """Return what a field of the policy is called."""
    return texts(f"policy.title_{_as_text_id(name)}")


def field_part(texts: Texts, name: str) -> str:
    """Return what the part of the policy is called in which a field stands."""
    return texts(f"policy.part_{name.partition('.')[0]}")


def by_title(texts: Texts, sentence: str) -> str:
    """Return a sentence with each field called as a person reads it, not as the file has it."""

    def title(named: re.Match[str]) -> str:
        text_id = f"policy.title_{_as_text_id(named[0])}"
        return f"“{texts(text_id)}”" if text_id in texts else named[0]

    return _FIELD.sub(title, sentence)


def field_sentence(texts: Texts, name: str) -> str:
    """Return what a field of the policy does."""
    return texts(f"policy.say_{_as_text_id(name)}")


def value_in_words(texts: Texts, value: str) -> str:
    """Return a value of a field in the language; figures and categories stay as they are."""
    return texts(f"policy.value_{value}") if value in _WORDS else value


def value_from_words(texts: Texts, typed: str) -> str:
    """Return what was typed as the policy has it: yes, no and none may be said in the language."""
    said = typed.strip().casefold()
    return next((one for one in _WORDS if texts(f"policy.value_{one}").casefold() == said), typed)


def allowed_in_words(texts: Texts, allowed: str) -> str:
    """Return in the language what may stand in a field."""
    if allowed in _ALLOWED:
        return texts(f"policy.allowed_{_ALLOWED[allowed]}")
    least, _, most = allowed.partition(SPAN)
    return texts("policy.allowed_span", least=least, most=most) if most else allowed


def changes_in_words(texts: Texts, before: Policy, after: Policy) -> tuple[str, ...]:
    """Return what ``after`` says otherwise, a line each."""
    return tuple(change_in_words(texts, one) for one in field_changes(before, after))


def change_in_words(texts: Texts, change: FieldChange) -> str:
    """Return one changed field as a line."""
    return texts(
        "policy.change",
        title=field_title(texts, change.name),
        before=value_in_words(texts, written(change.name, change.before)),
        after=value_in_words(texts, written(change.name, change.after)),
    )


def changed_in_words(texts: Texts, seen: Preview) -> tuple[str, ...]:
    """Return which fields a proposal changes, a line each."""
    return tuple(change_in_words(texts, one) for one in seen.changes)


def preview_in_words(texts: Texts, seen: Preview) -> tuple[str, ...]:
    """Return what a proposal would change: its fields, then how items would stand."""
    return (*changed_in_words(texts, seen), *shifts_in_words(texts, seen))


def shifts_in_words(texts: Texts, seen: Preview) -> tuple[str, ...]:
    """Return how many items would stand otherwise, a line each; one line where none would."""
    lines = tuple(
        texts(
            "policy.shift",
            n=one.items,
            before=texts(f"policy.state_{_as_text_id(one.before)}"),
            after=texts(f"policy.state_{_as_text_id(one.after)}"),
        )
        for one in seen.shifts
    )
    withheld = (texts("policy.withheld", n=seen.withheld),) if seen.withheld else ()
    return (*(lines or (texts("policy.no_shift"),)), *withheld)


def _as_text_id(name: str) -> str:
    return name.replace(".", "_").replace("-", "_")
