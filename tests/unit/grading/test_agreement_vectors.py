"""Every published figure of the reference cases, within its tolerance."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.grading.agreement_cases import HERE, SHARED, Found, tables

COPIED = sorted(HERE.glob("*.json"))
ELSEWHERE = [file for file in sorted(SHARED.glob("*.json")) if not (HERE / file.name).exists()]


def check(file: Path) -> int:
    checked = 0
    for table in tables(file):
        found = Found(table)
        for name, expected in table["expected"].items():
            close(found.value(name, expected), expected["value"], expected["tolerance"], name)
            checked += 1
    return checked


def close(found: Any, expected: Any, tolerance: float, name: str) -> None:
    if isinstance(expected, dict):
        assert set(found) == set(expected), name
        for key, value in expected.items():
            close(found[key], value, tolerance, f"{name} {key}")
        return
    if expected is None:
        assert found is None, name
        return
    # A tolerance of 0 is for whole numbers.
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance, err_msg=name)


def test_that_the_five_copied_cases_are_there() -> None:
    assert [file.stem for file in COPIED] == [
        "fleiss_1971_diagnoses",
        "irr_anxiety",
        "krippendorff_2011_c",
        "sas_3x3",
        "synthetic_grading_tree",
    ]


@pytest.mark.parametrize("file", COPIED, ids=lambda file: file.stem)
def test_that_a_copied_case_comes_out_as_published(file: Path) -> None:
    assert check(file) > 5


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference cases are not beside this checkout")
@pytest.mark.parametrize("file", ELSEWHERE or [None], ids=lambda file: file.stem if file else "-")
def test_that_a_reference_case_comes_out_as_published(file: Path) -> None:
    assert check(file) >= 3
