"""What the Quality room asks of the records, step by step. Everything here runs on one thread."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.assignment.drawn import golden_results, sample
from app.collector import KEPT_AT_ONCE, set_apart
from app.errors import UnknownRecordNameError
from app.pace import UNWATCHED, Watch
from app.quality.basis import Basis, Choices, Votes
from app.quality.contrasts import contrasts_of, said
from app.quality.crossed import NEVER_SHARED, Crossed, crossed
from app.quality.figures import (
    Overall,
    Pair,
    Question,
    Week,
    by_item,
    lean,
    outcome_labels,
    overall,
    pairs,
    questions,
    weeks,
)
from app.quality.golden import Golden, golden
from app.quality.gradings import EVERYTHING, Asked, Grading, Gradings
from app.quality.left_out import NOTHING_LEFT_OUT, LeftOut, left_out
from app.quality.partings import Listed, Reader, is_withheld, listed, partings
from app.quality.pseudonyms import by_name, in_order, pseudonyms
from app.quality.same_batch import same_batches
from grading.agreement.bootstrap import RESAMPLES_LEAST
from grading.agreement.dawid_skene import Lean
from grading.agreement.peers import Contrast
from grading.agreement.sampling import chance_agreement
from grading.late_methods import dataclass
from storage.envelope import open_envelope

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """Agreement on the outcome and on each question.

    ``base`` is agreement on the outcome in the random base share alone; None where nothing was
    drawn, or where it is all that is asked for. ``chances`` is the agreement by chance on each
    question, by its fact, and on the outcome under the empty name; what is undefined is not in it.
    """

    overall: Overall
    base: Overall | None
    questions: tuple[Question, ...]
    chances: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Graders:
    """Graders beside each other; columns are those of the overall matrix.

    ``said`` are the contrasts as sentences, in their order. ``leans_settled`` is False where the
    search for the leans was given up before it came to rest.
    """

    pairs: tuple[Pair, ...]
    leans: tuple[Lean, ...]
    leans_settled: bool
    contrasts: tuple[Contrast, ...]
    said: tuple[str, ...]
    golden: Golden
    partings: Listed
    left_out: LeftOut = NOTHING_LEFT_OUT


class Review:
    """Reads the votes of a home once, and then only what is new."""

    def __init__(self, ws: "Workstation", watch: Watch = UNWATCHED) -> None:
        """Read nothing yet; ``watch`` is told how far reading is where there is much to read."""
        self._ws = ws
        self._home = ws.home
        self._known = Gradings(ws, watch)
        self._last: tuple[Asked, bool, Basis] | None = None
        self._votes: dict[Basis, Votes] = {}  # the window may still show what was asked before
        self._sample = sample(ws.home)
        self._titles: dict[str, str] = {}
        self._families: Mapping[str, str] = {}

    def basis(self, asked: Asked = EVERYTHING, *, unmasked: bool = False) -> Basis:
        """Return the votes that are asked for; without a scheme named, those under the commonest.

        Where nothing was signed since, the same question has the very same answer.

        Raises:
            UnknownRecordNameError: Nothing was graded under a scheme that is here.
        """
        drawn = sample(self._home)
        news = self._known.refresh() or drawn != self._sample
        self._sample = drawn
        if self._last is not None and not news and self._last[:2] == (asked, unmasked):
            return self._last[2]
        found = self._basis(asked, unmasked=unmasked)
        if found.votes > KEPT_AT_ONCE:
            set_apart()
        self._last = (asked, unmasked, found)
        return found

    def votes(self, basis: Basis) -> Votes:
        """Return the votes that a basis rests on; none once figures of a later one were asked."""
        return self._votes.get(basis) or Votes([], [], [])

    def agreement(self, basis: Basis) -> Agreement:
        """Return the figures of each question and of the outcome; older votes are let go of."""
        self._let_go_of_others(basis)
        votes = self.votes(basis)
        whole = overall(votes.counted, basis.scheme, basis.graders, resamples=RESAMPLES_LEAST)
        asked = questions(votes.counted, basis.scheme, resamples=RESAMPLES_LEAST)
        matrices = {"": whole.matrix, **{one.table.fact: one.table.matrix for one in asked}}
        chances = {name: chance_agreement(matrix) for name, matrix in matrices.items()}
        known = {name: chance for name, chance in chances.items() if chance is not None}
        base = None
        if votes.base and not basis.asked.random_only:
            base = overall(votes.base, basis.scheme, resamples=RESAMPLES_LEAST)
        return Agreement(whole, base, asked, known)

    def graders(self, basis: Basis, found: Agreement, *, unmasked: bool = False) -> Graders:
        """Return what is known of graders beside each other."""
        whole, names = found.overall, self._names(unmasked=unmasked)
        counted = self.votes(basis).counted
        said_of = contrasts_of(counted, basis.scheme, whole.graders)
        called = dict(enumerate(whole.graders))
        drawn = self._sample
        answered = golden_results(self._home, self._known.voices, self._ws.policy)
        of_records = self._asked_of_records(basis.asked)
        results = golden(self._known, of_records, drawn, answered, self._families)
        rows = [replace(row, person=names.get(row.person, row.person)) for row in results.rows]
        order = in_order(row.person for row in rows)
        rows.sort(key=lambda row: order.index(row.person))
        leans, settled = lean(whole.matrix)
        return Graders(
            pairs=pairs(whole.matrix),
            leans=leans,
            leans_settled=settled,
            contrasts=said_of,
            said=tuple(said(one, basis.scheme, called) for one in said_of),
            golden=replace(results, rows=tuple(rows)),
            partings=replace(
                partings(counted, basis.scheme, self._known, self._reader),
                withheld=basis.withheld,
            ),
            left_out=left_out(self._home, self._known, of_records, basis.hidden),
        )

    def weeks(self, basis: Basis, fact: str | None = None) -> tuple[Week, ...]:
        """Return agreement week by week, on a question or on the outcome."""
        return weeks(self.votes(basis).counted, fact)

    def items(self, basis: Basis, items: Sequence[str]) -> Listed:
        """Return items as rows of a list."""
        votes = self.votes(basis)
        given = by_item((*votes.counted, *votes.golden))
        kept = [item for item in items if item in given]
        return listed(kept, given, basis.scheme, known=self._known, reader=self._reader)

    def forget(self) -> None:
        """Let go of what was read, bit by bit; nothing is asked after that."""
        self._last = None
        self._let_go_of_others(None)
        self._known.forget()

    def _let_go_of_others(self, shown: Basis | None) -> None:
        """Let go of the votes of every question but the last and the one shown, bit by bit."""
        last = None if self._last is None else self._last[2]
        for basis in [one for one in self._votes if one is not shown and one is not last]:
            votes = self._votes.pop(basis)
            for held in (votes.counted, votes.golden, votes.base):
                while held:
                    held.pop()

    def _basis(self, asked: Asked, *, unmasked: bool) -> Basis:
        every = tuple(self._known.all())
        self._families = same_batches(self._places(every), self._title)
        names = self._names(unmasked=unmasked)
        reader = self._reader
        waits = {item for item in self._known.items() if is_withheld(item, self._known, reader)}
        # What can be chosen would tell by its dates and schemes what others answered there.
        choices = self._choices([one for one in every if one.item not in waits], names)
        if not choices.schemes and asked.scheme is None:
            scheme = self._ws.schemes.newest("uk-ew")
        else:
            scheme = self._ws.schemes.find(asked.scheme or choices.schemes[0])
        asked = self._asked_under(replace(asked, scheme=scheme.name))
        whole = self._asked_of_records(asked)
        wanted = [one for one in every if whole.wants(one)]
        hidden = frozenset(waits & {one.item for one in wanted})
        found = [one for one in wanted if one.item not in hidden]
        shares = [self._sample.share_of(one.item, one.grader) for one in found]
        drawn = self._sample.base_items
        called = [
            replace(
                one,
                grader=names.get(one.grader, one.grader),
                batch=self._families.get(one.batch, one.batch),
            )
            for one in found
        ]
        base = [
            one
            for one, share in zip(called, shares, strict=True)
            if one.item in drawn and share in ("first", "base")
        ]
        counted = [one for one, share in zip(called, shares, strict=True) if share != "golden"]
        answers = [one for one, share in zip(called, shares, strict=True) if share == "golden"]
        votes = Votes(base if asked.random_only else counted, answers, base)
        by = by_item(votes.counted)
        made = Basis(
            asked=asked,
            scheme=scheme,
            votes=len(votes.counted),
            drawn=len({one.item for one in base}),
            graders=tuple(in_order({one.grader for one in votes.counted})),
            items=len(by),
            double=sum(len(given) > 1 for given in by.values()),
            hidden=hidden,
            choices=choices,
            alone=not waits and len(self._known.answered_by(self._known.items())) == 1,
        )
        self._votes[made] = votes
        return made

    def _places(self, every: Iterable[Grading]) -> Iterator[tuple[str, str]]:
        """Yield where items lie: a batch may be dealt out under an id that nobody grades under."""
        yield from ((one.batch, one.item) for one in every)
        for (item, _), dealing in self._sample.dealings.items():
            yield dealing.batch, item

    def _asked_under(self, asked: Asked) -> Asked:
        """Return what is asked with each batch named as it is counted."""
        if asked.batches is None:
            return asked
        return replace(
            asked, batches=frozenset(self._families.get(one, one) for one in asked.batches)
        )

    def _asked_of_records(self, asked: Asked) -> Asked:
        """Return what is asked with every batch that one of those asked for stands for."""
        if asked.batches is None:
            return asked
        members = {one for one, first in self._families.items() if first in asked.batches}
        return replace(asked, batches=frozenset(members | asked.batches))

    def crossed(
        self, basis: Basis, found: Agreement, pair: tuple[int, int], fact: str | None = None
    ) -> Crossed:
        """Return who of two graders gave what where the other gave what.

        Args:
            basis: What the figures rest on.
            found: The agreement on it.
            pair: Columns of the overall matrix.
            fact: The question; None: the outcome.
        """
        whole = found.overall
        matrix, items = whole.matrix, whole.items
        labels = tuple(outcome_labels(basis.scheme).values())
        names = (whole.graders[pair[0]], whole.graders[pair[1]])
        for one in found.questions if fact is not None else ():
            if one.table.fact == fact:
                matrix, items = one.table.matrix, one.table.items
                choices = basis.scheme.question(fact).choices
                labels = tuple(choice.label for choice in choices)
        columns = [matrix.graders.index(name) for name in names if name in matrix.graders]
        if len(columns) < 2:
            return Crossed(names, fact, labels, (), NEVER_SHARED, {})
        return crossed(names, fact, labels, matrix=matrix, items=items, columns=columns)

    @property
    def _reader(self) -> Reader:
        person = self._home.person
        blind = self._ws.policy.second_opinion.blind_first and "supervisor" in person.roles
        return Reader(person.id, blind)

    def _names(self, *, unmasked: bool) -> Mapping[str, str]:
        me = self._home.person.id
        keys = self._home.roster.keys
        if unmasked:
            return by_name({key.person: key.person_name for key in keys}, me=me)
        return pseudonyms((key.person for key in keys), self._home.deployment, me=me)

    def _choices(self, every: Sequence[Grading], names: Mapping[str, str]) -> Choices:
        if not every:
            return Choices((), (), ())
        batches = dict.fromkeys(self._families.get(one.batch, one.batch) for one in every)
        counted: dict[str, int] = {}
        for one in every:
            counted[one.scheme] = counted.get(one.scheme, 0) + 1
        here = {scheme.name for scheme in self._ws.schemes.all()}
        schemes = sorted(here & set(counted), key=lambda name: (-counted[name], name))
        if not schemes:
            raise UnknownRecordNameError(
                "The verdicts here were given under a scheme that is not on this machine."
            )
        called = {names.get(one.grader, one.grader): one.grader for one in every}
        return Choices(
            batches=tuple((batch, self._title(batch)) for batch in batches),
            graders=tuple((called[name], name) for name in in_order(called)),
            schemes=tuple(schemes),
            first=min(one.decided_at for one in every),
            last=max(one.decided_at for one in every),
        )

    def _title(self, batch: str) -> str:
        if batch not in self._titles:
            row = next(self._home.local.records(kind="batch", batch=batch), None)
            title = open_envelope(row.envelope).predicate["title"] if row else batch[:8]
            self._titles[batch] = str(title)
        return self._titles[batch]
