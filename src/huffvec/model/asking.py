"""Hidden vectors and probabilities of a model's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.contexts import Contexts
from huffvec.checks import check_choice, check_int
from huffvec.corpus.tokens import Word, as_words
from huffvec.errors import ConfigError
from huffvec.prediction import Prediction, Predictions, predict_contexts
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from huffvec.model.model import Model

# A tag, several of one document, or its vector (dim,).
Document: TypeAlias = "Word | Sequence[Word] | npt.ArrayLike"


def hidden_of_context(
    model: Model, context: Word | Sequence[Word], document: Document | None
) -> npt.NDArray[np.float32]:
    """Do the work of `huffvec.Model.hidden`."""
    words, weights = as_words(context), model.weights
    if not words and document is None:
        or_document = ", or be in a document" if model.tags is not None else ""
        raise ConfigError("the context must have at least one word" + or_document)
    rows, sizes = model.input_vectors[:0], None
    if words and ARCHITECTURES[model.config.architecture].has_word_vectors:
        spelled = [model.vectors.spelling(word) for word in words]
        rows = model.vectors[spelled]
        if model.config.subwords:
            sizes = np.diff(model.config.subwords.rows(spelled, model.vocabulary)[0])
    asked = Contexts.around(np.arange(len(words)), np.array([0, len(words)]))
    if document is not None:
        tags = document_rows(model, document)
        weights = {**weights, DOCUMENT_VECTORS.name: tags}
        asked = asked._replace(tag_ids=np.arange(len(tags)), tag_bounds=np.zeros(1, np.int64))
    return ARCHITECTURES[model.config.architecture].hidden(rows, asked, sizes, weights).vectors


def document_rows(model: Model, document: Document) -> npt.NDArray[np.float32]:
    """Return the vectors of a document's tags, float32 (n_tags, dim).

    Raises
    ------
    UnknownWordError
        If the model has no document with a tag.
    ConfigError
        If the model has no documents, there is no tag, or nothing is known of the document.
    """
    found: Any = document
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "f":
        tags = as_words(found)
        if not tags:
            raise ConfigError("a document must have at least one tag")
        rows: npt.NDArray[np.float32] = model.documents.query_rows(tags)
        return rows
    vectors, vector = model.documents, found.astype(np.float32)
    if vector.shape != (vectors.dim,):
        raise ConfigError(
            f"the vector of a document must have shape ({vectors.dim},), not {vector.shape}"
        )
    if not vector.any():
        raise ConfigError("the document's vector is zeros: nothing is known of it")
    return vector[None]


def log_prob(
    model: Model,
    target: Word,
    context: Word | Sequence[Word],
    document: Document | None,
    *,
    exact: bool,
) -> float:
    """Do the work of `huffvec.Model.log_prob`."""
    hidden = model.hidden(context, document=document)
    target_id = model.word_id(target)
    if exact:
        rows = np.arange(len(hidden))
        targets = np.full(len(hidden), target_id)
        log_probs = model.predictor.target_log_probs(hidden, rows, targets)
    else:
        log_z = model.bound.log_normaliser(model.output_vectors)
        if log_z is None:
            raise ConfigError(
                f"{model.objective.name} does not train its normaliser towards a constant, so "
                "probabilities without it mean nothing: leave out exact=False"
            )
        log_probs = hidden @ model.output_vectors[target_id] - log_z
    return float(np.logaddexp.reduce(log_probs) - np.log(len(hidden)))


def predict(model: Model, hidden: npt.NDArray[np.float32], k: int) -> list[Prediction]:
    """Return the k most probable words given hidden vectors, best first."""
    ids, log_probs = model.predictor.top(hidden, min(k, len(model.vocabulary)))
    return [
        Prediction(model.vocabulary.word(i), float(np.exp(log_prob)))
        for i, log_prob in zip(ids.tolist(), log_probs, strict=True)
    ]


def predict_many(
    model: Model,
    contexts: Sequence[Word | Sequence[Word]],
    k: int,
    documents: Sequence[Document] | npt.NDArray[np.float32] | None,
    exclude: Literal["context"] | None,
) -> Predictions:
    """Do the work of `huffvec.Model.predict_many`."""
    k = check_int("k", k, 1, 2**62)
    if exclude is not None:
        check_choice("exclude", exclude, ("context",))
    if documents is not None and not len(contexts):
        contexts = [()] * len(documents)
    ids = [[model.word_id(word) for word in as_words(context)] for context in contexts]
    if not ids or not (all(ids) or documents is not None):
        raise ConfigError(
            "there must be a context, and each must have at least one word, or be in a document"
        )
    joined = np.concatenate([np.array(own, np.int64) for own in ids])
    asked, rows = Contexts.around(joined, np.cumsum([0, *map(len, ids)])), None
    if documents is not None:
        if len(documents) != len(ids):
            raise ConfigError(f"there are {len(ids):,} contexts, but {len(documents):,} documents")
        of_each = [document_rows(model, document) for document in documents]
        rows = np.concatenate(of_each)
        bounds = np.cumsum([0, *map(len, of_each)])[:-1]
        asked = asked._replace(tag_ids=np.arange(len(rows)), tag_bounds=bounds)
    return predict_contexts(model, asked, k, exclude_context=exclude is not None, documents=rows)
