"""A transformer of scikit-learn: documents in, vectors out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from huffvec.architectures import ArchitectureName
from huffvec.checks import check_choice, check_float
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError
from huffvec.files.paths import PathLike
from huffvec.objectives.naming import AnyObjective
from huffvec.sklearn.pooling import (
    Documents,
    first_component,
    pool,
    read_documents,
    without_component,
    word_shares,
)
from huffvec.sklearn.transformer import TextTransformer, check_some
from huffvec.subwords import Subwords
from huffvec.vectors.word_vectors import WordVectors


class Embedder(TextTransformer):
    """Learns word vectors from documents and turns documents into vectors.

    Documents are strings, split at white space or by ``tokenizer``, or lists of tokens. What
    becomes of their words' vectors: :mod:`huffvec.sklearn.pooling`.

    Parameters
    ----------
    vectors
        Word vectors that are trained already: `fit` then computes the statistics of ``"sif"`` only.
        They are shared, not copied, by `sklearn.base.clone`. ``None`` trains.
    pooling
        ``"mean"`` or ``"sif"``.
    sif_a
        a in sif's weights a / (a + p(w)), greater than 0.
    tokenizer
        Makes a list of tokens of a string; ``None``: cut at ASCII white space, as text files
        are. Tokens are taken as they are.
    objective
        An objective, its name, or that with options, as for `huffvec.train`.
    architecture, dim, window, epochs, min_count, subsample_threshold, learning_rate, subwords, \
n_threads, deterministic, offload_folder
        As in `huffvec.TrainingConfig`. With ``subwords`` words never seen have vectors too.
    random_state
        An int, a ``RandomState`` or ``None``. Results repeat with an int and ``n_threads=1`` or
        ``deterministic``.

    Attributes
    ----------
    vectors_
        The `huffvec.vectors.WordVectors` that documents are made from.
    model_
        The trained `huffvec.Model`; only if there was something to train.
    word_shares_
        With sif: the share of the tokens that each word has, a dict.
    component_
        With sif: what is removed from all documents, float32 (dim,).

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from huffvec.sklearn import Embedder
    >>> model = make_pipeline(Embedder(dim=50), LogisticRegression())  # .fit(texts, labels)
    """

    vectors: WordVectors | None
    pooling: Literal["mean", "sif"]
    sif_a: float

    def __init__(
        self,
        *,
        vectors: WordVectors | None = None,
        pooling: Literal["mean", "sif"] = "mean",
        sif_a: float = 1e-3,
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        objective: AnyObjective = "negative-sampling",
        architecture: ArchitectureName = TrainingConfig.architecture,
        dim: int = TrainingConfig.dim,
        window: int | Literal["all"] = TrainingConfig.window,
        epochs: int = TrainingConfig.epochs,
        min_count: int = TrainingConfig.min_count,
        subsample_threshold: float = TrainingConfig.subsample_threshold,
        learning_rate: float | None = TrainingConfig.learning_rate,
        subwords: Subwords | None = TrainingConfig.subwords,
        n_threads: int = TrainingConfig.n_threads,
        deterministic: bool = TrainingConfig.deterministic,
        offload_folder: PathLike | None = TrainingConfig.offload_folder,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self._keep(locals())

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Any:
        """Return ``fit(X).transform(X)``; documents may come from a generator.

        Raises
        ------
        ConfigError, CorpusError
            As `fit`.
        """
        documents = read_documents(X, self.tokenizer)
        self._fit(documents)
        return self._with_index(self._vectors(documents), X)

    def transform(self, X: Any) -> Any:
        """Return the vectors of documents, float32 (n_documents, dim).

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ConfigError
            If X is no documents.
        """
        check_is_fitted(self)
        return self._with_index(self._vectors(read_documents(X, self.tokenizer)), X)

    def _vectors(self, documents: Documents) -> npt.NDArray[np.float32]:
        pooled = self._pool(documents)
        return pooled if self.pooling == "mean" else without_component(pooled, self.component_)

    def _fit(self, documents: Documents) -> None:
        check_choice("pooling", self.pooling, ("mean", "sif"))
        _check_sif_a(self.sif_a)
        check_some(documents)
        self.vectors_ = self._trained(documents) if self.vectors is None else self._given()
        if self.pooling == "sif":
            self.word_shares_ = word_shares(documents)
            self.component_ = first_component(self._pool(documents))

    def _trained(self, documents: Documents) -> WordVectors:
        self.model_ = self._train(documents)
        return self.model_.vectors

    def _given(self) -> WordVectors:
        if not isinstance(self.vectors, WordVectors):
            raise ConfigError(
                "vectors must be WordVectors, as of huffvec.load_vectors or model.vectors, not "
                f"{self.vectors!r:.80}"
            )
        return self.vectors

    def _pool(self, documents: Documents) -> npt.NDArray[np.float32]:
        if self.pooling == "mean":
            return pool(self.vectors_, documents)
        a, shares = _check_sif_a(self.sif_a), self.word_shares_
        return pool(self.vectors_, documents, lambda word: a / (a + shares.get(word, 0.0)))

    @property
    def _n_features_out(self) -> int:
        return self.vectors_.dim

    def __sklearn_clone__(self) -> Embedder:
        """Return an unfitted copy, with the same vectors: they may take gigabytes."""
        parameters = self.get_params(deep=False)
        vectors = parameters.pop("vectors")
        copied = {name: clone(value, safe=False) for name, value in parameters.items()}
        other = type(self)(vectors=vectors, **copied)
        for name in ("_metadata_request", "_sklearn_output_config"):
            if name in vars(self):
                setattr(other, name, clone(getattr(self, name), safe=False))
        return other


def _check_sif_a(value: object) -> float:
    """Return the parameter sif_a as a float; raise ConfigError if it cannot be used."""
    return check_float("sif_a", value, 0.0, 1e6, open_low=True)
