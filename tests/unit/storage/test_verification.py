"""The eight steps: each fails where it should, and says so with its number."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from storage.canonical import canonical
from storage.envelope import Sealed, seal
from storage.roster import RosterChain, roster_from_predicate
from storage.rows import Place
from storage.signing import PublicKey, SigningKey
from storage.verification import VerificationError, verify
from tests.unit.storage.office import BATCH, Office, digest


@pytest.fixture
def office() -> Office:
    return Office()


def step_of(office: Office, sealed: Sealed, *, logged: bool = True) -> tuple[int, str]:
    book = office.book(logged=logged)
    for record in office.records:
        if record.record_id != sealed.record_id:
            book.note(verify(record.envelope, book=book).record)
    with pytest.raises(VerificationError) as caught:
        verify(sealed.envelope, book=book)
    assert caught.value.record_id == sealed.record_id
    return caught.value.step, caught.value.why


def bent(office: Office, change: Callable[[Any], None]) -> Sealed:
    """A record that states what it must not: changed before it was signed."""
    said = office.say("verdict", office.verdict_fields("bent"), digest("bent"))
    change(said)
    return office.keep(said)


def test_that_a_good_chain_passes_and_says_what_was_signed(office: Office) -> None:
    office.graded(3)
    book = office.book()
    for sealed in office.records:
        verified = verify(sealed.envelope, book=book)
        assert verified.record.payload == sealed.payload
        assert not verified.pending
        assert not verified.unseen_predecessor
        book.note(verified.record)


def test_that_a_record_not_logged_yet_is_pending(office: Office) -> None:
    assert verify(office.records[0].envelope, book=office.book(logged=False)).pending


def test_that_step_1_finds_damaged_bytes(office: Office) -> None:
    envelope = office.verdict("item").envelope
    with pytest.raises(VerificationError) as caught:
        verify(envelope.replace(b'"payload":"e', b'"payload":"f', 1), book=office.book())
    assert caught.value.step == 1


def test_that_step_2_finds_another_payload_type(office: Office) -> None:
    envelope = office.verdict("item").envelope
    with pytest.raises(VerificationError) as caught:
        verify(envelope.replace(b"in-toto+json", b"in-toto+cbor"), book=office.book())
    assert caught.value.step == 2


def test_that_step_3_finds_a_key_that_no_roster_has(office: Office) -> None:
    said = office.say("verdict", office.verdict_fields("item"), digest("item"))
    step, why = step_of(office, seal(said, SigningKey.generate()))
    assert step == 3
    assert "no roster" in why


def test_that_step_3_finds_a_signature_by_another_key_under_a_good_id(office: Office) -> None:
    stranger = SigningKey.generate()

    class Forger:
        keyid = office.key.keyid
        sign = staticmethod(stranger.sign)

    said = office.say("verdict", office.verdict_fields("item"), digest("item"))
    step, why = step_of(office, seal(said, Forger()))
    assert step == 3
    assert "does not hold" in why


def test_that_a_damaged_statement_fails_at_its_signature_and_not_at_its_shape(
    office: Office,
) -> None:
    """What nobody signed is not judged by what it says."""
    office.verdict("item")
    outer = json.loads(office.records[-1].envelope)
    payload = base64.b64decode(outer["payload"]).replace(b"assay.example", b"essay.example")
    outer["payload"] = base64.b64encode(payload).decode()
    with pytest.raises(VerificationError) as caught:
        verify(canonical(outer), book=office.book())
    assert caught.value.step == 3


def test_that_step_4_finds_a_role_that_may_not_sign_the_kind(office: Office) -> None:
    fields = office.referral_fields("item", office.verdict("item").record_id)
    sealed = office.sign("referral", fields, digest("item"))
    step, why = step_of(office, sealed)
    assert step == 4
    assert why == "a referral is not signed by analyst, admin"


def test_that_step_4_finds_a_kind_that_does_not_exist(office: Office) -> None:
    def rename(said: Any) -> None:
        said["predicateType"] = "https://assay.example/praise/v1"

    assert step_of(office, bent(office, rename))[0] == 4


def test_that_step_4_finds_a_withdrawal_of_someone_else_s_record(office: Office) -> None:
    theirs = digest("a record of someone else")
    other = SigningKey.generate()
    fields = dict(office.roster_fields)
    key = fields["keys"][0]
    theirs_key = {"keyid": other.keyid, "public": other.public.raw.hex(), "person": "ben"}
    fields["keys"] = [key, key | theirs_key]
    withdrawal = office.sign("withdrawal", {"record": theirs}, theirs)
    book = office.book()
    book.rosters = RosterChain(roster_from_predicate(fields, digest("roster")))
    book.places[theirs] = Place(other.keyid, 1)
    with pytest.raises(VerificationError, match=r"step 4 .*someone else"):
        verify(withdrawal.envelope, book=book)
    book.places[theirs] = Place(office.key.keyid, 1)
    assert verify(withdrawal.envelope, book=book).unseen_predecessor


def revoked(office: Office, from_index: int) -> RosterChain:
    fields = {
        "deployment": office.deployment,
        "version": 1,
        "previous_roster": None,
        "expiry": None,
        "thresholds": {},
        "keys": [
            {
                "keyid": key.keyid,
                "public": key.public.raw.hex(),
                "person": person,
                "person_name": person,
                "workstation": "desk-1",
                "roles": ["analyst", "admin"],
                "login": None,
                "valid_from": 2 if person == office.person else 0,
            }
            for person, key in ((office.person, office.key), ("other", SigningKey.generate()))
        ],
        "revocations": [{"keyid": office.key.keyid, "from_index": from_index, "reason": "lost"}],
    }
    return RosterChain(roster_from_predicate(fields, digest("roster")))


def test_that_step_5_judges_a_key_by_the_log_index_and_never_by_the_clock(office: Office) -> None:
    office.graded(6)
    book = office.book()
    book.rosters = revoked(office, from_index=5)
    steps: dict[int, str] = {}
    for index, sealed in enumerate(office.records):
        try:
            book.note(verify(sealed.envelope, book=book).record)
        except VerificationError as error:
            steps[index] = f"{error.step} {error.why}"
            book.places[sealed.record_id] = Place(office.key.keyid, index + 1)
    assert sorted(steps) == [0, 1, 5, 6]
    assert steps[0] == "5 its key was not valid when it was logged"
    assert steps[6] == "5 its key is revoked from log index 5 (lost)"


def test_that_step_5_judges_a_waiting_record_by_the_newest_roster(office: Office) -> None:
    book = office.book(logged=False)
    book.rosters = revoked(office, from_index=500)
    with pytest.raises(VerificationError) as caught:
        verify(office.records[0].envelope, book=book)
    assert caught.value.step == 5


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a field missing", lambda said: said["predicate"].pop("nonce")),
        ("a field more", lambda said: said["predicate"].update(grade="A")),
        ("a field of another type", lambda said: said["predicate"].update(active_ms="1")),
        ("another subject", lambda said: said["subject"][0]["digest"].update(sha256=BATCH)),
        ("another author", lambda said: said["predicate"].update(author="person-2")),
        ("another kind inside", lambda said: said["predicate"].update(kind="hold")),
    ],
)
def test_that_step_6_finds_a_malformed_predicate(
    office: Office, name: str, change: Callable[[Any], None]
) -> None:
    assert step_of(office, bent(office, change))[0] == 6


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"identifying": []}, "at least one identifying fact"),
        ({"identifying": None}, "identifying"),
        ({"identifying": [{"kind": "place", "words": " "}]}, "says nothing"),
        ({"identifying": [{"kind": "hat", "words": "red"}]}, "no kind of fact"),
        ({"real_child": None}, "real child"),
        ({"ai": None}, "ai"),
        ({"basis": None}, "basis"),
        ({"to": ""}, "whom it is for"),
    ],
    ids=repr,
)
def test_that_step_6_finds_a_referral_that_nobody_could_act_on(
    change: dict[str, object], told: str
) -> None:
    office = Office("supervisor")
    fields = office.referral_fields("item", digest("basis"))
    said = office.say("referral", fields, digest("item"))
    said["predicate"] |= change
    step, why = step_of(office, office.keep(said))
    assert step == 6
    assert told in why


def test_that_step_6_finds_a_referral_without_a_field_that_it_needs() -> None:
    for missing in ("identifying", "real_child", "ai", "basis"):
        office = Office("supervisor")
        said = office.say("referral", office.referral_fields("item", digest("b")), digest("item"))
        del said["predicate"][missing]
        step, why = step_of(office, office.keep(said))
        assert (step, missing in why) == (6, True)


def test_that_step_6_finds_a_selection_that_says_none_of_its_words(office: Office) -> None:
    for word in ("assess", "no-child", "child-non-criminal", "actionable-preview"):
        fields = {"item": digest("item"), "batch": BATCH, "selection": word}
        office.sign("selection", fields, digest("item"))
    said = office.say("selection", fields, digest("item"))
    said["predicate"]["selection"] = "no-chi1d"
    step, why = step_of(office, office.keep(said))
    assert step == 6
    assert "none of assess" in why


def test_that_step_6_finds_a_roster_with_an_unfit_key(office: Office) -> None:
    fields = dict(office.roster_fields)
    unfit = PublicKey(bytes(32))
    fields["keys"] = [fields["keys"][0] | {"public": unfit.raw.hex(), "keyid": unfit.keyid}]
    step, why = step_of(office, office.sign("roster", fields))
    assert step == 6
    assert "prime order" in why


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("another outcome", lambda p: p["outcome"].update(actionable=True)),
        ("another reason", lambda p: p["outcome"].update(reason="Off Remit")),
        ("a fact changed", lambda p: p["facts"][0].update(value="child")),
        ("a fact more", lambda p: p["facts"].append({"fact": "sex", "value": "both", "ms": None})),
        ("a fact less", lambda p: p["facts"].pop()),
        ("a fact twice", lambda p: p["facts"].append(p["facts"][0])),
        ("facts in another order", lambda p: p["facts"].reverse()),
        ("an unknown scheme", lambda p: p["scheme"].update(sha256=digest("scheme"))),
        ("an unknown tag", lambda p: p["tags"].append("unheard of")),
        ("an unknown basis", lambda p: p["ai_basis"].append("a hunch")),
        ("an unknown confidence", lambda p: p.update(confidence="certain")),
    ],
)
def test_that_step_7_finds_facts_that_do_not_bear_the_outcome_out(
    office: Office, name: str, change: Callable[[Any], None]
) -> None:
    office.verdict("a good one before")
    assert step_of(office, bent(office, lambda said: change(said["predicate"])))[0] == 7


def test_that_step_7_looks_at_every_kind_that_states_facts(office: Office) -> None:
    stated = office.verdict_fields("item")
    fields = {name: stated[name] for name in ("item", "batch", "scheme", "facts", "outcome")}
    good = office.sign("opinion", fields, digest("item"))
    book = office.book()
    for sealed in (office.records[0], good):
        book.note(verify(sealed.envelope, book=book).record)
    wrong = fields | {"outcome": fields["outcome"] | {"actionable": True}}
    assert step_of(office, office.sign("opinion", wrong, digest("item")))[0] == 7


@pytest.mark.parametrize(
    ("name", "seq", "prev"),
    [
        ("number 0", 0, None),
        ("a first record that follows one", 1, 1),
        ("a later record that follows none", 4, None),
        ("a number left out", 5, 2),
        ("a number twice", 3, 2),
        ("a predecessor passed over", 4, 1),
        ("a predecessor nobody has", 4, None),
    ],
)
def test_that_step_8_finds_a_chain_that_does_not_continue(
    office: Office, name: str, seq: int, prev: int | None
) -> None:
    office.graded(2)  # numbers 2 and 3; the roster is number 1

    def reorder(said: Any) -> None:
        before = office.records[prev].record_id if prev is not None else None
        unknown = digest("nobody's") if name.endswith("nobody has") else before
        said["predicate"].update(seq=seq, prev=unknown)

    assert step_of(office, bent(office, reorder))[0] == 8


def test_that_step_8_finds_a_fork(office: Office) -> None:
    office.graded(2)
    head = office.head
    office.verdict("one way")
    office.head = head
    step, why = step_of(office, office.verdict("the other way"))
    assert step == 8
    assert why.startswith("a fork: ")


def test_that_step_8_finds_a_predecessor_of_another_key(office: Office) -> None:
    other = Office()
    sealed = office.verdict("item")
    book = office.book()
    book.places[office.records[0].record_id] = Place(other.key.keyid, 1)
    with pytest.raises(VerificationError, match=r"step 8 .*another key"):
        verify(sealed.envelope, book=book)


def test_that_a_predecessor_one_may_not_read_is_reported_as_unseen(office: Office) -> None:
    sealed = office.verdict("item")
    assert verify(sealed.envelope, book=office.book()).unseen_predecessor


def test_that_a_failure_reads_as_one_sentence_with_its_step(office: Office) -> None:
    sealed = office.verdict("item")
    with pytest.raises(VerificationError) as caught:
        verify(sealed.envelope, book=office.book(logged=False))
    assert str(caught.value).startswith(f"step 8  record {sealed.record_id}  the record before it")
    assert caught.value.advice
