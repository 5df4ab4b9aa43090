"""Text that has to be read more than once: what cannot be is written to temporary files first."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.file import Corpus, is_corpus_file
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.files import is_plain_text, is_text
from huffvec.corpus.readers.pieces import split_sentences
from huffvec.corpus.readers.sources import STDIN, expand, is_names
from huffvec.corpus.readers.streams import open_stream
from huffvec.errors import CorpusError, OptionName
from huffvec.progress import Progress


@contextmanager
def plain_texts(
    paths: Sequence[Path], folder: Path, progress: Progress | None = None
) -> Iterator[list[Path]]:
    """Yield the names of files of plain text with the content of others.

    Parameters
    ----------
    paths
        Files of text, compressed ones and ``-`` for standard input among them. Those that are plain
        stand for themselves.
    folder
        Where to put temporary files; they are removed at the end.
    progress
        Told of it as ``("unpacking text", …)``.

    Raises
    ------
    CorpusError
        If a file is damaged, or not text but a table.
    """
    with tempfile.TemporaryDirectory(prefix=".huffvec-", dir=folder) as temporary:
        total = sum(path.stat().st_size for path in paths if path.is_file())
        done = 0
        plain = []
        names: dict[str, str] = {}
        for number, path in enumerate(paths):
            if is_plain_text(path):
                plain.append(path)
                continue
            plain.append(Path(temporary, f"{number}-{path.stem}"))
            with open_stream(path) as stream, plain[-1].open("wb") as file:
                if not is_text(stream):
                    raise CorpusError(
                        f"{stream.name}: is not text, plain or compressed, which is needed here."
                    )
                for text in stream.text():
                    file.write(text)
                    if progress is not None:
                        progress("unpacking text", done + stream.n_read, total)
            done += stream.n_read
            names[os.fspath(plain[-1])] = stream.name
        try:
            yield plain
        except CorpusError as error:  # names a file that is not there any more, and never was given
            raise CorpusError(*(_named(part, names) for part in error.parts)) from error


def _named(part: str, names: Mapping[str, str]) -> str:
    """Return a part of a message with other names of files."""
    if isinstance(part, OptionName):
        return part
    for unpacked, name in names.items():
        part = part.replace(unpacked, name)
    return part


@contextmanager
def token_texts(
    data: Any, options: InputOptions, folder: Path, progress: Progress | None = None
) -> Iterator[list[Path]]:
    """Yield the names of files of plain text with the tokens of any input.

    Files of text that are read without a transformation are only unpacked (`plain_texts`), so that
    their white space stays. Anything else becomes one file: a sentence a line, a space between
    tokens.

    Parameters
    ----------
    data
        What `huffvec.train` takes.
    options
        How it is read.
    folder
        Where to put temporary files; they are removed at the end.
    progress
        Told of it.

    Raises
    ------
    CorpusError
        If the input cannot be read, or has a token with white space in it.
    """
    if is_names(data) and options == InputOptions(errors=options.errors):
        paths = expand(data)
        if all(map(_is_text_file, paths)):
            with plain_texts(paths, folder, progress) as texts:
                yield texts
            return
    path = Path(folder, ".huffvec-tokens.txt")
    try:
        with open_corpus(data, options, min_count=1, progress=progress) as corpus:
            _write_tokens(corpus, path)
        yield [path]
    finally:
        path.unlink(missing_ok=True)


def _is_text_file(path: Path) -> bool:
    """Return whether a file is text, plain or compressed; standard input is taken for it."""
    if path == STDIN or not path.is_file():
        return True
    with open_stream(path) as stream:
        return is_text(stream) and not is_corpus_file(path)


def _write_tokens(corpus: Corpus, path: Path) -> None:
    """Write a corpus as text, or raise CorpusError if it would not be read as it is."""
    words, ids = corpus.vocabulary.words, corpus.ids
    spaced = next((word for word in words if len(word.encode().split()) != 1), None)
    if spaced is not None:
        raise CorpusError(
            f"the token {spaced!r:.80} has white space in it, which separates tokens here: "
            "give it without."
        )
    offsets = corpus.sentence_offsets
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for first, last in split_sentences(offsets):
            bounds = offsets[first : last + 1].tolist()
            tokens = [words[i] for i in ids[bounds[0] : bounds[-1]].tolist()]
            file.writelines(
                " ".join(tokens[begin - bounds[0] : end - bounds[0]]) + "\n"
                for begin, end in itertools.pairwise(bounds)
            )
