"""The real decoder process, started once for the tests that leave it in good health."""

from collections.abc import Iterator

import pytest

from blur.decoder import Decoder
from tests.unit.blur.pictures import COMMAND


@pytest.fixture(scope="session")
def decoder() -> Iterator[Decoder]:
    """A decoder that all tests share, running: whichever test comes first finds it so."""
    shared = Decoder(COMMAND)
    shared.protections()
    yield shared
    shared.close()


@pytest.fixture
def own_decoder() -> Iterator[Decoder]:
    """A decoder of a test's own, to kill."""
    own = Decoder(COMMAND)
    yield own
    own.close()
