"""What the trials of a tuning share: examples by the options of features, and scores."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.classify.classifier import Classifier
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.documents import CountedDocuments, encode_examples
from huffvec.classify.examples import Examples
from huffvec.classify.features import Bags, Features
from huffvec.corpus.labelled import Labelled
from huffvec.errors import CorpusError, OptionName
from huffvec.tuning.trials import Trial

#: The options that decide what the features of documents are.
FEATURE_OPTIONS = (
    *("word_ngrams", "subwords", "min_count", "min_ngram_count", "buckets"),
    "weighting",
)
LEAST_EXAMPLES = 3  # with two labels, and one to measure by
_KEPT = 4  # settings of features whose examples stay in memory


class ClassifierTrial(Trial):
    """A setting of the options of a classifier, trained with one seed."""

    record = ClassifierConfig


class Encoded(NamedTuple):
    """Examples as one setting of the options of features encodes them."""

    features: Features
    train: Examples
    validation: Bags


class EncodedExamples:
    """The examples of a tuning, encoded once for each setting of the options of features.

    Parameters
    ----------
    train, validation
        What is trained on, and what measures it.
    n_threads
        Threads that count and encode.

    Attributes
    ----------
    labels
        The labels of what is trained on.
    """

    def __init__(self, train: Labelled, validation: Labelled, n_threads: int) -> None:
        self.train, self.validation, self._n_threads = train, validation, n_threads
        self._counted = CountedDocuments(train.pieces, n_threads)
        self.labels = self._counted.labels
        self._kept: OrderedDict[tuple[Any, ...], Encoded] = OrderedDict()

    def of(self, config: ClassifierConfig) -> Encoded:
        """Return the examples as some options encode them."""
        key = tuple(getattr(config, name) for name in FEATURE_OPTIONS)
        if key not in self._kept:
            self._kept[key] = self._encode(config)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def validation_of(self, model: Classifier) -> Bags:
        """Return what measures a classifier, as its features encode it; pruned ones are its own."""
        encoded = self.of(model.config)
        if model.features is encoded.features:
            return encoded.validation
        return self._encoded_by(model.features)

    def _encode(self, config: ClassifierConfig) -> Encoded:
        documents, n_threads = self._counted, self._n_threads
        features, bags = Features.of(documents, config, n_threads)
        labels = documents.label_offsets, documents.label_ids
        train = Examples(bags, *labels, self.train.weights)
        return Encoded(features, train, self._encoded_by(features))

    def _encoded_by(self, features: Features) -> Bags:
        pieces = self.validation.pieces
        return encode_examples(features, self.labels, pieces, self._n_threads).bags

    def __str__(self) -> str:
        n_train, n_validation = len(self.train), len(self.validation)
        return f"{n_train:,} examples, {len(self.labels):,} labels; {n_validation:,} to measure by"

    def fingerprint(self, label_weights: npt.NDArray[np.float32] | None = None) -> str:
        """Return a hash of all texts, labels and weights."""
        digest = hashlib.blake2b(digest_size=16)
        for part in (self.train, self.validation):
            for piece in part.pieces:
                digest.update(piece)
            digest.update(b"\0" if part.weights is None else part.weights.tobytes())
        digest.update(b"" if label_weights is None else label_weights.tobytes())
        return digest.hexdigest()


def check_divided(examples: EncodedExamples) -> None:
    """Raise CorpusError if the part that measures has the only examples of all labels but one."""
    n_train, n_validation, labels = len(examples.train), len(examples.validation), examples.labels
    others = CountedDocuments(examples.validation.pieces, 1).labels
    if len(labels) == 1 and others.words != labels.words:
        raise CorpusError(
            f"of {n_train + n_validation} examples, {n_validation} measure the others, which all "
            f"have the label {labels.words[0]!r}: a classifier needs two labels at least. Give "
            "more, or others to measure by with ",
            OptionName("validation"),
        )


def divided(examples: Labelled, share: float, most: int, seed: int) -> tuple[Labelled, Labelled]:
    """Return examples without a part drawn at random, and that part.

    Raises
    ------
    CorpusError
        If there are fewer than three.
    """
    n = len(examples)
    if n < LEAST_EXAMPLES:
        raise CorpusError(
            f"tuning needs {LEAST_EXAMPLES} examples at least, of which one part is to measure the "
            f"other; found {n}. Give more, or others to measure by with ",
            OptionName("validation"),
        )
    is_held_out = np.zeros(n, bool)
    n_held_out = min(most, max(1, round(share * n)))
    is_held_out[np.random.default_rng(seed).permutation(n)[:n_held_out]] = True
    return _where(examples, ~is_held_out), _where(examples, is_held_out)


def _where(examples: Labelled, are_taken: npt.NDArray[np.bool_]) -> Labelled:
    pieces, first = [], 0
    for piece in examples.pieces:
        lines = [line + b"\n" for line in piece.split(b"\n")[:-1]]
        pieces.append(b"".join(compress(lines, are_taken[first : first + len(lines)])))
        first += len(lines)
    weights = None if examples.weights is None else examples.weights[are_taken]
    return Labelled([piece for piece in pieces if piece], int(are_taken.sum()), weights)
