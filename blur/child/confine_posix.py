"""Resource limits of the decoder process, as every POSIX platform has them."""

import resource
from collections.abc import Callable
from functools import partial

from blur.limits import Limits
from blur.protection import Layer

# A shift's worth: the rolling limit below it is what ends a loop.
_CPU_LIMIT_S = 8 * 3600
_CPU_SHARE = 1.5


def layers(limits: Limits) -> list[tuple[Layer, Callable[[], None]]]:
    """Return the limits to set, in order; the one on descriptors comes last of all."""
    return [
        (Layer.MEMORY, partial(_limit, resource.RLIMIT_AS, limits.memory_bytes)),
        (Layer.CPU_TIME, partial(_limit, resource.RLIMIT_CPU, _CPU_LIMIT_S)),
        (Layer.NO_FILE_GROWS, no_file_grows),
        (Layer.NO_PROCESS_STARTS, partial(_limit, resource.RLIMIT_NPROC, 0)),
        # Descriptors that are open stay so; no number is left for a new file or socket.
        (Layer.NO_FILE_OPENS, partial(_limit, resource.RLIMIT_NOFILE, 0)),
    ]


def roll_cpu_limit(limits: Limits) -> None:
    """Give this process CPU time for one more request, counted from now."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(usage.ru_utime + usage.ru_stime + _CPU_SHARE * limits.item_s) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard), hard))


def no_file_grows() -> None:
    """Let this process write to no file, and leave no dump of itself."""
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(which: int, value: int) -> None:
    resource.setrlimit(which, (value, value))
