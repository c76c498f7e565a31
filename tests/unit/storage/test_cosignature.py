"""Cosignatures of checkpoints, against the form as C2SP writes it."""

import base64
import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.cosignature import cosign, read_cosignature
from storage.errors import LogProofError
from storage.log import Checkpoint
from storage.signing import SigningKey

KEY = SigningKey(bytes(range(32)))
LOG = Checkpoint("deployment", 7, hashlib.sha256(b"root").digest())
SECONDS = 1_679_315_147


def test_that_a_cosignature_reads_back_and_holds() -> None:
    said = cosign(LOG, KEY, SECONDS)
    read = read_cosignature(said.text())
    assert read == said
    read.verify(KEY.public)


def test_that_it_has_the_form_and_the_message_of_the_specification() -> None:
    """Written from C2SP signed-note and tlog-cosignature alone."""
    body, line = cosign(LOG, KEY, SECONDS).text().split("\n\n")
    dash, name, blob = line.removesuffix("\n").split(" ")
    assert (dash, name) == ("\u2014", KEY.keyid)
    raw = base64.b64decode(blob, validate=True)
    named = hashlib.sha256(name.encode() + b"\n" + b"\x04" + KEY.public.raw).digest()
    assert raw[:4] == named[:4]
    assert int.from_bytes(raw[4:12], "big") == SECONDS
    root = base64.b64encode(LOG.root).decode()
    assert body == f"deployment\n7\n{root}"
    message = f"cosignature/v1\ntime {SECONDS}\n{body}\n".encode()
    key = Ed25519PublicKey.from_public_bytes(KEY.public.raw)
    key.verify(raw[12:], message)
    with pytest.raises(InvalidSignature):
        key.verify(raw[12:], message + b"\n")


def test_that_another_key_another_time_and_another_log_do_not_hold() -> None:
    said = cosign(LOG, KEY, SECONDS)
    with pytest.raises(LogProofError):
        said.verify(SigningKey.generate().public)
    text = said.text()
    for changed in (
        text.replace("\n7\n", "\n8\n"),
        text.replace("deployment", "another"),
        cosign(LOG, KEY, SECONDS + 1).text().replace(_blob(text, SECONDS + 1), _blob(text)),
    ):
        read = read_cosignature(changed)
        if read != said:
            with pytest.raises(LogProofError):
                read.verify(KEY.public)


def _blob(text: str, seconds: int | None = None) -> str:
    return cosign(LOG, KEY, seconds).line() if seconds else text.rpartition("\n\n")[2]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.partition("\n\n")[0] + "\n",
        lambda text: text.replace("\u2014", "-"),
        lambda text: text[:-1],
        lambda text: text.replace("=\n", "\n"),
        lambda text: text + "x\n",
        lambda text: text.replace(KEY.keyid, "a name"),
        lambda text: "",
    ],
)
def test_that_another_text_is_no_cosignature(change: object) -> None:
    assert callable(change)
    with pytest.raises(LogProofError):
        read_cosignature(change(cosign(LOG, KEY, SECONDS).text()))
