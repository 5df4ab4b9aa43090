"""How a run is spread over machines."""

from __future__ import annotations

from dataclasses import dataclass

from huffvec.options import option
from huffvec.records import Options
from huffvec.threads import MAX_THREADS

MAX_WORKERS = 10_000
_PANEL = "Many machines"


@dataclass(frozen=True)
class Ray(Options):
    """Many machines, by Ray (extra ``ray``): which, and how they work together.

    Attributes
    ----------
    address
        ``"local"``: a cluster of this machine alone, for this run only. ``"auto"``: the one that
        this machine belongs to. Or the address of one, such as ``"ray://head:10001"``.
    workers
        How many train; each has a replica of all tables.
    threads
        Threads of each worker; as many processors are asked of Ray. With one each, a run needs as
        many processors as workers.
    interval
        Seconds that a round takes, about; more if rows travel for long. At its end workers wait
        for each other, and exchange what they have changed. With ``deterministic``, a second
        stands for 240,000 tokens of each block, however long they take.
    half
        Whether changes travel as float16, in half the bytes.
    blocks
        With ``deterministic``: parts of a round, each trained by one worker. The same number gives
        the same model, whatever the number of workers; that number if left out.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called = "option of Ray"

    address: str = option(
        "local",
        metavar="ADDRESS",
        panel=_PANEL,
        help="The cluster: local, auto (the one that this machine is in), or its address.",
    )
    workers: int = option(
        2,
        low=1,
        high=MAX_WORKERS,
        metavar="N",
        panel=_PANEL,
        help="Number of workers, each with all tables.",
    )
    threads: int = option(
        1, low=1, high=MAX_THREADS, metavar="N", panel=_PANEL, help="Threads of a worker."
    )
    interval: float = option(
        2.0,
        above=0.0,
        high=3_600.0,
        unit="seconds",
        metavar="SECONDS",
        panel=_PANEL,
        help="Time between exchanges, about.",
    )
    half: bool = option(False, panel=_PANEL, help="Exchange changes as float16.")
    blocks: int | None = option(
        None,
        low=1,
        high=MAX_WORKERS,
        metavar="N",
        panel=_PANEL,
        when_none="number of workers",
        help="With {deterministic}: parts of a round; the same number gives the same model.",
    )

    @property
    def n_blocks(self) -> int:
        """How many parts a round has."""
        return self.blocks or self.workers
