"""From any input to a corpus that is ready for training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from huffvec.checks import check_int
from huffvec.corpus.building import Building, Counted, no_word
from huffvec.corpus.file import Corpus, is_corpus_file, load_corpus
from huffvec.corpus.fixed import check_fixed
from huffvec.corpus.given_words import GivenVocabulary, as_vocabulary
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.files import file_pieces
from huffvec.corpus.readers.objects import object_pieces
from huffvec.corpus.readers.pieces import Piece
from huffvec.corpus.readers.sources import expand, is_names, names_of
from huffvec.corpus.sentences import nothing_kept
from huffvec.corpus.tags import Tags
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.corpus.word_rules import RULES, WordRules
from huffvec.errors import ConfigError, CorpusError, OptionName
from huffvec.progress import Progress
from huffvec.progress.showing import shows_progress
from huffvec.shared_options import DEFAULT_MIN_COUNT
from huffvec.threads import thread_count

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.options import InputKeywords
    from huffvec.corpus.spread import Spread
    from huffvec.corpus.tagged import TaggedReader


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
        pandas, polars, pyarrow or Hugging Face datasets; a Ray Dataset; a NumPy array of ids.
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


@shows_progress
def count_words(
    data: Any,
    *,
    min_count: int | None = None,
    n_threads: int = 0,
    progress: Progress | bool | None = None,
    **options: Unpack[InputKeywords],
) -> Counted:
    """Count the words of any input, which takes less time than encoding it, and no disk space.

    Parameters and errors are those of `encode`.

    Returns
    -------
    Counted
        The vocabulary, and the record of a corpus that would be encoded with it.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    reading = InputOptions.of(**options)
    data = _files_of(data)
    if _is_encoded(data):
        with open_corpus(data, reading, min_count=min_count) as corpus:
            return Counted(corpus.vocabulary, corpus.record)
    min_count, n_threads = _checked(min_count), thread_count(n_threads)
    name, pieces, _ = input_pieces(data, reading, None, progress)
    return Building(name, reading, min_count, None, n_threads, progress).count(pieces)


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
    spread: Spread | None = None,
) -> Iterator[Corpus]:
    """Open any input as a corpus, for the ``with`` statement that it is needed in.

    What is encoded here, or was in a file, is closed at the end; a `Corpus` that is given stays
    open. Parameters and errors are those of `encode`, with the options in a record. Where spread
    says by which workers, files are encoded by them.
    """
    corpus = _encoded(
        data,
        options,
        min_count=min_count,
        vocabulary=vocabulary,
        offsets=offsets,
        n_threads=n_threads,
        progress=progress,
        spread=spread,
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
    min_count: int | None,
    vocabulary: Vocabulary | None,
    offsets: npt.ArrayLike | None,
    n_threads: int,
    progress: Progress | None,
    spread: Spread | None = None,
) -> Corpus:
    """Do the work of `encode`, with the options in a record."""
    data = _files_of(data)
    if _is_encoded(data):
        corpus = data if isinstance(data, Corpus) else _load_alone(data)
        check_fixed(corpus, options, min_count, vocabulary)
        return corpus
    if vocabulary is not None and options.rules != WordRules():
        name = next(name for name in RULES if getattr(options, name))
        raise ConfigError(
            OptionName(name),
            " is a rule for counting words: leave it out where a vocabulary is given",
        )
    min_count, n_threads = _checked(min_count), thread_count(n_threads)
    if spread is not None and (shares := spread.shares(data, options)):
        return spread.encode(shares, name_of(data), options, min_count, vocabulary, progress)
    name, pieces, tagged = input_pieces(data, options, offsets, progress)
    building = Building(name, options, min_count, vocabulary, n_threads, progress)
    corpus = building.encode(pieces, keeps_empty=options.has_documents)
    if corpus.n_tokens == 0:
        raise nothing_kept() if corpus.record.n_raw_tokens else no_word(name)
    if tagged is not None:
        corpus.tags = tagged.tags(corpus.sentence_offsets)
    elif options.has_documents:
        corpus.tags = Tags.by_position(corpus.sentence_offsets)
    return corpus


def is_encoded(data: Any) -> bool:
    """Return whether data is a corpus or names a file that is one."""
    return _is_encoded(_files_of(data))


def _files_of(data: Any) -> Any:
    """Return the files that names stand for, and other data as it is."""
    return expand(data) if is_names(data) else data


def _is_encoded(data: Any) -> bool:
    return isinstance(data, Corpus) or (is_names(data) and any(map(_is_corpus, data)))


def _is_corpus(path: Path) -> bool:
    return path.is_file() and is_corpus_file(path)


def _load_alone(paths: Sequence[Path]) -> Corpus:
    if len(paths) > 1:
        corpus = next(filter(_is_corpus, paths))
        raise CorpusError(f"{corpus}: an encoded corpus cannot be joined with other files.")
    return load_corpus(paths[0])


def name_of(data: Any) -> str:
    """Return what to call an input in messages."""
    return names_of(data) if is_names(data) else "the input"


def input_pieces(
    data: Any, options: InputOptions, offsets: npt.ArrayLike | None, progress: Progress | None
) -> tuple[str, Iterator[Piece], TaggedReader | None]:
    """Return the name of what is not encoded, its pieces, and what collects the tags in them.

    Raises
    ------
    ConfigError
        If there are offsets of what is no array.
    """
    data = _files_of(data)
    name = name_of(data)
    if offsets is not None and (is_names(data) or options.has_given_tags):
        what = "files" if is_names(data) else "documents with tags of their own"
        raise ConfigError(
            OptionName("offsets"), f" belong to a NumPy array of whole numbers, not to {what}"
        )
    if options.has_given_tags:
        from huffvec.corpus.tagged import TaggedReader

        tagged = TaggedReader(data, options, progress)
        return name, tagged.pieces(), tagged
    if is_names(data):
        return name, file_pieces(data, options, progress), None
    return name, object_pieces(data, offsets, options), None


def _checked(min_count: int | None) -> int:
    min_count = DEFAULT_MIN_COUNT if min_count is None else min_count
    return check_int("min_count", min_count, 1, 2**62)
