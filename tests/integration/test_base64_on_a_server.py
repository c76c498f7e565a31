"""A server takes one spelling of an envelope's base64: two would be two ids of one record."""

import base64
import random

import psycopg
import pytest

from storage.central.postgres import PostgresCentralStore
from storage.errors import EnvelopeRefusedError
from tests.integration.desks import Centre
from tests.unit.storage.office import Office

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_ASKED = (
    "SELECT assay.is_base64_of(octet_length(t), right(t, 8), decode(t, 'base64'))"
    " FROM (SELECT %s::text AS t) AS told"
)


def respellings(text: str, dice: random.Random) -> set[str]:
    """Spellings near a text: bits behind the end, ends in the middle, spaces, a letter changed."""
    made = {text, text + "AA==", text[:-4] + "AA==", text + "\n", text[:4] + " " + text[4:]}
    made |= {text[:at] + cut + text[at + 4 :] for at in range(0, 16, 4) for cut in ("QQ==", "QUI=")}
    for _ in range(20):
        at = dice.randrange(len(text))
        made.add(text[:at] + dice.choice(LETTERS) + text[at + 1 :])
    return {one for one in made if one}


def test_that_only_what_base64_would_write_is_taken_for_it(centre: Centre) -> None:
    dice, taken, refused = random.Random(4), 0, 0  # noqa: S311 - nothing secret
    texts = {
        one
        for size in range(1, 25)
        for one in respellings(base64.b64encode(dice.randbytes(size)).decode(), dice)
    }
    with centre.server.keeper(centre.database) as keeper:
        for text in sorted(texts):
            try:
                row = keeper.execute(_ASKED, [text]).fetchone()
            except psycopg.DataError:
                continue  # the server cannot read it at all, and `append` refuses it for that
            assert row is not None
            assert row[0] == written_so(text), text
            taken, refused = taken + row[0], refused + (not row[0])
    assert taken > 50
    assert refused > 50


def written_so(text: str) -> bool:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except ValueError:
        return False


@pytest.mark.parametrize("part", ["payload", "sig"])
def test_that_another_spelling_of_a_record_is_refused(centre: Centre, part: str) -> None:
    store: PostgresCentralStore = centre.desk("person-1").store
    office, ends = Office(), b'"' if part == "sig" else b'","payloadType'
    envelope = next(
        one.envelope
        for one in (office.verdict(f"item {number}") for number in range(12))
        if one.envelope.split(ends)[0].endswith(b"=") or part == "sig"
    )
    at = envelope.index(b"=" + ends) if part == "payload" else len(envelope) - 6
    while envelope[at - 1 : at] == b"=":
        at -= 1
    letter = chr(envelope[at - 1])
    other = LETTERS[LETTERS.index(letter) + 1].encode()  # one bit behind the end is set
    respelt = envelope[: at - 1] + other + envelope[at:]
    with pytest.raises(EnvelopeRefusedError):
        store.append([respelt], "")
    assert store.append([envelope], "")[0].fresh
