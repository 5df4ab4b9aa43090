"""Keep the texts that a classifier says are of a label: of a language, a topic, or good ones.

    python examples/filter_texts.py MODEL.hvclf LABEL < texts.txt > kept.txt

A text is a line. Those whose probability of the label is at least --threshold are written, in their
order, while more are read, so that the input may be of any length. How many were kept is said at
the end.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from huffvec import classify

LINES = 20_000  # at a time


def kept(
    model: classify.Classifier, label: str, threshold: float, lines: list[str]
) -> npt.NDArray[np.bool_]:
    """Return which lines have the label with such a probability."""
    column = model.labels.words.index(label)
    return np.asarray(model.predict_proba(lines)[:, column] >= threshold)


def blocks(lines: Iterator[str]) -> Iterator[list[str]]:
    """Yield some lines at a time."""
    while block := list(itertools.islice(lines, LINES)):
        yield block


def main() -> None:
    """Read standard input, write what is kept to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("label")
    parser.add_argument("--threshold", type=float, default=0.5)
    args = parser.parse_args()
    model = classify.load(args.model)
    if args.label not in model.labels:
        parser.error(f"the labels are {', '.join(model.labels.words[:20])}, not {args.label!r}")
    n_read = n_kept = 0
    for block in blocks(sys.stdin):
        are_kept = kept(model, args.label, args.threshold, block)
        sys.stdout.writelines(itertools.compress(block, are_kept))
        n_read, n_kept = n_read + len(block), n_kept + int(are_kept.sum())
    print(f"{n_kept:,} of {n_read:,} lines were kept.", file=sys.stderr)


if __name__ == "__main__":
    main()
