"""How many threads to use."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from huffvec.checks import check_int

MAX_THREADS = 1_024

_A = TypeVar("_A")
_T = TypeVar("_T")

_limit: ContextVar[int] = ContextVar("_limit", default=0)


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


@contextmanager
def limited_threads(n_threads: int) -> Iterator[None]:
    """Let what this thread of Python searches use at most n_threads; 0 changes nothing.

    Raises
    ------
    ConfigError
        If it is not a whole number from 0 to `MAX_THREADS`.
    """
    limit = check_int("n_threads", n_threads, 0, MAX_THREADS)
    token = _limit.set(limit or _limit.get())
    try:
        yield
    finally:
        _limit.reset(token)


def thread_limit() -> int:
    """Return the limit of `limited_threads` that holds here; 0 if none does."""
    return _limit.get()


def allowed_threads() -> int:
    """Return how many threads this process, or `limited_threads`, allows here."""
    return thread_limit() or usable_threads()


def in_threads(
    work: Callable[[slice], _T],
    parts: Sequence[slice],
    done: Callable[[slice], None] | None = None,
) -> list[_T]:
    """Return what work gives for every part, in order; several parts are worked on at once.

    By as many threads as this process, or `limited_threads`, allows. The thread that waits calls
    done with each part, in order, once it is worked on.
    """
    n_threads = min(allowed_threads(), len(parts))
    if n_threads < 2:
        return _collected(map(work, parts), parts, done)
    with ThreadPoolExecutor(n_threads) as pool:
        return _collected(pool.map(work, parts), parts, done)


def in_order(work: Callable[[_A], _T], items: Iterable[_A], n_threads: int) -> Iterator[_T]:
    """Yield what work gives for every item, in order, while a few more are worked on.

    Items are taken in the thread that iterates, two for a thread ahead at most.
    """
    if n_threads < 2:
        yield from map(work, items)
        return
    waiting: deque[Future[_T]] = deque()
    with ThreadPoolExecutor(n_threads) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > 2 * n_threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:  # after an error, or when nobody wants the rest
            pool.shutdown(cancel_futures=True)


def send_in_order(
    work: Callable[[_A], _T], items: Iterable[_A], send: Callable[[_T], object], n_threads: int
) -> None:
    """Call send with what work gives for every item, in order, each as soon as it is there.

    Items are taken in the thread that calls this, which may have to wait for them; send is called
    in a thread of its own. What has been taken is sent even if the next item fails. After an error
    of work or send nothing more is sent, and it is raised here.
    """
    sent: deque[Future[None]] = deque()

    def pass_on(before: Future[None] | None, result: Future[_T]) -> None:
        if before is not None:
            before.result()
        send(result.result())

    with ThreadPoolExecutor(n_threads) as pool, ThreadPoolExecutor(1) as sender:
        for item in items:
            before = sent[-1] if sent else None
            sent.append(sender.submit(pass_on, before, pool.submit(work, item)))
            while len(sent) > 2 * n_threads or (len(sent) > 1 and sent[0].done()):
                sent.popleft().result()
        for one in sent:
            one.result()


def _collected(
    found: Iterator[_T], parts: Sequence[slice], done: Callable[[slice], None] | None
) -> list[_T]:
    results = []
    for part, result in zip(parts, found, strict=True):
        results.append(result)
        if done is not None:
            done(part)
    return results
