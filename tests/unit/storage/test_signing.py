"""Keys: published vectors for signatures, and keys that may not enter a roster."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import UnfitKeyError
from storage.signing import PublicKey, SigningKey, require_fit_key
from tests.unit.storage.office import VECTORS

WYCHEPROOF = VECTORS / "ed25519" / "ed25519_test.json"
SMALL_ORDER = VECTORS / "ed25519" / "cctv_small_order.json"
UNFIT_FLAGS = {"low_order_A", "low_order_component_A", "non_canonical_A"}

# RFC 8032, section 7.1, TEST 1
RFC_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def _cases(path: Path) -> Any:  # two shapes of published file
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    return json.loads(path.read_bytes())


def test_that_the_key_of_the_rfc_has_its_public_half() -> None:
    assert SigningKey(RFC_SECRET).public.raw.hex() == RFC_PUBLIC


def test_that_every_wycheproof_case_is_judged_as_published() -> None:
    judged = 0
    for group in _cases(WYCHEPROOF)["testGroups"]:
        key = PublicKey(bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            holds = key.verifies(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            assert holds == (case["result"] == "valid"), case["tcId"]
            judged += 1
    assert judged > 100


def test_that_keys_of_small_order_or_odd_encoding_may_not_enter_a_roster() -> None:
    flags: dict[str, set[str]] = {}
    for case in _cases(SMALL_ORDER):
        flags.setdefault(case["key"], set()).update(case["flags"] or ())
    unfit = [key for key, found in flags.items() if found & UNFIT_FLAGS]
    assert len(unfit) > 10
    for key in unfit:
        with pytest.raises(UnfitKeyError):
            require_fit_key(bytes.fromhex(key))


@pytest.mark.parametrize(
    "raw",
    [
        bytes(32),  # order 4
        bytes([1]) + bytes(31),  # the identity
        bytes([1]) + bytes(30) + b"\x80",  # the identity with a sign
        bytes.fromhex("ec" + "ff" * 30 + "7f"),  # order 2
        bytes.fromhex("ee" + "ff" * 30 + "7f"),  # the identity, not reduced
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),  # 8
        bytes([2]) + bytes(31),  # no point of the curve
        bytes(31),
        b"",
    ],
    ids=lambda raw: raw.hex()[:8] or "empty",
)
def test_that_an_unfit_key_is_refused(raw: bytes) -> None:
    with pytest.raises(UnfitKeyError):
        require_fit_key(raw)


@given(st.binary(min_size=32, max_size=32))
def test_that_every_honest_key_is_fit(secret: bytes) -> None:
    key = SigningKey(secret)
    assert require_fit_key(key.public.raw) == key.public


# RFC 8032, section 5.1, in the plainest form: points as (x, y), the sum as the paper writes it.
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    (x1, y1), (x2, y2) = one, other
    twist = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + twist, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - twist, -1, P)
    return x % P, y % P


def _point(raw: bytes) -> tuple[int, int]:
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (x if x & 1 == sign else P - x), y


def _raw(point: tuple[int, int]) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def test_that_an_honest_key_with_a_point_of_small_order_added_is_refused() -> None:
    """Such a key verifies some of what its owner signs, and not everywhere."""
    order_8 = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
    small = _point(order_8)
    key = mixed = _point(SigningKey.generate().public.raw)
    for _ in range(7):
        mixed = _sum(mixed, small)
        with pytest.raises(UnfitKeyError, match="subgroup"):
            require_fit_key(_raw(mixed))
    assert _sum(mixed, small) == key
    require_fit_key(_raw(key))


def test_that_a_key_id_is_the_sha_256_of_what_openssl_calls_its_der(tmp_path: Path) -> None:
    public = SigningKey.generate().public
    (tmp_path / "key.pem").write_bytes(public.pem)
    command = ["openssl", "pkey", "-pubin", "-in", "key.pem", "-outform", "DER"]
    der = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    assert der == public.der
    assert hashlib.sha256(der).hexdigest() == public.keyid


def test_that_the_secret_does_not_show_when_a_key_is_printed() -> None:
    key = SigningKey(RFC_SECRET)
    assert RFC_SECRET.hex() not in repr(key)
    assert key.keyid[:12] in repr(key)
