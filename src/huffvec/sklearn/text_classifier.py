"""A classifier of scikit-learn: texts in, labels out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse
from scipy.special import log_softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d

from huffvec.classify.classifier import Classifier
from huffvec.classify.config import ClassifierConfig, Weighting
from huffvec.classify.training import train
from huffvec.files.paths import PathLike
from huffvec.objectives.naming import AnyObjective
from huffvec.options import options_of
from huffvec.sklearn.pooling import read_documents

Floats = npt.NDArray[np.float64]


class TextClassifier(ClassifierMixin, BaseEstimator):
    """Learns the labels of texts (`huffvec.classify`).

    Texts are strings, split at white space or by ``tokenizer``, or lists of tokens. Labels are one
    for each text, or a matrix of 0 and 1 that says which labels each text has.

    Parameters
    ----------
    objective
        An objective, its name, or that with options, as for `huffvec.classify.train`. ``None``: the
        full softmax for one label a text, one versus all for a matrix of labels.
    class_weight
        ``"balanced"``: rare labels count more, so that each counts the same in all. A dict: how
        much each label, or each column of a matrix, counts; 1 if it is not named. A text with
        several labels counts as much as these do on average.
    tokenizer
        Makes a list of tokens of a string; ``None``: cut at white space. Tokens are taken as they
        are.
    dim, epochs, learning_rate, min_learning_rate, word_ngrams, subwords, min_count, \
min_ngram_count, buckets, weighting, n_threads, deterministic, offload_folder
        As in `huffvec.classify.ClassifierConfig`.
    random_state
        An int, a ``RandomState`` or ``None``. Results repeat with an int, and ``n_threads=1`` or
        ``deterministic``.

    Attributes
    ----------
    classes_
        The labels, sorted, (n_classes,); with a matrix of labels the numbers of its columns.
    classifier_
        The trained `huffvec.classify.Classifier`; its labels are those of ``classes_`` as text.

    Examples
    --------
    >>> from huffvec.sklearn import TextClassifier
    >>> model = TextClassifier(word_ngrams=2)  # .fit(texts, labels).predict(other_texts)
    """

    def __init__(
        self,
        *,
        objective: AnyObjective | None = None,
        class_weight: Literal["balanced"] | dict[Any, float] | None = None,
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        dim: int = ClassifierConfig.dim,
        epochs: int = ClassifierConfig.epochs,
        learning_rate: float | None = ClassifierConfig.learning_rate,
        min_learning_rate: float | None = ClassifierConfig.min_learning_rate,
        word_ngrams: int = ClassifierConfig.word_ngrams,
        subwords: str | tuple[int, int] | None = ClassifierConfig.subwords,
        min_count: int = ClassifierConfig.min_count,
        min_ngram_count: int = ClassifierConfig.min_ngram_count,
        buckets: int = ClassifierConfig.buckets,
        weighting: Weighting = ClassifierConfig.weighting,
        n_threads: int = ClassifierConfig.n_threads,
        deterministic: bool = ClassifierConfig.deterministic,
        offload_folder: PathLike | None = ClassifierConfig.offload_folder,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.objective = objective
        self.class_weight = class_weight
        self.tokenizer = tokenizer
        self.dim = dim
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.min_learning_rate = min_learning_rate
        self.word_ngrams = word_ngrams
        self.subwords = subwords
        self.min_count = min_count
        self.min_ngram_count = min_ngram_count
        self.buckets = buckets
        self.weighting = weighting
        self.n_threads = n_threads
        self.deterministic = deterministic
        self.offload_folder = offload_folder
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> TextClassifier:
        """Train on texts and their labels.

        Parameters
        ----------
        X
            Texts: an iterable of strings or of lists of tokens, a column of a table, or a table of
            one column.
        y
            Labels, (n_texts,), or a matrix of 0 and 1, dense or sparse, (n_texts, n_labels). Texts
            without a label teach nothing.
        sample_weight
            How much each text counts, (n_texts,).

        Raises
        ------
        ConfigError
            If a parameter cannot be used, or X is no texts.
        CorpusError
            If there are fewer than two labels.
        ValueError
            If y has another length than X, or is no labels, or a matrix of other numbers than 0
            and 1.
        """
        texts = self._texts(X)
        y = check_array(y, accept_sparse=True, ensure_2d=False, dtype=None, input_name="y")
        check_consistent_length(texts, y, sample_weight)
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        if kind == "multilabel-indicator":
            labels = self._labels_of_matrix(y)
        elif kind in ("binary", "multiclass"):
            y = column_or_1d(y, warn=True)
            self.classes_, places = np.unique(y, return_inverse=True)
            self.multilabel_ = self._is_sparse = False
            names = [str(label) for label in self.classes_]
            if not all(map(str.strip, names)):
                raise ValueError("y has an empty label, which means that there is none")
            labels = [[names[place]] for place in places]
        else:
            raise ValueError(f"Unknown label type: y is {kind}; labels are classes, or 0 and 1.")
        self.classifier_ = self._train(texts, labels, sample_weight)
        ids = {label: i for i, label in enumerate(self.classifier_.labels.words)}
        self._columns = np.array([ids.get(str(label), -1) for label in self.classes_])
        return self

    def predict(self, X: Any) -> Any:
        """Return the most probable label of each text, (n_texts,).

        With a matrix of labels: a matrix of the same kind, (n_texts, n_labels), 1 where the
        probability is one half at least.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ConfigError
            If X is no texts.
        """
        log_probs = self._log_probs(X)
        if not self.multilabel_:
            return self.classes_[log_probs.argmax(axis=1)]
        found = (log_probs >= np.log(0.5)).astype(int)
        return scipy.sparse.csr_matrix(found) if self._is_sparse else found

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of every label for each text, (n_texts, n_classes).

        With one label a text they sum to 1; with a matrix of labels each stands for itself.

        Raises
        ------
        sklearn.exceptions.NotFittedError, ConfigError
            As `predict`.
        """
        probs: Floats = np.exp(self.predict_log_proba(X))
        return probs

    def predict_log_proba(self, X: Any) -> Floats:
        """Return the logarithm of `predict_proba`.

        Raises
        ------
        sklearn.exceptions.NotFittedError, ConfigError
            As `predict`.
        """
        log_probs = self._log_probs(X)
        if not self.multilabel_:
            log_probs = log_softmax(log_probs, axis=1)  # their own logarithm, if they sum to 1
        return log_probs

    def decision_function(self, X: Any) -> Floats:
        """Return scores of the labels, the greatest for what `predict` returns.

        Log-probabilities, (n_texts, n_classes); of two classes the log-odds of the second,
        (n_texts,); with a matrix of labels the log-odds of each, (n_texts, n_labels).

        Raises
        ------
        sklearn.exceptions.NotFittedError, ConfigError
            As `predict`.
        """
        log_probs = self._log_probs(X)
        if self.multilabel_:
            return log_probs - np.log(-np.expm1(np.minimum(log_probs, -1e-12)))
        if len(self.classes_) == 2:
            return log_probs[:, 1] - log_probs[:, 0]
        return log_probs

    def _texts(self, X: Any) -> list[str]:
        """Return texts whose tokens stand apart by white space."""
        tokenizer = self.tokenizer or (lambda text: [text])  # the engine cuts them
        return [" ".join(tokens) for tokens in read_documents(X, tokenizer)]

    def _labels_of_matrix(self, y: Any) -> list[list[str]]:
        """Return the columns of a matrix where each row is not 0, as text."""
        self._is_sparse, self.multilabel_ = scipy.sparse.issparse(y), True
        matrix = scipy.sparse.csr_matrix(y)
        matrix.eliminate_zeros()
        other = matrix.data[matrix.data != 1]
        if len(other):
            raise ValueError(f"A matrix of labels has 0 and 1 only; y has {other[0]:g}, too.")
        self.classes_ = np.arange(matrix.shape[1])
        return [[str(i) for i in row] for row in np.split(matrix.indices, matrix.indptr[1:-1])]

    def _train(self, texts: list[str], labels: list[list[str]], weights: Any) -> Classifier:
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        given = self.get_params(deep=False)
        options = {name: given[name] for name in options_of(ClassifierConfig) if name in given}
        label_weights = self.class_weight
        if isinstance(label_weights, dict):
            label_weights = {str(label): weight for label, weight in label_weights.items()}
        return train(
            texts,
            self.objective or ("one-vs-all" if self.multilabel_ else "full-softmax"),
            labels=labels,
            example_weights=weights,
            label_weights=label_weights,
            config=ClassifierConfig(seed=seed, **options),
        )

    def _log_probs(self, X: Any) -> Floats:
        """Return log p(label | text) in the order of `classes_`, (n_texts, n_classes)."""
        check_is_fitted(self)
        classifier = self.classifier_
        bags = classifier.features.encode(self._texts(X))
        known = np.asarray(classifier.log_probs(bags), np.float64)
        if (self._columns >= 0).all():
            return known[:, self._columns]
        log_probs = np.full((len(known), len(self.classes_)), -np.inf)  # labels that no text has
        log_probs[:, self._columns >= 0] = known[:, self._columns[self._columns >= 0]]
        return log_probs

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that input is text, and which labels there can be."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.classifier_tags.multi_label = True
        tags.non_deterministic = self.n_threads != 1 and not self.deterministic
        tags.no_validation = True
        return tags
