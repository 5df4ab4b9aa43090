"""How many threads to use."""

from __future__ import annotations

import os

from huffvec.checks import check_int

MAX_THREADS = 1_024


def usable_threads() -> int:
    """Return how many processors this process may use, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def thread_count(n_threads: int) -> int:
    """Return how many threads the option n_threads asks for; 0 takes as many as are usable.

    Raises
    ------
    ConfigError
        If it is not a whole number from 0 to `MAX_THREADS`.
    """
    return check_int("n_threads", n_threads, 0, MAX_THREADS) or usable_threads()
