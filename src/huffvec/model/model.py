"""A trained model: vocabulary, weights, objective and how it was trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES, Architecture
from huffvec.architectures.cbow import POSITION_VECTORS
from huffvec.architectures.contexts import Contexts, Hidden
from huffvec.checks import check_int
from huffvec.config import TrainingConfig
from huffvec.corpus.tokens import Word
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError
from huffvec.files.paths import PathLike
from huffvec.html import model_table
from huffvec.model.asking import hidden_of_words, log_prob
from huffvec.model.turns import Turn, turns_of
from huffvec.objectives import Objective
from huffvec.objectives.bound import Arrays, BoundObjective
from huffvec.objectives.predictor import Predictor
from huffvec.prediction import Prediction, Predictions, predict_many
from huffvec.vectors.subword_vectors import SubwordVectors, make_vectors
from huffvec.vectors.word_vectors import WordVectors
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.documents.vectors import DocumentVectors
    from huffvec.weights import Weights


@dataclass
class Model:
    """All that training made, enough to query, evaluate and save.

    Attributes
    ----------
    vocabulary
        Words and counts, in the order of the rows.
    weights
        The trained arrays by name, float32 (n_rows, dim); maybe memory maps, maybe rows of padded
        tables. Which there are: `huffvec.architectures.weights_of`.
    bound
        How words were predicted: the objective with this vocabulary.
    config
        How the model was trained.
    tags
        The tags of the documents that were trained, in the order of their vectors; ``None`` if
        words alone were.
    training
        Record of the training as JSON values: tokens, seconds, loss …
    """

    vocabulary: Vocabulary
    weights: Weights
    bound: BoundObjective
    config: TrainingConfig
    tags: Vocabulary | None = None
    training: dict[str, Any] = field(default_factory=dict)

    if not TYPE_CHECKING:  # where checkers would take any name for an attribute

        def __getattr__(self, name: str) -> Any:
            what = f"'Model' object has no attribute {name!r}"
            if name in ("calibration", "perplexity", "train_more"):
                what += f": it is a function, huffvec.{name}(model, …)"
            raise AttributeError(what, name=name, obj=self)

    def __repr__(self) -> str:
        config = self.config
        return (
            f"Model({len(self.vocabulary):,} words, dim {config.dim}, {config.architecture}, "
            f"{self.objective.name})"
        )

    def _repr_html_(self) -> str:
        numbers = {"words": len(self.vocabulary), "tokens": self.vocabulary.n_tokens}
        return model_table(numbers, self.objective, self.config, "Model")

    @property
    def input_vectors(self) -> npt.NDArray[np.float32]:
        """The word vectors, float32 (n_words, dim).

        With subwords (``config.subwords``) float32 (n_rows, dim), the rows that word vectors are
        means of: see :mod:`huffvec.subwords`.
        """
        return self.weights[INPUT_VECTORS.name]

    @property
    def output_vectors(self) -> npt.NDArray[np.float32]:
        """The rows of the output layer, float32 (n_outputs, dim)."""
        return self.weights[OUTPUT_VECTORS.name]

    @property
    def position_vectors(self) -> npt.NDArray[np.float32] | None:
        """What words are multiplied by, float32 (2 · window, dim), for the window's positions.

        From left to right; ``None`` unless the model is of position-weighted CBOW.
        """
        return self.weights.get(POSITION_VECTORS.name)

    @property
    def objective(self) -> Objective:
        """How words were predicted: the name and the options."""
        return self.bound.objective

    @property
    def tables(self) -> Arrays:
        """The objective's arrays by name (a tree's paths, say)."""
        return self.bound.arrays()

    @property
    def _architecture(self) -> Architecture:
        return ARCHITECTURES[self.config.architecture]

    @cached_property
    def vectors(self) -> WordVectors:
        """The word vectors, to look up, compare, search and evaluate; they share the weights.

        Raises
        ------
        ConfigError
            If words have none, as with the architecture dbow.
        """
        if not self._architecture.has_word_vectors:
            raise ConfigError(
                f"the architecture {self.config.architecture} trains no word vectors: use "
                "model.documents, or train with dbow-words or dm"
            )
        return make_vectors(
            self.vocabulary, self.input_vectors, self.config.subwords, self.training
        )

    @cached_property
    def documents(self) -> DocumentVectors:
        """The vectors of the documents, by their tags; they share the weights.

        Raises
        ------
        ConfigError
            If the model has no documents.
        """
        from huffvec.documents.vectors import DocumentVectors

        return DocumentVectors(self)

    @cached_property
    def predictor(self) -> Predictor:
        """The output layer, to be asked for probabilities by hidden vectors."""
        return self.bound.predictor(self.output_vectors)

    def hidden(self, context: Word | Sequence[Word]) -> npt.NDArray[np.float32]:
        """Return what a context is to the output layer, float32 (n_hidden, dim).

        For CBOW one row, the mean of the words' vectors (:mod:`huffvec.architectures.cbow`); with
        position weights, the first half of the words stands left of the target, in order, so that
        their order matters. For skip-gram the vector of every word: each predicts alone, as in
        training.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary (with subwords: and too short to have any).
        ConfigError
            If there is no word.
        """
        return hidden_of_words(self, context)

    def hidden_of(self, contexts: Contexts) -> Hidden:
        """Return what contexts, given by word ids, are to the output layer."""
        vectors = self.vectors
        sizes = vectors.bag_sizes if isinstance(vectors, SubwordVectors) else None
        return self._architecture.hidden(vectors.vectors, contexts, sizes, self.weights)

    def log_prob(
        self, target: Word, context: Word | Sequence[Word], *, exact: bool = True
    ) -> float:
        """Return the logarithm of a word's probability given the words around it.

        For every context the probabilities of all words sum to 1. CBOW predicts from the mean of
        the context's vectors. In skip-gram each context word predicts alone; of several, the
        mean of their probabilities is taken: p(w | c_1 … c_m) = (p(w | c_1) + … + p(w | c_m)) / m,
        the probability if one of them, drawn at random, predicts. (The mean of log-probabilities
        would not sum to 1 and, normalised, need the probabilities of all words.)

        Parameters
        ----------
        target
            The word whose probability is asked for.
        context
            A word, or several; one that is given twice counts twice.
        exact
            ``False`` trusts that the scores' normaliser is what training drove it towards, and asks
            one output row in place of all: only for objectives that have such a one
            (self-normalized-softmax, infrequent-normalization, nce). Sums to about 1.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            If the context has no word, or the objective does not train its normaliser.
        """
        return log_prob(self, target, context, exact=exact)

    def predict(self, context: Word | Sequence[Word], k: int = 10) -> list[Prediction]:
        """Return the k most probable words given the words around, best first.

        Probabilities are those of `log_prob`. With hierarchical softmax the tree is searched, and
        few words are scored; all other objectives score all words.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            If the context has no word, or k is not a positive whole number.
        """
        k = check_int("k", k, 1, 2**62)
        ids, log_probs = self.predictor.top(self.hidden(context), min(k, len(self.vocabulary)))
        return [
            Prediction(self.vocabulary.words[i], float(np.exp(log_prob)))
            for i, log_prob in zip(ids.tolist(), log_probs, strict=True)
        ]

    def predict_many(
        self,
        contexts: Sequence[Word | Sequence[Word]],
        k: int = 10,
        *,
        exclude: Literal["context"] | None = None,
    ) -> Predictions:
        """Return the k most probable words of many contexts at once, on all threads.

        Probabilities are those of `predict`.

        Parameters
        ----------
        contexts
            Each as `predict` takes it; words must be in the vocabulary.
        k
            How many words of each.
        exclude
            ``"context"``: no word of a context is predicted for it, as of items that nobody buys
            twice. The probabilities of the others stay as they are.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            If there is no context, or one has no word, or an option cannot be used.
        """
        return predict_many(self, contexts, k, exclude=exclude)

    def path(self, word: Word, context: Word | Sequence[Word] | None = None) -> list[Turn]:
        """Return a word's way through the tree of a hierarchical softmax, from the root on.

        The product of the turns' probabilities is the word's, that of `log_prob`.

        Raises
        ------
        ConfigError
            If the model has no tree, or the context no word.
        UnknownWordError
            If a word is not in the vocabulary.
        """
        return turns_of(self, word, context)

    def save(self, path: PathLike, format: str | None = None) -> None:
        """Write the model to a file.

        Parameters
        ----------
        path
            An older file of that name is replaced once the new one is complete.
        format
            ``"huffvec"`` (:mod:`huffvec.formats.hv`) or ``"fasttext"``, which cannot hold all
            (:mod:`huffvec.model.fasttext`); ``None``: fasttext if path ends with .bin,
            else huffvec.

        Raises
        ------
        ConfigError
            If the format is unknown, or the name is one of another format (``.vec``, say: word
            vectors alone are saved by ``model.vectors.save``).
        FormatError
            If fastText's format cannot hold the words.
        OutputError
            If the file cannot be written; an older file of that name is then unchanged.
        """
        from huffvec.model.saving import save_model

        save_model(path, self, format)
