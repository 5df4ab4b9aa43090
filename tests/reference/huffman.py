"""Huffman's algorithm with a heap: the twin of cpp/trees/huffman.hpp."""

import heapq


def huffman_codes(counts: list[int]) -> list[list[tuple[int, int]]]:
    """Return for every word the (inner node, bit) pairs from the root to its leaf.

    Of equal counts a leaf goes before an inner node, a later word before an earlier one, and an
    older inner node before a newer one; inner nodes are numbered as they are made.
    """
    n = len(counts)
    heap = [(count, False, -word, word) for word, count in enumerate(counts)]
    heapq.heapify(heap)
    paths: dict[int, list[tuple[int, int]]] = {word: [] for word in range(n)}
    leaves = {word: [word] for word in range(n)}
    for node in range(n - 1):
        total, below = 0, []
        for bit in (0, 1):
            count, _, _, child = heapq.heappop(heap)
            total += count
            for word in leaves[child]:
                paths[word].insert(0, (node, bit))
            below += leaves[child]
        leaves[n + node] = below
        heapq.heappush(heap, (total, True, node, n + node))
    return [paths[word] for word in range(n)]
