"""A share of an input, read and encoded by one worker, with ids of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.building import Building
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.files import file_pieces
from huffvec.corpus.readers.objects import object_pieces
from huffvec.corpus.readers.pieces import Piece
from huffvec.corpus.readers.streams import open_lines
from huffvec.corpus.readers.text import TEXT
from huffvec.corpus.spread.shares import Files, Lines, Share
from huffvec.corpus.tagged import TaggedReader
from huffvec.corpus.vocabulary import Vocabulary

TagCodes = tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class EncodedShare:
    """What a worker has made of a share: plain arrays, which travel as they are.

    Attributes
    ----------
    n_bytes
        How many bytes of the input the share is.
    ids
        The words of all tokens, int32 (n_tokens,): places in words, or in a vocabulary that was
        given.
    sentence_offsets
        Where each sentence begins in ids, and n_tokens: int64 (n_sentences + 1,).
    words
        All different words in UTF-8, joined by line feeds, uint8; none if a vocabulary was given.
    counts
        How often each occurs, int64.
    n_raw_tokens, n_raw_sentences
        As in `huffvec.corpus.file.CorpusRecord`.
    tags
        The tags of documents (`huffvec.corpus.tag_lists.TagLists.codes`), where they are given.
    """

    n_bytes: int
    ids: npt.NDArray[np.int32]
    sentence_offsets: npt.NDArray[np.int64]
    words: npt.NDArray[np.uint8]
    counts: npt.NDArray[np.int64]
    n_raw_tokens: int
    n_raw_sentences: int
    tags: TagCodes | None


@dataclass(frozen=True)
class ShareEncoder:
    """Encodes shares: a function that any worker can run, which gets all it needs.

    Attributes
    ----------
    name
        What the input is called in messages.
    options
        How it is read.
    vocabulary
        Words to use instead of those that the share has.
    n_threads
        How many threads, at least one.
    """

    name: str
    options: InputOptions
    vocabulary: Vocabulary | None
    n_threads: int

    def __call__(self, share: Share) -> EncodedShare:
        """Return the share's ids and words.

        Raises
        ------
        CorpusError
            If the share cannot be read.
        OutputError
            If there is no room for temporary files.
        """
        every_word = self.options.but(max_words=None, keep_words=(), drop_words=())
        building = Building(self.name, every_word, 1, self.vocabulary, self.n_threads, None)
        with _pieces(share, self.options) as (pieces, tagged):
            corpus = building.encode(pieces, keeps_empty=self.options.has_documents, is_share=True)
        counted = corpus.vocabulary if self.vocabulary is None else Vocabulary([], [])
        return EncodedShare(
            share.n_bytes,
            np.asarray(corpus.ids),
            np.asarray(corpus.sentence_offsets),
            counted.word_bytes(),
            counted.counts,
            corpus.record.n_raw_tokens,
            corpus.record.n_raw_sentences,
            None if tagged is None else tagged.lists.codes(),
        )


MapShares = Callable[[ShareEncoder, Sequence[Share]], Iterable[EncodedShare]]
"""Gives what a function makes of each share, in their order: ``map``, or one that asks workers."""


@contextmanager
def _pieces(
    share: Share, options: InputOptions
) -> Iterator[tuple[Iterator[Piece], TaggedReader | None]]:
    """Open a share; yield its pieces, and what collects tags in them if they are given."""
    if isinstance(share, Lines):
        with open_lines(share.path, share.begin, share.end) as stream:
            yield TEXT.read(stream, options), None
        return
    data: Any = list(share.paths) if isinstance(share, Files) else share.data
    if options.has_given_tags:
        tagged = TaggedReader(data, options, None)
        yield tagged.pieces(), tagged
    elif isinstance(share, Files):
        yield file_pieces(share.paths, options, None), None
    else:
        yield object_pieces(data, None, options), None
