"""Encoded shares put together: the vocabulary and the corpus of one machine, to the byte.

Words get provisional ids as their shares come in, and all ids go to a temporary file. When all
words are known, those of the vocabulary take their places. So a share is in memory only while it
is taken in; the different words of all shares stay, with their counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np

from huffvec.corpus.building import counted, no_word
from huffvec.corpus.file import Corpus, CorpusRecord
from huffvec.corpus.options import RECORDED, InputOptions
from huffvec.corpus.sentences import (
    BLOCK_TOKENS,
    Sentences,
    nothing_kept,
    temporary_file,
    translate,
    write_array,
)
from huffvec.corpus.spread.encoding import EncodedShare
from huffvec.corpus.tag_lists import TagLists
from huffvec.corpus.tags import Tags
from huffvec.corpus.vocabulary import Vocabulary

if TYPE_CHECKING:
    from huffvec._text import WordMerger


@dataclass(frozen=True)
class Joining:
    """How encoded shares become a corpus.

    Attributes
    ----------
    name
        What the input is called in messages.
    options
        How it is read.
    min_count
        Words that occur less often are left out.
    vocabulary
        The words, if they are given.
    """

    name: str
    options: InputOptions
    min_count: int
    vocabulary: Vocabulary | None

    def join(self, shares: Iterable[EncodedShare]) -> Corpus:
        """Return the corpus of the shares, which are gone through once, in temporary files.

        Raises
        ------
        CorpusError
            If there is no word to count, or none is kept.
        OutputError
            If the temporary files cannot be written.
        """
        from huffvec import _text

        merger = None if self.vocabulary is not None else _text.WordMerger()
        with temporary_file() as ids_file, temporary_file() as offsets_file:
            taken = _Taken(merger, ids_file, offsets_file)
            for share in shares:
                taken.add(share)
            if taken.n_raw_tokens == 0:
                raise no_word(self.name)
            sentences = taken.sentences(self.options)
        return self._corpus(sentences, taken)

    def _corpus(self, sentences: Sentences, taken: _Taken) -> Corpus:
        """Return the corpus with the vocabulary's ids in place of the provisional ones."""
        vocabulary, n_types = self.vocabulary, 0
        if taken.merger is not None:
            lookup = taken.merger.finish(self.options.rules.native(self.min_count))
            vocabulary, n_types = counted(taken.merger, self.min_count), taken.merger.n_types
            sentences = translate(sentences, lookup)
        assert vocabulary is not None
        if sentences.n_tokens == 0:
            raise nothing_kept()
        record = CorpusRecord(
            n_raw_tokens=taken.n_raw_tokens,
            n_raw_sentences=taken.n_raw_sentences,
            n_types=n_types,
            min_count=self.min_count if self.vocabulary is None else 0,
            **{name: getattr(self.options, name) for name in RECORDED},
        )
        return Corpus(sentences, vocabulary, record)


class _Taken:
    """What has been taken in of the shares so far."""

    def __init__(
        self, merger: WordMerger | None, ids_file: IO[bytes], offsets_file: IO[bytes]
    ) -> None:
        self.merger = merger
        self.n_raw_tokens = self.n_raw_sentences = 0
        self._files = ids_file, offsets_file
        self._n_tokens = self._n_sentences = 0
        self._tags: TagLists | None = None
        write_array(offsets_file, np.zeros(1, np.int64))

    def add(self, share: EncodedShare) -> None:
        """Take in the next share."""
        ids_file, offsets_file = self._files
        lookup = None if self.merger is None else self.merger.add(share.words, share.counts)
        for begin in range(0, len(share.ids), BLOCK_TOKENS):
            ids = share.ids[begin : begin + BLOCK_TOKENS]
            write_array(ids_file, ids if lookup is None else lookup[ids])
        write_array(offsets_file, share.sentence_offsets[1:] + self._n_tokens)
        if share.tags is not None:
            self._tags = self._tags or TagLists()
            self._tags.add_codes("tags", *share.tags)
        self._n_tokens += len(share.ids)
        self._n_sentences += len(share.sentence_offsets) - 1
        self.n_raw_tokens += share.n_raw_tokens
        self.n_raw_sentences += share.n_raw_sentences

    def sentences(self, options: InputOptions) -> Sentences:
        """Return all sentences, as documents with their tags if they are to be."""
        sizes = self._n_tokens, self._n_sentences
        sentences = Sentences.mapped(*self._files, *sizes)
        if self._tags is not None:
            sentences.tags = self._tags.tags(sentences.sentence_offsets)
        elif options.has_documents:
            sentences.tags = Tags.by_position(sentences.sentence_offsets)
        return sentences
