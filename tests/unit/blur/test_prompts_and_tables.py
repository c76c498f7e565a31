"""What a file tells beside its marks: texts of generators, only when asked for, and JPEG tables."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blur.keeper import PROVENANCE_WORD
from blur.prompt_decoder import PromptDecoder
from blur.protocol import BrokenAnswerError
from blur.provenance import opened_prompts
from tests.unit.blur.pictures import COMMAND
from tests.unit.blur.test_provenance import COPIED, GRAPH, ramp, saved, with_texts


@pytest.fixture(scope="module")
def reader() -> Iterator[PromptDecoder]:
    reader = PromptDecoder([*COMMAND, PROVENANCE_WORD])
    yield reader
    reader.close()


@pytest.mark.parametrize("quality", [1, 30, 49, 50, 51, 75, 92, 99, 100])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_that_the_tables_of_a_jpeg_are_told_as_a_neutral_fact(
    reader: PromptDecoder, mode: str, quality: int
) -> None:
    data = saved(ramp().convert(mode), "JPEG", quality=quality)
    found = reader.provenance(data)
    assert found.signals == ()
    assert found.jpeg_tables is not None
    assert found.jpeg_tables.quality == quality
    own = saved(ramp(), "JPEG", qtables=[list(range(1, 65)), list(range(2, 66))])
    other = reader.provenance(own).jpeg_tables
    assert other is not None
    assert other.quality is None
    assert other.sha256 != found.jpeg_tables.sha256
    assert reader.provenance(saved(ramp(), "PNG")).jpeg_tables is None


def test_that_a_prompt_is_told_by_length_and_digest_and_its_text_only_when_asked_for(
    reader: PromptDecoder,
) -> None:
    text = "a hill by a lake, mist\nSteps: 20, Sampler: Euler, Seed: 7, CFG scale: 7"
    data = with_texts(parameters=text)
    (mark,) = reader.provenance(data).signals
    assert (mark.characters, mark.sha256) == (len(text), sha256(text.encode()).hexdigest())
    assert "lake" not in str(mark)
    (prompt,) = reader.prompts(data)
    assert prompt.text == text.replace("\n", " ")
    assert prompt.is_whole
    assert prompt.where == mark.where
    (cut,) = reader.prompts(with_texts(parameters=text + " x" * 200_000))
    assert cut.text.startswith("a hill by a lake")
    assert not cut.is_whole
    assert len(reader.prompts(with_texts(prompt=GRAPH, workflow=GRAPH))) == 2
    assert reader.prompts((COPIED / "plain.jpg").read_bytes()) == ()
    assert reader.prompts(b"no picture") == ()


@given(st.binary(max_size=200))
def test_that_any_bytes_are_prompts_or_none(data: bytes) -> None:
    try:
        opened_prompts(data)
    except BrokenAnswerError:
        return
