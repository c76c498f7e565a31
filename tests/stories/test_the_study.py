"""The study behind the product comes out of the commands with its tables and percentages.

A hundredth of it here, by two analysts: the least at which every share still comes out.
`python -m tests.benchmarks --only study` replays all.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.conftest import server_18  # noqa: F401  # a fixture
from tests.integration.servers import Server
from tests.stories.study_replay import Replay, check

PART, ANALYSTS = 100, 2


@pytest.fixture
def replay(server_18: Server, tmp_path: Path) -> Iterator[Replay]:  # noqa: F811
    made = Replay(server_18, tmp_path, part=PART, analysts=ANALYSTS)
    yield made
    made.close()


def test_that_the_study_comes_out_of_the_commands_as_published(
    replay: Replay, tmp_path: Path
) -> None:
    replay.prepare()
    replay.work()
    file = tmp_path / "report.json"
    replay.report("json", file)
    check(json.loads(file.read_text("utf-8")), part=PART, analysts=ANALYSTS)
