"""Running the engine's work on text: options checked, progress reported, Ctrl-C obeyed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Protocol, TypedDict

from huffvec.checks import check_int
from huffvec.corpus.readers.sources import FileStamp
from huffvec.progress import Progress
from huffvec.shared_options import Errors
from huffvec.threads import thread_count

BLOCK_BYTES = 1 << 20
"""How many bytes of text a thread takes at once. Results do not depend on it."""

_POLL_SECONDS = 0.1


class Job(Protocol):
    """Work that the engine does on threads of its own."""

    @property
    def n_bytes(self) -> int:
        """The bytes to read."""

    @property
    def bytes_done(self) -> int:
        """The bytes read so far."""

    def wait(self, seconds: float) -> bool:
        """Wait for the end, but not longer; tell whether it was reached, or raise the error."""

    def stop(self) -> None:
        """End the work early and wait until it has ended."""


class ReadOptions(TypedDict):
    """The arguments that the engine's passes over text have in common."""

    n_threads: int
    block_bytes: int
    replace_errors: bool


def read_options(n_threads: int, block_bytes: int, errors: Errors) -> ReadOptions:
    """Check the options of a pass over text.

    Raises
    ------
    ConfigError
        If an option is out of its range.
    """
    return {
        "n_threads": thread_count(n_threads),
        "block_bytes": check_int("block_bytes", block_bytes, 1, 2**62),
        "replace_errors": errors == "replace",
    }


def native_files(stamps: Iterable[FileStamp]) -> list[tuple[bytes, int]]:
    """Return paths and sizes as the engine takes them."""
    return [(os.fsencode(stamp.path), stamp.size) for stamp in stamps]


def run_job(job: Job, stage: str, progress: Progress | None) -> None:
    """Wait for a job's end, report its progress and stop it when anything is raised.

    Raises
    ------
    CorpusError
        If the text cannot be used.
    OutputError
        If the result cannot be written.
    """
    try:
        while not job.wait(_POLL_SECONDS):
            if progress is not None:
                progress(stage, job.bytes_done, job.n_bytes)
    finally:
        job.stop()
    if progress is not None:
        progress(stage, job.n_bytes, job.n_bytes)
