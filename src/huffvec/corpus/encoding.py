"""From any input to a corpus that is ready for training."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_int
from huffvec.config import TrainingConfig
from huffvec.corpus.file import Corpus, CorpusRecord, is_corpus_file, load_corpus
from huffvec.corpus.given_words import GivenVocabulary, as_vocabulary
from huffvec.corpus.jobs import run_job
from huffvec.corpus.options import RECORDED, InputOptions
from huffvec.corpus.readers.pieces import Piece
from huffvec.corpus.readers.sources import (
    expand,
    file_pieces,
    is_names,
    is_plain_text,
    object_pieces,
)
from huffvec.corpus.sentences import Sentences, temporary_file
from huffvec.corpus.sentences import encode as encode_text
from huffvec.corpus.vocabulary import Vocabulary, VocabularyCount, check_counted, count_words
from huffvec.corpus.word_rules import RULES, WordRules
from huffvec.errors import ConfigError, CorpusError
from huffvec.progress import Progress
from huffvec.progress.showing import shows_progress
from huffvec.threads import thread_count

DEFAULT_MIN_COUNT = TrainingConfig().min_count

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.options import InputKeywords


@shows_progress
def encode(
    data: Any,
    *,
    min_count: int | None = None,
    vocabulary: GivenVocabulary | None = None,
    offsets: npt.ArrayLike | None = None,
    n_threads: int = 0,
    progress: Progress | bool | None = None,
    **options: Unpack[InputKeywords],
) -> Corpus:
    """Encode any input as word ids, once, for one training or many.

    Parameters
    ----------
    data
        File names: one or a list, with patterns, folders, ``-`` for standard input; text, also
        compressed, CSV, JSON lines, Parquet, Feather or ``.hvc``. Or an iterable of sentences
        (strings, lists of tokens, lists of ids), which is gone through once; a table or a column of
        pandas, polars, pyarrow or Hugging Face datasets; a NumPy array of ids.
    min_count
        Words that occur less often are left out; 5 if not given. A corpus that is encoded has its
        own, and refuses another.
    vocabulary
        Words to use instead of counting: others are left out, and ids and counts are its own. What
        `huffvec.train` takes.
    offsets
        Where each sequence begins in an array of ids and the last ends; one sequence if left out.
    n_threads
        0: all processors that the process may use.
    progress
        Called about ten times a second with a stage's name, the bytes done and the bytes in all;
        True shows a bar, in terminals and notebooks.
    **options
        Fields of `huffvec.corpus.InputOptions`, e.g. ``column="text"``, ``lowercase=True``.

    Raises
    ------
    ConfigError
        If an option is unknown or out of its range.
    CorpusError
        If the input cannot be read or leaves no word.
    OutputError
        If the temporary files cannot be written (the disk is full, say).
    MissingExtraError
        If a package that this kind of input needs is not installed.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    return _encoded(
        data,
        InputOptions.of(**options),
        min_count=min_count,
        vocabulary=None if vocabulary is None else as_vocabulary(vocabulary),
        offsets=offsets,
        n_threads=n_threads,
        progress=progress,
    )


@contextmanager
def open_corpus(
    data: Any,
    options: InputOptions,
    *,
    min_count: int | None = None,
    vocabulary: Vocabulary | None = None,
    offsets: npt.ArrayLike | None = None,
    n_threads: int = 0,
    progress: Progress | None = None,
) -> Iterator[Corpus]:
    """Open any input as a corpus, for the ``with`` statement that it is needed in.

    What is encoded here, or was in a file, is closed at the end; a `Corpus` that is given stays
    open. Parameters and errors are those of `encode`, with the options in a record.
    """
    corpus = _encoded(
        data,
        options,
        min_count=min_count,
        vocabulary=vocabulary,
        offsets=offsets,
        n_threads=n_threads,
        progress=progress,
    )
    try:
        yield corpus
    finally:
        if corpus is not data:
            corpus.close()


def _encoded(
    data: Any,
    options: InputOptions,
    *,
    min_count: int | None = None,
    vocabulary: Vocabulary | None = None,
    offsets: npt.ArrayLike | None = None,
    n_threads: int = 0,
    progress: Progress | None = None,
) -> Corpus:
    """Do the work of `encode`, with the options in a record."""
    asked, min_count = min_count, DEFAULT_MIN_COUNT if min_count is None else min_count
    min_count = check_int("min_count", min_count, 1, 2**62)
    if isinstance(data, Corpus):
        return _kept(data, vocabulary, asked, options)
    if vocabulary is not None and options.rules != WordRules():
        raise ConfigError(
            f"{', '.join(RULES)} are rules for counting words: leave them out where a vocabulary "
            "is given"
        )
    building = _Building(options, min_count, vocabulary, n_threads, progress)
    if not is_names(data):
        return building.run(object_pieces(data, offsets, options))
    if offsets is not None:
        raise ConfigError("offsets belong to a NumPy array of whole numbers, not to files")
    paths = expand(data)
    corpora = _corpora(paths)
    if corpora and len(paths) > 1:
        raise CorpusError(f"{corpora[0]}: an encoded corpus cannot be joined with other files.")
    if corpora:
        return _kept(load_corpus(paths[0]), vocabulary, asked, options)
    if vocabulary is None and _reads_twice(paths, options):
        return _prepare_text(paths, options, min_count, n_threads, progress)
    return building.run(file_pieces(paths, options, progress))


def count(
    data: Any,
    options: InputOptions,
    *,
    min_count: int | None = None,
    n_threads: int = 0,
    progress: Progress | None,
) -> tuple[Vocabulary, CorpusRecord]:
    """Return the vocabulary of an input and what is known about it; as `encode` otherwise."""
    asked, min_count = min_count, DEFAULT_MIN_COUNT if min_count is None else min_count
    if is_names(data):
        paths = expand(data)
        is_text = not _corpora(paths)
        if is_text and _reads_twice(paths, options):
            counted = count_words(
                paths,
                min_count=min_count,
                n_threads=n_threads,
                rules=options.rules,
                errors=options.errors,
                progress=progress,
            )
            return counted.vocabulary, _record_of(counted, min_count, options)
        if is_text:
            building = _Building(options, min_count, None, n_threads, progress)
            return building.count(file_pieces(paths, options, progress))
    with open_corpus(
        data, options, min_count=asked, n_threads=n_threads, progress=progress
    ) as corpus:
        return corpus.vocabulary, corpus.record


def asked_min_count(config: Any, given: Mapping[str, Any]) -> int | None:
    """Return the min_count that options ask for, ``None`` if it is only the default.

    Parameters
    ----------
    config
        A `TrainingConfig`, a dict of its fields or None.
    given
        Options that replace its fields.
    """
    if isinstance(config, TrainingConfig):
        is_default = config.min_count == DEFAULT_MIN_COUNT
        config = {} if is_default else {"min_count": config.min_count}
    fields = config if isinstance(config, Mapping) else {}  # `TrainingConfig.of` refuses the rest
    asked: int | None = {**fields, **given}.get("min_count")
    return asked


def _corpora(paths: Sequence[Path]) -> list[Path]:
    """Return the files that are encoded corpora."""
    return [path for path in paths if path.is_file() and is_corpus_file(path)]


def _reads_twice(paths: Sequence[Path], options: InputOptions) -> bool:
    """Return whether the engine itself can read the files, any number of times."""
    is_plain = options.without_rules() == InputOptions(errors=options.errors)
    return is_plain and all(map(is_plain_text, paths))


def _prepare_text(
    paths: Sequence[Path],
    options: InputOptions,
    min_count: int,
    n_threads: int,
    progress: Progress | None,
) -> Corpus:
    """Encode text files in two passes, which all threads read at different places."""
    counted = count_words(
        paths,
        min_count=min_count,
        rules=options.rules,
        n_threads=n_threads,
        errors=options.errors,
        progress=progress,
    )
    encoded = encode_text(
        paths,
        counted.vocabulary,
        n_threads=n_threads,
        errors=options.errors,
        progress=progress,
        stamps=counted.stamps,
    )
    return Corpus(encoded, counted.vocabulary, _record_of(counted, min_count, options))


def _record_of(counted: VocabularyCount, min_count: int, options: InputOptions) -> CorpusRecord:
    return CorpusRecord(
        counted.n_raw_tokens,
        counted.n_sentences,
        counted.n_types,
        min_count=min_count,
        **_recorded(options),
    )


def _kept(
    corpus: Corpus, vocabulary: Vocabulary | None, min_count: int | None, options: InputOptions
) -> Corpus:
    """Return an encoded corpus as it is, or raise ConfigError at options that come too late."""
    record = corpus.record
    if record.min_count and min_count not in (record.min_count, None):
        raise ConfigError(
            f"min_count: the corpus was encoded with {record.min_count}, not {min_count}: leave it "
            "out, or encode the text again"
        )
    if vocabulary is not None and not np.array_equal(
        vocabulary.word_bytes(), corpus.vocabulary.word_bytes()
    ):
        raise ConfigError("the corpus is encoded with another vocabulary: encode the text again")
    defaults, as_read = InputOptions(), InputOptions(**_recorded(record))
    late = [
        field.name
        for field in fields(InputOptions)
        if field.name not in ("errors", "vocab_memory", "max_line")  # of reading, not of results
        and getattr(options, field.name)
        not in (getattr(defaults, field.name), getattr(as_read, field.name))
    ]
    if late:
        raise ConfigError(
            f"an encoded corpus is read as it is: give {', '.join(late)} when it is encoded"
        )
    return corpus


def _recorded(options: InputOptions | CorpusRecord) -> dict[str, Any]:
    return {name: getattr(options, name) for name in RECORDED}


class _Building:
    """One pass over pieces, on several threads."""

    def __init__(
        self,
        options: InputOptions,
        min_count: int,
        vocabulary: Vocabulary | None,
        n_threads: int,
        progress: Progress | None,
    ) -> None:
        self._options = options
        self._min_count = min_count
        self._vocabulary = vocabulary
        self._n_threads = thread_count(n_threads)
        self._progress = progress

    def run(self, pieces: Iterable[Piece]) -> Corpus:
        """Encode the pieces, and the vocabulary if there is none."""
        vocabulary = self._vocabulary
        with ExitStack() as stack:
            files = [stack.enter_context(temporary_file(None)) for _ in range(3)]
            builder = self._build(pieces, files, count_only=False)
            if vocabulary is None:
                vocabulary = check_counted(builder, self._min_count)
            if builder.n_kept_tokens == 0:
                raise CorpusError("no token of the text is a word of the vocabulary.")
            files[0].truncate(4 * builder.n_kept_tokens)
            encoded = Sentences(
                np.memmap(files[0], np.int32, "r", shape=(builder.n_kept_tokens,)),
                np.memmap(files[1], np.int64, "r", shape=(builder.n_kept_sentences + 1,)),
            )
        return Corpus(encoded, vocabulary, self._record(builder))

    def count(self, pieces: Iterable[Piece]) -> tuple[Vocabulary, CorpusRecord]:
        """Make the vocabulary alone, which takes half the time."""
        with ExitStack() as stack:
            files = [stack.enter_context(temporary_file(None)) for _ in range(3)]
            builder = self._build(pieces, files, count_only=True)
            return check_counted(builder, self._min_count), self._record(builder)

    def _build(self, pieces: Iterable[Piece], files: list[Any], *, count_only: bool) -> Any:
        """Give the pieces to the engine and wait for its result in the files."""
        from huffvec import _text

        vocabulary = self._vocabulary
        builder = _text.CorpusBuilder(
            np.empty(0, np.uint8) if vocabulary is None else vocabulary.word_bytes(),
            ids_fd=files[0].fileno(),
            offsets_fd=files[1].fileno(),
            runs_fd=files[2].fileno(),
            rules=self._options.rules.native(self._min_count),
            n_threads=self._n_threads,
            # A table that grows takes three times its size for a moment.
            table_bytes=self._options.vocab_bytes // (3 * self._n_threads),
            replace_errors=self._options.errors == "replace",
            count_only=count_only,
        )
        self._add_all(pieces, builder)
        builder.finish()
        run_job(builder, "encoding text", self._progress)
        if builder.n_tokens == 0:
            raise CorpusError("the input has no word, expected at least one.")
        return builder

    def _record(self, builder: Any) -> CorpusRecord:
        return CorpusRecord(
            n_raw_tokens=builder.n_tokens,
            n_raw_sentences=builder.n_sentences,
            n_types=builder.n_types,
            min_count=self._min_count if self._vocabulary is None else 0,
            **_recorded(self._options),
        )

    def _add_all(self, pieces: Iterable[Piece], builder: Any) -> None:
        """Give all pieces to the engine, a few at a time; the first error of any is raised."""
        waiting: deque[Future[None]] = deque()
        with ThreadPoolExecutor(self._n_threads) as pool:
            try:
                for number, piece in enumerate(pieces):
                    waiting.append(pool.submit(piece.add, builder, number))
                    if len(waiting) > 2 * self._n_threads:
                        waiting.popleft().result()
                while waiting:
                    waiting.popleft().result()
            except BaseException:
                builder.abandon()  # the others would wait for a piece that does not come
                pool.shutdown(cancel_futures=True)
                raise
