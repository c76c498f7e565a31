"""The log: published proofs, and agreement with a tree built the naive way."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import LogProofError
from storage.log import (
    EMPTY_ROOT,
    Checkpoint,
    CompactRange,
    LogProof,
    LogTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    read_checkpoint,
    read_log_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.storage.office import VECTORS

CASES = VECTORS / "rfc6962"
LEAVES = [leaf_hash(hashlib.sha256(bytes([number])).hexdigest()) for number in range(200)]
sizes = st.integers(1, 130)


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it is written."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def _case(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_bytes())
    return case


def _cases(folder: str) -> list[Path]:
    return sorted((CASES / folder).rglob("*.json"))


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _hashes(proof: list[str] | None) -> list[bytes]:
    return [base64.b64decode(one) for one in proof or []]


@pytest.mark.skipif(not CASES.is_dir(), reason="the RFC 6962 cases are not beside this checkout")
@pytest.mark.parametrize("path", _cases("inclusion"), ids=_name)
def test_that_a_published_inclusion_proof_is_judged_as_published(path: Path) -> None:
    case = _case(path)

    def judge() -> None:
        verify_inclusion(
            index=case["leafIdx"],
            size=case["treeSize"],
            leaf=base64.b64decode(case["leafHash"] or ""),
            proof=_hashes(case["proof"]),
            root=base64.b64decode(case["root"] or ""),
        )

    if case["wantErr"]:
        with pytest.raises(LogProofError):
            judge()
    else:
        judge()


@pytest.mark.skipif(not CASES.is_dir(), reason="the RFC 6962 cases are not beside this checkout")
@pytest.mark.parametrize("path", _cases("consistency"), ids=_name)
def test_that_a_published_consistency_proof_is_judged_as_published(path: Path) -> None:
    case = _case(path)

    def judge() -> None:
        verify_consistency(
            old_size=case["size1"],
            old_root=base64.b64decode(case["root1"] or ""),
            size=case["size2"],
            root=base64.b64decode(case["root2"] or ""),
            proof=_hashes(case["proof"]),
        )

    if case["wantErr"] or case["size1"] == 0:  # nothing is shown by a proof from an empty log
        with pytest.raises(LogProofError):
            judge()
    else:
        judge()


@given(st.integers(0, 200))
def test_that_the_root_is_that_of_the_naive_tree(size: int) -> None:
    assert root_of(LEAVES[:size]) == naive_root(LEAVES[:size])


def test_that_an_empty_log_has_the_root_of_the_rfc() -> None:
    assert CompactRange().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


def test_that_a_leaf_is_the_hash_of_a_zero_byte_and_the_id() -> None:
    assert leaf_hash("ab" * 32) == hashlib.sha256(b"\0" + b"\xab" * 32).digest()


@given(st.integers(0, 130), st.integers(0, 60))
def test_that_a_kept_range_goes_on_where_it_stopped(size: int, more: int) -> None:
    begun = CompactRange()
    begun.extend(LEAVES[:size])
    again = CompactRange.from_bytes(begun.to_bytes())
    assert (again.size, again.root()) == (size, begun.root())
    again.extend(LEAVES[size : size + more])
    assert again.root() == naive_root(LEAVES[: size + more])


@pytest.mark.parametrize("kept", [b"", b"\0" * 7, b"\0" * 9, (1).to_bytes(8, "big")])
def test_that_a_damaged_range_is_refused(kept: bytes) -> None:
    with pytest.raises(LogProofError):
        CompactRange.from_bytes(kept)


@given(sizes, st.data())
def test_that_every_leaf_has_a_proof_and_no_other_leaf_has_it(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(LEAVES[:size], index), root_of(LEAVES[:size])
    verify_inclusion(index=index, size=size, leaf=LEAVES[index], proof=proof, root=root)
    assert LogTree(LEAVES[:size]).proof(index) == proof
    for wrong in ({"index": (index + 1) % size}, {"leaf": LEAVES[150]}, {"root": LEAVES[0][::-1]}):
        told = {"index": index, "size": size, "leaf": LEAVES[index], "proof": proof, "root": root}
        if told | wrong != told:
            with pytest.raises(LogProofError):
                verify_inclusion(**(told | wrong))


@given(sizes, st.data())
def test_that_a_log_that_only_grew_can_be_shown_to_have(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(LEAVES[:size], old)
    told = {
        "old_size": old,
        "old_root": root_of(LEAVES[:old]),
        "size": size,
        "root": root_of(LEAVES[:size]),
        "proof": proof,
    }
    verify_consistency(**told)
    rewritten = [*LEAVES[: old - 1], LEAVES[199], *LEAVES[old:size]]
    for wrong in ({"old_root": root_of(rewritten[:old])}, {"root": root_of(rewritten)}):
        with pytest.raises(LogProofError):
            verify_consistency(**(told | wrong))


@pytest.mark.parametrize("index", [-1, 5])
def test_that_there_is_no_proof_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(LogProofError):
        inclusion_proof(LEAVES[:5], index)


@pytest.mark.parametrize("old", [0, 6])
def test_that_there_is_no_proof_from_nothing_or_from_a_larger_log(old: int) -> None:
    with pytest.raises(LogProofError):
        consistency_proof(LEAVES[:5], old)


def test_that_a_checkpoint_reads_back() -> None:
    made = Checkpoint("assay.example/deployment", 7, root_of(LEAVES[:7]))
    assert read_checkpoint(made.text()) == made
    origin, size, root = made.text().split("\n")[:3]
    assert (origin, size, base64.b64decode(root)) == (made.origin, "7", made.root)


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\n01\n" + "A" * 43 + "=\n", "a\n1\n" + "A" * 42 + "B=\n", "a\n-1\nAA=\n"],
)
def test_that_another_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(LogProofError):
        read_checkpoint(text)


@given(sizes, st.data())
def test_that_a_log_proof_reads_back_as_c2sp_writes_it(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    checkpoint = Checkpoint("deployment", size, root_of(LEAVES[:size]))
    hashes = tuple(inclusion_proof(LEAVES[:size], index))
    signed = data.draw(st.sampled_from(["", "— a c2lnbmVk\n", "— a c2lnbmVk\n— b c2ln\n"]))
    proof = LogProof(index, hashes, checkpoint, signed)
    assert proof.text().startswith(f"c2sp.org/tlog-proof@v1\nindex {index}\n")
    read = read_log_proof(proof.text())
    assert read == proof
    read.verify(LEAVES[index])
    with pytest.raises(LogProofError):
        read.verify(LEAVES[150])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nd\n1\n" + "A" * 43 + "=\n",
        "index 0\n\nd\n1\nA\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\nd\n1\n" + "A" * 43 + "=\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\nd\n1\n" + "A" * 43 + "=\n\n- a c2lnbmVk\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\nd\n1\n" + "A" * 43 + "=\n— a c2lnbmVk\n",
    ],
)
def test_that_another_text_is_no_log_proof(text: str) -> None:
    with pytest.raises(LogProofError):
        read_log_proof(text)
