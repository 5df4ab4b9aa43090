"""Options that several records have, declared once for all of them."""

from __future__ import annotations

import os
from typing import Literal

from huffvec.options import option
from huffvec.threads import MAX_THREADS

Errors = Literal["strict", "replace"]
TEXT = "The text"  # heading of the options for reading, in help
DEFAULT_MIN_COUNT = 5


def errors_option() -> Errors:
    """Return the option of what to do with bytes that are not text."""
    return option(
        "strict",
        help="Text that is not UTF-8: stop, or put in U+FFFD.",
    )


def seed_option(more: str = "") -> int:
    """Return the option of the seed; more is what else its help says."""
    return option(1, low=0, high=2**63 - 1, metavar="N", help=f"Seed of the random numbers.{more}")


def offload_option() -> str | os.PathLike[str] | None:
    """Return the option of where the tables lie that are trained."""
    return option(
        None,
        convert=lambda _, value: os.fspath(value) if isinstance(value, os.PathLike) else value,
        metavar="FOLDER",
        help="Keep tables larger than memory in temporary files here.",
    )


def threads_option() -> int:
    """Return the option of how many threads to use."""
    return option(
        0, low=0, high=MAX_THREADS, metavar="N", help="Number of threads; 0 uses all processors."
    )


def deterministic_option() -> bool:
    """Return the option that the number of threads makes no difference."""
    return option(
        False,
        help="The same model, byte for byte, with any number of threads; slower.",
    )
