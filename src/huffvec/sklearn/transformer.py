"""What scikit-learn's transformers of documents have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils._set_output import _get_output_config

from huffvec.architectures import ArchitectureName
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError
from huffvec.extras import require
from huffvec.objectives.naming import AnyObjective
from huffvec.options import options_of
from huffvec.sklearn.pooling import Documents, read_documents

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from huffvec.corpus.options import InputKeywords
    from huffvec.model import Model


class TextTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """A transformer of documents, trained as `huffvec.train` does, into rows of numbers.

    Its parameters are an objective, a random state, and those fields of `huffvec.TrainingConfig`
    that matter.
    """

    architecture: ArchitectureName
    tokenizer: Callable[[str], Sequence[str]] | None
    objective: AnyObjective
    n_threads: int
    deterministic: bool
    random_state: int | np.random.RandomState | None

    def _keep(self, given: dict[str, Any]) -> None:
        """Keep the parameters among the local names of ``__init__``, each under its own."""
        for name in self._get_param_names():
            setattr(self, name, given[name])

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on documents; with given vectors, compute only what pooling needs.

        Parameters
        ----------
        X
            Documents: an iterable of strings or of lists of tokens, a column of a table, or a table
            of one column. Output of pandas keeps the index.
        y
            Ignored.

        Raises
        ------
        ConfigError
            If a parameter cannot be used, or X is no documents.
        CorpusError
            If too few words are left to train on.
        """
        self._fit(read_documents(X, self.tokenizer))
        return self

    @abstractmethod
    def _fit(self, documents: Documents) -> None:
        """Learn from documents what `transform` needs."""

    def _train(self, documents: Documents, **reading: Unpack[InputKeywords]) -> Model:
        """Return a model of documents; errors, and how to read, are those of `huffvec.train`."""
        from huffvec.training.train import train

        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        given = self.get_params(deep=False)
        options = {name: given[name] for name in options_of(TrainingConfig) if name in given}
        config = TrainingConfig(seed=seed, **options)
        return train(documents, self.objective, config=config, **reading)

    def _with_index(self, vectors: npt.NDArray[np.float32], X: Any) -> Any:
        """Return vectors as they are, or as a frame with X's index where pandas is asked for.

        scikit-learn names the columns; an index it takes from data frames only, not from columns.
        """
        if not hasattr(X, "iloc") or _get_output_config("transform", self)["dense"] != "pandas":
            return vectors
        return require("pandas", "output as a data frame").DataFrame(vectors, index=X.index)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that input is text, and whether results repeat."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.non_deterministic = self.n_threads != 1 and not self.deterministic
        tags.no_validation = True
        return tags


def check_some(documents: Documents) -> None:
    """Raise ConfigError if there is nothing to fit."""
    if not documents:
        raise ConfigError("there are no documents to fit: give at least one")
