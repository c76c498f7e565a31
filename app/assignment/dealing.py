"""Use case: a supervisor says who grades a batch, and the lots deal its items out.

What is signed for a grader is one `assignment` with the items that are theirs, first work, second
gradings and golden items alike, in one order. What of it was drawn stands in one `draw`, which only
supervisors and QA read.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.assignment.duties import Duties
from app.assignment.salt import draw_salt
from app.bootstrap import Workstation
from app.clock import as_rfc3339, utc_now
from app.elsewhere import entries_signed
from app.errors import AssignmentError
from app.exchange.reader import person_named
from app.policies import policy_in_force
from app.policy_limits import graders
from app.rights import require_right
from app.second_opinion.voices import Voice, Voices
from app.selection.signing import left_out_by
from grading.consensus import Consensus, consensus
from grading.drawing import Deal, Standing, Why, deal, draw_key
from grading.late_methods import dataclass
from grading.policy import Policy
from storage.envelope import open_envelope
from storage.home import Home
from storage.statement import Draft

FEW_PAIRS = 20  # below it a question's agreement says nothing
_WHOLE_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Dealt:
    """What an assignment of a batch came to.

    Attributes:
        batch: Its id.
        items: For each person named, by name, how many items are theirs by it.
        base: Items drawn for a second grading in the base share.
        extra: Items drawn for a reason.
        golden: Resolved items that come again.
        without_evidence: Items that nobody named has at their desk: they wait.
        without_second: Drawn items that no second person named has: they wait.
    """

    batch: str
    items: Mapping[str, int]
    base: int
    extra: int
    golden: int
    without_evidence: int
    without_second: int


def assign(
    ws: Workstation,
    batch: str,
    persons: Sequence[str],
    *,
    voices: Voices | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Dealt:
    """Deal a batch out among persons of the roster; asked again, it deals what is still open.

    Args:
        ws: An open home.
        batch: The id of a batch whose records are here.
        persons: Names or ids of those who are to grade it.
        voices: What was said about items, if it was read already.
        now: The clock.

    Raises:
        AssignmentError: Somebody named does not grade, or nobody is named.
        RightError: This person assigns nothing.
    """
    require_right(ws.home, "assignment")
    named = _graders_named(ws.home, persons)
    known = voices or Voices(ws.home)
    known.refresh()
    duties = Duties(ws.home)
    duties.refresh()
    policy = policy_in_force(ws.home)
    salt, policy_record = draw_salt(ws.home)
    trainees = sorted(named & ws.home.roster.persons("trainee"))
    # Who signs no batch takes the folder in once it is theirs: what they have, nothing says.
    ready = frozenset(trainees) - ws.home.roster.persons("analyst")
    standings = {
        item: replace(stands, holders=stands.holders | ready)
        for item, stands in _standings(ws.home, batch, known, duties, policy).items()
    }
    dealt = deal(
        standings,
        sorted(named - set(trainees)),
        trainees,
        key=draw_key(salt, policy_record),
        rules=policy.sampling,
        votes=policy.votes.graded,
    )
    drawn = _draw_fields(batch, salt, policy_record, dealt)
    drafts = [("draw", batch, drawn)]
    for person, items in _with_others(dealt, standings, duties, batch, ws.home).items():
        fields: dict[str, object] = {"for": [person], "batch": batch, "items": list(items)}
        drafts.append(("assignment", batch, fields))
    at = as_rfc3339(now())
    ws.home.local.keep(
        [
            Draft(kind=kind, subject=subject, fields=fields, decided_at=at)
            for kind, subject, fields in drafts
        ]
    )
    return Dealt(
        batch,
        {ws.home.roster.name_of(person): len(items) for person, items in dealt.items.items()},
        len(dealt.base),
        len(dealt.extra),
        len(dealt.golden),
        len(dealt.without_evidence),
        len(dealt.without_second),
    )


def take_back(
    ws: Workstation, batch: str, person: str, *, now: Callable[[], datetime] = utc_now
) -> int:
    """Take a batch from a person again; return how many items were theirs by this supervisor.

    Raises:
        AssignmentError: This supervisor assigned them nothing of it.
        RightError: This person assigns nothing.
    """
    require_right(ws.home, "assignment")
    them = person_named(ws.home, person).person
    duties = Duties(ws.home)
    duties.refresh()
    mine = [
        act
        for act in duties.assignments(batch)
        if act.to == {them} and act.author == ws.home.person.id
    ]
    if not any(act.items for act in mine):
        raise AssignmentError("Nothing of this batch was assigned to that person by you.")
    at = as_rfc3339(now())
    drafts = [
        Draft(kind="withdrawal", subject=act.record, fields={"record": act.record}, decided_at=at)
        for act in mine
    ]
    # Without it the batch would be free for them again, all of it.
    nothing: dict[str, object] = {"for": [them], "batch": batch, "items": []}
    drafts.append(Draft(kind="assignment", subject=batch, fields=nothing, decided_at=at))
    ws.home.local.keep(drafts)
    return len({item for act in mine for item in act.items or ()})


def holders_of(home: Home) -> dict[str, frozenset[str]]:
    """Return for each item who took it in: at whose desk its evidence is."""
    found: dict[str, set[str]] = {}
    for kind in ("batch", "batch-supplement"):
        for row in home.local.records(kind=kind):
            for entry in open_envelope(row.envelope).predicate["items"]:
                found.setdefault(str(entry["sha256"]), set()).add(row.author)
    return {item: frozenset(persons) for item, persons in found.items()}


def _graders_named(home: Home, persons: Sequence[str]) -> frozenset[str]:
    able = graders(home) | home.roster.persons("trainee")
    named = [person_named(home, one) for one in persons]
    if not named:
        raise AssignmentError("Nobody is named.", advice="Name who is to grade the batch.")
    for key in named:
        if key.person not in able:
            raise AssignmentError(f"{key.person_name} is no analyst or trainee.")
    return frozenset(key.person for key in named)


def _standings(
    home: Home, batch: str, voices: Voices, duties: Duties, policy: Policy
) -> dict[str, Standing]:
    holders, assigned = holders_of(home), duties.assigned_to(batch)
    left_out = left_out_by(home.local)
    new, low = _new_graders(voices, policy), _low_questions(voices, policy)
    found = {}
    for entry in entries_signed(home.local, batch):
        item = str(entry["sha256"])
        if entry.get("unreadable") is None:
            said = voices.of(item)
            stands = consensus([voice.said for voice in said], policy)
            votes = [voice for voice in said if voice.said.record in stands.votes]
            found[item] = Standing(
                holders=holders.get(item, frozenset()),
                answered=frozenset(v.said.person for v in said if v.said.kind == "verdict"),
                assigned=assigned.get(item, frozenset()),
                votes=len(votes),
                settled=stands.state == "resolved",
                light=_is_light(stands, policy),
                reasons=_reasons(votes, policy, new, low),
                left_out=left_out.get(item, frozenset()),
            )
    return found


def _is_light(stands: Consensus, policy: Policy) -> bool:
    outcome = stands.outcome
    return outcome is not None and outcome.category not in policy.exposure.heavy_categories


def _reasons(
    votes: Iterable[Voice], policy: Policy, new: frozenset[str], low: frozenset[str]
) -> frozenset[Why]:
    found: set[Why] = set()
    for voice in votes:
        outcome = voice.said.outcome
        if voice.said.record in new:
            found.add("new-grader")
        if outcome is not None and outcome.category in policy.sampling.rare_categories:
            found.add("rare")
        if low & voice.said.facts.keys():
            found.add("low-agreement")
    return frozenset(found)


def _new_graders(voices: Voices, policy: Policy) -> frozenset[str]:
    """Return the verdicts that somebody signed while they were new."""
    by_person: dict[str, list[tuple[int, str]]] = {}
    for item in voices.items():
        for voice in voices.of(item):
            if voice.said.kind == "verdict":
                place = (voice.said.seq, voice.said.record)
                by_person.setdefault(voice.said.person, []).append(place)
    first = policy.sampling.new_grader_verdicts
    return frozenset(
        record for places in by_person.values() for _, record in sorted(places)[:first]
    )


def _low_questions(voices: Voices, policy: Policy) -> frozenset[str]:
    """Return the questions on which too few pairs of votes agree."""
    pairs, alike = Counter[str](), Counter[str]()
    for item in voices.items():
        said = [voice.said for voice in voices.of(item)]
        votes = consensus(said, policy).votes
        stated = [one.facts for one in said if one.record in votes]
        for at, one in enumerate(stated):
            for other in stated[at + 1 :]:
                for fact in one.keys() & other.keys():
                    pairs[fact] += 1
                    alike[fact] += one[fact] == other[fact]
    least = policy.sampling.low_agreement_percent
    return frozenset(
        fact
        for fact, of in pairs.items()
        if of >= FEW_PAIRS and alike[fact] * _WHOLE_PERCENT < least * of
    )


def _draw_fields(batch: str, salt: str, policy: str, dealt: Deal) -> dict[str, object]:
    def drawn(item: str, person: str, why: Sequence[str] = ()) -> dict[str, object]:
        return {"item": item, "person": person, "why": list(why)}

    return {
        "batch": batch,
        "policy": policy,
        "salt": salt,
        "base": [drawn(*one) for one in dealt.base],
        "extra": [drawn(*one) for one in dealt.extra],
        "golden": [drawn(*one) for one in dealt.golden],
    }


def _with_others(
    dealt: Deal, standings: Mapping[str, Standing], duties: Duties, batch: str, home: Home
) -> dict[str, tuple[str, ...]]:
    """Return what is signed for whom: who has the evidence and got nothing is told so, once."""
    told = {person for act in duties.assignments(batch) for person in act.to}
    have = frozenset[str]().union(*(stands.holders for stands in standings.values()))
    able = graders(home) | home.roster.persons("trainee")
    found = {person: tuple(items) for person, items in dealt.items.items() if items}
    for person in sorted((have & able) | dealt.items.keys()):
        if person not in told:
            found.setdefault(person, ())
    return found
