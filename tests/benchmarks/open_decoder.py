"""A decoder process that locks nothing: what the layers cost is the difference to a real one.

For benchmarks alone; it decodes nothing but what they painted.
"""

import sys
from collections.abc import Callable
from pathlib import Path

# A decoder starts in the root folder, and this is no module of the program.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from blur.child import serve
from blur.limits import Limits
from blur.protection import Layer


def locked_by_nothing(_: Limits) -> Layer:
    """Leave the process as it is."""
    return Layer(0)


def no_limit_on_time() -> Callable[[Limits], None]:
    """Leave the limit on its time as it is too."""
    return lambda _: None


if __name__ == "__main__":
    vars(serve).update(confine=locked_by_nothing, _cpu_limit_roller=no_limit_on_time)
    sys.exit(serve.run(sys.argv[1:]))
