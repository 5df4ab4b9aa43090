"""Products of queries and rows, by as many threads as may be used.

NumPy leaves them to a BLAS library, which takes every processor and whose threads are one number
for the whole process. So where the number of threads is limited, a few queries are multiplied by
threads of our own, and many by BLAS with its number lowered meanwhile (by threadpoolctl).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from huffvec.arrays import slices
from huffvec.extras import require
from huffvec.threads import in_threads, thread_limit

_Float = TypeVar("_Float", np.float32, np.float64)

FEW = 4  # queries for which BLAS with one thread is no faster than NumPy's own loops


def dot_products(
    queries: npt.NDArray[_Float], rows: npt.NDArray[_Float], out: npt.NDArray[_Float] | None = None
) -> npt.NDArray[_Float]:
    """Return the products of queries (n, dim) and rows (m, dim), (n, m).

    Raises
    ------
    MissingExtraError
        If threads are limited for many queries, and threadpoolctl is not installed.
    """
    if out is None:
        out = np.empty((len(queries), len(rows)), rows.dtype)
    n_threads = thread_limit()
    if n_threads == 0:
        return np.matmul(queries, rows.T, out=out)
    if len(queries) > FEW:
        with _blas_threads(n_threads):
            return np.matmul(queries, rows.T, out=out)

    def multiply(part: slice) -> None:
        np.einsum("ij,kj->ik", queries, rows[part], out=out[:, part])

    in_threads(multiply, slices(len(rows), -(-len(rows) // n_threads)))
    return out


_lock = threading.Lock()
_limits: list[int] = []  # those that hold now, in all threads of Python


class _Blas(NamedTuple):
    """A BLAS library: what sets its threads, how many it has without us, and for whom."""

    library: Any
    unlimited: int
    is_shared: bool  # by all threads of Python, as OpenBLAS; else each has a number of its own

    def set(self, n_threads: int) -> None:
        self.library.set_num_threads(min(self.unlimited, n_threads))
        release = getattr(self.library, "clear_controlling_thread", None)
        if release is not None:  # else threadpoolctl lets no other thread set it while this lives
            release()


@contextmanager
def _blas_threads(n_threads: int) -> Iterator[None]:
    """Let BLAS use at most n_threads, or fewer where another thread of Python asks for fewer."""
    libraries = _blas_libraries()
    with _lock:
        _limits.append(n_threads)
        for blas in libraries:
            blas.set(min(_limits) if blas.is_shared else n_threads)
    try:
        yield
    finally:
        with _lock:
            _limits.remove(n_threads)
            for blas in libraries:
                blas.set(min([blas.unlimited, *(_limits if blas.is_shared else [])]))


@cache
def _blas_libraries() -> list[_Blas]:
    """Return the BLAS libraries of this process."""
    threadpoolctl = require(
        "threadpoolctl",
        "n_threads for many queries at once",
        otherwise="Or leave n_threads out, to use all processors.",
    )
    return [
        _Blas(
            library,
            library.num_threads,
            library.internal_api == "openblas" and library.threading_layer != "openmp",
        )
        for library in threadpoolctl.ThreadpoolController().select(user_api="blas").lib_controllers
    ]
