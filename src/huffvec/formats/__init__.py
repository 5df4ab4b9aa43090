"""Files and folders of word vectors, one module a format, each ``read_<name>``, ``write_<name>``.

No reader trusts a file: every length is checked against the file's size before memory is taken,
nothing is unpickled, and whatever is wrong with the content is a ``FormatError``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from huffvec.checks import check_choice
from huffvec.errors import ConfigError, FormatError
from huffvec.files.opening import explain, on_disk
from huffvec.files.paths import PathLike
from huffvec.files.suffixes import SUFFIXES, check_suffix
from huffvec.files.writing import check_folder_writable, check_writable
from huffvec.formats.arrow_table import (
    is_feather,
    is_parquet,
    read_feather,
    read_parquet,
    write_feather,
    write_parquet,
)
from huffvec.formats.dtypes import DTYPES
from huffvec.formats.fasttext_binary import (
    is_fasttext_binary,
    read_fasttext_binary,
    write_fasttext_binary,
)
from huffvec.formats.floret import is_floret, read_floret, write_floret
from huffvec.formats.glove import is_glove, read_glove, write_glove
from huffvec.formats.hv import is_hv, read_hv, write_hv
from huffvec.formats.numpy_npz import is_npz, read_npz, write_npz
from huffvec.formats.projector import (
    PROJECTOR_FILES,
    is_projector,
    read_projector,
    write_projector,
)
from huffvec.formats.rows import Wanted
from huffvec.formats.static_embedding import (
    STATIC_EMBEDDING_FILES,
    is_static_embedding,
    read_static_embedding,
    write_static_embedding,
)
from huffvec.formats.word2vec_binary import (
    is_word2vec_binary,
    read_word2vec_binary,
    write_word2vec_binary,
)
from huffvec.formats.word2vec_text import is_word2vec_text, read_word2vec_text, write_word2vec_text
from huffvec.vectors.word_vectors import WordVectors


@dataclass(frozen=True)
class Format:
    """One format of files, or of folders.

    Attributes
    ----------
    read
        Returns the vectors in a file; raises FormatError. If it unpacks, it takes which vectors to
        read as well (`huffvec.formats.rows.Wanted`).
    write
        Writes vectors to a file, atomically; raises FormatError if the format cannot hold a word,
        OutputError if the file cannot be written.
    recognises
        Tells from the first bytes and the structure whether a file is of this format; of a folder,
        from the files in it.
    keeps_subwords
        Whether the n-grams are kept, not only the vectors of the vocabulary's words.
    folder_files
        Of folders, the names of the files in them; formats of files have none.
    unpacks
        Whether packed files are read as they come, not from a temporary file.
    dtypes
        What the numbers can be written as (:mod:`huffvec.formats.dtypes`); ``write`` takes one of
        them if there are several.
    """

    read: Callable[..., WordVectors]
    write: Callable[..., None]
    recognises: Callable[[Path], bool]
    keeps_subwords: bool = False
    folder_files: tuple[str, ...] = ()
    unpacks: bool = False
    dtypes: tuple[str, ...] = ("float32",)

    def save(self, path: PathLike, vectors: WordVectors, dtype: str = "float32") -> None:
        """Write vectors as ``write`` does, their numbers as the dtype.

        Raises
        ------
        ConfigError
            If the format has no such dtype.
        FormatError
            If there are no words to write.
        """
        self.check_dtype(dtype)
        if len(vectors) == 0 and not self.keeps_subwords:
            raise FormatError(
                "these vectors have no words to write, only the rows of n-grams: save as huffvec "
                "or floret instead"
            )
        if dtype == "float32":
            self.write(path, vectors)
        else:
            self.write(path, vectors, dtype)

    def check_dtype(self, dtype: str) -> None:
        """Raise ConfigError unless numbers can be written as this dtype."""
        check_choice("dtype", dtype, DTYPES)
        if dtype not in self.dtypes:
            name = next(name for name, format in FORMATS.items() if format is self)
            having = [name for name, format in FORMATS.items() if dtype in format.dtypes]
            raise ConfigError(f"{name} has no {dtype} numbers; {', '.join(having)} do")

    def check_writable(self, path: PathLike) -> None:
        """Raise OutputError unless a file, or folder, of this format can be made at path."""
        if self.folder_files:
            check_folder_writable(path, self.folder_files)
        else:
            check_writable(path)


_HALF = ("float32", "float16")

# What names of their files end with stands in `huffvec.files.suffixes`.
# In the order in which `detect` asks: text before binary, since a text file's header is both.
FORMATS: dict[str, Format] = {
    "huffvec": Format(read_hv, write_hv, is_hv, keeps_subwords=True, dtypes=DTYPES),
    "numpy": Format(read_npz, write_npz, is_npz, dtypes=DTYPES),
    "word2vec-text": Format(
        read_word2vec_text, write_word2vec_text, is_word2vec_text, unpacks=True
    ),
    "glove": Format(read_glove, write_glove, is_glove, unpacks=True),
    "word2vec-binary": Format(
        read_word2vec_binary, write_word2vec_binary, is_word2vec_binary, unpacks=True
    ),
    "fasttext": Format(
        read_fasttext_binary, write_fasttext_binary, is_fasttext_binary, keeps_subwords=True
    ),
    "floret": Format(read_floret, write_floret, is_floret, keeps_subwords=True),
    "parquet": Format(read_parquet, write_parquet, is_parquet, dtypes=_HALF),
    "feather": Format(read_feather, write_feather, is_feather, dtypes=_HALF),
    "static-embedding": Format(
        read_static_embedding,
        write_static_embedding,
        is_static_embedding,
        folder_files=STATIC_EMBEDDING_FILES,
        dtypes=_HALF,
    ),
    "projector": Format(
        read_projector, write_projector, is_projector, folder_files=PROJECTOR_FILES
    ),
}


def detect(path: PathLike) -> str:
    """Return the name of the format of a file or folder, found by its content.

    Of a packed file it is that of what is in it.

    Raises
    ------
    FormatError
        If it cannot be read or is of none of the formats.
    """
    found = Path(path)
    is_folder = os.path.isdir(path)
    for name, format in FORMATS.items():
        if bool(format.folder_files) == is_folder and format.recognises(found):
            return name
    if is_folder:
        kinds = ", ".join(name for name, format in FORMATS.items() if format.folder_files)
        raise FormatError(
            f"{str(path)!r} is a folder, and of no kind that huffvec knows ({kinds}); give the "
            "name of a file."
        )
    raise FormatError(
        explain(path)
        or f"{str(path)!r} is not a file of vectors that huffvec knows ({', '.join(FORMATS)})."
    )


def read_vectors(
    path: PathLike,
    format: str | None = None,
    *,
    top: int | None = None,
    words: Collection[str] | None = None,
) -> WordVectors:
    """Return the vectors in a file of the given format, or of the format its content shows.

    Parameters
    ----------
    path
        A file, which may be compressed or in a zip archive, or a folder.
    format
        One of `FORMATS`; ``None`` finds out from the content.
    top
        Read only this many words, the first ones.
    words
        Only these words.

    Raises
    ------
    ConfigError
        If the format is unknown, or top or words cannot be used.
    FormatError
        If the file cannot be read, or is damaged or of another format.
    """
    wanted = Wanted(top, words)
    if format is not None:
        check_choice("format", format, tuple(FORMATS))
    chosen = FORMATS[format or detect(path)]
    if chosen.unpacks:
        return chosen.read(path, wanted)
    with on_disk(path) as file:
        return wanted.of(chosen.read(file))


def format_for_writing(
    path: PathLike, format: str | None = None, *, subwords: bool = False
) -> Format:
    """Return the named format, or the one that the suffix of path belongs to.

    Of several with that suffix it is the one that keeps subwords, if there are any to keep.

    Raises
    ------
    ConfigError
        If there is no such format, or no format is given and the suffix is of none, or the suffix
        is another format's (`check_suffix`).
    """
    if format is not None:
        check_choice("format", format, tuple(FORMATS))
        check_suffix(path, format)
        return FORMATS[format]
    suffix = Path(path).suffix.lower()
    fitting = [FORMATS[name] for name in FORMATS if suffix in SUFFIXES[name]]
    if fitting:
        return next((known for known in fitting if known.keeps_subwords == subwords), fitting[0])
    suffixes = dict.fromkeys(s for name in FORMATS for s in SUFFIXES[name])
    raise ConfigError(
        f"no format has the suffix {suffix!r} of {str(path)!r}; use one of {', '.join(suffixes)} "
        f"or name the format: {', '.join(FORMATS)}"
    )
