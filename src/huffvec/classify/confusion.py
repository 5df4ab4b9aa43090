"""Which labels are taken for which."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path


class Confused(NamedTuple):
    """A label that was taken for another.

    Attributes
    ----------
    true, predicted
        The labels.
    n_times
        How often.
    """

    true: str
    predicted: str
    n_times: int


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often a label of documents was the most probable one, or another was instead.

    If a document has several labels and the most probable one is among them, that counts once, as
    right; if not, each of them counts as taken for the most probable one.

    Attributes
    ----------
    names
        The labels by id.
    true_ids, predicted_ids, counts
        Pairs of labels with how often they came, int64; no pair twice, by true label first.
    """

    names: Sequence[str]
    true_ids: npt.NDArray[np.int64]
    predicted_ids: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]

    def __repr__(self) -> str:
        wrong = int(self.counts[self.true_ids != self.predicted_ids].sum())
        return f"Confusion({self.counts.sum():,} labels, {wrong:,} taken for others)"

    def most(self, n: int = 10) -> list[Confused]:
        """Return the n pairs of labels that were confused most often."""
        wrong = np.flatnonzero(self.true_ids != self.predicted_ids)
        order = wrong[np.argsort(-self.counts[wrong], kind="stable")][:n]
        return [
            Confused(self.names[true], self.names[predicted], n)
            for true, predicted, n in zip(
                self.true_ids[order].tolist(),
                self.predicted_ids[order].tolist(),
                self.counts[order].tolist(),
                strict=True,
            )
        ]

    @property
    def label_ids(self) -> npt.NDArray[np.int64]:
        """The labels that came, as true or predicted ones, ascending."""
        return np.union1d(self.true_ids, self.predicted_ids)

    def matrix(self, label_ids: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.int64]:
        """Return the counts of some labels, true ones by row and predicted ones by column.

        Parameters
        ----------
        label_ids
            Which labels, ascending; `label_ids` if left out.
        """
        ids = self.label_ids if label_ids is None else label_ids
        counts = np.zeros((len(ids), len(ids)), np.int64)
        inside = np.isin(self.true_ids, ids) & np.isin(self.predicted_ids, ids)
        rows = np.searchsorted(ids, self.true_ids[inside])
        columns = np.searchsorted(ids, self.predicted_ids[inside])
        counts[rows, columns] = self.counts[inside]
        return counts

    def write_csv(self, path: PathLike) -> None:
        """Write the matrix of all labels that came, a line for each true label.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        ids = self.label_ids
        bounds = np.searchsorted(self.true_ids, [ids, ids + 1]).T
        columns = np.searchsorted(ids, self.predicted_ids)
        with atomic_path(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as f:
            writer = csv.writer(f, lineterminator="\n")
            writer.writerow(["true \\ predicted", *(self.names[i] for i in ids)])
            for label_id, (begin, end) in zip(ids.tolist(), bounds.tolist(), strict=True):
                row = np.zeros(len(ids), np.int64)
                row[columns[begin:end]] = self.counts[begin:end]
                writer.writerow([self.names[label_id], *row.tolist()])


class PairCounts:
    """Counts of pairs of ids that come in blocks."""

    def __init__(self) -> None:
        self._codes, self._counts = np.empty((2, 0), np.int64)

    def add(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> None:
        """Count pairs."""
        codes, counts = np.unique(first << 32 | second, return_counts=True)
        self._codes, places = np.unique(np.concatenate([self._codes, codes]), return_inverse=True)
        joined = np.concatenate([self._counts, counts])
        self._counts = np.bincount(places, joined, len(self._codes)).astype(np.int64)

    def confusion(self, names: Sequence[str]) -> Confusion:
        """Return the counts of true labels, which came first, and predicted ones."""
        return Confusion(names, self._codes >> 32, self._codes & 0xFFFFFFFF, self._counts)
