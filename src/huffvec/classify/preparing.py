"""From texts and labels to examples: what is counted, and what has numbers already."""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np

from huffvec.classify.config import ClassifierConfig
from huffvec.classify.documents import CountedDocuments, encode_examples
from huffvec.classify.examples import Examples
from huffvec.classify.fasttext import LINE_END
from huffvec.classify.features import Features
from huffvec.config import stride_of
from huffvec.corpus.labelled import Labelled
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError, OptionName
from huffvec.memory import check_memory

_logger = logging.getLogger("huffvec")


class Prepared(NamedTuple):
    """What a classifier is trained on.

    Attributes
    ----------
    features, labels
        What the examples' rows and label ids are.
    examples
        The examples as they came.
    """

    features: Features
    labels: Vocabulary
    examples: Examples


def prepare(found: Labelled, config: ClassifierConfig) -> Prepared:
    """Return examples with the features and labels that they have.

    Raises
    ------
    TooLargeError
        If the buckets do not fit into memory.
    """
    n_threads = config.threads()
    # A plain mean is fastText's, and its end of a text as well: so it can have the classifier.
    end_token = LINE_END if config.weighting == "mean" else ""
    check_buckets(config)
    documents = CountedDocuments(found.pieces, n_threads, end_token)
    features, bags = Features.of(documents, config, n_threads)
    examples = Examples(bags, documents.label_offsets, documents.label_ids, found.weights)
    return Prepared(features, documents.labels, examples)


def check_buckets(config: ClassifierConfig) -> None:
    """Raise TooLargeError if the numbers of n-grams need more memory than there is."""
    if config.word_ngrams == 1 and config.subwords is None:
        return
    has_rows = config.min_ngram_count == 0  # one of each bucket, with its weight
    n_bytes = 4 * stride_of(max(1, config.dim)) + 20 if has_rows else 9
    more = (", or raise ", OptionName("min_ngram_count")) if has_rows else ()
    check_memory(n_bytes * config.buckets, "the buckets", "lower ", OptionName("buckets"), *more)


def encode(found: Labelled, features: Features, labels: Vocabulary) -> Examples:
    """Return examples in the numbers of features and labels that are known; unknown ones go."""
    n_threads = features.config.threads()
    bags, offsets, ids = encode_examples(features, labels, found.pieces, n_threads)
    is_known = ids >= 0
    known_offsets = np.concatenate([[0], is_known.cumsum()])[offsets]
    return Examples(bags, known_offsets, ids[is_known], found.weights)


def encode_heldout(
    found: Labelled, features: Features, labels: Vocabulary, called: str = "held-out examples"
) -> Examples:
    """Return the examples that have a label that is known, and say how many have none.

    Raises
    ------
    CorpusError
        If none has one.
    """
    examples = encode(found, features, labels)
    known = np.flatnonzero(np.diff(examples.label_offsets))
    if len(known) == 0:
        raise CorpusError(
            f"the {called} have none of the labels that are trained, such as {labels.words[0]!r}"
        )
    if len(known) < len(examples):
        _logger.warning(
            "%d of %d %s have no label that is trained, and are left out.",
            len(examples) - len(known),
            len(examples),
            called,
        )
    return examples.take(known)


def shuffled(examples: Examples, seed: int) -> Examples:
    """Return examples in the order in which they are trained."""
    return examples.take(np.random.default_rng(seed).permutation(len(examples)))
