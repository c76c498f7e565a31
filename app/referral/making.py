"""Use case: an item is referred for victim identification; what was typed is kept until signed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.clock import as_rfc3339, utc_now
from app.errors import BlindFirstError, ReferralError
from app.known.dealt import dealt_by_name
from app.rights import require_right
from app.second_opinion.voices import Voice, Voices
from grading.consensus import AI_FACT, ANSWERS, Consensus, consensus
from grading.late_methods import dataclass
from grading.referral import NOT_AI, Identifying, Referral, check_referral, is_tagged_ai
from storage.envelope import open_envelope
from storage.statement import Draft

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.rows import StoredRecord

KIND = "referral"
_SHORTEST_PREFIX = 4  # hex digits


@dataclass(frozen=True, slots=True)
class Referable:
    """An item that may be referred, and what the form has to say of it.

    Attributes:
        item: SHA-256 of the file, hex.
        batch: Where it was graded.
        ai: The AI tag that stands: the resolution's, else that of the newest answer that says more
            than that no sign was seen, if there is one.
        tagged_ai: Whether a reason to believe that a real child is shown has to be stated.
        basis: The record that the tag is taken from.
        outcome: What it was graded as, in words of the record; None where answers differ.
    """

    item: str
    batch: str
    ai: str
    tagged_ai: bool
    basis: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A referral as it was signed; ``withdrawn`` where its author took it back."""

    record: str
    item: str
    batch: str
    by: str
    at: str
    ai: str
    basis: str
    referral: Referral
    withdrawn: bool = False


def referable(ws: "Workstation", item: str, voices: Voices | None = None) -> Referable:
    """Return what is needed to refer an item.

    Raises:
        RightError: This person refers nothing.
        ReferralError: Nobody graded it.
        BlindFirstError: Its answers open after this person's own; the form would give them away.
    """
    require_right(ws.home, KIND)
    known = voices or Voices(ws.home)
    known.refresh()
    said = known.of(item)
    answers = [voice for voice in said if voice.said.kind in ANSWERS and voice.said.outcome]
    standing = consensus((voice.said for voice in said), ws.policy)
    _require_open(ws, item, answers, is_resolved=standing.resolved_by is not None)
    answers = _standing(said, answers, standing)
    if not answers:
        raise ReferralError(
            f"Nobody has graded {item[:12]} yet, so nothing says whether it is tagged AI.",
            advice="Grade it first.",
        )
    return _referable(item, answers)


def refer(
    ws: "Workstation",
    item: str,
    referral: Referral,
    *,
    voices: Voices | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Signed:
    """Sign a referral, and forget its draft.

    Raises:
        RightError, ReferralError, BlindFirstError: As ``referable``.
        InvalidReferralError: It lacks what it needs; nothing was signed and the draft stays.
    """
    about = referable(ws, item, voices)
    check_referral(referral, tagged_ai=about.tagged_ai)
    fields: dict[str, object] = {
        "item": item,
        "batch": about.batch,
        "to": referral.to.strip(),
        "identifying": [
            {"kind": fact.kind, "words": fact.words.strip()} for fact in referral.identifying
        ],
        "real_child": (referral.real_child or "").strip() or None,
        "why": (referral.note or "").strip() or None,
        "ai": about.ai,
        "basis": about.basis,
    }
    draft = Draft(kind=KIND, subject=item, fields=fields, decided_at=as_rfc3339(now()))
    local = ws.home.local

    def forget(_: object) -> None:
        local.note_put(_note(item), None)

    (kept,) = local.keep([draft], also=forget)
    return _signed(ws, local.record(kept.record_id), set())


def referrals(ws: "Workstation") -> tuple[Signed, ...]:
    """Return every referral that this person may read, the newest first."""
    local = ws.home.local
    taken_back = {row.subject for row in local.records(kind="withdrawal")}
    return tuple(
        _signed(ws, row, taken_back) for row in local.records(kind=KIND, newest_first=True)
    )


def referral_named(ws: "Workstation", named: str) -> Signed:
    """Return the referral with this record id, or with one that begins so.

    Raises:
        ReferralError: None, or more than one, is called that.
    """
    lower = named.lower()
    found = [one for one in referrals(ws) if one.record.startswith(lower)]
    if len(lower) < _SHORTEST_PREFIX or len(found) != 1:
        raise ReferralError(
            f"No referral, or more than one, has an id that begins with '{named[:20]}'.",
            advice="`referral list` shows them.",
        )
    return found[0]


def take_back(
    ws: "Workstation", named: str, why: str | None, *, now: Callable[[], datetime] = utc_now
) -> str:
    """Withdraw one's own referral; it stays readable. Return the id of the withdrawal.

    Raises:
        ReferralError: It is another's, or withdrawn already.
    """
    one = referral_named(ws, named)
    if one.withdrawn:
        raise ReferralError("This referral is withdrawn already.", advice="")
    if ws.home.local.record(one.record).author != ws.home.person.id:
        raise ReferralError(f"{one.by} signed this referral.", advice="Ask them to withdraw it.")
    fields = {"record": one.record, "why": why}
    draft = Draft(
        kind="withdrawal", subject=one.record, fields=fields, decided_at=as_rfc3339(now())
    )
    (kept,) = ws.home.local.keep([draft])
    return kept.record_id


def answered_last(ws: "Workstation") -> str | None:
    """Return the item that this person answered or resolved last, or None."""
    local, me = ws.home.local, ws.home.person.id
    newest = [
        row
        for kind in ("verdict", "opinion", "adjudication")
        if (row := next(local.records(kind=kind, author=me, newest_first=True), None))
    ]
    last = max(newest, key=lambda row: row.position, default=None)
    return None if last is None else last.subject


def keep_typed(ws: "Workstation", item: str, typed: Mapping[str, Any] | None) -> None:
    """Keep what was typed into the form of an item, so that nothing is lost; None forgets it."""
    ws.home.local.note_put(_note(item), typed)


def typed_before(ws: "Workstation", item: str) -> Mapping[str, Any] | None:
    """Return what was typed into the form of an item and not signed."""
    found = ws.home.local.note_get(_note(item))
    return found if isinstance(found, dict) else None


def _require_open(ws: "Workstation", item: str, answers: list[Voice], *, is_resolved: bool) -> None:
    me = ws.home.person.id
    own = any(voice.said.person == me for voice in answers)
    if own or not ws.policy.second_opinion.blind_first:
        return
    # As on the Desk, a resolution is told before the own answer only where the policy has known
    # items confirmed, and never of what was dealt by name; else whether the form opens tells of it.
    told = is_resolved and ws.policy.known.confirm and item not in dealt_by_name(ws.home)
    if not told:
        raise BlindFirstError(
            f"A referral of {item[:12]} says how it was tagged, which opens after your own answer."
        )


def _standing(said: Sequence[Voice], answers: Sequence[Voice], standing: Consensus) -> list[Voice]:
    """Return the answers that give the tag, the newest last: the resolution, or all that stand.

    Beside each vote that is what everybody said last, trainees too: a correction that came too late
    to be a vote may be the one that says AI, and a vote that did is not unsaid by a late one.
    """
    if standing.resolved_by is not None:
        return [voice for voice in answers if voice.said.record == standing.resolved_by]
    withdrawn = {
        one for voice in said if voice.said.kind == "withdrawal" for one in voice.said.about
    }
    left = sorted((one for one in answers if one.said.record not in withdrawn), key=_place)
    last = {voice.said.person: voice.said.record for voice in left}
    kept = {*standing.votes, *last.values()}
    return [voice for voice in left if voice.said.record in kept]


def _place(voice: Voice) -> tuple[bool, int, int]:
    index = voice.said.index
    return index is None, index or 0, voice.said.seq


def _referable(item: str, answers: Sequence[Voice]) -> Referable:
    tags = [voice.said.facts.get(AI_FACT, NOT_AI) for voice in answers]
    tagged = is_tagged_ai(tags)
    last = len(answers) - 1
    place = next((n for n in range(last, -1, -1) if (tags[n] != NOT_AI) == tagged), last)
    basis = answers[place]
    outcomes = {_words(voice) for voice in answers}
    return Referable(
        item=item,
        batch=basis.batch or "",
        ai=tags[place],
        tagged_ai=tagged,
        basis=basis.said.record,
        outcome=outcomes.pop() if len(outcomes) == 1 else None,
    )


def _words(voice: Voice) -> str:
    outcome = voice.said.outcome
    if outcome is None:
        return ""
    more = outcome.category or outcome.reason
    return f"{outcome.outcome}, {more}" if more else outcome.outcome


def _signed(ws: "Workstation", row: "StoredRecord", taken_back: set[str]) -> Signed:
    said = open_envelope(row.envelope).predicate
    return Signed(
        record=row.record_id,
        item=row.subject,
        batch=said["batch"],
        by=ws.home.roster.name_of(row.author),
        at=said["decided_at"],
        ai=said["ai"],
        basis=said["basis"],
        referral=Referral(
            to=said["to"],
            identifying=tuple(_identifying(said)),
            real_child=said["real_child"],
            note=said.get("why"),
        ),
        withdrawn=row.record_id in taken_back,
    )


def _identifying(said: Mapping[str, Any]) -> Iterator[Identifying]:
    for fact in said["identifying"]:
        yield Identifying(fact["kind"], fact["words"])


def _note(item: str) -> str:
    return f"referral-{item[:48]}"
