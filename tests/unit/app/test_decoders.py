"""Decoders that are started before anybody needs one."""

import os
import subprocess
import sys
from contextlib import closing

import pytest

from app.bootstrap import ROOT
from app.decoders import DECODERS, Decoders
from blur.keeper import NICE

PATIENCE_S = 60.0


def test_that_a_sitting_takes_the_decoders_started_ahead_of_it() -> None:
    with closing(Decoders()) as decoders:
        decoders.start()
        (first,) = decoders._ready[:1]
        assert first.protections() is not None  # it stands
        started = first.pid
        taken = decoders.take()
        try:
            assert taken[0] is first
            assert first.pid == started
            assert len(set(taken)) == DECODERS
        finally:
            for decoder in taken:
                decoder.close()


def test_that_the_second_starts_with_what_it_is_first_asked_for() -> None:
    with closing(Decoders()) as decoders:
        decoders.start()
        first, second = decoders._ready
        assert first.protections() is not None  # whoever starts as the first did stands by now
        assert second.pid is None
        assert second.protections() is not None
        assert second.pid is not None


def test_that_the_second_starts_once_it_is_to_stand_ready() -> None:
    with closing(Decoders()) as decoders:
        decoders.start()
        first, second = decoders._ready
        assert first.protections() is not None
        assert second.pid is None
        second.stand_ready()
        keeper = second._keeper
        with keeper._changed:
            assert keeper._changed.wait_for(keeper._is_settled, PATIENCE_S)
        assert second.pid is not None


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such priorities")
def test_that_those_that_stand_ready_leave_the_processor_to_the_window_first() -> None:
    here = os.getpriority(os.PRIO_PROCESS, 0)
    with closing(Decoders()) as decoders:
        decoders.start()
        first, second = decoders._ready
        for decoder in (first, second):
            decoder.stand_ready()
            assert decoder.protections() is not None
            assert decoder.pid is not None
            assert os.getpriority(os.PRIO_PROCESS, decoder.pid) == max(here, NICE)
        first.calm()
        assert first.protections() is not None
        assert first.pid is not None
        assert os.getpriority(os.PRIO_PROCESS, first.pid) == max(here, NICE)  # the next one too


def test_that_the_next_sitting_gets_decoders_of_its_own() -> None:
    with closing(Decoders()) as decoders:
        first, second = decoders.take(), decoders.take()
        try:
            assert not {*first} & {*second}
        finally:
            for decoder in (*first, *second):
                decoder.close()


def test_that_decoders_nobody_took_end_with_the_window() -> None:
    decoders = Decoders()
    decoders.start()
    waiting = decoders._ready[0]
    decoders.close()
    assert waiting.pid is None


def test_that_decoders_start_before_the_window_loads_anything_large() -> None:
    asked = "import sys, widgets.launch; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"PySide6", "sqlalchemy", "cryptography"} & {*loaded.stdout.split()}
