"""What another policy changes, in plain words."""

from collections.abc import Iterable

from app.policy_change import Preview
from app.policy_form import written
from app.texts import Texts
from grading.policy import Policy
from grading.policy_change import FieldChange, Shift, field_changes


def field_title(texts: Texts, name: str) -> str:
    """Return what a field of the policy is called."""
    return texts(f"policy.title_{_as_text_id(name)}")


def field_sentence(texts: Texts, name: str) -> str:
    """Return what a field of the policy does."""
    return texts(f"policy.say_{_as_text_id(name)}")


def changes_in_words(texts: Texts, before: Policy, after: Policy) -> tuple[str, ...]:
    """Return what ``after`` says otherwise, a line each."""
    return tuple(change_in_words(texts, one) for one in field_changes(before, after))


def change_in_words(texts: Texts, change: FieldChange) -> str:
    """Return one changed field as a line."""
    return texts(
        "policy.change",
        title=field_title(texts, change.name),
        before=written(change.name, change.before),
        after=written(change.name, change.after),
    )


def preview_in_words(texts: Texts, seen: Preview) -> tuple[str, ...]:
    """Return what a proposal would change: its fields, then how items would stand."""
    changed = [change_in_words(texts, one) for one in seen.changes]
    return (*changed, *shifts_in_words(texts, seen.shifts))


def shifts_in_words(texts: Texts, shifts: Iterable[Shift]) -> tuple[str, ...]:
    """Return how many items would stand otherwise, a line each; one line where none would."""
    lines = tuple(
        texts(
            "policy.shift",
            n=one.items,
            before=texts(f"policy.state_{_as_text_id(one.before)}"),
            after=texts(f"policy.state_{_as_text_id(one.after)}"),
        )
        for one in shifts
    )
    return lines or (texts("policy.no_shift"),)


def _as_text_id(name: str) -> str:
    return name.replace(".", "_").replace("-", "_")
