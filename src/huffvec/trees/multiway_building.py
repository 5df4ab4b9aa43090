"""Trees over labels: by their counts, or by what their documents are made of."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.ranks import by_falling_counts
from huffvec.trees.clustered import clustered_order
from huffvec.trees.multiway import MultiwayTree

if TYPE_CHECKING:
    from huffvec.classify.examples import Examples

SKETCH_DIM = 256  # of the vectors that labels are clustered by
BLOCK_DOCUMENTS = 4_096  # that are sketched at once


def multiway_huffman_tree(counts: npt.NDArray[np.int64], arity: int) -> MultiwayTree:
    """Return the tree of arity children a node whose labels' mean depth is the least.

    The first node that is made has as many children as it takes for all others to have arity.
    """
    n = len(counts)
    heap = [(max(1, int(count)), ~label) for label, count in enumerate(counts)]
    heapq.heapify(heap)
    children: list[list[int]] = []
    n_merged = 2 + (n - 2) % (arity - 1)
    while len(heap) > 1 or not children:
        merged = [heapq.heappop(heap) for _ in range(min(n_merged, len(heap)))]
        heapq.heappush(heap, (sum(count for count, _ in merged), len(children)))
        children.append([node for _, node in merged])
        n_merged = arity
    return MultiwayTree.from_children(children, len(children) - 1, n)


def multiway_balanced_tree(counts: npt.NDArray[np.int64], arity: int) -> MultiwayTree:
    """Return the tree that parts the labels, the most frequent first, into arity equal parts."""
    return parting_tree(by_falling_counts(counts), arity)


def multiway_clustered_tree(
    examples: Examples, n_labels: int, arity: int, seed: int = 1
) -> MultiwayTree:
    """Return the tree of clusters of labels whose documents have the same features.

    Labels are put into an order by recursive balanced two-means (`huffvec.trees.clustered`) of
    `label_vectors`, and the order into equal parts: with an arity that is a power of two the parts
    are clusters of clusters. So do Prabhu et al. 2018 (Parabel) with two children. Other seeds make
    other clusters: trees whose mean is better than each.
    """
    return parting_tree(clustered_order(label_vectors(examples, n_labels), seed), arity)


def parting_tree(order: npt.NDArray[np.int64], arity: int) -> MultiwayTree:
    """Return the tree that parts an order of labels again and again into arity equal parts."""
    children: list[list[int]] = [[]]
    ranges = [(0, len(order))]
    for node, (begin, end) in enumerate(ranges):  # which grows
        n_parts = min(arity, end - begin)
        cuts = [begin - (begin - end) * k // n_parts for k in range(n_parts + 1)]
        for k in range(n_parts):
            left, right = cuts[k : k + 2]
            if right - left == 1:
                children[node].append(~int(order[left]))
                continue
            children[node].append(len(ranges))
            ranges.append((left, right))
            children.append([])
    return MultiwayTree.from_children(children, 0, len(order))


def label_vectors(examples: Examples, n_labels: int) -> npt.NDArray[np.float32]:
    """Return what the documents of every label are made of, less that of all documents.

    A label's vector is the mean of its documents' features, float32 (n_labels, SKETCH_DIM), where
    every feature is added to one of SKETCH_DIM numbers with a sign, both drawn at random (Charikar
    et al. 2002, "Finding frequent items in data streams"): products of such vectors are those of
    the features, on average.
    """
    bags, n_documents = examples.bags, len(examples)
    n_rows = int(bags.row_ids.max(initial=0)) + 1
    rng = np.random.default_rng(1)
    places = rng.integers(0, SKETCH_DIM, n_rows)
    signs = rng.choice(np.array([-1, 1], np.float32), n_rows)
    total = np.zeros(SKETCH_DIM)
    sums = np.zeros((n_labels, SKETCH_DIM), np.float32)
    for begin in range(0, n_documents, BLOCK_DOCUMENTS):
        end = min(begin + BLOCK_DOCUMENTS, n_documents)
        part = slice(bags.offsets[begin], bags.offsets[end])
        rows = np.repeat(np.arange(end - begin), np.diff(bags.offsets[begin : end + 1]))
        sketches = _sums_by_place(
            rows * SKETCH_DIM + places[bags.row_ids[part]],
            bags.values[part] * signs[bags.row_ids[part]],
            (end - begin, SKETCH_DIM),
        )
        total += sketches.sum(axis=0)
        offsets = examples.label_offsets[begin : end + 1]
        label_ids = examples.label_ids[offsets[0] : offsets[-1]]
        order = np.argsort(label_ids, kind="stable")
        labelled = np.repeat(np.arange(end - begin), np.diff(offsets))[order]
        labels, starts = np.unique(label_ids[order], return_index=True)
        sums[labels] += np.add.reduceat(sketches[labelled], starts)
    counts = np.bincount(examples.label_ids, minlength=n_labels)[:, None]
    return (sums / np.maximum(counts, 1) - total / n_documents).astype(np.float32)


def _sums_by_place(
    places: npt.NDArray[np.int64], values: npt.NDArray[Any], shape: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """Return a table of the given shape with the sums of the values that have a place in it."""
    sums = np.bincount(places, weights=values, minlength=shape[0] * shape[1])
    return sums.reshape(shape).astype(np.float32)
