"""Text that has to be read more than once: what cannot be is unpacked into temporary files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from huffvec.corpus.jobs import Progress
from huffvec.errors import CorpusError
from huffvec.inputs.sources import is_plain_text, is_text
from huffvec.inputs.streams import open_stream


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
        A file is damaged, or not text but a table.
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
            message = str(error)
            for unpacked, name in names.items():
                message = message.replace(unpacked, name)
            raise CorpusError(message) from error
