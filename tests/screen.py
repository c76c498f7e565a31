"""A virtual screen: Xvfb for as long as a test, a picture or a benchmark needs it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

END_WAIT_S = 60.0


@contextmanager
def virtual_screen(
    wide_px: int = 1366,
    high_px: int = 768,
    *,
    seen_in: Path | None = None,
    repeats: bool = False,
) -> Iterator[str]:
    """Start an X server on a display that is free; yield its name, such as `:1`; end it after.

    In the folder `seen_in` the server keeps what it shows, as a file `Xvfb_screen0` in XWD. With
    `repeats` a key that is held repeats, as on a desk.
    """
    ours, theirs = os.pipe()
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", f"{wide_px}x{high_px}x24"]
    # No key repeats by itself: on a busy machine one that was struck is let go of late.
    quiet = ["-nolisten", "tcp", "-noreset", *([] if repeats else ["-r"])]
    quiet += [] if seen_in is None else ["-fbdir", str(seen_in)]
    server = subprocess.Popen(
        command + quiet, pass_fds=(theirs,), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    os.close(theirs)
    try:
        with os.fdopen(ours) as answer:
            number = answer.readline().strip()  # Xvfb writes it once it listens, or closes the pipe
        if not number:
            _, said = server.communicate(timeout=END_WAIT_S)
            raise RuntimeError(f"Xvfb did not start: {said.decode(errors='replace').strip()}")
        yield f":{number}"
    finally:
        server.terminate()
        server.communicate(timeout=END_WAIT_S)
