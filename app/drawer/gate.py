"""When the drawer opens: after the photograph question of this item was answered by this person.

What a file declares must not colour the answer to that question. Where the answers do not lead to
it, it could still be reached by going back: the drawer opens once the verdict is signed.
"""

from grading.consensus import AI_FACT
from grading.tree import Asking, Decided

PHOTOGRAPH_FACT = "appears_photograph"
NO_ITEM, THIS_QUESTION, LATER_QUESTION, SIGNED, OUTCOME = (
    *("no_item", "this_question", "later_question", "signed", "outcome"),
)
HINDRANCES = (NO_ITEM, THIS_QUESTION, LATER_QUESTION, SIGNED, OUTCOME)


def hindrance(state: Asking | Decided | None, *, is_signed: bool = False) -> str:
    """Return why the drawer stays shut, one of ``HINDRANCES``; empty if it opens.

    Args:
        state: Where the person's walk of the item stands; None: no item is on the Desk.
        is_signed: Whether the person's own verdict on it is signed already.
    """
    if state is None:
        return NO_ITEM
    if is_signed or any(answer.fact == PHOTOGRAPH_FACT for answer in state.answers):
        return ""
    asked = state.question.fact if isinstance(state, Asking) else None
    if all(question.fact != PHOTOGRAPH_FACT for question in state.scheme.questions):
        return "" if asked in {AI_FACT, None} else OUTCOME
    if asked in {AI_FACT, None}:
        return SIGNED
    return THIS_QUESTION if asked == PHOTOGRAPH_FACT else LATER_QUESTION
