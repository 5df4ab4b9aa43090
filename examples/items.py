"""Vectors of items from sequences of item numbers: neighbours, and how often the next item is hit.

    python examples/items.py SEQUENCES.txt

SEQUENCES has the items that somebody looked at or bought in their order, as whole numbers, a line
each. The numbers go to training as they are, in one array, without becoming text. The last item of
each sequence is held out; it is a hit if it is among the 10 nearest of the one before it, or, for
comparison, among the 10 most frequent.
"""

from __future__ import annotations

import argparse

import numpy as np
import numpy.typing as npt

import huffvec

K = 10


def read(path: str) -> list[npt.NDArray[np.int64]]:
    """Return the sequences with at least three items, repetitions in a row taken as one."""
    with open(path) as lines:
        sequences = [np.array(line.split(), np.int64) for line in lines]
    sequences = [items[np.diff(items, prepend=-1) != 0] for items in sequences]
    return [items for items in sequences if len(items) >= 3]


def hit_rates(vectors: huffvec.WordVectors, sequences: list[npt.NDArray[np.int64]]) -> list[float]:
    """Return the shares of hits by nearest neighbours and by frequency."""
    pairs = [(str(items[-2]), str(items[-1])) for items in sequences]
    known = [pair for pair in pairs if pair[0] in vectors]
    frequent = set(vectors.words[:K])
    items = sorted({item for item, _ in known})
    found = vectors.nearest_batch(items, K)
    near = {item: {n.word for n in row} for item, row in zip(items, found, strict=True)}
    hits = sum(following in near[item] for item, following in known)
    popular = sum(following in frequent for _, following in pairs)
    return [hits / len(pairs), popular / len(pairs)]


def main() -> None:
    """Train, then show what was learned."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sequences")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--dim", type=int, default=64)
    args = parser.parse_args()
    sequences = read(args.sequences)
    parts = [items[:-1] for items in sequences]
    model = huffvec.train(
        np.concatenate(parts),
        huffvec.NegativeSampling(samples=10),
        offsets=np.cumsum([0, *map(len, parts)]),
        dim=args.dim,
        window=5,
        epochs=args.epochs,
        min_count=2,
        subsample_threshold=0,
    )
    for item in model.vectors.words[:5]:
        near = ", ".join(f"{n.word} {n.similarity:.2f}" for n in model.vectors.nearest(item, 5))
        print(f"item {item}: {near}")
    nearest, popular = hit_rates(model.vectors, sequences)
    print(f"hit rate at {K}: nearest {nearest:.1%}, most frequent {popular:.1%}")


if __name__ == "__main__":
    main()
