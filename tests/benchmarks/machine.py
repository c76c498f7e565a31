"""What the figures were taken on: kinds and sizes, never a name, a user or an address."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("PySide6-Essentials", "opencv-python-headless", "Pillow", "SQLAlchemy", "sqlcipher3")


def describe_machine() -> dict[str, str]:
    """Return the lines that head the page, in order."""
    return {
        "Date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Processor": f"{processor()}, {len(os.sched_getaffinity(0))} cores for us",
        "Memory": f"{memory_gib():.0f} GiB",
        "System": distribution(),
        "Python": platform.python_version(),
        "Libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        "Load before": f"{os.getloadavg()[0]:.1f} (one-minute average)",
    }


def processor() -> str:
    """Return the model of the processor as the kernel names it."""
    for line in read("/proc/cpuinfo").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory_gib() -> float:
    """Return the size of the memory in GiB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def distribution() -> str:
    """Return the name of the distribution, as it calls itself."""
    for line in read("/etc/os-release").splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.partition("=")[2].strip('"')
    return platform.system()


def memory_held_mb() -> float:
    """Return what this process and those it started hold of memory, decoders behind walls too."""
    return sum(map(resident_mb, [os.getpid(), *started_by(os.getpid())]))


def started_by(pid: int) -> list[int]:
    """Return every process that a process started, and those that they started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in read(str(task)).split():
            found += [int(child), *started_by(int(child))]
    return found


def resident_mb(pid: int) -> float:
    """Return what one process holds."""
    for line in read(f"/proc/{pid}/status").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1000
    return 0.0


def read(path: str) -> str:
    """Return the text of a file of the system, or "" where there is none."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
