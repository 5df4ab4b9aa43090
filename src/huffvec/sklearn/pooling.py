"""Vectors of documents from those of their words.

*mean*: the mean of the vectors of a document's tokens.

*sif* (smooth inverse frequency; Arora, Liang & Ma 2017, "A simple but tough-to-beat baseline for
sentence embeddings"): the mean of a / (a + p(w)) · v(w), where p(w) is the word's share of the
tokens; then the first singular vector u of the matrix of documents (not centered, as in the paper)
is removed: x - u uᵀ x. p and u are those of the documents that `Embedder.fit` has seen.

Tokens without a vector are left out and not counted; a document without any other is zeros.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse

from huffvec.corpus.tokens import as_words, is_one_word
from huffvec.corpus.white_space import split_words
from huffvec.errors import ConfigError, UnknownWordError
from huffvec.vectors.word_vectors import WordVectors

Documents = list[list[str]]
Floats = npt.NDArray[np.float32]


def text_column(data: Any) -> Any:
    """Return the only column of a table, or of an array of strings; the rest as it is.

    Tables are those of pandas, polars and pyarrow, and datasets of Hugging Face.

    Raises
    ------
    ConfigError
        If the table has several columns or none.
    """
    if isinstance(data, np.ndarray) and data.ndim == 2 and data.shape[1] == 1:
        column = data[:, 0]
        return column if all(isinstance(text, str) for text in column) else data
    columns = getattr(data, "column_names", getattr(data, "columns", None))
    if columns is not None and hasattr(data, "shape"):
        if len(columns) != 1:
            names = ", ".join(repr(str(name)) for name in list(columns)[:5])
            raise ConfigError(
                f"expected documents, not a table of {len(columns)} columns ({names:.80}): give "
                "one column, as frame['text'], or use a ColumnTransformer"
            )
        data = data[columns[0]]
    return data.to_pylist() if hasattr(data, "to_pylist") else data


def read_documents(data: Any, tokenizer: Callable[[str], Sequence[str]] | None) -> Documents:
    """Return the tokens of documents, given as strings or as lists of tokens.

    Raises
    ------
    ConfigError
        If data is one string or not iterable, a table of several columns, or a document is neither
        a string nor tokens.
    """
    data = text_column(data)
    if isinstance(data, (str, bytes)) or not isinstance(data, Iterable):
        raise ConfigError(
            f"expected documents, a list of strings or of lists of tokens, not {data!r:.80}"
        )
    split = tokenizer or split_words
    documents = []
    for number, document in enumerate(data):
        tokens = split(document) if isinstance(document, str) else document
        if isinstance(tokens, bytes) or not isinstance(tokens, Iterable):
            raise ConfigError(
                f"document {number} must be a string or a list of tokens, not {document!r:.80}"
            )
        tokens = list(tokens)
        for token in tokens:
            if not is_one_word(token):
                raise ConfigError(
                    f"document {number} must have strings or ids as tokens, not {token!r:.80}"
                )
        documents.append([str(token) for token in as_words(tokens)])
    return documents


def word_shares(documents: Documents) -> dict[str, float]:
    """Return the share of all tokens that each word has."""
    counts = Counter(itertools.chain.from_iterable(documents))
    n_tokens = counts.total()
    return {word: count / n_tokens for word, count in counts.items()}


def pool(
    vectors: WordVectors, documents: Documents, weight: Callable[[str], float] | None = None
) -> Floats:
    """Return the mean of weight(w) · v(w) over the tokens of each document, float32 (n, dim)."""
    words = list(dict.fromkeys(itertools.chain.from_iterable(documents)))
    known = [word for word in words if _has_vector(vectors, word)]
    columns = {word: column for column, word in enumerate(known)}
    ids = [[columns[token] for token in document if token in columns] for document in documents]
    sizes = np.array([len(row) for row in ids], np.int64)
    if not known:
        return np.zeros((len(documents), vectors.dim), np.float32)
    table = vectors[known]
    if weight is not None:
        table *= np.array([weight(word) for word in known], np.float32)[:, None]
    shares = np.repeat(1 / np.maximum(sizes, 1), sizes).astype(np.float32)
    places = np.fromiter(itertools.chain.from_iterable(ids), np.int64, int(sizes.sum()))
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    shape = (len(documents), len(known))
    means: Floats = scipy.sparse.csr_array((shares, places, offsets), shape=shape) @ table
    return means


def first_component(means: Floats) -> Floats:
    """Return the first right singular vector of a matrix (n, dim), float32 (dim,)."""
    exact = means.astype(np.float64)
    component: Floats = np.linalg.eigh(exact.T @ exact)[1][:, -1].astype(np.float32)
    return component


def without_component(means: Floats, component: Floats) -> Floats:
    """Return means (n, dim) without their part along a component (dim,) of length 1."""
    return means - np.outer(means @ component, component)


def _has_vector(vectors: WordVectors, word: str) -> bool:
    """Return whether a token has a vector; one that cannot be a word, as an empty one, has none."""
    try:
        return word in vectors or (vectors.has_subwords and vectors.has_vector(word))
    except UnknownWordError:
        return False
