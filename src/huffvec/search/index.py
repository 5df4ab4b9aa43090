"""Approximate search by a graph of neighbours (HNSW), for millions of rows; needs usearch.

The graph (Malkov & Yashunin 2018, "Efficient and robust approximate nearest neighbor search using
hierarchical navigable small world graphs") is usearch's; it finds candidates, whose similarities
are then computed exactly from the vectors, so that answers are those of
:meth:`WordVectors.nearest <huffvec.vectors.WordVectors.nearest>` but for words that were missed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.arrays import block_rows
from huffvec.checks import check_int
from huffvec.errors import FormatError
from huffvec.extras import require
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.files.writing import atomic_path
from huffvec.search.index_file import Fingerprint, append_footer, read_footer
from huffvec.search.index_options import IndexOptions
from huffvec.search.pool import Pool, check_has_words
from huffvec.search.queries import (
    Neighbor,
    Queries,
    neighbors,
)
from huffvec.search.terms import Query, Terms, Words
from huffvec.search.units import clipped, unit
from huffvec.threads import thread_count

if TYPE_CHECKING:
    from huffvec.vectors.word_vectors import WordVectors


class VectorIndex:
    """An index of word vectors: made by `WordVectors.index`, or opened by `load_index`."""

    def __init__(self, vectors: WordVectors, graph: Any, options: IndexOptions) -> None:
        self._vectors = vectors
        self._graph = graph
        self.options = options
        self._searching = threading.Lock()  # usearch's threads have numbers, each used once

    def __len__(self) -> int:
        """Return the rows that it finds: those with a direction."""
        return len(self._graph)

    def __repr__(self) -> str:
        return f"VectorIndex({len(self):,} words, dim {self._vectors.dim}, {self.options.dtype})"

    def nearest(
        self, query: Query, k: int = 10, *, negative: Query = (), exclude: Words = ()
    ) -> list[Neighbor]:
        """Return about the k words most similar to a word, a vector or several of these together.

        See :meth:`WordVectors.nearest <huffvec.vectors.WordVectors.nearest>` for the parameters and
        errors. Similarities are exact; a word that should be among them may be missing.
        """
        terms = Terms.of(self._vectors, query, negative)
        return self._search(Queries.one(Pool.of(self._vectors), terms, exclude), k)[0]

    def nearest_batch(
        self,
        queries: Sequence[Query] | npt.ArrayLike,
        k: int = 10,
        *,
        exclude: Words = (),
        n_threads: int = 0,
    ) -> list[list[Neighbor]]:
        """Return what `nearest` finds for each of several words or other queries, by threads.

        By ``n_threads``; 0 takes as many as the process may use. (`nearest` needs one only.)

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            If k is not a positive whole number, or the vectors have another shape or one has no
            direction.
        """
        asked = Queries.many(self._vectors, Pool.of(self._vectors), queries, exclude)
        return self._search(asked, k, n_threads)

    def save(self, path: PathLike) -> None:
        """Write the index to a file; the vectors are not in it.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        with atomic_path(path) as temporary:
            self._graph.save(temporary)
            append_footer(temporary, self.options.to_dict(), Fingerprint.of(self._vectors))

    def _search(self, queries: Queries, k: int, n_threads: int = 0) -> list[list[Neighbor]]:
        k = check_int("k", k, 1, 2**62)
        n_threads = thread_count(n_threads)
        left_out: list[set[int]] = [set() for _ in queries.units]
        for query, row in queries.left_out.tolist():
            left_out[query].add(row)
        wanted = min(k + max(map(len, left_out), default=0), len(self))
        if wanted == 0 or len(left_out) == 0:
            return [[] for _ in left_out]
        with self._searching:
            matches = self._graph.search(
                queries.units.astype(np.float32), wanted, threads=n_threads
            )
        several = [matches] if len(left_out) == 1 else matches
        return [
            self._exact(direction, [row for row in found.keys.tolist() if row not in without], k)
            for direction, without, found in zip(queries.units, left_out, several, strict=True)
        ]

    def _exact(self, direction: npt.NDArray[np.float64], rows: list[int], k: int) -> list[Neighbor]:
        """Return the best k of some rows by their exact similarities."""
        words = self._vectors.words
        cosines = unit(self._vectors[[words[row] for row in rows]]) @ direction
        order = np.lexsort((np.array(rows), -cosines))[:k]
        found = np.array(rows, np.int64)[None, order]
        return neighbors(self._vectors.vocabulary, found, clipped(cosines[None, order]))[0]


def make_index(vectors: WordVectors, options: IndexOptions, n_threads: int = 0) -> VectorIndex:
    """Return an index of all rows that have a direction.

    Parameters
    ----------
    vectors
        What to index.
    options
        How.
    n_threads
        Threads to build it; 0 takes as many as this process may use. With more than one, two
        indexes of the same vectors may differ.

    Raises
    ------
    ConfigError
        If there are no words, or n_threads is out of its range.
    MissingExtraError
        If usearch is not installed.
    """
    n_threads = thread_count(n_threads)
    check_has_words(vectors.vocabulary)
    graph = _usearch().Index(
        ndim=vectors.dim,
        metric="cos",
        dtype=options.dtype,
        connectivity=options.connectivity,
        expansion_add=options.expansion_add,
        expansion_search=options.expansion_search,
    )
    for block in vectors.search_table.blocks(block_rows(vectors.dim)):
        rows = np.flatnonzero((block.norms > 0) & np.isfinite(block.norms))
        units = (block.vectors[rows] / block.norms[rows, None]).astype(np.float32)
        if len(rows):
            graph.add((rows + block.start).astype(np.uint64), units, threads=n_threads)
    return VectorIndex(vectors, graph, options)


def load_index(path: PathLike, vectors: WordVectors) -> VectorIndex:
    """Return the index in a file, memory-mapped, of the vectors that it was made of.

    The whole file is read once, to compare it with its checksum. That finds damage, but no changes
    on purpose, which may crash the process: open files that you trust.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged, is no index, or was made of other vectors.
    MissingExtraError
        If usearch is not installed.
    """
    usearch = _usearch()
    footer = read_footer(check_readable(path))
    footer.fingerprint.check(path, vectors)
    try:
        made_with = IndexOptions(**footer.options)  # type: ignore[arg-type]
        graph = usearch.Index.restore(os.fspath(path), view=True)
    except Exception as error:  # of another version of usearch, which raises many kinds
        reason = str(error).rstrip(".")
        raise FormatError(
            f"{str(path)!r} cannot be used as an index: {reason}. Make it again with huffvec index."
        ) from error
    graph.expansion_search = made_with.expansion_search
    return VectorIndex(vectors, graph, made_with)


def _usearch() -> Any:
    return require("usearch.index", "an index")
