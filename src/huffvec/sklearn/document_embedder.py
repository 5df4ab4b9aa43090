"""A transformer of scikit-learn: documents in, vectors that were trained for them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from sklearn.utils.validation import check_is_fitted

from huffvec.architectures import ARCHITECTURES, ArchitectureName
from huffvec.checks import check_choice
from huffvec.config import TrainingConfig
from huffvec.files.paths import PathLike
from huffvec.objectives.naming import AnyObjective
from huffvec.sklearn.pooling import Documents, read_documents
from huffvec.sklearn.transformer import TextTransformer, check_some
from huffvec.subwords import Subwords

DOCUMENT_ARCHITECTURES = tuple(name for name, own in ARCHITECTURES.items() if own.has_documents)


class DocumentEmbedder(TextTransformer):
    """Learns a vector for each document, and infers those of others (`huffvec.documents`).

    Documents are strings, split at white space or by ``tokenizer``, or lists of tokens. `transform`
    infers: the same document gets the same vector every time, and one without a known word gets
    zeros, as no other does. `fit_transform` returns the vectors of the model: those that
    `transform` infers of the same documents, but with DM, whose trained vectors are only near.

    Parameters
    ----------
    architecture
        ``"dbow"``, ``"dbow-words"`` or ``"dm"``.
    tokenizer
        Makes a list of tokens of a string; ``None``: cut at ASCII white space, as text files
        are. Tokens are taken as they are.
    objective
        An objective, its name, or that with options, as for `huffvec.train`.
    dim, window, epochs, min_count, subsample_threshold, learning_rate, subwords, n_threads, \
deterministic, offload_folder
        As in `huffvec.TrainingConfig`.
    random_state
        An int, a ``RandomState`` or ``None``. Results repeat with an int and ``n_threads=1`` or
        ``deterministic``.

    Attributes
    ----------
    model_
        The trained `huffvec.Model`; its ``documents`` have the vectors by position, and
        ``model_.documents.infer(texts).known`` says which texts have a known word.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from huffvec.sklearn import DocumentEmbedder
    >>> model = make_pipeline(DocumentEmbedder(dim=50), LogisticRegression())  # .fit(texts, labels)
    """

    def __init__(
        self,
        *,
        architecture: ArchitectureName = "dbow",
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        objective: AnyObjective = "negative-sampling",
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
        """Train on documents and return their vectors, float32 (n_documents, dim).

        The rows of documents whose words were all left out (``min_count``) are zeros.

        Raises
        ------
        ConfigError, CorpusError
            As `fit`.
        """
        self.fit(X)
        return self._with_index(np.array(self.model_.documents.vectors), X)

    def transform(self, X: Any) -> Any:
        """Return inferred vectors of documents, float32 (n_documents, dim).

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ConfigError
            If X is no documents.
        """
        check_is_fitted(self)
        documents = read_documents(X, self.tokenizer)
        inferred = self.model_.documents.infer(documents, n_threads=self.n_threads)
        return self._with_index(inferred.vectors, X)

    def _fit(self, documents: Documents) -> None:
        check_some(documents)
        check_choice("architecture", self.architecture, DOCUMENT_ARCHITECTURES)
        self.model_ = self._train(documents, tags="position")

    @property
    def _n_features_out(self) -> int:
        return self.model_.documents.dim
