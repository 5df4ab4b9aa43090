"""Sentences out of Python objects: strings, lists of tokens, lists of ids."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.arrays import LARGEST_ID, too_large
from huffvec.corpus.readers.batches import Batch, Ids, Texts, Tokens
from huffvec.corpus.readers.pieces import Piece
from huffvec.errors import CorpusError, OptionName


def sentence_pieces(sentences: Iterable[Any], name: str, options: InputOptions) -> Iterator[Piece]:
    """Yield the pieces of sentences, each a string, tokens or ids: all of the first one's kind.

    Documents stay where they are, if they are empty or missing (None), too.

    Parameters
    ----------
    sentences
        Gone through once.
    name
        What to call them in messages.
    options
        What is done to strings and tokens.

    Raises
    ------
    CorpusError
        If a sentence is of another kind, or a token empty or with a line feed.
    """
    batch: Batch | None = None
    are_documents, n_empty = options.has_documents, 0  # before the first that tells the kind
    for pos, sentence in enumerate(sentences):
        try:
            if batch is None:
                batch = _batch_for(sentence, name, options)
                if batch is None:
                    n_empty += 1
                    continue
                for place in range(n_empty if are_documents else 0):
                    batch.add(place, batch.empty)
            is_missing = sentence is None and are_documents
            batch.add(pos, batch.empty if is_missing else sentence)
        except TypeError:
            raise CorpusError(_explain_kind(name, pos, sentence, batch)) from None
        if batch.is_full():
            yield batch.take()
    if batch is None and are_documents and n_empty:
        batch = Tokens(name, options)
        for place in range(n_empty):
            batch.add(place, batch.empty)
    if batch is not None:
        yield batch.take()


def _batch_for(sentence: Any, name: str, options: InputOptions) -> Batch | None:
    """Return an empty batch for sentences of this kind; None where an empty one does not tell."""
    if isinstance(sentence, str):
        return Texts(name, options)
    if sentence is None and options.has_documents:
        return None
    if isinstance(sentence, (bytes, Mapping)):
        raise TypeError
    if options.has_documents and _is_pair(sentence):
        raise CorpusError(
            f"{name}: {kind_of(sentence)} seems to be a text and its tags, not tokens: say so (",
            OptionName("tags", "given"),
            "), or give tokens as a list.",
        )
    if isinstance(sentence, np.ndarray):
        return (Ids if sentence.dtype.kind in "iu" else Tokens)(name, options)
    for token in sentence:
        if isinstance(token, (int, np.integer)) and not isinstance(token, bool):
            return Ids(name, options)
        return Tokens(name, options)
    return None


def _is_pair(sentence: Any) -> bool:
    """Return whether a document looks like a text and its tags rather than like tokens."""
    if not isinstance(sentence, tuple) or len(sentence) != 2:
        return False
    text, tags = sentence
    is_text = isinstance(text, str) and len(text.split()) > 1
    return is_text or (isinstance(text, (str, list, tuple)) and isinstance(tags, (list, tuple)))


def _explain_kind(name: str, pos: int, sentence: Any, batch: Batch | None) -> str:
    """Return what is wrong with a sentence."""
    where = f"{name}: sentence {pos + 1}"
    inner = isinstance(sentence, (list, tuple, np.ndarray)) and _explain_item(sentence, batch)
    if inner:
        return f"{where}: {inner}"
    kinds = {Texts: "text", Tokens: "a list of tokens", Ids: "a list of whole numbers"}
    expected = "text, a list of tokens or a list of ids"
    if batch is not None:
        expected = f"{kinds[type(batch)]} as those before it"
    hint = ""
    if isinstance(sentence, bytes):
        hint = " Decode bytes first."
    if isinstance(sentence, Mapping):
        hint = f" Name one of its keys as column: {', '.join(map(str, sentence))}."
    return f"{where} is {kind_of(sentence)}, expected {expected}.{hint}"


def _explain_item(sentence: Any, batch: Batch | None) -> str:
    """Return what is wrong with the first token or id that is not of the batch's kind, if any."""
    for place, item in enumerate(sentence, 1):
        if isinstance(batch, Tokens) and not isinstance(item, str):
            return f"token {place} is {kind_of(item)}, expected text."
        if isinstance(batch, Ids):
            if isinstance(item, bool) or not isinstance(item, (int, np.integer)):
                return f"id {place} is {kind_of(item)}, expected a whole number."
            if not -LARGEST_ID <= int(item) + 1 <= LARGEST_ID + 1:
                return too_large(item)
    return ""


def kind_of(value: object) -> str:
    """Return a value's type and its beginning, for messages."""
    if value is None:
        return "missing (None)"
    text = value if isinstance(value, str) else reprlib.repr(value)
    return f"{type(value).__name__} ({text[:40]!r})"
