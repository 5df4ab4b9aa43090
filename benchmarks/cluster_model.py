"""A model of the speed of many machines, from what is measured on one.

    python benchmarks/cluster_model.py [--words 1000000] [--dim 300] [--interval 10]

It is that of skip-gram with negative sampling, with words as frequent as Zipf says. A worker sends
the rows that it has changed in a round to their owners, one on each machine, and gets those that
anyone has changed. Nothing is trained meanwhile: the engine's part of it is done by all threads,
Ray's by one. Training takes `TRAINED_TO_EXCHANGED` times as long as an exchange, but a round is no
more than one of `LEAST_ROUNDS` of a run. At the end of an epoch one machine gets all rows.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huffvec.cluster.rounds import LEAST_ROUNDS, TRAINED_TO_EXCHANGED

MACHINES = (2, 4, 8, 16, 32, 64)
GBITS = (1, 10, 25)
ID_BYTES = 8


def zipf(n_words: int) -> npt.NDArray[np.float64]:
    """Return the words' shares of a text (Mandelbrot's form of Zipf's law, exponent 1)."""
    counts = 1 / (np.arange(n_words) + 2.7)
    return np.asarray(counts / counts.sum())


def distinct(shares: npt.NDArray[np.float64], draws: float) -> float:
    """Return how many different words so many draws are expected to have."""
    return float(-np.expm1(-draws * shares).sum())


def rows_changed(args: argparse.Namespace, tokens: float) -> float:
    """Return how many rows of both tables training so many tokens changes."""
    shares = zipf(args.words)
    ratio = args.subsample_threshold / shares
    kept = shares * np.minimum(1, np.sqrt(ratio) + ratio)
    noise = shares**0.75 / (shares**0.75).sum()
    centers = tokens * kept.sum()
    # The words that are kept have their hidden rows changed; the output rows, the noise words too.
    return distinct(kept, tokens) + distinct(kept / kept.sum() + args.samples * noise, centers)


@dataclass(frozen=True)
class Speed:
    """The speed of some machines as a share of so many times one, and how they exchange."""

    share: float
    interval: float
    exchange: float
    bytes_a_token: float


def speed(args: argparse.Namespace, machines: int, gbits: float) -> Speed:
    """Return the speed of so many machines that are joined by a network."""
    rate = gbits * 1e9 / 8 * args.network
    row_bytes = ID_BYTES + args.dim * (2 if args.half else 4)
    interval = args.interval
    longest = args.epochs * args.tokens / (LEAST_ROUNDS * machines * args.speed)
    for _ in range(20):  # until interval and exchange agree
        tokens = args.speed * interval
        rows = rows_changed(args, tokens) + rows_changed(args, machines * tokens)
        # What a machine sends as a worker, and its answers as an owner; as much comes in.
        n_bytes = rows * row_bytes * (machines - 1) / machines
        microseconds = args.ray + args.microseconds / (args.used * args.threads)
        exchange = rows * microseconds * 1e-6 * args.dim / 300 + n_bytes / rate
        interval = max(args.interval, TRAINED_TO_EXCHANGED * exchange)
        interval = min(interval, max(longest, exchange))
    training = interval / (interval + exchange)
    all_rows = 2 * args.words * args.dim * 4 / rate
    epoch = args.tokens / (machines * args.speed * training)
    share = training * epoch / (epoch + all_rows)
    return Speed(share, interval, exchange, n_bytes / tokens)


def options(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the assumptions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add = parser.add_argument
    add("--words", type=int, default=1_000_000, help="in the vocabulary")
    add("--dim", type=int, default=300)
    add("--tokens", type=float, default=30e9, help="of an epoch")
    add("--epochs", type=int, default=5)
    add("--samples", type=int, default=5, help="noise words of each word")
    add("--subsample-threshold", type=float, default=1e-4)
    add("--threads", type=int, default=16, help="of a machine")
    add("--speed", type=float, default=6.6e6, help="tokens a second of a machine")
    add("--interval", type=float, default=2.0, help="seconds between exchanges")
    add("--half", action=argparse.BooleanOptionalAction, default=True, help="float16")
    add("--network", type=float, default=0.8, help="share of the network's rate that is reached")
    add("--microseconds", type=float, default=1.5, help="of the engine for a row of 300 numbers")
    add("--used", type=float, default=0.5, help="share of the threads' speed that it reaches")
    add("--ray", type=float, default=0.3, help="microseconds of Ray for a row of 300 numbers")
    return parser.parse_args(given)


def main() -> None:
    """Print a table."""
    args = options()
    print("machines  Gbit/s  share of speed  seconds of an interval, an exchange  bytes a token")
    for machines in MACHINES:
        for gbits in GBITS:
            found = speed(args, machines, gbits)
            print(
                f"{machines:8} {gbits:7} {100 * found.share:13.0f} % {found.interval:22.1f} "
                f"{found.exchange:12.1f} {found.bytes_a_token:14.1f}"
            )


if __name__ == "__main__":
    main()
