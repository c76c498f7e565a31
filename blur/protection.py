"""The protections that a decoder process can be under, and what each means to a person."""

from collections.abc import Mapping
from enum import IntFlag


class Layer(IntFlag):
    """One protection of the decoder process, as a bit of what it reports when it is ready."""

    MEMORY = 1
    CPU_TIME = 2
    NO_FILE_GROWS = 4
    NO_FILE_OPENS = 8
    NO_PROCESS_STARTS = 16
    NO_NEW_PRIVILEGES = 32
    NO_TRACING = 64
    DIES_WITH_PARENT = 128
    NO_NETWORK = 256
    NO_CAPABILITIES = 512
    PLAIN_USER = 1024
    LANDLOCK = 2048
    SYSTEM_CALLS = 4096
    SEATBELT = 8192
    WALLS = 16384
    LOWEST_INTEGRITY = 32768
    NO_NEW_CODE = 65536
    LANDLOCK_CONNECTIONS = 131072
    LANDLOCK_SIGNALS = 262144


MEANINGS: Mapping[Layer, str] = {
    Layer.MEMORY: "its memory is bounded",
    Layer.CPU_TIME: "its time on the processor is bounded",
    Layer.NO_FILE_GROWS: "it can write to no file and leaves no crash dump",
    Layer.NO_FILE_OPENS: "it can open no file and no socket",
    Layer.NO_PROCESS_STARTS: "it can start no other process",
    Layer.NO_NEW_PRIVILEGES: "nothing it runs can gain a privilege",
    Layer.NO_TRACING: "no other process of the same user can look into it",
    Layer.DIES_WITH_PARENT: "it ends when the program ends",
    Layer.NO_NETWORK: "it has a network of its own that leads nowhere",
    Layer.NO_CAPABILITIES: "it has none of the administrator's powers",
    Layer.PLAIN_USER: "it does not run as the administrator",
    Layer.LANDLOCK: "Landlock closes all files to it",
    Layer.LANDLOCK_CONNECTIONS: "Landlock closes all TCP connections to it",
    Layer.LANDLOCK_SIGNALS: (
        "Landlock lets no signal of its own out, nor a connection to an abstract socket"
    ),
    Layer.SYSTEM_CALLS: "seccomp lets only the system calls through that decoding needs",
    Layer.SEATBELT: "the seatbelt of macOS leaves it nothing but computing",
    Layer.WALLS: "bubblewrap shows it no file but the program's own, before it locks itself down",
    Layer.LOWEST_INTEGRITY: "it may change nothing that belongs to the person",
    Layer.NO_NEW_CODE: "it can run no code but what was loaded before the first file",
}
_POSIX = (
    Layer.MEMORY
    | Layer.CPU_TIME
    | Layer.NO_FILE_GROWS
    | Layer.NO_FILE_OPENS
    | Layer.NO_PROCESS_STARTS
)
_OF_PLATFORM: Mapping[str, Layer] = {
    "linux": _POSIX
    | Layer.NO_NEW_PRIVILEGES
    | Layer.NO_TRACING
    | Layer.DIES_WITH_PARENT
    | Layer.NO_NETWORK
    | Layer.NO_CAPABILITIES
    | Layer.PLAIN_USER
    | Layer.LANDLOCK
    | Layer.LANDLOCK_CONNECTIONS
    | Layer.LANDLOCK_SIGNALS
    | Layer.SYSTEM_CALLS
    | Layer.WALLS,
    "darwin": _POSIX | Layer.SEATBELT,
    "win32": Layer.MEMORY
    | Layer.DIES_WITH_PARENT
    | Layer.NO_PROCESS_STARTS
    | Layer.NO_CAPABILITIES
    | Layer.NO_NEW_CODE
    | Layer.LOWEST_INTEGRITY,
}
# Where each layer is tried from the inside by the tests; elsewhere they are as written.
TESTED_PLATFORMS = frozenset(("linux",))


def layers_of(platform: str) -> Layer:
    """Return the layers that a platform (as ``sys.platform`` names it) may have here."""
    return _OF_PLATFORM.get(platform, _POSIX)
