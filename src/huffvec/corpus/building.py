"""The engine's one pass over pieces of a corpus: words get ids while they are counted.

The ids are provisional. They go to a temporary file, and when all words are known the engine puts
in their places those of the vocabulary. So any input is read once, plain files and pipes alike.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np

from huffvec.corpus.file import Corpus, CorpusRecord
from huffvec.corpus.jobs import run_job
from huffvec.corpus.options import RECORDED, InputOptions
from huffvec.corpus.readers.pieces import Piece
from huffvec.corpus.sentences import Sentences, nothing_kept, temporary_file
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError, OptionName
from huffvec.progress import Progress

if TYPE_CHECKING:
    from huffvec._text import CorpusBuilder, WordMerger


class Counted(NamedTuple):
    """What counting the words of an input has found.

    Attributes
    ----------
    vocabulary
        The words that occur often enough, as far as the rules let them stay.
    record
        What is known about all words, the rarer ones too.
    """

    vocabulary: Vocabulary
    record: CorpusRecord


@dataclass(frozen=True)
class Building:
    """How pieces become a corpus.

    Attributes
    ----------
    name
        What the input is called in messages.
    options
        How it is read.
    min_count
        Words that occur less often are left out.
    vocabulary
        Words to use instead of counting them.
    n_threads
        How many threads, at least one.
    progress
        Told of ("encoding text", bytes done, bytes in all).
    """

    name: str
    options: InputOptions
    min_count: int
    vocabulary: Vocabulary | None
    n_threads: int
    progress: Progress | None

    def encode(
        self, pieces: Iterable[Piece], *, keeps_empty: bool = False, is_share: bool = False
    ) -> Corpus:
        """Return the corpus of the pieces, in temporary files.

        Sentences without a word that is kept stay if they are to, as empty ones, even if all are.
        A share of an input may have no word at all.

        Raises
        ------
        CorpusError
            If there is no word to count, or none is kept, unless empty sentences are.
        OutputError
            If the temporary files cannot be written.
        """
        with self._built(pieces, count_only=False, keeps_empty=keeps_empty) as (builder, files):
            vocabulary = self.vocabulary
            if not is_share:
                self._check_words(builder, keeps_empty)
            if vocabulary is None and builder.n_tokens == 0:
                vocabulary = Vocabulary([], [])
            elif vocabulary is None:
                vocabulary = counted(builder, self.min_count)
            if builder.n_kept_tokens == 0 and not (keeps_empty or is_share):
                raise nothing_kept()
            files[0].truncate(4 * builder.n_kept_tokens)
            sizes = builder.n_kept_tokens, builder.n_kept_sentences
            sentences = Sentences.mapped(files[0], files[1], *sizes)
            return Corpus(sentences, vocabulary, self._record(builder))

    def count(self, pieces: Iterable[Piece]) -> Counted:
        """Count the words of the pieces without keeping ids, which takes less time and no disk.

        Raises
        ------
        CorpusError, OutputError
            As `encode`.
        """
        with self._built(pieces, count_only=True) as (builder, _):
            self._check_words(builder)
            return Counted(counted(builder, self.min_count), self._record(builder))

    @contextmanager
    def _built(
        self, pieces: Iterable[Piece], *, count_only: bool, keeps_empty: bool = False
    ) -> Iterator[tuple[CorpusBuilder, list[IO[bytes]]]]:
        """Give the pieces to the engine and wait for its result, in files for ids and offsets."""
        from huffvec import _text

        vocabulary, options = self.vocabulary, self.options
        with ExitStack() as stack:
            files = [stack.enter_context(temporary_file()) for _ in range(3)]
            builder = _text.CorpusBuilder(
                np.empty(0, np.uint8) if vocabulary is None else vocabulary.word_bytes(),
                ids_fd=files[0].fileno(),
                offsets_fd=files[1].fileno(),
                runs_fd=files[2].fileno(),
                rules=options.rules.native(self.min_count),
                n_threads=self.n_threads,
                # A table that grows takes three times its size for a moment.
                table_bytes=options.vocab_bytes // (3 * self.n_threads),
                replace_errors=options.errors == "replace",
                count_only=count_only,
                keeps_empty=keeps_empty,
            )
            _add_all(pieces, builder, self.n_threads)
            builder.finish()
            run_job(builder, "encoding text", None if count_only else self.progress)
            yield builder, files

    def _check_words(self, builder: CorpusBuilder, keeps_empty: bool = False) -> None:
        """Raise CorpusError if there is no word, unless empty sentences of given words will do."""
        if builder.n_tokens == 0 and (self.vocabulary is None or not keeps_empty):
            raise no_word(self.name)

    def _record(self, builder: CorpusBuilder) -> CorpusRecord:
        return CorpusRecord(
            n_raw_tokens=builder.n_tokens,
            n_raw_sentences=builder.n_sentences,
            n_types=builder.n_types,
            min_count=self.min_count if self.vocabulary is None else 0,
            **{name: getattr(self.options, name) for name in RECORDED},
        )


def no_word(name: str) -> CorpusError:
    """Return the error of an input of this name without a word."""
    return CorpusError(f"{name}: has no word, expected at least one.")


def _add_all(pieces: Iterable[Piece], builder: CorpusBuilder, n_threads: int) -> None:
    """Give all pieces to the engine, a few at a time; the first one's error is raised."""
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(n_threads) as pool:
        try:
            for number, piece in enumerate(pieces):
                waiting.append(pool.submit(piece.add, builder, number))
                if len(waiting) > 2 * n_threads:
                    waiting.popleft().result()
            while waiting:
                waiting.popleft().result()
        except BaseException:
            builder.abandon()  # the others would wait for a piece that does not come
            pool.shutdown(cancel_futures=True)
            raise


def counted(builder: CorpusBuilder | WordMerger, min_count: int) -> Vocabulary:
    """Return the vocabulary that was counted, or raise CorpusError if no word is left."""
    counts = builder.counts()
    if len(counts):
        return Vocabulary.from_bytes(builder.words(), counts)
    if builder.top_count == 0:
        raise CorpusError(
            f"no word is left: drop_words has all of the {builder.n_types} different words."
        )
    word = builder.top_word.decode()
    raise CorpusError(
        f"no word is left: none occurs {min_count} times. The most frequent of "
        f"{builder.n_types} words is {word if len(word) <= 50 else f'{word[:50]}…'!r} with "
        f"{builder.top_count}. Set ",
        OptionName("min_count"),
        f" to at most {builder.top_count}, or give more text.",
    )
