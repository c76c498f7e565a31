"""Walk a scheme, one answer at a time. Pure: same input, same output."""

from collections.abc import Mapping

from grading.errors import RefusedFactsError, UnknownChoiceError
from grading.facts import Answer
from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.scheme import Question, Scheme


@dataclass(frozen=True, slots=True)
class Asking:
    """The walk waits for an answer to ``question``."""

    scheme: Scheme
    question: Question
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """The walk reached a leaf and its last question is answered."""

    scheme: Scheme
    answers: tuple[Answer, ...]
    outcome: Outcome


State = Asking | Decided


def start(scheme: Scheme) -> Asking:
    """Return the state in which nothing is answered yet."""
    return Asking(scheme, scheme.question(scheme.first), ())


def advance(state: Asking, value: str, ms: int | None = None) -> State:
    """Return the state after an answer; the given state is left as it was.

    Args:
        state: The question now asked, with the answers before it.
        value: The value of one of its choices.
        ms: How long the answer took, in milliseconds, where that is known.

    Raises:
        UnknownChoiceError: The question has no such choice.
    """
    asked = state.question
    if asked.choice(value) is None:
        raise UnknownChoiceError(f"{value[:60]!r} is no choice of {asked.fact}")
    answers = (*state.answers, Answer(asked.fact, value, ms))
    facts = {answer.fact: answer.value for answer in answers}
    following = _after(state.scheme, asked.fact, facts)
    if isinstance(following, Outcome):
        return Decided(state.scheme, answers, following)
    return Asking(state.scheme, following, answers)


def back(state: State, to: int | None = None) -> Asking:
    """Return the state before the last answer, or with only the first ``to`` answers kept.

    At the first question there is nothing to take back, and the state stays as it is.

    Raises:
        ValueError: ``to`` is negative or more than there are answers.
    """
    answers = state.answers
    kept = max(0, len(answers) - 1) if to is None else to
    if isinstance(state, Asking) and kept == len(answers):
        return state
    if not 0 <= kept < len(answers):
        raise ValueError(f"cannot keep {kept} of {len(answers)} answers")
    return Asking(state.scheme, state.scheme.question(answers[kept].fact), answers[:kept])


def decide(scheme: Scheme, facts: Mapping[str, str]) -> Outcome | Question:
    """Return what the scheme derives from stated facts, or the question it asks next.

    A scheme that only derives leaves aside what it never asks for: the facts are another's.

    Args:
        scheme: The scheme.
        facts: Values by fact, in any order.

    Raises:
        RefusedFactsError: A fact or value that the scheme does not know, a value that is no
            text, or facts that no single path asks for.
    """
    if scheme.only_derives:
        facts = {fact: value for fact, value in facts.items() if scheme.has(fact)}
    _check_spelling(scheme, facts)
    asked, end = _path(scheme, facts)
    if scheme.only_derives:
        return end
    left = [fact for fact in facts if fact not in asked]
    if left and (isinstance(end, Outcome) or not _can_ask(scheme, end, (facts, left))):
        raise RefusedFactsError(f"{_listed(left)} cannot be asked on the path of these facts")
    return end


def walk(scheme: Scheme, facts: Mapping[str, str]) -> tuple[Answer, ...]:
    """Return complete facts as answers, in the order in which the scheme asks for them.

    Raises:
        RefusedFactsError: The facts are refused, or one that the path asks for is not stated.
    """
    return settle(scheme, facts).answers


def settle(scheme: Scheme, facts: Mapping[str, str]) -> Decided:
    """Return the end of the walk that complete facts, in any order, describe.

    Raises:
        RefusedFactsError: As ``walk``, and where nobody grades under this scheme.
    """
    if scheme.only_derives:
        raise RefusedFactsError(f"{scheme.name} only derives from facts: nobody grades under it")
    outcome = decide(scheme, facts)
    if isinstance(outcome, Question):
        raise RefusedFactsError(f"{outcome.fact} is not stated")
    asked, _ = _path(scheme, facts)
    return Decided(scheme, tuple(Answer(fact, facts[fact]) for fact in asked), outcome)


def derive(scheme: Scheme, facts: Mapping[str, str]) -> Outcome | Question:
    """Return what a scheme makes of facts that were stated for another scheme.

    Unlike ``decide`` it leaves aside what this scheme never asks for. Where a fact is missing, or
    has a value this scheme does not know, it returns the question that nobody answered.
    """
    known = {
        fact: value
        for fact, value in facts.items()
        if scheme.has(fact) and scheme.question(fact).choice(value) is not None
    }
    return _path(scheme, known)[1]


def _after(scheme: Scheme, fact: str, facts: Mapping[str, str]) -> Question | Outcome:
    """Return what follows the answer to ``fact``; the facts before it must be stated."""
    if fact == scheme.last:
        return _leaf(scheme, facts)
    (route,) = scheme.routes_after(fact, facts)
    if route.to is None and scheme.last is None:
        return _leaf(scheme, facts)
    return scheme.question(route.to or scheme.tag)


def _leaf(scheme: Scheme, facts: Mapping[str, str]) -> Outcome:
    """Return the outcome of the leaf to which the stated facts lead."""
    fact = scheme.first
    while True:
        (route,) = scheme.routes_after(fact, facts)
        if route.end is not None:
            return scheme.leaf(route.end).outcome
        fact = route.to or scheme.tag


def _path(scheme: Scheme, facts: Mapping[str, str]) -> tuple[list[str], Question | Outcome]:
    """Return the facts that are asked for and stated, in order, and what comes then."""
    asked: list[str] = []
    following: Question | Outcome = scheme.question(scheme.first)
    while isinstance(following, Question) and following.fact in facts:
        asked.append(following.fact)
        following = _after(scheme, following.fact, facts)
    return asked, following


def _can_ask(
    scheme: Scheme, question: Question, wanted: tuple[Mapping[str, str], list[str]]
) -> bool:
    """Return whether some answers from ``question`` on lead past all the facts still left."""
    facts, left = wanted
    for choice in question.choices:
        supposed = {**facts, question.fact: choice.value}
        asked, following = _path(scheme, supposed)
        still = [fact for fact in left if fact not in asked]
        if not still:
            return True
        if isinstance(following, Question) and _can_ask(scheme, following, (supposed, still)):
            return True
    return False


def _check_spelling(scheme: Scheme, facts: Mapping[str, str]) -> None:
    for fact, value in facts.items():
        if not isinstance(fact, str) or not scheme.has(fact):
            raise RefusedFactsError(f"{scheme.name} asks for no fact {_echo(fact)}")
        if not isinstance(value, str):
            raise RefusedFactsError(f"{fact} must be a text")
        asked = scheme.question(fact)
        if asked.choice(value) is None:
            known = _listed([choice.value for choice in asked.choices])
            raise RefusedFactsError(f"{fact} has no choice {_echo(value)}; it has {known}")


def _echo(said: object) -> str:
    """Return what was entered, short enough to be read in a sentence."""
    return repr(said)[:62]


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
