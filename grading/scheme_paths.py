"""Checks that every path of a scheme ends, and that every part of it lies on some path."""

from collections.abc import Iterable, Mapping

from grading.datafile import Section
from grading.scheme_parts import Question, Route, Scheme

PATHS_MAX = 20_000  # uk-ew has 91 to its leaves; more could be neither read nor tested


def check_paths(scheme: Scheme, root: Section) -> None:
    """Refuse a scheme whose routes do not make a tree of questions with an outcome at each end.

    Args:
        scheme: The scheme as read, its single parts already checked.
        root: The file it was read from, for the lines.

    Raises:
        SchemeError: A name nobody declared, a cycle, a path without an outcome, two routes for
            one answer, or a question, route or outcome that no path reaches.
    """
    _check_names(scheme, root)
    if scheme.last is not None:
        _check_last(scheme, root)
    _check_cycle(scheme, root)
    walk = _Walk(scheme, root)
    walk.run()
    walk.check_reached()


def _check_names(scheme: Scheme, root: Section) -> None:
    head = root.section("scheme")
    ending = "tag" if scheme.only_derives else "last"
    for key, fact in (("first", scheme.first), (ending, scheme.tag)):
        if not scheme.has(fact):
            head.refuse(f"{key} names {fact[:60]!r}, which no question sets", key)
    leaves = {leaf.name for leaf in scheme.leaves}
    for route, section in zip(scheme.routes, root.sections("route"), strict=True):
        _check_values(scheme, route.fact, route.answers, (section, ("from",), ("answers",)))
        for fact, values in route.when:
            _check_values(scheme, fact, values, (section, ("when", fact), ("when", fact)))
        if route.to is not None and not scheme.has(route.to):
            section.refuse(f"to names {route.to[:60]!r}, which no question sets", "to")
        if route.end is not None and route.end not in leaves:
            section.refuse(f"end names {route.end[:60]!r}, which is no outcome here", "end")


def _check_values(
    scheme: Scheme,
    fact: str,
    values: Iterable[str],
    places: tuple[Section, tuple[str, ...], tuple[str, ...]],
) -> None:
    section, of_fact, of_values = places
    if not scheme.has(fact):
        section.refuse(f"no question sets the fact {fact[:60]!r}", *of_fact)
    question = scheme.question(fact)
    for position, value in enumerate(values):
        if question.choice(value) is None:
            section.refuse(f"{fact} has no choice {value[:60]!r}", *of_values, position)


def _check_last(scheme: Scheme, root: Section) -> None:
    if scheme.first == scheme.tag:
        root.section("scheme").refuse("first and last name the same question", "last")
    for route, section in zip(scheme.routes, root.sections("route"), strict=True):
        if route.fact == scheme.tag:
            section.refuse(f"{scheme.tag} is asked last, so no route leads on from it", "from")
        if route.to == scheme.tag:
            section.refuse(
                f"{scheme.tag} is asked at every outcome by itself; name the outcome", "to"
            )
    choices = {choice.value for choice in scheme.question(scheme.tag).choices}
    for section in root.sections("basis"):
        for position, value in enumerate(
            section.texts("never_alone_for") if section.has("never_alone_for") else ()
        ):
            if value not in choices:
                why = f"{scheme.tag} has no choice {value[:60]!r}"
                section.refuse(why, "never_alone_for", position)


def _check_cycle(scheme: Scheme, root: Section) -> None:
    """Refuse routes that lead back, whatever their conditions: a question is asked only once."""
    done: set[str] = set()

    def follow(fact: str, above: tuple[str, ...]) -> None:
        for position, route in enumerate(scheme.routes):
            if route.fact != fact or route.to is None or route.to in done:
                continue
            if route.to in (*above, fact):
                section = root.sections("route")[position]
                section.refuse(f"this route leads back to {route.to}: a cycle", "to")
            follow(route.to, (*above, fact))
        done.add(fact)

    for question in scheme.questions:
        if question.fact not in done:
            follow(question.fact, ())


class _Walk:
    """Walks every path once, and notes which parts of the scheme it met."""

    def __init__(self, scheme: Scheme, root: Section) -> None:
        self._scheme = scheme
        self._root = root
        asked = (question.fact for question in scheme.questions)
        self._sections = dict(zip(asked, root.sections("question"), strict=True))
        self._facts: dict[str, str] = {}
        self._paths = 0
        self._asked: set[str] = {scheme.tag}  # asked at every leaf, or only split by
        self._ends: set[str] = set()
        self._used: set[tuple[int, str, str]] = set()  # id of the route, a fact and its value
        self._number = {id(route): number for number, route in enumerate(scheme.routes)}

    def run(self) -> None:
        self._ask(self._scheme.question(self._scheme.first))

    def _ask(self, question: Question) -> None:
        self._asked.add(question.fact)
        for position, choice in enumerate(question.choices):
            self._facts[question.fact] = choice.value
            self._follow(self._route(question, position))
        del self._facts[question.fact]

    def _route(self, question: Question, position: int) -> Route:
        routes = self._scheme.routes_after(question.fact, self._facts)
        if not routes:
            self._sections[question.fact].refuse(
                f"no outcome: nothing follows {_said(self._facts)}", "choice", position
            )
        if len(routes) > 1:
            second = self._root.sections("route")[self._number[id(routes[1])]]
            second.refuse(f"two routes follow {_said(self._facts)}")
        return routes[0]

    def _follow(self, route: Route) -> None:
        number = self._number[id(route)]
        for fact in (route.fact, *(fact for fact, _ in route.when)):
            self._used.add((number, fact, self._facts[fact]))
        if route.to is not None:
            self._ask(self._scheme.question(route.to))
            return
        self._ends.add(route.end or "")
        self._paths += 1
        if self._paths > PATHS_MAX:
            self._root.refuse(f"the scheme has more than {PATHS_MAX:,} paths", "route")

    def check_reached(self) -> None:
        for fact, section in self._sections.items():
            if fact not in self._asked:
                section.refuse(f"no path reaches the question {fact}", "fact")
        for number, section in enumerate(self._root.sections("route")):
            self._check_route(number, section)
        for leaf, section in zip(self._scheme.leaves, self._root.sections("outcome"), strict=True):
            if leaf.name not in self._ends:
                section.refuse(f"no path reaches the outcome {leaf.name}", "name")

    def _check_route(self, number: int, section: Section) -> None:
        route = self._scheme.routes[number]
        for position, answer in enumerate(route.answers):
            if (number, route.fact, answer) not in self._used:
                why = f"no path takes this route with {route.fact} {answer}"
                section.refuse(why, "answers", position)
        for fact, values in route.when:
            for position, value in enumerate(values):
                if (number, fact, value) not in self._used:
                    why = f"no path takes this route when {fact} is {value}"
                    section.refuse(why, "when", fact, position)


def _said(facts: Mapping[str, str]) -> str:
    return ", ".join(f"{fact} {value}" for fact, value in facts.items())
