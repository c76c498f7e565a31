"""The parts of a scheme: questions, routes from answer to answer, and leaves with their outcome."""

from collections.abc import Mapping
from dataclasses import field

from grading.errors import UnknownFactError
from grading.late_methods import dataclass
from grading.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question. ``key`` is the digit that gives it, "1" to "9"."""

    value: str
    key: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Source:
    """A legal source. ``quote`` holds its exact words, or nothing where it is only named."""

    cite: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the scheme; its answer sets ``fact``."""

    fact: str
    title: str
    choices: tuple[Choice, ...]
    guidance: str
    sources: tuple[Source, ...]

    def choice(self, value: str) -> Choice | None:
        """Return the choice that states ``value``, or None."""
        return next((choice for choice in self.choices if choice.value == value), None)


@dataclass(frozen=True, slots=True)
class Route:
    """Where an answer leads: on ``to`` another question, or to the leaf named ``end``.

    ``when`` narrows it to the values that earlier facts must have.
    """

    fact: str
    answers: tuple[str, ...]
    when: tuple[tuple[str, tuple[str, ...]], ...]
    to: str | None
    end: str | None

    def holds(self, facts: Mapping[str, str]) -> bool:
        """Return whether the facts stated so far open this route."""
        return all(facts.get(fact) in values for fact, values in self.when)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An end of the tree: its name in the file, the outcome, and the outcome in words."""

    name: str
    outcome: Outcome
    words: str


@dataclass(frozen=True, slots=True)
class Option:
    """A value that may be chosen beside the tree: a tag, a basis, a confidence, a kind."""

    value: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A checked scheme file. Equal bytes give equal schemes; ``sha256`` is theirs.

    Attributes:
        first: The fact asked first.
        last: The fact asked at every leaf; its answer changes no outcome. None in a scheme that
            only derives.
        tag: The fact that reports split by: ``last``, or what a deriving scheme names.
        derives_from: Ids of the schemes whose facts it reads; nobody grades under such a scheme.
        verified: Whether its mapping could be checked against what the body publishes.
        kinds: The kinds of outcome, in report order; the note of a kind names its law.
        reasons: The reasons for discounting, in the order in which they are always listed.
        never_alone: Pairs of a basis and a value of ``last`` that it cannot support alone.
    """

    id: str
    version: str
    sha256: str
    title: str
    first: str
    last: str | None
    tag: str
    derives_from: tuple[str, ...]
    verified: bool
    questions: tuple[Question, ...]
    routes: tuple[Route, ...]
    leaves: tuple[Leaf, ...]
    kinds: tuple[Option, ...]
    categories: tuple[str, ...]
    leas: tuple[str, ...]
    reasons: tuple[str, ...]
    tags: tuple[Option, ...]
    bases: tuple[Option, ...]
    confidences: tuple[Option, ...]
    never_alone: tuple[tuple[str, str], ...]
    _by_fact: dict[str, Question] = field(init=False, repr=False, compare=False)
    _by_answer: dict[tuple[str, str], list[Route]] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, Leaf] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_answer: dict[tuple[str, str], list[Route]] = {}
        for route in self.routes:
            for answer in route.answers:
                by_answer.setdefault((route.fact, answer), []).append(route)
        # Indexes over the fields above, made once: a table of 10,000 rows walks the tree for each.
        object.__setattr__(self, "_by_answer", by_answer)
        object.__setattr__(self, "_by_fact", {asked.fact: asked for asked in self.questions})
        object.__setattr__(self, "_by_name", {leaf.name: leaf for leaf in self.leaves})

    @property
    def name(self) -> str:
        """The id and version as they are written on a command line, ``uk-ew@2026.1``."""
        return f"{self.id}@{self.version}"

    @property
    def only_derives(self) -> bool:
        """Whether it reads the facts of other schemes, and is never graded under."""
        return bool(self.derives_from)

    def has(self, fact: str) -> bool:
        """Return whether a question of the scheme sets ``fact``."""
        return fact in self._by_fact

    def question(self, fact: str) -> Question:
        """Return the question that sets ``fact``, or raise UnknownFactError."""
        try:
            return self._by_fact[fact]
        except KeyError:
            raise UnknownFactError(f"{self.name} asks for no fact {fact[:60]!r}") from None

    def routes_after(self, fact: str, facts: Mapping[str, str]) -> list[Route]:
        """Return the routes that the answer to ``fact`` opens; a checked scheme has just one."""
        answered = self._by_answer.get((fact, facts[fact]), [])
        return [route for route in answered if route.holds(facts)]

    def leaf(self, name: str) -> Leaf:
        """Return the leaf that the file calls ``name``."""
        return self._by_name[name]

    def words(self, outcome: Outcome) -> str:
        """Return the outcome in the words of the scheme, for the person who signs it."""
        said = (leaf.words for leaf in self.leaves if leaf.outcome == outcome)
        return next(said, outcome.reason or outcome.outcome)
