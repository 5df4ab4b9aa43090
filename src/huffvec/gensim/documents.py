"""Documents with tags as numbers, and the rows that gensim gives to tags."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from gensim.models import doc2vec
from gensim.models.keyedvectors import prep_vectors

from huffvec.corpus.sentences import Sentences
from huffvec.corpus.tags import Tags
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError
from huffvec.gensim.encoding import EncodedText, IdBlocks, Numbers
from huffvec.memory import check_memory

_INT_BYTES = 40  # of a number in the list of keys


@dataclass(frozen=True)
class EncodedDocuments(EncodedText):
    """The documents of a corpus in numbers of its own, with their tags.

    Attributes
    ----------
    tags
        The different tags, in the order in which they first occur.
    tag_ids
        The numbers of the tags of all documents, int32 (n,).
    tag_lengths
        Tags of each document, int64 (n_sentences,).
    """

    tags: list[Hashable]
    tag_ids: npt.NDArray[np.int32]
    tag_lengths: npt.NDArray[np.int64]

    def lengths_of(self, sentences: Sequence[Any]) -> npt.NDArray[np.int64]:
        """Return how many words documents have, int64 (n_documents,)."""
        return super().lengths_of([document.words for document in sentences])

    def sentences(self, model: Any) -> Sentences:
        """Return the documents in a model's indexes, with tags; some may be empty.

        Words and tags that the model lacks are left out, and so is a tag that a document has twice.

        Raises
        ------
        CorpusError
            If it has none of the words.
        """
        row_of = np.array([model.dv.get_index(tag, default=-1) for tag in self.tags], np.int32)
        rows = row_of[self.tag_ids]
        document_of = np.repeat(np.arange(self.n_sentences), self.tag_lengths)
        pairs = np.stack([document_of, rows], axis=1)[rows >= 0]
        if len(pairs) > self.n_sentences or (self.tag_lengths > 1).any():
            pairs = np.unique(pairs, axis=0)
        offsets = np.searchsorted(pairs[:, 0], np.arange(self.n_sentences + 1)).astype(np.int64)
        names = "\n".join(map(str, range(len(model.dv)))).encode()
        vocabulary = Vocabulary.from_bytes(
            np.frombuffer(names, np.uint8), np.zeros(len(model.dv), np.int64)
        )
        tags = Tags(vocabulary, offsets, pairs[:, 1].astype(np.int32))
        return self._translated(model, self.lengths, tags)


def encode_documents(documents: Iterable[Any]) -> EncodedDocuments:
    """Return documents, each with its ``words`` and ``tags``, as numbers.

    Raises
    ------
    TypeError
        If one is something else.
    OutputError
        If there is no room for the temporary file that numbers of large texts are in.
    """
    words, tags = Numbers(), Numbers()
    lengths, tag_lengths, tag_ids, blocks = array("q"), array("q"), array("i"), IdBlocks()
    word_number, tag_number = words.__getitem__, tags.__getitem__
    for document in documents:
        check_document(document)
        lengths.append(len(document.words))
        blocks.extend(map(word_number, document.words))
        tag_lengths.append(len(document.tags))
        tag_ids.extend(map(tag_number, document.tags))
    return EncodedDocuments(
        list(words),
        blocks.ids(),
        np.array(lengths, np.int64),
        list(tags),
        np.array(tag_ids, np.int32),
        np.array(tag_lengths, np.int64),
    )


def check_document(document: Any) -> None:
    """Raise TypeError unless a document has words and a list of tags."""
    kind = type(document).__name__
    if not hasattr(document, "words") or not hasattr(document, "tags"):
        raise TypeError(
            f"documents must be gensim's TaggedDocument(words, tags), found a {kind}: "
            "give TaggedDocument(words, [number]) for the words and the number of each"
        )
    if isinstance(document.tags, (int, np.integer)):
        raise TypeError(
            f"tags of a TaggedDocument must be a list, found {document.tags!r}: "
            f"give [{document.tags!r}]"
        )


def warn_of_text(document: Any) -> None:
    """Say in gensim's log that words, or tags, are one text, whose letters are taken for them."""
    kinds = {"words": "words (usually unicode strings)", "tags": "tags"}
    for name, kind in kinds.items():
        found = getattr(document, name)
        if isinstance(found, str):
            doc2vec.logger.warning(
                "Each %r should be a list of %s. First %r here is instead plain %s.",
                name,
                kind,
                name,
                type(found),
            )


def add_tags(dv: Any, text: EncodedDocuments, seed: int) -> None:
    """Give rows to the tags of documents, as gensim does; tags that have rows keep their vectors.

    Whole numbers are rows themselves, and every number up to the largest has one. The other tags
    follow, in order, with how many documents and words each has as ``doc_count`` and
    ``word_count``. (gensim forgets the tags that it had.)

    Parameters
    ----------
    dv
        gensim's vectors.
    text
        The documents.
    seed
        Of the start vectors of new rows, if there are rows already.

    Raises
    ------
    ConfigError
        If a whole number is negative.
    TooLargeError
        If there is no memory for the rows.
    """
    names, is_int = list(dv.key_to_index), [isinstance(tag, (int, np.integer)) for tag in text.tags]
    n_old = len(dv.index_to_key)
    old_ints = n_old - len(names)
    ints = [int(tag) for tag, is_one in zip(text.tags, is_int, strict=True) if is_one]  # type: ignore[call-overload]
    n_ints = max([old_ints, *(tag + 1 for tag in ints)])
    _check_ints(min(ints, default=0), n_ints, dv.vector_size)
    new = [tag for tag, is_one in zip(text.tags, is_int, strict=True) if not is_one]
    names += [tag for tag in new if tag not in dv.key_to_index]
    _warn(n_ints, len(names), text.n_sentences, dv.vector_size)
    dv.index_to_key = [*range(n_ints), *names]
    dv.key_to_index = {tag: n_ints + number for number, tag in enumerate(names)}
    moved = np.arange(n_old)
    moved[old_ints:] += n_ints - old_ints
    if n_old and len(dv.vectors):
        vectors = prep_vectors((len(dv), dv.vector_size), seed=seed)
        vectors[moved] = dv.vectors
        dv.vectors = vectors
    if names:
        _count(dv, text, np.array(is_int, bool), moved)


def _check_ints(least: int, n_ints: int, vector_size: int) -> None:
    """Raise an error unless whole numbers can be rows, from the least tag to the last row."""
    if least < 0:
        raise ConfigError(
            f"tags that are whole numbers must be rows, from 0 on, found {least}: "
            f"give it as text, {str(least)!r}"
        )
    check_memory(
        n_ints * (vector_size * np.dtype(np.float32).itemsize + _INT_BYTES),
        f"a vector for each whole number up to the largest tag, {n_ints - 1:,},",
        "give such tags as text, or number the documents from 0 on",
    )


def _count(
    dv: Any, text: EncodedDocuments, is_int: npt.NDArray[np.bool_], moved: npt.NDArray[np.int64]
) -> None:
    """Add up the documents and the words of tags that are not whole numbers."""
    lengths = np.repeat(text.lengths, text.tag_lengths)
    rows = np.array([dv.get_index(tag, default=-1) for tag in text.tags], np.int64)[~is_int]
    for name, weights in (("word_count", lengths), ("doc_count", None)):
        counts = np.bincount(text.tag_ids, weights, len(text.tags)).astype(np.int64)
        before = dv.expandos.get(name)
        dv.expandos[name] = np.zeros(len(dv), np.int64)
        if before is not None:
            dv.expandos[name][moved] = before
        dv.expandos[name][rows] += counts[~is_int]


def _warn(n_ints: int, n_names: int, n_documents: int, vector_size: int) -> None:
    """Say in gensim's log, in its words, what looks wrong with tags."""
    if n_names > n_documents:
        doc2vec.logger.warning("More unique tags (%i) than documents (%i).", n_names, n_documents)
    excess = n_ints - 1 - n_documents
    if excess > 0:
        doc2vec.logger.warning(
            "Highest int doctag (%i) larger than count of documents (%i). This means "
            "at least %i excess, unused slots (%i bytes) will be allocated for vectors.",
            n_ints - 1,
            n_documents,
            excess,
            excess * vector_size * np.dtype(np.float32).itemsize,
        )
