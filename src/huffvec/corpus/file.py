"""A corpus that is ready for training: encoded, with its vocabulary; and its file, ``.hvc``.

A ``.hvc`` file is a safetensors file (:mod:`huffvec.files.safetensors_file`) with the tensors

=================== ===== ================= ===================================================
``ids``             I32   (n_tokens,)       word ids, sentence after sentence
``sentence_offsets`` I64  (n_sentences + 1,) where each sentence begins in ids, and n_tokens
``words``           U8    (n_bytes,)        the words in UTF-8, joined by line feeds
``counts``          I64   (n_words,)        how often each word occurs
=================== ===== ================= ===================================================

and, where sentences are documents with tags (`huffvec.corpus.tags.Tags`),

=================== ===== ================= ===================================================
``tags``            U8    (n_bytes,)        the tags in UTF-8, joined by line feeds
``tag_offsets``     I64   (n_sentences + 1,) where the tags of each document begin, and n
``tag_ids``         I32   (n,)              the tags of all documents, by their place in ``tags``
=================== ===== ================= ===================================================

and the metadata ``format`` (``huffvec-corpus``), ``format_version`` and ``corpus``, a JSON object
with the fields of `CorpusRecord`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from huffvec.checks import plain
from huffvec.corpus.options import RECORDED, InputOptions
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.tags import Tags
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.files.addresses import is_address
from huffvec.files.opening import on_disk
from huffvec.files.paths import PathLike
from huffvec.files.safetensors_file import (
    is_safetensors,
    map_tensors,
    read_header,
    write_tensors,
)
from huffvec.files.suffixes import check_suffix

FORMAT = "huffvec-corpus"
VERSION = "1"
SUFFIX = ".hvc"
_TENSORS = {"ids": "<i4", "sentence_offsets": "<i8", "words": "|u1", "counts": "<i8"}
_TAG_TENSORS = {"tags": "|u1", "tag_offsets": "<i8", "tag_ids": "<i4"}
_BLOCK = 1 << 24


@dataclass(frozen=True)
class CorpusRecord:
    """What is known about a corpus besides its tokens.

    Attributes
    ----------
    n_raw_tokens
        All tokens, those of words that are not in the vocabulary too.
    n_raw_sentences
        All sentences with a token.
    n_types
        All different words; 0 if not known, where the vocabulary was given.
    min_count
        Words that occur less often were left out; 0 if the vocabulary was given.
    lowercase, normalize, tokenize
        What was done to the text, see `huffvec.corpus.InputOptions`.
    max_words, keep_words, drop_words
        Which words stayed, see there too.
    """

    n_raw_tokens: int = 0
    n_raw_sentences: int = 0
    n_types: int = 0
    min_count: int = 0
    lowercase: bool = False
    normalize: str | None = None
    tokenize: str | None = None
    max_words: int | None = None
    keep_words: tuple[str, ...] = ()
    drop_words: tuple[str, ...] = ()


class Corpus(Sentences):
    """A corpus ready for training: sentences as word ids, and the vocabulary that they are of.

    Made by `huffvec.encode` or `huffvec.load_corpus`, taken by `huffvec.train`. Use it in a
    ``with`` statement or call `close` to give temporary disk space back early.

    Attributes
    ----------
    ids
        The word ids of all tokens, int32 (n_tokens,), read-only.
    sentence_offsets
        Where each sentence begins in ids, and n_tokens: int64 (n_sentences + 1,), read-only.
    vocabulary
        The words.
    record
        Where they come from.
    """

    def __init__(
        self, sentences: Sentences, vocabulary: Vocabulary, record: CorpusRecord | None = None
    ) -> None:
        super().__init__(sentences.ids, sentences.sentence_offsets, sentences.tags)
        self.vocabulary = vocabulary
        self.record = record or CorpusRecord()

    @property
    def encoded(self) -> NoReturn:
        """Raise an error: what this was stands on the corpus itself."""
        raise AttributeError(
            "corpus.encoded is the corpus itself now: corpus.ids, corpus.sentence_offsets"
        )

    def save(self, path: PathLike) -> None:
        """Write the corpus to a ``.hvc`` file, atomically.

        Raises
        ------
        ConfigError
            If the name is one of another format.
        OutputError
            If the file cannot be written; an older file of that name is then unchanged.
        """
        check_suffix(path, FORMAT)
        write_tensors(
            path,
            {
                "ids": self.ids,
                "sentence_offsets": self.sentence_offsets,
                "words": self.vocabulary.word_bytes(),
                "counts": self.vocabulary.counts,
                **({} if self.tags is None else self.tags.arrays()),
            },
            {
                "format": FORMAT,
                "format_version": VERSION,
                "corpus": json.dumps(asdict(self.record)),
            },
        )

    def __repr__(self) -> str:
        sentences = "sentences" if self.tags is None else "documents"
        return (
            f"Corpus({self.n_tokens} tokens, {self.n_sentences} {sentences}, {self.vocabulary!r})"
        )


def is_corpus_file(path: Path) -> bool:
    """Return whether a file is a corpus: by its content, not its name."""
    try:
        if is_address(path):  # its header is read where it is loaded
            return is_safetensors(path)
        return is_safetensors(path) and read_header(path)[1].get("format") == FORMAT
    except (FormatError, OSError):
        return path.suffix == SUFFIX


def load_corpus(path: PathLike) -> Corpus:
    """Return the corpus in a ``.hvc`` file, memory-mapped: it opens at once, whatever its size.

    One at an address (``s3://…``) is copied to a temporary file first.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or is no corpus.
    """
    if is_address(path):
        with on_disk(path) as copied:
            return load_corpus(copied)
    infos, metadata = read_header(path)
    if metadata.get("format") != FORMAT:
        raise FormatError(
            f"{str(path)!r} is not an encoded corpus; huffvec encode writes one from a text."
        )
    if metadata.get("format_version") != VERSION:
        raise FormatError(
            f"{str(path)!r} is a corpus of version {metadata.get('format_version')}; this huffvec "
            f"reads version {VERSION}. Encode the text again, or update huffvec."
        )
    damaged = f"{str(path)!r} is damaged"
    has_tags = not _TAG_TENSORS.keys().isdisjoint(infos)
    for name, dtype in (_TENSORS | (_TAG_TENSORS if has_tags else {})).items():
        if name not in infos or infos[name].dtype != dtype or len(infos[name].shape) != 1:
            raise FormatError(f"{damaged}: expected {name}, one axis of {dtype}.")
    tensors = map_tensors(path, infos)
    _check_sentences(damaged, tensors, may_be_empty=has_tags)
    try:
        vocabulary = Vocabulary.from_bytes(tensors["words"], tensors["counts"], source=path)
        tags = Tags.from_arrays(tensors, path) if has_tags else None
    except FormatError as error:
        raise FormatError(f"{damaged}: {error}.") from None
    sentences = Sentences(tensors["ids"], tensors["sentence_offsets"], tags)
    return Corpus(sentences, vocabulary, _parse_record(damaged, metadata.get("corpus", "")))


def _check_sentences(damaged: str, tensors: dict[str, Any], *, may_be_empty: bool) -> None:
    """Raise FormatError unless sentences and ids fit one another and the vocabulary."""
    ids, offsets = tensors["ids"], tensors["sentence_offsets"]
    n_words = len(tensors["counts"])
    rises = len(offsets) > 1 and offsets[0] == 0 and offsets[-1] == len(ids)
    for begin in range(0, len(offsets), _BLOCK):
        steps = np.diff(offsets[begin : begin + _BLOCK + 1])
        rises = rises and bool(np.all(steps >= 0 if may_be_empty else steps > 0))
    if not rises:
        raise FormatError(f"{damaged}: its sentences do not rise from 0 to {len(ids)}.")
    for begin in range(0, len(ids), _BLOCK):
        part = ids[begin : begin + _BLOCK]
        if part.min() < 0 or part.max() >= n_words:
            raise FormatError(f"{damaged}: it has ids that are none of its {n_words} words.")


def _parse_record(damaged: str, text: str) -> CorpusRecord:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{damaged}: its record is not JSON ({error}).") from None
    known = {field.name: field.default for field in fields(CorpusRecord)}
    if not isinstance(values, dict):
        raise FormatError(f"{damaged}: its record should be an object of JSON.")
    given = {name: plain(values[name]) for name in known if name in values}
    for name, value in given.items():
        may_be_missing = known[name] is None and isinstance(value, (str, int))
        if type(value) is not type(known[name]) and not may_be_missing:
            raise FormatError(f"{damaged}: its record has {value!r} as {name}.")
    try:
        InputOptions.of(**InputOptions.recorded(given, RECORDED))
    except ConfigError as error:
        raise FormatError(f"{damaged}: its record cannot be used: {error}") from None
    return CorpusRecord(**given)
