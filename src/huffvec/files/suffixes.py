"""What the names of files end with, so that none is named as another kind is."""

from __future__ import annotations

import os
from pathlib import Path

from huffvec.errors import ConfigError
from huffvec.files.compression import COMPRESSIONS, without_compression
from huffvec.files.paths import PathLike

#: By the name of the format, none for folders; ``huffvec-corpus`` are encoded corpora,
#: ``huffvec-classifier`` classifiers, the others hold vectors.
SUFFIXES: dict[str, tuple[str, ...]] = {
    "huffvec": (".hv",),
    "huffvec-corpus": (".hvc",),
    "huffvec-classifier": (".hvclf",),
    "numpy": (".npz",),
    "word2vec-text": (".vec", ".txt"),
    "glove": (".glove",),
    "word2vec-binary": (".bin",),
    "fasttext": (".bin",),
    "floret": (".floret",),
    "parquet": (".parquet",),
    "feather": (".feather", ".arrow"),
    "static-embedding": (),
    "projector": (),
}
# What huffvec writes for itself, in files of these names and in no other format's.
_OWN = ("huffvec", "huffvec-corpus", "huffvec-classifier")


def check_suffix(path: PathLike, format: str) -> None:
    """Raise ConfigError if a file of this name would be taken for one of another format.

    Models and corpora of huffvec may have any suffix that is no other format's, and other formats
    any but theirs: a .txt file may well hold GloVe's vectors.

    Parameters
    ----------
    path
        What is to be written.
    format
        A name of `SUFFIXES`.
    """
    suffix = Path(path).suffix.lower()
    own = SUFFIXES[format][0] if format in _OWN else ""
    taken = {SUFFIXES[name][0]: name for name in _OWN}
    if own:
        others = reversed([item for item in SUFFIXES.items() if item[0] not in _OWN])
        taken |= {ending: name for name, endings in others for ending in endings}
        taken |= {compression.suffix: name for name, compression in COMPRESSIONS.items()}
    if suffix in taken and suffix != own:
        unpacked = Path(without_compression(os.fspath(path)))
        raise ConfigError(
            f"{os.fspath(path)!r} is named as files of {taken[suffix]} are, and {format} would be "
            f"written: name it {unpacked.with_suffix(own).name!r}, or convert it "
            "(huffvec convert, vectors.save)"
        )
