"""A trained model: vocabulary, weights, objective and how it was trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from huffvec.architectures.contexts import Contexts, Hidden
from huffvec.checks import check_int
from huffvec.corpus.tokens import Word
from huffvec.errors import ConfigError
from huffvec.files.paths import PathLike
from huffvec.html import model_table
from huffvec.model.asking import Document, hidden_of_context, log_prob, predict, predict_many
from huffvec.model.trained import Trained
from huffvec.model.turns import Turn, turns_of
from huffvec.prediction import Prediction, Predictions
from huffvec.vectors.subword_vectors import SubwordVectors, make_vectors
from huffvec.vectors.word_vectors import WordVectors
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from huffvec.documents.vectors import DocumentVectors


@dataclass
class Model(Trained):
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

    if not TYPE_CHECKING:  # where checkers would take any name for an attribute

        def __getattr__(self, name: str) -> Any:
            what = f"'Model' object has no attribute {name!r}"
            if name in ("calibration", "perplexity", "train_more"):
                what += f": it is a function, huffvec.{name}(model, …)"
            raise AttributeError(what, name=name, obj=self)

    def __repr__(self) -> str:
        config = self.config
        documents = "" if self.tags is None else f"{len(self.tags):,} documents, "
        return (
            f"Model({len(self.vocabulary):,} words, {documents}dim {config.dim}, "
            f"{config.architecture}, {self.objective.name})"
        )

    def _repr_html_(self) -> str:
        numbers = {"words": len(self.vocabulary), "tokens": self.vocabulary.n_tokens}
        return model_table(numbers, self.objective, self.config, "Model")

    @cached_property
    def vectors(self) -> WordVectors:
        """The word vectors, to look up, compare, search and evaluate; they share the weights.

        Raises
        ------
        ConfigError
            If words have none, as with the architecture dbow.
        """
        if not self.has_word_vectors:
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

    def hidden(
        self, context: Word | Sequence[Word] = (), *, document: Document | None = None
    ) -> npt.NDArray[np.float32]:
        """Return what a context is to the output layer, float32 (n_hidden, dim).

        For CBOW one row, the mean of the words' vectors (:mod:`huffvec.architectures.cbow`); with
        position weights, the first half of the words stands left of the target, in order, so that
        their order matters. For skip-gram the vector of every word: each predicts alone, as in
        training. Documents take part as in training: in dm as a member of the mean, in dbow and
        dbow-words as a further vector that predicts alone.

        Parameters
        ----------
        context
            A word, or several; none for dbow, where documents predict alone.
        document
            The tag of the document that the word stands in, several tags of it, or its vector
            (dim,), as `documents.infer` makes them. Without it, dbow-words and dm predict from the
            words alone.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary (with subwords: and too short to have any), or no
            document has the tag.
        ConfigError
            If there is neither a word nor a document, the model has no documents, nothing is known
            of the document, or dbow is given words.
        """
        return hidden_of_context(self, context, document)

    def hidden_of(
        self, contexts: Contexts, documents: npt.NDArray[np.float32] | None = None
    ) -> Hidden:
        """Return what contexts, given by the ids of words and tags, are to the output layer.

        Tags are rows of documents, float32 (n_rows, dim); of the model's if none are given.
        """
        weights = self.weights
        if documents is not None:
            weights = {**weights, DOCUMENT_VECTORS.name: documents}
        table, sizes = self.input_vectors, None
        if self.has_word_vectors:
            table = self.vectors.vectors
            if isinstance(self.vectors, SubwordVectors):
                sizes = self.vectors.bag_sizes
        return self._architecture.hidden(table, contexts, sizes, weights)

    def log_prob(
        self,
        target: Word,
        context: Word | Sequence[Word] = (),
        *,
        document: Document | None = None,
        exact: bool = True,
    ) -> float:
        """Return the logarithm of a word's probability given the words around it, or its document.

        For every context the probabilities of all words sum to 1. CBOW and DM predict from the mean
        of the context's vectors. In skip-gram and DBOW each word and tag predicts alone; of
        several, the mean of their probabilities is taken:
        p(w | c_1 … c_m) = (p(w | c_1) + … + p(w | c_m)) / m,
        the probability if one of them, drawn at random, predicts. (The mean of log-probabilities
        would not sum to 1 and, normalised, need the probabilities of all words.)

        Parameters
        ----------
        target
            The word whose probability is asked for.
        context, document
            As `hidden` takes them; a word that is given twice counts twice.
        exact
            ``False`` trusts that the scores' normaliser is what training drove it towards, and asks
            one output row in place of all: only for objectives that have such a one
            (self-normalized-softmax, infrequent-normalization, nce). Sums to about 1.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            As `hidden`, or if the objective does not train its normaliser.
        """
        return log_prob(self, target, context, document, exact=exact)

    def predict(
        self,
        context: Word | Sequence[Word] = (),
        k: int = 10,
        *,
        document: Document | None = None,
    ) -> list[Prediction]:
        """Return the k most probable words given the words around, or the document, best first.

        Probabilities are those of `log_prob`: ``model.predict(document="a tag")`` are the words
        that a document makes most probable, with every architecture of documents. With
        hierarchical softmax the tree is searched, and few words are scored; all other objectives
        score all words.

        Raises
        ------
        UnknownWordError, ConfigError
            As `hidden`, or if k is not a positive whole number.
        """
        k = check_int("k", k, 1, 2**62)
        return predict(self, self.hidden(context, document=document), k)

    def predict_many(
        self,
        contexts: Sequence[Word | Sequence[Word]] = (),
        k: int = 10,
        *,
        documents: Sequence[Document] | npt.NDArray[np.float32] | None = None,
        exclude: Literal["context"] | None = None,
    ) -> Predictions:
        """Return the k most probable words of many contexts at once, on all threads.

        Probabilities are those of `predict`.

        Parameters
        ----------
        contexts
            Each as `predict` takes it; words must be in the vocabulary. None, or empty ones, for
            documents that predict alone.
        k
            How many words of each.
        documents
            One for each context: a tag, several tags or a vector, as `predict` takes it. A table of
            vectors (n, dim) is such a list.
        exclude
            ``"context"``: no word of a context is predicted for it, as of items that nobody buys
            twice. The probabilities of the others stay as they are.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary, or no document has a tag.
        ConfigError
            If there is no context, or one has neither a word nor a document, there are not as many
            documents as contexts, a document is none for `predict`, or an option cannot be used.
        """
        return predict_many(self, contexts, k, documents, exclude)

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

    def without_documents(self, tags: Word | Sequence[Word]) -> Model:
        """Return a model without the vectors of the documents of a tag, or of several.

        This one stays as it is; all other weights are shared. Tags that are not there are no error.

        Raises
        ------
        ConfigError
            If the model has no documents, or none would be left.
        """
        from huffvec.documents.removing import without_documents

        return without_documents(self, tags)

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
