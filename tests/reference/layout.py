"""Layouts in plain NumPy, float64: the twin of cpp/layout/layout.hpp and of a graph's weights."""

import numpy as np

from reference.rng import NOISE, Rng


def moved(graph, now, before, *, seed, epoch, n_negatives, step, momentum, repulsion):
    """Return where points are an epoch later."""
    n = len(now)
    cells = np.floor((now - now.min(axis=0)) / 2).astype(int)
    after = np.empty_like(now)
    for i in range(n):
        edges = range(graph.offsets[i], graph.offsets[i + 1])
        force = np.zeros(2)
        for edge in edges:
            way = now[graph.neighbours[edge]] - now[i]
            force += graph.weights[edge] * way / (1 + way @ way)
        rng = Rng(seed, epoch * n + i, NOISE)
        near = sorted(np.flatnonzero(is_near(cells, i)), key=lambda k: (*cells[k][::-1], k))
        drawn = near
        if len(near) > n_negatives:
            drawn = [near[rng.below(len(near))] for _ in range(n_negatives)]
        far = [k for k in (rng.below(n) for _ in range(n_negatives)) if not is_near(cells, i)[k]]
        for found, share in ((drawn, len(near) / len(drawn)), (far, n / n_negatives)):
            for way in now[found] - now[i]:
                force -= repulsion / n * share * way / (1 + way @ way) ** 2
        after[i] = now[i] + step * force + momentum * (now[i] - before[i])
    return after


def is_near(cells, i):
    """Return whether points are in a point's cell or in one beside it."""
    return (np.abs(cells - cells[i]) <= 1).all(axis=1)


def weights(vectors, k, perplexity):
    """Return the weights of all pairs, (n, n), by the definitions, one point after the other."""
    n = len(vectors)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    chances = np.zeros((n, n))
    for i in range(n):
        squares = np.square(units - units[i]).sum(axis=1)
        squares[i] = np.inf
        nearest = np.argsort(squares, kind="stable")[:k]
        low, high = 1e-5, 1e8
        for _ in range(200):
            precision = np.sqrt(low * high)
            p = np.exp(-precision * (squares[nearest] - squares[nearest].min()))
            p /= p.sum()
            entropy = -(p[p > 0] * np.log(p[p > 0])).sum()
            low, high = (precision, high) if entropy > np.log(perplexity) else (low, precision)
        chances[i, nearest] = p
    both = chances + chances.T
    return both / both.sum(axis=1, keepdims=True)


def explored(vectors, reach, rows):
    """Return the nearest of those known, in reach, and in reach of these, (n, k), best first."""
    found = np.empty_like(rows)
    for i, own in enumerate(rows):
        next_to = reach[i][reach[i] >= 0]
        others = np.setdiff1d(np.concatenate([own, next_to, reach[next_to].ravel()]), [i, -1])
        cosines = vectors[others].astype(float) @ vectors[i].astype(float)
        found[i] = others[np.argsort(-cosines, kind="stable")[: len(own)]]
    return found


def both_ways(rows):
    """Return the neighbours of each, and as many of which it is one, by place, (n, 2 k)."""
    n, k = rows.shape
    found = np.full((n, k), -1)
    for i in range(n):
        liked = sorted((place, j) for j in range(n) for place in range(k) if rows[j, place] == i)
        for at, (_, j) in enumerate(liked[:k]):
            found[i, at] = j
    return np.concatenate([rows, found], axis=1)
