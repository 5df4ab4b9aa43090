"""What the tests of measures and calibration share: answers of classifiers that do not exist."""

import numpy as np

from huffvec.classify.answers import Answers


def make_answers(probs, labels, is_empty=None, weights=None):
    """Return answers with probabilities, (n_documents, n_labels), and lists of true ids."""
    rows = np.repeat(np.arange(len(labels)), [len(ids) for ids in labels])
    with np.errstate(divide="ignore"):
        log_probs = np.log(np.asarray(probs, np.float64))
    empty = np.zeros(len(probs), bool) if is_empty is None else np.asarray(is_empty)
    ids = np.array([i for ids in labels for i in ids], np.int64)
    own = np.ones(len(probs)) if weights is None else np.asarray(weights, np.float64)
    return Answers(log_probs, rows, ids, empty, own)


def in_blocks(answers, size):
    """Return the same documents in blocks."""
    starts = range(0, len(answers.log_probs), size)
    n = len(answers.log_probs)
    return [answers.take(np.arange(start, min(n, start + size))) for start in starts]
