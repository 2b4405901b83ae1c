"""How long the processors were busy: a clock on the wall tells what others did meanwhile, too."""

import os
from pathlib import Path
from time import process_time
from typing import Final

from django.db import connection

_TICK_MS: Final = 1000 / os.sysconf("SC_CLK_TCK")


def busy_ms() -> float:
    """Return the time of the processors that this process, and PostgreSQL if near, have taken."""
    return 1000 * process_time() + database_ms()


def database_ms() -> float:
    """Return what PostgreSQL has taken, if it is near."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return children_ms(_parent(_stat(backend)))


def children_ms(process: int) -> float:
    """Return what the children of a process have taken, those that ended too."""
    there = [_stat(int(path.name)) for path in Path("/proc").glob("[0-9]*")]
    ticks = sum(_own(stat) for stat in there if _parent(stat) == process)
    return _TICK_MS * (ticks + _gone(_stat(process)))


def _stat(pid: int) -> list[str]:
    """Return the numbers of /proc/PID/stat after the name (proc(5)); of one that is gone, 0."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["0"] * 50


def _parent(stat: list[str]) -> int:
    return int(stat[1])


def _own(stat: list[str]) -> int:
    return int(stat[11]) + int(stat[12])


def _gone(stat: list[str]) -> int:
    """Return what its children have taken that ended."""
    return int(stat[13]) + int(stat[14])
