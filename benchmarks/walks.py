"""Random walks: how fast, against the same walks in NumPy, and what node classification they give.

``python benchmarks/walks.py GRAPH.edgelist [--labels LABELS]``

The NumPy baseline takes a step of all walks at a time, by rejection as the engine does; it has no
loop over nodes. Classification is that of DeepWalk's paper: logistic regression on half of the
labelled nodes, one against the rest, predicting as many labels as a node has; macro-F1 over ten
divisions. LABELS has a node and its labels a line.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

import huffvec


def numpy_walks(
    pairs: np.ndarray, walks_per_node: int, length: int, p: float, q: float
) -> np.ndarray:
    """Return node2vec's walks on an undirected graph without weights, (n_walks, length)."""
    nodes, ids = np.unique(pairs, return_inverse=True)
    n = len(nodes)
    ids = ids.reshape(pairs.shape)
    both = np.unique(np.concatenate([ids, ids[:, ::-1]]) @ np.array([n, 1]))
    sources, targets = np.divmod(both, n)
    offsets = np.searchsorted(sources, np.arange(n + 1))
    degrees = np.diff(offsets)
    rng = np.random.default_rng(1)
    most = max(1 / p, 1.0, 1 / q)
    walks = np.empty((n * walks_per_node, length), np.int32)
    walks[:, 0] = np.tile(np.arange(n), walks_per_node)
    for step in range(1, length):
        here = walks[:, step - 1]
        left = np.arange(len(walks))
        while len(left):
            at = here[left]
            drawn = targets[offsets[at] + rng.integers(0, degrees[at])]
            keep = np.ones(len(left), bool)
            if step > 1 and (p, q) != (1, 1):
                last = walks[left, step - 2]
                keys = last * np.int64(n) + drawn
                is_near = both[np.minimum(np.searchsorted(both, keys), len(both) - 1)] == keys
                bias = np.where(drawn == last, 1 / p, np.where(is_near, 1.0, 1 / q))
                keep = rng.random(len(left)) * most < bias
            walks[left[keep], step] = drawn[keep]
            left = left[~keep]
    return walks


def macro_f1(vectors: huffvec.WordVectors, labels: dict[str, set[str]], seeds: int) -> float:
    """Return the mean macro-F1, in percent, of half of the nodes predicted from the other."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.model_selection import train_test_split
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import MultiLabelBinarizer

    names = [name for name in labels if name in vectors]
    rows = vectors[names]
    truth = MultiLabelBinarizer().fit_transform([labels[name] for name in names])
    scores = []
    for seed in range(seeds):
        split = train_test_split(rows, truth, train_size=0.5, random_state=seed)
        train_rows, test_rows, train_truth, test_truth = split
        classifier = OneVsRestClassifier(LogisticRegression(max_iter=1000)).fit(
            train_rows, train_truth
        )
        probs = classifier.predict_proba(test_rows)
        ranks = np.argsort(np.argsort(-probs, axis=1), axis=1)
        predicted = ranks < test_truth.sum(axis=1, keepdims=True)
        scores.append(f1_score(test_truth, predicted, average="macro", zero_division=0))
    return 100 * float(np.mean(scores))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph")
    parser.add_argument("--labels")
    parser.add_argument("--walks-per-node", type=int, default=80)
    parser.add_argument("--length", type=int, default=40)
    parser.add_argument("--dim", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    pairs = np.loadtxt(options.graph, dtype=np.int64, usecols=(0, 1))
    shape = {"walks_per_node": options.walks_per_node, "length": options.length}
    for p, q in ((1.0, 1.0), (0.25, 0.25), (4.0, 0.5)):
        start = time.perf_counter()
        corpus = huffvec.random_walks((pairs[:, 0], pairs[:, 1]), p=p, q=q, **shape)
        engine = time.perf_counter() - start
        start = time.perf_counter()
        numpy_walks(pairs, p=p, q=q, **shape)
        numpy = time.perf_counter() - start
        print(
            f"p {p} q {q}: {corpus.n_tokens / engine / 1e6:.1f} M steps/s, NumPy "
            f"{corpus.n_tokens / numpy / 1e6:.2f} M, {numpy / engine:.1f} times as fast"
        )
        if options.labels is None:
            continue
        labels: dict[str, set[str]] = defaultdict(set)
        for line in Path(options.labels).read_text().splitlines():
            node, *found = line.split()
            labels[node].update(found)
        start = time.perf_counter()
        model = huffvec.train(
            corpus, dim=options.dim, window=10, epochs=options.epochs, subsample_threshold=0
        )
        seconds = time.perf_counter() - start
        score = macro_f1(model.vectors, labels, options.seeds)
        print(f"  trained in {seconds:.1f} s; macro-F1 {score:.2f} % at 50 % of the labels")


if __name__ == "__main__":
    main()
